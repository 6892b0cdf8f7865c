import { rawInTenant, type Tx } from '#kernel/db.ts'

/** What somebody wrote beside goods that went to a patient; item, lot, quantity and day stay in the books. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update stock_documents set reason = '', reference = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update stock_movements set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
