import type { RouteInput } from '#contract/define.ts'
import { appointmentLifecycle, type scheduling, schedulingErrors } from '#contract/scheduling.ts'
import { book as take, release } from '#kernel/bookings.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { patientForWrite, patientNames, type PatientRow } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { type Names, presentAppointment, presentMove } from './present.ts'
import * as repo from './repo.ts'
import { offeredAt, type Slot, wallTime } from './rules.ts'
import { firstFreeSeat } from './seats.ts'
import { offerFreed, settleOffers } from './waiting.ts'

mapConstraint('bookings_taken', schedulingErrors.slot_taken)

/** A slot was booked. */
export const appointmentBooked = defineEvent<{ appointmentId: string; patientId: string; facilityId: string }>('scheduling.booked')
/** An appointment took a step; `state` is the one it has now. */
export const appointmentChanged = defineEvent<{ appointmentId: string; patientId: string; facilityId: string; state: string }>('scheduling.changed')

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>
type BookBody = Input<'book'>['body']

/** Names of the patients and practitioners of some appointments, in two statements. */
export async function namesFor(tx: Tx, rows: readonly repo.AppointmentRow[]): Promise<Names> {
  const [patients, practitioners] = await Promise.all([patientNames(tx, rows.map((row) => row.patient_id)), userNames(tx, rows.map((row) => row.practitioner_id))])
  return { patients, practitioners }
}

const named = (row: Pick<PatientRow, 'given_name' | 'family_name' | 'mrn'>) => ({ name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn })

const shown = async (tx: Tx, row: repo.AppointmentRow) => presentAppointment(row, await namesFor(tx, [row]))

/** 404, 409 when merged, 422 when deceased: nobody is booked after death. */
export async function patientForBooking(tx: Tx, patientId: string): Promise<PatientRow> {
  const patient = await patientForWrite(tx, patientId)
  if (patient.deceased_at !== null) throw invalidField('patientId', 'scheduling.patient_deceased', schedulingErrors.patient_deceased)
  return patient
}

interface Timetable {
  facility: Facility
  schedule: repo.ScheduleRow | undefined
}

async function timetableOf(tx: Tx, who: { practitionerId: string; facilityId: string }): Promise<Timetable> {
  const [facility, [schedule]] = await Promise.all([facilityOf(tx, who.facilityId), repo.schedulesOf(tx, who)])
  return { facility, schedule }
}

function slotIn({ facility, schedule }: Timetable, at: { startsAt: string; visitType: string; now: Date }): Slot {
  const startsAt = new Date(at.startsAt)
  if (startsAt <= at.now) throw invalidField('startsAt', 'scheduling.in_past', schedulingErrors.in_past)
  const slot = schedule?.is_active === true ? offeredAt({ ...schedule, timeZone: facility.timeZone }, startsAt, at.visitType) : undefined
  if (slot === undefined) throw invalidField('startsAt', 'scheduling.not_offered', schedulingErrors.not_offered)
  return slot
}

interface Placement {
  body: BookBody
  timetable: Timetable
  seriesId?: string
}

async function place(tx: Tx, { body, timetable, seriesId }: Placement): Promise<repo.AppointmentRow> {
  const slot = slotIn(timetable, { ...body, now: tx.ctx.now })
  const seat = body.isOverbooking === true ? firstFreeSeat(await repo.busyOf(tx, [body.practitionerId], slot.startsAt, slot.endsAt)) : 1
  const id = newId()
  const [, row] = await Promise.all([
    take(tx, { resourceKind: 'practitioner', resourceId: body.practitionerId, seat, ...slot, subjectType: 'appointment', subjectId: id }),
    repo.insertAppointment(tx, id, {
      patient_id: body.patientId, practitioner_id: body.practitionerId, facility_id: body.facilityId, starts_at: slot.startsAt, ends_at: slot.endsAt,
      ...wallTime(slot.startsAt, timetable.facility.timeZone), visit_type: body.visitType, state: 'scheduled', reason: body.reason ?? '', series_id: seriesId ?? null,
    }),
    emit(tx, appointmentBooked, { appointmentId: id, patientId: body.patientId, facilityId: body.facilityId }),
  ])
  // Only who has the slot locks what was offered for it.
  await settleOffers(tx, row)
  return row
}

export function bookAppointment(ctx: Ctx, { body }: Input<'book'>) {
  requirePermission(ctx, 'scheduling.write', body.facilityId)
  if (body.isOverbooking === true) requirePermission(ctx, 'scheduling.overbook', body.facilityId)
  return withContext(ctx, async (tx) => {
    const [patient, timetable] = await Promise.all([patientForBooking(tx, body.patientId), timetableOf(tx, body)])
    const [row, practitioners] = await Promise.all([place(tx, { body, timetable }), userNames(tx, [body.practitionerId])])
    return presentAppointment(row, { patients: new Map([[patient.id, named(patient)]]), practitioners })
  })
}

export function bookSeries(ctx: Ctx, { body }: Input<'bookSeries'>) {
  requirePermission(ctx, 'scheduling.write', body.facilityId)
  const { everyDays, count, ...first } = body
  return withContext(ctx, async (tx) => {
    await patientForBooking(tx, body.patientId)
    const timetable = await timetableOf(tx, body)
    const { timeZone } = timetable.facility
    const wall = wallTime(new Date(body.startsAt), timeZone)
    const seriesId = newId()
    const rows: repo.AppointmentRow[] = []
    for (let index = 0; index < count; index += 1) {
      const startsAt = zonedToInstant(addDays(wall.local_date, index * everyDays), wall.local_time, timeZone).toISOString()
      rows.push(await place(tx, { body: { ...first, startsAt }, timetable, seriesId }))
    }
    const names = await namesFor(tx, rows)
    return { id: seriesId, items: rows.map((row) => presentAppointment(row, names)) }
  })
}

