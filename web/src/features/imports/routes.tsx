import { IconDatabaseImport } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const imports: Feature = {
  name: 'imports',
  routes: [
    pageRoute('/imports', async () => (await import('./pages/imports.tsx')).ImportsPage),
    pageRoute('/imports/$id', async () => (await import('./pages/import.tsx')).ImportPage),
  ],
  nav: [{ path: '/imports', labelKey: 'imports.title', icon: IconDatabaseImport, permission: 'interop.import', group: 'administration' }],
  commands: [],
}
