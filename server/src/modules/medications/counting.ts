import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Prescriptions of a facility that are signed and not wholly handed out. */
export async function countToDispense(tx: Tx, facilityId: string): Promise<{ signed: number; partly: number }> {
  const rows = await rawInTenant<{ signed: number; partly: number }>(
    tx,
    "select count(*) filter (where state = 'finalized')::int as signed, count(*) filter (where state = 'partly-dispensed')::int as partly from prescriptions where tenant_id = $1 and facility_id = $2 and state = any(array['finalized', 'partly-dispensed'])",
    [tx.ctx.tenantId, facilityId],
  )
  return rows[0] ?? { signed: 0, partly: 0 }
}
