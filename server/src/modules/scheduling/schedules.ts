import type { RouteInput } from '#contract/define.ts'
import { type scheduling, schedulingErrors, visitType } from '#contract/scheduling.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { presentAppointment } from './present.ts'
import * as repo from './repo.ts'
import { hasOverlap, offeredAt, type Plan, type Slot, slotsBetween } from './rules.ts'
import { namesFor } from './service.ts'

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>

const present = (row: repo.ScheduleRow) => ({ id: row.id, version: row.version, practitionerId: row.practitioner_id, facilityId: row.facility_id, weekly: row.weekly, exceptions: row.exceptions, isActive: row.is_active })

const unwritten = (practitionerId: string, facilityId: string) => ({ id: null, version: 0, practitionerId, facilityId, weekly: [], exceptions: [], isActive: false })

export function readSchedule(ctx: Ctx, { params, query }: Input<'readSchedule'>) {
  const facilityId = query.facilityId ?? ctx.facilityIds[0]
  if (facilityId === undefined) throw invalidField('facilityId', 'required')
  requirePermission(ctx, 'scheduling.read', facilityId)
  return withContext(ctx, async (tx) => {
    const rows = await repo.schedulesOf(tx, { practitionerId: params.id, facilityId: query.facilityId })
    const row = rows.find((one) => ctx.can('scheduling.read', one.facility_id))
    if (row !== undefined) return present(row)
    found((await userNames(tx, [params.id])).get(params.id))
    return unwritten(params.id, facilityId)
  })
}

export function writeSchedule(ctx: Ctx, { params, body, ifMatch }: Input<'writeSchedule'>) {
  requirePermission(ctx, 'scheduling.schedules', body.facilityId)
  if (hasOverlap(body.weekly)) throw invalidField('weekly', 'scheduling.schedule_overlaps', schedulingErrors.schedule_overlaps)
  const written = { weekly: JSON.stringify(body.weekly), exceptions: JSON.stringify(body.exceptions), is_active: body.isActive }
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, body.facilityId)
    const before = await repo.lockSchedule(tx, params.id, body.facilityId)
    if (before !== undefined) checkVersion(before, ifMatch)
    const row = before === undefined ? await repo.insertSchedule(tx, { ...written, practitioner_id: params.id, facility_id: body.facilityId }) : await repo.updateSchedule(tx, before.id, before.version, written)
    return { ...present(row), conflicts: await conflictsOf(tx, row, facility) }
  })
}

/** Bookings the new schedule no longer offers: a work-list to rebook, never a deletion. */
async function conflictsOf(tx: Tx, row: repo.ScheduleRow, facility: Facility) {
  const future = await repo.futureOf(tx, row.practitioner_id, row.facility_id)
  const outside = future.filter((one) => !row.is_active || offeredAt({ ...row, timeZone: facility.timeZone }, one.starts_at, one.visit_type) === undefined)
  const names = await namesFor(tx, outside)
  return outside.map((one) => presentAppointment(one, names))
}

export function legacySchedules(ctx: Ctx, { query }: Input<'legacySchedules'>) {
  return withContext(ctx, async (tx) => {
    const rows = await repo.schedulesOf(tx, { practitionerId: query.doctorId, facilityId: query.facilityId })
    return { items: rows.flatMap((row) => row.weekly.map((entry) => ({ doctorId: row.practitioner_id, day: entry.weekday - 1, startTime: entry.from, endTime: entry.to, slotMinutes: entry.slotMinutes }))), nextCursor: null }
  })
}

const longestDays = 31

const instantOf = (value: string, timeZone: string, isEnd: boolean): Date => (value.length === 10 ? zonedToInstant(isEnd ? addDays(value, 1) : value, '00:00', timeZone) : new Date(value))

interface TypedSlot extends Slot {
  visitType: Input<'listSlots'>['query']['visitType'] & string
}

/** Slots with the type they may be booked for: the one asked for, else the first that the schedule offers at that time. */
function typedSlots(plan: Plan, range: { from: Date; to: Date }, wanted: TypedSlot['visitType'] | undefined): TypedSlot[] {
  const isAnyType = plan.weekly.every((entry) => entry.visitTypes.length === 0)
  const types = wanted !== undefined ? [wanted] : isAnyType ? ['new-consultation' as const] : visitType.options
  const byStart = new Map<number, TypedSlot>()
  for (const type of types) {
    for (const slot of slotsBetween(plan, range.from, range.to, type)) if (!byStart.has(slot.startsAt.getTime())) byStart.set(slot.startsAt.getTime(), { ...slot, visitType: type })
  }
  return [...byStart.values()].toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
}

async function facilitiesOf(tx: Tx, schedules: readonly repo.ScheduleRow[]): Promise<Map<string, Facility>> {
  const facilities = new Map<string, Facility>()
  for (const id of new Set(schedules.map((row) => row.facility_id))) facilities.set(id, await facilityOf(tx, id))
  return facilities
}

function rangeOf(query: { from: string; to: string }, zone: string, now: Date): { from: Date; to: Date } {
  const from = instantOf(query.from, zone, false)
  const to = instantOf(query.to, zone, true)
  // Calendar days, not hours: a month may hold the change to winter time.
  const isTooLong = addDays(query.from.slice(0, 10), longestDays) < query.to.slice(0, 10)
  if (isTooLong || to <= from) throw new AppError(schedulingErrors.range_too_long, { fields: [{ path: 'to', code: 'scheduling.range_too_long' }] })
  return { from: from > now ? from : now, to }
}

export function listSlots(ctx: Ctx, { query }: Input<'listSlots'>) {
  const practitionerId = query.practitionerId ?? query.doctorId
  if (practitionerId === undefined && query.facilityId === undefined) throw invalidField('practitionerId', 'required')
  if (query.facilityId !== undefined) requirePermission(ctx, 'scheduling.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const all = await repo.schedulesOf(tx, { practitionerId, facilityId: query.facilityId })
    const schedules = all.filter((row) => row.is_active && ctx.can('scheduling.read', row.facility_id))
    const facilities = await facilitiesOf(tx, schedules)
    const zoneOf = (facilityId: string | undefined) => facilities.get(facilityId ?? '')?.timeZone ?? 'UTC'
    const range = rangeOf(query, zoneOf(schedules[0]?.facility_id), ctx.now)
    const taken = Map.groupBy(await repo.busyOf(tx, schedules.map((row) => row.practitioner_id), range.from, range.to), (one) => one.resource_id)
    const items = schedules.flatMap((row) => {
      const busy = taken.get(row.practitioner_id) ?? []
      return typedSlots({ ...row, timeZone: zoneOf(row.facility_id) }, range, query.visitType)
        .filter((slot) => !busy.some((one) => one.starts_at < slot.endsAt && one.ends_at > slot.startsAt))
        .map((slot) => ({ startsAt: slot.startsAt.toISOString(), endsAt: slot.endsAt.toISOString(), practitionerId: row.practitioner_id, facilityId: row.facility_id, visitType: slot.visitType }))
    })
    return { items, nextCursor: null }
  })
}
