import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

const used = "t.kind = any(array['issue', 'dispense', 'sale', 'return', 'wastage', 'preparation'])"
/** Rows by a number, the greatest first, from after the last one shown. */
const beyond = (key: string, id: string, [at, after]: readonly [string, string]): string => `(${at}::numeric is null or ${key} < ${at}::numeric or (${key} = ${at}::numeric and ${id} > ${after}::uuid))`

// Each lot by its key: of all lots there ever were few are in stock.
const lotOf = 'cross join lateral (select k.id, k.batch, k.created_at, k.unit_cost from lots k where k.tenant_id = $1 and k.id = b.lot_id offset 0) l'
const aged = `stock_balances b ${lotOf} where b.tenant_id = $1 and b.store_id = any($2::uuid[]) and b.is_in_stock`

export interface ConsumptionRow {
  item_id: string
  name: string
  unit: string
  importance: string
  quantity: string
  cost: string
  /** What the dearer ones cost, and all. */
  before: string
  whole: string
}

/** What was used up in whole months, dearest first, with its place in the whole. */
export function consumption(tx: Tx, storeIds: readonly string[], months: { from: string; to: string }, page: PageRequest): Promise<ConsumptionRow[]> {
  return rawInTenant<ConsumptionRow>(
    tx,
    `with u as (select t.item_id, -sum(t.quantity) as quantity, -sum(t.cost) as cost from stock_months t where t.tenant_id = $1 and t.store_id = any($2::uuid[]) and t.month >= $3::date and t.month <= $4::date and ${used} group by t.item_id having sum(t.quantity) < 0),
       r as (select u.*, sum(cost) over () as whole, coalesce(sum(cost) over (order by cost desc, item_id rows between unbounded preceding and 1 preceding), 0) as before from u),
       p as (select * from r where ${beyond('cost', 'item_id', ['$6', '$7'])} order by cost desc, item_id limit $5)
     select p.item_id, i.name, i.base_unit as unit, i.importance, p.quantity::text, p.cost::text, p.before::text, p.whole::text from p join items i on i.tenant_id = $1 and i.id = p.item_id order by p.cost desc, p.item_id`,
    [tx.ctx.tenantId, storeIds, months.from, months.to, page.limit + 1, page.after?.at ?? null, page.after?.id ?? null],
  )
}

export interface MoverRow {
  item_id: string
  sku: string
  name: string
  unit: string
  used: string
  cost: string
  on_hand: string
  value: string
  last_month: string | null
  /** By what it stands in its list. */
  key: string
}

const conditions = {
  fast: 'coalesce(u.quantity, 0) > 0 and coalesce(h.quantity, 0) * $6::numeric <= u.quantity * $7::numeric',
  slow: 'coalesce(u.quantity, 0) > 0 and coalesce(h.quantity, 0) * $6::numeric > u.quantity * $7::numeric',
  still: 'u.quantity is null and h.quantity > 0 and $6::numeric > 0 and $7::numeric > 0',
}
// What is dear of it: what was used of what moves, what lies of what does not.
const keys = { fast: 'coalesce(u.cost, 0)', slow: 'coalesce(h.value, 0)', still: 'coalesce(h.value, 0)' }

export interface MoversAsked {
  storeIds: readonly string[]
  from: string
  to: string
  speed: keyof typeof conditions
  /** Days of the time asked about, and how long what is there may last at most. */
  days: number
  coverDays: number
}

/** Items by how they moved in whole months, from the monthly sums. */
export function movers(tx: Tx, { storeIds, from, to, speed, days, coverDays }: MoversAsked, page: PageRequest): Promise<MoverRow[]> {
  return rawInTenant<MoverRow>(
    tx,
    `with u as (select t.item_id, -sum(t.quantity) as quantity, -sum(t.cost) as cost, max(t.month) as last_month from stock_months t
         where t.tenant_id = $1 and t.store_id = any($2::uuid[]) and t.month >= $3::date and t.month <= $4::date and ${used} group by t.item_id having sum(t.quantity) < 0),
       h as (select b.item_id, sum(b.quantity) as quantity, sum(b.quantity * l.unit_cost) as value from ${aged} group by b.item_id),
       ids as (select item_id from u union select item_id from h),
       p as (select ids.item_id, u.quantity as used, u.cost, h.quantity as on_hand, h.value, u.last_month, ${keys[speed]} as key from ids left join u on u.item_id = ids.item_id left join h on h.item_id = ids.item_id
         where ${conditions[speed]} and ${beyond(keys[speed], 'ids.item_id', ['$8', '$9'])} order by key desc, ids.item_id limit $5)
     select i.id as item_id, i.sku, i.name, i.base_unit as unit, coalesce(p.used, 0)::text as used, coalesce(p.cost, 0)::text as cost, coalesce(p.on_hand, 0)::text as on_hand, coalesce(p.value, 0)::text as value, p.last_month, p.key::text
     from p join items i on i.tenant_id = $1 and i.id = p.item_id order by p.key desc, p.item_id`,
    [tx.ctx.tenantId, storeIds, from, to, page.limit + 1, days, coverDays, page.after?.at ?? null, page.after?.id ?? null],
  )
}

export interface AgedRow {
  lot_id: string
  item_id: string
  item_name: string
  unit: string
  batch: string
  store_id: string
  store_name: string
  quantity: string
  value: string
  created_at: Date
  expires_on: string
}

/** Lots, what has lain longest first. */
export function oldestLots(tx: Tx, storeIds: readonly string[], page: PageRequest): Promise<AgedRow[]> {
  const [at = null, store = null] = page.after?.at.split(' ') ?? []
  return rawInTenant<AgedRow>(
    tx,
    `select a.lot_id, i.id as item_id, i.name as item_name, i.base_unit as unit, a.batch, a.store_id, s.name as store_name, a.quantity, a.value::text as value, a.created_at, a.expires_on
     from (select b.lot_id, b.store_id, b.item_id, b.quantity, b.quantity * l.unit_cost as value, l.batch, l.created_at, b.expires_on from ${aged} and ($4::timestamptz is null or (l.created_at, l.id, b.store_id) > ($4, $5::uuid, $6::uuid)) order by l.created_at, l.id, b.store_id limit $3) a
       join items i on i.tenant_id = $1 and i.id = a.item_id join stores s on s.tenant_id = $1 and s.id = a.store_id order by a.created_at, a.lot_id, a.store_id`,
    [tx.ctx.tenantId, storeIds, page.limit + 1, at, page.after?.id ?? null, store],
  )
}

/** Lots and value by age: bucket n ends before the n-th of the moments, newest first; the last has no end. */
export function valueByAge(tx: Tx, storeIds: readonly string[], moments: readonly Date[]): Promise<{ bucket: number; lots: number; value: string }[]> {
  return rawInTenant(
    tx,
    `select (select count(*) from unnest($3::timestamptz[]) as m(at) where l.created_at < m.at)::int as bucket, count(*)::int as lots, sum(b.quantity * l.unit_cost)::text as value from ${aged} group by 1 order by 1`,
    [tx.ctx.tenantId, storeIds, moments],
  )
}
