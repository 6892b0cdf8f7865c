import type { RouteInput } from '#contract/define.ts'
import type { reportRoutes } from '#contract/inventory-reports.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { plain, money } from '#kernel/money.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { expiryOf } from './present.ts'
import * as repo from './reports-repo.ts'
import { daysOfMonths } from './rules.ts'
import { placeOf } from './stock.ts'

type Input<K extends keyof typeof reportRoutes> = RouteInput<(typeof reportRoutes)[K]>

const dayMs = 86_400_000

/** Items by how they move: at the pace of whole months, from the first of `from` to the end of `to`'s or today. */
export function movers(ctx: Ctx, { query }: Input<'movers'>) {
  if (query.to < query.from) throw invalidField('to', 'value.refused')
  return withContext(ctx, async (tx) => {
    const { ids, currency, timeZone } = await placeOf(tx, query.storeId)
    const days = daysOfMonths(query.from, query.to, localDate(ctx.now, timeZone))
    const rows = await repo.movers(tx, { storeIds: ids, from: `${query.from.slice(0, 7)}-01`, to: query.to, speed: query.speed, days, coverDays: query.coverDays })
    return {
      items: rows.map((row) => ({ itemId: row.item_id, sku: row.sku, name: row.name, unit: row.unit, used: plain(row.used), cost: money(row.cost, currency), onHand: plain(row.on_hand), value: money(row.value, currency), coverDays: Number(row.used) > 0 ? Math.floor((Number(row.on_hand) * days) / Number(row.used)) : null, lastUsedIn: row.last_month })),
      nextCursor: null,
    }
  })
}

// The ages a storekeeper asks about, in days.
const ends = [30, 90, 180, 365]

/** What has lain how long since it came to the hospital, and what it cost. */
export function ageing(ctx: Ctx, { query }: Input<'ageing'>) {
  return withContext(ctx, async (tx) => {
    const { ids, currency, timeZone } = await placeOf(tx, query.storeId)
    const sums = new Map((await repo.valueByAge(tx, ids, ends.map((days) => new Date(ctx.now.getTime() - days * dayMs)))).map((row) => [row.bucket, row]))
    const buckets = [...ends, null].map((toDays, index) => ({ fromDays: ends[index - 1] ?? 0, toDays, lots: sums.get(index)?.lots ?? 0, value: money(sums.get(index)?.value ?? '0', currency) }))
    const rows = await repo.oldestLots(tx, ids)
    return {
      buckets,
      items: rows.map((row) => ({
        lotId: row.lot_id, itemId: row.item_id, itemName: row.item_name, unit: row.unit, batch: row.batch, storeId: row.store_id, storeName: row.store_name, quantity: plain(row.quantity), value: money(row.value, currency), since: localDate(row.created_at, timeZone), days: Math.floor((ctx.now.getTime() - row.created_at.getTime()) / dayMs), expiresOn: expiryOf(row.expires_on),
      })),
      nextCursor: null,
    }
  })
}
