import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'facility_id', 'goods_receipt_id', 'vendor_id', 'reason', 'currency', 'total', 'is_claim', 'created_at'] as const

export interface ReturnRow {
  id: string
  version: number
  number: string
  facility_id: string
  goods_receipt_id: string
  vendor_id: string
  reason: string
  currency: string
  total: string
  is_claim: boolean
  created_at: Date
}

export function insertReturn(tx: Tx, row: Omit<ReturnRow, 'version' | 'created_at'>): Promise<ReturnRow> {
  return tx.db.insertInto('purchase_returns').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

/** What goes back of each line, its goods and the tax on them. */
export function insertReturnLines(tx: Tx, returnId: string, lines: readonly { goods_receipt_line_id: string; quantity: string; taxable: string; tax: string }[]): Promise<void> {
  const types = { id: 'uuid', purchase_return_id: 'uuid', goods_receipt_line_id: 'uuid', quantity: 'numeric', taxable: 'numeric', tax: 'numeric', created_at: 'timestamptz', created_by: 'uuid' } as const
  return insertMany(tx, 'purchase_return_lines', types, lines.map((line) => ({ ...line, id: newId(), purchase_return_id: returnId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface ReturnLineRow {
  item_name: string
  unit: string
  batch: string
  expires_on: string
  quantity: string
  taxable: string
  tax: string
}

/** What a debit note takes back, with what it is. */
export function returnLines(tx: Tx, returnId: string): Promise<ReturnLineRow[]> {
  return rawInTenant<ReturnLineRow>(
    tx,
    `select i.name as item_name, i.base_unit as unit, k.batch, k.expires_on, b.quantity, b.taxable, b.tax from purchase_return_lines b join goods_receipt_lines l on l.tenant_id = $1 and l.id = b.goods_receipt_line_id join items i on i.tenant_id = $1 and i.id = l.item_id join lots k on k.tenant_id = $1 and k.id = l.lot_id
     where b.tenant_id = $1 and b.purchase_return_id = $2 order by i.name_folded, b.id`,
    [tx.ctx.tenantId, returnId],
  )
}

export function readReturn(tx: Tx, id: string): Promise<ReturnRow | undefined> {
  return tx.db.selectFrom('purchase_returns').select(columns).where('id', '=', id).executeTakeFirst()
}

export function listReturns(tx: Tx, filter: { goodsReceiptId?: string | undefined; vendorId?: string | undefined; places: readonly string[] | undefined }, page: PageRequest): Promise<ReturnRow[]> {
  let query = tx.db.selectFrom('purchase_returns').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.goodsReceiptId !== undefined) query = query.where('goods_receipt_id', '=', filter.goodsReceiptId)
  if (filter.vendorId !== undefined) query = query.where('vendor_id', '=', filter.vendorId)
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}
