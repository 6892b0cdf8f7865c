import type { assets } from '#contract/assets.ts'
import { workKind, workResult } from '#contract/assets-care.ts'
import { assetsErrors } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { compare, money, plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { openTask } from '../encounters/index.ts'
import { vendorsByIds } from '../inventory/index.ts'
import { logsOfInstrument } from '../laboratory/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames, usersWithRole } from '../people/index.ts'
import * as plans from './care-repo.ts'
import { stepAsset } from './changing.ts'
import { listDowntimes as downtimesOf } from './downtimes-repo.ts'
import { dueAfter, presentPlan } from './plans.ts'
import { assetFor, checkLinks, lockedAsset, shown } from './service.ts'
import { type AssetChange, type AssetRow, updateAsset } from './register-repo.ts'
import * as repo from './works-repo.ts'

mapConstraint('asset_contracts_overlap', assetsErrors.contract_overlaps)

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>
type Body = Input<'recordWork'>['body']

async function shownWorks(tx: Tx, rows: readonly repo.WorkRow[]) {
  const [users, vendors, known] = await Promise.all([userNames(tx, rows.flatMap((row) => row.created_by ?? [])), vendorsByIds(tx, [...new Set(rows.flatMap((row) => row.vendor_id ?? []))]), plans.plansByIds(tx, [...new Set(rows.flatMap((row) => row.plan_id ?? []))])])
  const vendorNames = new Map(vendors.map((vendor) => [vendor.id, vendor.name]))
  const planNames = new Map(known.map((plan) => [plan.id, plan.name]))
  return rows.map((row) => ({
    id: row.id, assetId: row.asset_id, planId: row.plan_id, planName: planNames.get(row.plan_id ?? '') ?? '', kind: workKind.parse(row.kind), result: workResult.parse(row.result), doneOn: row.done_on, doneBy: row.done_by, vendorName: vendorNames.get(row.vendor_id ?? '') ?? '', findings: row.findings, parts: row.parts, partsCost: money(row.parts_cost, row.currency), labourCost: money(row.labour_cost, row.currency),
    certificateNumber: row.certificate_number, validUntil: row.valid_until, counterReading: row.counter_reading === null ? null : plain(row.counter_reading), createdAt: row.created_at.toISOString(), createdBy: users.get(row.created_by ?? '') ?? '',
  }))
}

export function listWorks(ctx: Ctx, { params, query }: Input<'listWorks'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.worksOf(tx, (await assetFor(tx, params.id)).id, page)
    const works = new Map((await shownWorks(tx, rows)).map((work) => [work.id, work]))
    return toPage(rows, page.limit, (row) => ({ at: row.done_on, id: row.id }), (row) => found(works.get(row.id)))
  })
}

function checkCounter(asset: AssetRow, reading: string): void {
  if (compare(reading, asset.counter_reading) < 0) throw invalidField('counterReading', 'assets.counter_back', assetsErrors.counter_back)
}

