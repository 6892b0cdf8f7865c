import type { RouteInput } from '#contract/define.ts'
import { encounterErrors, encounterLifecycle, type encounters } from '#contract/encounters.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { byTimeNewest, patientForWrite } from '../patients/index.ts'
import { practitionerSystem, userNames } from '../people/index.ts'
import { type AppointmentRow, insertWalkIn, namesFor, nextToken, presentAppointment, stepAppointment, updateAppointment } from '../scheduling/index.ts'
import { closeRulePort, encounterTimelinePort } from './ports.ts'
import { presentEncounter } from './present.ts'
import * as repo from './repo.ts'

export const encounterOpened = defineEvent<{ encounterId: string; patientId: string; facilityId: string }>('encounters.opened')
export const encounterStarted = defineEvent<{ encounterId: string; patientId: string; facilityId: string }>('encounters.started')
export const encounterClosed = defineEvent<{ encounterId: string; patientId: string; facilityId: string }>('encounters.closed')

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
    const encounterId = newId()
    const arrived = await stepAppointment(tx, params.id, 'check-in', { ifMatch, change: { checked_in_at: ctx.now } })
    await patientForWrite(tx, arrived.patient_id)
    const system = (await practitionerSystem(tx, arrived.practitioner_id)) ?? 'allopathy'
    const token = await nextToken(tx, arrived.facility_id, arrived.local_date)
    const row = await repo.insertEncounter(tx, {
      id: encounterId, patient_id: arrived.patient_id, facility_id: arrived.facility_id, practitioner_id: arrived.practitioner_id, class: arrived.visit_type === 'tele' ? 'tele' : 'outpatient', system, appointment_id: arrived.id, token,
    })
    const appointment = await updateAppointment(tx, arrived.id, arrived.version, { encounter_id: encounterId, token })
    await emit(tx, encounterOpened, ids(row))
    return shownAppointment(tx, appointment)
  })
}

export function startAppointment(ctx: Ctx, { params, ifMatch }: Input<'startAppointment'>) {
  return withContext(ctx, async (tx) => {
    const appointment = await stepAppointment(tx, params.id, 'start', { ifMatch })
    const encounter = appointment.encounter_id === null ? undefined : await repo.lockEncounter(tx, appointment.encounter_id)
    if (encounter?.state === 'checked-in') await start(tx, encounter)
    return shownAppointment(tx, appointment)
  })
}

export function completeAppointment(ctx: Ctx, { params, ifMatch }: Input<'completeAppointment'>) {
  return withContext(ctx, async (tx) => shownAppointment(tx, await stepAppointment(tx, params.id, 'complete', { ifMatch })))
}

export function openEncounter(ctx: Ctx, { body }: Input<'open'>) {
  requirePermission(ctx, 'encounters.check-in', body.facilityId)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, body.patientId)
    await facilityOf(tx, body.facilityId)
    const practitionerId = body.practitionerId ?? null
    const system = body.system ?? (practitionerId === null ? null : await practitionerSystem(tx, practitionerId)) ?? 'allopathy'
    const opened = await repo.insertEncounter(tx, { id: newId(), patient_id: body.patientId, facility_id: body.facilityId, practitioner_id: practitionerId, class: body.class, system, appointment_id: null, token: null })
    const row = practitionerId === null || body.class !== 'outpatient' ? opened : await queueWalkIn(tx, opened, practitionerId)
    await emit(tx, encounterOpened, ids(row))
    return shown(tx, row)
  })
}

async function queueWalkIn(tx: Tx, row: repo.EncounterRow, practitionerId: string): Promise<repo.EncounterRow> {
  const walkIn = await insertWalkIn(tx, { patientId: row.patient_id, practitionerId, facilityId: row.facility_id, encounterId: row.id })
  return repo.updateEncounter(tx, row.id, row.version, { token: walkIn.token })
}

export function readEncounter(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, found(await repo.readEncounter(tx, id))))
}

/** The visit for a write in it: 404, 403 in another facility, 409 when it is closed. */
export async function encounterForWrite(tx: Tx, id: string): Promise<repo.EncounterRow> {
  const row = found(await repo.readEncounter(tx, id))
  if (row.state === 'closed' || row.state === 'cancelled') throw new AppError(kernelErrors.conflict)
  return row
}

export function listEncounters(ctx: Ctx, { query }: Input<'list'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listEncounters(tx, query, page)
    const names = await userNames(tx, rows.flatMap((row) => row.practitioner_id ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.opened_at.toISOString(), id: row.id }), (row) => presentEncounter(row, names))
  })
}

async function locked(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.EncounterRow> {
  const row = found(await repo.lockEncounter(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

async function start(tx: Tx, row: repo.EncounterRow): Promise<repo.EncounterRow> {
  const state = takeStep(encounterLifecycle, row.state, 'start-consult')
  const started = await repo.updateEncounter(tx, row.id, row.version, { state, started_at: tx.ctx.now, practitioner_id: row.practitioner_id ?? tx.ctx.userId })
  await emit(tx, encounterStarted, ids(row))
  return started
}

export function startConsult(ctx: Ctx, { params, ifMatch }: Input<'startConsult'>) {
  return withContext(ctx, async (tx) => {
    const row = await start(tx, await locked(tx, params.id, 'encounters.write', ifMatch))
    if (row.appointment_id !== null) await followAppointment(tx, row.appointment_id, 'start')
    return shown(tx, row)
  })
}

// The appointment may have been started or completed at the desk already: then there is nothing to follow.
async function followAppointment(tx: Tx, appointmentId: string, step: 'start' | 'complete'): Promise<void> {
  await stepAppointment(tx, appointmentId, step).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.spec.code !== 'lifecycle.illegal_step') throw error
  })
}

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

export function cancelEncounter(ctx: Ctx, { params, body, ifMatch }: Input<'cancel'>) {
  return withContext(ctx, async (tx) => {
    const row = await locked(tx, params.id, 'encounters.check-in', ifMatch)
    const state = takeStep(encounterLifecycle, row.state, 'cancel')
    return shown(tx, await repo.updateEncounter(tx, row.id, row.version, { state, closed_at: ctx.now, reason: body.reason }))
  })
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
    const row = found(await repo.readEncounter(tx, id))
    const ref = { type: 'encounter', id: row.id }
    const items = [{ at: row.opened_at.toISOString(), kind: 'checked-in', title: row.class, ref }]
    if (row.started_at !== null) items.push({ at: row.started_at.toISOString(), kind: 'in-consultation', title: row.class, ref })
    if (row.closed_at !== null) items.push({ at: row.closed_at.toISOString(), kind: row.state, title: row.class, ref })
    for (const source of encounterTimelinePort.all()) items.push(...(await source(tx, id)))
    return { items: byTimeNewest(items), nextCursor: null }
  })
}
