import { anyOf, anyText, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'
import { storesIn } from './stores-repo.ts'
import { type DatedRate, rateOn } from './tax-rules.ts'

const columns = [
  'id', 'version', 'sku', 'name', 'name_folded', 'kind', 'medication_id', 'manufacturer', 'tax_code', 'tax_rate_percent', 'is_tax_included', 'base_unit', 'is_divisible', 'storage', 'controlled_class', 'is_controlled', 'is_returnable', 'importance', 'reorder_level', 'maximum_level', 'lead_time_days', 'is_active', 'average_cost',
] as const

export interface ItemRow {
  id: string
  version: number
  sku: string
  name: string
  name_folded: string
  kind: string
  medication_id: string | null
  manufacturer: string
  tax_code: string
  tax_rate_percent: string
  is_tax_included: boolean
  base_unit: string
  is_divisible: boolean
  storage: string
  controlled_class: string
  is_controlled: boolean
  is_returnable: boolean
  importance: string
  reorder_level: string | null
  maximum_level: string | null
  lead_time_days: number
  is_active: boolean
  average_cost: string
}

export type ItemWrite = Omit<ItemRow, 'id' | 'version' | 'is_controlled' | 'average_cost'> & { sku_folded: string; manufacturer_folded: string }

export function itemsByIds(tx: Tx, ids: readonly string[]): Promise<ItemRow[]> {
  return tx.db.selectFrom('items').select(columns).where('id', '=', anyOf(ids)).execute()
}

export function lockItems(tx: Tx, ids: readonly string[]): Promise<ItemRow[]> {
  return tx.db.selectFrom('items').select(columns).where('id', '=', anyOf(ids)).orderBy('id').forNoKeyUpdate().execute()
}

export function updateItem(tx: Tx, id: string, version: number, change: Partial<ItemWrite>): Promise<ItemRow> {
  return tx.db.updateTable('items').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function itemsOfMedications(tx: Tx, medicationIds: readonly string[]): Promise<ItemRow[]> {
  return tx.db.selectFrom('items').select(columns).where('medication_id', '=', anyOf(medicationIds)).where('is_active', '=', true).orderBy('name_folded').orderBy('id').execute()
}

export interface PackRow {
  item_id: string
  unit: string
  revision: number
  factor: string
}

export function packsOf(tx: Tx, itemIds: readonly string[]): Promise<PackRow[]> {
  return tx.db.selectFrom('item_packs').select(['item_id', 'unit', 'revision', 'factor']).where('item_id', '=', anyOf(itemIds)).where('is_current', '=', true).orderBy('item_id').orderBy('unit').orderBy('revision').execute()
}

/** Packs as they are from now on; what changed is a new revision, what is gone is no longer current. */
export async function replacePacks(tx: Tx, itemId: string, packs: readonly { unit: string; factor: string }[]): Promise<void> {
  const all = await tx.db.selectFrom('item_packs').select(['id', 'unit', 'revision', 'factor', 'is_current']).where('item_id', '=', itemId).orderBy('revision').execute()
  const kept = all.filter((row) => row.is_current && packs.some((pack) => pack.unit === row.unit && Number(pack.factor) === Number(row.factor)))
  const gone = all.filter((row) => row.is_current && !kept.includes(row))
  if (gone.length > 0) await tx.db.updateTable('item_packs').set({ is_current: false }).where('id', '=', anyOf(gone.map((row) => row.id))).execute()
  const made = packs.filter((pack) => !kept.some((row) => row.unit === pack.unit))
  await insertMany(tx, 'item_packs', { id: 'uuid', item_id: 'uuid', unit: 'text', revision: 'int', factor: 'numeric', created_at: 'timestamptz', created_by: 'uuid' }, made.map((pack) => ({
    id: newId(), item_id: itemId, unit: pack.unit, revision: Math.max(0, ...all.filter((row) => row.unit === pack.unit).map((row) => row.revision)) + 1, factor: pack.factor, created_at: tx.ctx.now, created_by: tx.ctx.userId,
  })))
}

/** An item with the units it is counted in. */
export interface StockItem extends ItemRow {
  packs: { unit: string; factor: string }[]
  /** Rates of tax it has had or will have, by day; `tax_rate_percent` is today's. What is supplied asks `taxRateOn` for the day of its facility. */
  tax_rates: DatedRate[]
}

const dated = (tx: Tx, rows: readonly StockItem[]): StockItem[] => rows.map((row) => {
  const rates = [{ valid_from: '0001-01-01', tax_rate_percent: row.tax_rate_percent }, ...row.tax_rates]
  return { ...row, tax_rates: rates, tax_rate_percent: rateOn(row.tax_rate_percent, rates, tx.ctx.now.toISOString().slice(0, 10)) }
})

/** The rate of tax of an item in percent on a day of the facility that supplies it. */
export const taxRateOn = (item: StockItem, on: string): string => rateOn(item.tax_rate_percent, item.tax_rates, on)

const withPacks = (condition: string): string => `select ${columns.map((column) => `i.${column}`).join(', ')},
  coalesce((select json_agg(json_build_object('unit', p.unit, 'factor', p.factor::text) order by p.unit, p.revision) from item_packs p where p.tenant_id = $1 and p.item_id = i.id and p.is_current), '[]') as packs,
  coalesce((select json_agg(json_build_object('valid_from', r.valid_from::text, 'tax_rate_percent', r.tax_rate_percent::text) order by r.valid_from) from item_tax_rates r where r.tenant_id = $1 and r.item_id = i.id), '[]') as tax_rates
  from items i where i.tenant_id = $1 and ${condition}`

export async function stockItemsByIds(tx: Tx, ids: readonly string[]): Promise<StockItem[]> {
  return dated(tx, await rawInTenant<StockItem>(tx, withPacks('i.id = any($2::uuid[])'), [tx.ctx.tenantId, ids]))
}

/** Active items of medicines, by name. */
export async function stockItemsOfMedications(tx: Tx, medicationIds: readonly string[]): Promise<StockItem[]> {
  return dated(tx, await rawInTenant<StockItem>(tx, `${withPacks('i.medication_id = any($2::uuid[]) and i.is_active')} order by i.name_folded, i.id`, [tx.ctx.tenantId, medicationIds]))
}

export interface BarcodeRow {
  item_id: string
  code: string
  unit: string
}

export function barcodesOf(tx: Tx, itemIds: readonly string[]): Promise<BarcodeRow[]> {
  return tx.db.selectFrom('item_barcodes').select(['item_id', 'code', 'unit']).where('item_id', '=', anyOf(itemIds)).orderBy('code').execute()
}

export async function replaceBarcodes(tx: Tx, itemId: string, codes: readonly { code: string; unit: string }[]): Promise<void> {
  await tx.db.deleteFrom('item_barcodes').where('item_id', '=', itemId).execute()
  await insertMany(tx, 'item_barcodes', { id: 'uuid', item_id: 'uuid', code: 'text', unit: 'text', created_at: 'timestamptz', created_by: 'uuid' }, codes.map((code) => ({ ...code, id: newId(), item_id: itemId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

/** The item of any of some codes: a GTIN is kept with or without its leading zeros. */
export function itemOfCode(tx: Tx, codes: readonly string[]): Promise<BarcodeRow | undefined> {
  return rawInTenant<BarcodeRow>(tx, 'select item_id, code, unit from item_barcodes where tenant_id = $1 and code = any($2::text[]) limit 1', [tx.ctx.tenantId, codes]).then((rows) => rows[0])
}

export interface ItemFilter {
  prefix: string | null
  ids?: readonly string[] | undefined
  kind?: string | undefined
  medicationId?: string | undefined
  manufacturer?: string | undefined
  isControlled?: boolean | undefined
  isActive?: boolean | undefined
}

export function listItems(tx: Tx, filter: ItemFilter, page: PageRequest): Promise<ItemRow[]> {
  let query = tx.db.selectFrom('items').select(columns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  const { prefix, ids } = filter
  if (prefix !== null) query = query.where((eb) => eb.or([eb.and([eb('name_folded', '>=', prefix), eb('name_folded', '<', afterPrefix(prefix))]), eb.and([eb('sku_folded', '>=', prefix), eb('sku_folded', '<', afterPrefix(prefix))])]))
  if (ids !== undefined) query = query.where('id', '=', anyOf(ids))
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.medicationId !== undefined) query = query.where('medication_id', '=', filter.medicationId)
  if (filter.manufacturer !== undefined) query = query.where('manufacturer_folded', '=', filter.manufacturer)
  if (filter.isControlled !== undefined) query = query.where('is_controlled', '=', filter.isControlled)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}

export interface OnHandRow {
  item_id: string
  on_hand: string
  first_expires_on: string | null
  cost: string
}

/** What there is of items in all stores, its first expiry and its cost by lot. */
export function onHandOf(tx: Tx, itemIds: readonly string[], places?: readonly string[]): Promise<OnHandRow[]> {
  return rawInTenant<OnHandRow>(
    tx,
    `select b.item_id, sum(b.quantity)::text as on_hand, min(b.expires_on) as first_expires_on, sum(b.quantity * l.unit_cost)::text as cost from stock_balances b join lots l on l.tenant_id = b.tenant_id and l.id = b.lot_id
     where b.tenant_id = $1 and l.tenant_id = $1 and b.item_id = any($2::uuid[]) and b.is_in_stock ${places === undefined ? '' : `and b.store_id = any(${storesIn('$3')})`} group by b.item_id`,
    [tx.ctx.tenantId, itemIds, ...(places === undefined ? [] : [places])],
  )
}

/** As `onHandOf`, of the stores of one facility, not what is on its way: also what it had and has no more. */
export function onHandIn(tx: Tx, facilityId: string, itemIds: readonly string[]): Promise<OnHandRow[]> {
  return rawInTenant<OnHandRow>(
    tx,
    `select b.item_id, coalesce(sum(b.quantity) filter (where b.is_in_stock), 0)::text as on_hand, min(b.expires_on) filter (where b.is_in_stock) as first_expires_on, coalesce(sum(b.quantity * l.unit_cost) filter (where b.is_in_stock), 0)::text as cost
     from stores s join stock_balances b on b.tenant_id = $1 and b.store_id = s.id join lots l on l.tenant_id = $1 and l.id = b.lot_id
     where s.tenant_id = $1 and s.facility_id = $3 and s.kind <> 'transit' and b.item_id = any($2::uuid[]) group by b.item_id`,
    [tx.ctx.tenantId, itemIds, facilityId],
  )
}

const mostWatched = 2000

/** Items that are kept in stock, for suggestions what to order. */
export function itemsToWatch(tx: Tx): Promise<ItemRow[]> {
  return tx.db.selectFrom('items').select(columns).where('is_active', '=', true).orderBy('name_folded').orderBy('id').limit(mostWatched).execute()
}

/** Which of some folded SKUs are taken. */
export async function knownSkus(tx: Tx, skus: readonly string[]): Promise<Set<string>> {
  return new Set((await tx.db.selectFrom('items').select(['sku_folded']).where('sku_folded', '=', anyText(skus)).execute()).map((row) => row.sku_folded))
}

/** Lots of these SKUs that a store was opened with. */
export function openedLots(tx: Tx, storeId: string, skus: readonly string[]): Promise<{ sku_folded: string; batch: string; expires_on: string; mrp: string | null }[]> {
  return rawInTenant(
    tx,
    `select i.sku_folded, l.batch, l.expires_on::text as expires_on, l.mrp::text as mrp from items i join lots l on l.tenant_id = i.tenant_id and l.item_id = i.id
     where i.tenant_id = $1 and i.sku_folded = any($3::text[]) and exists (select 1 from stock_movements m where m.tenant_id = l.tenant_id and m.lot_id = l.id and m.store_id = $2 and m.kind = 'opening')`,
    [tx.ctx.tenantId, storeId, skus],
  )
}

/** Items by their folded SKUs. */
export function itemsBySkus(tx: Tx, skus: readonly string[]): Promise<ItemRow[]> {
  return tx.db.selectFrom('items').select(columns).where('sku_folded', '=', anyText(skus)).execute()
}

const itemTypes = {
  id: 'uuid', sku: 'text', sku_folded: 'text', name: 'text', name_folded: 'text', kind: 'text', medication_id: 'uuid', manufacturer: 'text', manufacturer_folded: 'text', tax_code: 'text', tax_rate_percent: 'numeric', is_tax_included: 'boolean', base_unit: 'text', is_divisible: 'boolean', storage: 'text', controlled_class: 'text', is_returnable: 'boolean', importance: 'text', reorder_level: 'numeric', maximum_level: 'numeric', lead_time_days: 'int', is_active: 'boolean', created_at: 'timestamptz', created_by: 'uuid',
} as const

/** Many new items with their packs and codes, three statements whatever their number; returns their ids in order. */
export async function insertItems(tx: Tx, items: readonly { item: ItemWrite; packs: readonly { unit: string; factor: string }[]; codes: readonly { code: string; unit: string }[] }[]): Promise<string[]> {
  const made = { created_at: tx.ctx.now, created_by: tx.ctx.userId }
  const ids = items.map(() => newId())
  await insertMany(tx, 'items', itemTypes, items.map(({ item }, index) => ({ ...item, ...made, id: ids[index] })))
  await insertMany(tx, 'item_packs', { id: 'uuid', item_id: 'uuid', unit: 'text', revision: 'int', factor: 'numeric', created_at: 'timestamptz', created_by: 'uuid' }, items.flatMap(({ packs }, index) => packs.map((pack) => ({ ...pack, ...made, id: newId(), item_id: ids[index], revision: 1 }))))
  await insertMany(tx, 'item_barcodes', { id: 'uuid', item_id: 'uuid', code: 'text', unit: 'text', created_at: 'timestamptz', created_by: 'uuid' }, items.flatMap(({ codes }, index) => codes.map((code) => ({ ...code, ...made, id: newId(), item_id: ids[index] }))))
  return ids
}
