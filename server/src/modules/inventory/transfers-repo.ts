import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'state', 'facility_id', 'from_store_id', 'to_store_id', 'transit_store_id', 'reason', 'dispatched_at', 'received_at', 'back_reason', 'returned_at', 'created_at'] as const

export interface TransferRow {
  id: string
  version: number
  number: string
  state: string
  facility_id: string
  from_store_id: string
  to_store_id: string
  transit_store_id: string
  reason: string
  dispatched_at: Date | null
  received_at: Date | null
  back_reason: string
  returned_at: Date | null
  created_at: Date
}

export type NewTransfer = Pick<TransferRow, 'id' | 'number' | 'facility_id' | 'from_store_id' | 'to_store_id' | 'transit_store_id' | 'reason'>

export function insertTransfer(tx: Tx, row: NewTransfer): Promise<TransferRow> {
  return tx.db.insertInto('transfers').values({ ...row, state: 'requested', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readTransfer(tx: Tx, id: string): Promise<TransferRow | undefined> {
  return tx.db.selectFrom('transfers').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockTransfer(tx: Tx, id: string): Promise<TransferRow | undefined> {
  return tx.db.selectFrom('transfers').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateTransfer(tx: Tx, id: string, version: number, change: Partial<Pick<TransferRow, 'state' | 'dispatched_at' | 'received_at' | 'reason' | 'back_reason' | 'returned_at'>>): Promise<TransferRow> {
  return tx.db.updateTable('transfers').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function listTransfers(tx: Tx, filter: { places: readonly string[] | undefined; state?: string | undefined; fromStoreId?: string | undefined; toStoreId?: string | undefined }, page: PageRequest): Promise<TransferRow[]> {
  let query = tx.db.selectFrom('transfers').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.fromStoreId !== undefined) query = query.where('from_store_id', '=', filter.fromStoreId)
  if (filter.toStoreId !== undefined) query = query.where('to_store_id', '=', filter.toStoreId)
  const { places } = filter
  if (places !== undefined) query = query.where((eb) => eb.or([eb('facility_id', '=', anyOf(places)), eb('to_store_id', 'in', eb.selectFrom('stores').select('stores.id').where('stores.facility_id', '=', anyOf(places)))]))
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export interface TransferLineRow {
  id: string
  transfer_id: string
  item_id: string
  requested: string
  lot_id: string | null
  dispatched: string
  received: string
  short: string
  sent_back: string
  taken_back: string
  reason: string
}

const lineTypes = { id: 'uuid', transfer_id: 'uuid', item_id: 'uuid', requested: 'numeric', lot_id: 'uuid', dispatched: 'numeric', created_at: 'timestamptz', created_by: 'uuid' } as const

export type NewTransferLine = Pick<TransferLineRow, 'item_id' | 'requested' | 'lot_id' | 'dispatched'> & { id?: string }

export async function insertLines(tx: Tx, transferId: string, lines: readonly NewTransferLine[]): Promise<void> {
  await insertMany(tx, 'transfer_lines', lineTypes, lines.map((line) => ({ ...line, id: line.id ?? newId(), transfer_id: transferId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export async function deleteLines(tx: Tx, transferId: string): Promise<void> {
  await tx.db.deleteFrom('transfer_lines').where('transfer_id', '=', transferId).execute()
}

export function linesOf(tx: Tx, transferIds: readonly string[]): Promise<TransferLineRow[]> {
  return tx.db.selectFrom('transfer_lines').select(['id', 'transfer_id', 'item_id', 'requested', 'lot_id', 'dispatched', 'received', 'short', 'sent_back', 'taken_back', 'reason']).where('transfer_id', '=', anyOf(transferIds)).orderBy('transfer_id').orderBy('id').execute()
}

export type ArrivedLine = Pick<TransferLineRow, 'id' | 'received' | 'short' | 'sent_back' | 'taken_back' | 'reason'>

export async function receiveLines(tx: Tx, lines: readonly ArrivedLine[]): Promise<void> {
  const column = (name: keyof ArrivedLine) => lines.map((line) => line[name])
  await rawInTenant(
    tx,
    'update transfer_lines l set received = d.received, short = d.short, sent_back = d.sent_back, taken_back = d.taken_back, reason = d.reason from unnest($2::uuid[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[], $7::text[]) as d(id, received, short, sent_back, taken_back, reason) where l.tenant_id = $1 and l.id = d.id',
    [tx.ctx.tenantId, column('id'), column('received'), column('short'), column('sent_back'), column('taken_back'), column('reason')],
  )
}

/** All of a transfer that was sent goes back. */
export async function sendBackLines(tx: Tx, transferId: string): Promise<void> {
  await rawInTenant(tx, 'update transfer_lines l set sent_back = l.dispatched where l.tenant_id = $1 and l.transfer_id = $2', [tx.ctx.tenantId, transferId])
}

export interface OnTheWayRow {
  from_store_id: string
  from_store_name: string
  to_store_id: string
  to_store_name: string
  transfers: number
  returning: number
  lines: number
  value: string
  currency: string
  since: Date
}

/** What is on its way to or from facilities, by the stores it goes between: a statement that reads what is under way only. */
export function onTheWay(tx: Tx, facilityIds: readonly string[]): Promise<OnTheWayRow[]> {
  return rawInTenant<OnTheWayRow>(
    tx,
    `select t.from_store_id, f.name as from_store_name, t.to_store_id, o.name as to_store_name, count(distinct t.id)::int as transfers, count(distinct t.id) filter (where t.state = 'returning')::int as returning, count(*)::int as lines, sum((l.dispatched - l.received - l.short - l.taken_back) * k.unit_cost)::text as value, k.currency, min(t.dispatched_at) as since
     from transfers t join stores f on f.tenant_id = $1 and f.id = t.from_store_id join stores o on o.tenant_id = $1 and o.id = t.to_store_id
       join transfer_lines l on l.tenant_id = $1 and l.transfer_id = t.id join lots k on k.tenant_id = $1 and k.id = l.lot_id
     where t.tenant_id = $1 and t.state in ('dispatched', 'returning') and l.dispatched - l.received - l.short - l.taken_back > 0 and (f.facility_id = any($2::uuid[]) or o.facility_id = any($2::uuid[]))
     group by t.from_store_id, f.name, t.to_store_id, o.name, k.currency order by f.name, o.name, t.from_store_id, t.to_store_id`,
    [tx.ctx.tenantId, facilityIds],
  )
}
