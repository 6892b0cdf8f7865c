import { rawInTenant, type Tx } from '#kernel/db.ts'

export interface DayCounts {
  expected: number
  arrived: number
  waiting: number
  consulting: number
  completed: number
  noShow: number
  longestWaitMinutes: number
}

/** Appointments of a day in a facility by what became of them, and how long the longest of those who wait has waited. */
export async function countDay(tx: Tx, facilityId: string, day: { from: Date; to: Date }): Promise<DayCounts> {
  const rows = await rawInTenant<DayCounts>(
    tx,
    `select count(*) filter (where state in ('scheduled', 'confirmed'))::int as expected, count(*) filter (where state in ('checked-in', 'in-progress', 'completed'))::int as arrived, count(*) filter (where state = 'checked-in')::int as waiting, count(*) filter (where state = 'in-progress')::int as consulting,
       count(*) filter (where state = 'completed')::int as completed, count(*) filter (where state = 'no-show')::int as "noShow",
       coalesce(floor(extract(epoch from max($5::timestamptz - checked_in_at) filter (where state = 'checked-in')) / 60), 0)::int as "longestWaitMinutes"
     from appointments where tenant_id = $1 and facility_id = $2 and starts_at >= $3 and starts_at < $4`,
    [tx.ctx.tenantId, facilityId, day.from, day.to, tx.ctx.now],
  )
  return rows[0] ?? { expected: 0, arrived: 0, waiting: 0, consulting: 0, completed: 0, noShow: 0, longestWaitMinutes: 0 }
}
