import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import type { BillTotals, PricedLine } from './rules.ts'

const columns = [
  'id', 'version', 'kind', 'state', 'number', 'patient_id', 'encounter_id', 'facility_id', 'currency', 'buyer', 'is_inter_state', 'subtotal', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'tax', 'round_off', 'total', 'paid', 'credited', 'refunded', 'cancel_reason', 'issued_at', 'issued_on', 'created_at',
] as const

export interface Sums {
  subtotal: string
  discount: string
  taxable: string
  cgst: string
  sgst: string
  igst: string
  tax: string
  round_off: string
  total: string
}

export interface Buyer {
  name?: string | undefined
  taxNumber?: string | undefined
  stateCode?: string | undefined
  address?: string | undefined
}

export interface InvoiceRow extends Sums {
  id: string
  version: number
  kind: string
  state: string
  number: string | null
  patient_id: string
  encounter_id: string | null
  facility_id: string
  currency: string
  buyer: Buyer
  is_inter_state: boolean
  paid: string
  credited: string
  refunded: string
  cancel_reason: string
  issued_at: Date | null
  issued_on: string | null
  created_at: Date
}

/** The sums of a bill as its columns. */
export const sumColumns = (sums: BillTotals): Sums => ({ subtotal: sums.subtotal, discount: sums.discount, taxable: sums.taxable, cgst: sums.cgst, sgst: sums.sgst, igst: sums.igst, tax: sums.tax, round_off: sums.roundOff, total: sums.total })

export type NewInvoice = Sums & Pick<InvoiceRow, 'kind' | 'patient_id' | 'encounter_id' | 'facility_id' | 'currency' | 'is_inter_state'> & { buyer: string }

export function insertInvoice(tx: Tx, invoice: NewInvoice): Promise<InvoiceRow> {
  return tx.db.insertInto('invoices').values({ ...invoice, id: newId(), state: 'draft', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readInvoice(tx: Tx, id: string): Promise<InvoiceRow | undefined> {
  return tx.db.selectFrom('invoices').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockInvoice(tx: Tx, id: string): Promise<InvoiceRow | undefined> {
  return tx.db.selectFrom('invoices').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export type InvoiceChange = Partial<Sums & Pick<InvoiceRow, 'kind' | 'state' | 'number' | 'is_inter_state' | 'paid' | 'credited' | 'refunded' | 'cancel_reason' | 'issued_at' | 'issued_on'> & { buyer: string; fiscal_year: string }>

export function updateInvoice(tx: Tx, id: string, version: number, change: InvoiceChange): Promise<InvoiceRow> {
  return tx.db.updateTable('invoices').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface InvoiceFilter {
  patientId?: string | undefined
  encounterId?: string | undefined
  facilityId?: string | undefined
  state?: string | undefined
  number?: string | undefined
  from: Date | null
  to: Date | null
}

export function listInvoices(tx: Tx, filter: InvoiceFilter, page: PageRequest): Promise<InvoiceRow[]> {
  let query = tx.db.selectFrom('invoices').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.number !== undefined) query = query.where('number', '=', filter.number)
  if (filter.from !== null) query = query.where('created_at', '>=', filter.from)
  if (filter.to !== null) query = query.where('created_at', '<', filter.to)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export interface LineRow extends PricedLine {
  id: string
  invoice_id: string
  service_id: string
  charge_id: string | null
  code: string
  name: string
  tax_code: string
  quantity: string
  unit_price: string
  is_tax_included: boolean
  tax_rate_percent: string
  credited_quantity: string
}

export type NewLine = Omit<LineRow, 'id' | 'invoice_id' | 'credited_quantity'>

const lineTypes = {
  id: 'uuid', invoice_id: 'uuid', patient_id: 'uuid', position: 'int', service_id: 'uuid', charge_id: 'uuid', code: 'text', name: 'text', tax_code: 'text', quantity: 'numeric', unit_price: 'numeric', is_tax_included: 'boolean', tax_rate_percent: 'numeric',
  gross: 'numeric', discount: 'numeric', taxable: 'numeric', cgst: 'numeric', sgst: 'numeric', igst: 'numeric', tax: 'numeric', total: 'numeric', created_at: 'timestamptz', created_by: 'uuid',
} as const

export async function insertLines(tx: Tx, invoice: { id: string; patient_id: string }, lines: readonly NewLine[]): Promise<LineRow[]> {
  const shared = { invoice_id: invoice.id, patient_id: invoice.patient_id, created_at: tx.ctx.now, created_by: tx.ctx.userId }
  const rows = lines.map((line, index) => ({ ...line, ...shared, id: newId(), position: index + 1 }))
  await insertMany(tx, 'invoice_lines', lineTypes, rows)
  return rows.map((row) => ({ ...row, credited_quantity: '0' }))
}

export function linesOf(tx: Tx, invoiceId: string): Promise<LineRow[]> {
  return tx.db
    .selectFrom('invoice_lines')
    .select(['id', 'invoice_id', 'service_id', 'charge_id', 'code', 'name', 'tax_code', 'quantity', 'unit_price', 'is_tax_included', 'tax_rate_percent', 'gross', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'tax', 'total', 'credited_quantity'])
    .where('invoice_id', '=', invoiceId)
    .orderBy('position')
    .execute()
}

export async function deleteLines(tx: Tx, invoiceId: string): Promise<void> {
  await tx.db.deleteFrom('invoice_lines').where('invoice_id', '=', invoiceId).execute()
}

/** Adds what was credited to each line in one statement; the check constraint refuses more than was billed. */
export async function addCredited(tx: Tx, credited: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(
    tx,
    `update invoice_lines l set credited_quantity = l.credited_quantity + c.quantity from unnest($2::uuid[], $3::numeric[]) as c(id, quantity) where l.tenant_id = $1 and l.id = c.id`,
    [tx.ctx.tenantId, [...credited.keys()], [...credited.values()]],
  )
}

/** The newest bills of a patient or a visit that were issued, for the timelines. */
export function newestIssued(tx: Tx, subject: { patientId: string } | { encounterId: string }, before: Date | null, limit: number): Promise<{ id: string; number: string | null; issued_at: Date | null; created_at: Date }[]> {
  const all = tx.db.selectFrom('invoices').select(['id', 'number', 'issued_at', 'created_at']).where('issued_at', 'is not', null).orderBy('created_at', 'desc').orderBy('id').limit(limit)
  const query = 'patientId' in subject ? all.where('patient_id', '=', subject.patientId) : all.where('encounter_id', '=', subject.encounterId)
  return (before === null ? query : query.where('created_at', '<', before)).execute()
}

/** Whether a patient has a bill that is not settled. */
export async function hasOpenBill(tx: Tx, patientId: string): Promise<boolean> {
  const row = await tx.db.selectFrom('invoices').select(['id']).where('patient_id', '=', patientId).where((eb) => eb.or([eb('state', '=', 'draft'), eb('state', '=', 'issued'), eb('state', '=', 'part-paid')])).limit(1).executeTakeFirst()
  return row !== undefined
}
