import { IconHistory } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const system: Feature = {
  name: 'system',
  routes: [pageRoute('/audit', async () => (await import('./pages/audit.tsx')).AuditPage)],
  nav: [{ path: '/audit', labelKey: 'system.audit.title', icon: IconHistory, permission: 'audit.read', group: 'administration' }],
  commands: [],
}
