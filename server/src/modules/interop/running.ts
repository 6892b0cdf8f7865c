import { setTimeout as wait } from 'node:timers/promises'
import { importLifecycle } from '#contract/interop.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { now } from '#kernel/config.ts'
import { contentHash } from '#kernel/external.ts'
import { readFile } from '#kernel/files.ts'
import { errorFields, log } from '#kernel/log.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { message } from '#kernel/text-i18n.ts'
import { facilityOf } from '../organizations/index.ts'
import { type CsvRow, importRows, rowsOf } from './csv-import.ts'
import { documentsOf, type ImportFile, type TextDocument, UnreadableFile } from './documents-in.ts'
import { firstPass, importResources } from './fhir-import.ts'
import { readFhir } from './fhir-reading.ts'
import * as repo from './repo.ts'
import { newTally, plus, type Fault, type Tally } from './tally.ts'

const rowsAtOnce = 250
const resourcesAtOnce = 2000

class Stopped extends Error {}
class DryRunEnd extends Error {}

interface Run {
  ctx: Ctx
  row: repo.ImportRow
  files: readonly ImportFile[]
  /** What a dry run would have written: its sums are kept here, the rest is rolled back. */
  dry: { counts: repo.ImportRow['counts']; errors: repo.ErrorRow[] } | undefined
}

const errorRows = (run: Run, file: string, faults: readonly Fault[]): repo.ErrorRow[] => faults.map((fault) => ({ file, line: fault.line, path: fault.path, code: fault.code, message: message(run.ctx.locale, `errors.${fault.code}`, {}, message(run.ctx.locale, `fields.${fault.code}`, {}, fault.code)) }))

interface Unit {
  file: string
  next: repo.Step
  filesDone: number
  work: (tx: Tx, tally: Tally) => Promise<void>
}

/** One durable piece: the work, its counts and where to go on, in one transaction. Stops when the import was cancelled. */
async function piece(run: Run, unit: Unit): Promise<void> {
  await withContext(run.ctx, async (tx) => {
    const row = await repo.lockImport(tx, run.row.id)
    if (row === undefined || row.state === 'cancelled') throw new Stopped()
    const tally = newTally()
    await unit.work(tx, tally)
    const errors = errorRows(run, unit.file, tally.faults)
    if (run.dry !== undefined) {
      run.dry.counts = plus(run.dry.counts, tally.counts)
      run.dry.errors.push(...errors)
      return
    }
    await repo.insertErrors(tx, row.id, errors)
    run.row = await repo.updateImport(tx, row.id, { counts: plus(row.counts, tally.counts), error_count: row.error_count + errors.length, next_step: unit.next, files_done: Math.max(row.files_done, unit.filesDone), heartbeat_at: now() })
  })
}

async function readOr<T>(run: Run, file: ImportFile, { next, filesDone }: Pick<Unit, 'next' | 'filesDone'>, read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    await piece(run, { file: file.name, next, filesDone, work: async (_tx, tally) => tally.fault({ line: null, path: '', code: 'interop.unreadable' }) })
    return []
  }
}

interface Place {
  pass: number
  file: number
  document: number
}

async function importDocument(run: Run, document: TextDocument, { pass, file, document: at }: Place): Promise<void> {
  const isLast = pass === 1
  const read = readFhir(document.name, document.text, contentHash)
  const resources = read.resources.filter((one) => firstPass.has(one.type) === (pass === 0))
  for (let from = 0; from === 0 || from < resources.length; from += resourcesAtOnce) {
    const isEnd = from + resourcesAtOnce >= resources.length
    await piece(run, {
      file: document.name, next: isEnd ? [pass, file, at + 1] : [pass, file, at], filesDone: isLast && isEnd ? file : 0,
      work: async (tx, tally) => {
        if (pass === 0 && from === 0) for (const fault of read.faults) tally.fault(fault)
        await importResources(tx, await facilityOf(tx, run.row.facility_id), resources.slice(from, from + resourcesAtOnce), tally)
      },
    })
  }
}

