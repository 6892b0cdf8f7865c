import type { RouteInput } from '#contract/define.ts'
import { encounterErrors, encounterLifecycle, type encounters } from '#contract/encounters.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { appointmentLifecycle, appointmentState } from '#contract/scheduling.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { byTimeNewest, patientForWrite, patientNames } from '../patients/index.ts'
import { practitionerSystem, userNames } from '../people/index.ts'
import { type AppointmentRow, insertWalkIn, lockAppointment, namesFor, nextToken, patientForBooking, presentAppointment, stepAppointment, withdrawAppointment } from '../scheduling/index.ts'
import { closeRulePort, encounterTimelinePort } from './ports.ts'
import { ofPatient, presentEncounter } from './present.ts'
import * as repo from './repo.ts'

type Ids = { encounterId: string; patientId: string; facilityId: string }
/** A visit was opened, at check-in or without appointment. */
export const encounterOpened = defineEvent<Ids>('encounters.opened')
/** The consultation began. */
export const encounterStarted = defineEvent<Ids>('encounters.started')
/** The visit was closed: nothing was missing. */
export const encounterClosed = defineEvent<Ids>('encounters.closed')
/** The visit was cancelled before it began. */
export const encounterCancelled = defineEvent<Ids>('encounters.cancelled')

type Input<K extends keyof typeof encounters> = RouteInput<(typeof encounters)[K]>

const ids = (row: repo.EncounterRow) => ({ encounterId: row.id, patientId: row.patient_id, facilityId: row.facility_id })

async function shown(tx: Tx, row: repo.EncounterRow) {
  const isOpen = row.state === 'checked-in' || row.state === 'in-consultation'
  return presentEncounter(row, await userNames(tx, row.practitioner_id === null ? [] : [row.practitioner_id]), isOpen ? await missingOf(tx, row) : [])
}

async function missingOf(tx: Tx, row: repo.EncounterRow): Promise<string[]> {
  const missing: string[] = []
  for (const rule of closeRulePort.all()) missing.push(...(await rule(tx, row)))
  return missing
}

async function shownAppointment(tx: Tx, row: AppointmentRow) {
  return { ...presentAppointment(row, await namesFor(tx, [row])), encounterId: row.encounter_id }
}

/** The patient has come: token, visit, and the step of the appointment, all or nothing. */
export function checkIn(ctx: Ctx, { params, ifMatch }: Input<'checkIn'>) {
  return withContext(ctx, async (tx) => {
    const arrived = await stepAppointment(tx, params.id, 'check-in', { ifMatch, permission: 'encounters.check-in', change: (row) => arrive(tx, row) })
    return shownAppointment(tx, arrived)
  })
}

async function arrive(tx: Tx, appointment: AppointmentRow) {
  const { now } = tx.ctx
  await patientForWrite(tx, appointment.patient_id)
  const system = (await practitionerSystem(tx, appointment.practitioner_id)) ?? 'allopathy'
  const token = await nextToken(tx, { facilityId: appointment.facility_id, practitionerId: appointment.practitioner_id, on: localDate(now, appointment.time_zone) })
  const row = await repo.insertEncounter(tx, {
    id: newId(), patient_id: appointment.patient_id, facility_id: appointment.facility_id, practitioner_id: appointment.practitioner_id, class: classOf(appointment.visit_type), system, appointment_id: appointment.id, token,
  })
  await emit(tx, encounterOpened, ids(row))
  return { checked_in_at: now, encounter_id: row.id, token }
}

const classOf = (visitType: string) => (visitType === 'tele' ? 'tele' : 'outpatient')

export function startAppointment(ctx: Ctx, { params, ifMatch }: Input<'startAppointment'>) {
  return withContext(ctx, async (tx) => {
    const appointment = await stepAppointment(tx, params.id, 'start', { ifMatch, permission: 'encounters.write', change: () => ({ started_at: ctx.now }) })
    const encounter = appointment.encounter_id === null ? undefined : await repo.lockEncounter(tx, appointment.encounter_id)
    if (encounter?.state === 'checked-in') await start(tx, encounter)
    return shownAppointment(tx, appointment)
  })
}

export function completeAppointment(ctx: Ctx, { params, ifMatch }: Input<'completeAppointment'>) {
  return withContext(ctx, async (tx) => shownAppointment(tx, await stepAppointment(tx, params.id, 'complete', { ifMatch, permission: 'encounters.write' })))
}

