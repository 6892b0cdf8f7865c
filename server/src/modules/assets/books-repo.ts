import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { type AssetRow, assetColumns } from './register-repo.ts'

const beginning = '0001-01-01'

async function booksOf(tx: Tx, facilityId: string, lock: 'for share' | 'for update'): Promise<string | null> {
  await rawInTenant(tx, 'insert into asset_books (tenant_id, facility_id) values ($1, $2) on conflict do nothing', [tx.ctx.tenantId, facilityId])
  const rows = await rawInTenant<{ closed_until: string | null }>(tx, `select closed_until from asset_books where tenant_id = $1 and facility_id = $2 ${lock}`, [tx.ctx.tenantId, facilityId])
  return rows[0]?.closed_until ?? null
}

/** The first day whose books are open; they stay so until this transaction ends. Asked before any asset is locked. */
export async function firstOpenDay(tx: Tx, facilityId: string): Promise<string> {
  const closed = await booksOf(tx, facilityId, 'for share')
  return closed === null ? beginning : addDays(closed, 1)
}

/** Up to which day the books are closed; whoever else writes an amount waits. */
export const lockBooks = (tx: Tx, facilityId: string): Promise<string | null> => booksOf(tx, facilityId, 'for update')

export async function closeBooks(tx: Tx, facilityId: string, until: string): Promise<void> {
  await tx.db.updateTable('asset_books').set({ closed_until: until }).where('facility_id', '=', facilityId).execute()
}

/** Up to which day the books are closed, for who only looks. */
export async function closedUntil(tx: Tx, facilityId: string): Promise<string | null> {
  return (await tx.db.selectFrom('asset_books').select(['closed_until']).where('facility_id', '=', facilityId).executeTakeFirst())?.closed_until ?? null
}

export interface NewEntry {
  asset_id: string
  facility_id: string
  category_id: string
  kind: string
  on_date: string
  period: string | null
  gross: string
  depreciated: string
  impaired: string
  run_id: string | null
  reason: string
}

const entryTypes = { id: 'uuid', asset_id: 'uuid', facility_id: 'uuid', category_id: 'uuid', kind: 'text', on_date: 'date', period: 'date', gross: 'numeric', depreciated: 'numeric', impaired: 'numeric', run_id: 'uuid', reason: 'text', created_at: 'timestamptz', created_by: 'uuid' } as const

