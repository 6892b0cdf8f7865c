import type { z } from 'zod'
import { type clinical, noteLifecycle, observation } from '#contract/clinical.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { NoteRow, ObservationRow } from './repo.ts'

export function presentObservation(row: ObservationRow): z.output<typeof observation> {
  return {
    id: row.id,
    code: row.code,
    display: row.display,
    value: row.value_number === null ? row.value_text : String(Number(row.value_number)),
    unit: row.unit,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    state: observation.shape.state.parse(row.state),
    encounterId: row.encounter_id,
    setId: row.set_id,
  }
}

type Note = z.output<typeof clinical.writeNote.response>

export function presentNote(row: NoteRow, names: ReadonlyMap<string, string>): Note {
  const state = noteLifecycle.states.find((one) => one === row.state) ?? 'draft'
  return {
    id: row.id,
    version: row.version,
    encounterId: row.encounter_id,
    patientId: row.patient_id,
    templateId: row.template_id,
    text: row.text,
    state,
    authorId: row.author_id,
    authorName: names.get(row.author_id) ?? '',
    addendumTo: row.addendum_to,
    createdAt: row.created_at.toISOString(),
    signedAt: row.signed_at?.toISOString() ?? null,
    actions: state === 'signed' ? ['addendum'] : allowedSteps(noteLifecycle, state),
  }
}

type Diagnosis = z.output<typeof clinical.addDiagnosis.response>

interface DiagnosisRow {
  id: string
  version: number
  patient_id: string
  encounter_id: string | null
  text: string
  coding: Diagnosis['coding']
  kind: string
  state: string
  recorded_at: Date
}

const kinds = ['provisional', 'confirmed', 'differential'] as const
const states = ['active', 'resolved', 'entered-in-error'] as const

export const presentDiagnosis = (row: DiagnosisRow): Diagnosis => ({
  id: row.id,
  version: row.version,
  encounterId: row.encounter_id,
  patientId: row.patient_id,
  text: row.text,
  coding: row.coding,
  kind: kinds.find((kind) => kind === row.kind) ?? 'provisional',
  state: states.find((state) => state === row.state) ?? 'active',
  recordedAt: row.recorded_at.toISOString(),
})
