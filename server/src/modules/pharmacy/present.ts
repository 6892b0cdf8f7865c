import type { Sale, WholeSale } from '#contract/pharmacy.ts'
import { paymentMethod } from '#contract/billing.ts'
import { compare, money, plain } from '#kernel/money.ts'
import type { NewSaleLine, SaleLineRow, SalePaymentRow, SaleRow } from './sales-repo.ts'

// A lot without an expiry stands at the end of time.
const never = '9999-12-31'
export const expiryOf = (on: string): string | null => (on === never ? null : on)

export function presentSale(row: SaleRow, names: ReadonlyMap<string, string>): Sale {
  const of = (amount: string) => money(amount, row.currency)
  return {
    id: row.id, version: row.version, number: row.number, kind: row.kind === 'return' ? 'return' : 'sale', saleId: row.sale_id, facilityId: row.facility_id, storeId: row.store_id, patientId: row.patient_id, customerName: row.customer_name, customerTaxNumber: row.customer_tax_number, customerStateCode: row.customer_state_code, prescriber: row.prescriber, isInterState: row.is_inter_state, subtotal: of(row.subtotal), discount: of(row.discount), taxable: of(row.taxable), cgst: of(row.cgst), sgst: of(row.sgst), igst: of(row.igst), tax: of(row.tax), roundOff: of(row.round_off), total: of(row.total), returnedTotal: of(row.returned_total),
    reason: row.reason, soldOn: row.sold_on, createdAt: row.created_at.toISOString(), soldBy: names.get(row.created_by) ?? '', actions: row.kind === 'sale' && compare(row.returned_total, row.total) < 0 ? ['return'] : [],
  }
}

type QuotedLine = Omit<WholeSale['lines'][number], 'id' | 'returned'>

export function presentQuoted(line: NewSaleLine, currency: string): QuotedLine {
  const of = (amount: string) => money(amount, currency)
  return {
    itemId: line.item_id, name: line.name, taxCode: line.tax_code, lotId: line.lot_id, batch: line.batch, expiresOn: expiryOf(line.expires_on), quantity: plain(line.quantity), unitPrice: of(line.unit_price), isTaxIncluded: line.is_tax_included, taxRatePercent: plain(line.tax_rate_percent),
    gross: of(line.gross), discount: of(line.discount), taxable: of(line.taxable), cgst: of(line.cgst), sgst: of(line.sgst), igst: of(line.igst), tax: of(line.tax), total: of(line.total),
  }
}

export const presentWhole = (row: SaleRow, beside: { lines: readonly SaleLineRow[]; payments: readonly SalePaymentRow[]; names: ReadonlyMap<string, string> }): WholeSale => ({
  ...presentSale(row, beside.names),
  lines: beside.lines.map((line) => ({ ...presentQuoted(line, row.currency), id: line.id, returned: plain(line.returned) })),
  payments: beside.payments.map((payment) => ({ kind: payment.kind === 'refund' ? ('refund' as const) : ('payment' as const), method: paymentMethod.parse(payment.method), amount: money(payment.amount, row.currency), reference: payment.reference })),
})
