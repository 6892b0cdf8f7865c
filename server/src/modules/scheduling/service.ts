import type { RouteInput } from '#contract/define.ts'
import { appointmentLifecycle, type scheduling, schedulingErrors } from '#contract/scheduling.ts'
import { book as take, release } from '#kernel/bookings.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, localDate, zonedToInstant } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { patientForWrite, patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { type Names, presentAppointment, presentQueueItem, presentWaiting } from './present.ts'
import * as repo from './repo.ts'
import { offeredAt, wallTime } from './rules.ts'

mapConstraint('bookings_taken', schedulingErrors.slot_taken)

export const appointmentBooked = defineEvent<{ appointmentId: string; patientId: string; facilityId: string }>('scheduling.booked')
export const appointmentChanged = defineEvent<{ appointmentId: string; patientId: string; facilityId: string; state: string }>('scheduling.changed')

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>
type BookBody = Input<'book'>['body']

export async function namesFor(tx: Tx, rows: readonly repo.AppointmentRow[]): Promise<Names> {
  const patients = await patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))])
  return { patients: new Map(patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }])), practitioners: await userNames(tx, rows.map((row) => row.practitioner_id)) }
}

const shown = async (tx: Tx, row: repo.AppointmentRow) => presentAppointment(row, await namesFor(tx, [row]))

async function offered(tx: Tx, body: Pick<BookBody, 'practitionerId' | 'facilityId' | 'startsAt' | 'visitType'>) {
  const facility = await facilityOf(tx, body.facilityId)
  const [schedule] = await repo.schedulesOf(tx, { practitionerId: body.practitionerId, facilityId: body.facilityId })
  const startsAt = new Date(body.startsAt)
  if (startsAt <= tx.ctx.now) throw invalidField('startsAt', 'scheduling.in_past', schedulingErrors.in_past)
  const slot = schedule?.is_active === true ? offeredAt({ ...schedule, timeZone: facility.timeZone }, startsAt, body.visitType) : undefined
  if (slot === undefined) throw invalidField('startsAt', 'scheduling.not_offered', schedulingErrors.not_offered)
  return { slot, facility }
}

interface Placement {
  seat?: number
  seriesId?: string
}

async function place(tx: Tx, body: BookBody, { seat = 1, seriesId }: Placement): Promise<repo.AppointmentRow> {
  const { slot, facility } = await offered(tx, body)
  const id = newId()
  await take(tx, { resourceKind: 'practitioner', resourceId: body.practitionerId, seat, startsAt: slot.startsAt, endsAt: slot.endsAt, subjectType: 'appointment', subjectId: id })
  const row = await repo.insertAppointment(tx, id, {
    patient_id: body.patientId, practitioner_id: body.practitionerId, facility_id: body.facilityId, starts_at: slot.startsAt, ends_at: slot.endsAt, ...wallTime(slot.startsAt, facility.timeZone), visit_type: body.visitType, state: 'scheduled',
    reason: body.reason ?? '', series_id: seriesId ?? null,
  })
  await emit(tx, appointmentBooked, { appointmentId: id, patientId: body.patientId, facilityId: body.facilityId })
  return row
}

export function bookAppointment(ctx: Ctx, { body }: Input<'book'>) {
  requirePermission(ctx, body.isOverbooking === true ? 'scheduling.overbook' : 'scheduling.write', body.facilityId)
  return withContext(ctx, async (tx) => {
    const patient = await patientForWrite(tx, body.patientId)
    if (patient.deceased_at !== null) throw invalidField('patientId', 'patients.deceased')
    const seat = body.isOverbooking === true ? await freeSeat(tx, body) : 1
    return shown(tx, await place(tx, body, { seat }))
  })
}

async function freeSeat(tx: Tx, body: BookBody): Promise<number> {
  const from = new Date(body.startsAt)
  const taken = await repo.busyOf(tx, [body.practitionerId], from, new Date(from.getTime() + 1))
  return 1 + taken.filter((one) => one.starts_at <= from && one.ends_at > from).length
}

