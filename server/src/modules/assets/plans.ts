import type { assets } from '#contract/assets.ts'
import { type AssetPlan, planKind } from '#contract/assets-care.ts'
import { assetsErrors, criticality } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { add, plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { addMonths, daysBetween } from './calendar-rules.ts'
import * as repo from './care-repo.ts'
import { assetFor, lockedAsset } from './service.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

const orNull = (value: string | null): string | null => (value === null ? null : plain(value))

export const presentPlan = (row: repo.PlanRow): AssetPlan => ({
  id: row.id, version: row.version, assetId: row.asset_id, kind: planKind.parse(row.kind), name: row.name, everyDays: row.every_days, everyMonths: row.every_months, everyCount: orNull(row.every_count), nextDueOn: row.next_due_on, nextDueCount: orNull(row.next_due_count), lastDoneOn: row.last_done_on, isActive: row.is_active,
})

/** When a plan is due after it was done on a day at a reading. */
export function dueAfter(plan: Pick<repo.PlanRow, 'every_days' | 'every_months' | 'every_count'>, doneOn: string, reading: string): { next_due_on: string | null; next_due_count: string | null } {
  if (plan.every_count !== null) return { next_due_on: null, next_due_count: add(reading, plan.every_count) }
  return { next_due_on: plan.every_days === null ? addMonths(doneOn, plan.every_months ?? 0) : addDays(doneOn, plan.every_days), next_due_count: null }
}

export function listPlans(ctx: Ctx, { params }: Input<'listPlans'>) {
  return withContext(ctx, async (tx) => ({ items: (await repo.plansOf(tx, (await assetFor(tx, params.id)).id)).map(presentPlan), nextCursor: null }))
}

export function addPlan(ctx: Ctx, { params, body }: Input<'addPlan'>) {
  return withContext(ctx, async (tx) => {
    const asset = await lockedAsset(tx, params.id, 'assets.maintain')
    if (asset.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
    const rhythms = [body.everyDays, body.everyMonths, body.everyCount].filter((one) => one !== undefined)
    if (rhythms.length !== 1 || (body.everyCount !== undefined && Number(body.everyCount) === 0)) throw invalidField('everyDays', 'assets.one_rhythm', assetsErrors.one_rhythm)
    if (body.everyCount !== undefined && asset.counter_unit === '') throw invalidField('everyCount', 'assets.no_counter', assetsErrors.no_counter)
    const { timeZone } = await facilityOf(tx, asset.facility_id)
    const rhythm = { every_days: body.everyDays ?? null, every_months: body.everyMonths ?? null, every_count: body.everyCount ?? null }
    const due = dueAfter(rhythm, localDate(ctx.now, timeZone), asset.counter_reading)
    return presentPlan(await repo.insertPlan(tx, { asset_id: asset.id, facility_id: asset.facility_id, kind: body.kind, name: body.name, ...rhythm, ...due, ...(body.nextDueOn === undefined || due.next_due_on === null ? {} : { next_due_on: body.nextDueOn }) }))
  })
}

export function updatePlan(ctx: Ctx, { params, body, ifMatch }: Input<'updatePlan'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockPlan(tx, params.id))
    requirePermission(ctx, 'assets.maintain', before.facility_id)
    checkVersion(before, ifMatch)
    if (body.nextDueOn !== undefined && before.every_count !== null) throw invalidField('nextDueOn', 'assets.one_rhythm', assetsErrors.one_rhythm)
    const change = { name: body.name, next_due_on: body.nextDueOn, is_active: body.isActive }
    return presentPlan(await repo.updatePlan(tx, before, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))))
  })
}

const never = '9999-12-31'
/** Days ahead that a list of what is due shows, when nobody says. */
const usualAhead = 30

export function listDue(ctx: Ctx, { query }: Input<'listDue'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await facilityOf(tx, query.facilityId)
    const today = localDate(ctx.now, timeZone)
    const rows = await repo.listDue(tx, { facilityId: query.facilityId, today, until: query.until ?? addDays(today, usualAhead), kind: query.kind }, page)
    return toPage(rows, page.limit, (row) => ({ at: row.due_on, id: row.id }), (row) => ({
      ...presentPlan(row), assetNumber: row.number, assetName: row.asset_name, location: row.location, criticality: criticality.parse(row.criticality), counterReading: plain(row.counter_reading), counterUnit: row.counter_unit, isOverdue: row.next_due_on === null || row.next_due_on < today, daysLeft: row.next_due_on === null || row.next_due_on === never ? null : daysBetween(today, row.next_due_on),
    }))
  })
}
