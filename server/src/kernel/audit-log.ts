import type pg from 'pg'
import type { Ctx } from './context.ts'
import { pools } from './db.ts'
import { translateError } from './errors.ts'
import { isUuid } from './ids.ts'
import type { PageRequest } from './page.ts'

export interface AuditRow {
  id: string
  at: Date
  actor_id: string | null
  role: string | null
  facility_id: string | null
  session_id: string | null
  request_id: string | null
  address: string | null
  agent: string | null
  reason: string | null
  action: string
  subject_type: string | null
  subject_id: string | null
  patient_id: string | null
  outcome: string
  before: unknown
  after: unknown
  details: unknown
  micros: string
}

export interface AuditFilter {
  patientId?: string | undefined
  userId?: string | undefined
  subjectId?: string | undefined
  facilityId?: string | undefined
  action?: string | undefined
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
  /** Only requests, not the single rows they changed. */
  isRequest?: boolean | undefined
}

const columns = 'id, at, actor_id, role, facility_id, session_id, request_id, address, agent, reason, action, subject_type, subject_id, patient_id, outcome, before, after, details'

interface Question {
  text: string
  values: unknown[]
}

function questionOf(ctx: Ctx, filter: AuditFilter, page: PageRequest): Question {
  const values: unknown[] = [ctx.tenantId]
  const conditions = ['tenant_id = $1']
  const add = (condition: string, value: unknown) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition.replace('?', `$${values.length}`))
  }
  add('patient_id = ?', filter.patientId)
  add('actor_id = ?', filter.userId)
  add('subject_id = ?', filter.subjectId)
  add('facility_id = ?', filter.facilityId)
  add('action = ?', filter.action)
  add('outcome = ?', filter.outcome)
  add('at >= ?', filter.from)
  add('at < ?', filter.to)
  if (filter.isRequest === true) conditions.push("action not in ('row.insert', 'row.update', 'row.delete')")
  if (page.after !== null) {
    values.push(page.after.at, page.after.id)
    conditions.push(`(at, id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`)
  }
  values.push(page.limit + 1)
  return { text: `select ${columns}, (extract(epoch from at) * 1000000)::bigint::text as micros from audit_entries where ${conditions.join(' and ')} order by at desc, id desc limit $${values.length}`, values }
}

/** Asks the audit as the auditor's login, within the tenant; the application's own login cannot. */
export async function asAuditor<T>(ctx: Ctx, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pools().auditor.connect()
  try {
    if (!isUuid(ctx.tenantId)) throw new Error('context is not valid')
    await client.query(`begin read only; set local app.context = '${ctx.tenantId}||||'`)
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw translateError(error)
  } finally {
    client.release()
  }
}

/** Where the next page begins: to the microsecond, as entries of one instant are many. */
export const auditCursor = (row: AuditRow): { at: string; id: string } => ({ at: instantOf(row.micros), id: row.id })

function instantOf(micros: string): string {
  const whole = BigInt(micros)
  return `${new Date(Number(whole / 1_000_000n) * 1000).toISOString().slice(0, 19)}.${String(whole % 1_000_000n).padStart(6, '0')}Z`
}

/** Audit entries of the tenant, newest first. */
export function readAudit(ctx: Ctx, filter: AuditFilter, page: PageRequest): Promise<AuditRow[]> {
  return asAuditor(ctx, async (client) => {
    const { text, values } = questionOf(ctx, filter, page)
    return (await client.query<AuditRow>(text, values)).rows
  })
}

export interface ChartAccess {
  actor_id: string | null
  role: string | null
  first_at: Date
  last_at: Date
  times: number
  reads: number
  writes: number
  prints: number
  denied: number
}

/** Who opened a patient's chart, the last first: one row a person and role. */
export function readChartAccess(ctx: Ctx, patientIds: readonly string[], span: { from: string | undefined; to: string | undefined }): Promise<ChartAccess[]> {
  return asAuditor(ctx, async (client) => {
    const { rows } = await client.query<ChartAccess>(
      `select actor_id, role, min(at) as first_at, max(at) as last_at, count(*)::int as times,
         (count(*) filter (where action ~ ':(read|search)$'))::int as reads, (count(*) filter (where action ~ ':(create|update|step)$'))::int as writes,
         (count(*) filter (where action ~ ':(print|export)$'))::int as prints, (count(*) filter (where outcome <> 'success'))::int as denied
       from audit_entries where tenant_id = $1 and patient_id = any($2::uuid[]) and action not in ('row.insert', 'row.update', 'row.delete')
         and at >= coalesce($3::timestamptz, '-infinity') and at < coalesce($4::timestamptz, 'infinity')
       group by actor_id, role order by max(at) desc limit 200`,
      [ctx.tenantId, patientIds, span.from ?? null, span.to ?? null],
    )
    return rows
  })
}

const chartsCounted = 5000

/** How many patients' records a user opened or printed since an instant, among the last five thousand entries. */
export function countChartsOf(ctx: Ctx, by: { userId: string; since: Date; exceptSessions: readonly string[] }): Promise<number> {
  return asAuditor(ctx, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(distinct patient_id)::int as n from (
         select patient_id, action, outcome, session_id from audit_entries where tenant_id = $1 and actor_id = $2 and at > $3 order by at desc limit ${chartsCounted}
       ) e where patient_id is not null and outcome = 'success' and action ~ ':(read|print)$' and not (session_id = any($4::uuid[]))`,
      [ctx.tenantId, by.userId, by.since, by.exceptSessions],
    )
    return rows[0]?.n ?? 0
  })
}

/** How far the tenant's audit is sealed. */
export async function readSealing(ctx: Ctx): Promise<{ number: number; sealedAt: Date | null; hash: string }> {
  const rows = await asAuditor(ctx, async (client) => (await client.query<{ number: number; sealed_at: Date; hash: Buffer }>('select number, sealed_at, hash from audit_heads where tenant_id = $1', [ctx.tenantId])).rows)
  const [head] = rows
  return { number: head?.number ?? 0, sealedAt: head?.sealed_at ?? null, hash: head?.hash.toString('hex') ?? '' }
}

export interface OpenedBy {
  userId?: string | undefined
  sessionId?: string | undefined
  address?: string | undefined
  from: string
  to: string
}

/** Patients whose records were shown in a span to a user, in a session or at an address: opened, printed, exported, or found by a search. */
export function readOpenedPatients(ctx: Ctx, by: OpenedBy): Promise<string[]> {
  return asAuditor(ctx, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `with seen as (
         select patient_id, details, action from audit_entries
         where tenant_id = $1 and at >= $2 and at <= $3 and ($4::uuid is null or actor_id = $4) and ($5::uuid is null or session_id = $5) and ($6::text is null or address = $6) and outcome = 'success'
       )
       select patient_id as id from seen where patient_id is not null
       union select shown::uuid from seen, jsonb_array_elements_text(details -> 'shown') as shown where action ~ '^patients\\.(list|search):' and jsonb_typeof(details -> 'shown') = 'array'`,
      [ctx.tenantId, by.from, by.to, by.userId ?? null, by.sessionId ?? null, by.address ?? null],
    )
    return rows.map((row) => row.id)
  })
}
