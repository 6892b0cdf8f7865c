import type { z } from 'zod'
import type { Coding } from '#contract/common/values.ts'
import type { patients } from '#contract/patients.ts'
import { anyOf, insertMany, type Tx } from '#kernel/db.ts'
import type { Facility } from '../organizations/index.ts'
import { insertPatient } from './service.ts'
import { updatePatient } from './repo.ts'

export type ImportedPatientBody = z.output<typeof patients.register.body>

export interface ImportedPatient {
  body: ImportedPatientBody
  /** How exactly the birth date is known. */
  precision: 'day' | 'month' | 'year'
  deceasedAt: Date | null
}

/** Registers a patient that came from elsewhere under a record number of the facility; without the look-up for duplicates. Returns the id. */
export async function importPatient(tx: Tx, facility: Facility, { body, precision, deceasedAt }: ImportedPatient): Promise<string> {
  const row = await insertPatient(tx, facility, body)
  const change = { ...(precision === 'day' || row.birth_precision !== 'day' ? {} : { birth_precision: precision }), ...(deceasedAt === null ? {} : { deceased_at: deceasedAt }) }
  if (Object.keys(change).length > 0) await updatePatient(tx, row.id, row.version, change)
  return row.id
}

export interface ImportedEntry {
  id: string
  patientId: string
  kind: 'allergy' | 'problem' | 'medication' | 'history' | 'immunization'
  text: string
  coding: Coding | null
  state: 'active' | 'resolved' | 'entered-in-error'
  severity: string
  reaction: string
  onsetOn: string | null
  recordedAt: Date
}

/** Allergies, medicines, immunisations and history from elsewhere; a patient with an allergy is marked so. */
export async function importEntries(tx: Tx, rows: readonly ImportedEntry[]): Promise<void> {
  const types = { id: 'uuid', patient_id: 'uuid', kind: 'text', text: 'text', coding: 'jsonb', state: 'text', severity: 'text', reaction: 'text', onset_on: 'date', recorded_at: 'timestamptz', created_by: 'uuid' } as const
  await insertMany(tx, 'patient_lists', types, rows.map((row) => ({ id: row.id, patient_id: row.patientId, kind: row.kind, text: row.text, coding: row.coding, state: row.state, severity: row.severity, reaction: row.reaction, onset_on: row.onsetOn, recorded_at: row.recordedAt, created_by: tx.ctx.userId })))
  const allergic = [...new Set(rows.filter((row) => row.kind === 'allergy' && row.state === 'active').map((row) => row.patientId))]
  if (allergic.length > 0) await tx.db.updateTable('patients').set({ allergy_status: 'recorded' }).where('id', '=', anyOf(allergic)).execute()
}
