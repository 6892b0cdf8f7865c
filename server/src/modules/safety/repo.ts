import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import type { FoundContraindication, NewContraindication } from './contraindication-rules.ts'
import type { FoundPair } from './rules.ts'

/** Listed pairs among candidates: one probe of the index a pair. */
export function findPairs(tx: Tx, pairs: readonly { a: string; b: string }[]): Promise<FoundPair[]> {
  if (pairs.length === 0) return Promise.resolve([])
  return rawInTenant<FoundPair>(
    tx,
    `select i.a, i.b, i.severity, i.text, l.name as list_name, l.list_version from unnest($2::text[], $3::text[]) as p(a, b) join interactions i on i.tenant_id = $1 and i.a = p.a and i.b = p.b
     join interaction_lists l on l.tenant_id = $1 and l.id = i.list_id and l.is_active`,
    [tx.ctx.tenantId, pairs.map((pair) => pair.a), pairs.map((pair) => pair.b)],
  )
}

/** What active lists say of substances; a few rows a substance, by one probe of the index each. */
export function findContraindications(tx: Tx, substances: readonly string[]): Promise<FoundContraindication[]> {
  if (substances.length === 0) return Promise.resolve([])
  return rawInTenant<FoundContraindication>(
    tx,
    `select c.substance, c.system, c.code, c.term, c.severity, c.text, c.source, l.name as list_name, l.list_version from unnest($2::text[]) as s(substance) join contraindications c on c.tenant_id = $1 and c.substance = s.substance
     join interaction_lists l on l.tenant_id = $1 and l.id = c.list_id and l.is_active`,
    [tx.ctx.tenantId, substances],
  )
}

const listColumns = ['id', 'version', 'kind', 'name', 'list_version', 'source', 'pairs', 'is_active', 'created_at'] as const

export interface ListRow {
  id: string
  version: number
  kind: string
  name: string
  list_version: string
  source: string
  pairs: number
  is_active: boolean
  created_at: Date
}

export function listLists(tx: Tx, page: PageRequest): Promise<ListRow[]> {
  let query = tx.db.selectFrom('interaction_lists').select(listColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export function lockList(tx: Tx, id: string): Promise<ListRow | undefined> {
  return tx.db.selectFrom('interaction_lists').select(listColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function setActive(tx: Tx, list: ListRow, isActive: boolean): Promise<ListRow> {
  return tx.db.updateTable('interaction_lists').set({ is_active: isActive, version: list.version + 1 }).where('id', '=', list.id).returning(listColumns).executeTakeFirstOrThrow()
}

/** The list by name and version, emptied for what is loaded now. */
export async function openList(tx: Tx, list: { kind: string; name: string; listVersion: string; source: string; pairs: number }): Promise<ListRow> {
  const known = await tx.db.selectFrom('interaction_lists').select(listColumns).where('name', '=', list.name).where('list_version', '=', list.listVersion).forUpdate().executeTakeFirst()
  if (known === undefined) return tx.db.insertInto('interaction_lists').values({ id: newId(), kind: list.kind, name: list.name, list_version: list.listVersion, source: list.source, pairs: list.pairs, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(listColumns).executeTakeFirstOrThrow()
  await tx.db.deleteFrom('interactions').where('list_id', '=', known.id).execute()
  await tx.db.deleteFrom('contraindications').where('list_id', '=', known.id).execute()
  return tx.db.updateTable('interaction_lists').set({ kind: list.kind, pairs: list.pairs, source: list.source, version: known.version + 1 }).where('id', '=', known.id).returning(listColumns).executeTakeFirstOrThrow()
}

export function insertPairs(tx: Tx, listId: string, pairs: readonly { a: string; b: string; severity: string; text: string }[]): Promise<void> {
  return insertMany(tx, 'interactions', { list_id: 'uuid', a: 'text', b: 'text', severity: 'text', text: 'text' }, pairs.map((pair) => ({ ...pair, list_id: listId })))
}

export function insertContraindications(tx: Tx, listId: string, rows: readonly NewContraindication[]): Promise<void> {
  return insertMany(tx, 'contraindications', { list_id: 'uuid', substance: 'text', system: 'text', code: 'text', term: 'text', severity: 'text', text: 'text', source: 'text' }, rows.map((row) => ({ ...row, list_id: listId })))
}

const overrideColumns = ['id', 'alert_key', 'kind', 'severity', 'message', 'source', 'stage', 'patient_id', 'subject_type', 'subject_id', 'reason', 'created_at', 'created_by'] as const

export interface OverrideRow {
  id: string
  alert_key: string
  kind: string
  severity: string
  message: string
  source: string
  stage: string
  patient_id: string
  subject_type: string
  subject_id: string | null
  reason: string
  created_at: Date
  created_by: string
}

export async function insertOverrides(tx: Tx, rows: readonly Omit<OverrideRow, 'id' | 'created_at' | 'created_by'>[]): Promise<void> {
  await insertMany(tx, 'safety_overrides', { id: 'uuid', alert_key: 'text', kind: 'text', severity: 'text', message: 'text', source: 'text', stage: 'text', patient_id: 'uuid', subject_type: 'text', subject_id: 'uuid', reason: 'text', created_at: 'timestamptz', created_by: 'uuid' }, rows.map((row) => ({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

/** Alerts that were passed over for a subject before. */
export async function overriddenOf(tx: Tx, subjectId: string): Promise<Set<string>> {
  return new Set((await tx.db.selectFrom('safety_overrides').select(['alert_key']).where('subject_id', '=', subjectId).execute()).map((row) => row.alert_key))
}

export function listOverrides(tx: Tx, filter: { patientId?: string | undefined }, page: PageRequest): Promise<OverrideRow[]> {
  let query = tx.db.selectFrom('safety_overrides').select(overrideColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export interface CountRow {
  alert_key: string
  kind: string
  message: string
  source: string
  severity: string
  times: number
  people: number
  last_at: Date
  retired_id: string | null
}

// A key that ever stopped counts as one that stops.
const gravestSeverity = "case when bool_or(severity = 'stop') then 'stop' when bool_or(severity = 'warn') then 'warn' else 'inform' end"

/** Alerts by how often they were passed over, the most first, and whether they are retired. */
export function countOverrides(tx: Tx): Promise<CountRow[]> {
  return rawInTenant(
    tx,
    `select c.*, r.id as retired_id from (select alert_key, min(kind) as kind, min(message) as message, min(source) as source, ${gravestSeverity} as severity, count(*)::int as times, count(distinct created_by)::int as people, max(created_at) as last_at
       from safety_overrides where tenant_id = $1 group by alert_key order by times desc, alert_key limit 200) c left join retired_alerts r on r.tenant_id = $1 and r.alert_key = c.alert_key order by c.times desc, c.alert_key`,
    [tx.ctx.tenantId],
  )
}

/** An alert by its key, as it was last passed over; undefined when it never was. */
export async function passedOver(tx: Tx, alertKey: string): Promise<{ message: string; severity: string } | undefined> {
  const [row] = await rawInTenant<{ message: string; severity: string }>(tx, `select max(message) as message, ${gravestSeverity} as severity from safety_overrides where tenant_id = $1 and alert_key = $2 having count(*) > 0`, [tx.ctx.tenantId, alertKey])
  return row
}
