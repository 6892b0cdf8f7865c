import type { RouteInput } from '#contract/define.ts'
import { type scheduling, schedulingErrors } from '#contract/scheduling.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { presentAppointment } from './present.ts'
import * as repo from './repo.ts'
import { hasOverlap, offeredAt, slotsBetween } from './rules.ts'
import { namesFor } from './service.ts'

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>

const present = (row: repo.ScheduleRow) => ({ id: row.id, version: row.version, practitionerId: row.practitioner_id, facilityId: row.facility_id, weekly: row.weekly, exceptions: row.exceptions, isActive: row.is_active })

export function readSchedule(ctx: Ctx, { params, query }: Input<'readSchedule'>) {
  return withContext(ctx, async (tx) => {
    const [row] = await repo.schedulesOf(tx, { practitionerId: params.id, facilityId: query.facilityId })
    return row === undefined ? { id: null, version: 0, practitionerId: params.id, facilityId: query.facilityId ?? ctx.facilityIds[0] ?? params.id, weekly: [], exceptions: [], isActive: false } : present(row)
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

export function listSlots(ctx: Ctx, { query }: Input<'listSlots'>) {
  const practitionerId = query.practitionerId ?? query.doctorId
  if (practitionerId === undefined && query.facilityId === undefined) throw invalidField('practitionerId', 'required')
  return withContext(ctx, async (tx) => {
    const schedules = (await repo.schedulesOf(tx, { practitionerId, facilityId: query.facilityId })).filter((row) => row.is_active)
    const facilities = new Map<string, Facility>()
    for (const id of new Set(schedules.map((row) => row.facility_id))) facilities.set(id, await facilityOf(tx, id))
    const zone = [...facilities.values()][0]?.timeZone ?? 'UTC'
    const from = instantOf(query.from, zone, false)
    const to = instantOf(query.to, zone, true)
    if (to.getTime() - from.getTime() > longestDays * 86_400_000 || to <= from) throw new AppError(schedulingErrors.range_too_long, { fields: [{ path: 'to', code: 'scheduling.range_too_long' }] })
    const start = from > ctx.now ? from : ctx.now
    const taken = Map.groupBy(await repo.busyOf(tx, schedules.map((row) => row.practitioner_id), start, to), (one) => one.resource_id)
    const visitType = query.visitType ?? 'new-consultation'
    const items = schedules.flatMap((row) => {
      const busy = taken.get(row.practitioner_id) ?? []
      return slotsBetween({ ...row, timeZone: facilities.get(row.facility_id)?.timeZone ?? zone }, start, to, query.visitType)
        .filter((slot) => !busy.some((one) => one.starts_at < slot.endsAt && one.ends_at > slot.startsAt))
        .map((slot) => ({ startsAt: slot.startsAt.toISOString(), endsAt: slot.endsAt.toISOString(), practitionerId: row.practitioner_id, facilityId: row.facility_id, visitType }))
    })
    return { items, nextCursor: null }
  })
}
