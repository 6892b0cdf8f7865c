import { rawInTenant, type Tx } from '#kernel/db.ts'

/** The day these patients were last billed. */
export async function lastBill(tx: Tx, patientIds: readonly string[]): Promise<{ careAt: null; billOn: string | null }> {
  const rows = await rawInTenant<{ on: string | null }>(tx, 'select max(issued_on)::text as on from invoices where tenant_id = $1 and patient_id = any($2::uuid[])', [tx.ctx.tenantId, patientIds])
  return { careAt: null, billOn: rows[0]?.on ?? null }
}
