import type { RouteInput } from '#contract/define.ts'
import { type inventory, inventoryErrors, transferLifecycle, transferState } from '#contract/inventory.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare, plain, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { itemsByIds } from './items-repo.ts'
import { type Entry, post } from './ledger.ts'
import { inBase, pickLots, requireWitness, stockItems } from './picking.ts'
import { type Answer } from './present.ts'
import { storeForUse, stockNumber } from './service.ts'
import { lotsByIds, type StoreRow, storesByIds, transitStore } from './stores-repo.ts'
import { arrivalsOf, takeIn } from './transfers-arriving.ts'
import * as repo from './transfers-repo.ts'

mapConstraint('transfer_lines_whole', inventoryErrors.over_received)

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

/** Transfers with names and lines: the same number of statements for one as for many. */
async function shown(tx: Tx, rows: readonly repo.TransferRow[]): Promise<Answer<'readTransfer'>[]> {
  const lines = await repo.linesOf(tx, rows.map((row) => row.id))
  const [stores, items, lots] = await Promise.all([
    storesByIds(tx, [...new Set(rows.flatMap((row) => [row.from_store_id, row.to_store_id]))]), itemsByIds(tx, [...new Set(lines.map((line) => line.item_id))]), lotsByIds(tx, [...new Set(lines.flatMap((line) => line.lot_id ?? []))]),
  ])
  const storeName = (id: string) => stores.find((store) => store.id === id)?.name ?? ''
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const batchOf = new Map(lots.map((lot) => [lot.id, lot.batch]))
  const byTransfer = Map.groupBy(lines, (line) => line.transfer_id)
  return rows.map((row) => {
    const state = transferState.parse(row.state)
    return {
      id: row.id, version: row.version, number: row.number, state, facilityId: row.facility_id, fromStoreId: row.from_store_id, fromStoreName: storeName(row.from_store_id), toStoreId: row.to_store_id, toStoreName: storeName(row.to_store_id), reason: row.reason,
      createdAt: row.created_at.toISOString(), dispatchedAt: row.dispatched_at?.toISOString() ?? null, receivedAt: row.received_at?.toISOString() ?? null, backReason: row.back_reason, returnedAt: row.returned_at?.toISOString() ?? null, actions: allowedSteps(transferLifecycle, state),
      lines: (byTransfer.get(row.id) ?? []).map((line) => ({
        id: line.id, itemId: line.item_id, itemName: itemOf.get(line.item_id)?.name ?? '', unit: itemOf.get(line.item_id)?.base_unit ?? '', isControlled: itemOf.get(line.item_id)?.is_controlled ?? false, requested: plain(line.requested), lotId: line.lot_id, batch: batchOf.get(line.lot_id ?? '') ?? '', dispatched: plain(line.dispatched), received: plain(line.received), short: plain(line.short), sentBack: plain(line.sent_back), takenBack: plain(line.taken_back), reason: line.reason,
      })),
    }
  })
}

/** A transfer as its readers see it. */
export const shownTransfer = async (tx: Tx, row: repo.TransferRow) => found((await shown(tx, [row]))[0])

