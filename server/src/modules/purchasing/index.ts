import { purchasing } from '#contract/purchasing.ts'
import { onLong } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { reorder } from './reordering.ts'
import { handlers } from './routes.ts'
import { mailOrder, orderMailed } from './sending.ts'

export { equipmentLines, type EquipmentRow, lockReceivedLine } from './receipts-repo.ts'

/** Requisitions, quotations, orders, goods receipts, vendors' bills and returns; what to order next. */
export const purchasingModule = defineModule({
  name: 'purchasing',
  contract: purchasing,
  handlers,
  permissions: {
    'purchasing.read': ['admin', 'pharmacist', 'auditor'],
    'purchasing.order': ['admin', 'pharmacist'],
    'purchasing.receive': ['admin', 'pharmacist'],
    'purchasing.approve': ['admin'],
  },
  jobs: { reorder: (tx) => reorder(tx) },
  // A quarter of an hour after the look at the stock.
  schedules: { reorder: '45 0 * * *' },
  after: [onLong(orderMailed, 'purchasing.mail-order', mailOrder)],
})
