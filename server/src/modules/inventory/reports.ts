import type { RouteInput } from '#contract/define.ts'
import { importance, itemKind } from '#contract/inventory.ts'
import type { reportRoutes } from '#contract/inventory-reports.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { compare, money, plain, share, sum } from '#kernel/money.ts'
import { pageOf, type PageRequest, toPage, unknownCursor } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { expiryOf } from './present.ts'
import * as repo from './reports-repo.ts'
import { classOf, daysOfMonths } from './rules.ts'
import { dayIn, placeOf } from './stock.ts'
import { valuationOn } from './stock-repo.ts'

type Input<K extends keyof typeof reportRoutes> = RouteInput<(typeof reportRoutes)[K]>
type Asked<K extends keyof typeof reportRoutes> = Omit<Input<K>['query'], 'limit' | 'cursor'>

const dayMs = 86_400_000
const isNumber = /^-?\d{1,30}(\.\d{1,12})?$/
const isMoment = /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z [0-9a-f-]{36}$/

/** The page asked for; the place of a list by numbers is a number, of one by age a moment and a store. */
function placed(query: { limit: number; cursor?: string | undefined }, form: RegExp): PageRequest {
  const page = pageOf(query)
  if (page.after !== null && !form.test(page.after.at)) throw unknownCursor()
  return page
}

export async function valuationOf(tx: Tx, query: Asked<'valuation'>) {
  const { ids, currency, timeZone } = await placeOf(tx, query)
  const on = query.on ?? localDate(tx.ctx.now, timeZone)
  const rows = await valuationOn(tx, ids, dayIn(on, timeZone))
  return {
    on, items: rows.map((row) => ({ kind: itemKind.parse(row.kind), byLot: money(row.by_lot, currency), atAverage: money(row.at_average, currency) })),
    byLot: money(sum(rows.map((row) => row.by_lot)), currency), atAverage: money(sum(rows.map((row) => row.at_average)), currency),
  }
}

export const valuation = (ctx: Ctx, { query }: Input<'valuation'>) => withContext(ctx, (tx) => valuationOf(tx, query))

export async function consumptionOf(tx: Tx, query: Asked<'consumption'>, page: PageRequest) {
  const { ids, currency } = await placeOf(tx, query)
  const rows = await repo.consumption(tx, ids, { from: `${query.from.slice(0, 7)}-01`, to: query.to }, page)
  return toPage(rows, page.limit, (row) => ({ at: row.cost, id: row.item_id }), (row) => ({
    itemId: row.item_id, name: row.name, unit: row.unit, quantity: plain(row.quantity), cost: money(row.cost, currency), share: compare(row.whole, '0') === 0 ? '0.0' : share(row.cost, '100', row.whole, 1), class: classOf(row.before, row.whole), importance: importance.parse(row.importance),
  }))
}

/** What was used in the months asked about, the dearest first. */
export function consumption(ctx: Ctx, { query }: Input<'consumption'>) {
  const page = placed(query, isNumber)
  return withContext(ctx, (tx) => consumptionOf(tx, query, page))
}

export async function moversOf(tx: Tx, query: Asked<'movers'>, page: PageRequest) {
  if (query.to < query.from) throw invalidField('to', 'value.refused')
  const { ids, currency, timeZone } = await placeOf(tx, query)
  const days = daysOfMonths(query.from, query.to, localDate(tx.ctx.now, timeZone))
  const rows = await repo.movers(tx, { storeIds: ids, from: `${query.from.slice(0, 7)}-01`, to: query.to, speed: query.speed, days, coverDays: query.coverDays }, page)
  return toPage(rows, page.limit, (row) => ({ at: row.key, id: row.item_id }), (row) => ({
    itemId: row.item_id, sku: row.sku, name: row.name, unit: row.unit, used: plain(row.used), cost: money(row.cost, currency), onHand: plain(row.on_hand), value: money(row.value, currency), coverDays: Number(row.used) > 0 ? Math.floor((Number(row.on_hand) * days) / Number(row.used)) : null, lastUsedIn: row.last_month,
  }))
}

/** Items by how they move: at the pace of whole months, from the first of `from` to the end of `to`'s or today. */
export function movers(ctx: Ctx, { query }: Input<'movers'>) {
  const page = placed(query, isNumber)
  return withContext(ctx, (tx) => moversOf(tx, query, page))
}

// The ages a storekeeper asks about, in days.
const ends = [30, 90, 180, 365]

export async function ageingOf(tx: Tx, query: Asked<'ageing'>, page: PageRequest) {
  const { now } = tx.ctx
  const { ids, currency, timeZone } = await placeOf(tx, query)
  const sums = new Map((await repo.valueByAge(tx, ids, ends.map((days) => new Date(now.getTime() - days * dayMs)))).map((row) => [row.bucket, row]))
  const buckets = [...ends, null].map((toDays, index) => ({ fromDays: ends[index - 1] ?? 0, toDays, lots: sums.get(index)?.lots ?? 0, value: money(sums.get(index)?.value ?? '0', currency) }))
  const rows = await repo.oldestLots(tx, ids, page)
  return {
    buckets,
    ...toPage(rows, page.limit, (row) => ({ at: `${row.created_at.toISOString()} ${row.store_id}`, id: row.lot_id }), (row) => ({
      lotId: row.lot_id, itemId: row.item_id, itemName: row.item_name, unit: row.unit, batch: row.batch, storeId: row.store_id, storeName: row.store_name, quantity: plain(row.quantity), value: money(row.value, currency), since: localDate(row.created_at, timeZone), days: Math.floor((now.getTime() - row.created_at.getTime()) / dayMs), expiresOn: expiryOf(row.expires_on),
    })),
  }
}

/** What has lain how long since it came to the hospital, and what it cost. */
export function ageing(ctx: Ctx, { query }: Input<'ageing'>) {
  const page = placed(query, isMoment)
  return withContext(ctx, (tx) => ageingOf(tx, query, page))
}
