import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Who bought, on whose paper, and why something was handed out; what and how much stays in the register. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update dispense_items set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update sales set customer_name = '', customer_tax_number = '', prescriber = '', reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
