import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface Levels {
  item_id: string
  reorder_level: string | null
  par_level: string | null
  maximum_level: string | null
}

export interface LevelRow extends Levels {
  sku: string
  item_name: string
  name_folded: string
  unit: string
  usable: string
  coming: string
}

// What can be used today, and what was asked for or is on its way here.
const levels = `levels as (
  select l.item_id, l.reorder_level, l.par_level, l.maximum_level, i.sku, i.name as item_name, i.name_folded, i.base_unit as unit, coalesce(h.usable, 0) as usable, coalesce(c.coming, 0) as coming
  from store_levels l join items i on i.tenant_id = $1 and i.id = l.item_id and i.is_active
    left join lateral (select sum(b.quantity) as usable from stock_balances b where b.tenant_id = $1 and b.store_id = $2 and b.item_id = l.item_id and b.is_in_stock and not b.is_held and b.expires_on >= $3::date) h on true
    left join (select w.item_id, sum(case when t.state = 'requested' then w.requested else w.dispatched - w.received - w.short - w.taken_back end) as coming from transfers t join transfer_lines w on w.tenant_id = $1 and w.transfer_id = t.id
      where t.tenant_id = $1 and t.to_store_id = $2 and t.state in ('requested', 'dispatched') group by w.item_id) c on c.item_id = l.item_id
  where l.tenant_id = $1 and l.store_id = $2)`

const isLow = '(usable <= reorder_level or (reorder_level is null and usable < par_level))'
const shown = 'item_id, sku, item_name, name_folded, unit, reorder_level, par_level, maximum_level, usable::text as usable, coming::text as coming'

interface Place {
  storeId: string
  /** The day in the store. */
  on: string
}

/** Items of which a store should have some, by name. */
export function listLevels(tx: Tx, { storeId, on }: Place, filter: { isLow: boolean | undefined }, page: PageRequest): Promise<LevelRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, storeId, on, page.limit + 1]
  const low = filter.isLow === undefined ? '' : `and ${isLow} is ${filter.isLow ? '' : 'not '}true`
  const after = page.after === null ? '' : `and (name_folded, item_id) > ($${values.push(page.after.at)}, $${values.push(page.after.id)}::uuid)`
  return rawInTenant<LevelRow>(tx, `with ${levels} select ${shown} from levels where true ${low} ${after} order by name_folded, item_id limit $4`, values)
}

export function levelsOfItems(tx: Tx, { storeId, on }: Place, itemIds: readonly string[]): Promise<LevelRow[]> {
  return rawInTenant<LevelRow>(tx, `with ${levels} select ${shown} from levels where item_id = any($4::uuid[]) order by name_folded, item_id`, [tx.ctx.tenantId, storeId, on, itemIds])
}

/** What is below its par level although all that is coming is counted, the emptiest first, with what another store can give. */
export function belowPar(tx: Tx, { storeId, on }: Place, fromStoreId: string, most: number): Promise<(LevelRow & { available: string; is_divisible: boolean })[]> {
  return rawInTenant(
    tx,
    `with ${levels}, lacking as (select * from levels where usable + coming < par_level order by (usable + coming) / par_level, name_folded, item_id limit $5)
     select ${shown}, i.is_divisible, coalesce(a.quantity, 0)::text as available from lacking l join (select id, is_divisible from items where tenant_id = $1) i on i.id = l.item_id
       left join lateral (select sum(b.quantity) as quantity from stock_balances b where b.tenant_id = $1 and b.store_id = $4 and b.item_id = l.item_id and b.is_in_stock and not b.is_held and b.expires_on >= $3::date) a on true
     order by (usable + coming) / par_level, name_folded, item_id`,
    [tx.ctx.tenantId, storeId, on, fromStoreId, most],
  )
}

/** The levels of items in a store as they are now; who writes them waits for each other by the store. */
export function readLevels(tx: Tx, storeId: string, itemIds: readonly string[]): Promise<Levels[]> {
  return rawInTenant<Levels>(tx, 'select item_id, reorder_level, par_level, maximum_level from store_levels where tenant_id = $1 and store_id = $2 and item_id = any($3::uuid[])', [tx.ctx.tenantId, storeId, itemIds])
}

const types = { id: 'uuid', store_id: 'uuid', item_id: 'uuid', reorder_level: 'numeric', par_level: 'numeric', maximum_level: 'numeric', created_at: 'timestamptz', created_by: 'uuid' } as const

/** Puts these levels in the place of those that stood; without any level an item is taken off. */
export async function replaceLevels(tx: Tx, storeId: string, rows: readonly Levels[]): Promise<void> {
  await rawInTenant(tx, 'delete from store_levels where tenant_id = $1 and store_id = $2 and item_id = any($3::uuid[])', [tx.ctx.tenantId, storeId, rows.map((row) => row.item_id)])
  const kept = rows.filter((row) => [row.reorder_level, row.par_level, row.maximum_level].some((one) => one !== null))
  if (kept.length > 0) await insertMany(tx, 'store_levels', types, kept.map((row) => ({ ...row, id: newId(), store_id: storeId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}
