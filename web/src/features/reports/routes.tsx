import { IconLayoutDashboard } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const reports: Feature = {
  name: 'reports',
  routes: [pageRoute('/dashboard', async () => (await import('./pages/dashboard.tsx')).DashboardPage)],
  nav: [{ path: '/dashboard', labelKey: 'reports.title', icon: IconLayoutDashboard, permission: 'organizations.read', key: 'd' }],
  commands: [],
  landing: [
    { permission: 'organizations.write', path: '/dashboard', order: 10 },
    { permission: 'organizations.read', path: '/dashboard', order: 450 },
  ],
}
