import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Patients of the tenant; slow where there are many. */
export async function countAllPatients(tx: Tx): Promise<number> {
  const rows = await rawInTenant<{ n: number }>(tx, 'select count(*)::int as n from patients where tenant_id = $1 and merged_into is null', [tx.ctx.tenantId])
  return rows[0]?.n ?? 0
}

/** Patients registered in a facility since an instant. */
export async function countRegistered(tx: Tx, facilityId: string, since: Date): Promise<number> {
  const rows = await rawInTenant<{ n: number }>(tx, 'select count(*)::int as n from patients where tenant_id = $1 and facility_id = $2 and registered_at >= $3', [tx.ctx.tenantId, facilityId, since])
  return rows[0]?.n ?? 0
}
