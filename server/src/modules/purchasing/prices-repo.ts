import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface PriceRow {
  id: string
  vendor_id: string
  vendor_name: string
  item_id: string
  item_name: string
  unit: string
  unit_price: string
  currency: string
  valid_from: string
  is_current: boolean
  created_at: Date
}

/** Prices of vendors, newest first; current is the latest of its unit whose first day has begun in a facility. */
export function listPrices(tx: Tx, filter: { vendorId?: string | undefined; itemId?: string | undefined }, page: PageRequest): Promise<PriceRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1, tx.ctx.now]
  const conditions: string[] = []
  if (filter.vendorId !== undefined) conditions.push(`and p.vendor_id = $${values.push(filter.vendorId)}`)
  if (filter.itemId !== undefined) conditions.push(`and p.item_id = $${values.push(filter.itemId)}`)
  if (page.after !== null) conditions.push(`and (p.created_at < $${values.push(new Date(page.after.at))}::timestamptz or (p.created_at = $${values.length}::timestamptz and p.id > $${values.push(page.after.id)}::uuid))`)
  return rawInTenant<PriceRow>(
    tx,
    `with day as (select max(($3::timestamptz at time zone f.time_zone)::date) as today from facilities f where f.tenant_id = $1)
     select p.id, p.vendor_id, v.name as vendor_name, p.item_id, i.name as item_name, p.unit, p.unit_price, p.currency, p.valid_from, p.created_at,
       p.valid_from <= day.today and not exists (select 1 from vendor_prices n where n.tenant_id = $1 and n.vendor_id = p.vendor_id and n.item_id = p.item_id and n.unit = p.unit and n.valid_from > p.valid_from and n.valid_from <= day.today) as is_current
     from (select * from vendor_prices p where p.tenant_id = $1 ${conditions.join(' ')} order by p.created_at desc, p.id limit $2) p cross join day
       join vendors v on v.tenant_id = $1 and v.id = p.vendor_id join items i on i.tenant_id = $1 and i.id = p.item_id order by p.created_at desc, p.id`,
    values,
  )
}

export interface NewPrice {
  item_id: string
  unit: string
  unit_price: string
  valid_from: string
}

/** Adds prices of a vendor; what is known by item, unit and day stays. Answers how many were new. */
export async function addPrices(tx: Tx, vendorId: string, currency: string, prices: readonly NewPrice[]): Promise<number> {
  const column = <K extends keyof NewPrice>(key: K): NewPrice[K][] => prices.map((one) => one[key])
  const rows = await rawInTenant<{ id: string }>(
    tx,
    `insert into vendor_prices (tenant_id, id, vendor_id, item_id, unit, unit_price, currency, valid_from, created_at, created_by)
     select $1, d.id, $2, d.item_id, d.unit, d.unit_price, $3, d.valid_from, $9, $10 from unnest($4::uuid[], $5::uuid[], $6::text[], $7::numeric[], $8::date[]) as d(id, item_id, unit, unit_price, valid_from) order by d.item_id, d.unit, d.valid_from
     on conflict (tenant_id, vendor_id, item_id, unit, valid_from) do nothing returning id`,
    [tx.ctx.tenantId, vendorId, currency, prices.map(() => newId()), column('item_id'), column('unit'), column('unit_price'), column('valid_from'), tx.ctx.now, tx.ctx.userId],
  )
  return rows.length
}

/** Prices that stand already for the same items, units and days. */
export function knownPrices(tx: Tx, vendorId: string, prices: readonly NewPrice[]): Promise<NewPrice[]> {
  return rawInTenant<NewPrice>(
    tx,
    `select p.item_id, p.unit, p.unit_price, p.valid_from from unnest($3::uuid[], $4::text[], $5::date[]) as d(item_id, unit, valid_from)
       join vendor_prices p on p.tenant_id = $1 and p.vendor_id = $2 and p.item_id = d.item_id and p.unit = d.unit and p.valid_from = d.valid_from`,
    [tx.ctx.tenantId, vendorId, prices.map((one) => one.item_id), prices.map((one) => one.unit), prices.map((one) => one.valid_from)],
  )
}

/** What vendors ask on a day for items by their base unit. */
export function currentPrices(tx: Tx, itemIds: readonly string[], today: string): Promise<{ vendor_id: string; item_id: string; unit: string; unit_price: string; currency: string }[]> {
  return rawInTenant(
    tx,
    'select distinct on (vendor_id, item_id, unit) vendor_id, item_id, unit, unit_price, currency from vendor_prices where tenant_id = $1 and item_id = any($2::uuid[]) and valid_from <= $3::date order by vendor_id, item_id, unit, valid_from desc',
    [tx.ctx.tenantId, itemIds, today],
  )
}
