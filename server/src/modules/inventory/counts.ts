import type { RouteInput } from '#contract/define.ts'
import { countLifecycle, countState, type inventory, inventoryErrors } from '#contract/inventory.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { plain, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import * as repo from './counts-repo.ts'
import { itemsByIds, lockItems } from './items-repo.ts'
import { post } from './ledger.ts'
import { inBase, stockItems } from './picking.ts'
import { type Answer, expiryOf } from './present.ts'
import { lotOf } from './receiving.ts'
import { storeForUse, stockNumber } from './service.ts'
import { ensureLots, lockStore, type LotRow, lotsByIds, updateStore } from './stores-repo.ts'

mapConstraint('stock_counts_open', inventoryErrors.count_open)

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

const head = (row: repo.CountRow, storeName: string): Answer<'listCounts'>['items'][number] => {
  const state = countState.parse(row.state)
  return { id: row.id, version: row.version, number: row.number, state, storeId: row.store_id, storeName, isBlind: row.is_blind, reason: row.reason, createdAt: row.created_at.toISOString(), actions: allowedSteps(countLifecycle, state) }
}

export async function shownCount(tx: Tx, row: repo.CountRow): Promise<Answer<'readCount'>> {
  const lines = await repo.linesOf(tx, row.id)
  const [stores, items, lots] = await Promise.all([repo.countNames(tx, [row.store_id]), itemsByIds(tx, [...new Set(lines.map((line) => line.item_id))]), lotsByIds(tx, lines.map((line) => line.lot_id))])
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const lotOf = new Map(lots.map((lot) => [lot.id, lot]))
  // Who counts blind must not see what is expected.
  const isHidden = row.is_blind && row.state === 'counting'
  return {
    ...head(row, stores[0]?.name ?? ''),
    lines: lines.map((line) => ({
      id: line.id, itemId: line.item_id, itemName: itemOf.get(line.item_id)?.name ?? '', unit: itemOf.get(line.item_id)?.base_unit ?? '', lotId: line.lot_id, batch: lotOf.get(line.lot_id)?.batch ?? '', expiresOn: expiryOf(lotOf.get(line.lot_id)?.expires_on ?? ''), reason: line.reason,
      expected: isHidden ? null : plain(line.expected), counted: line.counted === null ? null : plain(line.counted), variance: isHidden || line.counted === null ? null : plain(subtract(line.counted, line.expected)),
    })),
  }
}

export function listCounts(ctx: Ctx, { query }: Input<'listCounts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listCounts(tx, { ...query, places: placesFor(ctx, 'inventory.read') }, page)
    const names = new Map((await repo.countNames(tx, [...new Set(rows.map((row) => row.store_id))])).map((store) => [store.id, store.name]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => head(row, names.get(row.store_id) ?? ''))
  })
}

export function readCount(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readCount(tx, id))
    requirePermission(ctx, 'inventory.read', row.facility_id)
    return shownCount(tx, row)
  })
}

/** Freezes the store, then reads what it has: nothing moves until the count is approved or given up. */
export function startCount(ctx: Ctx, { body }: Input<'startCount'>) {
  return withContext(ctx, async (tx) => {
    const { facility } = await storeForUse(tx, body.storeId, 'inventory.write')
    const store = found(await lockStore(tx, body.storeId))
    if (store.is_frozen) throw new AppError(inventoryErrors.count_open)
    await updateStore(tx, store.id, store.version, { is_frozen: true })
    const id = newId()
    const row = await repo.insertCount(tx, { id, facility_id: facility.id, store_id: store.id, is_blind: body.isBlind, reason: body.reason ?? '', number: await stockNumber(tx, facility, 'count') })
    await repo.freezeLines(tx, id, store.id, body.itemIds)
    return shownCount(tx, row)
  })
}

