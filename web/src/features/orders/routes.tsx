import { IconClipboardList } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const orders: Feature = {
  name: 'orders',
  routes: [pageRoute('/orders', async () => (await import('./pages/orders.tsx')).OrdersPage)],
  nav: [{ path: '/orders', labelKey: 'orders.nav', icon: IconClipboardList, permission: 'orders.read', key: 'o' }],
  commands: [],
  patientTabs: [{ value: 'orders', labelKey: 'orders.title', permission: 'orders.read', load: async () => (await import('./parts/order-table.tsx')).OrdersTab }],
  encounterPanels: [{ value: 'orders', labelKey: 'orders.title', permission: 'orders.read', place: 'work', order: 50, load: async () => (await import('./parts/orders-panel.tsx')).OrdersPanel }],
}
