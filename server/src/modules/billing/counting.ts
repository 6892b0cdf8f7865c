import { rawInTenant, type Tx } from '#kernel/db.ts'

export interface MoneyCounts {
  openBills: number
  drafts: number
  issuedToday: number
  takenToday: number
}

/** Bills of a facility that wait, and what was taken today less what was given back. */
export async function countMoney(tx: Tx, facilityId: string, on: string): Promise<MoneyCounts> {
  const rows = await rawInTenant<MoneyCounts>(
    tx,
    `select b."openBills", b.drafts, b."issuedToday", p."takenToday" from
       (select count(*) filter (where state in ('issued', 'part-paid'))::int as "openBills", count(*) filter (where state = 'draft')::int as drafts, count(*) filter (where issued_on = $3)::int as "issuedToday"
        from invoices where tenant_id = $1 and facility_id = $2 and (state = any(array['draft', 'issued', 'part-paid']) or issued_on = $3)) b,
       (select coalesce(sum(case when kind in ('payment', 'deposit') then amount else -amount end), 0)::float as "takenToday" from payments where tenant_id = $1 and facility_id = $2 and received_on = $3 and method <> 'deposit') p`,
    [tx.ctx.tenantId, facilityId, on],
  )
  return rows[0] ?? { openBills: 0, drafts: 0, issuedToday: 0, takenToday: 0 }
}
