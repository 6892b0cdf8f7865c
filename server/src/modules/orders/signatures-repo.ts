import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { type OrderRow, orders } from './repo.ts'

interface Waiting {
  facilityId: string | undefined
  ordererId: string | undefined
  /** Only what was placed before. */
  before: Date | undefined
}

/** Orders that wait for a signature, the earliest deadline first. */
export function waiting(tx: Tx, { facilityId, ordererId, before }: Waiting, page: PageRequest): Promise<OrderRow[]> {
  let query = orders(tx).where('channel', '<>', 'written').where('signed_at', 'is', null).where('state', '<>', 'entered-in-error').orderBy('placed_at').orderBy('id').limit(page.limit + 1)
  if (facilityId !== undefined) query = query.where('facility_id', '=', facilityId)
  if (ordererId !== undefined) query = query.where('orderer_id', '=', ordererId)
  if (before !== undefined) query = query.where('placed_at', '<', before)
  return afterCursor(query, page.after, 'placed_at').execute()
}

const isWaiting = "channel <> 'written' and signed_at is null and state <> 'entered-in-error'"

/** What waits by who is to sign it, who lets wait longest first. */
export function countsOf(tx: Tx, { facilityId, before }: { facilityId: string; before: Date }): Promise<{ orderer_id: string; due: number; overdue: number; oldest_at: Date }[]> {
  return rawInTenant(
    tx,
    `select orderer_id, count(*)::int as due, (count(*) filter (where placed_at < $3))::int as overdue, min(placed_at) as oldest_at from orders
     where tenant_id = $1 and facility_id = $2 and ${isWaiting} group by orderer_id order by min(placed_at), orderer_id limit 500`,
    [tx.ctx.tenantId, facilityId, before],
  )
}

export async function countOf(tx: Tx, { userId, before }: { userId: string; before: Date }): Promise<{ due: number; overdue: number }> {
  const [row] = await rawInTenant<{ due: number; overdue: number }>(tx, `select count(*)::int as due, (count(*) filter (where placed_at < $3))::int as overdue from orders where tenant_id = $1 and orderer_id = $2 and ${isWaiting}`, [tx.ctx.tenantId, userId, before])
  return row ?? { due: 0, overdue: 0 }
}
