import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Patients of the tenant, and those registered in a facility since an instant. */
export async function countPatients(tx: Tx, facilityId: string, since: Date): Promise<{ all: number; registered: number }> {
  const rows = await rawInTenant<{ all: number; registered: number }>(
    tx,
    `select (select count(*)::int from patients where tenant_id = $1 and merged_into is null) as all,
       (select count(*)::int from patients where tenant_id = $1 and facility_id = $2 and registered_at >= $3) as registered`,
    [tx.ctx.tenantId, facilityId, since],
  )
  return rows[0] ?? { all: 0, registered: 0 }
}
