import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Results keep their numbers, units and flags; what was said in words about a person goes, of every version. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update specimens set reason = case when state = 'rejected' then 'Erased' else '' end, address = '', phone = '', missed_note = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update results set value_text = case when value_number is null then '' else value_text end, comment = '', reason = '', detail = '{}', amendment = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update result_versions set value_text = case when value_number is null then '' else value_text end, comment = '', reason = '', detail = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}

/** By what the tubes of these patients are called on the lines of analysers, and since when. */
export async function specimenTraces(tx: Tx, patientIds: readonly string[]): Promise<{ numbers: string[]; firstAt: Date | null }> {
  const rows = await rawInTenant<{ number: string; created_at: Date }>(tx, 'select number, created_at from specimens where tenant_id = $1 and patient_id = any($2::uuid[]) order by created_at limit 50000', [tx.ctx.tenantId, patientIds])
  return { numbers: rows.map((row) => row.number), firstAt: rows[0]?.created_at ?? null }
}
