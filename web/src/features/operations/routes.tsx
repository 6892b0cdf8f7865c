import { IconServer2 } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const operations: Feature = {
  name: 'operations',
  routes: [pageRoute('/operations', async () => (await import('./pages/operations.tsx')).OperationsPage)],
  nav: [{ path: '/operations', labelKey: 'operations.title', icon: IconServer2, permission: 'operations.manage', group: 'administration' }],
  commands: [],
}