export function bookSeries(ctx: Ctx, { body }: Input<'bookSeries'>) {
  requirePermission(ctx, 'scheduling.write', body.facilityId)
  const { everyDays, count, ...first } = body
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, body.patientId)
    const { timeZone } = await facilityOf(tx, body.facilityId)
    const wall = wallTime(new Date(body.startsAt), timeZone)
    const seriesId = newId()
    const rows: repo.AppointmentRow[] = []
    for (let index = 0; index < count; index += 1) {
      const startsAt = zonedToInstant(addDays(wall.local_date, index * everyDays), wall.local_time, timeZone).toISOString()
      rows.push(await place(tx, { ...first, startsAt }, { seriesId }))
    }
    const names = await namesFor(tx, rows)
    return { id: seriesId, items: rows.map((row) => presentAppointment(row, names)) }
  })
}

export function readAppointment(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, found(await repo.readAppointment(tx, id))))
}

export function listAppointments(ctx: Ctx, { query }: Input<'list'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listAppointments(tx, query, page)
    const names = await namesFor(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.starts_at.toISOString(), id: row.id }), (row) => presentAppointment(row, names))
  })
}

/** The appointment locked, seen in the version the caller saw, by someone who may change it. */
async function locked(tx: Tx, id: string, ifMatch: number | undefined): Promise<repo.AppointmentRow> {
  const row = found(await repo.lockAppointment(tx, id))
  requirePermission(tx.ctx, 'scheduling.write', row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

type Step = keyof typeof appointmentLifecycle.steps

/** Takes a step of an appointment in the caller's transaction; encounters use it for check-in, start and complete. */
export async function stepAppointment(tx: Tx, id: string, step: Step, options: { ifMatch?: number | undefined; change?: repo.AppointmentChange } = {}): Promise<repo.AppointmentRow> {
  const row = await locked(tx, id, options.ifMatch)
  const state = takeStep(appointmentLifecycle, row.state, step)
  const changed = await repo.updateAppointment(tx, id, row.version, { ...options.change, state })
  await emit(tx, appointmentChanged, { appointmentId: id, patientId: row.patient_id, facilityId: row.facility_id, state })
  return changed
}

export const confirmAppointment = (ctx: Ctx, { params, ifMatch }: Input<'confirm'>) => withContext(ctx, async (tx) => shown(tx, await stepAppointment(tx, params.id, 'confirm', { ifMatch })))

async function freeSlot(tx: Tx, row: repo.AppointmentRow): Promise<void> {
  await release(tx, 'appointment', row.id)
  await repo.offerFreed(tx, { practitionerId: row.practitioner_id, facilityId: row.facility_id, on: row.local_date, visitType: row.visit_type })
}

export function cancelAppointment(ctx: Ctx, { params, body, ifMatch }: Input<'cancel'>) {
  return withContext(ctx, async (tx) => {
    const row = await stepAppointment(tx, params.id, 'cancel', { ifMatch, change: { cancelled_by: body.by, cancel_reason: body.reason } })
    await freeSlot(tx, row)
    return shown(tx, row)
  })
}

export function markNoShow(ctx: Ctx, { params, ifMatch }: Input<'noShow'>) {
  return withContext(ctx, async (tx) => {
    const row = await stepAppointment(tx, params.id, 'no-show', { ifMatch })
    await release(tx, 'appointment', row.id)
    return shown(tx, row)
  })
}

export function rescheduleAppointment(ctx: Ctx, { params, body, ifMatch }: Input<'reschedule'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch)
    takeStep(appointmentLifecycle, before.state, 'reschedule')
    const practitionerId = body.practitionerId ?? before.practitioner_id
    const { slot, facility } = await offered(tx, { practitionerId, facilityId: before.facility_id, startsAt: body.startsAt, visitType: before.visit_type as BookBody['visitType'] })
    await freeSlot(tx, before)
    await take(tx, { resourceKind: 'practitioner', resourceId: practitionerId, startsAt: slot.startsAt, endsAt: slot.endsAt, subjectType: 'appointment', subjectId: before.id })
    const row = await stepAppointment(tx, params.id, 'reschedule', { change: { starts_at: slot.startsAt, ends_at: slot.endsAt, ...wallTime(slot.startsAt, facility.timeZone), practitioner_id: practitionerId, rescheduled_from: before.starts_at } })
    return shown(tx, row)
  })
}

