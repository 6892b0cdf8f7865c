import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const lotColumns = ['id', 'version', 'facility_id', 'test_id', 'material', 'lot_number', 'level', 'mean', 'sd', 'expires_on', 'is_active', 'created_at'] as const

export interface LotRow {
  id: string
  version: number
  facility_id: string
  test_id: string
  material: string
  lot_number: string
  level: string
  mean: string
  sd: string
  expires_on: string
  is_active: boolean
  created_at: Date
}

export function insertLot(tx: Tx, lot: Omit<LotRow, 'id' | 'version' | 'is_active' | 'created_at'>): Promise<LotRow> {
  return tx.db.insertInto('qc_lots').values({ ...lot, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(lotColumns).executeTakeFirstOrThrow()
}

export function readLot(tx: Tx, id: string): Promise<LotRow | undefined> {
  return tx.db.selectFrom('qc_lots').select(lotColumns).where('id', '=', id).executeTakeFirst()
}

export function lockLots(tx: Tx, ids: readonly string[]): Promise<LotRow[]> {
  return tx.db.selectFrom('qc_lots').select(lotColumns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute()
}

export function activeLots(tx: Tx, facilityId: string, testIds: readonly string[]): Promise<LotRow[]> {
  return tx.db.selectFrom('qc_lots').select(lotColumns).where('facility_id', '=', facilityId).where('test_id', '=', anyOf(testIds)).where('is_active', '=', true).orderBy('id').execute()
}

export function updateLot(tx: Tx, row: LotRow, change: { mean?: string; sd?: string; is_active?: boolean }): Promise<LotRow> {
  return tx.db.updateTable('qc_lots').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(lotColumns).executeTakeFirstOrThrow()
}

export function listLots(tx: Tx, filter: { facilityId?: string | undefined; testId?: string | undefined }, page: PageRequest): Promise<LotRow[]> {
  let query = tx.db.selectFrom('qc_lots').select(lotColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.testId !== undefined) query = query.where('test_id', '=', filter.testId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

const runColumns = ['id', 'version', 'facility_id', 'test_id', 'instrument_id', 'state', 'broken', 'action', 'measured_at'] as const

export interface RunRow {
  id: string
  version: number
  facility_id: string
  test_id: string
  instrument_id: string | null
  state: string
  broken: string
  action: string
  measured_at: Date
}

export interface PointRow {
  run_id: string
  lot_id: string
  level: string
  value: string
  z: string
}

export async function insertRun(tx: Tx, run: Omit<RunRow, 'id' | 'version'>, points: readonly { lot_id: string; value: string; z: number; mean: string; sd: string; broken: string }[]): Promise<RunRow> {
  const row = await tx.db.insertInto('qc_runs').values({ ...run, id: newId(), created_by: tx.ctx.userId }).returning(runColumns).executeTakeFirstOrThrow()
  await insertMany(tx, 'qc_points', { id: 'uuid', run_id: 'uuid', lot_id: 'uuid', value: 'numeric', z: 'numeric', mean: 'numeric', sd: 'numeric', broken: 'text', measured_at: 'timestamptz' }, points.map((point) => ({ ...point, id: newId(), run_id: row.id, measured_at: run.measured_at })))
  return row
}

export function lockRun(tx: Tx, id: string): Promise<RunRow | undefined> {
  return tx.db.selectFrom('qc_runs').select(runColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function writeAction(tx: Tx, row: RunRow, action: string): Promise<RunRow> {
  return tx.db.updateTable('qc_runs').set({ action, version: row.version + 1 }).where('id', '=', row.id).returning(runColumns).executeTakeFirstOrThrow()
}

export function listRuns(tx: Tx, filter: { facilityId?: string | undefined; testId?: string | undefined }, page: PageRequest): Promise<RunRow[]> {
  let query = tx.db.selectFrom('qc_runs').select(runColumns).orderBy('measured_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.testId !== undefined) query = query.where('test_id', '=', filter.testId)
  return afterCursor(query, page.after, 'measured_at', { order: 'desc' }).execute()
}

export function pointsOf(tx: Tx, runIds: readonly string[]): Promise<PointRow[]> {
  return tx.db.selectFrom('qc_points').innerJoin('qc_lots', 'qc_lots.id', 'qc_points.lot_id').select(['qc_points.run_id', 'qc_points.lot_id', 'qc_lots.level', 'qc_points.value', 'qc_points.z']).where('qc_points.run_id', '=', anyOf(runIds)).execute()
}

/** The last runs of a test on an instrument with their points, newest first: what the rules look back on. */
export async function historyOf(tx: Tx, run: { facilityId: string; testId: string; instrumentId: string | null }, limit: number): Promise<RunRow[]> {
  const query = tx.db.selectFrom('qc_runs').select(runColumns).where('facility_id', '=', run.facilityId).where('test_id', '=', run.testId).orderBy('measured_at', 'desc').orderBy('id').limit(limit)
  return (run.instrumentId === null ? query.where('instrument_id', 'is', null) : query.where('instrument_id', '=', run.instrumentId)).execute()
}

export interface BlockRow {
  id: string
  facility_id: string
  test_id: string
  instrument_id: string | null
  level: string
  broken: string
  measured_at: Date
}

/** Of each test, instrument and level of a facility the newest rejected run after which no run of that level was good: a good one of another level or instrument does not put it right. */
export function openRejections(tx: Tx, facilityId: string, { testIds, until }: { testIds: readonly string[]; until: Date }): Promise<BlockRow[]> {
  return rawInTenant<BlockRow>(
    tx,
    `select distinct on (r.test_id, r.instrument_id, lower(l.level)) r.id, r.facility_id, r.test_id, r.instrument_id, l.level, r.broken, r.measured_at
     from qc_runs r join qc_points p on p.tenant_id = $1 and p.run_id = r.id join qc_lots l on l.tenant_id = $1 and l.id = p.lot_id
     where r.tenant_id = $1 and r.facility_id = $2 and r.test_id = any($3::uuid[]) and r.state = 'rejected' and r.measured_at <= $4
     and not exists (select from qc_runs g join qc_points gp on gp.tenant_id = $1 and gp.run_id = g.id join qc_lots gl on gl.tenant_id = $1 and gl.id = gp.lot_id
       where g.tenant_id = $1 and g.test_id = r.test_id and g.facility_id = r.facility_id and g.instrument_id is not distinct from r.instrument_id and g.state <> 'rejected' and (g.measured_at, g.id) > (r.measured_at, r.id) and g.measured_at <= $4 and lower(gl.level) = lower(l.level))
     order by r.test_id, r.instrument_id, lower(l.level), r.measured_at desc, r.id desc`,
    [tx.ctx.tenantId, facilityId, testIds, until],
  )
}

/** Tests a facility controls. */
export async function controlledTests(tx: Tx, facilityId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('qc_lots').select(['test_id']).distinct().where('facility_id', '=', facilityId).execute()
  return rows.map((row) => row.test_id)
}

export interface ChartRow {
  run_id: string
  measured_at: Date
  value: string
  z: string
  state: string
  broken: string
}

export function chartOf(tx: Tx, lotId: string, limit: number): Promise<ChartRow[]> {
  return tx.db
    .selectFrom('qc_points')
    .innerJoin('qc_runs', 'qc_runs.id', 'qc_points.run_id')
    .select(['qc_points.run_id', 'qc_points.measured_at', 'qc_points.value', 'qc_points.z', 'qc_runs.state', 'qc_runs.broken'])
    .where('qc_points.lot_id', '=', lotId)
    .orderBy('qc_points.measured_at', 'desc')
    .orderBy('qc_points.id')
    .limit(limit)
    .execute()
}

const logColumns = ['id', 'facility_id', 'instrument_id', 'kind', 'note', 'next_due_on', 'occurred_at', 'created_by'] as const

export interface LogRow {
  id: string
  facility_id: string
  instrument_id: string | null
  kind: string
  note: string
  next_due_on: string | null
  occurred_at: Date
  created_by: string | null
}

export function insertLog(tx: Tx, log: Omit<LogRow, 'id' | 'created_by'>): Promise<LogRow> {
  return tx.db.insertInto('lab_logs').values({ ...log, id: newId(), recorded_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(logColumns).executeTakeFirstOrThrow()
}

export function listLogs(tx: Tx, facilityId: string | undefined, page: PageRequest): Promise<LogRow[]> {
  let query = tx.db.selectFrom('lab_logs').select(logColumns).orderBy('occurred_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (facilityId !== undefined) query = query.where('facility_id', '=', facilityId)
  return afterCursor(query, page.after, 'occurred_at', { order: 'desc' }).execute()
}

/** What was noted of an instrument, newest first. */
export function logsOfInstrument(tx: Tx, instrumentId: string, page: PageRequest): Promise<LogRow[]> {
  const query = tx.db.selectFrom('lab_logs').select(logColumns).where('instrument_id', '=', instrumentId).orderBy('occurred_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'occurred_at', { order: 'desc' }).execute()
}
