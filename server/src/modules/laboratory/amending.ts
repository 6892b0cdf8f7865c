import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { unitText } from '#contract/common/units.ts'
import { type Amendment, laboratoryErrors, resultLifecycle } from '#contract/laboratory-flow.ts'
import { testRules } from '#contract/laboratory-catalogue.ts'
import { readAudit } from '#kernel/audit-log.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { message } from '#kernel/text-i18n.ts'
import { raiseAlert } from '../alerts/index.ts'
import { openTask } from '../encounters/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { lockOrdersOf, type OrderRow, ordersByIds } from '../orders/index.ts'
import { lockedResults, lockSeenResults, wholeResult } from './around.ts'
import { told, topicOf, withdrawCalls } from './calling.ts'
import { readSettings, readTest } from './catalogue-repo.ts'
import { fitsKind, keptDetail, summaryOf } from './detailing.ts'
import { frozenOf, judgeAgain } from './judging.ts'
import { blockedTests } from './quality.ts'
import { isWaiting, readAmendment } from './present.ts'
import { recalculate } from './recalculating.ts'
import { updateReports } from './reports.ts'
import { reportOfOrder } from './reports-repo.ts'
import * as repo from './repo.ts'
import { isAbsurd, readValue } from './value-rules.ts'

/** What was released says something else now. */
export const resultAmended = defineEvent<{ resultId: string; orderId: string | null; patientId: string; facilityId: string }>('laboratory.amended')

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const auditLimit = 200

/** Who has seen what was released: who said so by the screen, and whom the audit saw read the result, its report, or the patient's results since. */
async function readersOf(tx: Tx, row: repo.ResultRow): Promise<string[]> {
  const report = row.order_id === null ? undefined : await reportOfOrder(tx, row.order_id)
  const since = row.released_at?.toISOString()
  const seen = [{ subjectId: row.id, action: 'laboratory.readResult:read' }, { subjectId: row.patient_id, action: 'laboratory.patientResults:read' }, { subjectId: row.patient_id, action: 'laboratory.cumulative:read' }, ...(report === undefined ? [] : [{ subjectId: report.id, action: 'laboratory.readReport:read' }, { subjectId: report.id, action: 'laboratory.printReport:print' }])]
  const entries = await Promise.all(seen.map((filter) => readAudit(tx.ctx, { ...filter, from: since }, { limit: auditLimit, after: null })))
  return [...new Set([...(await repo.readersOf(tx, row.id)), ...entries.flat().flatMap((entry) => (entry.outcome === 'success' && entry.actor_id !== null ? [entry.actor_id] : []))])]
}

interface Telling {
  title: string
  detail: string
  isCritical: boolean
  /** What was read beside it: its readers are told as well. */
  beside?: readonly repo.ResultRow[]
}

async function tellReaders(tx: Tx, row: repo.ResultRow, order: OrderRow | undefined, { title, detail, isCritical, beside = [] }: Telling): Promise<void> {
  const read = await Promise.all([row, ...beside].map((one) => readersOf(tx, one)))
  const readers = [...new Set(read.flat())].filter((id) => id !== tx.ctx.userId)
  await raiseAlert(tx, {
    kind: isCritical ? 'critical-result' : 'amended-result', severity: isCritical ? 'critical' : 'warning', facilityId: row.facility_id, patientId: row.patient_id, encounterId: row.encounter_id, subject: { type: 'result', id: row.id, version: row.version + 1 }, title, detail, responsibleId: order?.orderer_id ?? null, alsoTell: readers, needsReadBack: isCritical, topic: topicOf(row),
  })
}

async function locked(tx: Tx, id: string, ifMatch: number | undefined) {
  const { results, orders } = await lockedResults(tx, [id], 'laboratory.amend')
  const row = found(results[0])
  checkVersion(row, ifMatch)
  return { row, orders, order: row.order_id === null ? undefined : orders.get(row.order_id) }
}

/** Whether another value is said: a form sends the one that stands as well. */
const isNewValue = (row: repo.ResultRow, body: Amendment): boolean => body.value !== undefined && (readValue(body.value).text !== row.value_text || (body.unit !== undefined && body.unit !== row.unit))

async function amendedValue(tx: Tx, row: repo.ResultRow, body: Amendment): Promise<repo.Judged> {
  const comment = body.comment ?? row.comment
  if (body.detail !== undefined) {
    if (!fitsKind(row.value_kind, body.detail)) throw invalidField('detail', 'laboratory.wrong_kind', laboratoryErrors.wrong_kind)
    return { ...frozenOf(row), ...summaryOf(row.value_kind, await keptDetail(tx, row.value_kind, body.detail), found(await readTest(tx, row.test_id)).rules), comment }
  }
  if (body.value === undefined || !isNewValue(row, body)) return { ...frozenOf(row), comment }
  const test = found(await readTest(tx, row.test_id))
  const judged = judgeAgain(row, test, { value: body.value, unit: body.unit, comment })
  if (body.isConfirmed !== true && isAbsurd(readValue(judged.value_text), testRules.parse(test.rules))) throw invalidField('value', 'laboratory.absurd_value', laboratoryErrors.absurd_value)
  return judged
}

