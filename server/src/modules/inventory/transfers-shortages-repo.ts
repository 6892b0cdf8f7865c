import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface ShortageRow {
  id: string
  version: number
  state: string
  transfer_id: string
  transfer_line_id: string
  from_facility_id: string
  to_facility_id: string
  item_id: string
  lot_id: string
  quantity: string
  unit_cost: string
  currency: string
  is_on_way_back: boolean
  reason: string
  explanation: string
  found_store_id: string | null
  settled_at: Date | null
  settled_by: string | null
  created_at: Date
  created_by: string | null
}

const own = 'id, version, state, transfer_id, transfer_line_id, from_facility_id, to_facility_id, item_id, lot_id, quantity, unit_cost, currency, is_on_way_back, reason, explanation, found_store_id, settled_at, settled_by, created_at, created_by'

export type NewShortage = Pick<ShortageRow, 'transfer_id' | 'transfer_line_id' | 'from_facility_id' | 'to_facility_id' | 'item_id' | 'lot_id' | 'quantity' | 'unit_cost' | 'currency' | 'is_on_way_back' | 'reason'>

const types = { id: 'uuid', transfer_id: 'uuid', transfer_line_id: 'uuid', from_facility_id: 'uuid', to_facility_id: 'uuid', item_id: 'uuid', lot_id: 'uuid', quantity: 'numeric', unit_cost: 'numeric', currency: 'text', is_on_way_back: 'boolean', reason: 'text', created_at: 'timestamptz', created_by: 'uuid' } as const

export async function insertShortages(tx: Tx, rows: readonly NewShortage[]): Promise<void> {
  await insertMany(tx, 'transfer_shortages', types, rows.map((row) => ({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

/** A shortage with the names that stand beside it. */
export interface NamedShortage extends ShortageRow {
  number: string
  from_store_id: string
  from_store_name: string
  to_store_id: string
  to_store_name: string
  item_name: string
  unit: string
  is_controlled: boolean
  batch: string
}

// Rows first, by one probe of an index; the names stand beside them.
const named = (inner: string) => `select r.*, t.number, t.from_store_id, f.name as from_store_name, t.to_store_id, o.name as to_store_name, i.name as item_name, i.base_unit as unit, i.is_controlled, k.batch
  from (${inner}) r join transfers t on t.tenant_id = $1 and t.id = r.transfer_id join stores f on f.tenant_id = $1 and f.id = t.from_store_id join stores o on o.tenant_id = $1 and o.id = t.to_store_id
    join items i on i.tenant_id = $1 and i.id = r.item_id join lots k on k.tenant_id = $1 and k.id = r.lot_id order by r.created_at desc, r.id`

export interface ShortageFilter {
  state?: string | undefined
  facilityIds: readonly string[]
  transferId?: string | undefined
}

/** Shortages between facilities, newest first: the sender sees them and the receiver. */
export function listShortages(tx: Tx, filter: ShortageFilter, page: PageRequest): Promise<NamedShortage[]> {
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1, filter.facilityIds]
  const state = filter.state === undefined ? '' : `and state = $${values.push(filter.state)}`
  const transfer = filter.transferId === undefined ? '' : `and transfer_id = $${values.push(filter.transferId)}`
  const after = page.after === null ? '' : `and (created_at < $${values.push(new Date(page.after.at))}::timestamptz or (created_at = $${values.length}::timestamptz and id > $${values.push(page.after.id)}::uuid))`
  return rawInTenant<NamedShortage>(tx, named(`select ${own} from transfer_shortages where tenant_id = $1 and (from_facility_id = any($3::uuid[]) or to_facility_id = any($3::uuid[])) ${state} ${transfer} ${after} order by created_at desc, id limit $2`), values)
}

export async function readShortage(tx: Tx, id: string): Promise<NamedShortage | undefined> {
  return (await rawInTenant<NamedShortage>(tx, named(`select ${own} from transfer_shortages where tenant_id = $1 and id = $2`), [tx.ctx.tenantId, id]))[0]
}

export async function lockShortage(tx: Tx, id: string): Promise<ShortageRow | undefined> {
  return (await rawInTenant<ShortageRow>(tx, `select ${own} from transfer_shortages where tenant_id = $1 and id = $2 for update`, [tx.ctx.tenantId, id]))[0]
}

export async function settleShortage(tx: Tx, row: ShortageRow, change: Pick<ShortageRow, 'state' | 'explanation' | 'found_store_id'>): Promise<void> {
  await tx.db.updateTable('transfer_shortages').set({ ...change, settled_at: tx.ctx.now, settled_by: tx.ctx.userId, version: row.version + 1 }).where('id', '=', row.id).execute()
}
