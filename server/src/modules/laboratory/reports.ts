import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { TimelineItem } from '#contract/patients.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { nextFromBlock } from '#kernel/number-blocks.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { knownFacility } from '../organizations/index.ts'
import { urgentCursor } from '../orders/index.ts'
import { patientsAround, shownResults, shownWithPrevious, wholeResult } from './around.ts'
import { presentReport } from './present.ts'
import { patientDueAt, reportStatus } from './report-rules.ts'
import * as reports from './reports-repo.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { measuredBy } from './ports.ts'
import * as repo from './repo.ts'

/** A report is out, or says something new. */
export const reportIssued = defineEvent<{ reportId: string; orderId: string; patientId: string; facilityId: string; encounterId: string | null }>('laboratory.report-issued')
/** The patient may see it: for messaging and the portal. */
export const reportForPatient = defineEvent<{ reportId: string; patientId: string; facilityId: string }>('laboratory.report-for-patient')

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

/** Orders (whose rows are locked) with their results and the reports they have. */
export interface ReportWork {
  orderIds: readonly string[]
  results: readonly repo.OrderResult[]
  reports: readonly reports.ReportRow[]
}

export async function updateReports(tx: Tx, orderIds: readonly string[]): Promise<void> {
  const [results, before] = await together([repo.resultsOfOrders(tx, orderIds), reports.reportsOfOrders(tx, orderIds)])
  await writeReports(tx, { orderIds, results, reports: before })
}

/** Renews the reports of orders whose results were ended, where that makes them something else: final, mostly. */
export async function settleReports(tx: Tx, orderIds: readonly string[], results: readonly repo.OrderResult[]): Promise<void> {
  const before = await reports.reportsOfOrders(tx, orderIds)
  const changed = before.filter((report) => reportStatus(results.filter((row) => row.order_id === report.order_id)) !== report.status)
  if (changed.length > 0) await writeReports(tx, { orderIds: changed.map((report) => report.order_id), results, reports: changed })
}

/** Makes or renews the report of each order. The patient hears of it when it is final, of a sensitive one only when somebody says so. */
export async function writeReports(tx: Tx, work: ReportWork): Promise<void> {
  await together(work.orderIds.map((orderId) => writeReport(tx, orderId, work.results.filter((row) => row.order_id === orderId), work.reports.find((row) => row.order_id === orderId))))
}

async function writeReport(tx: Tx, orderId: string, results: readonly repo.OrderResult[], before: reports.ReportRow | undefined): Promise<void> {
  const { byId } = await knownCatalogue(tx)
  const out = results.filter((row) => row.result_version > 0)
  const [first] = out
  if (first === undefined) return
  const status = reportStatus(results)
  const dueAt = patientDueAt(tx.ctx.now, out.map((one) => ({ isSensitive: one.is_sensitive, rules: byId.get(one.test_id)?.rules ?? {} })))
  // Whoever was told of an earlier version hears of this one by the same rule: what they know may be wrong now.
  const isSaid = status !== 'preliminary'
  const isToldNow = isSaid && dueAt !== null && dueAt <= tx.ctx.now
  const said = { status, is_sensitive: out.some((row) => row.is_sensitive), patient_due_at: isSaid ? dueAt : (before?.patient_due_at ?? null), issued_at: tx.ctx.now, ...(isSaid ? { patient_told_at: isToldNow ? tx.ctx.now : null } : {}) }
  const of = { patient_id: before?.patient_id ?? first.patient_id, encounter_id: before?.encounter_id ?? first.encounter_id, facility_id: before?.facility_id ?? first.facility_id, order_id: orderId }
  const reportId = before?.id ?? newId()
  const number = before === undefined ? await numberFor(tx, of.facility_id) : ''
  const about = { reportId, patientId: of.patient_id, facilityId: of.facility_id }
  await together([
    before === undefined ? reports.insertReport(tx, { patient_told_at: null, ...said, ...of, id: reportId, number }) : reports.updateReport(tx, before, said),
    emit(tx, reportIssued, { ...about, orderId, encounterId: of.encounter_id }),
    ...(isToldNow ? [emit(tx, reportForPatient, about)] : []),
  ])
}

const toldAtOnce = 200

