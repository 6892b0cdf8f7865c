import { type Expression, sql, type SqlBool } from 'kysely'
import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { insertTogether } from '#kernel/inserts.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'
import type { BillTotals, PricedLine, ShiftEntry } from '../billing/index.ts'
import { batchKey, keyOfBatch } from '../inventory/index.ts'

const columns = ['id', 'version', 'number', 'kind', 'sale_id', 'facility_id', 'store_id', 'patient_id', 'customer_name', 'customer_state_code', 'customer_tax_number', 'prescriber', 'currency', 'is_inter_state', 'subtotal', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'tax', 'round_off', 'total', 'returned_total', 'reason', 'sold_on', 'created_at', 'created_by'] as const

export interface SaleRow {
  id: string
  version: number
  number: string
  kind: string
  sale_id: string | null
  facility_id: string
  store_id: string
  patient_id: string | null
  customer_name: string
  customer_state_code: string
  customer_tax_number: string
  prescriber: string
  currency: string
  is_inter_state: boolean
  subtotal: string
  discount: string
  taxable: string
  cgst: string
  sgst: string
  igst: string
  tax: string
  round_off: string
  total: string
  returned_total: string
  reason: string
  sold_on: string
  created_at: Date
  created_by: string
}

export type NewSale = Omit<SaleRow, 'version' | 'returned_total' | 'created_at' | 'created_by'> & { witness_id: string | null }

/** Sums of a bill as columns. */
export const sumsOf = (sums: BillTotals) => ({ subtotal: sums.subtotal, discount: sums.discount, taxable: sums.taxable, cgst: sums.cgst, sgst: sums.sgst, igst: sums.igst, tax: sums.tax, round_off: sums.roundOff, total: sums.total })

const saleTypes = {
  id: 'uuid', number: 'text', kind: 'text', sale_id: 'uuid', facility_id: 'uuid', store_id: 'uuid', patient_id: 'uuid', customer_name: 'text', customer_state_code: 'text', customer_tax_number: 'text', prescriber: 'text', currency: 'text', is_inter_state: 'boolean', subtotal: 'numeric', discount: 'numeric', taxable: 'numeric', cgst: 'numeric', sgst: 'numeric', igst: 'numeric', tax: 'numeric', round_off: 'numeric', total: 'numeric', reason: 'text', witness_id: 'uuid', sold_on: 'date', created_at: 'timestamptz', created_by: 'uuid',
} as const

/** A sale with its lines and payments as they are written, in one statement. */
export async function insertSale(tx: Tx, sale: NewSale, { lines, payments, shiftId }: { lines: readonly NewSaleLine[]; payments: readonly SalePaymentRow[]; shiftId: string | null }): Promise<{ row: SaleRow; lines: SaleLineRow[] }> {
  const made = { created_at: tx.ctx.now, created_by: tx.ctx.userId }
  const written = lines.map((line, index): SaleLineRow => ({ ...line, id: newId(), sale_id: sale.id, position: index + 1, returned: '0' }))
  const received = payments.map((payment, index) => ({ ...payment, ...made, id: newId(tx.ctx.now.getTime() + index), sale_id: sale.id, facility_id: sale.facility_id, received_on: sale.sold_on, shift_id: shiftId }))
  await insertTogether(tx, [
    { table: 'sales', columns: saleTypes, rows: [{ ...sale, ...made }] },
    { table: 'sale_lines', columns: lineTypes, rows: written.map((line) => ({ ...line, ...made })) },
    { table: 'sale_payments', columns: paymentTypes, rows: received },
  ])
  return { row: { ...sale, ...made, version: 1, returned_total: '0' }, lines: written }
}

