import { rawInTenant, type Tx } from '#kernel/db.ts'
import { reindexSubject } from '#kernel/search.ts'
import { identifierHash, openIdentifier, searchKind, termsOf } from './finding.ts'
import { erasurePort } from './ports.ts'
import * as repo from './repo.ts'

/** Takes away what no law asks to keep: e-mail, contacts, occupation, where the patient came from, family. */
export async function eraseContact(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update patients set email = '', contacts = '[]', occupation = '', referral_source = '', diet = 'unknown', language = null, version = version + 1 where tenant_id = $1 and id = any($2::uuid[])", values)
  await rawInTenant(tx, 'delete from patient_relations where tenant_id = $1 and patient_id = any($2::uuid[])', values)
}

async function eraseOne(tx: Tx, row: repo.PatientRow): Promise<void> {
  const hashes = (await repo.identifiersOf(tx, row.id)).map((one) => identifierHash(tx.ctx.tenantId, openIdentifier(tx.ctx.tenantId, one.id, one.value_sealed)))
  const year = row.birth_date === null ? null : `${row.birth_date.slice(0, 4)}-01-01`
  const nobody = { given_name: 'Erased', family_name: '', local_name: '', phones: [] as string[], photo_id: null, address: '{}', birth_date: year, birth_precision: year === null ? null : 'year' }
  await repo.updatePatient(tx, row.id, row.version, nobody)
  await repo.deleteIdentifiers(tx, row.id)
  await reindexSubject(tx, searchKind, row.id, termsOf(row, hashes), { names: [], numbers: [row.mrn], phones: [], hashes: [] })
}

/** Takes away who a patient was: names, birthday, addresses, numbers, what was imported, and in every module what was written about the person. */
export async function eraseIdentity(tx: Tx, patientIds: readonly string[]): Promise<void> {
  await eraseContact(tx, patientIds)
  for (const row of await repo.patientsByIds(tx, patientIds)) await eraseOne(tx, row)
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update patient_lists set text = 'Erased', reaction = '', reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update patient_labels set reason = '', end_reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update patient_relations set name = '', phone = '' where tenant_id = $1 and related_patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update patient_merges set before = '{}', reason = '' where tenant_id = $1 and (patient_id = any($2::uuid[]) or into_patient_id = any($2::uuid[]))", values)
  await rawInTenant(tx, "update patient_correction_items set before = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, 'delete from patient_findings where tenant_id = $1 and patient_id = any($2::uuid[])', values)
  await rawInTenant(tx, 'delete from kept_resources where tenant_id = $1 and patient_id = any($2::uuid[])', values)
  await rawInTenant(tx, 'delete from external_ids where tenant_id = $1 and internal_id = any($2::uuid[])', values)
  await rawInTenant(tx, "delete from drafts where tenant_id = $1 and (subject = any($2::text[]) or content::text ~ array_to_string($2::text[], '|'))", values)
  for (const erase of erasurePort.all()) await erase(tx, patientIds)
}
