import { type Enrolment, enrolmentLifecycle, enrolmentState, type GroupSession, sessionLifecycle, sessionState } from '#contract/scheduling-groups.ts'
import { type Appointment, appointment, appointmentLifecycle, appointmentState, visitType, waitingLifecycle, waitingState } from '#contract/scheduling.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { EnrolmentRow } from './enrolments-repo.ts'
import type { RoomRow, SessionRow } from './groups-repo.ts'
import type { AppointmentRow } from './repo.ts'

export interface Names {
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  practitioners: ReadonlyMap<string, string>
}

/** An appointment in the shape of the contract, with the names that `namesFor` found. */
export function presentAppointment(row: AppointmentRow, names: Names): Appointment {
  const state = appointmentState.parse(row.state)
  const patient = names.patients.get(row.patient_id)
  return {
    id: row.id,
    version: row.version,
    patientId: row.patient_id,
    patientName: patient?.name ?? '',
    patientMrn: patient?.mrn ?? '',
    practitionerId: row.practitioner_id,
    practitionerName: names.practitioners.get(row.practitioner_id) ?? '',
    facilityId: row.facility_id,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    localDate: row.local_date,
    localTime: row.local_time,
    timeZone: row.time_zone,
    visitType: visitType.parse(row.visit_type),
    state,
    reason: row.reason,
    notes: row.notes,
    token: row.token,
    seriesId: row.series_id,
    rescheduledFrom: row.rescheduled_from?.toISOString() ?? null,
    cancelledBy: appointment.shape.cancelledBy.parse(row.cancelled_by),
    isWalkIn: row.is_walk_in,
    actions: allowedSteps(appointmentLifecycle, state),
  }
}

export function presentQueueItem(row: AppointmentRow, names: Names, now: Date) {
  const checkedInAt = row.checked_in_at ?? row.starts_at
  const waitedUntil = row.started_at ?? now
  const shown = presentAppointment(row, names)
  return {
    id: row.id, version: row.version, token: row.token ?? 0, state: shown.state, waitingMinutes: Math.max(0, Math.floor((waitedUntil.getTime() - checkedInAt.getTime()) / 60_000)), patientId: row.patient_id, patientName: shown.patientName, patientMrn: shown.patientMrn,
    practitionerId: row.practitioner_id, practitionerName: shown.practitionerName, visitType: shown.visitType, checkedInAt: checkedInAt.toISOString(), encounterId: row.encounter_id,
  }
}

interface WaitingRow {
  id: string
  version: number
  patient_id: string
  practitioner_id: string | null
  facility_id: string
  visit_type: string
  from_on: string | null
  to_on: string | null
  state: string
  offered_practitioner_id: string | null
  offered_starts_at: Date | null
  created_at: Date
}

export function presentWaiting(row: WaitingRow) {
  const state = waitingState.parse(row.state)
  return {
    id: row.id, version: row.version, patientId: row.patient_id, practitionerId: row.practitioner_id, facilityId: row.facility_id, visitType: visitType.parse(row.visit_type), from: row.from_on, to: row.to_on, state,
    offeredPractitionerId: row.offered_practitioner_id, offeredStartsAt: row.offered_starts_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(),
    actions: allowedSteps(waitingLifecycle, state).filter((step) => step === 'cancel'),
  }
}

interface MoveRow {
  id: string
  from_practitioner_id: string
  from_starts_at: Date
  to_practitioner_id: string
  to_starts_at: Date
  created_at: Date
  created_by: string | null
}

export const presentMove = (row: MoveRow, names: ReadonlyMap<string, string>) => ({
  id: row.id,
  fromPractitionerId: row.from_practitioner_id,
  fromPractitionerName: names.get(row.from_practitioner_id) ?? '',
  fromStartsAt: row.from_starts_at.toISOString(),
  toPractitionerId: row.to_practitioner_id,
  toPractitionerName: names.get(row.to_practitioner_id) ?? '',
  toStartsAt: row.to_starts_at.toISOString(),
  movedAt: row.created_at.toISOString(),
  movedByName: row.created_by === null ? '' : (names.get(row.created_by) ?? ''),
})

/** What stands beside the rows of sessions: names and how many wait. */
export interface Beside {
  practitioners: ReadonlyMap<string, string>
  rooms: ReadonlyMap<string, string>
  waiting: ReadonlyMap<string, number>
}

export function presentSession(row: SessionRow, beside: Beside): GroupSession {
  const state = sessionState.parse(row.state)
  return {
    id: row.id, version: row.version, courseId: row.course_id, facilityId: row.facility_id,
    practitionerId: row.practitioner_id, practitionerName: beside.practitioners.get(row.practitioner_id ?? '') ?? '', roomId: row.room_id, roomName: beside.rooms.get(row.room_id ?? '') ?? '',
    name: row.name, note: row.note, startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString(), localDate: row.local_date, localTime: row.local_time, timeZone: row.time_zone,
    places: row.places, taken: row.taken, waiting: beside.waiting.get(row.id) ?? 0, state, cancelReason: row.cancel_reason, actions: allowedSteps(sessionLifecycle, state),
  }
}

const bySystem = new Set(['offer', 'withdraw'])

export function presentEnrolment(row: EnrolmentRow, patients: ReadonlyMap<string, { name: string; mrn: string }>, isClosed: boolean): Enrolment {
  const state = enrolmentState.parse(row.state)
  const patient = patients.get(row.patient_id)
  const steps: string[] = isClosed ? [] : allowedSteps(enrolmentLifecycle, state).filter((step) => !bySystem.has(step))
  return {
    id: row.id, version: row.version, sessionId: row.session_id, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', state, note: row.note,
    checkedInAt: row.checked_in_at?.toISOString() ?? null, cancelledBy: row.cancelled_by === 'patient' || row.cancelled_by === 'clinic' ? row.cancelled_by : null, cancelReason: row.cancel_reason,
    isToTell: row.is_to_tell, toldAt: row.told_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(), actions: row.is_to_tell ? [...steps, 'tell'] : steps,
  }
}

export const presentRoom = (row: RoomRow) => ({ id: row.id, version: row.version, facilityId: row.facility_id, name: row.name, places: row.places, isActive: row.is_active })
