import { IconBasket, IconBedFlat, IconFlask, IconLock, IconPackageExport, IconReceipt2 } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const pharmacy: Feature = {
  name: 'pharmacy',
  routes: [
    pageRoute('/pharmacy/counter', async () => (await import('./pages/counter.tsx')).CounterPage),
    pageRoute('/pharmacy/sales', async () => (await import('./pages/sales.tsx')).SalesPage),
    pageRoute('/pharmacy/sales/$id', async () => (await import('./pages/sale.tsx')).SalePage),
    pageRoute('/pharmacy/dispenses', async () => (await import('./pages/dispenses.tsx')).DispensesPage),
    pageRoute('/pharmacy/dispenses/$id', async () => (await import('./pages/dispense.tsx')).DispensePage),
    pageRoute('/pharmacy/wards', async () => (await import('./pages/wards.tsx')).WardsPage),
    pageRoute('/pharmacy/wards/$id', async () => (await import('./pages/ward.tsx')).WardPage),
    pageRoute('/pharmacy/register', async () => (await import('./pages/register.tsx')).RegisterPage),
    pageRoute('/pharmacy/register/count', async () => (await import('./pages/shift-count.tsx')).ShiftCountPage),
    pageRoute('/pharmacy/preparations/$id', async () => (await import('./pages/preparation.tsx')).PreparationPage),
    pageRoute('/pharmacy/formulas', async () => (await import('./pages/formulas.tsx')).FormulasPage),
    pageRoute('/pharmacy/preparations', async () => (await import('./pages/preparations.tsx')).PreparationsPage),
  ],
  nav: [
    { path: '/pharmacy/counter', labelKey: 'pharmacy.counter', icon: IconBasket, permission: 'pharmacy.sell', group: 'stock', key: 'k' },
    { path: '/pharmacy/sales', labelKey: 'pharmacy.sales', icon: IconReceipt2, permission: 'pharmacy.sell', group: 'stock' },
    { path: '/pharmacy/dispenses', labelKey: 'pharmacy.dispenses', icon: IconPackageExport, permission: 'inventory.write', group: 'stock' },
    { path: '/pharmacy/wards', labelKey: 'pharmacy.wards', icon: IconBedFlat, permission: 'pharmacy.prepare', group: 'stock' },
    { path: '/pharmacy/register', labelKey: 'pharmacy.register', icon: IconLock, permission: 'pharmacy.register', group: 'stock' },
    { path: '/pharmacy/preparations', labelKey: 'pharmacy.preparations', icon: IconFlask, permission: 'pharmacy.prepare', group: 'stock' },
  ],
  commands: [{ path: '/pharmacy/counter', labelKey: 'pharmacy.counter.new', icon: IconBasket, permission: 'pharmacy.sell' }],
}
