import { orderLifecycle } from '#contract/orders.ts'
import { sql } from 'kysely'
import { anyOf, anyText, insertMany, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { urgentFirst } from './urgency.ts'

const columns = [
  'id', 'version', 'patient_id', 'encounter_id', 'facility_id', 'orderer_id', 'priority', 'indication', 'timing', 'pregnancy_week', 'channel', 'is_read_back', 'signed_at', 'state', 'reason', 'replaces_id', 'order_set_id', 'order_set_version', 'occurred_at', 'placed_at', 'created_by',
] as const

export interface OrderRow {
  id: string
  version: number
  patient_id: string
  encounter_id: string | null
  facility_id: string
  orderer_id: string
  priority: string
  indication: string
  timing: string
  pregnancy_week: number | null
  channel: string
  is_read_back: boolean
  signed_at: Date | null
  state: string
  reason: string
  replaces_id: string | null
  order_set_id: string | null
  order_set_version: number | null
  occurred_at: Date
  placed_at: Date
  created_by: string | null
}

export type NewOrder = Omit<OrderRow, 'id' | 'version' | 'state' | 'reason' | 'placed_at' | 'created_by'>

const types = {
  id: 'uuid', version: 'int', patient_id: 'uuid', encounter_id: 'uuid', facility_id: 'uuid', orderer_id: 'uuid', priority: 'text', indication: 'text', timing: 'text', pregnancy_week: 'int', channel: 'text', is_read_back: 'boolean', signed_at: 'timestamptz', state: 'text', reason: 'text', replaces_id: 'uuid', order_set_id: 'uuid',
  order_set_version: 'int', occurred_at: 'timestamptz', placed_at: 'timestamptz', created_by: 'uuid',
} as const

/** An order as it stands once it is written. */
export const orderRow = (tx: Tx, order: NewOrder): OrderRow => ({ ...order, id: newId(), version: 1, state: orderLifecycle.initial, reason: '', placed_at: tx.ctx.now, created_by: tx.ctx.userId })

export const insertOrder = (tx: Tx, row: OrderRow): Promise<void> => insertMany(tx, 'orders', types, [{ ...row }])

export const orders = (tx: Tx) => tx.db.selectFrom('orders').select(columns)

export function readOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return tx.db.selectFrom('orders').select(columns).where('id', '=', id).executeTakeFirst()
}

export function ordersByIds(tx: Tx, ids: readonly string[]): Promise<OrderRow[]> {
  return tx.db.selectFrom('orders').select(columns).where('id', '=', anyOf(ids)).execute()
}

