import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'state', 'facility_id', 'store_id', 'is_blind', 'reason', 'frozen_at', 'counted_by', 'created_at'] as const

export interface CountRow {
  id: string
  version: number
  number: string
  state: string
  facility_id: string
  store_id: string
  is_blind: boolean
  reason: string
  frozen_at: Date
  counted_by: string | null
  created_at: Date
}

export function insertCount(tx: Tx, row: Pick<CountRow, 'id' | 'number' | 'facility_id' | 'store_id' | 'is_blind' | 'reason'>): Promise<CountRow> {
  return tx.db.insertInto('stock_counts').values({ ...row, state: 'counting', frozen_at: tx.ctx.now, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readCount(tx: Tx, id: string): Promise<CountRow | undefined> {
  return tx.db.selectFrom('stock_counts').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockCount(tx: Tx, id: string): Promise<CountRow | undefined> {
  return tx.db.selectFrom('stock_counts').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateCount(tx: Tx, id: string, version: number, change: Partial<Pick<CountRow, 'state' | 'counted_by' | 'reason'>> & { approved_by?: string }): Promise<CountRow> {
  return tx.db.updateTable('stock_counts').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function listCounts(tx: Tx, filter: { storeId?: string | undefined; places: readonly string[] | undefined }, page: PageRequest): Promise<CountRow[]> {
  let query = tx.db.selectFrom('stock_counts').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.storeId !== undefined) query = query.where('store_id', '=', filter.storeId)
  return afterCursor(inPlaces(query, filter.places), page.after, 'created_at', { order: 'desc' }).execute()
}

export interface CountLineRow {
  id: string
  item_id: string
  lot_id: string
  expected: string
  counted: string | null
  reason: string
  /** All who entered it. */
  counters: string[]
}

/** Lines of what the store has, under the locks of its balances: what is under way ends before. */
export async function freezeLines(tx: Tx, countId: string, storeId: string, itemIds: readonly string[] | undefined): Promise<void> {
  const rows = await rawInTenant<{ item_id: string; lot_id: string; quantity: string }>(
    tx,
    'select b.item_id, b.lot_id, b.quantity from stock_balances b where b.tenant_id = $1 and b.store_id = $2 and b.is_in_stock and ($3::uuid[] is null or b.item_id = any($3)) order by b.store_id, b.lot_id for update of b',
    [tx.ctx.tenantId, storeId, itemIds ?? null],
  )
  await rawInTenant(
    tx,
    `insert into stock_count_lines (tenant_id, id, stock_count_id, item_id, lot_id, expected, created_at, created_by)
     select $1::uuid, d.id, $2, d.item_id, d.lot_id, d.expected, $7, $8 from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::numeric[]) as d(id, item_id, lot_id, expected)`,
    [tx.ctx.tenantId, countId, rows.map(() => newId()), rows.map((row) => row.item_id), rows.map((row) => row.lot_id), rows.map((row) => row.quantity), tx.ctx.now, tx.ctx.userId],
  )
}

export function linesOf(tx: Tx, countId: string): Promise<CountLineRow[]> {
  return tx.db.selectFrom('stock_count_lines').select(['id', 'item_id', 'lot_id', 'expected', 'counted', 'reason', 'counters']).where('stock_count_id', '=', countId).orderBy('lot_id').execute()
}

/** Enters what was counted; a lot that was not expected in the store is a new line. */
export async function enterLines(tx: Tx, countId: string, lines: readonly { lotId: string; itemId: string; counted: string; reason: string }[]): Promise<void> {
  await rawInTenant(
    tx,
    `insert into stock_count_lines (tenant_id, id, stock_count_id, item_id, lot_id, expected, counted, reason, counters, created_at, created_by)
     select $1::uuid, d.id, $2, d.item_id, d.lot_id, 0, d.counted, d.reason, array[$9::uuid], $8, $9 from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::numeric[], $7::text[]) as d(id, item_id, lot_id, counted, reason)
     on conflict on constraint stock_count_lines_lot do update set counted = excluded.counted, reason = excluded.reason,
       counters = stock_count_lines.counters || case when $9 = any(stock_count_lines.counters) then '{}'::uuid[] else excluded.counters end`,
    [tx.ctx.tenantId, countId, lines.map(() => newId()), lines.map((line) => line.itemId), lines.map((line) => line.lotId), lines.map((line) => line.counted), lines.map((line) => line.reason), tx.ctx.now, tx.ctx.userId],
  )
}

export function countNames(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  return tx.db.selectFrom('stores').select(['id', 'name']).where('id', '=', anyOf(ids)).execute()
}