async function readable(tx: Tx, id: string): Promise<repo.AppointmentRow> {
  const row = found(await repo.readAppointment(tx, id))
  requirePermission(tx.ctx, 'scheduling.read', row.facility_id)
  return row
}

export function readAppointment(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, await readable(tx, id)))
}

export function listMoves(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    await readable(tx, id)
    const moves = await repo.movesOf(tx, id)
    const names = await userNames(tx, moves.flatMap((move) => [move.from_practitioner_id, move.to_practitioner_id, ...(move.created_by === null ? [] : [move.created_by])]))
    return { items: moves.map((move) => presentMove(move, names)), nextCursor: null }
  })
}

export function listAppointments(ctx: Ctx, { query }: Input<'list'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'scheduling.read', query.facilityId)
  const page = pageOf(query)
  const facilities = ctx.facilityIds.filter((id) => ctx.can('scheduling.read', id))
  return withContext(ctx, async (tx) => {
    const rows = await repo.listAppointments(tx, { ...query, readable: facilities }, page)
    const names = await namesFor(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.starts_at.toISOString(), id: row.id }), (row) => presentAppointment(row, names))
  })
}

interface StepOptions {
  ifMatch?: number | undefined
  /** What the user must hold in the appointment's facility. */
  permission?: string
  /** What else changes, made once the step is known to be legal and the row is locked. */
  change?: (row: repo.AppointmentRow) => Promise<repo.AppointmentChange> | repo.AppointmentChange
}

async function locked(tx: Tx, id: string, { ifMatch, permission = 'scheduling.write' }: StepOptions): Promise<repo.AppointmentRow> {
  const row = found(await repo.lockAppointment(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

type Step = keyof typeof appointmentLifecycle.steps

/** Takes a step of an appointment in the caller's transaction: 404, 403, 412, or 409 naming the legal steps. */
export async function stepAppointment(tx: Tx, id: string, step: Step, options: StepOptions = {}): Promise<repo.AppointmentRow> {
  const row = await locked(tx, id, options)
  const state = takeStep(appointmentLifecycle, row.state, step)
  const change = (await options.change?.(row)) ?? {}
  const changed = await repo.updateAppointment(tx, id, row.version, { ...change, state })
  await emit(tx, appointmentChanged, { appointmentId: id, patientId: row.patient_id, facilityId: row.facility_id, state })
  return changed
}

export const confirmAppointment = (ctx: Ctx, { params, ifMatch }: Input<'confirm'>) => withContext(ctx, async (tx) => shown(tx, await stepAppointment(tx, params.id, 'confirm', { ifMatch })))

export interface Withdrawal {
  by: 'patient' | 'clinic'
  reason: string
  ifMatch?: number | undefined
  permission?: string
}

/** Cancels an appointment in the caller's transaction, frees its slot and offers it to the waiting list. */
export async function withdrawAppointment(tx: Tx, id: string, { by, reason, ...options }: Withdrawal): Promise<repo.AppointmentRow> {
  const row = await stepAppointment(tx, id, 'cancel', { ...options, change: () => ({ cancelled_by: by, cancel_reason: reason }) })
  await release(tx, 'appointment', id)
  if (!row.is_walk_in) await offerFreed(tx, row)
  return row
}

export function cancelAppointment(ctx: Ctx, { params, body, ifMatch }: Input<'cancel'>) {
  return withContext(ctx, async (tx) => shown(tx, await withdrawAppointment(tx, params.id, { ...body, ifMatch })))
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
    const before = await locked(tx, params.id, { ifMatch })
    takeStep(appointmentLifecycle, before.state, 'reschedule')
    const practitionerId = body.practitionerId ?? before.practitioner_id
    const timetable = await timetableOf(tx, { practitionerId, facilityId: before.facility_id })
    const slot = slotIn(timetable, { startsAt: body.startsAt, visitType: before.visit_type, now: ctx.now })
    await release(tx, 'appointment', before.id)
    await take(tx, { resourceKind: 'practitioner', resourceId: practitionerId, ...slot, subjectType: 'appointment', subjectId: before.id })
    const moved = { starts_at: slot.startsAt, ends_at: slot.endsAt, ...wallTime(slot.startsAt, timetable.facility.timeZone), practitioner_id: practitionerId, rescheduled_from: before.starts_at }
    const row = await stepAppointment(tx, params.id, 'reschedule', { change: () => moved })
    await repo.insertMove(tx, { appointment_id: row.id, from_practitioner_id: before.practitioner_id, from_starts_at: before.starts_at, to_practitioner_id: practitionerId, to_starts_at: slot.startsAt })
    await settleOffers(tx, row)
    if (before.starts_at.getTime() !== row.starts_at.getTime() || before.practitioner_id !== practitionerId) await offerFreed(tx, before)
    return shown(tx, row)
  })
}

export function updateAppointment(ctx: Ctx, { params, body, ifMatch }: Input<'update'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { ifMatch })
    const change = { ...(body.reason === undefined ? {} : { reason: body.reason }), ...(body.notes === undefined ? {} : { notes: body.notes }) }
    return shown(tx, await repo.updateAppointment(tx, params.id, before.version, change))
  })
}
