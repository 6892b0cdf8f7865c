
import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

export const patientColumns = [
  'id', 'version', 'facility_id', 'mrn', 'given_name', 'family_name', 'local_name', 'sex', 'birth_date', 'birth_precision', 'birth_estimated_on', 'phones', 'email', 'address', 'contacts',
  'language', 'occupation', 'diet', 'referral_source', 'is_confidential', 'is_unidentified', 'allergy_status', 'deceased_at', 'mother_id', 'birth_order', 'merged_into', 'registered_at', 'photo_id',
] as const
const columnList = patientColumns.join(', ')

export interface PatientRow {
  id: string
  version: number
  facility_id: string
  mrn: string
  given_name: string
  family_name: string
  local_name: string
  sex: string
  birth_date: string | null
  birth_precision: string | null
  birth_estimated_on: string | null
  phones: string[]
  email: string
  address: { lines?: string; city?: string; state?: string; postcode?: string; country?: string }
  contacts: { name: string; relation: string; phone: string }[]
  language: string | null
  occupation: string
  diet: string
  referral_source: string
  is_confidential: boolean
  is_unidentified: boolean
  allergy_status: string
  deceased_at: Date | null
  mother_id: string | null
  birth_order: number | null
  merged_into: string | null
  registered_at: Date
  photo_id: string | null
}

export interface PatientChange {
  given_name?: string
  family_name?: string
  local_name?: string
  sex?: string
  birth_date?: string | null
  birth_precision?: string | null
  birth_estimated_on?: string | null
  phones?: string[]
  email?: string
  address?: string
  contacts?: string
  language?: string | null
  occupation?: string
  diet?: string
  referral_source?: string
  is_confidential?: boolean
  is_unidentified?: boolean
  allergy_status?: string
  deceased_at?: Date | null
  mother_id?: string | null
  birth_order?: number | null
  merged_into?: string | null
  photo_id?: string | null
}

