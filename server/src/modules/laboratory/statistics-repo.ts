import type { RejectCause } from '#contract/laboratory-flow.ts'
import { rawInTenant, type Tx } from '#kernel/db.ts'

interface Period {
  facilityId: string
  from: Date
  to: Date
}

const of = ({ facilityId, from, to }: Period, tx: Tx) => [tx.ctx.tenantId, facilityId, from, to]

export interface StageRow {
  stage: string
  count: number
  median: number | null
  p90: number | null
}

const minutes = (until: string, since: string): string => `extract(epoch from ${until} - ${since}) / 60`
const stageOf = (name: string, until: string, since: string): string =>
  `select '${name}' as stage, count(*)::int as count, percentile_cont(0.5) within group (order by ${minutes(until, since)}) as median, percentile_cont(0.9) within group (order by ${minutes(until, since)}) as p90 from out where ${until} is not null and ${since} is not null`

/** How long each stage took for what was released in a period. */
export function stages(tx: Tx, period: Period): Promise<StageRow[]> {
  return rawInTenant<StageRow>(
    tx,
    `with out as materialized (select r.created_at, s.collected_at, s.received_at, r.entered_at, r.verified_at, r.released_at from results r join specimens s on s.tenant_id = r.tenant_id and s.tenant_id = $1 and s.id = r.specimen_id
       where r.tenant_id = $1 and r.facility_id = $2 and r.released_at >= $3 and r.released_at < $4)
     ${[stageOf('ordered-collected', 'collected_at', 'created_at'), stageOf('collected-received', 'received_at', 'collected_at'), stageOf('received-entered', 'entered_at', 'received_at'), stageOf('entered-verified', 'verified_at', 'entered_at'), stageOf('verified-released', 'released_at', 'verified_at'), stageOf('collected-released', 'released_at', 'collected_at')].join(' union all ')}`,
    of(period, tx),
  )
}

export function workload(tx: Tx, period: Period): Promise<{ bench: string; results: number; late: number }[]> {
  return rawInTenant(tx, `select bench, count(*)::int as results, (count(*) filter (where released_at > due_at))::int as late from results where tenant_id = $1 and facility_id = $2 and released_at >= $3 and released_at < $4 group by bench order by bench`, of(period, tx))
}

export function rejections(tx: Tx, period: Period): Promise<{ specimens: number; rejected: number; reasons: { reason: string; cause?: RejectCause; count: number }[] | null }[]> {
  return rawInTenant(
    tx,
    `with taken as materialized (select state, reason, reject_cause from specimens where tenant_id = $1 and facility_id = $2 and created_at >= $3 and created_at < $4 and collected_at is not null)
     select (select count(*) from taken)::int as specimens, (select count(*) from taken where state = 'rejected')::int as rejected,
       (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('reason', reason, 'cause', cause, 'count', n)) order by n desc, reason) from (select case when reject_cause in ('', 'other') then reason else reject_cause end as reason, nullif(reject_cause, '') as cause, count(*) as n from taken where state = 'rejected' group by 1, 2 order by n desc, reason limit 20) as top) as reasons`,
    of(period, tx),
  )
}

/** Qualitative tests and cultures: how many were abnormal. */
export function positivity(tx: Tx, period: Period): Promise<{ code: string; name: string; tested: number; positive: number }[]> {
  return rawInTenant(
    tx,
    `select code, max(name) as name, count(*)::int as tested, (count(*) filter (where flag in ('A', 'AA')))::int as positive from results
     where tenant_id = $1 and facility_id = $2 and released_at >= $3 and released_at < $4 and value_kind in ('qualitative', 'culture') group by code order by tested desc, code limit 100`,
    of(period, tx),
  )
}

export interface CultureRow {
  patient_id: string
  collected_at: Date
  detail: unknown
}

/** Released cultures of a period, oldest first. */
export function cultures(tx: Tx, period: Period): Promise<CultureRow[]> {
  return rawInTenant<CultureRow>(
    tx,
    `select patient_id, collected_at, detail from results where tenant_id = $1 and facility_id = $2 and released_at >= $3 and released_at < $4 and value_kind = 'culture' and state = 'released' order by collected_at, id limit 20000`,
    of(period, tx),
  )
}