interface Publish {
  row: repo.ResultRow
  judged: repo.Judged
  order: OrderRow | undefined
  status: 'final' | 'amended' | 'corrected'
  reason: string
}

/** Writes the next version and tells who must know. */
async function publish(tx: Tx, { row, judged, order, status, reason }: Publish): Promise<void> {
  await repo.writeVersion(tx, row, { ...judged, status, reason })
  await emit(tx, resultAmended, { resultId: row.id, orderId: row.order_id, patientId: row.patient_id, facilityId: row.facility_id })
  const { language } = await facilityOf(tx, row.facility_id)
  const isOther = judged.value_text !== row.value_text
  // A final version after a preliminary one is no surprise: only a change of what was said is told, and what is critical.
  if (isOther || status !== 'final') await tellReaders(tx, row, order, { ...told(row, { language, kind: judged.is_critical && isOther ? 'critical' : 'amended', value: judged, detail: reason }), isCritical: judged.is_critical && isOther })
}

/** What a result said stays in its versions; it is in no list, trend or calculation any more. */
async function takeBack(tx: Tx, row: repo.ResultRow, reason: string): Promise<void> {
  await repo.changeResults(tx, [row.id], { state: 'entered-in-error', reason, amendment: '{}' })
  await withdrawCalls(tx, [row], reason)
  await emit(tx, resultAmended, { resultId: row.id, orderId: row.order_id, patientId: row.patient_id, facilityId: row.facility_id })
}

async function withdraw(tx: Tx, row: repo.ResultRow, order: OrderRow | undefined, reason: string): Promise<void> {
  await takeBack(tx, row, reason)
  const { language } = await facilityOf(tx, row.facility_id)
  await tellReaders(tx, row, order, { ...told(row, { language, kind: 'inError', value: row, detail: reason }), isCritical: false })
}

/** What was calculated from a changed result follows it: released ones by a version of their own, others to be verified again. What can no longer be calculated was never true. */
async function followCalculated(tx: Tx, changed: repo.ResultRow, now: repo.Judged | undefined, order: OrderRow | undefined): Promise<void> {
  const { language } = await facilityOf(tx, changed.facility_id)
  const reason = message(language, 'laboratory.recalculated', { name: changed.name })
  for (const { row, judged } of await recalculate(tx, changed, now)) {
    const isOut = row.state === 'released'
    if (isOut && judged !== undefined) await publish(tx, { row, judged, order, status: 'corrected', reason })
    else if (isOut) await withdraw(tx, row, order, reason)
    else if (judged === undefined) {
      await repo.changeResults(tx, [row.id], { state: 'cancelled', reason })
      await withdrawCalls(tx, [row], reason)
    }
    else await repo.writeEntered(tx, [{ ...judged, id: row.id, state: 'received', instrument_id: null, verified_at: null, reason }])
  }
}

/** What is out and was calculated from results that were not, which say something else now. */
export async function followOut(tx: Tx, changed: readonly repo.ResultRow[]): Promise<void> {
  const orders = new Map((await lockOrdersOf(tx, [...new Set(changed.flatMap((row) => row.order_id ?? []))])).map((order) => [order.id, order]))
  for (const row of changed) await followCalculated(tx, row, row.entered_at === null || row.state === 'cancelled' ? undefined : frozenOf(row), row.order_id === null ? undefined : orders.get(row.order_id))
}

interface Amending {
  row: repo.ResultRow
  orders: ReadonlyMap<string, OrderRow>
  order: OrderRow | undefined
}

/** What a correction would say. 409 while a control of what was measured is rejected. */
async function judgedAmendment(tx: Tx, row: repo.ResultRow, body: Amendment): Promise<repo.Judged> {
  takeStep(resultLifecycle, row.state, 'amend')
  const judged = await amendedValue(tx, row, body)
  const blocked = isNewValue(row, body) ? await blockedTests(tx, [{ facilityId: row.facility_id, testId: row.test_id, instrumentId: row.instrument_id }]) : new Set()
  if (blocked.size > 0) throw new AppError(laboratoryErrors.quality_blocks, { missing: [row.name] })
  return judged
}

async function letOut(tx: Tx, { row, orders, order }: Amending, body: Amendment): Promise<void> {
  const judged = await judgedAmendment(tx, row, body)
  await publish(tx, { row, judged, order, status: body.status, reason: body.reason })
  if (judged.value_text !== row.value_text) await followCalculated(tx, row, judged, order)
  await updateReports(tx, [...orders.keys()])
}

