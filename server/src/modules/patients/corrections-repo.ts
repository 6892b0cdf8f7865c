import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { patientColumns, type PatientRow } from './repo.ts'

export interface CorrectionRow {
  id: string
  version: number
  kind: string
  reason: string
  state: string
  corrected: number
  restored: number
  created_at: Date
  created_by: string
  undone_at: Date | null
}
const batchColumns = ['id', 'version', 'kind', 'reason', 'state', 'corrected', 'restored', 'created_at', 'created_by', 'undone_at'] as const

export function listCorrections(tx: Tx, page: PageRequest): Promise<CorrectionRow[]> {
  const query = tx.db.selectFrom('patient_corrections').select(batchColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export function insertCorrection(tx: Tx, batch: { kind: string; reason: string; corrected: number }): Promise<CorrectionRow> {
  return tx.db.insertInto('patient_corrections').values({ ...batch, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(batchColumns).executeTakeFirstOrThrow()
}

export function lockCorrection(tx: Tx, id: string): Promise<CorrectionRow | undefined> {
  return tx.db.selectFrom('patient_corrections').select(batchColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function endCorrection(tx: Tx, batch: CorrectionRow, restored: number): Promise<CorrectionRow> {
  const state = restored === batch.corrected ? 'undone' : 'partly-undone'
  return tx.db.updateTable('patient_corrections').set({ state, restored, version: batch.version + 1, undone_at: tx.ctx.now, undone_by: tx.ctx.userId }).where('id', '=', batch.id).returning(batchColumns).executeTakeFirstOrThrow()
}

export function insertItems(tx: Tx, correctionId: string, items: readonly { patientId: string; versionAfter: number; before: unknown }[]): Promise<void> {
  const types = { id: 'uuid', correction_id: 'uuid', patient_id: 'uuid', version_after: 'int', before: 'jsonb', created_at: 'timestamptz' } as const
  return insertMany(tx, 'patient_correction_items', types, items.map((item) => ({ id: newId(), correction_id: correctionId, patient_id: item.patientId, version_after: item.versionAfter, before: item.before, created_at: tx.ctx.now })))
}

export function itemsOf(tx: Tx, correctionId: string) {
  return tx.db.selectFrom('patient_correction_items').select(['id', 'patient_id', 'version_after', 'before']).where('correction_id', '=', correctionId).orderBy('patient_id').limit(200).execute()
}

/** Locks records in the order of their ids. */
export function lockRecords(tx: Tx, ids: readonly string[]): Promise<PatientRow[]> {
  return rawInTenant<PatientRow>(tx, `select ${patientColumns.join(', ')} from patients where tenant_id = $1 and id = any($2::uuid[]) order by id for update`, [tx.ctx.tenantId, ids])
}

/** What a correction may change of a record. */
export type Correctable = Pick<PatientRow, 'given_name' | 'family_name' | 'local_name' | 'sex' | 'birth_date' | 'birth_precision' | 'birth_estimated_on' | 'phones' | 'email' | 'address'> & { deceased_at: string | null }

/** Writes records that are locked, each as a whole, with one statement. */
export async function writeRecords(tx: Tx, records: readonly (Correctable & { id: string })[]): Promise<void> {
  if (records.length === 0) return
  await rawInTenant(
    tx,
    `update patients p set version = p.version + 1, given_name = n.given_name, family_name = n.family_name, local_name = n.local_name, sex = n.sex, birth_date = n.birth_date, birth_precision = n.birth_precision,
       birth_estimated_on = n.birth_estimated_on, phones = n.phones, email = n.email, address = n.address, deceased_at = n.deceased_at
     from jsonb_to_recordset($2::jsonb) as n(id uuid, given_name text, family_name text, local_name text, sex text, birth_date date, birth_precision text, birth_estimated_on date, phones text[], email text, address jsonb, deceased_at timestamptz)
     where p.tenant_id = $1 and p.id = n.id`,
    [tx.ctx.tenantId, JSON.stringify(records)],
  )
}

export async function markRestored(tx: Tx, ids: readonly string[]): Promise<void> {
  await rawInTenant(tx, 'update patient_correction_items set restored_at = $3 where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids, tx.ctx.now])
}
