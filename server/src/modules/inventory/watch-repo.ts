import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface AlertRow {
  id: string
  kind: string
  item_id: string
  item_name: string
  unit: string
  lot_id: string | null
  batch: string
  quantity: string
  expires_on: string | null
  created_at: Date
}

export interface Look {
  facilityId: string
  /** The day in the facility, and the last day that counts as near. */
  today: string
  until: string
}

// What a facility's stores hold or held: an item it never had is not low there. Transit is on its way to somebody.
const found = `own as (select s.id from stores s where s.tenant_id = $1 and s.facility_id = $2 and s.is_active and s.kind <> 'transit'),
  low as (select 'low' as kind, i.id as item_id, null::uuid as lot_id, sum(b.quantity) as quantity, null::date as expires_on from stock_balances b join items i on i.tenant_id = $1 and i.id = b.item_id
    where b.tenant_id = $1 and b.store_id in (select id from own) and i.is_active and i.reorder_level is not null group by i.id, i.reorder_level having sum(b.quantity) <= i.reorder_level),
  dated as (select case when b.expires_on < $3::date then 'expired' else 'expiring' end as kind, b.item_id, b.lot_id, sum(b.quantity) as quantity, b.expires_on from stock_balances b
    where b.tenant_id = $1 and b.is_in_stock and b.store_id in (select id from own) and b.expires_on <= $4::date group by b.item_id, b.lot_id, b.expires_on),
  found as (select * from low union all select * from dated)`

const isSame = 'a.kind = f.kind and a.item_id = f.item_id and a.lot_id is not distinct from f.lot_id'

/** Closes what is no longer so. */
export async function closeAlerts(tx: Tx, look: Look): Promise<void> {
  await rawInTenant(
    tx,
    `with ${found} update stock_alerts a set closed_at = $5 where a.tenant_id = $1 and a.facility_id = $2 and a.closed_at is null and not exists (select 1 from found f where ${isSame})`,
    [tx.ctx.tenantId, look.facilityId, look.today, look.until, tx.ctx.now],
  )
}

/** Opens what is so and was not yet said, once however many look at the same time; answers what is new. */
export function openAlerts(tx: Tx, look: Look): Promise<AlertRow[]> {
  return rawInTenant<AlertRow>(
    tx,
    `with ${found}, opened as (insert into stock_alerts (tenant_id, id, facility_id, kind, item_id, lot_id, quantity, expires_on, created_at)
       select $1, gen_random_uuid(), $2, f.kind, f.item_id, f.lot_id, f.quantity, f.expires_on, $5 from found f where not exists (select 1 from stock_alerts a where a.tenant_id = $1 and a.facility_id = $2 and a.closed_at is null and ${isSame})
       on conflict do nothing returning id, kind, item_id, lot_id, quantity, expires_on, created_at)
     select o.*, i.name as item_name, i.base_unit as unit, coalesce(l.batch, '') as batch from opened o join items i on i.tenant_id = $1 and i.id = o.item_id left join lots l on l.tenant_id = $1 and l.id = o.lot_id order by o.kind, i.name_folded, o.expires_on`,
    [tx.ctx.tenantId, look.facilityId, look.today, look.until, tx.ctx.now],
  )
}

const left = (what: string) => `(select sum(b.quantity) from stock_balances b join stores s on s.tenant_id = $1 and s.id = b.store_id where b.tenant_id = $1 and b.is_in_stock and ${what} and s.facility_id = a.facility_id and s.kind <> 'transit')`

/** What is open, newest first, with the quantity that is there now. */
export function listAlerts(tx: Tx, filter: { places: readonly string[]; kind?: string | undefined }, page: PageRequest): Promise<AlertRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1]
  const facility = `and a.facility_id = any($${values.push(filter.places)}::uuid[])`
  const kind = filter.kind === undefined ? '' : `and a.kind = $${values.push(filter.kind)}`
  const after = page.after === null ? '' : `and (a.created_at < $${values.push(new Date(page.after.at))}::timestamptz or (a.created_at = $${values.length}::timestamptz and a.id > $${values.push(page.after.id)}::uuid))`
  return rawInTenant<AlertRow>(
    tx,
    `select a.id, a.kind, a.item_id, a.lot_id, coalesce(case when a.lot_id is null then ${left('b.item_id = a.item_id')} else ${left('b.lot_id = a.lot_id')} end, 0) as quantity, a.expires_on, a.created_at, i.name as item_name, i.base_unit as unit, coalesce(l.batch, '') as batch
     from (select * from stock_alerts a where a.tenant_id = $1 and a.closed_at is null ${facility} ${kind} ${after} order by a.created_at desc, a.id limit $2) a
       join items i on i.tenant_id = $1 and i.id = a.item_id left join lots l on l.tenant_id = $1 and l.id = a.lot_id order by a.created_at desc, a.id`,
    values,
  )
}

export function facilitiesOf(tx: Tx): Promise<{ id: string; name: string; time_zone: string }[]> {
  return rawInTenant(tx, 'select id, name, time_zone from facilities where tenant_id = $1 order by id', [tx.ctx.tenantId])
}
