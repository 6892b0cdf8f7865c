import { IconReportMoney, IconShoppingCart, IconTruckDelivery } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const purchasing: Feature = {
  name: 'purchasing',
  routes: [
    pageRoute('/purchasing/orders', async () => (await import('./pages/orders.tsx')).OrdersPage),
    pageRoute('/purchasing/orders/new', async () => (await import('./pages/new-order.tsx')).NewOrderPage),
    pageRoute('/purchasing/orders/$id', async () => (await import('./pages/order.tsx')).OrderPage),
    pageRoute('/purchasing/requisitions', async () => (await import('./pages/requisitions.tsx')).RequisitionsPage),
    pageRoute('/purchasing/prices', async () => (await import('./pages/prices.tsx')).PricesPage),
    pageRoute('/purchasing/bills', async () => (await import('./pages/bills.tsx')).BillsPage),
    pageRoute('/purchasing/registers', async () => (await import('./pages/registers.tsx')).RegistersPage),
    pageRoute('/purchasing/returns', async () => (await import('./pages/returns.tsx')).ReturnsPage),
    pageRoute('/purchasing/receipts/new', async () => (await import('./pages/new-receipt.tsx')).NewReceiptPage),
    pageRoute('/purchasing/receipts', async () => (await import('./pages/receipts.tsx')).ReceiptsPage),
    pageRoute('/purchasing/receipts/$id', async () => (await import('./pages/receipt.tsx')).ReceiptPage),
  ],
  nav: [
    { path: '/purchasing/orders', labelKey: 'purchasing.orders', icon: IconShoppingCart, permission: 'purchasing.order', group: 'stock' },
    { path: '/purchasing/receipts', labelKey: 'purchasing.receipts', icon: IconTruckDelivery, permission: 'purchasing.receive', group: 'stock' },
    { path: '/purchasing/registers', labelKey: 'purchasing.registers', icon: IconReportMoney, permission: 'purchasing.read', group: 'stock' },
  ],
  commands: [
    { path: '/purchasing/requisitions', labelKey: 'purchasing.requisitions', icon: IconShoppingCart, permission: 'purchasing.order' }, { path: '/purchasing/prices', labelKey: 'purchasing.prices', icon: IconShoppingCart, permission: 'purchasing.order' }, { path: '/purchasing/bills', labelKey: 'purchasing.bills', icon: IconReportMoney, permission: 'purchasing.receive' },
    { path: '/purchasing/orders/new', labelKey: 'purchasing.order.new', icon: IconShoppingCart, permission: 'purchasing.order' }],
}
