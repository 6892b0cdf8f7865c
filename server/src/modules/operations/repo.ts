import { newId } from '#kernel/ids.ts'
import { theInstallation } from '#kernel/installation.ts'

export interface RunRow {
  id: string
  kind: 'backup' | 'export' | 'verify'
  subject: string
  tenant_id: string | null
  state: 'queued' | 'running' | 'done' | 'failed'
  step: string
  bytes: number
  message: string
  created_at: Date
  ended_at: Date | null
}

export interface JobRow {
  id: string
  task: string
  attempts: number
  max_attempts: number
  run_at: Date
  created_at: Date
  is_locked: boolean
  error: string | null
}

const query = <R extends Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<R[]> => theInstallation().query<R>(text, values)

const runColumns = 'id, kind, subject, tenant_id, state, step, bytes, message, created_at, ended_at'

/** A run and its job, both or none; undefined while another run is under way. The nightly job does its run itself. */
export async function addRun(run: { kind: RunRow['kind']; subject: string; tenantId: string | null; by: string; at: Date; isOwn?: boolean }): Promise<RunRow | undefined> {
  const [row] = await query<RunRow & Record<string, unknown>>(
    `with locked as materialized (select pg_advisory_xact_lock(727276)),
       added as (insert into operations.runs (id, kind, subject, tenant_id, state, requested_by, created_at)
         select $1, $2, $3, $4, 'queued', $5, $6 from locked where not exists (select 1 from operations.runs where state in ('queued', 'running') and created_at > $6::timestamptz - interval '6 hours')
         returning ${runColumns})
     select added.*, case when $7::boolean then null else (select 1 from graphile_worker.add_job('operations.run', json_build_object('runId', $1::text), max_attempts := 1)) end as job from added`,
    [newId(), run.kind, run.subject, run.tenantId, run.by, run.at, run.isOwn === true],
  )
  return row
}

export async function listRuns(tenantId: string | null): Promise<RunRow[]> {
  return query<RunRow & Record<string, unknown>>(`select ${runColumns} from operations.runs where $1::uuid is null or tenant_id = $1 order by created_at desc, id limit 20`, [tenantId])
}

export async function readRun(id: string): Promise<RunRow | undefined> {
  return (await query<RunRow & Record<string, unknown>>(`select ${runColumns} from operations.runs where id = $1`, [id]))[0]
}

export const beginRun = (id: string) => query("update operations.runs set state = 'running', started_at = clock_timestamp() where id = $1", [id])
export const stepRun = (id: string, step: string, bytes: number) => query('update operations.runs set step = $2, bytes = greatest(bytes, $3) where id = $1', [id, step, bytes])
export const endRun = (id: string, state: 'done' | 'failed', subject: string, message: string) => query('update operations.runs set state = $2, subject = $3, message = $4, ended_at = clock_timestamp() where id = $1', [id, state, subject, message.slice(0, 2000)])

const jobColumns = `j.id::text as id, t.identifier || coalesce(': ' || (j.payload ->> 'listener'), '') as task, j.attempts::int, j.max_attempts::int, j.run_at, j.created_at, j.locked_at is not null as is_locked, j.last_error as error`
const jobTables = 'graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id'
const states: Readonly<Record<string, string>> = { waiting: 'j.locked_at is null and j.attempts = 0', running: 'j.locked_at is not null', retrying: 'j.locked_at is null and j.attempts > 0 and j.attempts < j.max_attempts', failed: 'j.locked_at is null and j.attempts >= j.max_attempts' }

/** Jobs of one hospital, or of all, newest first. */
export async function listJobs(filter: { tenantId: string | null; state: string | undefined; before: string | null; limit: number }): Promise<JobRow[]> {
  const state = filter.state === undefined ? 'true' : (states[filter.state] ?? 'true')
  return query<JobRow & Record<string, unknown>>(`select ${jobColumns} from ${jobTables} where ($1::text is null or j.payload ->> 'tenantId' = $1) and ($2::bigint is null or j.id < $2) and ${state} order by j.id desc limit $3`, [filter.tenantId, filter.before, filter.limit])
}

export async function readJob(id: string, tenantId: string | null): Promise<JobRow | undefined> {
  return (await query<JobRow & Record<string, unknown>>(`select ${jobColumns} from ${jobTables} where j.id = $1 and ($2::text is null or j.payload ->> 'tenantId' = $2)`, [id, tenantId]))[0]
}

export const retryJob = (id: string) => query('select 1 from graphile_worker.reschedule_jobs(array[$1::bigint], run_at := now(), attempts := 0)', [id])
export const cancelJob = (id: string) => query('select 1 from graphile_worker.complete_jobs(array[$1::bigint])', [id])

export async function releaseHeld(): Promise<number> {
  const rows = await query(
    `with gone as (delete from operations.held_work returning id, kind, task, payload, at),
       events as (insert into event_queue (tenant_id, id, name, at, payload) select (payload ->> 'tenantId')::uuid, id, task, at, payload -> 'payload' from gone where kind = 'event')
     select (select j.id from graphile_worker.add_job(task, payload::json) j) from gone where kind = 'job' union all select 1 from gone where kind = 'event'`,
  )
  return rows.length
}

export const discardHeld = async (): Promise<number> => (await query('delete from operations.held_work returning id')).length
export const countHeld = async (): Promise<number> => Number((await query<{ n: number }>('select count(*)::int as n from operations.held_work'))[0]?.n)

export interface AlertRow {
  key: string
  level: 'warning' | 'critical'
  message: string
  value: string
  since: Date
  ended_at: Date | null
}

export const listAlerts = () => query<AlertRow & Record<string, unknown>>('select key, level, message, value, since, ended_at from operations.alerts order by ended_at is not null, since desc limit 100')
export const listMigrations = () => query<{ name: string; applied_at: Date }>('select name, applied_at from schema_migrations order by name')
export const postgresVersion = async (): Promise<string> => String((await query<{ server_version: string }>('show server_version'))[0]?.server_version)
export const firstTenant = async (): Promise<string | undefined> => (await query<{ id: string }>('select id from tenants order by created_on, id limit 1'))[0]?.id
export const tenantName = async (id: string): Promise<string> => (await query<{ name: string }>('select name from tenants where id = $1', [id]))[0]?.name ?? ''
