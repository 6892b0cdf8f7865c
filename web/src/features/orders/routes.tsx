import { IconClipboardList, IconListDetails } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const orders: Feature = {
  name: 'orders',
  routes: [
    pageRoute('/orders', async () => (await import('./pages/orders.tsx')).OrdersPage),
    pageRoute('/orders/catalogue', async () => (await import('./pages/catalogue.tsx')).CataloguePage),
    pageRoute('/orders/catalogue/import', async () => (await import('./pages/import.tsx')).ImportPage),
  ],
  nav: [
    { path: '/orders', labelKey: 'orders.nav', icon: IconClipboardList, permission: 'orders.read', key: 'o' },
    { path: '/orders/catalogue', labelKey: 'orders.catalogue.nav', icon: IconListDetails, permission: 'orders.catalogue', group: 'administration' },
  ],
  commands: [],
  patientTabs: [{ value: 'orders', labelKey: 'orders.title', permission: 'orders.read', load: async () => (await import('./parts/order-table.tsx')).OrdersTab }],
  encounterPanels: [{ value: 'orders', labelKey: 'orders.title', permission: 'orders.read', place: 'work', order: 50, load: async () => (await import('./parts/orders-panel.tsx')).OrdersPanel }],
}
