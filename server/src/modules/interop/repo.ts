import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import type { Counts } from './tally.ts'

const columns = ['id', 'version', 'kind', 'state', 'source', 'dry_run', 'facility_id', 'files', 'files_total', 'files_done', 'next_step', 'counts', 'error_count', 'heartbeat_at', 'started_at', 'finished_at', 'created_at', 'created_by'] as const

export interface StoredFile {
  id: string
  name: string
}

/** Pass, file, document of the file, records of the document that are done: where a run goes on. */
export type Step = readonly number[]

export interface ImportRow {
  id: string
  version: number
  kind: string
  state: string
  source: string
  dry_run: boolean
  facility_id: string
  files: StoredFile[]
  files_total: number
  files_done: number
  next_step: Step
  counts: Counts
  error_count: number
  heartbeat_at: Date | null
  started_at: Date | null
  finished_at: Date | null
  created_at: Date
  created_by: string | null
}

export interface NewImport {
  kind: string
  source: string
  dry_run: boolean
  facility_id: string
  files: readonly StoredFile[]
  files_total: number
}

export function insertImport(tx: Tx, one: NewImport): Promise<ImportRow> {
  return tx.db.insertInto('imports').values({ ...one, files: JSON.stringify(one.files), id: newId(), state: 'queued', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readImport(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.db.selectFrom('imports').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockImport(tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.db.selectFrom('imports').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export interface ImportChange {
  state?: string
  files_done?: number
  next_step?: Step
  counts?: Counts
  error_count?: number
  heartbeat_at?: Date
  started_at?: Date
  finished_at?: Date
}

export function updateImport(tx: Tx, id: string, change: ImportChange): Promise<ImportRow> {
  const { next_step, counts, ...rest } = change
  const json = { ...(next_step === undefined ? {} : { next_step: JSON.stringify(next_step) }), ...(counts === undefined ? {} : { counts: JSON.stringify(counts) }) }
  return tx.db.updateTable('imports').set((eb) => ({ ...rest, ...json, version: eb('version', '+', 1) })).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function listImports(tx: Tx, facilityIds: readonly string[], page: PageRequest): Promise<ImportRow[]> {
  const query = tx.db.selectFrom('imports').select(columns).where('facility_id', '=', anyOf(facilityIds)).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

/** Imports of which nothing was heard since. */
export function stalledSince(tx: Tx, since: Date): Promise<{ id: string }[]> {
  return rawInTenant(tx, `select id from imports where tenant_id = $1 and state in ('queued', 'running') and coalesce(heartbeat_at, created_at) < $2 order by created_at limit 100`, [tx.ctx.tenantId, since])
}

export function oldestQueued(tx: Tx): Promise<{ id: string; created_by: string | null } | undefined> {
  return tx.db.selectFrom('imports').select(['id', 'created_by']).where('state', '=', 'queued').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()
}

const forgottenAtOnce = 100

/** Imports that ended before a time and still have their files, locked; what another run holds is passed over. */
export function lockEndedBefore(tx: Tx, before: Date): Promise<{ id: string; files: StoredFile[] }[]> {
  return rawInTenant(tx, `select id, files from imports where tenant_id = $1 and finished_at < $2 and files <> '[]' order by created_at limit ${forgottenAtOnce} for update skip locked`, [tx.ctx.tenantId, before])
}

export async function forgetFilesOf(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.db.updateTable('imports').set((eb) => ({ files: '[]', version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

/** A trial begins again from nothing. */
export async function forgetProgress(tx: Tx, id: string): Promise<void> {
  await tx.db.deleteFrom('import_errors').where('import_id', '=', id).execute()
  await updateImport(tx, id, { counts: {}, error_count: 0, next_step: [], files_done: 0 })
}

export interface ErrorRow {
  file: string
  line: number | null
  path: string
  code: string
  message: string
}

export async function insertErrors(tx: Tx, importId: string, rows: readonly ErrorRow[]): Promise<void> {
  await insertMany(tx, 'import_errors', { id: 'uuid', import_id: 'uuid', file: 'text', line: 'int', path: 'text', code: 'text', message: 'text' }, rows.map((row) => ({ ...row, id: newId(), import_id: importId })))
}

export function errorsOf(tx: Tx, importId: string, limit: number): Promise<ErrorRow[]> {
  return tx.db.selectFrom('import_errors').select(['file', 'line', 'path', 'code', 'message']).where('import_id', '=', importId).orderBy('file').orderBy('line').orderBy('id').limit(limit).execute()
}
