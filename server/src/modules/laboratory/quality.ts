import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors } from '#contract/laboratory-flow.ts'
import { type QualityLot, type QualityRun, qualityErrors, westgardRule } from '#contract/laboratory-quality.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { plainNumber } from './number-rules.ts'
import { testsByIds, type TestRow } from './catalogue-repo.ts'
import * as repo from './quality-repo.ts'
import type { Landing } from './from-instrument.ts'
import { convertUnit } from './unit-rules.ts'
import { readValue } from './value-rules.ts'
import { brokenByPoint, type ControlPoint, isRejected, westgardRules, zScore } from './westgard-rules.ts'

mapConstraint('qc_lots_once', qualityErrors.lot_taken)

/** A control run was rejected: its tests may not be released until one is accepted. */
export const qualityFailed = defineEvent<{ runId: string; testId: string; facilityId: string }>('laboratory.quality-failed')

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

// A clock of an analyser or a workstation may run ahead by so much.
const clockToleranceMs = 5 * 60_000
const clockLimit = (ctx: Ctx): Date => new Date(ctx.now.getTime() + clockToleranceMs)

/** Which of these tests may not go out: a level of their control was rejected on the instrument they were measured on, and has no good run since. Measured by hand, any instrument counts. */
export async function blockedTests(tx: Tx, asked: readonly { facilityId: string; testId: string; instrumentId: string | null }[]): Promise<Set<string>> {
  const blocked = new Set<string>()
  for (const [facilityId, tests] of Map.groupBy(asked, (one) => one.facilityId)) {
    const runs = await repo.openRejections(tx, facilityId, { testIds: [...new Set(tests.map((one) => one.testId))], until: clockLimit(tx.ctx) })
    for (const one of tests) if (runs.some((run) => run.test_id === one.testId && (run.instrument_id === null || one.instrumentId === null || run.instrument_id === one.instrumentId))) blocked.add(one.testId)
  }
  return blocked
}

export const rulesOf = (broken: string) => westgardRule.array().parse(broken.split(' ').filter(Boolean))
export const stateOf = (state: string): QualityRun['state'] => (state === 'accepted' || state === 'warning' ? state : 'rejected')
const testNames = async (tx: Tx, ids: readonly string[]) => new Map((await testsByIds(tx, [...new Set(ids)])).map((test): [string, TestRow] => [test.id, test]))

const presentLot = (row: repo.LotRow, tests: ReadonlyMap<string, TestRow>): QualityLot => ({
  id: row.id, version: row.version, facilityId: row.facility_id, testId: row.test_id, testName: tests.get(row.test_id)?.name ?? '', material: row.material, lotNumber: row.lot_number, level: row.level, mean: plainNumber(row.mean) ?? '', sd: plainNumber(row.sd) ?? '', unit: tests.get(row.test_id)?.unit ?? '', expiresOn: row.expires_on, isActive: row.is_active,
})

const presentRun = (row: repo.RunRow, tests: ReadonlyMap<string, TestRow>, points: readonly repo.PointRow[]): QualityRun => ({
  id: row.id, version: row.version, facilityId: row.facility_id, testId: row.test_id, testName: tests.get(row.test_id)?.name ?? '', instrumentId: row.instrument_id, state: stateOf(row.state), broken: rulesOf(row.broken), action: row.action, measuredAt: row.measured_at.toISOString(),
  points: points.filter((point) => point.run_id === row.id).toSorted((a, b) => a.level.localeCompare(b.level)).map((point) => ({ lotId: point.lot_id, level: point.level, value: plainNumber(point.value) ?? '', z: Number(point.z) })),
})

const shownLot = async (tx: Tx, row: repo.LotRow) => presentLot(row, await testNames(tx, [row.test_id]))
const shownRun = async (tx: Tx, row: repo.RunRow) => presentRun(row, await testNames(tx, [row.test_id]), await repo.pointsOf(tx, [row.id]))

