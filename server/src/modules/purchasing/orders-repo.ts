import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'state', 'facility_id', 'store_id', 'vendor_id', 'requisition_id', 'currency', 'total', 'expected_on', 'reason', 'sent_at', 'mailed_to', 'created_at'] as const

export interface OrderRow {
  id: string
  version: number
  number: string
  state: string
  facility_id: string
  store_id: string
  vendor_id: string
  requisition_id: string | null
  currency: string
  total: string
  expected_on: string | null
  reason: string
  sent_at: Date | null
  mailed_to: string
  created_at: Date
}

export function insertOrder(tx: Tx, row: Omit<OrderRow, 'version' | 'state' | 'reason' | 'sent_at' | 'mailed_to' | 'created_at'>): Promise<OrderRow> {
  return tx.db.insertInto('purchase_orders').values({ ...row, state: 'draft', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return tx.db.selectFrom('purchase_orders').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return tx.db.selectFrom('purchase_orders').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateOrder(tx: Tx, id: string, version: number, change: Partial<Pick<OrderRow, 'state' | 'reason' | 'sent_at' | 'mailed_to'>> & { approved_by?: string }): Promise<OrderRow> {
  return tx.db.updateTable('purchase_orders').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface OrderFilter {
  state?: string | undefined
  vendorId?: string | undefined
  storeId?: string | undefined
  places: readonly string[] | undefined
}

export function listOrders(tx: Tx, filter: OrderFilter, page: PageRequest): Promise<OrderRow[]> {
  let query = tx.db.selectFrom('purchase_orders').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.vendorId !== undefined) query = query.where('vendor_id', '=', filter.vendorId)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}

const lineTypes = { id: 'uuid', purchase_order_id: 'uuid', item_id: 'uuid', unit: 'text', ordered: 'numeric', quantity: 'numeric', unit_price: 'numeric', tax_rate_percent: 'numeric', created_at: 'timestamptz', created_by: 'uuid' } as const

export interface NewOrderLine {
  item_id: string
  unit: string
  /** In its unit, and in base units. */
  ordered: string
  quantity: string
  unit_price: string
  tax_rate_percent: string
}

export function insertOrderLines(tx: Tx, orderId: string, lines: readonly NewOrderLine[]): Promise<void> {
  return insertMany(tx, 'purchase_order_lines', lineTypes, lines.map((line) => ({ ...line, id: newId(), purchase_order_id: orderId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface OrderLineRow extends NewOrderLine {
  id: string
  purchase_order_id: string
  received: string
  given_up: string
  item_name: string
  sku: string
  manufacturer: string
  base_unit: string
  packs: string[]
}

export function orderLines(tx: Tx, orderIds: readonly string[]): Promise<OrderLineRow[]> {
  return rawInTenant<OrderLineRow>(
    tx,
    `select l.id, l.purchase_order_id, l.item_id, l.unit, l.ordered, l.quantity, l.received, l.given_up, l.unit_price, l.tax_rate_percent, i.name as item_name, i.sku, i.manufacturer, i.base_unit, array(select distinct k.unit from item_packs k where k.tenant_id = $1 and k.item_id = i.id and k.is_current order by k.unit) as packs from purchase_order_lines l join items i on i.tenant_id = $1 and i.id = l.item_id
     where l.tenant_id = $1 and l.purchase_order_id = any($2::uuid[]) order by l.purchase_order_id, i.name_folded, l.id`,
    [tx.ctx.tenantId, orderIds],
  )
}

/** Nothing more is awaited of these lines. */
export async function giveUpRest(tx: Tx, lineIds: readonly string[]): Promise<void> {
  await rawInTenant(tx, 'update purchase_order_lines l set given_up = l.quantity - l.received where l.tenant_id = $1 and l.id = any($2::uuid[]) and l.received < l.quantity', [tx.ctx.tenantId, lineIds])
}

/** Takes the lines of a draft away, for those that stand instead. */
export async function deleteOrderLines(tx: Tx, orderId: string): Promise<void> {
  await tx.db.deleteFrom('purchase_order_lines').where('purchase_order_id', '=', orderId).execute()
}

export async function addReceived(tx: Tx, totals: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(tx, 'update purchase_order_lines l set received = l.received + d.quantity from unnest($2::uuid[], $3::numeric[]) as d(id, quantity) where l.tenant_id = $1 and l.id = d.id', [tx.ctx.tenantId, [...totals.keys()], [...totals.values()]])
}
