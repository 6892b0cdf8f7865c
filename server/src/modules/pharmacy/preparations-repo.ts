import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const formulaColumns = ['id', 'version', 'item_id', 'formula_version', 'system', 'name', 'yield_quantity', 'shelf_life_days', 'method', 'potency', 'is_current', 'created_at'] as const

export interface FormulaRow {
  id: string
  version: number
  item_id: string
  formula_version: number
  system: string
  name: string
  yield_quantity: string
  shelf_life_days: number
  method: string
  potency: string
  is_current: boolean
  created_at: Date
}

/** The next version of an item's formula; the item is locked, so two writers make two versions. */
export async function insertFormula(tx: Tx, formula: Pick<FormulaRow, 'item_id' | 'system' | 'name' | 'yield_quantity' | 'shelf_life_days' | 'method' | 'potency'>): Promise<FormulaRow> {
  const before = await tx.db.selectFrom('formulas').select(['id', 'formula_version']).where('item_id', '=', formula.item_id).orderBy('formula_version', 'desc').limit(1).executeTakeFirst()
  await tx.db.updateTable('formulas').set({ is_current: false }).where('item_id', '=', formula.item_id).where('is_current', '=', true).execute()
  return tx.db.insertInto('formulas').values({ ...formula, id: newId(), formula_version: (before?.formula_version ?? 0) + 1, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(formulaColumns).executeTakeFirstOrThrow()
}

export async function insertFormulaLines(tx: Tx, formulaId: string, lines: readonly { item_id: string; quantity: string }[]): Promise<void> {
  await insertMany(tx, 'formula_lines', { id: 'uuid', formula_id: 'uuid', item_id: 'uuid', quantity: 'numeric', created_at: 'timestamptz', created_by: 'uuid' }, lines.map((line) => ({ ...line, id: newId(), formula_id: formulaId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export function formulasByIds(tx: Tx, ids: readonly string[]): Promise<FormulaRow[]> {
  return tx.db.selectFrom('formulas').select(formulaColumns).where('id', '=', anyOf(ids)).execute()
}

export function listFormulas(tx: Tx, filter: { itemId?: string | undefined }, page: PageRequest): Promise<FormulaRow[]> {
  let query = tx.db.selectFrom('formulas').select(formulaColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.itemId !== undefined) query = query.where('item_id', '=', filter.itemId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export function formulaLines(tx: Tx, formulaIds: readonly string[]): Promise<{ formula_id: string; item_id: string; quantity: string }[]> {
  return tx.db.selectFrom('formula_lines').select(['formula_id', 'item_id', 'quantity']).where('formula_id', '=', anyOf(formulaIds)).orderBy('formula_id').orderBy('id').execute()
}

const columns = ['id', 'version', 'number', 'formula_id', 'facility_id', 'store_id', 'item_id', 'lot_id', 'planned', 'yielded', 'steps', 'note', 'made_on', 'created_at', 'created_by'] as const

export interface PreparationRow {
  id: string
  version: number
  number: string
  formula_id: string
  facility_id: string
  store_id: string
  item_id: string
  lot_id: string
  planned: string
  yielded: string
  steps: unknown
  note: string
  made_on: string
  created_at: Date
  created_by: string | null
}

export function insertPreparation(tx: Tx, row: Omit<PreparationRow, 'version' | 'created_at' | 'created_by' | 'steps'> & { steps: string }): Promise<PreparationRow> {
  return tx.db.insertInto('preparations').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readPreparation(tx: Tx, id: string): Promise<PreparationRow | undefined> {
  return tx.db.selectFrom('preparations').select(columns).where('id', '=', id).executeTakeFirst()
}

export function listPreparations(tx: Tx, places: readonly string[] | undefined, page: PageRequest): Promise<PreparationRow[]> {
  const query = tx.db.selectFrom('preparations').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(inPlaces(query, places), page.after, 'created_at', { order: 'desc' }).execute()
}

export interface ConsumedRow {
  document_id: string
  item_id: string
  item_name: string
  unit: string
  batch: string
  quantity: string
}

/** What batches took from the store and gave to it, by the ledger. */
export function movedBy(tx: Tx, preparationIds: readonly string[]): Promise<(ConsumedRow & { expires_on: string; lot_id: string; witness_id: string | null })[]> {
  return rawInTenant(
    tx,
    `select m.document_id, m.item_id, i.name as item_name, i.base_unit as unit, l.batch, l.expires_on, m.lot_id, m.quantity, m.witness_id from stock_movements m join items i on i.tenant_id = $1 and i.id = m.item_id join lots l on l.tenant_id = $1 and l.id = m.lot_id
     where m.tenant_id = $1 and m.document_id = any($2::uuid[]) order by m.document_id, i.name_folded, l.expires_on, m.id`,
    [tx.ctx.tenantId, preparationIds],
  )
}
