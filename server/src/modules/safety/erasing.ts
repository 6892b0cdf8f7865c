import { rawInTenant, type Tx } from '#kernel/db.ts'

/** The words of a warning name what a person does not bear, and the reason was written about that person. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update safety_overrides set message = 'Erased', alert_key = 'Erased', reason = 'Erased' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
