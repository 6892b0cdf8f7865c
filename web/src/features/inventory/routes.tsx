import { IconArrowsExchange, IconBox, IconBuildingWarehouse, IconCalendarX, IconChartBar, IconClipboardList, IconReceiptTax, IconTable } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const inventory: Feature = {
  name: 'inventory',
  routes: [
    pageRoute('/stock', async () => (await import('./pages/overview.tsx')).OverviewPage),
    pageRoute('/stock/items/$id', async () => (await import('./pages/item.tsx')).ItemPage),
    pageRoute('/stock/lots/$id', async () => (await import('./pages/lot.tsx')).LotPage),
    pageRoute('/stock/documents/$id', async () => (await import('./pages/document.tsx')).DocumentPage),
    pageRoute('/stock/book', async () => (await import('./pages/book.tsx')).BookPage),
    pageRoute('/stock/expiry', async () => (await import('./pages/expiry.tsx')).ExpiryPage),
    pageRoute('/stock/transfers', async () => (await import('./pages/transfers.tsx')).TransfersPage),
    pageRoute('/stock/transfers/$id', async () => (await import('./pages/transfer.tsx')).TransferPage),
    pageRoute('/stock/counts', async () => (await import('./pages/counts.tsx')).CountsPage),
    pageRoute('/stock/counts/$id', async () => (await import('./pages/count.tsx')).CountPage),
    pageRoute('/stock/reports', async () => (await import('./pages/reports.tsx')).ReportsPage),
    pageRoute('/stock/reports/movers', async () => (await import('./pages/movers.tsx')).MoversPage),
    pageRoute('/stock/reports/ageing', async () => (await import('./pages/ageing.tsx')).AgeingPage),
    pageRoute('/stock/to-see-to', async () => (await import('./pages/to-see-to.tsx')).ToSeeToPage),
    pageRoute('/stock/import', async () => (await import('./pages/import.tsx')).ImportPage),
    pageRoute('/stock/tax-rates', async () => (await import('./pages/tax-rates.tsx')).TaxRatesPage),
    pageRoute('/stock/setup', async () => (await import('./pages/setup.tsx')).SetupPage),
  ],
  nav: [
    { path: '/stock', labelKey: 'inventory.nav', icon: IconBox, permission: 'inventory.issue', key: 's', group: 'stock' },
    { path: '/stock/transfers', labelKey: 'inventory.transfers', icon: IconArrowsExchange, permission: 'inventory.issue', group: 'stock' },
    { path: '/stock/expiry', labelKey: 'inventory.expiry', icon: IconCalendarX, permission: 'inventory.write', group: 'stock' },
    { path: '/stock/counts', labelKey: 'inventory.counts', icon: IconClipboardList, permission: 'inventory.write', group: 'stock' },
    { path: '/stock/reports', labelKey: 'inventory.reports', icon: IconChartBar, permission: 'inventory.write', group: 'stock' },
    { path: '/stock/setup', labelKey: 'inventory.setup', icon: IconBuildingWarehouse, permission: 'inventory.master', group: 'administration' },
  ],
  commands: [{ path: '/stock/to-see-to', labelKey: 'inventory.toSeeTo', icon: IconClipboardList, permission: 'inventory.write' }, { path: '/stock/book', labelKey: 'inventory.book', icon: IconBox, permission: 'inventory.write' }, { path: '/stock/reports/movers', labelKey: 'inventory.report.movers', icon: IconChartBar, permission: 'inventory.write' }, { path: '/stock/reports/ageing', labelKey: 'inventory.report.ageing', icon: IconChartBar, permission: 'inventory.write' }, { path: '/stock/tax-rates', labelKey: 'inventory.taxRates.change', icon: IconReceiptTax, permission: 'inventory.master' }, { path: '/stock/import', labelKey: 'inventory.import', icon: IconTable, permission: 'inventory.master' }],
}
