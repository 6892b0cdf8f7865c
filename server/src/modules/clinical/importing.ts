import type { Coding } from '#contract/common/values.ts'
import { insertMany, type Tx } from '#kernel/db.ts'

export interface ImportedObservation {
  id: string
  patientId: string
  encounterId: string | null
  code: string
  display: string
  number: string | null
  text: string
  unit: string
  components: unknown
  state: 'final' | 'entered-in-error'
  occurredAt: Date
  recordedAt: Date
}

/** Observations as they were recorded elsewhere, with the unit they came with. */
export async function importObservations(tx: Tx, rows: readonly ImportedObservation[]): Promise<void> {
  const types = {
    id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', code: 'text', display: 'text', value_number: 'numeric', value_text: 'text', unit: 'text', components: 'jsonb', state: 'text', occurred_at: 'timestamptz', recorded_at: 'timestamptz', created_by: 'uuid',
  } as const
  await insertMany(tx, 'observations', types, rows.map((row) => ({
    id: row.id, patient_id: row.patientId, encounter_id: row.encounterId, code: row.code, display: row.display, value_number: row.number, value_text: row.text, unit: row.unit, components: row.components, state: row.state, occurred_at: row.occurredAt, recorded_at: row.recordedAt, created_by: tx.ctx.userId,
  })))
}

export interface ImportedDiagnosis {
  id: string
  patientId: string
  encounterId: string | null
  text: string
  coding: Coding | null
  kind: 'provisional' | 'confirmed' | 'differential'
  state: 'active' | 'resolved' | 'entered-in-error'
  recordedAt: Date
}

/** Diagnoses as they were recorded elsewhere. */
export async function importDiagnoses(tx: Tx, rows: readonly ImportedDiagnosis[]): Promise<void> {
  const types = { id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', text: 'text', coding: 'jsonb', kind: 'text', state: 'text', recorded_at: 'timestamptz', created_by: 'uuid' } as const
  await insertMany(tx, 'diagnoses', types, rows.map((row) => ({ id: row.id, patient_id: row.patientId, encounter_id: row.encounterId, text: row.text, coding: row.coding, kind: row.kind, state: row.state, recorded_at: row.recordedAt, created_by: tx.ctx.userId })))
}
