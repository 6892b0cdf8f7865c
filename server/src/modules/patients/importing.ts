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

/** Under which record each of the patients stands now: one that was merged, under its survivor. None of them can be merged before the transaction ends. */
export async function survivorsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const into = new Map<string, string | null>()
  for (let asked = [...new Set(ids)]; asked.length > 0;) {
    const rows = await tx.db.selectFrom('patients').select(['id', 'merged_into']).where('id', '=', anyOf(asked)).orderBy('id').forKeyShare().execute()
    for (const row of rows) into.set(row.id, row.merged_into)
    asked = rows.flatMap((row) => (row.merged_into === null || into.has(row.merged_into) ? [] : [row.merged_into]))
  }
  const last = (id: string): string => {
    const next = into.get(id) ?? null
    return next === null ? id : last(next)
  }
  return new Map(ids.map((id) => [id, last(id)]))
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

/** Patients of whom it is recorded that they have no known allergy; one of whom something else is recorded already keeps that. */
export async function importNoKnownAllergies(tx: Tx, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length > 0) await tx.db.updateTable('patients').set({ allergy_status: 'none-known' }).where('id', '=', anyOf(patientIds)).where('allergy_status', '=', 'not-asked').execute()
}
