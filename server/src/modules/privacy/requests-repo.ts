import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const requestColumns = ['id', 'version', 'patient_id', 'kind', 'state', 'details', 'reason', 'result', 'due_on', 'received_at', 'decided_at', 'created_by'] as const

export const insertRequest = (tx: Tx, request: { patient_id: string; kind: string; state: string; details: string; due_on: string }) =>
  tx.db.insertInto('privacy_requests').values({ ...request, id: newId(), received_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(requestColumns).executeTakeFirstOrThrow()
export type RequestRow = Awaited<ReturnType<typeof insertRequest>>

export const readRequest = (tx: Tx, id: string) => tx.db.selectFrom('privacy_requests').select(requestColumns).where('id', '=', id).executeTakeFirst()
export const lockRequest = (tx: Tx, id: string) => tx.db.selectFrom('privacy_requests').select(requestColumns).where('id', '=', id).forUpdate().executeTakeFirst()

export interface RequestChange {
  state: string
  reason?: string
  result?: string
  decided_at?: Date
  decided_by?: string
}
export const updateRequest = (tx: Tx, row: { id: string; version: number }, change: RequestChange) =>
  tx.db.updateTable('privacy_requests').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(requestColumns).executeTakeFirstOrThrow()

export function listRequests(tx: Tx, filter: { state?: string | undefined; patientId?: string | undefined }, page: PageRequest) {
  let query = tx.db.selectFrom('privacy_requests').select(requestColumns).orderBy('received_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  return afterCursor(query, page.after, 'received_at', { order: 'desc' }).execute()
}

const holdColumns = ['id', 'version', 'patient_id', 'reason', 'reference', 'placed_at', 'placed_by', 'released_at', 'release_reason'] as const

export const insertHold = (tx: Tx, hold: { patient_id: string; reason: string; reference: string }) =>
  tx.db.insertInto('legal_holds').values({ ...hold, id: newId(), placed_at: tx.ctx.now, placed_by: tx.ctx.userId }).returning(holdColumns).executeTakeFirstOrThrow()
export const lockHold = (tx: Tx, id: string) => tx.db.selectFrom('legal_holds').select(holdColumns).where('id', '=', id).forUpdate().executeTakeFirst()
export const releaseHold = (tx: Tx, row: { id: string; version: number }, reason: string) =>
  tx.db.updateTable('legal_holds').set({ version: row.version + 1, released_at: tx.ctx.now, released_by: tx.ctx.userId, release_reason: reason }).where('id', '=', row.id).returning(holdColumns).executeTakeFirstOrThrow()

export function listHolds(tx: Tx, patientId: string, page: PageRequest) {
  let query = tx.db.selectFrom('legal_holds').select(holdColumns).where('patient_id', '=', patientId).orderBy('placed_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'placed_at', { order: 'desc' }).execute()
}

export async function countHolds(tx: Tx, patientIds: readonly string[]): Promise<number> {
  const rows = await rawInTenant<{ n: number }>(tx, 'select count(*)::int as n from legal_holds where tenant_id = $1 and patient_id = any($2::uuid[]) and released_at is null', [tx.ctx.tenantId, patientIds])
  return rows[0]?.n ?? 0
}

export const insertRedaction = (tx: Tx, patientId: string, requestId: string) =>
  tx.db.insertInto('audit_redactions').values({ id: newId(), patient_id: patientId, request_id: requestId, created_at: tx.ctx.now }).onConflict((conflict) => conflict.columns(['tenant_id', 'patient_id']).doNothing()).execute()

const exportColumns = ['id', 'patient_id', 'format', 'state', 'language', 'records', 'file_id', 'finished_at', 'created_at', 'created_by', 'consent_id'] as const

export const insertExport = (tx: Tx, made: { patient_id: string; format: string; consent_id: string | null }) =>
  tx.db.insertInto('patient_exports').values({ ...made, id: newId(), language: tx.ctx.locale, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(exportColumns).executeTakeFirstOrThrow()
export const readExport = (tx: Tx, id: string) => tx.db.selectFrom('patient_exports').select(exportColumns).where('id', '=', id).executeTakeFirst()
export const finishExport = (tx: Tx, id: string, end: { records: number; file_id: string; finished_at: Date }) =>
  tx.db.updateTable('patient_exports').set({ ...end, state: 'done', version: 2 }).where('id', '=', id).where('state', '=', 'queued').execute()
export const deleteExports = (tx: Tx, patientIds: readonly string[]) => rawInTenant<{ file_id: string | null }>(tx, 'delete from patient_exports where tenant_id = $1 and patient_id = any($2::uuid[]) returning file_id', [tx.ctx.tenantId, patientIds])

export function listExports(tx: Tx, patientId: string, page: PageRequest) {
  let query = tx.db.selectFrom('patient_exports').select(exportColumns).where('patient_id', '=', patientId).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

/** Locks patients in the order of their ids. */
export const lockPatients = (tx: Tx, ids: readonly string[]) => rawInTenant(tx, 'select id from patients where tenant_id = $1 and id = any($2::uuid[]) order by id for update', [tx.ctx.tenantId, ids])