export function listLots(ctx: Ctx, { query }: Input<'listLots'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listLots(tx, query, page)
    const tests = await testNames(tx, rows.map((row) => row.test_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentLot(row, tests))
  })
}

export function createLot(ctx: Ctx, { body }: Input<'createLot'>) {
  requirePermission(ctx, 'laboratory.quality', body.facilityId)
  return withContext(ctx, async (tx) => shownLot(tx, await repo.insertLot(tx, { facility_id: body.facilityId, test_id: body.testId, material: body.material, lot_number: body.lotNumber, level: body.level, mean: body.mean, sd: body.sd, expires_on: body.expiresOn })))
}

export function updateLot(ctx: Ctx, { params, body, ifMatch }: Input<'updateLot'>) {
  return withContext(ctx, async (tx) => {
    const before = found((await repo.lockLots(tx, [params.id]))[0])
    requirePermission(ctx, 'laboratory.quality', before.facility_id)
    checkVersion(before, ifMatch)
    return shownLot(tx, await repo.updateLot(tx, before, { ...(body.mean === undefined ? {} : { mean: body.mean }), ...(body.sd === undefined ? {} : { sd: body.sd }), ...(body.isActive === undefined ? {} : { is_active: body.isActive }) }))
  })
}

// The longest rule looks back on ten points; two or three levels a run.
const lookBack = 12

/** The points of the runs before and of this one, oldest first, as the rules read them. */
async function pointsWithBefore(tx: Tx, run: { facilityId: string; testId: string; instrumentId: string | null }, lots: readonly repo.LotRow[], current: readonly { lot_id: string; z: number }[]): Promise<ControlPoint[]> {
  const before = (await repo.historyOf(tx, run, lookBack)).toReversed()
  const known = (await repo.pointsOf(tx, before.map((row) => row.id))).toSorted((a, b) => a.level.localeCompare(b.level))
  const inUse = new Set(lots.map((lot) => lot.id))
  const level = new Map(lots.map((lot) => [lot.id, lot.level]))
  // A new lot begins anew, and a run that was rejected and put right does not count against the next one.
  const past = before.flatMap((row, index) => (row.state === 'rejected' ? [] : known.filter((point) => point.run_id === row.id && inUse.has(point.lot_id)).map((point) => ({ run: index, level: point.level, z: Number(point.z) }))))
  return [...past, ...current.map((point) => ({ run: before.length, level: level.get(point.lot_id) ?? '', z: point.z }))]
}

interface Measured {
  facilityId: string
  instrumentId: string | null
  measuredAt: Date
  action: string
  points: readonly { lotId: string; value: string }[]
}

/** Judges a run of one test by the lots it names and keeps it. Lots are locked: two runs of one test at once are judged one after the other. */
async function writeRun(tx: Tx, { facilityId, instrumentId, measuredAt, action, points: measured }: Measured): Promise<repo.RunRow> {
  const ids = measured.map((point) => point.lotId)
  const lots = new Map((await repo.lockLots(tx, ids)).map((row) => [row.id, row]))
  const rows = ids.map((id) => found(lots.get(id)))
  const [first] = rows
  if (first === undefined || rows.some((row) => row.test_id !== first.test_id || row.facility_id !== facilityId)) throw invalidField('points', 'laboratory.mixed_tests', qualityErrors.mixed_tests)
  const facility = await facilityOf(tx, facilityId)
  const expired = rows.flatMap((row, index) => (row.expires_on < localDate(measuredAt, facility.timeZone) || !row.is_active ? [{ path: `points.${index}.lotId`, code: 'laboratory.lot_expired' }] : []))
  if (expired.length > 0) throw new AppError(qualityErrors.lot_expired, { fields: expired })
  const points = measured.map((point, index) => { const { mean, sd } = rows[index] ?? first; return { lot_id: point.lotId, value: point.value, mean, sd, z: Math.round(zScore(Number(point.value), Number(mean), Number(sd)) * 10_000) / 10_000 } })
  const ofPoints = brokenByPoint(await pointsWithBefore(tx, { facilityId, testId: first.test_id, instrumentId }, rows, points))
  const broken = westgardRules.filter((rule) => ofPoints.some((rules) => rules.includes(rule)))
  const state = isRejected(broken) ? 'rejected' : broken.length > 0 ? 'warning' : 'accepted'
  const row = await repo.insertRun(tx, { facility_id: facilityId, test_id: first.test_id, instrument_id: instrumentId, state, broken: broken.join(' '), action, measured_at: measuredAt }, points.map((point, index) => ({ ...point, broken: (ofPoints[index] ?? []).join(' ') })))
  if (state === 'rejected') await emit(tx, qualityFailed, { runId: row.id, testId: row.test_id, facilityId: row.facility_id })
  return row
}

