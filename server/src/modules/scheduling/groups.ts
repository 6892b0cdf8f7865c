import type { RouteInput } from '#contract/define.ts'
import { groupErrors, type groupRoutes, sessionLifecycle } from '#contract/scheduling-groups.ts'
import { book as take, release } from '#kernel/bookings.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { message } from '#kernel/text-i18n.ts'
import { addDays, localDate, localTime, zonedToInstant } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { askToTell, moveAll } from './enrolments-repo.ts'
import { type Beside, presentSession } from './present.ts'
import * as repo from './groups-repo.ts'
import { settlePlaces } from './places.ts'
import { wallTime } from './rules.ts'

mapConstraint('group_sessions_places', groupErrors.session_full)

/** A session was moved or cancelled: everybody in it is to be told. */
export const groupChanged = defineEvent<{ sessionId: string; facilityId: string; state: string }>('scheduling.group-changed')

type Input<K extends keyof typeof groupRoutes> = RouteInput<(typeof groupRoutes)[K]>
type SessionRow = repo.SessionRow

async function besideOf(tx: Tx, rows: readonly SessionRow[]): Promise<Beside> {
  const present = (ids: readonly (string | null)[]) => [...new Set(ids)].filter((id) => id !== null)
  const [practitioners, rooms, waiting] = await Promise.all([
    userNames(tx, present(rows.map((row) => row.practitioner_id))), repo.roomsByIds(tx, present(rows.map((row) => row.room_id))), repo.waitingIn(tx, rows.map((row) => row.id)),
  ])
  return { practitioners, rooms: new Map(rooms.map((room) => [room.id, room.name])), waiting }
}

const shown = async (tx: Tx, row: SessionRow) => presentSession(row, await besideOf(tx, [row]))

/** The session and the names beside it, for whoever may read it in its facility. */
export async function readableSession(tx: Tx, id: string): Promise<SessionRow> {
  const row = found(await repo.readSession(tx, id))
  requirePermission(tx.ctx, 'scheduling.read', row.facility_id)
  return row
}

export const readSession = (ctx: Ctx, { params }: Input<'readSession'>) => withContext(ctx, async (tx) => shown(tx, await readableSession(tx, params.id)))

export function listSessions(ctx: Ctx, { query }: Input<'listSessions'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'scheduling.read', query.facilityId)
  const page = pageOf(query)
  const readable = ctx.facilityIds.filter((id) => ctx.can('scheduling.read', id))
  return withContext(ctx, async (tx) => {
    const rows = await repo.listSessions(tx, { ...query, readable }, page)
    const beside = await besideOf(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.starts_at.toISOString(), id: row.id }), (row) => presentSession(row, beside))
  })
}

interface Holding {
  practitionerId: string | null
  roomId: string | null
  startsAt: Date
  endsAt: Date
  timeZone: string
}

const resourcesOf = ({ practitionerId, roomId }: Pick<Holding, 'practitionerId' | 'roomId'>) => [
  ...(practitionerId === null ? [] : [{ kind: 'practitioner' as const, id: practitionerId, path: 'practitionerId' }]),
  ...(roomId === null ? [] : [{ kind: 'room' as const, id: roomId, path: 'roomId' }]),
]

/** Takes practitioner and room for a session. What is taken already is said with its day; the exclusion constraint decides between two at once. */
async function hold(tx: Tx, sessionId: string, holding: Holding): Promise<void> {
  for (const { kind, id, path } of resourcesOf(holding)) {
    const [other] = await repo.takenBy(tx, { kind, id, from: holding.startsAt, to: holding.endsAt, except: sessionId })
    if (other !== undefined) {
      const when = `${localDate(other.starts_at, holding.timeZone)} ${localTime(other.starts_at, holding.timeZone)}`
      throw new AppError(groupErrors.group_taken, { fields: [{ path, code: `scheduling.${kind}_taken`, message: message(tx.ctx.locale, `scheduling.group.taken.${kind}`, { when }) }] })
    }
    await take(tx, { resourceKind: kind, resourceId: id, startsAt: holding.startsAt, endsAt: holding.endsAt, subjectType: 'group-session', subjectId: sessionId })
  }
}

async function checkRoom(tx: Tx, roomId: string | undefined, facilityId: string): Promise<void> {
  if (roomId === undefined) return
  const [room] = await repo.roomsByIds(tx, [roomId])
  if (room === undefined || room.facility_id !== facilityId || !room.is_active) throw invalidField('roomId', 'scheduling.room_elsewhere', groupErrors.room_elsewhere)
}

const minuteMs = 60_000

