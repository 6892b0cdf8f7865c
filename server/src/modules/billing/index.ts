import { billing } from '#contract/billing.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { encounterCancelled, encounterClosed, encounterOpened, encounterStarted, encounterTimelinePort } from '../encounters/index.ts'
import { erasurePort, mergeBlockPort, mergePort, retentionPort, timelinePort } from '../patients/index.ts'
import { captureOn, forgetCancelled } from './charges.ts'
import { forgetPatients, lastBill } from './erasing.ts'
import { handlers } from './routes.ts'
import { openBillsOfBoth, timelineOf } from './service.ts'

export { chargeOrderItems, moveOrderCharges, type OrderItemCharge, paidOrderItems, priceOrderItems, withdrawOrderCharges, writeOrderCharges } from './order-charges.ts'
export { countMoney, type MoneyCounts } from './counting.ts'
export { invoiceIssued } from './service.ts'
export { invoiceCredited } from './credit-notes.ts'
export { printMoney } from './documents.ts'
export { chargeGoods, creditCharge, type Goods } from './goods.ts'
export { shiftMoneyPort, takingsPort } from './ports.ts'
export { amountOf, namedServices, type NamedService } from './price-list.ts'
export { documentNumber } from './price-rules.ts'
export { creditLine, creditTotals, fiscalYearOf, priceLine, totals, type BillTotals, type PricedLine } from './rules.ts'
export { isRoundedOff, takeDocumentNumber } from './service.ts'
export { shiftFor } from './shifts.ts'
export type { EntryRow as ShiftEntry } from './shifts-repo.ts'
export { billedDocuments, billedSupplies, type Days as SupplyDays, type SupplyDocument, type SupplySums } from './supplies-repo.ts'

const tables = ['charges', 'invoices', 'invoice_lines', 'deposits', 'payments', 'credit_notes', 'credit_note_lines'] as const

/** Services and prices, charges captured from care, bills, payments, deposits and credit notes. */
export const billingModule = defineModule({
  name: 'billing',
  contract: billing,
  handlers,
  permissions: {
    'billing.read': ['admin', 'cashier', 'receptionist', 'auditor', 'doctor'],
    'billing.write': ['admin', 'cashier'],
    'billing.collect': ['admin', 'cashier'],
    'billing.approve': ['admin'],
    'billing.services': ['admin'],
    'billing.shift': ['admin', 'cashier', 'pharmacist'],
    'billing.shifts': ['admin', 'cashier', 'pharmacist', 'auditor'],
  },
  within: [
    on(encounterOpened, 'billing.capture-opened', captureOn('encounter-opened')),
    on(encounterStarted, 'billing.capture-started', captureOn('encounter-started')),
    on(encounterClosed, 'billing.capture-closed', captureOn('encounter-closed')),
    on(encounterCancelled, 'billing.forget-cancelled', forgetCancelled),
  ],
  provides: [
    timelinePort.of((tx, patientId, request) => timelineOf(tx, { patientId }, request)),
    encounterTimelinePort.of((tx, encounterId) => timelineOf(tx, { encounterId }, { before: null, limit: 50 })),
    mergeBlockPort.of(openBillsOfBoth),
    retentionPort.of(lastBill),
    erasurePort.of(forgetPatients),
    ...tables.map((table) => mergePort.of({ table, column: 'patient_id' })),
  ],
})
