import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'store_id', 'item_id', 'expected', 'counted', 'witness_id', 'note', 'created_at', 'created_by'] as const

export interface RegisterCountRow {
  id: string
  store_id: string
  item_id: string
  expected: string
  counted: string
  witness_id: string
  note: string
  created_at: Date
  created_by: string
}

export type NewRegisterCount = Omit<RegisterCountRow, 'id' | 'created_at' | 'created_by'>

export function insertRegisterCounts(tx: Tx, rows: readonly NewRegisterCount[]): Promise<RegisterCountRow[]> {
  return tx.db.insertInto('register_counts').values(rows.map((row) => ({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }))).returning(columns).execute()
}

/** The last count of each of these drugs in a store. */
export function lastCounts(tx: Tx, storeId: string, itemIds: readonly string[]): Promise<RegisterCountRow[]> {
  return rawInTenant<RegisterCountRow>(
    tx,
    `select c.* from unnest($3::uuid[]) as i(id) cross join lateral (select ${columns.join(', ')} from register_counts where tenant_id = $1 and store_id = $2 and item_id = i.id order by created_at desc, id limit 1) c`,
    [tx.ctx.tenantId, storeId, itemIds],
  )
}

export function listRegisterCounts(tx: Tx, filter: { storeId?: string | undefined; storeIds: readonly string[] | undefined }, page: PageRequest): Promise<RegisterCountRow[]> {
  let query = tx.db.selectFrom('register_counts').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  if (filter.storeIds !== undefined) query = query.where('store_id', '=', anyOf(filter.storeIds))
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}
