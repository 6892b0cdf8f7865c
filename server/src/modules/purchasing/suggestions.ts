import type { RouteInput } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { cost, plain } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { holdStores, itemsToWatch, onHandIn, onHandOf, stockItems, type StoreRow, storeForUse, storesOfFacilities, vendorsByIds } from '../inventory/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { cheapest, type Offer, unitsFor } from './offers.ts'
import type { OrderRow } from './orders-repo.ts'
import { currentPrices } from './prices-repo.ts'
import { lastBought, onOrder, usedByMonth } from './receipts-repo.ts'
import { forecast, suggested } from './rules.ts'
import { draftOrder, shownOrder } from './service.ts'

const monthsBack = 24

/** The first days of the whole months before a date, oldest first. */
export function monthsBefore(on: string, count: number): string[] {
  const [year = 0, month = 0] = on.split('-').map(Number)
  return Array.from({ length: count }, (_value, index) => new Date(Date.UTC(year, month - 1 - (count - index), 1)).toISOString().slice(0, 10))
}

/** Months before an item was first used are no history. */
const sinceFirstUse = (history: readonly number[]): number[] => history.slice(Math.max(0, history.findIndex((used) => used > 0)))

/** What to order: items at their level or that will not last, with the forecast, its way and its error. */
async function suggestionsFor(tx: Tx, facility: Facility) {
  const months = monthsBefore(localDate(tx.ctx.now, facility.timeZone), monthsBack)
  const items = await itemsToWatch(tx)
  const ids = items.map((item) => item.id)
  const stores = await storesOfFacilities(tx, [facility.id])
  const [here, anywhere, ordered, used, bought] = await Promise.all([onHandIn(tx, facility.id, ids), onHandOf(tx, ids), onOrder(tx, ids, facility.id), usedByMonth(tx, stores.map((store) => store.id), ids, months[0] ?? ''), lastBought(tx, ids)])
  const [heldBy, orderedBy, usedBy, boughtBy] = [new Map(here.map((row) => [row.item_id, row.on_hand])), new Map(ordered.map((row) => [row.item_id, row.quantity])), new Map(used.map((row) => [`${row.item_id} ${row.month}`, Number(row.quantity)])), new Map(bought.map((row) => [row.item_id, row]))]
  // What another facility keeps and this one never had is not lacking here.
  const isOthers = new Set(anywhere.map((row) => row.item_id).filter((itemId) => !heldBy.has(itemId)))
  return items.filter((item) => !isOthers.has(item.id)).map((item) => {
    const history = months.map((month) => Math.max(0, usedBy.get(`${item.id} ${month}`) ?? 0))
    const seen = sinceFirstUse(history)
    const next = forecast(seen)
    const [onHand, coming] = [heldBy.get(item.id) ?? '0', orderedBy.get(item.id) ?? '0']
    const { quantity, why } = suggested({ onHand: Number(onHand), onOrder: Number(coming), reorderLevel: item.reorder_level === null ? null : Number(item.reorder_level), maximumLevel: item.maximum_level === null ? null : Number(item.maximum_level), leadTimeDays: item.lead_time_days, monthly: next.monthly })
    const last = boughtBy.get(item.id)
    return {
      itemId: item.id, sku: item.sku, name: item.name, unit: item.base_unit, onHand: plain(onHand), onOrder: plain(coming), reorderLevel: item.reorder_level === null ? null : plain(item.reorder_level), maximumLevel: item.maximum_level === null ? null : plain(item.maximum_level), monthly: history.slice(-6).map((value) => String(Math.round(value * 1000) / 1000)), forecast: String(Math.round(next.monthly * 10) / 10), method: next.method, errorPercent: next.errorPercent === null ? null : next.errorPercent.toFixed(1),
      leadTimeDays: item.lead_time_days, suggested: String(quantity), why: message(tx.ctx.locale, `purchasing.why.${why}`), lastVendorId: last?.vendor_id ?? null, lastUnitCost: last === undefined ? null : cost(last.landed_unit_cost, last.currency),
    }
  })
}

