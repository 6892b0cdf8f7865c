import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

const columns = ['id', 'version', 'number', 'facility_id', 'department_id', 'location', 'state', 'reason', 'counted_by', 'approved_by', 'created_at', 'created_by'] as const

export interface RoundRow {
  id: string
  version: number
  number: string
  facility_id: string
  department_id: string | null
  location: string
  state: string
  reason: string
  counted_by: string | null
  approved_by: string | null
  created_at: Date
  created_by: string | null
}

export function insertRound(tx: Tx, row: Pick<RoundRow, 'id' | 'number' | 'facility_id' | 'department_id' | 'location'>): Promise<RoundRow> {
  return tx.db.insertInto('asset_rounds').values({ ...row, state: 'counting', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function roundById(tx: Tx, id: string): Promise<RoundRow | undefined> {
  return tx.db.selectFrom('asset_rounds').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockRound(tx: Tx, id: string): Promise<RoundRow | undefined> {
  return tx.db.selectFrom('asset_rounds').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateRound(tx: Tx, row: RoundRow, change: Partial<Pick<RoundRow, 'state' | 'reason' | 'counted_by' | 'approved_by'>>): Promise<RoundRow> {
  return tx.db.updateTable('asset_rounds').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export function listRounds(tx: Tx, filter: { facilityId?: string | undefined }, page: PageRequest): Promise<RoundRow[]> {
  let query = tx.db.selectFrom('asset_rounds').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

/** Lines of what should be there: all that is not disposed of in the facility, its department or a place. */
export async function expectLines(tx: Tx, round: RoundRow, locationFolded: string): Promise<void> {
  const rows = await rawInTenant<{ id: string; location: string }>(
    tx,
    "select id, location from assets where tenant_id = $1 and facility_id = $2 and state <> 'disposed' and ($3::uuid is null or department_id = $3) and ($4 = '' or (location_folded >= $4 and location_folded < $5)) order by id",
    [tx.ctx.tenantId, round.facility_id, round.department_id, locationFolded, afterPrefix(locationFolded)],
  )
  await rawInTenant(
    tx,
    `insert into asset_round_lines (tenant_id, id, round_id, asset_id, is_expected, expected_location, created_at, created_by)
     select $1::uuid, d.id, $2, d.asset_id, true, d.location, $6, $7 from unnest($3::uuid[], $4::uuid[], $5::text[]) as d(id, asset_id, location)`,
    [tx.ctx.tenantId, round.id, rows.map(() => newId()), rows.map((row) => row.id), rows.map((row) => row.location), tx.ctx.now, tx.ctx.userId],
  )
}

/** Notes that an asset was seen, once however often it is scanned: the last place counts. One that was not expected is a new line. */
export async function foundLine(tx: Tx, roundId: string, seen: { assetId: string; expectedLocation: string; location: string; note: string }): Promise<void> {
  await rawInTenant(
    tx,
    `insert into asset_round_lines (tenant_id, id, round_id, asset_id, is_expected, expected_location, found_location, found_at, found_by, note, created_at, created_by) values ($1, $2, $3, $4, false, $5, $6, $7, $8, $9, $7, $8)
     on conflict on constraint asset_round_lines_once do update set found_location = excluded.found_location, found_at = excluded.found_at, found_by = excluded.found_by, note = excluded.note`,
    [tx.ctx.tenantId, newId(), roundId, seen.assetId, seen.expectedLocation, seen.location, tx.ctx.now, tx.ctx.userId, seen.note],
  )
}

export interface LineRow {
  id: string
  round_id: string
  asset_id: string
  number: string
  name: string
  serial_number: string
  state: string
  is_expected: boolean
  expected_location: string
  found_location: string
  found_at: Date | null
  found_by: string | null
  note: string
}

// Elsewhere: not expected here at all, or seen in another place than the register says.
const results: Readonly<Record<string, string>> = {
  waiting: 'l.found_at is null', missing: 'l.found_at is null', found: "l.found_at is not null and l.is_expected and (l.found_location = '' or lower(l.found_location) = lower(l.expected_location))", elsewhere: "l.found_at is not null and not (l.is_expected and (l.found_location = '' or lower(l.found_location) = lower(l.expected_location)))",
}
const lineColumns = 'l.id, l.round_id, l.asset_id, a.number, a.name, a.serial_number, a.state, l.is_expected, l.expected_location, l.found_location, l.found_at, l.found_by, l.note'

export function linesOf(tx: Tx, roundId: string, filter: { result?: string | undefined; assetId?: string }, page: PageRequest): Promise<LineRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, roundId, page.limit + 1]
  const result = filter.result === undefined ? '' : `and ${results[filter.result] ?? 'true'}`
  const asset = filter.assetId === undefined ? '' : `and l.asset_id = $${values.push(filter.assetId)}`
  const after = page.after === null ? '' : `and a.number > $${values.push(page.after.at)}`
  return rawInTenant<LineRow>(tx, `select ${lineColumns} from asset_round_lines l join assets a on a.tenant_id = $1 and a.id = l.asset_id where l.tenant_id = $1 and l.round_id = $2 ${result} ${asset} ${after} order by a.number limit $3`, values)
}

export interface RoundSum {
  round_id: string
  expected: number
  found: number
  elsewhere: number
  missing: number
}

export function sumsOf(tx: Tx, roundIds: readonly string[]): Promise<RoundSum[]> {
  return rawInTenant<RoundSum>(
    tx,
    `select l.round_id, (count(*) filter (where l.is_expected))::int as expected, (count(*) filter (where ${results['found']}))::int as found, (count(*) filter (where ${results['elsewhere']}))::int as elsewhere, (count(*) filter (where l.found_at is null))::int as missing
     from asset_round_lines l where l.tenant_id = $1 and l.round_id = any($2::uuid[]) group by l.round_id`,
    [tx.ctx.tenantId, roundIds],
  )
}

export async function hasCounted(tx: Tx, roundId: string, userId: string): Promise<boolean> {
  const rows = await rawInTenant<{ one: number }>(tx, 'select 1 as one from asset_round_lines where tenant_id = $1 and round_id = $2 and found_by = $3 limit 1', [tx.ctx.tenantId, roundId, userId])
  return rows.length > 0
}

export interface MovedRow {
  asset_id: string
  before: string
  after: string
}

/** Sets places right and marks what is missing, the assets locked by id; answers what moved. */
export async function settleRound(tx: Tx, roundId: string): Promise<MovedRow[]> {
  await rawInTenant(tx, 'select a.id from assets a join asset_round_lines l on l.tenant_id = $1 and l.asset_id = a.id where a.tenant_id = $1 and l.round_id = $2 order by a.id for update of a', [tx.ctx.tenantId, roundId])
  await rawInTenant(
    tx,
    "update assets a set is_missing = (l.found_at is null), version = a.version + 1 from asset_round_lines l where a.tenant_id = $1 and l.tenant_id = $1 and l.round_id = $2 and l.asset_id = a.id and a.state <> 'disposed' and a.is_missing <> (l.found_at is null)",
    [tx.ctx.tenantId, roundId],
  )
  return rawInTenant<MovedRow>(
    tx,
    `with moved as (select l.asset_id, a.location as before, l.found_location as after from asset_round_lines l join assets a on a.tenant_id = $1 and a.id = l.asset_id where l.tenant_id = $1 and l.round_id = $2 and l.found_at is not null and l.found_location <> '' and a.location <> l.found_location and a.state <> 'disposed'),
       set_right as (update assets a set location = m.after, location_folded = lower(m.after), version = a.version + 1 from moved m where a.tenant_id = $1 and a.id = m.asset_id)
     select * from moved order by asset_id`,
    [tx.ctx.tenantId, roundId],
  )
}
