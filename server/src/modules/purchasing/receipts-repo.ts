import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'facility_id', 'store_id', 'vendor_id', 'purchase_order_id', 'currency', 'delivery_note', 'freight', 'goods_total', 'tax_total', 'temperature_celsius', 'note', 'received_on', 'created_at'] as const

export interface ReceiptRow {
  id: string
  version: number
  number: string
  facility_id: string
  store_id: string
  vendor_id: string
  purchase_order_id: string | null
  currency: string
  delivery_note: string
  freight: string
  goods_total: string
  tax_total: string
  temperature_celsius: string | null
  note: string
  received_on: string
  created_at: Date
}

export function insertReceipt(tx: Tx, row: Omit<ReceiptRow, 'version' | 'created_at'>): Promise<ReceiptRow> {
  return tx.db.insertInto('goods_receipts').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readReceipt(tx: Tx, id: string): Promise<ReceiptRow | undefined> {
  return tx.db.selectFrom('goods_receipts').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockReceipt(tx: Tx, id: string): Promise<ReceiptRow | undefined> {
  return tx.db.selectFrom('goods_receipts').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function listReceipts(tx: Tx, filter: { vendorId?: string | undefined; storeId?: string | undefined; purchaseOrderId?: string | undefined; places: readonly string[] | undefined }, page: PageRequest): Promise<ReceiptRow[]> {
  let query = tx.db.selectFrom('goods_receipts').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.vendorId !== undefined) query = query.where('vendor_id', '=', filter.vendorId)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  if (filter.purchaseOrderId !== undefined) query = query.where('purchase_order_id', '=', filter.purchaseOrderId)
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}

const lineTypes = { id: 'uuid', goods_receipt_id: 'uuid', purchase_order_line_id: 'uuid', item_id: 'uuid', lot_id: 'uuid', quantity: 'numeric', free: 'numeric', damaged: 'numeric', damaged_cost: 'numeric', damaged_tax: 'numeric', was_open: 'numeric', over_order: 'numeric', line_cost: 'numeric', tax_rate_percent: 'numeric', tax: 'numeric', landed_unit_cost: 'numeric', created_at: 'timestamptz', created_by: 'uuid' } as const

export interface NewReceiptLine {
  purchase_order_line_id: string | null
  item_id: string
  lot_id: string
  quantity: string
  free: string
  damaged: string
  damaged_cost: string
  damaged_tax: string
  was_open: string | null
  over_order: string
  line_cost: string
  tax_rate_percent: string
  tax: string
  landed_unit_cost: string
}

export function insertReceiptLines(tx: Tx, receiptId: string, lines: readonly NewReceiptLine[]): Promise<void> {
  return insertMany(tx, 'goods_receipt_lines', lineTypes, lines.map((line) => ({ ...line, id: newId(), goods_receipt_id: receiptId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface ReceiptLineRow extends NewReceiptLine {
  id: string
  goods_receipt_id: string
  returned: string
  claimed: string
  item_name: string
  unit: string
  batch: string
  expires_on: string
  /** The line of the order it answers: price of its unit, and how many units are how many base units. */
  order_price: string | null
  order_units: string | null
  order_quantity: string | null
  order_tax_rate: string | null
}

export function receiptLines(tx: Tx, receiptIds: readonly string[]): Promise<ReceiptLineRow[]> {
  return rawInTenant<ReceiptLineRow>(
    tx,
    `select g.id, g.goods_receipt_id, g.purchase_order_line_id, g.item_id, g.lot_id, g.quantity, g.free, g.damaged, g.damaged_cost, g.damaged_tax, g.was_open, g.claimed, g.over_order, g.returned, g.line_cost, g.tax_rate_percent, g.tax, g.landed_unit_cost, i.name as item_name, i.base_unit as unit, l.batch, l.expires_on,
       o.unit_price as order_price, o.ordered as order_units, o.quantity as order_quantity, o.tax_rate_percent as order_tax_rate
     from goods_receipt_lines g left join purchase_order_lines o on o.tenant_id = $1 and o.id = g.purchase_order_line_id join items i on i.tenant_id = $1 and i.id = g.item_id join lots l on l.tenant_id = $1 and l.id = g.lot_id where g.tenant_id = $1 and g.goods_receipt_id = any($2::uuid[]) order by g.goods_receipt_id, i.name_folded, g.id`,
    [tx.ctx.tenantId, receiptIds],
  )
}

export interface EquipmentRow {
  id: string
  goods_receipt_id: string
  number: string
  received_on: string
  facility_id: string
  store_id: string
  vendor_id: string
  currency: string
  item_id: string
  item_name: string
  item_kind: string
  manufacturer: string
  unit: string
  lot_id: string
  batch: string
  /** In base units: what came and did not go back. */
  quantity: string
  landed_unit_cost: string
  tax: string
}

const equipment = `select g.id, g.goods_receipt_id, r.number, r.received_on, r.facility_id, r.store_id, r.vendor_id, r.currency, g.item_id, i.name as item_name, i.kind as item_kind, i.manufacturer, i.base_unit as unit, g.lot_id, l.batch, (g.quantity + g.free - g.returned)::text as quantity, g.landed_unit_cost, g.tax`

const received = `${equipment}
  from goods_receipts r join goods_receipt_lines g on g.tenant_id = $1 and g.goods_receipt_id = r.id join items i on i.tenant_id = $1 and i.id = g.item_id join lots l on l.tenant_id = $1 and l.id = g.lot_id where r.tenant_id = $1`

// Equipment is a small part of what is received: its items first, and from them their lines.
const receivedAsEquipment = `${equipment}
  from (select * from items where tenant_id = $1 and kind = 'equipment' offset 0) i cross join lateral (select * from goods_receipt_lines where tenant_id = $1 and item_id = i.id and quantity + free > returned offset 0) g
  cross join lateral (select * from goods_receipts where tenant_id = $1 and id = g.goods_receipt_id offset 0) r cross join lateral (select * from lots where tenant_id = $1 and id = g.lot_id offset 0) l`

/** Lines of receipts that brought equipment to a facility, newest first. */
export function equipmentLines(tx: Tx, facilityId: string, page: PageRequest): Promise<EquipmentRow[]> {
  const { after } = page
  const values: unknown[] = [tx.ctx.tenantId, facilityId, page.limit + 1]
  const from = after === null ? '' : `and (r.received_on < $${values.push(after.at)}::date or (r.received_on = $${values.length}::date and g.id > $${values.push(after.id)}::uuid))`
  return rawInTenant<EquipmentRow>(tx, `${receivedAsEquipment} where r.facility_id = $2 ${from} order by r.received_on desc, g.id limit $3`, values)
}

/** A line of a receipt with what it brought, locked so that nothing of it goes back meanwhile. */
export async function lockReceivedLine(tx: Tx, id: string): Promise<EquipmentRow | undefined> {
  const [row] = await rawInTenant<EquipmentRow>(tx, `${received} and g.id = $2 for update of r, g`, [tx.ctx.tenantId, id])
  return row
}

/** All that came damaged of these lines is claimed. */
export async function markClaimed(tx: Tx, lineIds: readonly string[]): Promise<void> {
  await rawInTenant(tx, 'update goods_receipt_lines l set claimed = l.damaged where l.tenant_id = $1 and l.id = any($2::uuid[])', [tx.ctx.tenantId, lineIds])
}

export async function addReturned(tx: Tx, totals: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(tx, 'update goods_receipt_lines l set returned = l.returned + d.quantity from unnest($2::uuid[], $3::numeric[]) as d(id, quantity) where l.tenant_id = $1 and l.id = d.id', [tx.ctx.tenantId, [...totals.keys()], [...totals.values()]])
}


const billColumns = ['id', 'version', 'facility_id', 'vendor_id', 'goods_receipt_id', 'bill_number', 'billed_on', 'due_on', 'currency', 'amount', 'expected', 'by_order', 'state', 'reason', 'created_at'] as const

export interface BillRow {
  id: string
  version: number
  facility_id: string
  vendor_id: string
  goods_receipt_id: string
  bill_number: string
  billed_on: string
  due_on: string
  currency: string
  amount: string
  expected: string
  by_order: string | null
  state: string
  reason: string
  created_at: Date
}

export function insertBill(tx: Tx, row: Omit<BillRow, 'id' | 'version' | 'created_at' | 'reason'>): Promise<BillRow> {
  return tx.db.insertInto('vendor_bills').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(billColumns).executeTakeFirstOrThrow()
}

export function lockBill(tx: Tx, id: string): Promise<BillRow | undefined> {
  return tx.db.selectFrom('vendor_bills').select(billColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateBill(tx: Tx, id: string, version: number, change: { state: string; reason: string }): Promise<BillRow> {
  return tx.db.updateTable('vendor_bills').set({ ...change, version: version + 1 }).where('id', '=', id).returning(billColumns).executeTakeFirstOrThrow()
}

export function listBills(tx: Tx, filter: { vendorId?: string | undefined; goodsReceiptId?: string | undefined; places: readonly string[] | undefined }, page: PageRequest): Promise<BillRow[]> {
  let query = tx.db.selectFrom('vendor_bills').select(billColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.vendorId !== undefined) query = query.where('vendor_id', '=', filter.vendorId)
  if (filter.goodsReceiptId !== undefined) query = query.where('goods_receipt_id', '=', filter.goodsReceiptId)
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}

export interface HistoryRow {
  item_id: string
  month: string
  quantity: string
}

/** What items used month by month in the stores of a facility. */
export function usedByMonth(tx: Tx, storeIds: readonly string[], itemIds: readonly string[], from: string): Promise<HistoryRow[]> {
  return rawInTenant<HistoryRow>(
    tx,
    `select item_id, month, (-sum(quantity))::text as quantity from stock_months where tenant_id = $1 and item_id = any($3::uuid[]) and month >= $4 and store_id = any($2::uuid[]) and kind = any(array['issue', 'dispense', 'sale', 'return', 'preparation']) group by item_id, month`,
    [tx.ctx.tenantId, storeIds, itemIds, from],
  )
}

/** What is ordered and has not come. */
export function onOrder(tx: Tx, itemIds: readonly string[], facilityId: string): Promise<{ item_id: string; quantity: string }[]> {
  return rawInTenant(
    tx,
    `select l.item_id, sum(l.quantity - l.received - l.given_up)::text as quantity from purchase_order_lines l join purchase_orders o on o.tenant_id = $1 and o.id = l.purchase_order_id
     where l.tenant_id = $1 and l.item_id = any($2::uuid[]) and o.facility_id = $3 and o.state = any(array['draft', 'approved', 'sent', 'partly-received']) and l.quantity > l.received + l.given_up group by l.item_id`,
    [tx.ctx.tenantId, itemIds, facilityId],
  )
}

/** Of whom an item came last, and for how much. */
export function lastBought(tx: Tx, itemIds: readonly string[]): Promise<{ item_id: string; vendor_id: string; landed_unit_cost: string; currency: string }[]> {
  return rawInTenant(
    tx,
    `select distinct on (l.item_id) l.item_id, g.vendor_id, l.landed_unit_cost, g.currency from goods_receipt_lines l join goods_receipts g on g.tenant_id = $1 and g.id = l.goods_receipt_id
     where l.tenant_id = $1 and l.item_id = any($2::uuid[]) order by l.item_id, g.created_at desc`,
    [tx.ctx.tenantId, itemIds],
  )
}
