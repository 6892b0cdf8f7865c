import { sql } from 'kysely'
import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { together } from '#kernel/together.ts'
import { urgentFirst } from '../orders/index.ts'

const resultColumns = [
  'id', 'version', 'patient_id', 'encounter_id', 'facility_id', 'order_id', 'order_item_id', 'specimen_id', 'test_id', 'panel_name', 'code', 'name', 'bench', 'position', 'priority', 'is_sensitive', 'state', 'status', 'result_version', 'value_kind', 'value_text', 'value_number', 'comparator', 'unit', 'reported_unit', 'flag', 'is_critical', 'holds',
  'range_low', 'range_high', 'range_text', 'range_note', 'critical_low', 'critical_high', 'method', 'comment', 'reason', 'detail', 'instrument_id', 'collected_at', 'entered_at', 'entered_by', 'verified_at', 'verified_by', 'approved_at', 'approved_by', 'released_at', 'released_by', 'due_at', 'created_at', 'amendment',
] as const

/** What was measured and how it was judged: frozen with each version. */
export interface Judged {
  value_text: string
  value_number: string | null
  comparator: string
  unit: string
  reported_unit: string
  flag: string
  is_critical: boolean
  holds: string
  range_low: string | null
  range_high: string | null
  range_text: string
  range_note: string
  critical_low: string | null
  critical_high: string | null
  method: string
  comment: string
  detail: Record<string, unknown>
}

export interface ResultRow extends Judged {
  id: string
  version: number
  patient_id: string
  encounter_id: string | null
  facility_id: string
  order_id: string | null
  order_item_id: string | null
  specimen_id: string
  test_id: string
  panel_name: string
  code: string
  name: string
  bench: string
  position: number
  priority: string
  is_sensitive: boolean
  state: string
  status: string
  result_version: number
  value_kind: string
  reason: string
  instrument_id: string | null
  collected_at: Date | null
  entered_at: Date | null
  entered_by: string | null
  verified_at: Date | null
  verified_by: string | null
  approved_at: Date | null
  approved_by: string | null
  released_at: Date | null
  released_by: string | null
  due_at: Date
  created_at: Date
  /** A correction that waits for a second person; empty where none does. */
  amendment: Record<string, unknown>
}

export type NewResult = Pick<ResultRow, 'patient_id' | 'encounter_id' | 'facility_id' | 'order_id' | 'order_item_id' | 'specimen_id' | 'test_id' | 'panel_name' | 'code' | 'name' | 'bench' | 'position' | 'priority' | 'is_sensitive' | 'value_kind' | 'unit' | 'method' | 'collected_at' | 'due_at'>

const newTypes = {
  id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', facility_id: 'uuid', order_id: 'uuid', order_item_id: 'uuid', specimen_id: 'uuid', test_id: 'uuid', panel_name: 'text', code: 'text', name: 'text', bench: 'text', position: 'int', priority: 'text', is_sensitive: 'boolean', value_kind: 'text', unit: 'text', method: 'text',
  collected_at: 'timestamptz', due_at: 'timestamptz', created_at: 'timestamptz', created_by: 'uuid',
} as const

export const insertResults = (tx: Tx, results: readonly NewResult[]): Promise<void> => insertMany(tx, 'results', newTypes, results.map((result) => ({ ...result, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })))

export function readResult(tx: Tx, id: string): Promise<ResultRow | undefined> {
  return tx.db.selectFrom('results').select(resultColumns).where('id', '=', id).executeTakeFirst()
}

/** Results with their orders, unlocked: to know which orders to lock first. */
export function resultsByIds(tx: Tx, ids: readonly string[]): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('id', '=', anyOf(ids)).orderBy('id').execute()
}

export function lockResults(tx: Tx, ids: readonly string[]): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute()
}

export function resultsOfSpecimens(tx: Tx, specimenIds: readonly string[]): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('specimen_id', '=', anyOf(specimenIds)).orderBy('position').orderBy('id').execute()
}

/** Tubes of a facility on which one of these tests waits, the most urgent and oldest first. */
export async function waitingSpecimens(tx: Tx, by: { facilityId: string; testIds: readonly string[]; limit: number }): Promise<string[]> {
  const rows = await tx.db.selectFrom('results').select('specimen_id').where('facility_id', '=', by.facilityId).where(sql<boolean>`is_open`).where('state', '=', 'pending').where('test_id', '=', anyOf(by.testIds)).groupBy('specimen_id').orderBy((of) => of.fn.min('urgency')).orderBy((of) => of.fn.min('created_at')).orderBy('specimen_id').limit(by.limit).execute()
  return rows.map((row) => row.specimen_id)
}

