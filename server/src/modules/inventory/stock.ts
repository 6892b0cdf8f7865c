import type { RouteInput } from '#contract/define.ts'
import { type inventory, itemKind, lotState, type StockLine } from '#contract/inventory.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { compare, cost, money, plain } from '#kernel/money.ts'
import { pageOf, type PageRequest, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { listItems, onHandIn, onHandOf } from './items-repo.ts'
import { expiryOf } from './present.ts'
import * as repo from './stock-repo.ts'
import { storesByIds } from './stores-repo.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

const present = (row: repo.StockRow): StockLine => ({
  storeId: row.store_id, storeName: row.store_name, itemId: row.item_id, itemName: row.item_name, sku: row.sku, unit: row.unit, lotId: row.lot_id, batch: row.batch, expiresOn: expiryOf(row.expires_on), quantity: plain(row.quantity), mrp: row.mrp === null ? null : money(row.mrp, row.currency), mrpQuantity: plain(row.mrp_quantity), unitCost: cost(row.unit_cost, row.currency), state: lotState.parse(row.state), bin: row.bin,
})

interface Place {
  ids: string[]
  currency: string
  timeZone: string
  /** Up to which month all of them are carried over; empty when one never was. */
  carried: string
}

/** The stores one asks about: one, those of a facility, or all of the caller's facilities. */
export async function placeOf(tx: Tx, { storeId, facilityId }: { storeId?: string | undefined; facilityId?: string | undefined }): Promise<Place> {
  const all = await repo.storesOf(tx, placesFor(tx.ctx, 'inventory.read', facilityId) ?? [])
  const own = storeId === undefined ? all : all.filter((store) => store.id === storeId)
  if (storeId !== undefined && own.length === 0) throw invalidField('storeId', 'reference.unknown')
  return { ids: own.map((store) => store.id), currency: own[0]?.currency ?? 'INR', timeZone: own[0]?.time_zone ?? 'UTC', carried: own.map((store) => (store.carried === '-infinity' ? '' : store.carried)).toSorted()[0] ?? '' }
}

export const dayIn = (on: string, timeZone: string) => ({ month: `${on.slice(0, 7)}-01`, from: zonedToInstant(`${on.slice(0, 7)}-01`, '00:00', timeZone), to: zonedToInstant(addDays(on, 1), '00:00', timeZone) })

/** Of an item or a lot there is little to look at; of a month that is carried over its own index says what was there. */
async function stockOn(tx: Tx, query: repo.StockFilter & { on: string }, page: PageRequest): Promise<repo.StockRow[]> {
  const { timeZone, carried } = await placeOf(tx, { storeId: query.storeId })
  const day = dayIn(query.on, timeZone)
  const isOfMonth = query.itemId === undefined && query.lotId === undefined && day.month <= carried
  return isOfMonth ? repo.listStockOfMonth(tx, query, day, page) : repo.listStockOn(tx, query, day, page)
}

export function listStock(ctx: Ctx, { query }: Input<'listStock'>) {
  const page = pageOf(query)
  if (page.after !== null && !/^\d{4}-\d\d-\d\d [0-9a-f-]{36}$/.test(page.after.at)) throw invalidField('cursor', 'cursor.unknown')
  return withContext(ctx, async (tx) => {
    const filter = { ...query, places: placesFor(ctx, 'inventory.read', query.facilityId) }
    const rows = query.on === undefined ? await repo.listStock(tx, filter, page) : await stockOn(tx, { ...filter, on: query.on }, page)
    return toPage(rows, page.limit, (row) => ({ at: `${row.expires_on} ${row.store_id}`, id: row.lot_id }), present)
  })
}

export function stockOverview(ctx: Ctx, { query }: Input<'stockOverview'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const search = (query.search ?? '').trim()
    const places = placesFor(ctx, 'inventory.read', query.facilityId)
    const rows = await listItems(tx, { prefix: search === '' ? null : foldText(search), kind: query.kind, manufacturer: query.manufacturer === undefined ? undefined : foldText(query.manufacturer), isActive: true }, page)
    const ids = rows.map((row) => row.id)
    const held = await (query.facilityId === undefined ? onHandOf(tx, ids, places) : onHandIn(tx, query.facilityId, ids))
    const onHand = new Map(held.map((row) => [row.item_id, row]))
    const { currency } = await placeOf(tx, { facilityId: query.facilityId })
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), (row) => {
      const held = onHand.get(row.id)
      const quantity = plain(held?.on_hand ?? '0')
      return {
        itemId: row.id, sku: row.sku, name: row.name, manufacturer: row.manufacturer, kind: itemKind.parse(row.kind), unit: row.base_unit, onHand: quantity, reorderLevel: row.reorder_level === null ? null : plain(row.reorder_level), maximumLevel: row.maximum_level === null ? null : plain(row.maximum_level),
        isLow: row.reorder_level !== null && compare(quantity, row.reorder_level) <= 0, firstExpiresOn: held?.first_expires_on === null || held === undefined ? null : expiryOf(held.first_expires_on), value: money(held?.cost ?? '0', currency),
      }
    })
  })
}

export function setBin(ctx: Ctx, { body }: Input<'setBin'>) {
  return withContext(ctx, async (tx) => {
    const store = found((await storesByIds(tx, [body.storeId]))[0])
    requirePermission(ctx, 'inventory.issue', store.facility_id)
    found((await repo.setBin(tx, body)) ? true : undefined)
    return body
  })
}
