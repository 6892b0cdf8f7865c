import type { RouteInput } from '#contract/define.ts'
import { type system, systemErrors } from '#contract/system.ts'
import { auditCursor, readAudit, readChartAccess, readSealing } from '#kernel/audit-log.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { readFile } from '#kernel/files.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { idsWithMerged } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { presentAccess, presentAudit, presentExport } from './present.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof system> = RouteInput<(typeof system)[K]>

/** Three years (issue and India's practice for medical records); a tenant may keep longer, never shorter. */
export const leastMonths = 36

/** An export of the audit waits to be made. */
export const auditExportAsked = defineEvent<{ exportId: string }>('system.audit-export-asked')

const namesOf = (ctx: Ctx, rows: readonly { actor_id: string | null }[]) => withContext(ctx, (tx) => userNames(tx, [...new Set(rows.flatMap((row) => row.actor_id ?? []))]))

export async function listAudit(ctx: Ctx, { query }: Input<'listAudit'>) {
  const page = pageOf(query)
  const rows = await readAudit(ctx, query, page)
  const names = await namesOf(ctx, rows)
  return toPage(rows, page.limit, auditCursor, (row) => presentAudit(row, names))
}

export async function chartAccess(ctx: Ctx, { params, query }: Input<'chartAccess'>) {
  const ids = await withContext(ctx, (tx) => idsWithMerged(tx, params.id))
  found(ids[0])
  const rows = await readChartAccess(ctx, ids, { from: query.from, to: query.to })
  const names = await namesOf(ctx, rows)
  return { items: rows.map((row) => presentAccess(row, names)), nextCursor: null }
}

export async function auditSealing(ctx: Ctx) {
  const { number, hash, sealedAt } = await readSealing(ctx)
  return { entries: number, hash, sealedAt: sealedAt?.toISOString() ?? null }
}

const settings = async (tx: Tx) => ({ retentionMonths: await repo.keptMonths(tx), leastMonths })

export const readAuditSettings = (ctx: Ctx) => withContext(ctx, settings)

export function writeAuditSettings(ctx: Ctx, { body }: Input<'writeAuditSettings'>) {
  return withContext(ctx, async (tx) => {
    if (body.retentionMonths < leastMonths) throw invalidField('retentionMonths', systemErrors.retention_too_short.code, systemErrors.retention_too_short)
    await repo.writeKeptMonths(tx, body.retentionMonths)
    return settings(tx)
  })
}

export function createAuditExport(ctx: Ctx, { body }: Input<'createAuditExport'>) {
  return withContext(ctx, async (tx) => {
    const { format, ...filter } = body
    const row = await repo.insertExport(tx, { format, filter: { ...filter, to: filter.to ?? ctx.now.toISOString() } })
    await emit(tx, auditExportAsked, { exportId: row.id })
    return presentExport(row, await userNames(tx, [row.created_by]))
  })
}

export function listAuditExports(ctx: Ctx, { query }: Input<'listAuditExports'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listExports(tx, page)
    const names = await userNames(tx, rows.map((row) => row.created_by))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentExport(row, names))
  })
}

export async function readAuditExport(ctx: Ctx, { params }: Input<'readAuditExport'>) {
  const row = found(await withContext(ctx, (tx) => repo.readExport(tx, params.id)))
  if (row.file_id === null) throw new AppError(systemErrors.export_not_ready)
  const file = await readFile(ctx, row.file_id)
  return { contentType: file.contentType, filename: file.name, body: file.bytes }
}
