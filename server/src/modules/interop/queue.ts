import { importLifecycle, interopErrors } from '#contract/interop.ts'
import { now } from '#kernel/config.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { message } from '#kernel/text-i18n.ts'
import * as repo from './repo.ts'

mapConstraint('imports_one_running', interopErrors.busy)

/** An import waits for a worker. */
export const importQueued = defineEvent<{ importId: string; userId: string }>('interop.import-queued')

const patienceMs = 120_000

const sayQueued = (tx: Tx, row: { id: string; created_by: string | null }): Promise<void> => emit(tx, importQueued, { importId: row.id, userId: row.created_by ?? tx.ctx.userId })

/** Says that the one that waits longest may run. */
export async function wakeNext(tx: Tx): Promise<void> {
  const next = await repo.oldestQueued(tx)
  if (next !== undefined) await sayQueued(tx, next)
}

/** An import that waits behind another one is not forgotten. */
function goOnWaiting(ctx: Ctx, id: string): Promise<void> {
  return withContext(ctx, async (tx) => {
    const row = await repo.lockImport(tx, id)
    if (row?.state === 'queued' && now().getTime() - (row.heartbeat_at ?? row.created_at).getTime() > patienceMs / 4) await repo.updateImport(tx, id, { heartbeat_at: now() })
  })
}

/**
 * Takes a waiting import for this process; undefined when it is not waiting, its files are with another process (the command line), or
 * another one of the tenant runs: then it goes on waiting.
 */
export async function claim(ctx: Ctx, id: string, hasFiles: boolean): Promise<repo.ImportRow | undefined> {
  try {
    return await withContext(ctx, async (tx) => {
      const row = await repo.lockImport(tx, id)
      if (row?.state !== 'queued' || (!hasFiles && row.files.length === 0)) return undefined
      // A trial keeps what it knows in memory only: it begins again.
      if (row.dry_run) await repo.forgetProgress(tx, id)
      return repo.updateImport(tx, id, { state: takeStep(importLifecycle, row.state, 'run'), heartbeat_at: now(), started_at: row.started_at ?? now() })
    })
  } catch (error) {
    if (!(error instanceof AppError) || error.spec.code !== interopErrors.busy.code) throw error
    await goOnWaiting(ctx, id)
    return undefined
  }
}

async function end(tx: Tx, row: repo.ImportRow, step: 'finish' | 'fail'): Promise<void> {
  const isFailed = step === 'fail'
  if (isFailed) await repo.insertErrors(tx, row.id, [{ file: '', line: null, path: '', code: 'interop.interrupted', message: message(tx.ctx.locale, 'errors.interop.interrupted') }])
  await repo.updateImport(tx, row.id, { state: takeStep(importLifecycle, row.state, step), finished_at: now(), ...(isFailed ? { error_count: row.error_count + 1 } : {}) })
  await wakeNext(tx)
}

/** Ends a run that is still the one that holds the import. */
export function settle(ctx: Ctx, held: repo.ImportRow, step: 'finish' | 'fail'): Promise<void> {
  return withContext(ctx, async (tx) => {
    const row = await repo.lockImport(tx, held.id)
    if (row?.state === 'running' && row.version === held.version) await end(tx, row, step)
  })
}

/**
 * Job: an import of which nothing was heard for two minutes is queued again and goes on where it stopped; the silent run, should it live,
 * stops at its next piece. One of the command line, whose files are elsewhere, has failed.
 */
export async function resumeStalled(tx: Tx): Promise<void> {
  for (const { id } of await repo.stalledSince(tx, new Date(tx.ctx.now.getTime() - patienceMs))) {
    const row = await repo.lockImport(tx, id)
    if (row === undefined || (row.state !== 'queued' && row.state !== 'running')) continue
    if (row.files.length === 0) {
      await end(tx, row, 'fail')
      continue
    }
    await repo.updateImport(tx, id, { heartbeat_at: tx.ctx.now, ...(row.state === 'running' ? { state: takeStep(importLifecycle, row.state, 'requeue') } : {}) })
    await sayQueued(tx, row)
  }
}
