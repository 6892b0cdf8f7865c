import type { AuditFilter } from '#kernel/audit-log.ts'
import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const exportColumns = ['id', 'version', 'format', 'filter', 'state', 'language', 'entries', 'file_id', 'finished_at', 'created_at', 'created_by'] as const

export function insertExport(tx: Tx, made: { format: string; filter: AuditFilter }) {
  return tx.db.insertInto('audit_exports').values({ id: newId(), format: made.format, filter: JSON.stringify(made.filter), language: tx.ctx.locale, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(exportColumns).executeTakeFirstOrThrow()
}

export function readExport(tx: Tx, id: string) {
  return tx.db.selectFrom('audit_exports').select(exportColumns).where('id', '=', id).executeTakeFirst()
}

export function finishExport(tx: Tx, id: string, end: { state: 'done' | 'failed'; entries: number | null; file_id: string | null; finished_at: Date }) {
  return tx.db.updateTable('audit_exports').set({ ...end, version: 2 }).where('id', '=', id).where('state', '=', 'queued').execute()
}

export function listExports(tx: Tx, page: PageRequest) {
  let query = tx.db.selectFrom('audit_exports').select(exportColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

/** Months that the tenant keeps its audit in the database. */
export async function keptMonths(tx: Tx): Promise<number> {
  const rows = await rawInTenant<{ months: number }>(tx, 'select kernel.audit_kept_months($1) as months /* tenant_id */', [tx.ctx.tenantId])
  return rows[0]?.months ?? 0
}

export async function writeKeptMonths(tx: Tx, months: number): Promise<void> {
  await tx.db
    .insertInto('audit_settings')
    .values({ id: tx.ctx.tenantId, retention_months: months, updated_at: tx.ctx.now, updated_by: tx.ctx.userId })
    .onConflict((conflict) => conflict.columns(['tenant_id']).doUpdateSet({ retention_months: months, updated_at: tx.ctx.now, updated_by: tx.ctx.userId }))
    .execute()
}
