import { rawInTenant, type Tx } from '#kernel/db.ts'

/** When these patients were last in care. */
export async function lastVisit(tx: Tx, patientIds: readonly string[]): Promise<{ careAt: Date | null; billOn: null }> {
  const rows = await rawInTenant<{ at: Date | null }>(tx, 'select max(coalesce(closed_at, opened_at)) as at from encounters where tenant_id = $1 and patient_id = any($2::uuid[])', [tx.ctx.tenantId, patientIds])
  return { careAt: rows[0]?.at ?? null, billOn: null }
}

/** Reasons of visits and tasks were written about a person. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update encounters set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update tasks set title = 'Erased', note = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