/** What is to be measured on the tubes in the laboratory of a facility, the urgent tubes first, then by where they stand. */
export function workOnBench(tx: Tx, by: { facilityId: string; bench: string; testIds: readonly string[] | null; limit: number }): Promise<(Pick<ResultRow, 'id' | 'specimen_id' | 'patient_id' | 'name' | 'priority' | 'facility_id' | 'is_sensitive'> & { rack: string; number: string; collected_at: Date | null })[]> {
  return rawInTenant(
    tx,
    `select r.id, r.specimen_id, r.patient_id, r.name, r.priority, r.facility_id, r.is_sensitive, s.rack, s.number, s.collected_at from results r join specimens s on s.tenant_id = r.tenant_id and s.id = r.specimen_id join lab_tests t on t.tenant_id = r.tenant_id and t.id = r.test_id
     where r.tenant_id = $1 and r.facility_id = $2 and r.is_open and r.state = 'pending' and s.state in ('received', 'stored') and t.kind <> 'calculated' and ($3 = '' or r.bench = $3) and ($4::uuid[] is null or r.test_id = any($4::uuid[]))
     order by r.urgency, s.rack = '', s.rack, s.number, r.position, r.id limit $5`,
    [tx.ctx.tenantId, by.facilityId, by.bench, by.testIds, by.limit],
  )
}

export interface WaitingResult {
  id: string
  code: string
  name: string
  priority: string
  patient_id: string
  specimen_number: string
}

/** What waits for a value on the tubes in the laboratory, found by tube, test or patient; first what a reading is likely to be. */
export function waitingResults(tx: Tx, by: { facilityId: string; text: string; patientIds: readonly string[]; likely: { numbers: readonly string[]; testId: string | null }; limit: number }): Promise<WaitingResult[]> {
  return rawInTenant<WaitingResult>(
    tx,
    `select r.id, r.code, r.name, r.priority, r.patient_id, s.number as specimen_number from results r join specimens s on s.tenant_id = r.tenant_id and s.id = r.specimen_id
     where r.tenant_id = $1 and r.facility_id = $2 and r.is_open and r.state = 'pending' and s.state in ('received', 'stored', 'sent-out')
       and ($3 = '' or strpos(lower(s.number), $3) > 0 or strpos(lower(r.code), $3) > 0 or strpos(lower(r.name), $3) > 0 or r.patient_id = any($4::uuid[]))
     order by (s.number = any($5::text[])) desc, (r.test_id is not distinct from $6::uuid) desc, r.urgency, r.created_at desc, r.id limit $7`,
    [tx.ctx.tenantId, by.facilityId, by.text.toLowerCase(), by.patientIds, by.likely.numbers, by.likely.testId, by.limit],
  )
}

export function lockResultsOfSpecimen(tx: Tx, specimenId: string): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('specimen_id', '=', specimenId).orderBy('id').forUpdate().execute()
}

/** Results of an order that are on other tubes. */
export function resultsBeside(tx: Tx, orderId: string, specimenId: string): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('order_id', '=', orderId).where('specimen_id', '<>', specimenId).orderBy('position').orderBy('id').execute()
}

const seenColumns = ['id', 'facility_id', 'patient_id', 'order_id', 'order_item_id', 'specimen_id', 'test_id', 'instrument_id'] as const
export type SeenResult = Pick<ResultRow, (typeof seenColumns)[number]>

/** Results as they are seen before anything is locked: nothing of it changes with a step. */
export function seeResults(tx: Tx, ids: readonly string[]): Promise<SeenResult[]> {
  return tx.db.selectFrom('results').select(seenColumns).where('id', '=', anyOf(ids)).execute()
}

const orderColumns = ['id', 'patient_id', 'encounter_id', 'facility_id', 'order_id', 'order_item_id', 'test_id', 'is_sensitive', 'state', 'status', 'result_version'] as const
/** What an order and its report go by. */
export type OrderResult = Pick<ResultRow, (typeof orderColumns)[number]>

export function resultsOfOrders(tx: Tx, orderIds: readonly string[]): Promise<OrderResult[]> {
  return tx.db.selectFrom('results').select(orderColumns).where('order_id', '=', anyOf(orderIds)).orderBy('position').orderBy('id').execute()
}

