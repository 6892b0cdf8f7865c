import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

export interface ContentRow {
  item_id: string
  item_name: string
  unit: string
  quantity: string
  usable: string
  first_expires_on: string | null
}

/** What should be in a store and what may be used of it on a day; what lies there beside the list comes after it. */
export function contentsOf(tx: Tx, storeId: string, on: string): Promise<ContentRow[]> {
  return rawInTenant<ContentRow>(
    tx,
    `select i.id as item_id, i.name as item_name, i.base_unit as unit, coalesce(c.quantity, 0)::text as quantity, coalesce(h.usable, 0)::text as usable, h.first_expires_on::text as first_expires_on
     from (select item_id, quantity from store_contents where tenant_id = $1 and store_id = $2) c
       full join (select b.item_id, sum(b.quantity) filter (where not b.is_held and b.expires_on >= $3) as usable, min(b.expires_on) as first_expires_on from stock_balances b where b.tenant_id = $1 and b.store_id = $2 and b.is_in_stock group by b.item_id) h on h.item_id = c.item_id
       join items i on i.tenant_id = $1 and i.id = coalesce(c.item_id, h.item_id)
     order by c.item_id is null, i.name_folded, i.id limit 500`,
    [tx.ctx.tenantId, storeId, on],
  )
}

export async function replaceContents(tx: Tx, storeId: string, items: readonly { itemId: string; quantity: string }[]): Promise<void> {
  await tx.db.deleteFrom('store_contents').where('store_id', '=', storeId).execute()
  await insertMany(tx, 'store_contents', { id: 'uuid', store_id: 'uuid', item_id: 'uuid', quantity: 'numeric', created_at: 'timestamptz', created_by: 'uuid' }, items.map((one) => ({ id: newId(), store_id: storeId, item_id: one.itemId, quantity: one.quantity, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}