export function recordRun(ctx: Ctx, { body }: Input<'recordRun'>) {
  requirePermission(ctx, 'laboratory.quality', body.facilityId)
  const ids = body.points.map((point) => point.lotId)
  if (new Set(ids).size < ids.length) throw invalidField('points', 'laboratory.lot_twice', qualityErrors.lot_twice)
  const measuredAt = body.measuredAt === undefined ? ctx.now : new Date(body.measuredAt)
  if (measuredAt > clockLimit(ctx)) throw invalidField('measuredAt', 'laboratory.not_in_future', laboratoryErrors.not_in_future)
  return withContext(ctx, async (tx) => shownRun(tx, await writeRun(tx, { facilityId: body.facilityId, instrumentId: body.instrumentId ?? null, measuredAt, action: body.action ?? '', points: body.points })))
}

export interface ControlReport {
  facilityId: string
  instrumentId: string
  points: readonly { names: readonly string[]; testId: string; value: string; unit: string }[]
}

/** Names a lot goes by on a control specimen: its number where it has one level, its number with the level, the material with the level. */
const lotNames = (lot: repo.LotRow, isOnly: boolean): string[] => [...(isOnly ? [lot.lot_number] : []), ...['-', ' ', '/'].flatMap((sign) => [`${lot.lot_number}${sign}${lot.level}`, `${lot.material}${sign}${lot.level}`])].map((name) => name.toLowerCase())

/** Control measurements an instrument reports: those of one test are a run of it. What names no one lot in use waits with its reason. */
export async function recordControls(tx: Tx, report: ControlReport): Promise<Landing[]> {
  if (report.points.length === 0) return []
  const testIds = [...new Set(report.points.map((point) => point.testId))].toSorted()
  const [lots, tests, facility] = await Promise.all([repo.activeLots(tx, report.facilityId, testIds), testNames(tx, testIds), facilityOf(tx, report.facilityId)])
  const inUse = lots.filter((lot) => lot.expires_on >= localDate(tx.ctx.now, facility.timeZone))
  const placed = report.points.map((point): { lotId: string; value: string } | string => {
    const own = inUse.filter((lot) => lot.test_id === point.testId)
    const named = own.filter((lot) => lotNames(lot, own.filter((one) => one.lot_number === lot.lot_number).length === 1).some((name) => point.names.some((said) => said.toLowerCase() === name)))
    const [lot] = named
    const test = tests.get(point.testId)
    const number = readValue(point.value)
    if (lot === undefined || named.length > 1) return 'unknown-control'
    if (number.number === null || number.comparator !== '') return 'no-result'
    const value = point.unit === '' || point.unit === test?.unit ? Number(number.number) : convertUnit(Number(number.number), point.unit, test?.unit ?? '', test?.rules)
    return value === undefined ? 'unit' : { lotId: lot.id, value: String(value) }
  })
  const landings: Landing[] = placed.map((one) => (typeof one === 'string' ? { kind: 'bin', reason: one } : { kind: 'control' }))
  for (const testId of testIds) {
    const seen = new Set<string>()
    const points = placed.flatMap((one, index) => {
      if (typeof one === 'string' || report.points[index]?.testId !== testId) return []
      if (seen.has(one.lotId)) landings[index] = { kind: 'bin', reason: 'reported-twice' }
      return seen.has(one.lotId) || !seen.add(one.lotId) ? [] : [one]
    })
    if (points.length > 0) await writeRun(tx, { facilityId: report.facilityId, instrumentId: report.instrumentId, measuredAt: tx.ctx.now, action: '', points })
  }
  return landings
}

