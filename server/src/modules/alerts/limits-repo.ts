import { sql } from 'kysely'
import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { type AlertRow, alerts } from './repo.ts'

export interface Span {
  facilityId: string
  from: Date
  to: Date
  kind: string | undefined
}

export interface LimitsRow {
  key: string
  count: number
  open: number
  withdrawn: number
  breached: number
  median_minutes: number | null
  p90_minutes: number | null
}

const keys = { topic: 'topic', visit: 'visit_class', kind: 'kind', month: "to_char(raised_at at time zone $6, 'YYYY-MM')" } as const

/** When it ended, or now: what is still open may be late already. */
const lateness = 'coalesce(acknowledged_at, withdrawn_at, $7) > raised_at + limit_minutes * interval \'1 minute\''

/** Times and breaches of a facility and period, counted by the database. */
export function limitsOf(tx: Tx, { facilityId, from, to, kind }: Span, { by, timeZone }: { by: keyof typeof keys; timeZone: string }): Promise<LimitsRow[]> {
  const minutes = 'extract(epoch from acknowledged_at - raised_at) / 60'
  return rawInTenant<LimitsRow>(
    tx,
    `select ${keys[by]} as key, count(*)::int as count, (count(*) filter (where state in ('open', 'escalated')))::int as open, (count(*) filter (where state = 'withdrawn'))::int as withdrawn, (count(*) filter (where ${lateness}))::int as breached,
       percentile_cont(0.5) within group (order by ${minutes}) as median_minutes, percentile_cont(0.9) within group (order by ${minutes}) as p90_minutes
     from alerts where tenant_id = $1 and facility_id = $2 and raised_at >= $3 and raised_at < $4 and ($5::text is null or kind = $5) and $6::text is not null group by 1 order by breached desc, count(*) desc, 1 limit 500`,
    [tx.ctx.tenantId, facilityId, from, to, kind ?? null, timeZone, tx.ctx.now],
  )
}

/** Alerts nobody answered within the time they were raised with, newest first. */
export function listBreaches(tx: Tx, { facilityId, from, to, kind }: Span, page: PageRequest): Promise<AlertRow[]> {
  let query = alerts(tx)
    .where('facility_id', '=', facilityId)
    .where('raised_at', '>=', from)
    .where('raised_at', '<', to)
    .where(sql<boolean>`coalesce(acknowledged_at, withdrawn_at, ${tx.ctx.now}::timestamptz) > raised_at + limit_minutes * interval '1 minute'`)
    .orderBy('raised_at', 'desc')
    .orderBy('id')
    .limit(page.limit + 1)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  return afterCursor(query, page.after, 'raised_at', { order: 'desc' }).execute()
}