export function lockOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return tx.db.selectFrom('orders').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Locks orders in the order of their ids with one statement. */
export function lockOrders(tx: Tx, ids: readonly string[]): Promise<OrderRow[]> {
  return tx.db.selectFrom('orders').select(columns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute()
}

export function updateOrder(tx: Tx, id: string, version: number, change: Partial<Pick<OrderRow, 'state' | 'reason' | 'signed_at'>>): Promise<OrderRow> {
  return tx.db.updateTable('orders').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface OrderFilter {
  patientId?: string | undefined
  encounterId?: string | undefined
  facilityId?: string | undefined
  ordererId?: string | undefined
  state?: string | undefined
  signature?: 'due' | undefined
}

export function listOrders(tx: Tx, filter: OrderFilter, page: PageRequest): Promise<OrderRow[]> {
  let query = tx.db.selectFrom('orders').select(columns).orderBy('placed_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.ordererId !== undefined) query = query.where('orderer_id', '=', filter.ordererId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.signature !== undefined) query = query.where('channel', '<>', 'written').where('signed_at', 'is', null).where('state', '<>', 'entered-in-error')
  return afterCursor(query, page.after, 'placed_at', { order: 'desc' }).execute()
}

/** The newest orders of a patient or a visit, for the timelines. */
export function newestOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, before: Date | null, limit: number): Promise<OrderRow[]> {
  const all = tx.db.selectFrom('orders').select(columns).orderBy('placed_at', 'desc').orderBy('id').limit(limit)
  const query = 'patientId' in subject ? all.where('patient_id', '=', subject.patientId) : all.where('encounter_id', '=', subject.encounterId)
  return (before === null ? query : query.where('placed_at', '<', before)).execute()
}

const itemColumns = ['id', 'version', 'order_id', 'patient_id', 'facility_id', 'kind', 'catalogue_id', 'service_id', 'code', 'name', 'quantity', 'instructions', 'timing', 'side', 'pregnancy', 'is_contrast_checked', 'priority', 'position', 'state', 'continues_id', 'placed_at'] as const

export interface OrderItemRow {
  id: string
  version: number
  order_id: string
  patient_id: string
  facility_id: string
  kind: string
  catalogue_id: string | null
  service_id: string | null
  code: string
  name: string
  quantity: string
  instructions: string
  timing: string
  side: string
  pregnancy: string | null
  is_contrast_checked: boolean
  priority: string
  position: number
  state: string
  continues_id: string | null
  placed_at: Date
}

export type NewItem = Pick<OrderItemRow, 'id' | 'kind' | 'catalogue_id' | 'service_id' | 'code' | 'name' | 'quantity' | 'instructions' | 'timing' | 'side' | 'pregnancy' | 'is_contrast_checked' | 'state' | 'continues_id'>

const itemTypes = {
  id: 'uuid', order_id: 'uuid', patient_id: 'uuid', facility_id: 'uuid', kind: 'text', catalogue_id: 'uuid', service_id: 'uuid', code: 'text', name: 'text', quantity: 'numeric', instructions: 'text', timing: 'text', side: 'text', pregnancy: 'text', is_contrast_checked: 'boolean', priority: 'text', position: 'int', state: 'text', continues_id: 'uuid', placed_at: 'timestamptz', created_by: 'uuid',
} as const

/** The items of an order as they stand once they are written. */
export const itemRows = (order: OrderRow, items: readonly NewItem[]): OrderItemRow[] =>
  items.map((item, index) => ({ ...item, order_id: order.id, patient_id: order.patient_id, facility_id: order.facility_id, priority: order.priority, placed_at: order.placed_at, version: 1, position: index + 1 }))

export const insertItems = (tx: Tx, rows: readonly OrderItemRow[]): Promise<void> => insertMany(tx, 'order_items', itemTypes, rows.map((row) => ({ ...row, created_by: tx.ctx.userId })))

export function itemsOf(tx: Tx, orderIds: readonly string[]): Promise<OrderItemRow[]> {
  return tx.db.selectFrom('order_items').select(itemColumns).where('order_id', '=', anyOf(orderIds)).orderBy('order_id').orderBy('position').execute()
}

export function readItem(tx: Tx, id: string): Promise<OrderItemRow | undefined> {
  return tx.db.selectFrom('order_items').select(itemColumns).where('id', '=', id).executeTakeFirst()
}

/** So many of an item are asked for now. */
export async function setQuantity(tx: Tx, id: string, quantity: string): Promise<void> {
  await tx.db.updateTable('order_items').set((eb) => ({ quantity, version: eb('version', '+', 1) })).where('id', '=', id).execute()
}

export async function stepItems(tx: Tx, ids: readonly string[], state: string): Promise<void> {
  await tx.db.updateTable('order_items').set((eb) => ({ state, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

export interface ItemFilter {
  facilityId?: string | undefined
  kind?: string | undefined
  state?: string | undefined
}

/** What waits in a facility: the urgent first. Anything else: the newest first. */
export const isWorkList = (filter: ItemFilter): boolean => filter.facilityId !== undefined && filter.kind !== undefined && (filter.state === 'ordered' || filter.state === 'in-progress')

export function listItems(tx: Tx, filter: ItemFilter, page: PageRequest): Promise<OrderItemRow[]> {
  let query = tx.db.selectFrom('order_items').select(itemColumns).limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  // Said as the two indexes by state say it.
  if (isWorkList(filter)) return urgentFirst(query.where(sql<boolean>`state in ('ordered', 'in-progress')`), page.after, 'urgency', 'placed_at').execute()
  if (filter.state !== undefined && filter.state !== 'ordered' && filter.state !== 'in-progress') query = query.where(sql<boolean>`state not in ('ordered', 'in-progress')`)
  return afterCursor(query, page.after, 'placed_at', { order: 'desc' }).orderBy('placed_at', 'desc').orderBy('id').execute()
}

/** What was ordered for the patient of these kinds since, and is not withdrawn. */
export function orderedSince(tx: Tx, patientId: string, kinds: readonly string[], since: Date): Promise<Pick<OrderItemRow, 'order_id' | 'kind' | 'catalogue_id' | 'code' | 'name' | 'side' | 'placed_at'>[]> {
  return tx.db
    .selectFrom('order_items')
    .select(['order_id', 'kind', 'catalogue_id', 'code', 'name', 'side', 'placed_at'])
    .where('patient_id', '=', patientId)
    .where('kind', '=', anyText(kinds))
    .where('placed_at', '>', since)
    .where('state', 'not in', ['cancelled', 'discontinued', 'entered-in-error'])
    .orderBy('placed_at', 'desc')
    .limit(300)
    .execute()
}
