import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

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

export function insertRegisterCount(tx: Tx, row: Omit<RegisterCountRow, 'id' | 'created_at' | 'created_by'>): Promise<RegisterCountRow> {
  return tx.db.insertInto('register_counts').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function listRegisterCounts(tx: Tx, filter: { storeId?: string | undefined }, page: PageRequest): Promise<RegisterCountRow[]> {
  let query = tx.db.selectFrom('register_counts').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  const { after } = page
  if (after !== null) {
    const at = new Date(after.at)
    query = query.where((eb) => eb.and([eb('created_at', '<=', at), eb.or([eb('created_at', '<>', at), eb('id', '>', after.id)])]))
  }
  return query.execute()
}