async function checkWork(tx: Tx, asset: AssetRow, body: Body): Promise<void> {
  if (asset.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
  const { timeZone } = await facilityOf(tx, asset.facility_id)
  if (body.doneOn > localDate(tx.ctx.now, timeZone)) throw invalidField('doneOn', 'assets.in_future', assetsErrors.in_future)
  const isJudged = body.kind === 'calibration' || body.kind === 'inspection'
  if (isJudged !== (body.result === 'pass' || body.result === 'fail')) throw invalidField('result', 'assets.result_needed', assetsErrors.result_needed)
  for (const path of ['partsCost', 'labourCost'] as const) if (body[path] !== undefined && body[path].currency !== asset.currency) throw invalidField(`${path}.currency`, 'assets.wrong_currency', assetsErrors.wrong_currency)
  if (body.counterReading !== undefined) checkCounter(asset, body.counterReading)
  await checkLinks(tx, asset.facility_id, { vendorId: body.vendorId })
}

async function planFor(tx: Tx, asset: AssetRow, body: Body): Promise<plans.PlanRow | undefined> {
  if (body.planId === undefined) return undefined
  const plan = await plans.lockPlan(tx, body.planId)
  if (plan === undefined || plan.asset_id !== asset.id || plan.kind !== body.kind) throw invalidField('planId', 'assets.other_plan', assetsErrors.other_plan)
  return plan
}

/** A failed calibration puts it out of order; a passed one takes that away; what is mended goes back into use when somebody says so. */
async function stateAfter(tx: Tx, asset: AssetRow, body: Body): Promise<AssetRow> {
  const change: AssetChange = { ...(body.counterReading === undefined ? {} : { counter_reading: body.counterReading }), ...(body.kind === 'calibration' ? { is_calibration_failed: body.result === 'fail' } : {}) }
  const reason = body.findings ?? ''
  if (body.kind === 'calibration' && body.result === 'fail' && asset.state !== 'out-of-order') return stepAsset(tx, asset, { step: 'break', reason, change, cause: 'calibration' })
  if (body.isBackInUse === true && asset.state !== 'in-use') return stepAsset(tx, asset, { step: 'use', reason, change: { ...change, ...(asset.in_use_on === null ? { in_use_on: body.doneOn } : {}) } })
  return Object.keys(change).length === 0 ? asset : updateAsset(tx, asset, change)
}

export function recordWork(ctx: Ctx, { params, body }: Input<'recordWork'>) {
  return withContext(ctx, async (tx) => {
    const asset = await lockedAsset(tx, params.id, 'assets.maintain')
    await checkWork(tx, asset, body)
    const plan = await planFor(tx, asset, body)
    const work = await repo.insertWork(tx, {
      asset_id: asset.id, facility_id: asset.facility_id, plan_id: plan?.id ?? null, kind: body.kind, result: body.result ?? 'done', done_on: body.doneOn, done_by: body.doneBy ?? '', vendor_id: body.vendorId ?? null, findings: body.findings ?? '', parts: body.parts ?? '', currency: asset.currency, parts_cost: body.partsCost?.amount ?? '0', labour_cost: body.labourCost?.amount ?? '0',
      certificate_number: body.certificateNumber ?? '', valid_until: body.validUntil ?? null, counter_reading: body.counterReading ?? null,
    })
    const after = await stateAfter(tx, asset, body)
    // What failed is still due.
    const isDone = plan !== undefined && body.result !== 'fail'
    const next = isDone ? await plans.updatePlan(tx, plan, { ...dueAfter(plan, body.doneOn, after.counter_reading), last_done_on: body.doneOn }) : plan
    return { work: found((await shownWorks(tx, [work]))[0]), asset: await shown(tx, after), plan: next === undefined ? null : presentPlan(next) }
  })
}

/** Whoever looks after equipment in a facility; the administrator where there is nobody. */
export const engineerOf = async (tx: Tx, facilityId: string): Promise<string | null> => (await usersWithRole(tx, facilityId, 'biomedical-engineer', 1))[0] ?? (await usersWithRole(tx, facilityId, 'admin', 1))[0] ?? null

export function reportBreakdown(ctx: Ctx, { params, body }: Input<'reportBreakdown'>) {
  return withContext(ctx, async (tx) => {
    const asset = await lockedAsset(tx, params.id, 'assets.report')
    const after = await stepAsset(tx, asset, { step: 'break', reason: body.reason })
    const title = message(ctx.locale, 'assets.breakdown.task', { number: asset.number, name: asset.name })
    await openTask(tx, { title: title.slice(0, 200), note: [asset.location, body.reason].filter(Boolean).join('\n'), patientId: null, assigneeId: await engineerOf(tx, asset.facility_id), dueAt: null })
    return shown(tx, after)
  })
}

export function readCounter(ctx: Ctx, { params, body }: Input<'readCounter'>) {
  return withContext(ctx, async (tx) => {
    const asset = await lockedAsset(tx, params.id, 'assets.report')
    if (asset.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
    if (asset.counter_unit === '' && (body.unit ?? '') === '') throw invalidField('unit', 'assets.no_counter', assetsErrors.no_counter)
    checkCounter(asset, body.reading)
    return shown(tx, await updateAsset(tx, asset, { counter_reading: body.reading, ...(asset.counter_unit === '' ? { counter_unit: body.unit ?? '' } : {}) }))
  })
}

const contractKinds = ['amc', 'cmc'] as const

async function shownContracts(tx: Tx, asset: AssetRow, rows: readonly repo.ContractRow[]) {
  const { timeZone } = await facilityOf(tx, asset.facility_id)
  const today = localDate(tx.ctx.now, timeZone)
  const names = new Map((await vendorsByIds(tx, [...new Set(rows.map((row) => row.vendor_id))])).map((vendor) => [vendor.id, vendor.name]))
  return rows.map((row) => ({ id: row.id, version: row.version, assetId: row.asset_id, vendorId: row.vendor_id, vendorName: names.get(row.vendor_id) ?? '', kind: contractKinds.find((kind) => kind === row.kind) ?? 'amc', number: row.number, fromOn: row.from_on, untilOn: row.until_on, cost: money(row.cost, row.currency), isCurrent: row.from_on <= today && today <= row.until_on }))
}

export function listContracts(ctx: Ctx, { params }: Input<'listContracts'>) {
  return withContext(ctx, async (tx) => {
    const asset = await assetFor(tx, params.id)
    return { items: await shownContracts(tx, asset, await repo.contractsOf(tx, asset.id)), nextCursor: null }
  })
}

export function addContract(ctx: Ctx, { params, body }: Input<'addContract'>) {
  return withContext(ctx, async (tx) => {
    const asset = await lockedAsset(tx, params.id, 'assets.maintain')
    if (asset.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
    if (body.untilOn < body.fromOn) throw invalidField('untilOn', 'assets.contract_order', assetsErrors.contract_order)
    if (body.cost.currency !== asset.currency) throw invalidField('cost.currency', 'assets.wrong_currency', assetsErrors.wrong_currency)
    await checkLinks(tx, asset.facility_id, { vendorId: body.vendorId })
    const row = await repo.insertContract(tx, { asset_id: asset.id, vendor_id: body.vendorId, kind: body.kind, number: body.number ?? '', from_on: body.fromOn, until_on: body.untilOn, currency: asset.currency, cost: body.cost.amount })
    return found((await shownContracts(tx, asset, [row]))[0])
  })
}

const causes = ['breakdown', 'calibration', 'maintenance'] as const

export function listDowntimes(ctx: Ctx, { params, query }: Input<'listDowntimes'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await downtimesOf(tx, (await assetFor(tx, params.id)).id, page)
    return toPage(rows, page.limit, (row) => ({ at: row.started_at.toISOString(), id: row.id }), (row) => ({ id: row.id, cause: causes.find((cause) => cause === row.cause) ?? 'breakdown', reason: row.reason, startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null, minutes: Math.floor(((row.ended_at ?? ctx.now).getTime() - row.started_at.getTime()) / 60_000) }))
  })
}

const logKinds = ['calibration', 'maintenance', 'repair', 'reagent'] as const

/** What the laboratory noted of the instrument: read where it stands, not copied. */
export function listInstrumentLogs(ctx: Ctx, { params, query }: Input<'listInstrumentLogs'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const asset = await assetFor(tx, params.id)
    const rows = asset.instrument_id === null ? [] : await logsOfInstrument(tx, asset.instrument_id, page)
    const users = await userNames(tx, rows.flatMap((row) => row.created_by ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), (row) => ({ id: row.id, kind: logKinds.find((kind) => kind === row.kind) ?? 'maintenance', note: row.note, nextDueOn: row.next_due_on, occurredAt: row.occurred_at.toISOString(), byName: users.get(row.created_by ?? '') ?? '' }))
  })
}
