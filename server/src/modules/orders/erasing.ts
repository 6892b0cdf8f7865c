import { rawInTenant, type Tx } from '#kernel/db.ts'

/** What was written with orders goes, and what was ordered in words; what stands in a catalogue stays. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update orders set indication = '', timing = '', reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update order_items set instructions = '', timing = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update order_items set name = 'Erased' where tenant_id = $1 and patient_id = any($2::uuid[]) and catalogue_id is null and service_id is null", values)
}
