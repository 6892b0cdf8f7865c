import type { RouteInput } from '#contract/define.ts'
import { type scheduling, waitingLifecycle } from '#contract/scheduling.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientForWrite, patientNames } from '../patients/index.ts'
import { presentWaiting } from './present.ts'
import type { AppointmentRow } from './repo.ts'
import * as repo from './waiting-repo.ts'

/** A freed slot was offered to somebody on the waiting list. */
export const slotOffered = defineEvent<{ waitingId: string; patientId: string; facilityId: string; practitionerId: string }>('scheduling.offered')

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>

/** Offers the slot of an appointment that is given up to the longest waiting whom it fits; nothing when it lies in the past. */
export async function offerFreed(tx: Tx, freed: AppointmentRow): Promise<void> {
  if (freed.starts_at <= tx.ctx.now) return
  const next = await repo.nextFor(tx, {
    facilityId: freed.facility_id, practitionerId: freed.practitioner_id, startsAt: freed.starts_at, on: freed.local_date, visitType: freed.visit_type, patientId: freed.patient_id,
  })
  if (next === undefined) return
  const state = takeStep(waitingLifecycle, next.state, 'offer')
  await repo.updateWaiting(tx, next.id, next.version, { state, offered_practitioner_id: freed.practitioner_id, offered_starts_at: freed.starts_at })
  await emit(tx, slotOffered, { waitingId: next.id, patientId: next.patient_id, facilityId: next.facility_id, practitionerId: freed.practitioner_id })
}

/** A slot was booked: whom it was offered has it, or waits on when somebody else was faster. */
export async function settleOffers(tx: Tx, booked: AppointmentRow): Promise<void> {
  for (const entry of await repo.lockOffered(tx, booked.practitioner_id, booked.starts_at)) {
    const isTheirs = entry.patient_id === booked.patient_id
    const state = takeStep(waitingLifecycle, entry.state, isTheirs ? 'book' : 'withdraw')
    await repo.updateWaiting(tx, entry.id, entry.version, isTheirs ? { state } : { state, offered_practitioner_id: null, offered_starts_at: null })
  }
}

export function listWaiting(ctx: Ctx, { query }: Input<'listWaiting'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'scheduling.read', query.facilityId)
  const page = pageOf(query)
  const readable = ctx.facilityIds.filter((id) => ctx.can('scheduling.read', id))
  return withContext(ctx, async (tx) => {
    const rows = await repo.listWaiting(tx, { ...query, readable }, page)
    const names = await patientNames(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => ({ ...presentWaiting(row), patientName: names.get(row.patient_id)?.name ?? '', patientMrn: names.get(row.patient_id)?.mrn ?? '' }))
  })
}

export function putOnWaitingList(ctx: Ctx, { body }: Input<'wait'>) {
  const facilityId = body.facilityId ?? ctx.facilityIds[0]
  if (facilityId === undefined) throw invalidField('facilityId', 'required')
  requirePermission(ctx, 'scheduling.write', facilityId)
  if (body.from !== undefined && body.to !== undefined && body.to < body.from) throw invalidField('to', 'too_small')
  const entry = {
    patient_id: body.patientId, practitioner_id: body.practitionerId ?? null, facility_id: facilityId, visit_type: body.visitType, from_on: body.from ?? null, to_on: body.to ?? null, note: body.note ?? '',
  }
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, body.patientId)
    return presentWaiting(await repo.insertWaiting(tx, entry))
  })
}

export function cancelWaiting(ctx: Ctx, { params, ifMatch }: Input<'cancelWaiting'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockWaiting(tx, params.id))
    requirePermission(ctx, 'scheduling.write', row.facility_id)
    checkVersion(row, ifMatch)
    const state = takeStep(waitingLifecycle, row.state, 'cancel')
    return presentWaiting(await repo.updateWaiting(tx, row.id, row.version, { state }))
  })
}