export function addSessions(ctx: Ctx, { body }: Input<'addSessions'>) {
  requirePermission(ctx, 'scheduling.groups', body.facilityId)
  if (body.practitionerId === undefined && body.roomId === undefined) throw invalidField('practitionerId', 'required')
  const first = new Date(body.startsAt)
  if (first <= ctx.now) throw invalidField('startsAt', 'scheduling.in_past', groupErrors.in_past)
  return withContext(ctx, async (tx) => {
    const [{ timeZone }] = await Promise.all([facilityOf(tx, body.facilityId), checkRoom(tx, body.roomId, body.facilityId)])
    const wall = wallTime(first, timeZone)
    const courseId = newId()
    const rows: SessionRow[] = []
    for (let index = 0; index < body.count; index += 1) {
      const startsAt = zonedToInstant(addDays(wall.local_date, index * body.everyDays), wall.local_time, timeZone)
      const span = { startsAt, endsAt: new Date(startsAt.getTime() + body.minutes * minuteMs) }
      const id = newId()
      await hold(tx, id, { practitionerId: body.practitionerId ?? null, roomId: body.roomId ?? null, ...span, timeZone })
      rows.push(await repo.insertSession(tx, id, {
        course_id: courseId, facility_id: body.facilityId, practitioner_id: body.practitionerId ?? null, room_id: body.roomId ?? null, name: body.name, note: body.note ?? '', starts_at: span.startsAt, ends_at: span.endsAt,
        ...wallTime(startsAt, timeZone), places: body.places, state: sessionLifecycle.initial,
      }))
    }
    const beside = await besideOf(tx, rows)
    return { id: courseId, items: rows.map((row) => presentSession(row, beside)) }
  })
}

async function locked(tx: Tx, id: string, ifMatch: number | undefined): Promise<SessionRow> {
  const row = found(await repo.lockSession(tx, id))
  requirePermission(tx.ctx, 'scheduling.groups', row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function updateSession(ctx: Ctx, { params, body, ifMatch }: Input<'updateSession'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch)
    if (before.state === 'cancelled' || before.state === 'completed') throw new AppError(groupErrors.session_closed)
    if (body.places !== undefined && body.places < before.taken) throw invalidField('places', 'scheduling.too_few_places', groupErrors.too_few_places)
    const row = await repo.updateSession(tx, before, { ...(body.name === undefined ? {} : { name: body.name }), ...(body.note === undefined ? {} : { note: body.note }), ...(body.places === undefined ? {} : { places: body.places }) })
    await settlePlaces(tx, row)
    return shown(tx, row)
  })
}

/** 409 before the day of the session: what happens in it cannot be known yet. */
export function requireDay(tx: Tx, row: SessionRow): void {
  if (localDate(tx.ctx.now, row.time_zone) < row.local_date) throw new AppError(groupErrors.session_not_yet)
}

export function startSession(ctx: Ctx, { params, ifMatch }: Input<'startSession'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, ifMatch)
    const state = takeStep(sessionLifecycle, row.state, 'start')
    requireDay(tx, row)
    return shown(tx, await repo.updateSession(tx, row, { state }))
  })
}

export function completeSession(ctx: Ctx, { params, ifMatch }: Input<'completeSession'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, ifMatch)
    const state = takeStep(sessionLifecycle, row.state, 'complete')
    requireDay(tx, row)
    await moveAll(tx, row.id, { from: ['enrolled'], state: 'absent', cancelledBy: null, reason: '' })
    await moveAll(tx, row.id, { from: ['waiting', 'offered'], state: 'cancelled', cancelledBy: 'patient', reason: '' })
    return shown(tx, await repo.updateSession(tx, row, { state }))
  })
}

const open = ['waiting', 'offered', 'enrolled', 'checked-in', 'absent'] as const

/** Sends everybody away whom the caller may see; the job that tells them does the rest. */
async function cancelOne(tx: Tx, row: SessionRow, reason: string): Promise<SessionRow> {
  const state = takeStep(sessionLifecycle, row.state, 'cancel')
  await release(tx, 'group-session', row.id)
  await moveAll(tx, row.id, { from: open, state: 'cancelled', cancelledBy: 'clinic', reason })
  const changed = await repo.updateSession(tx, row, { state, cancel_reason: reason })
  await emit(tx, groupChanged, { sessionId: row.id, facilityId: row.facility_id, state })
  return changed
}

export function cancelSession(ctx: Ctx, { params, body, ifMatch }: Input<'cancelSession'>) {
  return withContext(ctx, async (tx) => {
    const row = await readableSession(tx, params.id)
    const later = body.scope === 'course' ? await repo.lockCourse(tx, row) : []
    const own = await locked(tx, params.id, ifMatch)
    const cancelled = await cancelOne(tx, own, body.reason)
    for (const other of later) if (other.id !== own.id) await cancelOne(tx, other, body.reason)
    return shown(tx, cancelled)
  })
}

export function rescheduleSession(ctx: Ctx, { params, body, ifMatch }: Input<'rescheduleSession'>) {
  const startsAt = new Date(body.startsAt)
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch)
    const state = takeStep(sessionLifecycle, before.state, 'reschedule')
    if (startsAt <= ctx.now) throw invalidField('startsAt', 'scheduling.in_past', groupErrors.in_past)
    await checkRoom(tx, body.roomId, before.facility_id)
    const endsAt = new Date(startsAt.getTime() + before.ends_at.getTime() - before.starts_at.getTime())
    const place = { practitionerId: body.practitionerId ?? before.practitioner_id, roomId: body.roomId ?? before.room_id }
    await release(tx, 'group-session', before.id)
    await hold(tx, before.id, { ...place, startsAt, endsAt, timeZone: before.time_zone })
    const row = await repo.updateSession(tx, before, { state, starts_at: startsAt, ends_at: endsAt, ...wallTime(startsAt, before.time_zone), practitioner_id: place.practitionerId, room_id: place.roomId })
    await askToTell(tx, row.id)
    await emit(tx, groupChanged, { sessionId: row.id, facilityId: row.facility_id, state: 'moved' })
    return shown(tx, row)
  })
}
