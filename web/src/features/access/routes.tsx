import { IconEyeExclamation, IconGauge, IconShieldLock } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const access: Feature = {
  name: 'access',
  routes: [
    pageRoute('/break-glass', async () => (await import('./pages/queue.tsx')).GlassQueuePage),
    pageRoute('/break-glass/$id', async () => (await import('./pages/review.tsx')).GlassReviewPage),
    pageRoute('/access-alarms', async () => (await import('./pages/alarms.tsx')).AccessAlarmsPage),
    pageRoute('/access-rules', async () => (await import('./pages/rules.tsx')).AccessRulesPage),
  ],
  nav: [
    { path: '/break-glass', labelKey: 'access.queue.title', icon: IconEyeExclamation, permission: 'access.review', group: 'administration' },
    { path: '/access-alarms', labelKey: 'access.alarms.title', icon: IconGauge, permission: 'access.review', group: 'administration' },
    { path: '/access-rules', labelKey: 'access.rules.title', icon: IconShieldLock, permission: 'access.rules', group: 'administration' },
  ],
  commands: [],
  patientTabs: [
    { value: 'consents', labelKey: 'access.consents.tab', permission: 'access.consents', load: async () => (await import('./parts/consents.tsx')).Consents },
    { value: 'protection', labelKey: 'access.tab', permission: 'patients.labels', load: async () => (await import('./parts/protection-tab.tsx')).ProtectionTab },
  ],
  restricted: async () => (await import('./parts/restricted.tsx')).Restricted,
  shellNotice: { permission: 'access.break-glass', load: async () => (await import('./parts/own-glass.tsx')).OwnGlass },
}
