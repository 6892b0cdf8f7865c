import { IconHistory } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const system: Feature = {
  name: 'system',
  routes: [pageRoute('/audit', async () => (await import('./pages/audit.tsx')).AuditPage), pageRoute('/audit/exports', async () => (await import('./pages/exports.tsx')).AuditExportsPage)],
  nav: [{ path: '/audit', labelKey: 'system.audit.title', icon: IconHistory, permission: 'audit.read', group: 'administration' }],
  commands: [],
  patientTabs: [{ value: 'access', labelKey: 'system.access.tab', permission: 'audit.read', load: async () => (await import('./parts/access-tab.tsx')).AccessTab }],
}