/** Opens a visit without appointment; with a practitioner the patient gets a token and stands in the queue. */
export function openEncounter(ctx: Ctx, { body }: Input<'open'>) {
  requirePermission(ctx, 'encounters.check-in', body.facilityId)
  return withContext(ctx, async (tx) => {
    const practitionerId = body.practitionerId ?? null
    const isQueued = practitionerId !== null && body.class === 'outpatient'
    await (isQueued ? patientForBooking(tx, body.patientId) : patientForWrite(tx, body.patientId))
    await facilityOf(tx, body.facilityId)
    const system = body.system ?? (practitionerId === null ? null : await practitionerSystem(tx, practitionerId)) ?? 'allopathy'
    const opened = await repo.insertEncounter(tx, { id: newId(), patient_id: body.patientId, facility_id: body.facilityId, practitioner_id: practitionerId, class: body.class, system, appointment_id: null, token: null })
    const row = isQueued ? (await queueUp(tx, opened, { practitionerId, visitType: 'new-consultation', reason: '' })).encounter : opened
    await emit(tx, encounterOpened, ids(row))
    return shown(tx, row)
  })
}

async function queueUp(tx: Tx, opened: repo.EncounterRow, how: { practitionerId: string; visitType: string; reason: string }) {
  const appointment = await insertWalkIn(tx, { ...how, patientId: opened.patient_id, facilityId: opened.facility_id, encounterId: opened.id })
  const encounter = await repo.updateEncounter(tx, opened.id, opened.version, { appointment_id: appointment.id, token: appointment.token })
  return { appointment, encounter }
}

export function walkIn(ctx: Ctx, { body }: Input<'walkIn'>) {
  requirePermission(ctx, 'encounters.check-in', body.facilityId)
  return withContext(ctx, async (tx) => {
    await patientForBooking(tx, body.patientId)
    const system = (await practitionerSystem(tx, body.practitionerId)) ?? 'allopathy'
    const opened = await repo.insertEncounter(tx, {
      id: newId(), patient_id: body.patientId, facility_id: body.facilityId, practitioner_id: body.practitionerId, class: classOf(body.visitType), system, appointment_id: null, token: null,
    })
    const { appointment, encounter } = await queueUp(tx, opened, { practitionerId: body.practitionerId, visitType: body.visitType, reason: body.reason ?? '' })
    await emit(tx, encounterOpened, ids(encounter))
    return shownAppointment(tx, appointment)
  })
}

export function readEncounter(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, found(await encounterOf(tx, id))))
}

/** The visit, or undefined; 403 when it belongs to a facility the user may not read. */
export async function encounterOf(tx: Tx, id: string): Promise<repo.EncounterRow | undefined> {
  const row = await repo.readEncounter(tx, id)
  if (row !== undefined) requirePermission(tx.ctx, 'encounters.read', row.facility_id)
  return row
}

/** The visit for a write in it: 404, 403 in another facility, 409 when it is closed. */
export async function encounterForWrite(tx: Tx, id: string): Promise<repo.EncounterRow> {
  const row = found(await encounterOf(tx, id))
  if (row.state === 'closed' || row.state === 'cancelled') throw new AppError(kernelErrors.conflict)
  return row
}

export function listEncounters(ctx: Ctx, { query }: Input<'list'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'encounters.read', query.facilityId)
  const page = pageOf(query)
  const readable = ctx.facilityIds.filter((id) => ctx.can('encounters.read', id))
  return withContext(ctx, async (tx) => {
    const rows = await repo.listEncounters(tx, { ...query, readable }, page)
    const names = await userNames(tx, rows.flatMap((row) => row.practitioner_id ?? []))
    const patients = await patientNames(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: row.opened_at.toISOString(), id: row.id }), (row) => ({ ...presentEncounter(row, names), ...ofPatient(row.patient_id, patients) }))
  })
}

