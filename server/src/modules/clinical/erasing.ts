import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Notes go, addenda before what they add to; findings and diagnoses keep their codes and numbers, not what was written. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, 'delete from notes where tenant_id = $1 and patient_id = any($2::uuid[]) and addendum_to is not null', values)
  await rawInTenant(tx, 'delete from notes where tenant_id = $1 and patient_id = any($2::uuid[])', values)
  await rawInTenant(tx, "update diagnoses set text = coalesce(coding ->> 'display', 'Erased'), reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update observations set value_text = '', reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