export function lockResultsOfOrder(tx: Tx, orderId: string): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('order_id', '=', orderId).orderBy('id').forUpdate().execute()
}

/** What is out of an item of an order, wherever its report stands. */
export function releasedOfItem(tx: Tx, { patientId, itemId }: { patientId: string; itemId: string }): Promise<SeenResult[]> {
  return tx.db.selectFrom('results').select(seenColumns).where('patient_id', '=', patientId).where('released_at', 'is not', null).where('state', '=', 'released').where('order_item_id', '=', itemId).orderBy('position').orderBy('id').execute()
}

export function resultsOfOrder(tx: Tx, orderId: string): Promise<ResultRow[]> {
  return tx.db.selectFrom('results').select(resultColumns).where('order_id', '=', orderId).orderBy('position').orderBy('id').execute()
}

export interface ResultFilter {
  facilityId?: string | undefined
  patientId?: string | undefined
  orderId?: string | undefined
  specimenId?: string | undefined
  encounterId?: string | undefined
  bench?: string | undefined
  state?: string | undefined
  /** Of an instrument, what it measures. */
  testIds?: readonly string[] | undefined
}

const open = new Set(['pending', 'received', 'verified', 'approved'])

/** What a bench of a facility still works on: the urgent first. Anything else: the newest first. */
export const isWorkList = (filter: ResultFilter): boolean => filter.facilityId !== undefined && filter.state !== undefined && open.has(filter.state)

export function listResults(tx: Tx, filter: ResultFilter, page: PageRequest): Promise<ResultRow[]> {
  let query = tx.db.selectFrom('results').select(resultColumns).limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.orderId !== undefined) query = query.where('order_id', '=', filter.orderId)
  if (filter.specimenId !== undefined) query = query.where('specimen_id', '=', filter.specimenId)
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.bench !== undefined) query = query.where('bench', '=', filter.bench)
  if (filter.testIds !== undefined) query = query.where('test_id', '=', anyOf(filter.testIds))
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  // Said as the index of what is open says it.
  if (filter.state !== undefined && open.has(filter.state)) query = query.where(sql<boolean>`is_open`)
  if (isWorkList(filter)) return urgentFirst(query, page.after, 'urgency', 'created_at').execute()
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).orderBy('created_at', 'desc').orderBy('id').execute()
}

