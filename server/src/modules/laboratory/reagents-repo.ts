import { randomInt } from 'node:crypto'
import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'facility_id', 'name', 'lot_number', 'instrument_id', 'store_id', 'item_id', 'stock_lot_id', 'expires_on', 'on_board_days', 'on_board_until', 'tests_total', 'tests_left', 'state', 'opened_at', 'ended_at', 'reason', 'created_at'] as const

export interface ReagentRow {
  id: string
  version: number
  facility_id: string
  name: string
  lot_number: string
  instrument_id: string | null
  store_id: string | null
  item_id: string | null
  stock_lot_id: string | null
  expires_on: string
  on_board_days: number | null
  on_board_until: string | null
  tests_total: number
  tests_left: number
  state: string
  opened_at: Date | null
  ended_at: Date | null
  reason: string
  created_at: Date
}

export type NewReagent = Pick<ReagentRow, 'facility_id' | 'name' | 'lot_number' | 'instrument_id' | 'store_id' | 'item_id' | 'stock_lot_id' | 'expires_on' | 'on_board_days' | 'tests_total'>

export async function insertReagent(tx: Tx, lot: NewReagent, testIds: readonly string[]): Promise<ReagentRow> {
  const row = await tx.db.insertInto('reagent_lots').values({ ...lot, tests_left: lot.tests_total, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
  await insertMany(tx, 'reagent_lot_tests', { id: 'uuid', lot_id: 'uuid', test_id: 'uuid' }, testIds.map((testId) => ({ id: newId(), lot_id: row.id, test_id: testId })))
  return row
}

export function lockReagent(tx: Tx, id: string): Promise<ReagentRow | undefined> {
  return tx.db.selectFrom('reagent_lots').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateReagent(tx: Tx, row: ReagentRow, change: Partial<Pick<ReagentRow, 'state' | 'opened_at' | 'on_board_until' | 'ended_at' | 'reason'>>): Promise<ReagentRow> {
  return tx.db.updateTable('reagent_lots').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export function listReagents(tx: Tx, filter: { facilityId?: string | undefined; state?: string | undefined }, page: PageRequest): Promise<ReagentRow[]> {
  let query = tx.db.selectFrom('reagent_lots').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export function testsOf(tx: Tx, lotIds: readonly string[]): Promise<{ lot_id: string; test_id: string }[]> {
  return tx.db.selectFrom('reagent_lot_tests').select(['lot_id', 'test_id']).where('lot_id', '=', anyOf(lotIds)).execute()
}

/** What was measured with lots since their `tests_left` was written. */
export async function usedOf(tx: Tx, lotIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await rawInTenant<{ lot_id: string; tests: number }>(tx, 'select lot_id, sum(tests)::int as tests from reagent_uses where tenant_id = $1 and lot_id = any($2::uuid[]) group by lot_id', [tx.ctx.tenantId, lotIds])
  return new Map(rows.map((row) => [row.lot_id, row.tests]))
}

/** A lot on board for a test, with what is left of it now. */
export type OnBoardRow = Pick<ReagentRow, 'id' | 'instrument_id' | 'expires_on' | 'on_board_until' | 'tests_left'> & { test_id: string }

/** Lots on board for tests of a facility, the one opened first first. */
export function onBoard(tx: Tx, facilityId: string, testIds: readonly string[]): Promise<OnBoardRow[]> {
  return rawInTenant<OnBoardRow>(
    tx,
    `select t.test_id, r.id, r.instrument_id, r.expires_on, r.on_board_until, greatest(0, r.tests_left - coalesce(used.tests, 0))::int as tests_left
     from reagent_lots r join reagent_lot_tests t on t.tenant_id = $1 and t.lot_id = r.id
     left join lateral (select sum(u.tests) as tests from reagent_uses u where u.tenant_id = $1 and u.lot_id = r.id) as used on true
     where r.tenant_id = $1 and r.facility_id = $2 and r.state = 'in-use' and t.test_id = any($3::uuid[]) order by r.opened_at, r.id`,
    [tx.ctx.tenantId, facilityId, testIds],
  )
}

const parts = 32

/** Counts tests measured with lots: a count says what is left, it stops no result. Each transaction counts in a part of its own as far as chance goes. */
export async function useTests(tx: Tx, uses: readonly { id: string; tests: number }[]): Promise<void> {
  if (uses.length === 0) return
  const sorted = uses.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await rawInTenant(
    tx,
    `insert into reagent_uses (tenant_id, id, lot_id, part, tests) select $1, u.id, u.lot_id, $2, u.tests from unnest($3::uuid[], $4::uuid[], $5::int[]) as u(id, lot_id, tests)
     on conflict on constraint reagent_uses_once do update set tests = reagent_uses.tests + excluded.tests`,
    [tx.ctx.tenantId, randomInt(parts), sorted.map(() => newId()), sorted.map((use) => use.id), sorted.map((use) => use.tests)],
  )
}
