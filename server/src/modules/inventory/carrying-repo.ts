import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Up to which month a facility was carried over; undefined before the first time. Locked, so that two carry one after the other. */
export async function lockCarried(tx: Tx, facilityId: string): Promise<string | undefined> {
  await rawInTenant(tx, "insert into stock_carries (tenant_id, facility_id, month) values ($1, $2, '-infinity') on conflict (tenant_id, facility_id) do nothing", [tx.ctx.tenantId, facilityId])
  const [row] = await rawInTenant<{ month: string }>(tx, 'select month::text as month from stock_carries where tenant_id = $1 and facility_id = $2 for update', [tx.ctx.tenantId, facilityId])
  return row === undefined || row.month === '-infinity' ? undefined : row.month
}

/**
 * Says for every month after the last one carried, up to this one, which lots the stores of a facility had. What moves meanwhile says so itself:
 * in the order of store, lot and month, as this does.
 */
export async function carryOver(tx: Tx, place: { facilityId: string; timeZone: string; after: string | undefined; month: string }): Promise<void> {
  await rawInTenant(
    tx,
    `insert into stock_alive (tenant_id, store_id, lot_id, month, expires_on, here_from, here_to)
     select $1, b.store_id, b.lot_id, g::date, b.expires_on, b.first_moved_at, b.empty_since from stock_balances b join stores s on s.tenant_id = $1 and s.id = b.store_id and s.facility_id = $2
       cross join lateral generate_series(
         greatest(date_trunc('month', b.first_moved_at at time zone $3), coalesce($4::date + interval '1 month', '-infinity')),
         least(date_trunc('month', case when b.is_in_stock then $5::date else b.empty_since at time zone $3 end), $5::date), interval '1 month') g
     where b.tenant_id = $1 and b.first_moved_at < 'infinity' and ($4::date is null or b.empty_since >= $4::date) order by b.store_id, b.lot_id, g on conflict (tenant_id, store_id, lot_id, month) do nothing`,
    [tx.ctx.tenantId, place.facilityId, place.timeZone, place.after ?? null, place.month],
  )
  await rawInTenant(tx, 'update stock_carries set month = $3 where tenant_id = $1 and facility_id = $2', [tx.ctx.tenantId, place.facilityId, place.month])
}
