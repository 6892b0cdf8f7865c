import { rawInTenant, type Tx } from '#kernel/db.ts'

/** The day these patients were last billed. */
export async function lastBill(tx: Tx, patientIds: readonly string[]): Promise<{ careAt: null; billOn: string | null }> {
  const rows = await rawInTenant<{ on: string | null }>(tx, 'select max(issued_on)::text as on from invoices where tenant_id = $1 and patient_id = any($2::uuid[])', [tx.ctx.tenantId, patientIds])
  return { careAt: null, billOn: rows[0]?.on ?? null }
}

/** Why a bill, a charge or a payment was cancelled, credited or given back was written about a person, and a payment's reference leads to an account. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update invoices set cancel_reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update charges set cancel_reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update deposits set reference = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update payments set reference = '', reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update credit_notes set reason = 'Erased' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
