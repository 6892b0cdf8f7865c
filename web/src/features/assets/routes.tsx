import { IconBarcode, IconBuildingBank, IconCategory, IconClockPause, IconDevices2, IconListCheck, IconPackageImport, IconReportMoney, IconTable, IconTool } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const assets: Feature = {
  name: 'assets',
  routes: [
    pageRoute('/equipment', async () => (await import('./pages/register.tsx')).RegisterPage),
    pageRoute('/equipment/received', async () => (await import('./pages/received.tsx')).ReceivedPage),
    pageRoute('/equipment/due', async () => (await import('./pages/due.tsx')).DuePage),
    pageRoute('/equipment/rounds', async () => (await import('./pages/rounds.tsx')).RoundsPage),
    pageRoute('/equipment/rounds/$id', async () => (await import('./pages/round.tsx')).RoundPage),
    pageRoute('/equipment/books', async () => (await import('./pages/books.tsx')).BooksPage),
    pageRoute('/equipment/schedule', async () => (await import('./pages/schedule.tsx')).SchedulePage),
    pageRoute('/equipment/downtime', async () => (await import('./pages/downtime.tsx')).DowntimePage),
    pageRoute('/equipment/categories', async () => (await import('./pages/categories.tsx')).CategoriesPage),
    pageRoute('/equipment/import', async () => (await import('./pages/import.tsx')).ImportPage),
    pageRoute('/equipment/$id', async () => (await import('./pages/asset.tsx')).AssetPage),
  ],
  nav: [
    { path: '/equipment', labelKey: 'assets.title', icon: IconDevices2, permission: 'assets.report', group: 'stock' },
    { path: '/equipment/due', labelKey: 'assets.due', icon: IconTool, permission: 'assets.maintain', group: 'stock' },
    { path: '/equipment/rounds', labelKey: 'assets.rounds', icon: IconListCheck, permission: 'assets.verify', group: 'stock' },
    { path: '/equipment/books', labelKey: 'assets.books', icon: IconBuildingBank, permission: 'assets.books', group: 'money' },
    { path: '/equipment/categories', labelKey: 'assets.categories', icon: IconCategory, permission: 'assets.master', group: 'administration' },
  ],
  commands: [
    { path: '/equipment?scan=1', labelKey: 'assets.scan', icon: IconBarcode, permission: 'assets.read' }, { path: '/equipment/received', labelKey: 'assets.received', icon: IconPackageImport, permission: 'assets.write' }, { path: '/equipment/schedule', labelKey: 'assets.schedule', icon: IconReportMoney, permission: 'assets.books' },
    { path: '/equipment/downtime', labelKey: 'assets.downtime', icon: IconClockPause, permission: 'assets.maintain' }, { path: '/equipment/import', labelKey: 'assets.import', icon: IconTable, permission: 'assets.write' },
  ],
  landing: [{ permission: 'assets.maintain', path: '/equipment/due', order: 350 }],
}
