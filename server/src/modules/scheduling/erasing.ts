import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Reasons of appointments and notes on enrolments were written about a person. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update appointments set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update group_enrolments set note = '', cancel_reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
