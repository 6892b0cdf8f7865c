import type { RouteInput } from '#contract/define.ts'
import type { orders } from '#contract/orders.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { userNames } from '../people/index.ts'
import { presentOrder } from './present.ts'
import { around } from './service.ts'
import { settingsOf } from './settings.ts'
import * as repo from './signatures-repo.ts'

type Input<K extends keyof typeof orders> = RouteInput<(typeof orders)[K]>

const hourMs = 3_600_000

/** Orders placed before this have waited longer for their signature than the hospital allows. */
const overdueBefore = async (tx: Tx): Promise<Date> => new Date(tx.ctx.now.getTime() - (await settingsOf(tx)).signature_hours * hourMs)

export function listSignatures(ctx: Ctx, { query }: Input<'listSignatures'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'orders.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.waiting(tx, { facilityId: query.facilityId, ordererId: query.ordererId, before: query.isOverdue === 'true' ? await overdueBefore(tx) : undefined }, page)
    const beside = await around(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.placed_at.toISOString(), id: row.id }), (row) => presentOrder(row, beside))
  })
}

export function countSignatures(ctx: Ctx, { query }: Input<'countSignatures'>) {
  requirePermission(ctx, 'orders.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const rows = await repo.countsOf(tx, { facilityId: query.facilityId, before: await overdueBefore(tx) })
    const names = await userNames(tx, rows.map((row) => row.orderer_id))
    return { items: rows.map((row) => ({ ordererId: row.orderer_id, ordererName: names.get(row.orderer_id) ?? '', due: row.due, overdue: row.overdue, oldestAt: row.oldest_at.toISOString() })), nextCursor: null }
  })
}

/** How many orders wait for this user's signature, and of how many the time has passed. */
export const signaturesOf = async (tx: Tx, userId: string): Promise<{ due: number; overdue: number }> => repo.countOf(tx, { userId, before: await overdueBefore(tx) })