/** Two passes over the files: first who and where, then what happened. Goes on where it stopped. */
async function runFhir(run: Run): Promise<void> {
  const [fromPass, fromFile, fromDocument] = run.row.next_step
  for (let pass = fromPass; pass < 2; pass += 1) {
    for (let file = pass === fromPass ? fromFile : 0; file < run.files.length; file += 1) {
      const source = run.files[file]
      if (source === undefined) continue
      const first = pass === fromPass && file === fromFile ? fromDocument : 0
      const done = { next: [pass, file + 1, 0] satisfies repo.Step, filesDone: pass === 1 ? file + 1 : 0 }
      const documents = await readOr(run, source, done, () => (pass === 1 ? documentsOf(source).catch(() => []) : documentsOf(source)))
      for (const [index, document] of documents.entries()) if (index >= first) await importDocument(run, document, { pass, file, document: index })
      await piece(run, { file: source.name, ...done, work: async () => {} })
    }
  }
}

async function runCsv(run: Run): Promise<void> {
  const [, fromFile, fromBatch] = run.row.next_step
  for (let file = fromFile; file < run.files.length; file += 1) {
    const source = run.files[file]
    if (source === undefined) continue
    const done = { next: [0, file + 1, 0] satisfies repo.Step, filesDone: file + 1 }
    const rows: CsvRow[] = await readOr(run, source, done, () => rowsOf(source))
    for (let batch = file === fromFile ? fromBatch : 0; batch * rowsAtOnce < rows.length; batch += 1) {
      await piece(run, { file: source.name, next: [0, file, batch + 1], filesDone: file, work: async (tx, tally) => importRows(tx, await facilityOf(tx, run.row.facility_id), rows.slice(batch * rowsAtOnce, (batch + 1) * rowsAtOnce), tally) })
      await wait(0)
    }
    await piece(run, { file: source.name, ...done, work: async () => {} })
  }
}

const runKind = (run: Run): Promise<void> => (run.row.kind === 'fhir' ? runFhir(run) : runCsv(run))

/** A dry run does everything in one transaction that is rolled back, then keeps its sums. */
async function runDry(run: Run): Promise<void> {
  const dry = { counts: {}, errors: [] as repo.ErrorRow[] }
  const inside: Run = { ...run, ctx: makeContext({ tenantId: run.ctx.tenantId, userId: run.ctx.userId, locale: run.ctx.locale, now: run.ctx.now }), dry }
  try {
    await withContext(inside.ctx, async (tx) => {
      inside.ctx.tx = tx
      await runKind(inside)
      throw new DryRunEnd()
    })
  } catch (error) {
    if (!(error instanceof DryRunEnd)) throw error
  }
  await withContext(run.ctx, async (tx) => {
    await repo.insertErrors(tx, run.row.id, dry.errors)
    await repo.updateImport(tx, run.row.id, { counts: dry.counts, error_count: dry.errors.length, files_done: run.files.length })
  })
}

const setState = (ctx: Ctx, id: string, step: 'run' | 'finish' | 'fail'): Promise<repo.ImportRow | undefined> =>
  withContext(ctx, async (tx) => {
    const row = await repo.lockImport(tx, id)
    if (row === undefined || row.state === 'cancelled' || row.state === 'done' || row.state === 'failed') return undefined
    const state = takeStep(importLifecycle, row.state, step)
    return repo.updateImport(tx, id, { state, heartbeat_at: now(), ...(step === 'run' ? { started_at: row.started_at ?? now() } : { finished_at: now() }) })
  })

/** Runs an import from where it stands; files are those it was given, or those it keeps in the store. Safe to run again. */
export async function runImport(base: Ctx, { importId, userId }: { importId: string; userId: string }, given?: readonly ImportFile[]): Promise<void> {
  const ctx = makeContext({ tenantId: base.tenantId, userId, locale: base.locale, now: now() })
  const row = await setState(ctx, importId, 'run')
  if (row === undefined) return
  const files = given ?? row.files.map((file) => ({ name: file.name, read: async () => (await readFile(ctx, file.id)).bytes }))
  const run: Run = { ctx, row, files, dry: undefined }
  try {
    await (row.dry_run ? runDry(run) : runKind(run))
    await setState(ctx, importId, 'finish')
  } catch (error) {
    if (error instanceof Stopped) return
    log('error', 'import failed', { importId, ...errorFields(error) })
    await setState(ctx, importId, 'fail')
  }
}
