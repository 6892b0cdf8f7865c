import { anyText, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'name', 'name_folded', 'method', 'life_months', 'rate_percent', 'residual_percent', 'source', 'is_active'] as const

export interface CategoryRow {
  id: string
  version: number
  name: string
  name_folded: string
  method: string
  life_months: number
  rate_percent: string | null
  residual_percent: string
  source: string
  is_active: boolean
}

export type CategoryWrite = Omit<CategoryRow, 'id' | 'version'>

export function insertCategory(tx: Tx, row: CategoryWrite): Promise<CategoryRow> {
  return tx.db.insertInto('asset_categories').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

/** Adds those whose names are not taken; says how many. */
export async function insertMissing(tx: Tx, rows: readonly CategoryWrite[]): Promise<number> {
  const made = await tx.db.insertInto('asset_categories').values(rows.map((row) => ({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }))).onConflict((conflict) => conflict.constraint('asset_categories_name').doNothing()).returning(['id']).execute()
  return made.length
}

export function readCategory(tx: Tx, id: string): Promise<CategoryRow | undefined> {
  return tx.db.selectFrom('asset_categories').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockCategory(tx: Tx, id: string): Promise<CategoryRow | undefined> {
  return tx.db.selectFrom('asset_categories').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateCategory(tx: Tx, row: CategoryRow, change: Partial<CategoryWrite>): Promise<CategoryRow> {
  return tx.db.updateTable('asset_categories').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export function categoriesByNames(tx: Tx, names: readonly string[]): Promise<CategoryRow[]> {
  return tx.db.selectFrom('asset_categories').select(columns).where('name_folded', '=', anyText(names)).execute()
}

export function listCategories(tx: Tx, filter: { isActive: boolean | undefined }, page: PageRequest): Promise<CategoryRow[]> {
  let query = tx.db.selectFrom('asset_categories').select(columns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}
