import { Logger, type ParsedCronItem, parseCronItems, type TaskList, makeWorkerUtils } from 'graphile-worker'
import pg from 'pg'
import { now } from './config.ts'
import { makeContext } from './context.ts'
import { onDatabaseBack } from './database-watch.ts'
import { onCommitWithEvents, withContext, withSystem } from './db.ts'
import type { Listener } from './events.ts'
import { keepRunner } from './job-runner.ts'
import { errorFields, log } from './log.ts'
import type { AnyModule } from './module.ts'

export interface Jobs {
  stop: () => Promise<void>
  /** Dispatches and runs what waits; for tests. */
  drain: () => Promise<void>
}

/** Makes graphile-worker's schema, owned by the jobs role alone, which may create it only while this runs. */
export async function prepareJobs(ownerUrl: string, jobsUrl: string, jobsRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const database = client.escapeIdentifier(new URL(ownerUrl).pathname.slice(1))
  const role = client.escapeIdentifier(jobsRole)
  try {
    await client.query(`create schema if not exists graphile_worker authorization ${role}`)
    await client.query(`grant create on database ${database} to ${role}`)
    const utils = await makeWorkerUtils({ connectionString: jobsUrl })
    await utils.migrate()
    await utils.release()
  } finally {
    await client.query(`revoke create on database ${database} from ${role}`)
    await client.end()
  }
}

interface QueueRow {
  tenant_id: string
  name: string
  payload: Record<string, string | null>
  at: Date
}

const wakeMilliseconds = 20
const pollMilliseconds = 1000
const batch = 200

function listenersOf(modules: readonly AnyModule[]): Map<string, Listener[]> {
  return Map.groupBy(modules.flatMap((module) => module.after), (listener) => listener.event)
}

/** Turns outbox rows into jobs: taken and added in one transaction, so nothing is lost and nothing runs twice for want of a commit. */
async function dispatch(pool: pg.Pool, listeners: ReadonlyMap<string, readonly Listener[]>): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<QueueRow>(
      `delete from event_queue where (tenant_id, id) in (select tenant_id, id from event_queue order by at limit ${batch} for update skip locked) returning tenant_id, name, payload, at`,
    )
    for (const row of rows) {
      for (const listener of listeners.get(row.name) ?? []) {
        await client.query('select graphile_worker.add_job($1, $2)', ['listener', JSON.stringify({ listener: listener.name, tenantId: row.tenant_id, at: row.at, payload: row.payload })])
      }
    }
    await client.query('commit')
    return rows.length
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

interface ListenerJob {
  listener: string
  tenantId: string
  payload: Record<string, string | null>
}

function tasksOf(modules: readonly AnyModule[]): TaskList {
  const byName = new Map(modules.flatMap((module) => module.after).map((listener) => [listener.name, listener]))
  const tasks: TaskList = {
    listener: async (payload) => {
      const job = payload as ListenerJob
      const ctx = makeContext({ tenantId: job.tenantId, now: now() })
      const listener = byName.get(job.listener)
      if (listener?.work !== undefined) return listener.work(ctx, job.payload)
      await withContext(ctx, async (tx) => listener?.run(tx, job.payload))
    },
    scheduled: async (payload, helpers) => {
      const { task } = payload as { task: string }
      const { rows } = await withSystem((query) => query("select id from tenants where state = 'active'", []))
      for (const row of rows) await helpers.addJob(task, { tenantId: row.id })
    },
  }
  for (const module of modules) {
    for (const [name, job] of Object.entries(module.installationJobs)) tasks[`${module.name}.${name}`] = async (payload, helpers) => job.run(payload as Record<string, unknown>, helpers.abortSignal ?? new AbortController().signal)
    for (const [name, task] of Object.entries(module.jobs)) {
      tasks[`${module.name}.${name}`] = async (payload) => {
        const { tenantId, ...rest } = payload as { tenantId: string }
        await withContext(makeContext({ tenantId, now: now() }), (tx) => task(tx, rest))
      }
    }
  }
  return tasks
}

/** Every scheduled job of every module; it fans out to the tenants when its time comes. */
function cronOf(modules: readonly AnyModule[]): ParsedCronItem[] {
  const ofTenants = modules.flatMap((module) => Object.entries(module.schedules).map(([name, match]) => ({ task: 'scheduled', match, identifier: `${module.name}.${name}`, payload: { task: `${module.name}.${name}` } })))
  const ofInstallation = modules.flatMap((module) =>
    Object.entries(module.installationJobs).flatMap(([name, job]) => {
      const match = job.schedule?.()
      return match === undefined ? [] : [{ task: `${module.name}.${name}`, match, identifier: `${module.name}.${name}`, payload: {} }]
    }),
  )
  return parseCronItems([...ofTenants, ...ofInstallation])
}

/** Starts the dispatcher (woken after commits, and each second) and the worker. */
export async function startJobs(jobsUrl: string, modules: readonly AnyModule[]): Promise<Jobs> {
  const pool = new pg.Pool({ connectionString: jobsUrl, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const listeners = listenersOf(modules)
  const runner = await keepRunner(pool, { concurrency: 4, noHandleSignals: true, pollInterval: 1000, taskList: tasksOf(modules), parsedCronItems: cronOf(modules), logger: quietLogger() })
  let timer: NodeJS.Timeout | undefined
  const sweep = () => dispatch(pool, listeners).catch((error: unknown) => log('warn', 'dispatch failed', errorFields(error)))
  onCommitWithEvents(() => {
    timer ??= setTimeout(() => {
      timer = undefined
      void sweep()
    }, wakeMilliseconds)
  })
  const poll = setInterval(() => void sweep(), pollMilliseconds)
  poll.unref()
  onDatabaseBack(runner.renew)
  return {
    drain: async () => {
      await dispatch(pool, listeners)
    },
    stop: async () => {
      clearInterval(poll)
      clearTimeout(timer)
      onCommitWithEvents(() => {})
      await runner.stop()
      await pool.end()
    },
  }
}

/** Adds a job of a module; it runs as the tenant. */
export async function addJob(jobsUrl: string, task: string, payload: Record<string, unknown>): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: jobsUrl })
  try {
    await utils.addJob(task, payload)
  } finally {
    await utils.release()
  }
}

// The worker's own messages may hold payloads: only their level counts.
function quietLogger() {
  return new Logger(() => (level) => {
    if (level === 'error') log('error', 'job failed')
  })
}
