import type { z } from 'zod'
import { type billing, type CreditNote, chargeState, chargeTrigger, type Invoice, invoiceKind, invoiceLifecycle, invoiceState, type InvoiceWithLines, type Payment, paymentMethod } from '#contract/billing.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { encounterClass, medicineSystem } from '#contract/encounters.ts'
import { compare, minorUnits, money, plain, subtract } from '#kernel/money.ts'
import type { ChargeRow } from './charges-repo.ts'
import type { CreditLineRow, CreditNoteRow } from './credit-notes-repo.ts'
import type { DepositRow, PaymentRow } from './payments-repo.ts'
import type { PriceRow } from './price-rules.ts'
import type { RuleRow, ServiceRow } from './price-list-repo.ts'
import type { InvoiceRow, LineRow, Sums } from './repo.ts'
import { balanceOf, priceLine, refundableOf } from './rules.ts'

type Answer<K extends keyof typeof billing> = (typeof billing)[K]['response'] extends z.ZodType ? z.output<(typeof billing)[K]['response']> : never



export const presentPrice = (row: PriceRow): Answer<'addPrice'> => ({ id: row.id, serviceId: row.service_id, facilityId: row.facility_id, price: money(row.amount, row.currency), taxRatePercent: plain(row.tax_rate_percent), isTaxIncluded: row.is_tax_included, validFrom: row.valid_from })

export const presentService = (row: ServiceRow, price: PriceRow | undefined): Answer<'readService'> => ({
  id: row.id, version: row.version, code: row.code, name: row.name, category: row.category, price: money(price?.amount ?? '0', price?.currency ?? 'XXX'), taxCode: row.tax_code, taxRatePercent: plain(price?.tax_rate_percent ?? '0'), isTaxIncluded: price?.is_tax_included ?? false, isActive: row.is_active,
})

export const presentRule = (row: RuleRow): Answer<'createChargeRule'> => ({
  id: row.id, version: row.version, trigger: chargeTrigger.parse(row.trigger), encounterClass: encounterClass.nullable().parse(row.encounter_class), system: medicineSystem.nullable().parse(row.system), facilityId: row.facility_id, serviceId: row.service_id, serviceName: row.service_name, isActive: row.is_active,
})

export function presentCharge(row: ChargeRow): Answer<'addCharge'> {
  const line = priceLine({ unitPrice: row.unit_price, quantity: row.quantity, discount: '0', taxRatePercent: row.tax_rate_percent, isTaxIncluded: row.is_tax_included, regime: 'none', isInterState: false, decimals: minorUnits(row.currency) })
  return {
    id: row.id, version: row.version, patientId: row.patient_id, encounterId: row.encounter_id, facilityId: row.facility_id, service: { id: row.service_id, code: row.code, name: row.name }, quantity: plain(row.quantity), unitPrice: money(row.unit_price, row.currency), amount: money(line.gross, row.currency),
    taxRatePercent: plain(row.tax_rate_percent), isTaxIncluded: row.is_tax_included, source: { type: row.source_type, id: row.source_id }, state: chargeState.parse(row.state), ...(row.invoice_id === null ? {} : { invoiceId: row.invoice_id }), occurredAt: row.occurred_at.toISOString(), actions: row.state === 'open' ? ['cancel'] : [],
  }
}

const presentSums = (row: Sums, currency: string) => {
  const of = (amount: string) => money(amount, currency)
  return { subtotal: of(row.subtotal), discount: of(row.discount), taxable: of(row.taxable), cgst: of(row.cgst), sgst: of(row.sgst), igst: of(row.igst), tax: of(row.tax), roundOff: of(row.round_off), total: of(row.total) }
}

export interface Who {
  name: string
  mrn: string
}

function actionsOf(row: InvoiceRow): string[] {
  const steps = allowedSteps(invoiceLifecycle, invoiceState.parse(row.state))
  const isPayable = compare(balanceOf(row), '0') > 0
  const isRefundable = compare(refundableOf(row), '0') > 0
  return steps.filter((step) => (step !== 'pay' || isPayable) && (step !== 'refund' || isRefundable))
}

