import { inventoryErrors } from '#contract/inventory.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { subtract } from '#kernel/money.ts'
import { userNames } from '../people/index.ts'
import { itemsByIds, type ItemRow, packsOf } from './items-repo.ts'
import { shortage } from './ledger.ts'
import { type BalanceRow, lockBalances, lockToPick } from './ledger-repo.ts'
import { isUnitFault, isUsable, pickFirstExpiry, toBase } from './rules.ts'
import { type LotRow, lotsByIds } from './stores-repo.ts'

/** An item with the units it is counted in. */
export interface StockItem extends ItemRow {
  packs: { unit: string; factor: string }[]
}

/** Items with their packs, by id; an unknown one is refused by its field. */
export async function stockItems(tx: Tx, wanted: readonly { itemId: string; path: string }[]): Promise<Map<string, StockItem>> {
  const ids = [...new Set(wanted.map((one) => one.itemId))]
  const [rows, packs] = await Promise.all([itemsByIds(tx, ids), packsOf(tx, ids)])
  const items = new Map(rows.map((row) => [row.id, { ...row, packs: packs.filter((pack) => pack.item_id === row.id) }]))
  const missing = wanted.find((one) => !items.has(one.itemId))
  if (missing !== undefined) throw invalidField(missing.path, 'reference.unknown')
  return items
}

/** A quantity in base units, refused by its field when the unit is unknown or the item is not divisible. */
export function inBase(item: StockItem, quantity: string, unit: string | undefined, path: string): string {
  const base = toBase(quantity, unit, item)
  if (isUnitFault(base)) throw invalidField(`${path}.${base === 'unknown_unit' ? 'unit' : 'quantity'}`, `inventory.${base}`, inventoryErrors[base])
  return base
}

export interface Want {
  itemId: string
  /** In base units. */
  quantity: string
  lotId?: string | undefined
  path: string
}

export interface Picked {
  itemId: string
  lot: LotRow
  quantity: string
  path: string
}

export interface PickOrder {
  storeId: string
  wants: readonly Want[]
  /** The day in the facility: a lot past its expiry is not picked. */
  on: string
  /** Wastage, expiry and returns to the vendor take what may not be used any more. */
  isAnyLot?: boolean
}

function checkNamedLot(lot: LotRow | undefined, want: Want, order: PickOrder): void {
  if (lot === undefined || lot.item_id !== want.itemId) throw invalidField(`${want.path}.lotId`, 'inventory.wrong_item', inventoryErrors.wrong_item)
  if (order.isAnyLot === true) return
  if (lot.state !== 'available') throw invalidField(`${want.path}.lotId`, 'inventory.lot_held', inventoryErrors.lot_held)
  if (lot.expires_on < order.on) throw invalidField(`${want.path}.lotId`, 'inventory.expired', inventoryErrors.expired)
}

/**
 * Finds lots for what is wanted, first expiry first where none is named, and leaves their balances locked for the posting that follows.
 * Everything or nothing: a shortage names item and quantity.
 */
export async function pickLots(tx: Tx, order: PickOrder): Promise<Picked[]> {
  const named = [...new Set(order.wants.flatMap((want) => want.lotId ?? []))]
  const free = order.wants.filter((want) => want.lotId === undefined)
  const rows = free.length === 0 ? await lockBalances(tx, named.map((lotId) => ({ storeId: order.storeId, lotId }))) : await lockToPick(tx, order.storeId, [...new Set(order.wants.map((want) => want.itemId))])
  const lots = new Map((await lotsByIds(tx, [...new Set([...rows.map((row) => row.lot_id), ...named])])).map((lot) => [lot.id, lot]))
  const left = new Map(rows.map((row): [string, BalanceRow] => [row.lot_id, { ...row }]))
  return (await Promise.all(order.wants.map((want) => pickOne(tx, order, want, lots, left)))).flat()
}

async function pickOne(tx: Tx, order: PickOrder, want: Want, lots: ReadonlyMap<string, LotRow>, left: ReadonlyMap<string, BalanceRow>): Promise<Picked[]> {
  if (want.lotId !== undefined) checkNamedLot(lots.get(want.lotId), want, order)
  const usable = [...left.values()].filter((row) => row.item_id === want.itemId && (want.lotId === undefined || row.lot_id === want.lotId))
  const candidates = usable.map((row) => ({ lotId: row.lot_id, expiresOn: order.isAnyLot === true ? order.on : row.expires_on, quantity: row.quantity, isHeld: row.is_held && order.isAnyLot !== true }))
  const { picks, short } = pickFirstExpiry(candidates, want.quantity, order.on)
  if (Number(short) > 0) throw await shortage(tx, { itemId: want.itemId, lotId: want.lotId, path: `${want.path}.quantity` }, want.quantity, subtract(want.quantity, short))
  return picks.map((pick) => {
    const row = left.get(pick.lotId)
    const lot = lots.get(pick.lotId)
    if (row === undefined || lot === undefined) throw new Error('a pick of what is not there')
    row.quantity = subtract(row.quantity, pick.quantity)
    return { itemId: want.itemId, lot, quantity: pick.quantity, path: want.path }
  })
}

/** Whether some usable lot expires before the one that was named: to take a later one needs a reason. */
export async function isPassedOver(tx: Tx, storeId: string, lot: LotRow, on: string): Promise<boolean> {
  const rows = await lockToPick(tx, storeId, [lot.item_id])
  return rows.some((row) => row.lot_id !== lot.id && row.expires_on < lot.expires_on && isUsable({ lotId: row.lot_id, expiresOn: row.expires_on, quantity: row.quantity, isHeld: row.is_held }, on))
}

/** Controlled drugs move in the presence of a second person (Narcotic Drugs and Psychotropic Substances Rules 1985, rule 52-I ff.; hospital practice for others). */
export async function requireWitness(tx: Tx, items: Iterable<ItemRow>, witnessId: string | undefined): Promise<void> {
  const isNeeded = [...items].some((item) => item.is_controlled)
  if (!isNeeded && witnessId === undefined) return
  const isKnown = witnessId !== undefined && witnessId !== tx.ctx.userId && (await userNames(tx, [witnessId])).has(witnessId)
  if (!isKnown) throw new AppError(inventoryErrors.witness_required, { fields: [{ path: 'witnessId', code: 'inventory.witness_required' }] })
}