/** The visit locked, its appointment first: the steps of an appointment take the two in the same order. */
async function locked(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.EncounterRow> {
  const seen = found(await repo.readEncounter(tx, id))
  requirePermission(tx.ctx, permission, seen.facility_id)
  if (seen.appointment_id !== null) await lockAppointment(tx, seen.appointment_id)
  const row = found(await repo.lockEncounter(tx, id))
  checkVersion(row, ifMatch)
  return row
}

async function start(tx: Tx, row: repo.EncounterRow): Promise<repo.EncounterRow> {
  const state = takeStep(encounterLifecycle, row.state, 'start-consult')
  const started = await repo.updateEncounter(tx, row.id, row.version, { state, started_at: tx.ctx.now, practitioner_id: row.practitioner_id ?? tx.ctx.userId })
  await emit(tx, encounterStarted, ids(row))
  return started
}

/** The consultation begins; its appointment follows. */
export function startConsult(ctx: Ctx, { params, ifMatch }: Input<'startConsult'>) {
  return withContext(ctx, async (tx) => {
    const row = await start(tx, await locked(tx, params.id, 'encounters.write', ifMatch))
    if (row.appointment_id !== null) await followAppointment(tx, row.appointment_id, 'start')
    return shown(tx, row)
  })
}

// The appointment may have been started or completed at the desk already: then there is nothing to follow.
async function followAppointment(tx: Tx, appointmentId: string, step: 'start' | 'complete'): Promise<void> {
  const appointment = found(await lockAppointment(tx, appointmentId))
  if (!allowedSteps(appointmentLifecycle, appointmentState.parse(appointment.state)).includes(step)) return
  await stepAppointment(tx, appointmentId, step, { permission: 'encounters.write', change: () => (step === 'start' ? { started_at: tx.ctx.now } : {}) })
}

/** Closes a visit; what it still lacks refuses it (`encounters.incomplete`). */
export function closeEncounter(ctx: Ctx, { params, ifMatch }: Input<'close'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, 'encounters.write', ifMatch)
    const state = takeStep(encounterLifecycle, row.state, 'close')
    const missing = await missingOf(tx, row)
    if (missing.length > 0) throw new AppError(encounterErrors.incomplete, { missing })
    const closed = await repo.updateEncounter(tx, row.id, row.version, { state, closed_at: ctx.now })
    if (row.appointment_id !== null) await followAppointment(tx, row.appointment_id, 'complete')
    await emit(tx, encounterClosed, ids(row))
    return shown(tx, closed)
  })
}

async function cancel(tx: Tx, row: repo.EncounterRow, reason: string): Promise<repo.EncounterRow> {
  const state = takeStep(encounterLifecycle, row.state, 'cancel')
  const cancelled = await repo.updateEncounter(tx, row.id, row.version, { state, closed_at: tx.ctx.now, reason })
  await emit(tx, encounterCancelled, ids(row))
  return cancelled
}

export function cancelEncounter(ctx: Ctx, { params, body, ifMatch }: Input<'cancel'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, 'encounters.check-in', ifMatch)
    const cancelled = await cancel(tx, row, body.reason)
    const appointment = row.appointment_id === null ? undefined : await lockAppointment(tx, row.appointment_id)
    if (appointment?.state === 'checked-in') await withdrawAppointment(tx, appointment.id, { ...body, permission: 'encounters.check-in' })
    return shown(tx, cancelled)
  })
}

/** Cancels the waiting visit of an appointment that was cancelled after check-in; one that began stays. */
export async function followCancelled(tx: Tx, changed: { appointmentId: string; state: string }): Promise<void> {
  if (changed.state !== 'cancelled') return
  const appointment = await lockAppointment(tx, changed.appointmentId)
  const encounter = appointment === undefined || appointment.encounter_id === null ? undefined : await repo.lockEncounter(tx, appointment.encounter_id)
  if (encounter?.state === 'checked-in') await cancel(tx, encounter, '')
}

export function assignEncounter(ctx: Ctx, { params, body, ifMatch }: Input<'assign'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, 'encounters.check-in', ifMatch)
    if (row.state === 'closed' || row.state === 'cancelled') takeStep(encounterLifecycle, row.state, 'close')
    return shown(tx, await repo.updateEncounter(tx, row.id, row.version, { practitioner_id: body.practitionerId }))
  })
}

export function encounterTimeline(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await encounterOf(tx, id))
    const ref = { type: 'encounter', id: row.id }
    const items = [{ at: row.opened_at.toISOString(), kind: 'checked-in', title: row.class, ref }]
    if (row.started_at !== null) items.push({ at: row.started_at.toISOString(), kind: 'in-consultation', title: row.class, ref })
    if (row.closed_at !== null) items.push({ at: row.closed_at.toISOString(), kind: row.state, title: row.class, ref })
    for (const found of await Promise.all(encounterTimelinePort.all().map((source) => source(tx, id)))) items.push(...found)
    return { items: byTimeNewest(items), nextCursor: null }
  })
}
