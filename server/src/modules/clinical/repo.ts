import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const observationColumns = ['id', 'patient_id', 'encounter_id', 'set_id', 'code', 'display', 'value_number', 'value_text', 'unit', 'state', 'occurred_at', 'recorded_at'] as const

export interface ObservationRow {
  id: string
  patient_id: string
  encounter_id: string | null
  set_id: string | null
  code: string
  display: string
  value_number: string | null
  value_text: string
  unit: string
  state: string
  occurred_at: Date
  recorded_at: Date
}

export type NewObservation = Pick<ObservationRow, 'patient_id' | 'encounter_id' | 'set_id' | 'code' | 'display' | 'value_text' | 'unit' | 'occurred_at'> & { value_number: number | null }

/** A whole set of readings with one statement. */
export function insertObservations(tx: Tx, rows: readonly NewObservation[]): Promise<void> {
  const columns = { id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', set_id: 'uuid', code: 'text', display: 'text', value_number: 'numeric', value_text: 'text', unit: 'text', occurred_at: 'timestamptz', recorded_at: 'timestamptz', created_by: 'uuid' } as const
  return insertMany(tx, 'observations', columns, rows.map((row) => ({ ...row, id: newId(), recorded_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export function listObservations(tx: Tx, patientId: string, code: string | undefined, page: PageRequest): Promise<ObservationRow[]> {
  let query = tx.db.selectFrom('observations').select(observationColumns).where('patient_id', '=', patientId).orderBy('occurred_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (code !== undefined && code !== '') query = query.where('code', '=', code)
  return afterCursor(query, page.after, 'occurred_at', { order: 'desc' }).execute()
}

// LOINC: body weight measured, creatinine in serum or plasma by mass.
const measureCodes: Readonly<Record<string, string>> = { '29463-7': 'weight', '3141-9': 'weight', '2160-0': 'creatinine' }

export interface StandingFacts {
  measures: Map<string, { value: number; at: Date }>
  /** Diagnoses that stand and are no mere possibility. */
  diagnoses: { text: string; coding: { system: string; code: string } | null }[]
}

/** What checks before a medicine is given need of the record, by one question: the last weight in kg and creatinine in mg/dl, and the diagnoses that stand. */
export async function standingFacts(tx: Tx, patientId: string): Promise<StandingFacts> {
  const [row] = await rawInTenant<{ readings: (Pick<ObservationRow, 'code' | 'unit'> & { value_number: number | null; occurred_at: string })[]; diagnoses: StandingFacts['diagnoses'] }>(
    tx,
    `select coalesce((select json_agg(o) from (select n.* from unnest($3::text[]) as c(code) cross join lateral (select code, value_number, unit, occurred_at from observations where tenant_id = $1 and patient_id = $2 and code = c.code and state = 'final' and value_number is not null order by occurred_at desc limit 1) n order by n.occurred_at desc) o), '[]') as readings,
       coalesce((select json_agg(d) from (select text, coding from diagnoses where tenant_id = $1 and patient_id = $2 and state = 'active' and kind <> 'differential' order by recorded_at desc limit 200) d), '[]') as diagnoses`,
    [tx.ctx.tenantId, patientId, Object.keys(measureCodes)],
  )
  const measures: StandingFacts['measures'] = new Map()
  for (const reading of row?.readings ?? []) {
    const name = measureCodes[reading.code] ?? ''
    if (reading.value_number !== null && !measures.has(name)) measures.set(name, { value: reading.unit === 'umol/L' ? reading.value_number / 88.42 : reading.value_number, at: new Date(reading.occurred_at) })
  }
  return { measures, diagnoses: row?.diagnoses ?? [] }
}

export type GrowthReadingRow = Pick<ObservationRow, 'code' | 'value_number' | 'unit' | 'occurred_at'>

/** Readings of some codes that stand, oldest first: a childhood has fewer than a thousand. */
export function growthReadings(tx: Tx, patientId: string, codes: readonly string[]): Promise<GrowthReadingRow[]> {
  return rawInTenant<GrowthReadingRow>(
    tx,
    "select code, value_number, unit, occurred_at from observations where tenant_id = $1 and patient_id = $2 and code = any($3::text[]) and state = 'final' and value_number is not null order by occurred_at, id limit 1000",
    [tx.ctx.tenantId, patientId, codes],
  )
}

export function observationsOfEncounter(tx: Tx, encounterId: string): Promise<ObservationRow[]> {
  return tx.db.selectFrom('observations').select(observationColumns).where('encounter_id', '=', encounterId).where('state', '=', 'final').orderBy('occurred_at', 'desc').limit(1000).execute()
}

export function markObservation(tx: Tx, id: string, reason: string): Promise<ObservationRow | undefined> {
  return tx.db.updateTable('observations').set({ state: 'entered-in-error', reason }).where('id', '=', id).returning(observationColumns).executeTakeFirst()
}

const noteColumns = ['id', 'version', 'patient_id', 'encounter_id', 'template_id', 'text', 'state', 'addendum_to', 'author_id', 'created_at', 'signed_at'] as const

export interface NoteRow {
  id: string
  version: number
  patient_id: string
  encounter_id: string
  template_id: string | null
  text: string
  state: string
  addendum_to: string | null
  author_id: string
  created_at: Date
  signed_at: Date | null
}

export function insertNote(tx: Tx, note: { patient_id: string; encounter_id: string; template_id: string | null; template_version: number | null; text: string; state?: string; addendum_to?: string; signed_at?: Date }): Promise<NoteRow> {
  return tx.db.insertInto('notes').values({ ...note, id: newId(), author_id: tx.ctx.userId, created_at: tx.ctx.now }).returning(noteColumns).executeTakeFirstOrThrow()
}

export function lockNote(tx: Tx, id: string): Promise<NoteRow | undefined> {
  return tx.db.selectFrom('notes').select(noteColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateNote(tx: Tx, id: string, version: number, change: { text?: string; state?: string; signed_at?: Date }): Promise<NoteRow> {
  return tx.db.updateTable('notes').set({ ...change, version: version + 1 }).where('id', '=', id).returning(noteColumns).executeTakeFirstOrThrow()
}

export function notesOf(tx: Tx, encounterId: string): Promise<NoteRow[]> {
  return tx.db.selectFrom('notes').select(noteColumns).where('encounter_id', '=', encounterId).orderBy('created_at').limit(500).execute()
}

export function patientNotes(tx: Tx, patientId: string, before: Date | null, limit: number) {
  const query = tx.db.selectFrom('notes').select(['id', 'state', 'created_at']).where('patient_id', '=', patientId).orderBy('created_at', 'desc').limit(limit)
  return (before === null ? query : query.where('created_at', '<', before)).execute()
}

const diagnosisColumns = ['id', 'version', 'patient_id', 'encounter_id', 'text', 'coding', 'kind', 'state', 'recorded_at'] as const

export function insertDiagnosis(tx: Tx, diagnosis: { patient_id: string; encounter_id: string; text: string; coding: string | null; kind: string }) {
  return tx.db.insertInto('diagnoses').values({ ...diagnosis, id: newId(), recorded_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(diagnosisColumns).executeTakeFirstOrThrow()
}

export function diagnosesOf(tx: Tx, encounterId: string) {
  return tx.db.selectFrom('diagnoses').select(diagnosisColumns).where('encounter_id', '=', encounterId).orderBy('recorded_at').limit(200).execute()
}

export function patientDiagnoses(tx: Tx, patientId: string, before: Date | null, limit: number) {
  const query = tx.db.selectFrom('diagnoses').select(['id', 'text', 'recorded_at']).where('patient_id', '=', patientId).where('state', '<>', 'entered-in-error').orderBy('recorded_at', 'desc').limit(limit)
  return (before === null ? query : query.where('recorded_at', '<', before)).execute()
}

export async function endDiagnosis(tx: Tx, id: string, state: string, reason: string) {
  const row = await tx.db.selectFrom('diagnoses').select(['version']).where('id', '=', id).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : tx.db.updateTable('diagnoses').set({ state, reason, version: row.version + 1 }).where('id', '=', id).returning(diagnosisColumns).executeTakeFirst()
}
