import { IconBellRinging } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const alerts: Feature = {
  name: 'alerts',
  routes: [pageRoute('/alerts', async () => (await import('./pages/alerts.tsx')).AlertsPage)],
  nav: [{ path: '/alerts', labelKey: 'alerts.nav', icon: IconBellRinging, permission: 'alerts.read', key: 'n' }],
  commands: [],
  headerAction: { permission: 'alerts.read', load: async () => (await import('./parts/bell.tsx')).Bell },
  patientSign: { permission: 'alerts.read', load: async () => (await import('./parts/bell.tsx')).PatientAlerts },
  shellNotice: { permission: 'alerts.read', load: async () => (await import('./parts/bell.tsx')).CriticalStrip },
}