export function noteAction(ctx: Ctx, { params, body, ifMatch }: Input<'noteAction'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockRun(tx, params.id))
    requirePermission(ctx, 'laboratory.quality', before.facility_id)
    checkVersion(before, ifMatch)
    return shownRun(tx, await repo.writeAction(tx, before, body.action))
  })
}

export function listRuns(ctx: Ctx, { query }: Input<'listRuns'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listRuns(tx, query, page)
    const [tests, points] = await Promise.all([testNames(tx, rows.map((row) => row.test_id)), repo.pointsOf(tx, rows.map((row) => row.id))])
    return toPage(rows, page.limit, (row) => ({ at: row.measured_at.toISOString(), id: row.id }), (row) => presentRun(row, tests, points))
  })
}

export function chart(ctx: Ctx, { params, query }: Input<'chart'>) {
  return withContext(ctx, async (tx) => {
    const lot = found(await repo.readLot(tx, params.id))
    const rows = (await repo.chartOf(tx, lot.id, query.limit)).toReversed()
    return { lot: await shownLot(tx, lot), points: rows.map((row) => ({ runId: row.run_id, measuredAt: row.measured_at.toISOString(), value: plainNumber(row.value) ?? '', z: Number(row.z), state: stateOf(row.state), broken: rulesOf(row.broken) })) }
  })
}

export function listBlocked(ctx: Ctx, { query }: Input<'listBlocked'>) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const rows = await repo.openRejections(tx, query.facilityId, { testIds: await repo.controlledTests(tx, query.facilityId), until: clockLimit(ctx) })
    const tests = await testNames(tx, rows.map((row) => row.test_id))
    return { items: [...Map.groupBy(rows, (row) => row.id).values()].flatMap((levels) => levels.slice(0, 1).map((row) => ({ id: row.id, testId: row.test_id, testName: tests.get(row.test_id)?.name ?? '', instrumentId: row.instrument_id, levels: levels.map((one) => one.level), broken: rulesOf(row.broken), measuredAt: row.measured_at.toISOString() }))) }
  })
}

const logKind = (kind: string): 'calibration' | 'maintenance' | 'repair' | 'reagent' => (kind === 'calibration' || kind === 'maintenance' || kind === 'repair' ? kind : 'reagent')
const presentLog = (row: repo.LogRow, users: ReadonlyMap<string, string>) => ({ id: row.id, facilityId: row.facility_id, instrumentId: row.instrument_id, kind: logKind(row.kind), note: row.note, nextDueOn: row.next_due_on, occurredAt: row.occurred_at.toISOString(), byName: users.get(row.created_by ?? '') ?? '' })

export function listLogs(ctx: Ctx, { query }: Input<'listLogs'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listLogs(tx, query.facilityId, page)
    const users = await userNames(tx, rows.flatMap((row) => row.created_by ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), (row) => presentLog(row, users))
  })
}

export function addLog(ctx: Ctx, { body }: Input<'addLog'>) {
  requirePermission(ctx, 'laboratory.quality', body.facilityId)
  return withContext(ctx, async (tx) => {
    const row = await repo.insertLog(tx, { facility_id: body.facilityId, instrument_id: body.instrumentId ?? null, kind: body.kind, note: body.note, next_due_on: body.nextDueOn ?? null, occurred_at: body.occurredAt === undefined ? ctx.now : new Date(body.occurredAt) })
    return presentLog(row, await userNames(tx, [ctx.userId]))
  })
}
