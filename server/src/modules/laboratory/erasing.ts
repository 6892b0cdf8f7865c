import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Results keep their numbers, units and flags; what was said in words about a person goes, of every version. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update specimens set reason = case when state = 'rejected' then 'Erased' else '' end where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update results set value_text = case when value_number is null then '' else value_text end, comment = '', reason = '', detail = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update result_versions set value_text = case when value_number is null then '' else value_text end, comment = '', reason = '', detail = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