/** What is lacking, or all that is watched, with the forecast, its way and its error. */
export function suggestOrders(ctx: Ctx, { query }: RouteInput<(typeof purchasing)['suggestOrders']>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, 'purchasing.read', query.facilityId)
    const all = await suggestionsFor(tx, await facilityOf(tx, query.facilityId))
    return { items: query.all === 'true' ? all : all.filter((one) => one.suggested !== '0'), nextCursor: null }
  })
}

const mostLines = 200

type Suggested = Awaited<ReturnType<typeof suggestionsFor>>[number]

/** What vendors ask for each item today, by item. */
async function offersOf(tx: Tx, lacking: readonly Suggested[], { currency, today }: { currency: string; today: string }): Promise<Map<string, Offer[]>> {
  const [rows, items] = await Promise.all([currentPrices(tx, lacking.map((one) => one.itemId), today), stockItems(tx, lacking.map((one) => ({ itemId: one.itemId, path: 'itemId' })))])
  const factorOf = (itemId: string, unit: string): string | undefined => {
    const item = items.get(itemId)
    return unit === item?.base_unit ? '1' : item?.packs.find((pack) => pack.unit === unit)?.factor
  }
  const known = rows.filter((row) => row.currency === currency).flatMap((row) => {
    const factor = factorOf(row.item_id, row.unit)
    return factor === undefined ? [] : [{ itemId: row.item_id, offer: { vendorId: row.vendor_id, unit: row.unit, factor, price: row.unit_price } }]
  })
  return new Map([...Map.groupBy(known, (one) => one.itemId)].map(([itemId, own]) => [itemId, own.map((one) => one.offer)]))
}

/** From whom and how: the vendor it was last bought from, else who asks least; in the unit the vendor's list names, whole ones. */
function lineOf(one: Suggested, offers: readonly Offer[], currency: string) {
  const { lastVendorId } = one
  const offer = cheapest(lastVendorId === null ? offers : offers.filter((other) => other.vendorId === lastVendorId))
  const vendorId = lastVendorId ?? offer?.vendorId
  if (vendorId === undefined) return []
  const line = offer === undefined ? { quantity: one.suggested, unitPrice: { amount: one.lastUnitCost?.amount ?? '0', currency } } : { quantity: unitsFor(one.suggested, offer), unit: offer.unit, unitPrice: { amount: offer.price, currency } }
  return [{ vendorId, line: { itemId: one.itemId, ...line } }]
}

/** Drafts what a facility lacks, an order for each vendor. Who comes second sees the first one's drafts as on order. */
export async function draftLacking(tx: Tx, { store, facility, today }: { store: StoreRow; facility: Facility; today: string }): Promise<OrderRow[]> {
  await holdStores(tx, facility.id)
  const lacking = (await suggestionsFor(tx, facility)).filter((one) => one.suggested !== '0')
  const offers = await offersOf(tx, lacking, { currency: facility.currency, today })
  const wanted = lacking.flatMap((one) => lineOf(one, offers.get(one.itemId) ?? [], facility.currency))
  const orders = []
  for (const [vendorId, own] of Map.groupBy(wanted, (one) => one.vendorId)) {
    const vendor = (await vendorsByIds(tx, [vendorId])).find((row) => row.is_active)
    if (vendor === undefined) continue
    orders.push(await draftOrder(tx, { storeId: store.id, facility, vendorId, requisitionId: null, expectedOn: null, lines: own.slice(0, mostLines).map((one) => one.line) }))
  }
  return orders
}

/** Drafts what is suggested, for a store of the caller's. */
export function draftSuggested(ctx: Ctx, { body }: RouteInput<(typeof purchasing)['draftSuggested']>) {
  return withContext(ctx, async (tx) => {
    const drafts = await draftLacking(tx, await storeForUse(tx, body.storeId, 'purchasing.order'))
    const items = []
    for (const draft of drafts) items.push(await shownOrder(tx, draft))
    return { items, nextCursor: null }
  })
}
