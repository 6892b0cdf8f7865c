import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Reasons of appointments were written about a person. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  await rawInTenant(tx, "update appointments set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", [tx.ctx.tenantId, patientIds])
}
