import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { storesIn } from './stores-repo.ts'

export interface StockRow {
  store_id: string
  store_name: string
  item_id: string
  item_name: string
  sku: string
  unit: string
  lot_id: string
  batch: string
  expires_on: string
  quantity: string
  mrp: string | null
  mrp_quantity: string
  currency: string
  unit_cost: string
  state: string
  bin: string
}

export interface StockFilter {
  /** The facilities whose stores are looked at; all where it is undefined. */
  places: readonly string[] | undefined
  storeId?: string | undefined
  itemId?: string | undefined
  lotId?: string | undefined
  expiresBefore?: string | undefined
}

interface Conditions {
  text: string
  values: unknown[]
}

function conditions(filter: StockFilter, page: PageRequest, values: unknown[]): Conditions {
  const text: string[] = []
  if (filter.places !== undefined) text.push(`and b.store_id = any(${storesIn(`$${values.push(filter.places)}`)})`)
  if (filter.storeId !== undefined) text.push(`and b.store_id = $${values.push(filter.storeId)}`)
  if (filter.itemId !== undefined) text.push(`and b.item_id = $${values.push(filter.itemId)}`)
  if (filter.lotId !== undefined) text.push(`and b.lot_id = $${values.push(filter.lotId)}`)
  if (filter.expiresBefore !== undefined) text.push(`and b.expires_on < $${values.push(filter.expiresBefore)}`)
  if (page.after !== null) {
    const [expiresOn = '', storeId = ''] = page.after.at.split(' ')
    text.push(`and (b.expires_on, b.lot_id, b.store_id) > ($${values.push(expiresOn)}::date, $${values.push(page.after.id)}::uuid, $${values.push(storeId)}::uuid)`)
  }
  return { text: text.join(' '), values }
}

// Names beside rows that are found already; what was there on a past day is found without its balance, so its item is that of the lot.
const named = (inner: string, item = 'b.item_id', bin = 'b.bin'): string => `select b.store_id, s.name as store_name, ${item} as item_id, i.name as item_name, i.sku, i.base_unit as unit, b.lot_id, l.batch, b.expires_on, b.quantity, l.mrp, l.mrp_quantity, l.currency, l.unit_cost, l.state, ${bin} as bin
  from (${inner}) b join stores s on s.tenant_id = $1 and s.id = b.store_id join lots l on l.tenant_id = $1 and l.id = b.lot_id join items i on i.tenant_id = $1 and i.id = ${item} order by b.expires_on, b.lot_id, b.store_id`

/** What is in stock now, first expiry first. */
export function listStock(tx: Tx, filter: StockFilter, page: PageRequest): Promise<StockRow[]> {
  const { text, values } = conditions(filter, page, [tx.ctx.tenantId, page.limit + 1])
  return rawInTenant<StockRow>(tx, named(`select b.store_id, b.item_id, b.lot_id, b.expires_on, b.quantity, b.bin from stock_balances b where b.tenant_id = $1 and b.is_in_stock ${text} order by b.expires_on, b.lot_id, b.store_id limit $2`), values)
}

// What came later or was gone before was not there: the index says so without a look at the ledger.
const wasThere = 'b.first_moved_at < $5 and b.empty_since >= $5'
// Whole months from their sums, the rest of the month from the ledger.
const past = `select q.quantity from (select coalesce((select sum(t.quantity) from stock_months t where t.tenant_id = $1 and t.store_id = b.store_id and t.lot_id = b.lot_id and t.month < $3::date), 0)
    + coalesce((select sum(m.quantity) from stock_movements m where m.tenant_id = $1 and m.store_id = b.store_id and m.lot_id = b.lot_id and m.occurred_at >= $4 and m.occurred_at < $5), 0) as quantity) q`

/** What was in stock at the end of a day: `from` is when its month began, `to` when the day ended. */
export function listStockOn(tx: Tx, filter: StockFilter, day: { month: string; from: Date; to: Date }, page: PageRequest): Promise<StockRow[]> {
  const { text, values } = conditions(filter, page, [tx.ctx.tenantId, page.limit + 1, day.month, day.from, day.to])
  return rawInTenant<StockRow>(
    tx,
    named(`select b.store_id, b.item_id, b.lot_id, b.expires_on, h.quantity, b.bin from stock_balances b cross join lateral (${past} offset 0) h where b.tenant_id = $1 and ${wasThere} and h.quantity > 0 ${text} order by b.expires_on, b.lot_id, b.store_id limit $2`),
    values,
  )
}

