import { kernelErrors } from '#contract/common/problem.ts'
import { now } from '#kernel/config.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { AppError } from '#kernel/errors.ts'
import { readFile } from '#kernel/files.ts'
import { errorFields, log } from '#kernel/log.ts'
import type { ImportFile } from './documents-in.ts'
import { type Run, Stopped } from './pieces.ts'
import { claim, settle } from './queue.ts'
import { runCsv, runFhir } from './walking.ts'

/**
 * Runs an import that waits, from where it stands; files are those it was given, or those it keeps in the store. Safe to run again:
 * one that runs already, is over, or has to wait for another of the tenant is left alone.
 */
export async function runImport(base: Ctx, { importId, userId }: { importId: string; userId: string }, given?: readonly ImportFile[]): Promise<void> {
  const ctx = makeContext({ tenantId: base.tenantId, userId, locale: base.locale, now: now() })
  const row = await claim(ctx, importId, given !== undefined)
  if (row === undefined) return
  const files = given ?? row.files.map((file) => ({ name: file.name, read: async () => (await readFile(ctx, file.id)).bytes }))
  const run: Run = { ctx, row, files, dry: row.dry_run ? new Map() : undefined }
  try {
    await (row.kind === 'fhir' ? runFhir(run) : runCsv(run))
    await settle(ctx, run.row, 'finish')
  } catch (error) {
    if (error instanceof Stopped) return
    log('error', 'import stopped', { importId, ...errorFields(error) })
    // Without a database nothing more can be said now; the import is resumed once it has been silent for long.
    if (error instanceof AppError && error.spec.code === kernelErrors.unavailable.code) return
    await settle(ctx, run.row, 'fail')
  }
}
