import { anyOf, anyText, insertMany, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

const columns = ['id', 'version', 'kind', 'code', 'standard_system', 'standard_code', 'name', 'name_folded', 'names', 'category', 'body_site', 'has_side', 'is_ionising', 'contrast', 'instructions', 'service_id', 'is_active'] as const

export interface OrderableRow {
  id: string
  version: number
  kind: string
  code: string
  standard_system: string
  standard_code: string
  name: string
  name_folded: string
  names: Record<string, string>
  category: string
  body_site: string
  has_side: boolean
  is_ionising: boolean
  contrast: string
  instructions: string
  service_id: string | null
  is_active: boolean
}

export type OrderableWrite = Omit<OrderableRow, 'id' | 'version' | 'names'> & { names: string }

export function insertOrderable(tx: Tx, orderable: OrderableWrite): Promise<OrderableRow> {
  return tx.db.insertInto('orderables').values({ ...orderable, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readOrderable(tx: Tx, id: string): Promise<OrderableRow | undefined> {
  return tx.db.selectFrom('orderables').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockOrderable(tx: Tx, id: string): Promise<OrderableRow | undefined> {
  return tx.db.selectFrom('orderables').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateOrderable(tx: Tx, id: string, version: number, change: Partial<OrderableWrite>): Promise<OrderableRow> {
  return tx.db.updateTable('orderables').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

/** What a search finds one by, in place of what it was. */
export async function replaceNames(tx: Tx, id: string, keys: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('orderable_names').where('orderable_id', '=', id).execute()
  await insertMany(tx, 'orderable_names', { orderable_id: 'uuid', key: 'text' } as const, keys.map((key) => ({ orderable_id: id, key })))
}

export interface OrderableFilter {
  /** The beginnings that are looked for; undefined for all there are. */
  keys: readonly string[] | undefined
  kind: string | undefined
  isActive: boolean | undefined
}

export function listOrderables(tx: Tx, { keys, kind, isActive }: OrderableFilter, page: PageRequest): Promise<OrderableRow[]> {
  let query = tx.db.selectFrom('orderables').select(columns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (keys !== undefined) query = query.where('id', 'in', tx.db.selectFrom('orderable_names').select('orderable_id').where((eb) => eb.or(keys.map((key) => eb.and([eb('key', '>=', key), eb('key', '<', afterPrefix(key))])))))
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (isActive !== undefined) query = query.where('is_active', '=', isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}

export function allOrderables(tx: Tx): Promise<OrderableRow[]> {
  return tx.db.selectFrom('orderables').select(columns).orderBy('name_folded').orderBy('id').execute()
}

/** Those of these ids or codes; a code may stand for one of each kind. */
export function namedOrderables(tx: Tx, { ids, codes }: { ids: readonly string[]; codes: readonly string[] }): Promise<OrderableRow[]> {
  return tx.db.selectFrom('orderables').select(columns).where((eb) => eb.or([eb('id', '=', anyOf(ids)), eb('code', '=', anyText(codes))])).execute()
}

const settingsColumns = ['id', 'version', 'signature_hours', 'pregnancy_from_years', 'pregnancy_to_years'] as const

export interface SettingsRow {
  id: string
  version: number
  signature_hours: number
  pregnancy_from_years: number
  pregnancy_to_years: number
}

export function readSettings(tx: Tx): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('order_settings').select(settingsColumns).executeTakeFirst()
}

export function insertSettings(tx: Tx, settings: Omit<SettingsRow, 'id' | 'version'>): Promise<SettingsRow> {
  return tx.db.insertInto('order_settings').values({ ...settings, id: newId(), version: 2, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(settingsColumns).executeTakeFirstOrThrow()
}

export function updateSettings(tx: Tx, row: SettingsRow, change: Partial<Omit<SettingsRow, 'id' | 'version'>>): Promise<SettingsRow> {
  return tx.db.updateTable('order_settings').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(settingsColumns).executeTakeFirstOrThrow()
}
