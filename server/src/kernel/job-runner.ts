import { EventEmitter } from 'node:events'
import { type Runner, type RunnerOptions, run, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import { errorFields, log } from './log.ts'

const heartbeatMilliseconds = 5000
const deadSeconds = 30

const releaseDead = `with alive as (select id from operations.workers where seen_at > clock_timestamp() - interval '${deadSeconds} seconds'),
    gone as (update graphile_worker._private_jobs set locked_at = null, locked_by = null, run_at = now() where locked_at < now() - interval '${deadSeconds} seconds' and not (locked_by = any(select id from alive)) returning id)
  select count(*)::int as n from gone`

const releaseQueues = `update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_at < now() - interval '${deadSeconds} seconds'
  and not (locked_by = any(select id from operations.workers where seen_at > clock_timestamp() - interval '${deadSeconds} seconds'))`

const forgetDead = `delete from operations.workers where seen_at < clock_timestamp() - interval '1 hour'`

const failOrphans = `update operations.runs r set state = 'failed', message = 'interrupted', ended_at = clock_timestamp() where r.state = 'running' and r.started_at < clock_timestamp() - interval '${deadSeconds} seconds'
  and not exists (select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier like 'operations.%' and j.locked_at is not null)`

export interface KeptRunner {
  stop: () => Promise<void>
  /** Begins anew: after the database was away nobody knows which jobs are still held. */
  renew: () => void
}

/**
 * Keeps a worker running whatever happens to the database, and gives what a dead worker had begun to another within half a minute:
 * graphile-worker alone would wait four hours.
 */
export async function keepRunner(pool: pg.Pool, options: Omit<RunnerOptions, 'pgPool' | 'events'>): Promise<KeptRunner> {
  const state = { isStopping: false, runner: undefined as Runner | undefined, poolIds: [] as string[] }
  const begin = async (): Promise<void> => {
    const events: WorkerEvents = new EventEmitter()
    const poolIds: string[] = []
    events.on('pool:create', ({ workerPool }) => poolIds.push(workerPool.id))
    const runner = await run({ ...options, pgPool: pool, events })
    Object.assign(state, { runner, poolIds })
    const ended = () => {
      if (state.runner === runner) again()
    }
    runner.promise.then(ended, ended)
  }
  const again = () => {
    if (state.isStopping) return
    state.runner = undefined
    setTimeout(() => {
      if (!state.isStopping) begin().catch(again)
    }, 1000).unref()
  }
  const beat = async () => {
    try {
      for (const id of state.poolIds) await pool.query('insert into operations.workers (id, seen_at) values ($1, clock_timestamp()) on conflict (id) do update set seen_at = excluded.seen_at', [id])
      const { rows } = await pool.query<{ n: number }>(releaseDead)
      if ((rows[0]?.n ?? 0) > 0) log('warn', 'jobs of a dead worker are given to another', { jobs: rows[0]?.n })
      for (const text of [releaseQueues, failOrphans, forgetDead]) await pool.query(text)
    } catch (error) {
      log('warn', 'the queue could not be looked after', errorFields(error))
    }
  }
  await begin()
  await beat()
  const timer = setInterval(() => void beat(), heartbeatMilliseconds)
  timer.unref()
  return {
    renew: () => {
      const old = state.runner
      if (old === undefined || state.isStopping) return
      state.runner = undefined
      begin().catch(again)
      old.stop().catch(() => {})
    },
    stop: async () => {
      state.isStopping = true
      clearInterval(timer)
      await state.runner?.stop().catch(() => {})
    },
  }
}