/** As `listStockOn`, of a month that is carried over: a range of an index, whatever has come and gone since. */
export function listStockOfMonth(tx: Tx, filter: Pick<StockFilter, 'places' | 'storeId' | 'expiresBefore'>, day: { month: string; from: Date; to: Date }, page: PageRequest): Promise<StockRow[]> {
  const { text, values } = conditions(filter, page, [tx.ctx.tenantId, page.limit + 1, day.month, day.from, day.to])
  return rawInTenant<StockRow>(
    tx,
    named(`select b.store_id, b.lot_id, b.expires_on, h.quantity from stock_alive b cross join lateral (${past} offset 0) h where b.tenant_id = $1 and b.month = $3::date and b.here_from < $5 and b.here_to >= $5 and h.quantity > 0 ${text} order by b.expires_on, b.lot_id, b.store_id limit $2`, 'l.item_id', "''::text"),
    values,
  )
}

export interface ValueRow {
  kind: string
  by_lot: string
  at_average: string
}

/** Value at the end of a day by kind of item, at lot cost and at the average cost of that day. */
export function valuationOn(tx: Tx, storeIds: readonly string[], day: { month: string; from: Date; to: Date }): Promise<ValueRow[]> {
  return rawInTenant<ValueRow>(
    tx,
    `with held as (select b.lot_id, b.item_id, sum(h.quantity) as quantity from stock_balances b cross join lateral (${past}) h where b.tenant_id = $1 and b.store_id = any($2::uuid[]) and ${wasThere} group by b.lot_id, b.item_id)
     select i.kind, sum(h.quantity * l.unit_cost)::text as by_lot, sum(h.quantity * coalesce(c.average_cost, 0))::text as at_average
     from held h join items i on i.tenant_id = $1 and i.id = h.item_id join lots l on l.tenant_id = $1 and l.id = h.lot_id
       left join lateral (select k.average_cost from item_costs k where k.tenant_id = $1 and k.item_id = h.item_id and k.at < $5 order by k.at desc, k.id desc limit 1) c on true
     group by i.kind order by i.kind`,
    [tx.ctx.tenantId, storeIds, day.month, day.from, day.to],
  )
}

export function storesOf(tx: Tx, facilityIds: readonly string[]): Promise<{ id: string; currency: string; time_zone: string; carried: string }[]> {
  return rawInTenant(tx, "select s.id, f.currency, f.time_zone, coalesce(c.month, '-infinity')::text as carried from stores s join facilities f on f.tenant_id = $1 and f.id = s.facility_id left join stock_carries c on c.tenant_id = $1 and c.facility_id = s.facility_id where s.tenant_id = $1 and s.facility_id = any($2::uuid[]) order by s.id", [tx.ctx.tenantId, facilityIds])
}

export async function setBin(tx: Tx, key: { storeId: string; lotId: string; bin: string }): Promise<boolean> {
  const rows = await tx.db.updateTable('stock_balances').set({ bin: key.bin }).where('store_id', '=', key.storeId).where('lot_id', '=', key.lotId).returning(['lot_id']).execute()
  return rows.length > 0
}

export interface UsableLot {
  item_id: string
  lot_id: string
  batch: string
  expires_on: string
  quantity: string
  mrp: string | null
}

/** Lots of items a store may hand out on a day, first expiry first, without locking them. */
export function usableLots(tx: Tx, storeId: string, itemIds: readonly string[], on: string): Promise<UsableLot[]> {
  return rawInTenant<UsableLot>(
    tx,
    `select b.item_id, b.lot_id, l.batch, b.expires_on, b.quantity, l.mrp from stock_balances b join lots l on l.tenant_id = $1 and l.id = b.lot_id
     where b.tenant_id = $1 and b.store_id = $2 and b.item_id = any($3::uuid[]) and b.is_in_stock and not b.is_held and b.expires_on >= $4 order by b.expires_on, b.lot_id limit 500`,
    [tx.ctx.tenantId, storeId, itemIds, on],
  )
}
