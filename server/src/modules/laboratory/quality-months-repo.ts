import { rawInTenant, type Tx } from '#kernel/db.ts'
import { westgardRules } from './westgard-rules.ts'

export interface MonthFilter {
  facilityId: string
  from: Date
  to: Date
  /** Null means measured by hand. */
  instrumentId?: string | null | undefined
  withRejected: boolean
}

export interface MonthRow {
  test_id: string
  instrument_id: string | null
  lot_id: string
  material: string
  lot_number: string
  level: string
  target: string | null
  target_sd: string | null
  measured: number
  rejected: number
  n: number
  mean: string | null
  sd: string | null
  violations: Record<string, number>
}

const at = (filter: MonthFilter): string => (filter.instrumentId === undefined ? '' : filter.instrumentId === null ? 'and r.instrument_id is null' : 'and r.instrument_id = $5')
const values = (tx: Tx, { facilityId, from, to, instrumentId }: MonthFilter) => [tx.ctx.tenantId, facilityId, from, to, ...(instrumentId === undefined || instrumentId === null ? [] : [instrumentId])]
const counted = westgardRules.map((rule) => `'${rule}', count(*) filter (where '${rule}' = any(string_to_array(p.broken, ' ')))`).join(', ')

/** The controls of a period summed up by level, lot, instrument and target. */
export function monthOf(tx: Tx, filter: MonthFilter): Promise<MonthRow[]> {
  const used = filter.withRejected ? 'true' : `r.state <> 'rejected'`
  return rawInTenant<MonthRow>(
    tx,
    `select r.test_id, r.instrument_id, p.lot_id, l.material, l.lot_number, l.level, p.mean as target, p.sd as target_sd, count(*)::int as measured, (count(*) filter (where r.state = 'rejected'))::int as rejected,
       (count(*) filter (where ${used}))::int as n, avg(p.value) filter (where ${used}) as mean, stddev_samp(p.value) filter (where ${used}) as sd, jsonb_build_object(${counted}) as violations
     from qc_runs r join qc_points p on p.tenant_id = $1 and p.run_id = r.id join qc_lots l on l.tenant_id = $1 and l.id = p.lot_id
     where r.tenant_id = $1 and r.facility_id = $2 and r.measured_at >= $3 and r.measured_at < $4 ${at(filter)}
     group by r.test_id, r.instrument_id, p.lot_id, l.material, l.lot_number, l.level, p.mean, p.sd order by min(r.measured_at), p.lot_id`,
    values(tx, filter),
  )
}

export interface EventRow {
  id: string
  test_id: string
  instrument_id: string | null
  state: string
  broken: string
  action: string
  measured_at: Date
}

const mostEvents = 5000

/** Runs of a period that broke a rule or have something noted, oldest first. */
export function eventsOf(tx: Tx, filter: MonthFilter): Promise<EventRow[]> {
  return rawInTenant<EventRow>(
    tx,
    `select id, test_id, instrument_id, state, broken, action, measured_at from qc_runs r
     where r.tenant_id = $1 and r.facility_id = $2 and r.measured_at >= $3 and r.measured_at < $4 ${at(filter)} and (r.broken <> '' or r.action <> '') order by r.measured_at, r.id limit ${mostEvents}`,
    values(tx, filter),
  )
}

export async function runsOf(tx: Tx, filter: MonthFilter): Promise<{ runs: number; rejected: number }> {
  const [row] = await rawInTenant<{ runs: number; rejected: number }>(
    tx,
    `select count(*)::int as runs, (count(*) filter (where r.state = 'rejected'))::int as rejected from qc_runs r where r.tenant_id = $1 and r.facility_id = $2 and r.measured_at >= $3 and r.measured_at < $4 ${at(filter)}`,
    values(tx, filter),
  )
  return row ?? { runs: 0, rejected: 0 }
}
