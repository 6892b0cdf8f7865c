import { rawInTenant, type Tx } from '#kernel/db.ts'

/** How a medicine is to be taken, why a paper was cancelled, what was said at the counter; what was handed out stays. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update prescriptions set cancel_reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update prescription_items set dosage = '', frequency = '', instructions = '{}' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update dispenses set counselling_note = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