export function writeEntries(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
  return insertMany(tx, 'asset_entries', entryTypes, entries.map((entry) => ({ ...entry, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

/** Assets of a facility that are in its books and were put to use before a day, locked by id. */
export function lockForRun(tx: Tx, facilityId: string, before: string): Promise<AssetRow[]> {
  return tx.db.selectFrom('assets').select(assetColumns).where('facility_id', '=', facilityId).where('state', '<>', 'disposed').where('in_use_on', '<', before).orderBy('id').forUpdate().execute()
}

/** As `lockForRun`, for who only looks. */
export function assetsForRun(tx: Tx, facilityId: string, before: string): Promise<AssetRow[]> {
  return tx.db.selectFrom('assets').select(assetColumns).where('facility_id', '=', facilityId).where('state', '<>', 'disposed').where('in_use_on', '<', before).execute()
}

/** The first month that has something to depreciate. */
export async function firstUseIn(tx: Tx, facilityId: string): Promise<string | null> {
  const rows = await rawInTenant<{ on_date: string | null }>(tx, "select min(greatest(in_use_on, coalesce(opening_on + 1, in_use_on)))::date as on_date from assets where tenant_id = $1 and facility_id = $2 and state <> 'disposed'", [tx.ctx.tenantId, facilityId])
  return rows[0]?.on_date ?? null
}

export interface ValueChangeRow {
  asset_id: string
  on_date: string
  gross: string
  impaired: string
}

/** Additions and impairments of some assets, oldest first. */
export function valueChanges(tx: Tx, assetIds: readonly string[]): Promise<ValueChangeRow[]> {
  return rawInTenant<ValueChangeRow>(tx, "select asset_id, on_date, gross, impaired from asset_entries where tenant_id = $1 and asset_id = any($2::uuid[]) and kind in ('addition', 'impairment') order by asset_id, on_date, id", [tx.ctx.tenantId, assetIds])
}

/** Adds what a month charged to many assets, one statement. */
export async function addCharges(tx: Tx, charges: readonly { id: string; amount: string }[]): Promise<void> {
  if (charges.length === 0) return
  await rawInTenant(tx, 'update assets a set depreciated = a.depreciated + d.amount, version = a.version + 1 from unnest($2::uuid[], $3::numeric[]) as d(id, amount) where a.tenant_id = $1 and a.id = d.id', [tx.ctx.tenantId, charges.map((one) => one.id), charges.map((one) => one.amount)])
}

const runColumns = ['id', 'facility_id', 'period', 'currency', 'total', 'assets', 'created_at', 'created_by'] as const

export interface RunRow {
  id: string
  facility_id: string
  period: string
  currency: string
  total: string
  assets: number
  created_at: Date
  created_by: string | null
}

export function insertRun(tx: Tx, row: Omit<RunRow, 'created_at' | 'created_by'>): Promise<RunRow> {
  return tx.db.insertInto('depreciation_runs').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(runColumns).executeTakeFirstOrThrow()
}

export function runById(tx: Tx, id: string): Promise<RunRow | undefined> {
  return tx.db.selectFrom('depreciation_runs').select(runColumns).where('id', '=', id).executeTakeFirst()
}

export function listRuns(tx: Tx, filter: { facilityId?: string | undefined }, page: PageRequest): Promise<RunRow[]> {
  let query = tx.db.selectFrom('depreciation_runs').select(runColumns).orderBy('period', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'period', { order: 'desc' }).execute()
}

export interface RunEntryRow {
  id: string
  asset_id: string
  number: string
  name: string
  depreciated: string
}

export function entriesOfRun(tx: Tx, runId: string, page: PageRequest): Promise<RunEntryRow[]> {
  const after = page.after === null ? '' : 'and e.id > $4::uuid'
  return rawInTenant<RunEntryRow>(
    tx,
    `select e.id, e.asset_id, a.number, a.name, e.depreciated from asset_entries e join assets a on a.tenant_id = $1 and a.id = e.asset_id where e.tenant_id = $1 and e.run_id = $2 ${after} order by e.id limit $3`,
    [tx.ctx.tenantId, runId, page.limit + 1, ...(page.after === null ? [] : [page.after.id])],
  )
}

export interface EntryRow {
  id: string
  asset_id: string
  kind: string
  on_date: string
  period: string | null
  gross: string
  depreciated: string
  impaired: string
  /** The value after it. */
  net: string
  reason: string
  created_at: Date
  created_by: string | null
}

/** The books of an asset, newest first, each with what it was worth then. */
export function entriesOf(tx: Tx, assetId: string, page: PageRequest): Promise<EntryRow[]> {
  const { after } = page
  const values: unknown[] = [tx.ctx.tenantId, assetId, page.limit + 1]
  const from = after === null ? '' : `where on_date < $${values.push(after.at)}::date or (on_date = $${values.length}::date and id < $${values.push(after.id)}::uuid)`
  return rawInTenant<EntryRow>(
    tx,
    `select * from (select e.id, e.asset_id, e.kind, e.on_date, e.period, e.gross, e.depreciated, e.impaired, sum(e.gross - e.depreciated - e.impaired) over (order by e.on_date, e.id)::text as net, e.reason, e.created_at, e.created_by
       from asset_entries e where e.tenant_id = $1 and e.asset_id = $2) all_of ${from} order by on_date desc, id desc limit $3`,
    values,
  )
}

const disposalColumns = ['id', 'asset_id', 'kind', 'disposed_on', 'gross', 'net', 'proceeds', 'gain', 'taken_by', 'reason', 'created_at'] as const

export interface DisposalRow {
  id: string
  asset_id: string
  kind: string
  disposed_on: string
  gross: string
  net: string
  proceeds: string
  gain: string
  taken_by: string
  reason: string
  created_at: Date
}

export function insertDisposal(tx: Tx, row: Omit<DisposalRow, 'created_at'>): Promise<DisposalRow> {
  return tx.db.insertInto('asset_disposals').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(disposalColumns).executeTakeFirstOrThrow()
}

export function disposalOf(tx: Tx, assetId: string): Promise<DisposalRow | undefined> {
  return tx.db.selectFrom('asset_disposals').select(disposalColumns).where('asset_id', '=', assetId).executeTakeFirst()
}
