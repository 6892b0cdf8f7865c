import { rawInTenant, type Tx } from '#kernel/db.ts'

export interface VisitCounts {
  opened: number
  closed: number
  thisMonth: number
  myTasks: number
  myOverdue: number
}

/** Visits of a facility opened today, closed today and opened this month, and the open tasks of a user. A visit closed today is found when it was opened within 31 days. */
export async function countVisits(tx: Tx, facilityId: string, since: { day: Date; month: Date }): Promise<VisitCounts> {
  const rows = await rawInTenant<VisitCounts>(
    tx,
    `select v.opened, v.closed, v."thisMonth", k."myTasks", k."myOverdue" from
       (select count(*) filter (where opened_at >= $3)::int as opened, count(*) filter (where closed_at >= $3 and state = 'closed')::int as closed, count(*) filter (where opened_at >= $4)::int as "thisMonth"
        from encounters where tenant_id = $1 and facility_id = $2 and opened_at >= least($4::timestamptz, $3::timestamptz - interval '31 days')) v,
       (select count(*)::int as "myTasks", count(*) filter (where due_at < $6)::int as "myOverdue" from tasks where tenant_id = $1 and assignee_id = $5 and state in ('open', 'in-progress')) k`,
    [tx.ctx.tenantId, facilityId, since.day, since.month, tx.ctx.userId, tx.ctx.now],
  )
  return rows[0] ?? { opened: 0, closed: 0, thisMonth: 0, myTasks: 0, myOverdue: 0 }
}
