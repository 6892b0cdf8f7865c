import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import { type inventory, inventoryErrors, shortageLifecycle, shortageState } from '#contract/inventory.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { minorUnits, money, multiply, plain, share } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { userNames } from '../people/index.ts'
import { itemsByIds } from './items-repo.ts'
import { post } from './ledger.ts'
import { requireWitness } from './picking.ts'
import type { Answer } from './present.ts'
import { storeForUse } from './service.ts'
import { readTransfer } from './transfers-repo.ts'
import * as repo from './transfers-shortages-repo.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>
type Shortage = Answer<'listShortages'>['items'][number]

function present(row: repo.NamedShortage, names: ReadonlyMap<string, string>): Shortage {
  const state = shortageState.parse(row.state)
  return {
    id: row.id, version: row.version, state, transferId: row.transfer_id, transferNumber: row.number, fromStoreId: row.from_store_id, fromStoreName: row.from_store_name, toStoreId: row.to_store_id, toStoreName: row.to_store_name, itemId: row.item_id, itemName: row.item_name, unit: row.unit, isControlled: row.is_controlled, lotId: row.lot_id, batch: row.batch,
    quantity: plain(row.quantity), value: money(share(multiply(row.quantity, row.unit_cost), '1', '1', minorUnits(row.currency)), row.currency), isOnWayBack: row.is_on_way_back, reason: row.reason, explanation: row.explanation, foundStoreId: row.found_store_id,
    recordedAt: row.created_at.toISOString(), recordedBy: names.get(row.created_by ?? '') ?? '', settledAt: row.settled_at?.toISOString() ?? null, settledBy: names.get(row.settled_by ?? '') ?? '', actions: allowedSteps(shortageLifecycle, state),
  }
}

const namesOf = (tx: Tx, rows: readonly repo.NamedShortage[]) => userNames(tx, [...new Set(rows.flatMap((row) => [row.created_by ?? [], row.settled_by ?? []].flat()))])

export function listShortages(ctx: Ctx, { query }: Input<'listShortages'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listShortages(tx, { state: query.state, transferId: query.transferId, facilityIds: placesFor(ctx, 'inventory.read', query.facilityId) ?? [] }, page)
    const names = await namesOf(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => present(row, names))
  })
}

/** A shortage to be settled: by who may approve on either side, and not by who noticed it. */
async function toSettle(tx: Tx, id: string, ifMatch: number | undefined): Promise<repo.ShortageRow> {
  const row = found(await repo.lockShortage(tx, id))
  if (!tx.ctx.can('inventory.approve', row.from_facility_id)) requirePermission(tx.ctx, 'inventory.approve', row.to_facility_id)
  checkVersion(row, ifMatch)
  if (row.created_by === tx.ctx.userId) throw new AppError(inventoryErrors.own_shortage)
  return row
}

async function settled(tx: Tx, id: string): Promise<Shortage> {
  const row = found(await repo.readShortage(tx, id))
  return present(row, await namesOf(tx, [row]))
}

/** It is explained. What was found goes onto the shelf of one of the two stores: the wastage that was booked is taken back there. */
export function explainShortage(ctx: Ctx, { params, body, ifMatch }: Input<'explainShortage'>) {
  return withContext(ctx, async (tx) => {
    const row = await toSettle(tx, params.id, ifMatch)
    const state = takeStep(shortageLifecycle, row.state, 'explain')
    if (body.foundStoreId !== undefined) {
      const transfer = found(await readTransfer(tx, row.transfer_id))
      if (![transfer.from_store_id, transfer.to_store_id].includes(body.foundStoreId)) throw invalidField('foundStoreId', 'reference.unknown')
      const { store } = await storeForUse(tx, body.foundStoreId, 'inventory.approve', 'foundStoreId')
      await requireWitness(tx, await itemsByIds(tx, [row.item_id]), body.witnessId, store.facility_id)
      await post(tx, { document: { type: 'transfer', id: row.transfer_id }, entries: [{ kind: 'adjustment', storeId: store.id, lotId: row.lot_id, itemId: row.item_id, quantity: row.quantity, unitCost: row.unit_cost, reason: body.reason, witnessId: body.witnessId ?? null, path: 'foundStoreId' }] })
    }
    await repo.settleShortage(tx, row, { state, explanation: body.reason, found_store_id: body.foundStoreId ?? null })
    return settled(tx, row.id)
  })
}

/** It is lost: what was booked as wastage stands, and who let it be is named. */
export function writeOffShortage(ctx: Ctx, { params, body, ifMatch }: Input<'writeOffShortage'>) {
  return withContext(ctx, async (tx) => {
    const row = await toSettle(tx, params.id, ifMatch)
    await repo.settleShortage(tx, row, { state: takeStep(shortageLifecycle, row.state, 'writeOff'), explanation: body.reason, found_store_id: null })
    return settled(tx, row.id)
  })
}