export function insertPatient(tx: Tx, patient: PatientChange & { id: string; facility_id: string; mrn: string; given_name: string; sex: string }): Promise<PatientRow> {
  return tx.db.insertInto('patients').values({ ...patient, registered_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(patientColumns).executeTakeFirstOrThrow()
}

export function readPatient(tx: Tx, id: string): Promise<PatientRow | undefined> {
  return tx.db.selectFrom('patients').select(patientColumns).where('id', '=', id).executeTakeFirst()
}

export function lockPatient(tx: Tx, id: string): Promise<PatientRow | undefined> {
  return tx.db.selectFrom('patients').select(patientColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function patientsByIds(tx: Tx, ids: readonly string[]): Promise<PatientRow[]> {
  return rawInTenant<PatientRow>(tx, `select ${columnList} from patients where tenant_id = $1 and id = any($2::uuid[])`, [tx.ctx.tenantId, ids])
}

interface RecordRow extends PatientRow {
  lists: { kind: string; text: string; severity: string; coding: { system: string; code: string } | null }[]
}

/** A patient with the allergies and problems of now. */
export async function patientRecord(tx: Tx, id: string): Promise<RecordRow | undefined> {
  const [row] = await rawInTenant<RecordRow>(
    tx,
    `select ${patientColumns.map((column) => `p.${column}`).join(', ')},
       coalesce((select json_agg(json_build_object('kind', l.kind, 'text', l.text, 'severity', l.severity, 'coding', l.coding) order by l.recorded_at desc, l.id) from patient_lists l
         where l.tenant_id = $1 and l.patient_id = p.id and l.state = 'active' and l.kind = any(array['allergy', 'problem'])), '[]') as lists
     from patients p where p.tenant_id = $1 and p.id = $2`,
    [tx.ctx.tenantId, id],
  )
  return row
}

/** What a list says of whose it is: name and record number. */
export function patientLabels(tx: Tx, ids: readonly string[]): Promise<Pick<PatientRow, 'id' | 'given_name' | 'family_name' | 'mrn'>[]> {
  return rawInTenant(tx, 'select id, given_name, family_name, mrn from patients where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids])
}

export function updatePatient(tx: Tx, id: string, version: number, change: PatientChange): Promise<PatientRow | undefined> {
  return tx.db.updateTable('patients').set({ ...change, version: version + 1 }).where('id', '=', id).where('version', '=', version).returning(patientColumns).executeTakeFirst()
}

export interface ListFilter {
  facilityId?: string | undefined
  sex?: string | undefined
  from: Date | null
  to: Date | null
  isAscending: boolean
}

export function listPatients(tx: Tx, filter: ListFilter, page: PageRequest): Promise<PatientRow[]> {
  const order = filter.isAscending ? 'asc' : 'desc'
  const idOrder = filter.isAscending ? 'desc' : 'asc'
  let query = tx.db.selectFrom('patients').select(patientColumns).orderBy('registered_at', order).orderBy('id', idOrder).limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.sex !== undefined) query = query.where('sex', '=', filter.sex)
  if (filter.from !== null) query = query.where('registered_at', '>=', filter.from)
  if (filter.to !== null) query = query.where('registered_at', '<', filter.to)
  return afterCursor(query, page.after, 'registered_at', { order, idOrder }).execute()
}

export interface WholeRow extends PatientRow {
  identifiers: { id: string; type: string; issuer: string; sealed: string }[]
  merged: { id: string; mrn: string; facility_id: string }[]
  labels: string[]
}

/** The patient (or the survivor of a merge) with identifiers and merged records, in one round trip. */
export async function readWhole(tx: Tx, id: string): Promise<WholeRow | undefined> {
  const rows = await rawInTenant<WholeRow>(
    tx,
    `select ${patientColumns.map((column) => `p.${column}`).join(', ')},
       coalesce((select json_agg(json_build_object('id', i.id, 'type', i.type, 'issuer', i.issuer, 'sealed', encode(i.value_sealed, 'base64')) order by i.created_at) from patient_identifiers i where i.tenant_id = $1 and i.patient_id = p.id), '[]') as identifiers,
       coalesce((select json_agg(json_build_object('id', m.id, 'mrn', m.mrn, 'facility_id', m.facility_id)) from patients m where m.tenant_id = $1 and m.merged_into = p.id), '[]') as merged,
       array(select distinct l.label from patient_labels l where l.tenant_id = $1 and l.patient_id = p.id and l.ended_at is null order by 1) as labels
     from patients p where p.tenant_id = $1 and p.id = (select coalesce(a.merged_into, a.id) from patients a where a.tenant_id = $1 and a.id = $2)`,
    [tx.ctx.tenantId, id],
  )
  return rows[0]
}

export interface IdentifierRow {
  id: string
  type: string
  issuer: string
  value_sealed: Buffer
}

export function identifiersOf(tx: Tx, patientId: string): Promise<IdentifierRow[]> {
  return tx.db.selectFrom('patient_identifiers').select(['id', 'type', 'issuer', 'value_sealed']).where('patient_id', '=', patientId).orderBy('created_at').execute()
}

export async function insertIdentifiers(tx: Tx, patientId: string, rows: readonly (IdentifierRow & { value_index: string })[]): Promise<void> {
  if (rows.length === 0) return
  await rawInTenant(
    tx,
    `insert into patient_identifiers (tenant_id, id, patient_id, type, issuer, value_sealed, value_index, created_at)
     select $1::uuid, id, $2::uuid, type, issuer, sealed, hash, $8 from unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::text[]) as i(id, type, issuer, sealed, hash)`,
    [tx.ctx.tenantId, patientId, rows.map((row) => row.id), rows.map((row) => row.type), rows.map((row) => row.issuer), rows.map((row) => row.value_sealed), rows.map((row) => row.value_index), tx.ctx.now],
  )
}

export function deleteIdentifiers(tx: Tx, patientId: string) {
  return tx.db.deleteFrom('patient_identifiers').where('patient_id', '=', patientId).execute()
}

const listColumns = ['id', 'version', 'patient_id', 'kind', 'text', 'coding', 'state', 'severity', 'reaction', 'onset_on', 'recorded_at'] as const

export function listEntries(tx: Tx, patientId: string, kind: string | undefined) {
  const query = tx.db.selectFrom('patient_lists').select(listColumns).where('patient_id', '=', patientId).orderBy('recorded_at', 'desc').orderBy('id').limit(500)
  return (kind === undefined ? query : query.where('kind', '=', kind)).execute()
}

export function readEntry(tx: Tx, id: string) {
  return tx.db.selectFrom('patient_lists').select(listColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function insertEntry(tx: Tx, entry: { patient_id: string; kind: string; text: string; coding: string | null; severity: string; reaction: string; onset_on: string | null }) {
  return tx.db.insertInto('patient_lists').values({ ...entry, id: newId(), recorded_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(listColumns).executeTakeFirstOrThrow()
}

export function updateEntry(tx: Tx, id: string, change: { state: string; reason: string; version: number }) {
  return tx.db.updateTable('patient_lists').set(change).where('id', '=', id).returning(listColumns).executeTakeFirstOrThrow()
}

export function listRelations(tx: Tx, patientId: string) {
  return tx.db.selectFrom('patient_relations').select(['id', 'version', 'related_patient_id', 'name', 'relation', 'phone']).where('patient_id', '=', patientId).orderBy('created_at').limit(200).execute()
}

export function insertRelation(tx: Tx, relation: { patient_id: string; related_patient_id: string | null; name: string; relation: string; phone: string }) {
  return tx.db
    .insertInto('patient_relations')
    .values({ ...relation, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .returning(['id', 'version', 'related_patient_id', 'name', 'relation', 'phone'])
    .executeTakeFirstOrThrow()
}

/** Points a table's rows from one patient to another; returns the moved rows' ids. */
export async function repoint(tx: Tx, table: { table: string; column: string }, from: string, to: string, only: readonly string[] | null): Promise<string[]> {
  const rows = await rawInTenant<{ id: string }>(
    tx,
    `update "${table.table}" set "${table.column}" = $3 where tenant_id = $1 and "${table.column}" = $2${only === null ? '' : ' and id = any($4::uuid[])'} returning id`,
    only === null ? [tx.ctx.tenantId, from, to] : [tx.ctx.tenantId, from, to, only],
  )
  return rows.map((row) => row.id)
}

export function insertMerge(tx: Tx, merge: { patient_id: string; into_patient_id: string; moved: string; before: string; reason: string }) {
  return tx.db.insertInto('patient_merges').values({ ...merge, id: newId(), merged_at: tx.ctx.now, merged_by: tx.ctx.userId }).execute()
}

export function lastMerge(tx: Tx, patientId: string) {
  return tx.db.selectFrom('patient_merges').select(['id', 'into_patient_id', 'moved']).where('patient_id', '=', patientId).where('unmerged_at', 'is', null).orderBy('merged_at', 'desc').limit(1).executeTakeFirst()
}

export function endMerge(tx: Tx, id: string) {
  return tx.db.updateTable('patient_merges').set({ unmerged_at: tx.ctx.now }).where('id', '=', id).execute()
}

export async function noteCandidates(tx: Tx, rows: readonly { a: string; b: string; score: number; reasons: readonly string[] }[]): Promise<void> {
  if (rows.length === 0) return
  await rawInTenant(
    tx,
    `insert into duplicate_candidates (tenant_id, id, a_id, b_id, score, reasons, found_at)
     select $1::uuid, id, a, b, score, string_to_array(reasons, ','), $7 from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[]) as c(id, a, b, score, reasons) on conflict do nothing`,
    [tx.ctx.tenantId, rows.map(() => newId()), rows.map((row) => row.a), rows.map((row) => row.b), rows.map((row) => row.score), rows.map((row) => row.reasons.join(',')), tx.ctx.now],
  )
}

export function listCandidates(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('duplicate_candidates').select(['id', 'a_id', 'b_id', 'score', 'reasons']).where('state', '=', 'open').orderBy('score', 'desc').orderBy('id').limit(page.limit + 1)
  const { after } = page
  return (after === null ? query : query.where((eb) => eb.or([eb('score', '<', Number(after.at)), eb.and([eb('score', '=', Number(after.at)), eb('id', '>', after.id)])]))).execute()
}

export function closeCandidates(tx: Tx, a: string, b: string, state: 'dismissed' | 'merged') {
  return tx.db
    .updateTable('duplicate_candidates')
    .set({ state })
    .where((eb) => eb.or([eb.and([eb('a_id', '=', a), eb('b_id', '=', b)]), eb.and([eb('a_id', '=', b), eb('b_id', '=', a)])]))
    .returning(['id'])
    .execute()
}


/** A patient's record and those merged into it. */
export async function idsWithMerged(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('patients').select('id').where((eb) => eb.or([eb('id', '=', id), eb('merged_into', '=', id)])).execute()
  return rows.map((row) => row.id)
}
