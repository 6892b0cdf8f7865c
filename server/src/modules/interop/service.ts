import { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { type interop, importKind, importLifecycle, interopErrors } from '#contract/interop.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { optionalText } from '#contract/common/values.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { emit } from '#kernel/events.ts'
import { putFile } from '#kernel/files.ts'
import { isUuid } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { errorsCsv, presentImport } from './present.ts'
import { importQueued, wakeNext } from './queue.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof interop> = RouteInput<(typeof interop)[K]>

const errorsShown = 1000
const errorsKept = 100_000
const may = 'interop.import'

async function shown(tx: Tx, row: repo.ImportRow) {
  return presentImport(row, row.error_count === 0 ? [] : await repo.errorsOf(tx, row.id, errorsShown))
}

/** Which facility the records go to: the one named, else the first in which the user may import. */
function facilityIdOf(ctx: Ctx, named: string | undefined): string {
  const id = named ?? ctx.facilityIds.find((one) => ctx.can(may, one))
  if (id === undefined || !isUuid(id)) throw invalidField('facilityId', named === undefined ? 'required' : 'invalid_format')
  requirePermission(ctx, may, id)
  return id
}

const asked = z.strictObject({ facilityId: z.string().max(64).optional(), dryRun: z.enum(['true', 'false', '']).default('false'), source: optionalText(80).default('') })

/** What the fields of the request ask for; 422 for one that is wrong or that nobody knows. */
function wishOf({ kind: named, ...rest }: Readonly<Record<string, string>>) {
  const kind = importKind.safeParse(named)
  if (!kind.success) throw invalidField('kind', 'interop.unknown_kind', interopErrors.unknown_kind)
  const wish = asked.safeParse(rest)
  if (wish.success) return { ...wish.data, kind: kind.data }
  throw new AppError(kernelErrors.invalid, { fields: wish.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ path: key.slice(0, 80), code: 'unknown_field' })) : [{ path: issue.path.map(String).join('.'), code: issue.code }])) })
}

export async function startImport(ctx: Ctx, { upload }: Input<'startImport'>) {
  const wish = wishOf(upload.fields)
  if (upload.files.length === 0) throw invalidField('file', 'interop.no_files', interopErrors.no_files)
  const facilityId = facilityIdOf(ctx, wish.facilityId)
  await withContext(ctx, (tx) => facilityOf(tx, facilityId))
  const files: repo.StoredFile[] = []
  for (const file of upload.files) files.push({ id: await putFile(ctx, { name: file.filename, contentType: 'application/octet-stream', bytes: file.bytes, subjectType: 'import', subjectId: facilityId }), name: file.filename })
  return withContext(ctx, async (tx) => {
    const row = await repo.insertImport(tx, { kind: wish.kind, source: wish.source, dry_run: wish.dryRun === 'true', facility_id: facilityId, files, files_total: files.length })
    await emit(tx, importQueued, { importId: row.id, userId: ctx.userId })
    return presentImport(row, [])
  })
}

/** An import whose files stay where they are: for the command line, which runs it itself. Returns its id. */
export function openImport(ctx: Ctx, { facilityId, source, files }: { facilityId: string; source: string; files: number }): Promise<string> {
  return withContext(ctx, async (tx) => (await repo.insertImport(tx, { kind: 'fhir', source, dry_run: false, facility_id: facilityId, files: [], files_total: files })).id)
}

async function visible(tx: Tx, id: string): Promise<repo.ImportRow> {
  const row = found(await repo.readImport(tx, id))
  requirePermission(tx.ctx, may, row.facility_id)
  return row
}

export function readImport(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, await visible(tx, id)))
}

export function listImports(ctx: Ctx, { query }: Input<'listImports'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listImports(tx, ctx.facilityIds.filter((one) => ctx.can(may, one)), page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentImport(row, [])))
}

export function importErrors(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = await visible(tx, id)
    return { contentType: 'text/csv; charset=utf-8', filename: `import-${row.id}-errors.csv`, body: new TextEncoder().encode(`\uFEFF${errorsCsv(await repo.errorsOf(tx, row.id, errorsKept))}`) }
  })
}

export function cancelImport(ctx: Ctx, { params, ifMatch }: Input<'cancelImport'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockImport(tx, params.id))
    requirePermission(ctx, may, row.facility_id)
    checkVersion(row, ifMatch)
    const cancelled = await repo.updateImport(tx, row.id, { state: takeStep(importLifecycle, row.state, 'cancel'), finished_at: ctx.now })
    await wakeNext(tx)
    return shown(tx, cancelled)
  })
}