export function presentInvoice(row: InvoiceRow, patient: Who | undefined): Invoice {
  const of = (amount: string) => money(amount, row.currency)
  return {
    id: row.id, version: row.version, kind: invoiceKind.parse(row.kind), number: row.number, state: invoiceState.parse(row.state), patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, buyer: row.buyer, isInterState: row.is_inter_state,
    ...presentSums(row, row.currency), paid: of(row.paid), credited: of(row.credited), refunded: of(row.refunded), balance: of(balanceOf(row)), issuedAt: row.issued_at?.toISOString() ?? null, issuedOn: row.issued_on, createdAt: row.created_at.toISOString(), cancelReason: row.cancel_reason, actions: actionsOf(row),
  }
}

function presentLine(row: LineRow, currency: string): InvoiceWithLines['lines'][number] {
  const of = (amount: string) => money(amount, currency)
  return {
    id: row.id, serviceId: row.service_id, chargeId: row.charge_id, code: row.code, name: row.name, taxCode: row.tax_code, quantity: plain(row.quantity), unitPrice: of(row.unit_price), isTaxIncluded: row.is_tax_included, taxRatePercent: plain(row.tax_rate_percent),
    gross: of(row.gross), discount: of(row.discount), taxable: of(row.taxable), cgst: of(row.cgst), sgst: of(row.sgst), igst: of(row.igst), tax: of(row.tax), total: of(row.total), creditedQuantity: plain(row.credited_quantity),
  }
}

export const presentWithLines = (row: InvoiceRow, lines: readonly LineRow[], patient: Who | undefined): InvoiceWithLines => ({ ...presentInvoice(row, patient), lines: lines.map((line) => presentLine(line, row.currency)) })

const paymentKinds = ['payment', 'refund', 'deposit', 'deposit-refund'] as const

export const presentPayment = (row: PaymentRow, names: ReadonlyMap<string, string>): Payment => ({
  id: row.id, number: row.number, invoiceId: row.invoice_id, depositId: row.deposit_id, patientId: row.patient_id, facilityId: row.facility_id, kind: paymentKinds.find((kind) => kind === row.kind) ?? 'payment', method: paymentMethod.parse(row.method),
  amount: money(row.amount, row.currency), reference: row.reference, reason: row.reason, receivedAt: row.received_at.toISOString(), receivedBy: names.get(row.received_by) ?? '',
})

export function presentDeposit(row: DepositRow, patient: Who | undefined): Answer<'takeDeposit'> {
  const of = (amount: string) => money(amount, row.currency)
  return {
    id: row.id, version: row.version, number: row.number, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', facilityId: row.facility_id, amount: of(row.amount), used: of(row.used), refunded: of(row.refunded),
    remaining: of(subtract(subtract(row.amount, row.used), row.refunded)), method: paymentMethod.parse(row.method), reference: row.reference, createdAt: row.created_at.toISOString(),
  }
}

export function presentCreditNote(row: CreditNoteRow, lines: readonly CreditLineRow[]): CreditNote {
  const of = (amount: string) => money(amount, row.currency)
  return {
    id: row.id, version: row.version, number: row.number, invoiceId: row.invoice_id, invoiceNumber: row.invoice_number ?? '', patientId: row.patient_id, facilityId: row.facility_id, reason: row.reason, ...presentSums(row, row.currency), issuedAt: row.issued_at.toISOString(), issuedOn: row.issued_on,
    lines: lines.filter((line) => line.credit_note_id === row.id).map((line) => ({
      id: line.id, invoiceLineId: line.invoice_line_id, code: line.code, name: line.name, taxCode: line.tax_code, taxRatePercent: plain(line.tax_rate_percent), quantity: plain(line.quantity), gross: of(line.gross), discount: of(line.discount), taxable: of(line.taxable), cgst: of(line.cgst), sgst: of(line.sgst), igst: of(line.igst), tax: of(line.tax), total: of(line.total),
    })),
  }
}