export function readSale(tx: Tx, id: string): Promise<SaleRow | undefined> {
  return tx.db.selectFrom('sales').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockSale(tx: Tx, id: string): Promise<SaleRow | undefined> {
  return tx.db.selectFrom('sales').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function addReturnedTotal(tx: Tx, sale: SaleRow, returnedTotal: string): Promise<void> {
  await tx.db.updateTable('sales').set({ returned_total: returnedTotal, version: sale.version + 1 }).where('id', '=', sale.id).execute()
}

export interface SaleFilter {
  places: readonly string[] | undefined
  storeId?: string | undefined
  patientId?: string | undefined
  search?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** The number of a receipt, its last digits, or the beginning of the customer's name. */
function fitting(search: string): Expression<SqlBool> {
  const digits = /^\d{1,6}$/.test(search) ? search.padStart(6, '0') : null
  return sql<SqlBool>`(number = ${search.toUpperCase()} or right(number, 6) = ${digits} or (lower(customer_name) collate "C" >= lower(${search}) and lower(customer_name) collate "C" < lower(${search}) || ${afterPrefix('')}))`
}

export function listSales(tx: Tx, filter: SaleFilter, page: PageRequest): Promise<SaleRow[]> {
  let query = tx.db.selectFrom('sales').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.from !== undefined) query = query.where('sold_on', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('sold_on', '<=', filter.to)
  if (filter.search !== undefined && filter.search !== '') query = query.where(fitting(filter.search))
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}

const lineColumns = ['id', 'sale_id', 'sale_line_id', 'position', 'item_id', 'lot_id', 'name', 'tax_code', 'batch', 'expires_on', 'quantity', 'returned', 'unit_price', 'is_tax_included', 'tax_rate_percent', 'gross', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'tax', 'total'] as const

export interface SaleLineRow extends PricedLine {
  id: string
  sale_id: string
  sale_line_id: string | null
  position: number
  item_id: string
  lot_id: string
  name: string
  tax_code: string
  batch: string
  expires_on: string
  quantity: string
  returned: string
  unit_price: string
  is_tax_included: boolean
  tax_rate_percent: string
}

export type NewSaleLine = Omit<SaleLineRow, 'id' | 'sale_id' | 'position' | 'returned'>

const lineTypes = {
  id: 'uuid', sale_id: 'uuid', sale_line_id: 'uuid', position: 'int', item_id: 'uuid', lot_id: 'uuid', name: 'text', tax_code: 'text', batch: 'text', expires_on: 'date', quantity: 'numeric', unit_price: 'numeric', is_tax_included: 'boolean', tax_rate_percent: 'numeric', gross: 'numeric', discount: 'numeric', taxable: 'numeric', cgst: 'numeric', sgst: 'numeric', igst: 'numeric', tax: 'numeric', total: 'numeric', created_at: 'timestamptz', created_by: 'uuid',
} as const

export function linesOfSale(tx: Tx, saleId: string): Promise<SaleLineRow[]> {
  return tx.db.selectFrom('sale_lines').select(lineColumns).where('sale_id', '=', saleId).orderBy('position').execute()
}

export async function addReturned(tx: Tx, totals: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(tx, 'update sale_lines l set returned = d.quantity from unnest($2::uuid[], $3::numeric[]) as d(id, quantity) where l.tenant_id = $1 and l.id = d.id', [tx.ctx.tenantId, [...totals.keys()], [...totals.values()]])
}

export interface SalePaymentRow {
  kind: string
  method: string
  amount: string
  reference: string
}

const paymentTypes = { id: 'uuid', sale_id: 'uuid', facility_id: 'uuid', kind: 'text', method: 'text', amount: 'numeric', reference: 'text', received_on: 'date', shift_id: 'uuid', created_at: 'timestamptz', created_by: 'uuid' } as const

export function paymentsOfSale(tx: Tx, saleId: string): Promise<SalePaymentRow[]> {
  return tx.db.selectFrom('sale_payments').select(['kind', 'method', 'amount', 'reference']).where('sale_id', '=', saleId).orderBy('id').execute()
}

/** What was paid for a sale and what its returns gave back. */
export function paymentsAround(tx: Tx, saleId: string): Promise<SalePaymentRow[]> {
  return rawInTenant<SalePaymentRow>(
    tx,
    'select p.kind, p.method, p.amount, p.reference from sales s join sale_payments p on p.tenant_id = $1 and p.sale_id = s.id where s.tenant_id = $1 and (s.id = $2 or s.sale_id = $2) order by p.id',
    [tx.ctx.tenantId, saleId],
  )
}

export interface ScannedLot {
  id: string
  item_id: string
  batch: string
  expires_on: string
  state: string
  state_reason: string
  quantity: string
}

/** The lots of scanned batches, and what a store has of each; not locked. */
export function scannedLots(tx: Tx, storeId: string, scanned: readonly { itemId: string; batch: string }[]): Promise<ScannedLot[]> {
  return rawInTenant<ScannedLot>(
    tx,
    `select l.id, l.item_id, l.batch, l.expires_on, l.state, l.state_reason, coalesce(b.quantity, 0)::text as quantity from lots l left join stock_balances b on b.tenant_id = $1 and b.store_id = $2 and b.lot_id = l.id
     where l.tenant_id = $1 and l.item_id = any($3::uuid[]) and ${batchKey('l.batch')} = any($4::text[]) order by l.expires_on, l.id`,
    [tx.ctx.tenantId, storeId, [...new Set(scanned.map((one) => one.itemId))], [...new Set(scanned.map((one) => keyOfBatch(one.batch)))]],
  )
}

/** What the counter took and gave back on a day, by method. */
export function counterTakings(tx: Tx, facilityId: string, on: string): Promise<{ method: string; received: string; refunded: string; count: number }[]> {
  return rawInTenant(
    tx,
    `select method, coalesce(sum(amount) filter (where kind = 'payment'), 0)::text as received, coalesce(sum(amount) filter (where kind = 'refund'), 0)::text as refunded, count(*)::int as count
     from sale_payments where tenant_id = $1 and facility_id = $2 and received_on = $3 group by method`,
    [tx.ctx.tenantId, facilityId, on],
  )
}

/** What the counter took and gave back in a cashier's shift, by method. */
export function counterTakingsOfShift(tx: Tx, shiftId: string): Promise<{ method: string; received: string; refunded: string; count: number }[]> {
  return rawInTenant(
    tx,
    `select method, coalesce(sum(amount) filter (where kind = 'payment'), 0)::text as received, coalesce(sum(amount) filter (where kind = 'refund'), 0)::text as refunded, count(*)::int as count
     from sale_payments where tenant_id = $1 and shift_id = $2 group by method`,
    [tx.ctx.tenantId, shiftId],
  )
}

export async function counterEntriesOfShift(tx: Tx, shiftId: string, page: PageRequest): Promise<ShiftEntry[]> {
  const query = tx.db.selectFrom('sale_payments').innerJoin('sales', 'sales.id', 'sale_payments.sale_id').select(['sale_payments.id', 'sale_payments.created_at as at', 'sales.number', 'sale_payments.kind', 'sale_payments.method', 'sale_payments.amount', 'sale_payments.reference', 'sale_payments.sale_id as document_id']).where('sale_payments.shift_id', '=', shiftId).orderBy('sale_payments.created_at', 'desc').orderBy('sale_payments.id').limit(page.limit + 1)
  const rows = await afterCursor(query, page.after, 'sale_payments.created_at', { order: 'desc', id: 'sale_payments.id' }).execute()
  return rows.map((row) => ({ ...row, document_type: 'sale' }))
}
