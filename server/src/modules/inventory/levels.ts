import type { RouteInput } from '#contract/define.ts'
import { type inventory, inventoryErrors } from '#contract/inventory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { add, compare, plain, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { knownFacility } from '../organizations/index.ts'
import * as repo from './levels-repo.ts'
import { inBase, type StockItem, stockItems } from './picking.ts'
import type { Answer } from './present.ts'
import { shortOf } from './receiving.ts'
import { lockStore, type StoreRow, storesByIds } from './stores-repo.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>
type Level = Answer<'listLevels'>['items'][number]

const orNull = (value: string | null): string | null => (value === null ? null : plain(value))

function present(row: repo.LevelRow): Level {
  const isLow = row.reorder_level === null ? row.par_level !== null && compare(row.usable, row.par_level) < 0 : compare(row.usable, row.reorder_level) <= 0
  return {
    itemId: row.item_id, sku: row.sku, itemName: row.item_name, unit: row.unit, reorderLevel: orNull(row.reorder_level), parLevel: orNull(row.par_level), maximumLevel: orNull(row.maximum_level), usable: plain(row.usable), coming: plain(row.coming), isLow,
    missing: row.par_level === null ? '0' : plain(shortOf(row.par_level, add(row.usable, row.coming))),
  }
}

/** A store with its day, for who may read there. */
async function placeOf(tx: Tx, store: StoreRow | undefined): Promise<{ storeId: string; on: string }> {
  const own = found(store)
  requirePermission(tx.ctx, 'inventory.read', own.facility_id)
  return { storeId: own.id, on: localDate(tx.ctx.now, (await knownFacility(tx, own.facility_id)).timeZone) }
}

export function listLevels(ctx: Ctx, { params, query }: Input<'listLevels'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const place = await placeOf(tx, (await storesByIds(tx, [params.id]))[0])
    const rows = await repo.listLevels(tx, place, { isLow: query.low === undefined ? undefined : query.low === 'true' }, page)
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.item_id }), present)
  })
}

type LevelIn = Input<'writeLevels'>['body']['items'][number]

const names = { reorderLevel: 'reorder_level', parLevel: 'par_level', maximumLevel: 'maximum_level' } as const

/** What is said of an item beside what stood, in base units; a level above the next one is refused by its field. */
function changed(item: StockItem, said: LevelIn, { before, path }: { before: repo.Levels | undefined; path: string }): repo.Levels {
  const valueOf = (field: keyof typeof names): string | null => {
    const value = said[field]
    if (value === undefined) return before?.[names[field]] ?? null
    return value === null || compare(value, '0') === 0 ? value : inBase(item, value, undefined, `${path}.${field}`)
  }
  const levels = { item_id: item.id, reorder_level: valueOf('reorderLevel'), par_level: valueOf('parLevel'), maximum_level: valueOf('maximumLevel') }
  const rising = [['reorderLevel', levels.reorder_level], ['parLevel', levels.par_level], ['maximumLevel', levels.maximum_level]].flatMap(([field, value]) => (value === null || value === undefined ? [] : [{ field, value }]))
  for (const [index, { field, value }] of rising.entries()) {
    const lower = rising[index - 1]
    if (lower !== undefined && compare(lower.value, value) > 0) throw invalidField(`${path}.${field ?? ''}`, 'inventory.levels_order', inventoryErrors.levels_order)
  }
  return levels
}

/** Says what a store should have of items; the others stay as they are. */
export function writeLevels(ctx: Ctx, { params, body }: Input<'writeLevels'>) {
  return withContext(ctx, async (tx) => {
    const store = found(await lockStore(tx, params.id))
    requirePermission(ctx, 'inventory.master', store.facility_id)
    const twice = body.items.findIndex((one, index) => body.items.findIndex((other) => other.itemId === one.itemId) !== index)
    if (twice !== -1) throw invalidField(`items.${twice}.itemId`, 'value.refused')
    const ids = body.items.map((one) => one.itemId)
    const items = await stockItems(tx, ids.map((itemId, index) => ({ itemId, path: `items.${index}.itemId` })))
    const before = new Map((await repo.readLevels(tx, store.id, ids)).map((row) => [row.item_id, row]))
    await repo.replaceLevels(tx, store.id, body.items.map((one, index) => changed(found(items.get(one.itemId)), one, { before: before.get(one.itemId), path: `items.${index}` })))
    const place = await placeOf(tx, store)
    return { items: (await repo.levelsOfItems(tx, place, ids)).map(present), nextCursor: null }
  })
}

// As many lines as a transfer takes.
const mostLines = 200

/** What to ask a store for, so that another has its par level of everything again: whole pieces of what is not divided. */
export function proposeTopUp(ctx: Ctx, { params, query }: Input<'proposeTopUp'>) {
  return withContext(ctx, async (tx) => {
    const stores = await storesByIds(tx, [params.id, query.fromStoreId])
    const place = await placeOf(tx, stores.find((store) => store.id === params.id))
    const from = stores.find((store) => store.id === query.fromStoreId)
    if (from === undefined || from.kind === 'transit' || from.id === place.storeId) throw invalidField('fromStoreId', 'reference.unknown')
    requirePermission(ctx, 'inventory.read', from.facility_id)
    const rows = await repo.belowPar(tx, place, from.id, mostLines)
    return {
      items: rows.map((row) => {
        const lacking = subtract(row.par_level ?? '0', add(row.usable, row.coming))
        return { itemId: row.item_id, itemName: row.item_name, unit: row.unit, parLevel: plain(row.par_level ?? '0'), usable: plain(row.usable), coming: plain(row.coming), quantity: row.is_divisible ? plain(lacking) : String(Math.ceil(Number(lacking))), available: plain(row.available) }
      }),
      nextCursor: null,
    }
  })
}
