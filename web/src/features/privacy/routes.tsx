import { IconShieldExclamation, IconUserShield } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const privacy: Feature = {
  name: 'privacy',
  routes: [
    pageRoute('/breaches', async () => (await import('./pages/breaches.tsx')).BreachesPage),
    pageRoute('/breaches/new', async () => (await import('./pages/new-breach.tsx')).NewBreachPage),
    pageRoute('/breaches/$id', async () => (await import('./pages/breach.tsx')).BreachPage),
    pageRoute('/privacy-requests', async () => (await import('./pages/requests.tsx')).RequestsPage),
    pageRoute('/privacy-requests/$id', async () => (await import('./pages/request.tsx')).RequestPage),
  ],
  nav: [
    { path: '/breaches', labelKey: 'privacy.breaches.title', icon: IconShieldExclamation, permission: 'privacy.read', group: 'administration' },
    { path: '/privacy-requests', labelKey: 'privacy.requests.title', icon: IconUserShield, permission: 'privacy.read', group: 'administration' },
  ],
  commands: [{ path: '/breaches/new', labelKey: 'privacy.breach.new', icon: IconShieldExclamation, permission: 'privacy.write' }],
  patientTabs: [{ value: 'privacy', labelKey: 'privacy.tab', permission: 'privacy.receive', load: async () => (await import('./parts/privacy-tab.tsx')).PrivacyTab }],
}
