import { IconShieldExclamation } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const safety: Feature = {
  name: 'safety',
  routes: [pageRoute('/safety', async () => (await import('./pages/overrides.tsx')).OverridesPage)],
  nav: [{ path: '/safety', labelKey: 'safety.nav', icon: IconShieldExclamation, permission: 'safety.review', group: 'administration' }],
  commands: [],
}
