import { IconCash, IconCashRegister, IconCoin, IconListDetails, IconReceipt, IconReceiptTax, IconRobot } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const billing: Feature = {
  name: 'billing',
  routes: [
    pageRoute('/billing', async () => (await import('./pages/desk.tsx')).DeskPage),
    pageRoute('/billing/invoices', async () => (await import('./pages/bills.tsx')).BillsPage),
    pageRoute('/billing/invoices/$id', async () => (await import('./pages/bill.tsx')).BillPage),
    pageRoute('/billing/takings', async () => (await import('./pages/takings.tsx')).TakingsPage),
    pageRoute('/billing/shifts', async () => (await import('./pages/shifts.tsx')).ShiftsPage),
    pageRoute('/billing/shifts/$id', async () => (await import('./pages/shift.tsx')).ShiftPage),
    pageRoute('/billing/registers', async () => (await import('./pages/registers.tsx')).SupplyRegistersPage),
    pageRoute('/billing/services', async () => (await import('./pages/services.tsx')).ServicesPage),
    pageRoute('/billing/charge-rules', async () => (await import('./pages/charge-rules.tsx')).ChargeRulesPage),
  ],
  nav: [
    { path: '/billing', labelKey: 'billing.desk', icon: IconCash, permission: 'billing.collect', group: 'money', key: 'b' },
    { path: '/billing/invoices', labelKey: 'billing.bills.title', icon: IconReceipt, permission: 'billing.read', group: 'money' },
    { path: '/billing/takings', labelKey: 'billing.takings.title', icon: IconCoin, permission: 'billing.collect', group: 'money' },
    { path: '/billing/shifts', labelKey: 'billing.shift.title', icon: IconCashRegister, permission: 'billing.shifts', group: 'money' },
    { path: '/billing/registers', labelKey: 'billing.registers.title', icon: IconReceiptTax, permission: 'pharmacy.sell', group: 'money' },
    { path: '/billing/services', labelKey: 'billing.service.title', icon: IconListDetails, permission: 'billing.services', group: 'administration' },
    { path: '/billing/charge-rules', labelKey: 'billing.rules.title', icon: IconRobot, permission: 'billing.services', group: 'administration' },
  ],
  commands: [],
  patientTabs: [{ value: 'bills', labelKey: 'billing.bills.title', permission: 'billing.read', load: async () => (await import('./parts/bills-tab.tsx')).BillsTab }],
  patientActions: [{ labelKey: 'billing.bill', icon: IconReceipt, permission: 'billing.write', path: (id) => `/billing?patientId=${id}` }],
  encounterPanels: [{ value: 'bill', labelKey: 'billing.panel', permission: 'billing.read', place: 'next', order: 20, load: async () => (await import('./parts/bill-panel.tsx')).BillPanel }],
  landing: [{ permission: 'billing.collect', path: '/billing', order: 250 }],
}