/** Released results of a patient, by when the specimen was taken. */
export function releasedOf(tx: Tx, filter: { patientId: string; testId?: string | undefined }, page: PageRequest): Promise<ResultRow[]> {
  let query = tx.db.selectFrom('results').select(resultColumns).where('patient_id', '=', filter.patientId).where('released_at', 'is not', null).where('state', '=', 'released').orderBy('collected_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.testId !== undefined) query = query.where('test_id', '=', filter.testId)
  return afterCursor(query, page.after, 'collected_at', { order: 'desc' }).execute()
}

/** The last result before an instant of each of these tests that has a rule on how much it may change. */
export function changingBefore(tx: Tx, patientId: string, testIds: readonly string[], before: Date): Promise<EarlierRow[]> {
  return rawInTenant<EarlierRow>(
    tx,
    `select e.test_id, e.value_text, e.value_number, e.comparator, e.unit, e.collected_at from lab_tests t
     cross join lateral (select r.test_id, r.value_text, r.value_number, r.comparator, r.unit, r.collected_at from results r
       where r.tenant_id = $1 and r.patient_id = $2 and r.test_id = t.id and r.released_at is not null and r.state = 'released' and r.collected_at < $4 order by r.collected_at desc, r.id limit 1) as e
     where t.tenant_id = $1 and t.id = any($3::uuid[]) and (t.rules ? 'deltaPercent' or t.rules ? 'deltaAbsolute')`,
    [tx.ctx.tenantId, patientId, testIds, before],
  )
}

export interface EarlierRow {
  test_id: string
  value_text: string
  value_number: string | null
  comparator: string
  unit: string
  collected_at: Date
}

/** Results of a patient before an instant, the last ones of each test first. */
export function earlierOf(tx: Tx, patientId: string, testIds: readonly string[], before: Date, each = 1): Promise<EarlierRow[]> {
  return rawInTenant<EarlierRow>(
    tx,
    `select e.test_id, e.value_text, e.value_number, e.comparator, e.unit, e.collected_at from unnest($3::uuid[]) as t(id)
     cross join lateral (select r.test_id, r.value_text, r.value_number, r.comparator, r.unit, r.collected_at from results r
       where r.tenant_id = $1 and r.patient_id = $2 and r.test_id = t.id and r.released_at is not null and r.state = 'released' and r.collected_at < $4 order by r.collected_at desc, r.id limit $5) as e`,
    [tx.ctx.tenantId, patientId, testIds, before, each],
  )
}

export type PreviousRow = EarlierRow & { id: string }

/** The last released result of the same person and test before each of these was taken. */
export function previousOf(tx: Tx, ids: readonly string[]): Promise<PreviousRow[]> {
  return rawInTenant<PreviousRow>(
    tx,
    `select r.id, e.* from results r cross join lateral (select b.test_id, b.value_text, b.value_number, b.comparator, b.unit, b.collected_at from results b
       where b.tenant_id = $1 and b.patient_id = r.patient_id and b.test_id = r.test_id and b.released_at is not null and b.state = 'released' and b.collected_at < coalesce(r.collected_at, $3) and b.id <> r.id order by b.collected_at desc, b.id limit 1) as e
     where r.tenant_id = $1 and r.id = any($2::uuid[])`,
    [tx.ctx.tenantId, ids, tx.ctx.now],
  )
}

const judgedTypes = {
  value_text: 'text', value_number: 'numeric', comparator: 'text', unit: 'text', reported_unit: 'text', flag: 'text', is_critical: 'boolean', holds: 'text', range_low: 'numeric', range_high: 'numeric', range_text: 'text', range_note: 'text', critical_low: 'numeric', critical_high: 'numeric', method: 'text', comment: 'text', detail: 'text',
} as const

export type Entered = Judged & { id: string; state: string; instrument_id: string | null; verified_at: Date | null; reason: string }

/** Writes many entered results with one statement; answers them as they stand then. */
export async function writeEntered(tx: Tx, rows: readonly Entered[]): Promise<ResultRow[]> {
  if (rows.length === 0) return []
  const types = { id: 'uuid', state: 'text', instrument_id: 'uuid', verified_at: 'timestamptz', reason: 'text', ...judgedTypes }
  const names = Object.keys(types)
  const set = names.filter((name) => name !== 'id').map((name) => `${name} = ${name === 'detail' ? 'u.detail::jsonb' : `u.${name}`}`).join(', ')
  const arrays = Object.values(types).map((type, index) => `$${index + 4}::${type}[]`).join(', ')
  const column = (name: string) => rows.map((row) => (name === 'detail' ? JSON.stringify(row.detail) : Reflect.get(row, name)))
  return rawInTenant<ResultRow>(
    tx,
    `update results r set ${set}, entered_at = $2, entered_by = $3, version = r.version + 1, approved_at = null, approved_by = null, verified_by = null from unnest(${arrays}) as u(${names.join(', ')}) where r.tenant_id = $1 and r.id = u.id returning ${resultColumns.map((name) => `r.${name}`).join(', ')}`,
    [tx.ctx.tenantId, tx.ctx.now, tx.ctx.userId, ...names.map(column)],
  )
}

export type ResultChange = Partial<Pick<ResultRow, 'state' | 'status' | 'reason' | 'comment' | 'verified_at' | 'verified_by' | 'approved_at' | 'approved_by' | 'released_at' | 'released_by' | 'order_id' | 'order_item_id' | 'specimen_id' | 'collected_at'> & { amendment: string }>

/** The same change for many results that are locked. */
export async function changeResults(tx: Tx, ids: readonly string[], change: ResultChange): Promise<void> {
  await tx.db.updateTable('results').set((eb) => ({ ...change, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

export async function holdResults(tx: Tx, ids: readonly string[], holds: string): Promise<void> {
  await tx.db.updateTable('results').set((eb) => ({ holds, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

/** Results that are to be looked at again. */
export const returnResults = (tx: Tx, ids: readonly string[], reason: string): Promise<void> => changeResults(tx, ids, { state: 'received', reason, verified_at: null, verified_by: null, approved_at: null, approved_by: null })

const unsaid = { value_text: '', value_number: null, comparator: '', flag: '', is_critical: false, holds: '', comment: '', detail: '{}', entered_at: null, entered_by: null, verified_at: null, verified_by: null, approved_at: null, approved_by: null, instrument_id: null }

/** Results whose tube was not fit wait again, on the new one. */
export async function waitAgain(tx: Tx, ids: readonly string[], specimenId: string): Promise<void> {
  await tx.db.updateTable('results').set((eb) => ({ ...unsaid, collected_at: null, state: 'pending', specimen_id: specimenId, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

/** Results that say nothing any more wait again where they were. */
export async function clearResults(tx: Tx, ids: readonly string[], reason: string): Promise<void> {
  await tx.db.updateTable('results').set((eb) => ({ ...unsaid, state: 'pending', reason, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

/** A released result gets its next version, here and in the list of versions. */
export async function writeVersion(tx: Tx, row: ResultRow, change: Omit<Judged, 'detail'> & { detail: Record<string, unknown>; status: string; reason: string }): Promise<void> {
  const next = row.result_version + 1
  await tx.db.updateTable('results').set({ ...change, detail: JSON.stringify(change.detail), amendment: '{}', result_version: next, state: 'released', released_at: tx.ctx.now, released_by: tx.ctx.userId, version: row.version + 1 }).where('id', '=', row.id).execute()
  await insertVersions(tx, [{ ...row, ...change, result_version: next }])
}

const versionTypes = {
  id: 'uuid', result_id: 'uuid', result_version: 'int', patient_id: 'uuid', status: 'text', value_text: 'text', value_number: 'numeric', comparator: 'text', unit: 'text', flag: 'text', is_critical: 'boolean', range_low: 'numeric', range_high: 'numeric', range_text: 'text', method: 'text', comment: 'text', reason: 'text', detail: 'jsonb',
  verified_by: 'uuid', released_at: 'timestamptz', released_by: 'uuid',
} as const

export function insertVersions(tx: Tx, rows: readonly ResultRow[]): Promise<void> {
  return insertMany(tx, 'result_versions', versionTypes, rows.map((row) => ({ ...row, id: newId(), result_id: row.id, released_at: tx.ctx.now, released_by: tx.ctx.userId })))
}

/** Results as they stand once they are let out. */
export const releasedRows = (tx: Tx, rows: readonly ResultRow[], status: string): ResultRow[] => rows.map((row) => ({ ...row, state: 'released', status, result_version: row.result_version + 1, version: row.version + 1, released_at: tx.ctx.now, released_by: tx.ctx.userId }))

/** Lets out results that are locked: their first version. */
export async function releaseResults(tx: Tx, rows: readonly ResultRow[], status: string): Promise<void> {
  const stands = tx.db.updateTable('results').set((eb) => ({ state: 'released', status, result_version: eb('result_version', '+', 1), released_at: tx.ctx.now, released_by: tx.ctx.userId, version: eb('version', '+', 1) })).where('id', '=', anyOf(rows.map((row) => row.id))).execute()
  await together([stands, insertVersions(tx, rows.map((row) => ({ ...row, status, result_version: row.result_version + 1 })))])
}

export interface VersionRow {
  result_id: string
  result_version: number
  status: string
  value_text: string
  unit: string
  flag: string
  is_critical: boolean
  range_low: string | null
  range_high: string | null
  range_text: string
  method: string
  comment: string
  reason: string
  detail: Record<string, unknown>
  released_at: Date
  released_by: string
}

export function versionsOf(tx: Tx, resultIds: readonly string[]): Promise<VersionRow[]> {
  return tx.db
    .selectFrom('result_versions')
    .select(['result_id', 'result_version', 'status', 'value_text', 'unit', 'flag', 'is_critical', 'range_low', 'range_high', 'range_text', 'method', 'comment', 'reason', 'detail', 'released_at', 'released_by'])
    .where('result_id', '=', anyOf(resultIds))
    .orderBy('result_id')
    .orderBy('result_version', 'desc')
    .execute()
}

export async function noteReads(tx: Tx, rows: readonly { result_id: string; result_version: number }[]): Promise<void> {
  if (rows.length === 0) return
  await rawInTenant(
    tx,
    `insert into result_reads (tenant_id, id, result_id, result_version, user_id, read_at) select $1, u.id, u.result_id, u.result_version, $2, $3 from unnest($4::uuid[], $5::uuid[], $6::int[]) as u(id, result_id, result_version) on conflict on constraint result_reads_once do nothing`,
    [tx.ctx.tenantId, tx.ctx.userId, tx.ctx.now, rows.map(() => newId()), rows.map((row) => row.result_id), rows.map((row) => row.result_version)],
  )
}

export async function readersOf(tx: Tx, resultId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('result_reads').select(['user_id']).where('result_id', '=', resultId).execute()
  return [...new Set(rows.map((row) => row.user_id))]
}