async function locked(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.CountRow> {
  const row = found(await repo.lockCount(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

async function thaw(tx: Tx, storeId: string): Promise<void> {
  const store = found(await lockStore(tx, storeId))
  await updateStore(tx, store.id, store.version, { is_frozen: false })
}

type EnteredLine = Input<'enterCount'>['body']['lines'][number]

/** Lots of batches that lay on the shelf and in no book, by the place of their line; they are worth what the item costs on average. */
async function foundLots(tx: Tx, lines: readonly EnteredLine[], facilityId: string): Promise<Map<number, LotRow>> {
  const described = lines.flatMap((line, index) => (line.lotId === undefined ? [{ line, index, path: `lines.${index}` }] : []))
  if (described.length === 0) return new Map()
  const wanted = described.map(({ line, path, index }) => {
    if (line.itemId === undefined || line.lot === undefined) throw invalidField(`${path}.lotId`, 'inventory.lot_required', inventoryErrors.lot_required)
    return { itemId: line.itemId, lot: line.lot, path, index }
  })
  const items = await stockItems(tx, wanted.map((one) => ({ itemId: one.itemId, path: `${one.path}.itemId` })))
  const { currency } = await facilityOf(tx, facilityId)
  // As for goods that come in: a recall of the batch has ended or waits.
  await lockItems(tx, [...items.keys()].toSorted())
  const lots = await ensureLots(tx, wanted.map(({ itemId, lot, path }) => {
    const item = found(items.get(itemId))
    return lotOf({ item, lot, quantity: '0', unitCost: lot.unitCost?.amount ?? item.average_cost, path }, currency)
  }))
  return new Map(wanted.flatMap(({ index }, place) => { const lot = lots[place]; return lot === undefined ? [] : [[index, lot] as const] }))
}

export function enterCount(ctx: Ctx, { params, body, ifMatch }: Input<'enterCount'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'inventory.write', ifMatch)
    const state = takeStep(countLifecycle, before.state, 'enter')
    const added = await foundLots(tx, body.lines, before.facility_id)
    const lots = new Map((await lotsByIds(tx, body.lines.flatMap((line) => line.lotId ?? []))).map((lot) => [lot.id, lot]))
    const items = new Map((await itemsByIds(tx, [...new Set([...lots.values(), ...added.values()].map((lot) => lot.item_id))])).map((item) => [item.id, item]))
    const lines = body.lines.map((line, index) => {
      const lot = added.get(index) ?? lots.get(line.lotId ?? '')
      const item = items.get(lot?.item_id ?? '')
      if (lot === undefined || item === undefined) throw invalidField(`lines.${index}.lotId`, 'reference.unknown')
      return { lotId: lot.id, itemId: item.id, counted: inBase({ ...item, packs: [] }, line.counted, undefined, `lines.${index}`), reason: line.reason ?? '' }
    })
    await repo.enterLines(tx, before.id, lines)
    return shownCount(tx, await repo.updateCount(tx, before.id, before.version, { state, counted_by: ctx.userId }))
  })
}

export function finishCount(ctx: Ctx, { params, ifMatch }: Input<'finishCount'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'inventory.write', ifMatch)
    const state = takeStep(countLifecycle, before.state, 'finish')
    if ((await repo.linesOf(tx, before.id)).some((line) => line.counted === null)) throw new AppError(inventoryErrors.not_counted)
    return shownCount(tx, await repo.updateCount(tx, before.id, before.version, { state }))
  })
}

/** Books the differences and frees the store; who entered any line of the count does not approve it. */
export function approveCount(ctx: Ctx, { params, body, ifMatch }: Input<'approveCount'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'inventory.approve', ifMatch)
    const state = takeStep(countLifecycle, before.state, 'approve')
    const lines = await repo.linesOf(tx, before.id)
    if (before.counted_by === ctx.userId || lines.some((line) => line.counters.includes(ctx.userId))) throw new AppError(inventoryErrors.own_count)
    const lots = new Map((await lotsByIds(tx, lines.map((line) => line.lot_id))).map((lot) => [lot.id, lot]))
    await post(tx, {
      document: { type: 'stock-count', id: before.id },
      isOfCount: true,
      entries: lines.map((line) => ({ kind: 'count', storeId: before.store_id, lotId: line.lot_id, itemId: line.item_id, quantity: subtract(line.counted ?? line.expected, line.expected), unitCost: lots.get(line.lot_id)?.unit_cost ?? '0', reason: line.reason === '' ? (body?.reason ?? '') : line.reason })),
    })
    await thaw(tx, before.store_id)
    return shownCount(tx, await repo.updateCount(tx, before.id, before.version, { state, approved_by: ctx.userId }))
  })
}

export function cancelCount(ctx: Ctx, { params, body, ifMatch }: Input<'cancelCount'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'inventory.write', ifMatch)
    const state = takeStep(countLifecycle, before.state, 'cancel')
    await thaw(tx, before.store_id)
    return shownCount(tx, await repo.updateCount(tx, before.id, before.version, { state, reason: body.reason }))
  })
}
