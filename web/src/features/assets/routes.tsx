import { IconBarcode, IconBuildingBank, IconCategory, IconClockPause, IconDevices2, IconListCheck, IconPackageImport, IconReportMoney, IconTable, IconTool } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const assets: Feature = {
  name: 'assets',
  routes: [
    pageRoute('/assets', async () => (await import('./pages/register.tsx')).RegisterPage),
    pageRoute('/assets/received', async () => (await import('./pages/received.tsx')).ReceivedPage),
    pageRoute('/assets/due', async () => (await import('./pages/due.tsx')).DuePage),
    pageRoute('/assets/rounds', async () => (await import('./pages/rounds.tsx')).RoundsPage),
    pageRoute('/assets/rounds/$id', async () => (await import('./pages/round.tsx')).RoundPage),
    pageRoute('/assets/books', async () => (await import('./pages/books.tsx')).BooksPage),
    pageRoute('/assets/schedule', async () => (await import('./pages/schedule.tsx')).SchedulePage),
    pageRoute('/assets/downtime', async () => (await import('./pages/downtime.tsx')).DowntimePage),
    pageRoute('/assets/categories', async () => (await import('./pages/categories.tsx')).CategoriesPage),
    pageRoute('/assets/import', async () => (await import('./pages/import.tsx')).ImportPage),
    pageRoute('/assets/$id', async () => (await import('./pages/asset.tsx')).AssetPage),
  ],
  nav: [
    { path: '/assets', labelKey: 'assets.title', icon: IconDevices2, permission: 'assets.report', group: 'stock' },
    { path: '/assets/due', labelKey: 'assets.due', icon: IconTool, permission: 'assets.maintain', group: 'stock' },
    { path: '/assets/rounds', labelKey: 'assets.rounds', icon: IconListCheck, permission: 'assets.verify', group: 'stock' },
    { path: '/assets/books', labelKey: 'assets.books', icon: IconBuildingBank, permission: 'assets.books', group: 'money' },
    { path: '/assets/categories', labelKey: 'assets.categories', icon: IconCategory, permission: 'assets.master', group: 'administration' },
  ],
  commands: [
    { path: '/assets?scan=1', labelKey: 'assets.scan', icon: IconBarcode, permission: 'assets.read' }, { path: '/assets/received', labelKey: 'assets.received', icon: IconPackageImport, permission: 'assets.write' }, { path: '/assets/schedule', labelKey: 'assets.schedule', icon: IconReportMoney, permission: 'assets.books' },
    { path: '/assets/downtime', labelKey: 'assets.downtime', icon: IconClockPause, permission: 'assets.maintain' }, { path: '/assets/import', labelKey: 'assets.import', icon: IconTable, permission: 'assets.write' },
  ],
  landing: [{ permission: 'assets.maintain', path: '/assets/due', order: 350 }],
}
