import { now } from '#kernel/config.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from '#kernel/errors.ts'
import type { External } from '#kernel/external.ts'
import { errorFields, log } from '#kernel/log.ts'
import { message } from '#kernel/text-i18n.ts'
import type { ImportFile } from './documents-in.ts'
import * as repo from './repo.ts'
import { newTally, plus, type Fault, type Tally } from './tally.ts'

/** The import is no longer ours: cancelled, or taken over by another process. */
export class Stopped extends Error {}

export interface Run {
  readonly ctx: Ctx
  readonly files: readonly ImportFile[]
  /** In a dry run, what would be known by now. */
  readonly dry: Map<string, External> | undefined
  /** As this process left it: its version says whether another one took it over. */
  row: repo.ImportRow
}

interface Unit {
  file: string
  next: repo.Step
  filesDone?: number
  work: (tx: Tx, tally: Tally) => Promise<void>
}

const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD')

const errorRows = (run: Run, file: string, faults: readonly Fault[]): repo.ErrorRow[] =>
  faults.map((fault) => ({ file: storable(file), line: fault.line, path: storable(fault.path), code: fault.code, message: message(run.ctx.locale, `errors.${fault.code}`, {}, message(run.ctx.locale, `fields.${fault.code}`, {}, fault.code)) }))

/** One durable piece: the work, its counts and where to go on, in one transaction. */
export async function piece(run: Run, unit: Unit): Promise<void> {
  run.row = await withContext(run.ctx, async (tx) => {
    const row = await repo.lockImport(tx, run.row.id)
    if (row?.state !== 'running' || row.version !== run.row.version) throw new Stopped()
    const tally = newTally()
    await unit.work(tx, tally)
    const errors = errorRows(run, unit.file, tally.faults)
    await repo.insertErrors(tx, row.id, errors)
    return repo.updateImport(tx, row.id, { counts: plus(row.counts, tally.counts), error_count: row.error_count + errors.length, next_step: unit.next, files_done: Math.max(row.files_done, unit.filesDone ?? 0), heartbeat_at: now() })
  })
}

export interface Batch<T> {
  file: string
  items: readonly T[]
  /** How many of the items are done already. */
  from: number
  size: number
  /** Where to go on once so many are done. */
  at: (done: number) => repo.Step
  work: (tx: Tx, items: readonly T[], tally: Tally) => Promise<void>
  /** Counts one that cannot be stored. */
  refuse: (item: T, tally: Tally) => void
}

const isOurs = (error: unknown): boolean => !(error instanceof Stopped) && !(error instanceof AppError && error.spec.code === kernelErrors.unavailable.code)

async function range<T>(run: Run, batch: Batch<T>, [from, to]: readonly [number, number]): Promise<void> {
  const items = batch.items.slice(from, to)
  try {
    await piece(run, { file: batch.file, next: batch.at(to), work: (tx, tally) => batch.work(tx, items, tally) })
  } catch (error) {
    if (!isOurs(error)) throw error
    if (items.length === 1) {
      log('warn', 'import refused a record', { importId: run.row.id, ...errorFields(error) })
      return piece(run, { file: batch.file, next: batch.at(to), work: async (_tx, tally) => items.forEach((item) => batch.refuse(item, tally)) })
    }
    const middle = Math.floor((from + to) / 2)
    await range(run, batch, [from, middle])
    await range(run, batch, [middle, to])
  }
}

/** Works through items in durable pieces; what only the database refuses is sought by halves and named, the rest goes in. */
export async function inPieces<T>(run: Run, batch: Batch<T>): Promise<void> {
  for (let from = batch.from; from < batch.items.length; from += batch.size) await range(run, batch, [from, Math.min(from + batch.size, batch.items.length)])
}