export function listTransfers(ctx: Ctx, { query }: Input<'listTransfers'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listTransfers(tx, { ...query, places: placesFor(ctx, 'inventory.read') }, page)
    const presented = new Map((await shown(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

/** A transfer for those of either side. */
export async function readableTransfer(tx: Tx, id: string): Promise<repo.TransferRow> {
  const row = found(await repo.readTransfer(tx, id))
  const [to] = await storesByIds(tx, [row.to_store_id])
  if (!tx.ctx.can('inventory.read', row.facility_id)) requirePermission(tx.ctx, 'inventory.read', to?.facility_id ?? row.facility_id)
  return row
}

export function readTransfer(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shownTransfer(tx, await readableTransfer(tx, id)))
}

/** The two stores of a transfer: asked for by who takes goods in at the one, or sent by who gives them out at the other. */
async function ends(tx: Tx, { fromStoreId, toStoreId }: { fromStoreId: string; toStoreId: string }): Promise<{ from: StoreRow; to: StoreRow }> {
  const stores = await storesByIds(tx, [fromStoreId, toStoreId])
  const storeAt = (id: string, path: string) => {
    const store = stores.find((one) => one.id === id)
    if (store === undefined || store.kind === 'transit' || !store.is_active) throw invalidField(path, 'reference.unknown')
    return store
  }
  const [to, from] = [storeAt(toStoreId, 'toStoreId'), storeAt(fromStoreId, 'fromStoreId')]
  if (from.id === to.id) throw invalidField('fromStoreId', 'reference.unknown')
  if (!tx.ctx.can('inventory.write', from.facility_id)) requirePermission(tx.ctx, 'inventory.issue', to.facility_id)
  return { from, to }
}

export function requestTransfer(ctx: Ctx, { body }: Input<'requestTransfer'>) {
  return withContext(ctx, async (tx) => {
    const { from, to } = await ends(tx, body)
    const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
    const lines = body.lines.map((line, index) => ({ item_id: line.itemId, requested: inBase(found(items.get(line.itemId)), line.quantity, line.unit, `lines.${index}`), lot_id: line.lotId ?? null, dispatched: '0' }))
    const facility = await facilityOf(tx, from.facility_id)
    const id = newId()
    const row = await repo.insertTransfer(tx, { id, facility_id: facility.id, from_store_id: from.id, to_store_id: to.id, transit_store_id: await transitStore(tx, facility.id), reason: body.reason ?? '', number: await stockNumber(tx, facility, 'transfer') })
    await repo.insertLines(tx, id, lines)
    return shownTransfer(tx, row)
  })
}

/** A transfer for a step of one of its sides: 403 for who may not take it there. */
export async function locked(tx: Tx, id: string, ifMatch: number | undefined, side: 'from_store_id' | 'to_store_id', permission: string): Promise<repo.TransferRow> {
  const row = found(await repo.lockTransfer(tx, id))
  const store = found((await storesByIds(tx, [row[side]]))[0])
  requirePermission(tx.ctx, permission, store.facility_id)
  checkVersion(row, ifMatch)
  return row
}

/** What its movements name. */
export const document = (row: repo.TransferRow) => ({ type: 'transfer', id: row.id })

/** Sends lots out of the store into transit: two entries a lot, so nothing is between the books. */
export function dispatchTransfer(ctx: Ctx, { params, body, ifMatch }: Input<'dispatchTransfer'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch, 'from_store_id', 'inventory.write')
    const state = takeStep(transferLifecycle, before.state, 'dispatch')
    const { store, today } = await storeForUse(tx, before.from_store_id, 'inventory.write')
    const asked = await repo.linesOf(tx, [before.id])
    const wants = (body?.lines ?? asked.map((line) => ({ transferLineId: line.id, quantity: line.requested, lotId: line.lot_id ?? undefined }))).map((line, index) => {
      const known = asked.find((one) => one.id === line.transferLineId)
      if (known === undefined) throw invalidField(`lines.${index}.transferLineId`, 'reference.unknown')
      return { itemId: known.item_id, quantity: line.quantity, lotId: line.lotId ?? known.lot_id ?? undefined, path: `lines.${index}`, requested: known.requested }
    })
    const items = await stockItems(tx, wants.map((want) => ({ itemId: want.itemId, path: want.path })))
    for (const want of wants) inBase(found(items.get(want.itemId)), want.quantity, undefined, want.path)
    await requireWitness(tx, items.values(), body?.witnessId, store.facility_id)
    const picked = await pickLots(tx, { storeId: store.id, on: today, wants })
    await post(tx, {
      document: document(before),
      entries: picked.flatMap(({ itemId, lot, quantity, path }): Entry[] => {
        const shared = { kind: 'transfer', lotId: lot.id, itemId, unitCost: lot.unit_cost, witnessId: body?.witnessId ?? null, path } as const
        return [{ ...shared, storeId: store.id, quantity: subtract('0', quantity) }, { ...shared, storeId: before.transit_store_id, quantity }]
      }),
    })
    const unsent = asked.filter((line) => !wants.some((want) => want.itemId === line.item_id))
    await repo.deleteLines(tx, before.id)
    await repo.insertLines(tx, before.id, [...picked.map((one, index) => ({ item_id: one.itemId, lot_id: one.lot.id, dispatched: one.quantity, requested: picked.findIndex((other) => other.path === one.path) === index ? (wants.find((want) => want.path === one.path)?.requested ?? '0') : '0' })), ...unsent.map((line) => ({ item_id: line.item_id, lot_id: null, dispatched: '0', requested: line.requested }))])
    return shownTransfer(tx, await repo.updateTransfer(tx, before.id, before.version, { state, dispatched_at: ctx.now }))
  })
}

/** What arrives goes from transit into the store; what is refused stays in transit until the sender has it; the rest is a shortage with a reason and leaves the books there. */
export function receiveTransfer(ctx: Ctx, { params, body, ifMatch }: Input<'receiveTransfer'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch, 'to_store_id', 'inventory.issue')
    takeStep(transferLifecycle, before.state, 'receive')
    const { store } = await storeForUse(tx, before.to_store_id, 'inventory.issue')
    const lines = (await repo.linesOf(tx, [before.id])).filter((line) => compare(line.dispatched, '0') > 0)
    const outcome = arrivalsOf(lines, body?.lines ?? [], (line) => line.dispatched)
    await takeIn(tx, before, { outcome, storeId: store.id, facilityId: store.facility_id, witnessId: body?.witnessId })
    await repo.receiveLines(tx, outcome.map(({ line, arrived, refused, short, reason }) => ({ id: line.id, received: arrived, short, sent_back: refused, taken_back: '0', reason })))
    const refusal = outcome.find((one) => compare(one.refused, '0') > 0)
    const change = refusal === undefined ? { state: 'received' } : { state: takeStep(transferLifecycle, before.state, 'refuse'), back_reason: refusal.reason }
    return shownTransfer(tx, await repo.updateTransfer(tx, before.id, before.version, { ...change, received_at: ctx.now }))
  })
}

export function cancelTransfer(ctx: Ctx, { params, body, ifMatch }: Input<'cancelTransfer'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockTransfer(tx, params.id))
    await ends(tx, { fromStoreId: before.from_store_id, toStoreId: before.to_store_id })
    checkVersion(before, ifMatch)
    const state = takeStep(transferLifecycle, before.state, 'cancel')
    return shownTransfer(tx, await repo.updateTransfer(tx, before.id, before.version, { state, reason: body.reason }))
  })
}

