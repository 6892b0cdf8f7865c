import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

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
  const { after } = page
  if (after === null) return query.execute()
  const at = new Date(after.at)
  return query.where((eb) => eb.and([eb('created_at', '<=', at), eb.or([eb('created_at', '<>', at), eb('id', '>', after.id)])])).execute()
}

export function testsOf(tx: Tx, lotIds: readonly string[]): Promise<{ lot_id: string; test_id: string }[]> {
  return tx.db.selectFrom('reagent_lot_tests').select(['lot_id', 'test_id']).where('lot_id', '=', anyOf(lotIds)).execute()
}

/** Lots on board for tests of a facility: those of the instrument first, the one opened first first. */
export function onBoard(tx: Tx, facilityId: string, testIds: readonly string[]): Promise<(ReagentRow & { test_id: string })[]> {
  return tx.db
    .selectFrom('reagent_lots')
    .innerJoin('reagent_lot_tests', 'reagent_lot_tests.lot_id', 'reagent_lots.id')
    .select(['reagent_lot_tests.test_id', 'reagent_lots.id', 'reagent_lots.version', 'facility_id', 'name', 'lot_number', 'instrument_id', 'store_id', 'item_id', 'stock_lot_id', 'expires_on', 'on_board_days', 'on_board_until', 'tests_total', 'tests_left', 'state', 'opened_at', 'ended_at', 'reason', 'created_at'])
    .where('reagent_lots.facility_id', '=', facilityId)
    .where('reagent_lots.state', '=', 'in-use')
    .where('reagent_lot_tests.test_id', '=', anyOf(testIds))
    .orderBy('opened_at')
    .orderBy('reagent_lots.id')
    .execute()
}

/** Takes so many tests off each lot, never below nothing: a count says what is left, it stops no result. */
export async function useTests(tx: Tx, uses: readonly { id: string; tests: number }[]): Promise<void> {
  if (uses.length === 0) return
  const sorted = uses.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await rawInTenant(
    tx,
    `with locked as (select r.id, u.tests from reagent_lots r join unnest($2::uuid[], $3::int[]) as u(id, tests) on u.id = r.id where r.tenant_id = $1 order by r.id for update of r)
     update reagent_lots r set tests_left = greatest(0, r.tests_left - locked.tests), version = r.version + 1 from locked where r.tenant_id = $1 and r.id = locked.id`,
    [tx.ctx.tenantId, sorted.map((use) => use.id), sorted.map((use) => use.tests)],
  )
}