export function amendResult(ctx: Ctx, { params, body, ifMatch }: Input<'amend'>) {
  return withContext(ctx, async (tx) => {
    const amending = await locked(tx, params.id, ifMatch)
    const settings = await readSettings(tx)
    if (settings?.is_two_person === true || settings?.needs_approval === true) {
      await judgedAmendment(tx, amending.row, body)
      await repo.changeResults(tx, [params.id], { amendment: JSON.stringify({ ...body, by: ctx.userId, at: ctx.now.toISOString() }) })
    } else await letOut(tx, amending, body)
    return wholeResult(tx, params.id)
  })
}

/** A locked result with the correction that waits; 409 where none does. */
async function lockedAmendment(tx: Tx, id: string, ifMatch: number | undefined) {
  const amending = await locked(tx, id, ifMatch)
  if (!isWaiting(amending.row)) throw new AppError(lifecycleErrors.illegal_step, { allowed: amending.row.state === 'released' ? ['amend'] : [] })
  return { amending, ...readAmendment(amending.row) }
}

export function confirmAmendment(ctx: Ctx, { params, ifMatch }: Input<'confirmAmendment'>) {
  return withContext(ctx, async (tx) => {
    const { amending, by, body } = await lockedAmendment(tx, params.id, ifMatch)
    if (by === ctx.userId) throw new AppError(laboratoryErrors.second_person)
    await letOut(tx, amending, body)
    return wholeResult(tx, params.id)
  })
}

/** Whoever entered a correction that was declined hears it as a task of their own; of a sensitive test neither which it is, nor what it was to say, nor why: anybody may read a task. */
async function tellProposer(tx: Tx, row: repo.ResultRow, { by, body, reason }: { by: string; body: Amendment; reason: string }): Promise<void> {
  if (by === tx.ctx.userId) return
  const { language } = await facilityOf(tx, row.facility_id)
  const said = (value: string, unit: string) => [value, unitText(unit)].filter(Boolean).join(' ')
  const title = row.is_sensitive ? message(language, 'laboratory.amendment.declinedSensitive') : message(language, 'laboratory.amendment.declined', { name: row.name, before: said(row.value_text, row.unit), value: said(body.value ?? row.value_text, body.unit ?? row.unit) })
  await openTask(tx, { title: title.slice(0, 200), note: row.is_sensitive ? message(language, 'laboratory.alert.sensitiveDetail') : reason, patientId: row.patient_id, assigneeId: by, dueAt: tx.ctx.now })
}

export function declineAmendment(ctx: Ctx, { params, body: said, ifMatch }: Input<'declineAmendment'>) {
  return withContext(ctx, async (tx) => {
    const { amending, by, body } = await lockedAmendment(tx, params.id, ifMatch)
    if (by !== ctx.userId && said?.reason === undefined) throw invalidField('reason', 'laboratory.reason_required', laboratoryErrors.reason_required)
    await tellProposer(tx, amending.row, { by, body, reason: said?.reason ?? '' })
    await repo.changeResults(tx, [params.id], { amendment: '{}' })
    return wholeResult(tx, params.id)
  })
}

export function resultInError(ctx: Ctx, { params, body, ifMatch }: Input<'resultInError'>) {
  return withContext(ctx, async (tx) => {
    const { row, orders, order } = await locked(tx, params.id, ifMatch)
    takeStep(resultLifecycle, row.state, 'entered-in-error')
    if (isWaiting(row)) await tellProposer(tx, row, { ...readAmendment(row), reason: body.reason })
    await withdraw(tx, row, order, body.reason)
    await followCalculated(tx, row, undefined, order)
    await updateReports(tx, [...orders.keys()])
    return wholeResult(tx, params.id)
  })
}

/** An order was never true, so what was measured for it is not this patient's: its results that are out are taken back, its report says so, and whoever read them hears it once an item. The order is locked. */
export async function withdrawItem(tx: Tx, { orderId, itemId, patientId }: { orderId: string; itemId: string; patientId: string }): Promise<void> {
  const seen = await repo.releasedOfItem(tx, { patientId, itemId })
  if (seen.length === 0) return
  const { results, orders } = await lockSeenResults(tx, seen)
  const out = results.filter((row) => row.state === 'released')
  const [first, ...beside] = out
  if (first === undefined) return
  const { language } = await facilityOf(tx, first.facility_id)
  const [named] = await ordersByIds(tx, [orderId])
  const reason = named?.reason === undefined || named.reason === '' ? message(language, 'laboratory.orderInError') : named.reason
  for (const row of out) await takeBack(tx, row, reason)
  const orderOf = (row: repo.ResultRow) => (row.order_id === null ? undefined : orders.get(row.order_id))
  for (const row of out) await followCalculated(tx, row, undefined, orderOf(row))
  const sensitive = out.find((row) => row.is_sensitive)
  const title = sensitive !== undefined || beside.length === 0 ? {} : { title: message(language, 'laboratory.alert.inError', { name: first.panel_name || first.name, value: `×${out.length}` }) }
  await tellReaders(tx, first, named ?? orderOf(first), { ...told(sensitive ?? first, { language, kind: 'inError', value: sensitive ?? first, detail: reason }), ...title, isCritical: false, beside })
  await updateReports(tx, [...orders.keys()])
}