/** Job: patients hear of reports whose time has come. */
export async function tellDue(tx: Tx): Promise<void> {
  for (const row of await reports.lockDueReports(tx, toldAtOnce)) await tell(tx, row)
}

async function tell(tx: Tx, row: reports.ReportRow): Promise<reports.ReportRow> {
  await emit(tx, reportForPatient, { reportId: row.id, patientId: row.patient_id, facilityId: row.facility_id })
  return reports.markTold(tx, row.id)
}

async function numberFor(tx: Tx, facilityId: string): Promise<string> {
  const facility = await knownFacility(tx, facilityId)
  return `${facility.code}R${String(await nextFromBlock(tx.ctx, { scope: facility.id, kind: 'lab-report', series: '', fiscalYear: '' })).padStart(7, '0')}`
}

export function tellPatient(ctx: Ctx, { params, ifMatch }: Input<'tellPatient'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await reports.lockReport(tx, params.id))
    requirePermission(ctx, 'laboratory.release', row.facility_id)
    checkVersion(row, ifMatch)
    if (row.patient_told_at !== null) throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
    return presentReport(await tell(tx, row), await patientsAround(tx, [row]))
  })
}

export function listReports(ctx: Ctx, { query }: Input<'listReports'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'laboratory.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await reports.listReports(tx, query, page)
    const patients = await patientsAround(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.issued_at.toISOString(), id: row.id }), (row) => presentReport(row, patients))
  })
}

/** The report with what is out of its order. */
export async function reportWith(tx: Tx, id: string): Promise<{ row: reports.ReportRow; results: repo.ResultRow[] }> {
  const row = found(await reports.readReport(tx, id))
  requirePermission(tx.ctx, 'laboratory.read', row.facility_id)
  return { row, results: (await repo.resultsOfOrder(tx, row.order_id)).filter((one) => one.state === 'released' || (one.state === 'entered-in-error' && one.result_version > 0)) }
}

export function readReport(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const { row, results } = await reportWith(tx, id)
    return { ...presentReport(row, await patientsAround(tx, [row])), results: await shownResults(tx, results) }
  })
}

export function listResults(ctx: Ctx, { query }: Input<'listResults'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'laboratory.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const testIds = query.instrumentId === undefined ? undefined : (await measuredBy(tx, query.instrumentId)).testIds
    const rows = await repo.listResults(tx, { ...query, testIds }, page)
    const shown = new Map((await (repo.isWorkList(query) ? shownWithPrevious : shownResults)(tx, rows)).map((result) => [result.id, result]))
    return toPage(rows, page.limit, (row) => (repo.isWorkList(query) ? urgentCursor(row, row.created_at) : { at: row.created_at.toISOString(), id: row.id }), (row) => found(shown.get(row.id)))
  })
}

export function readResult(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const result = await wholeResult(tx, id)
    requirePermission(ctx, 'laboratory.read', result.facilityId)
    return result
  })
}

export function patientResults(ctx: Ctx, { params, query }: Input<'patientResults'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.releasedOf(tx, { patientId: params.id, testId: query.testId }, page)
    const shown = new Map((await shownResults(tx, rows)).map((result) => [result.id, result]))
    return toPage(rows, page.limit, (row) => ({ at: (row.collected_at ?? row.created_at).toISOString(), id: row.id }), (row) => found(shown.get(row.id)))
  })
}

export function seeResults(ctx: Ctx, { body }: Input<'seeResults'>) {
  return withContext(ctx, async (tx) => {
    const rows = (await repo.resultsByIds(tx, body.ids)).filter((row) => row.result_version > 0 && ctx.can('laboratory.read', row.facility_id))
    await repo.noteReads(tx, rows.map((row) => ({ result_id: row.id, result_version: row.result_version })))
    return { seen: rows.length }
  })
}

/** Reports of a patient or a visit as timeline items, newest first. */
export async function timelineOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, { before, limit }: { before: Date | null; limit: number }): Promise<TimelineItem[]> {
  const rows = await reports.newestOf(tx, subject, before, limit)
  return rows.map((row) => ({ at: row.issued_at.toISOString(), kind: 'lab-report', title: `${row.number} ${row.status}`, ref: { type: 'lab-report', id: row.id } }))
}
