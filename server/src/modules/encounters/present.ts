import type { z } from 'zod'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { encounter, encounterLifecycle, type encounters, taskLifecycle, taskState } from '#contract/encounters.ts'
import type { EncounterRow, TaskRow } from './repo.ts'

export function presentEncounter(row: EncounterRow, names: ReadonlyMap<string, string>, missing: string[] = []): z.output<typeof encounter> {
  const state = encounter.shape.state.parse(row.state)
  return {
    id: row.id,
    version: row.version,
    patientId: row.patient_id,
    facilityId: row.facility_id,
    practitionerId: row.practitioner_id,
    practitionerName: row.practitioner_id === null ? '' : (names.get(row.practitioner_id) ?? ''),
    class: encounter.shape.class.parse(row.class),
    system: encounter.shape.system.parse(row.system),
    state,
    appointmentId: row.appointment_id,
    token: row.token,
    openedAt: row.opened_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    missing,
    actions: allowedSteps(encounterLifecycle, state),
  }
}

/** What a list adds to a visit or a task. */
export const ofPatient = (patientId: string | null, patients: ReadonlyMap<string, { name: string; mrn: string }>) => {
  const patient = patientId === null ? undefined : patients.get(patientId)
  return { patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '' }
}

export function presentTask(row: TaskRow, names: ReadonlyMap<string, string>, now: Date): z.output<typeof encounters.createTask.response> {
  const state = taskState.parse(row.state)
  return {
    id: row.id,
    version: row.version,
    title: row.title,
    note: row.note,
    patientId: row.patient_id,
    assigneeId: row.assignee_id,
    assigneeName: row.assignee_id === null ? '' : (names.get(row.assignee_id) ?? ''),
    dueAt: row.due_at?.toISOString() ?? null,
    state,
    isOverdue: row.due_at !== null && row.due_at < now && (state === 'open' || state === 'in-progress'),
    escalatedAt: row.escalated_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    actions: allowedSteps(taskLifecycle, state),
  }
}