export function updateAppointment(ctx: Ctx, { params, body, ifMatch }: Input<'update'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch)
    const change = { ...(body.reason === undefined ? {} : { reason: body.reason }), ...(body.notes === undefined ? {} : { notes: body.notes }) }
    return shown(tx, await repo.updateAppointment(tx, params.id, before.version, change))
  })
}

/** The next token of a facility's day; the counter is locked, so call it late. */
export function nextToken(tx: Tx, facilityId: string, on: string): Promise<number> {
  return nextNumber(tx, { scope: facilityId, kind: 'token', series: on, fiscalYear: '' })
}

/** An appointment for somebody who came without one: no slot is taken. */
export async function insertWalkIn(tx: Tx, walkIn: { patientId: string; practitionerId: string; facilityId: string; encounterId: string }): Promise<repo.AppointmentRow> {
  const { timeZone } = await facilityOf(tx, walkIn.facilityId)
  const wall = wallTime(tx.ctx.now, timeZone)
  return repo.insertAppointment(tx, newId(), {
    patient_id: walkIn.patientId, practitioner_id: walkIn.practitionerId, facility_id: walkIn.facilityId, starts_at: tx.ctx.now, ends_at: new Date(tx.ctx.now.getTime() + 1_800_000), ...wall, visit_type: 'new-consultation', state: 'checked-in', reason: '',
    is_walk_in: true, checked_in_at: tx.ctx.now, encounter_id: walkIn.encounterId, token: await nextToken(tx, walkIn.facilityId, wall.local_date),
  })
}

export function queue(ctx: Ctx, { query }: Input<'queue'>) {
  requirePermission(ctx, 'scheduling.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await facilityOf(tx, query.facilityId)
    const rows = await repo.queueOf(tx, query.facilityId, localDate(ctx.now, timeZone), query.practitionerId)
    const names = await namesFor(tx, rows)
    return { items: rows.map((row) => presentQueueItem(row, names, ctx.now)), nextCursor: null }
  })
}

export async function board(ctx: Ctx, facilityId: string) {
  requirePermission(ctx, 'scheduling.read', facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await facilityOf(tx, facilityId)
    const rows = await repo.queueOf(tx, facilityId, localDate(ctx.now, timeZone), undefined)
    const practitioners = await userNames(tx, rows.map((row) => row.practitioner_id))
    return { items: rows.map((row) => ({ token: row.token ?? 0, state: row.state, practitionerName: practitioners.get(row.practitioner_id) ?? '' })), nextCursor: null }
  })
}

export function listWaiting(ctx: Ctx, { query }: Input<'listWaiting'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listWaiting(tx, query, page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), presentWaiting))
}

export function putOnWaitingList(ctx: Ctx, { body }: Input<'wait'>) {
  const facilityId = body.facilityId ?? ctx.facilityIds[0]
  if (facilityId === undefined) throw invalidField('facilityId', 'required')
  requirePermission(ctx, 'scheduling.write', facilityId)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, body.patientId)
    return presentWaiting(await repo.insertWaiting(tx, { patient_id: body.patientId, practitioner_id: body.practitionerId ?? null, facility_id: facilityId, visit_type: body.visitType, from_on: body.from ?? null, to_on: body.to ?? null, note: body.note ?? '' }))
  })
}
