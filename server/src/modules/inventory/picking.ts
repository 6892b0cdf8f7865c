import { inventoryErrors } from '#contract/inventory.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { subtract } from '#kernel/money.ts'
import { isHolder } from '../people/index.ts'
import { type ItemRow, type StockItem, stockItemsByIds } from './items-repo.ts'
import { shortage } from './ledger.ts'
import { type BalanceRow, lockLotsNamed, lockToPick, type PickRow } from './ledger-repo.ts'
import { isUnitFault, isUsable, pickFirstExpiry, toBase, type Units } from './rules.ts'
import { type LotRow, lotsByIds } from './stores-repo.ts'

export type { StockItem }

/** Items with their packs, by id; an unknown one is refused by its field. */
export async function stockItems(tx: Tx, wanted: readonly { itemId: string; path: string }[]): Promise<Map<string, StockItem>> {
  const ids = [...new Set(wanted.map((one) => one.itemId))]
  const items = new Map((await stockItemsByIds(tx, ids)).map((row) => [row.id, row]))
  const missing = wanted.find((one) => !items.has(one.itemId))
  if (missing !== undefined) throw invalidField(missing.path, 'reference.unknown')
  return items
}

/** A quantity in base units, refused by its field when the unit is unknown or the item is not divisible. */
export function inBase(item: Units, quantity: string, unit: string | undefined, path: string): string {
  const base = toBase(quantity, unit, item)
  if (isUnitFault(base)) throw invalidField(`${path}.${base === 'unknown_unit' ? 'unit' : 'quantity'}`, `inventory.${base}`, inventoryErrors[base])
  return base
}

export interface Want {
  itemId: string
  /** Items that stand for it, counted in the same unit: the first to expire of all of them is taken. */
  orItemIds?: readonly string[] | undefined
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
  /** The balance it comes from, locked, as it was before the pick. */
  held: BalanceRow
}

export interface PickOrder {
  storeId: string
  wants: readonly Want[]
  /** The day in the facility: a lot past its expiry is not picked. */
  on: string
  /** Wastage, expiry and returns to the vendor take what may not be used any more. */
  isAnyLot?: boolean
  /** Only lots that expire by this day: what is written off as expired is at or near its end. */
  expiresBy?: string | undefined
}

const serves = (want: Want, itemId: string): boolean => itemId === want.itemId || want.orItemIds?.includes(itemId) === true

const lotOf = (row: PickRow): LotRow => ({
  id: row.lot_id, version: row.lot_version, item_id: row.item_id, batch: row.batch, expires_on: row.expires_on, mrp: row.mrp, mrp_quantity: row.mrp_quantity, currency: row.currency, vendor_id: row.vendor_id, unit_cost: row.unit_cost, state: row.state, state_reason: row.state_reason,
})

function checkNamedLot(lot: LotRow | undefined, shelf: Shelf | undefined, want: Want, order: PickOrder): void {
  if (lot === undefined || !serves(want, lot.item_id)) throw invalidField(`${want.path}.lotId`, 'inventory.wrong_item', inventoryErrors.wrong_item)
  if (order.expiresBy !== undefined && lot.expires_on > order.expiresBy) throw invalidField(`${want.path}.lotId`, 'inventory.not_expiring', inventoryErrors.not_expiring)
  if (order.isAnyLot === true) return
  if (shelf === undefined ? lot.state !== 'available' : shelf.held.is_held) throw invalidField(`${want.path}.lotId`, 'inventory.lot_held', inventoryErrors.lot_held)
  if (lot.expires_on < order.on) throw invalidField(`${want.path}.lotId`, 'inventory.expired', inventoryErrors.expired)
}

/**
 * Finds lots for what is wanted, first expiry first where none is named, and leaves their balances locked for the posting that follows.
 * Everything or nothing: a shortage names item and quantity.
 */
export async function pickLots(tx: Tx, order: PickOrder): Promise<Picked[]> {
  const named = [...new Set(order.wants.flatMap((want) => want.lotId ?? []))]
  const isAllNamed = order.wants.every((want) => want.lotId !== undefined)
  const rows = isAllNamed ? await lockLotsNamed(tx, order.storeId, named) : await lockToPick(tx, order.storeId, [...new Set(order.wants.flatMap((want) => [want.itemId, ...(want.orItemIds ?? [])]))])
  const lots = new Map(rows.map((row) => [row.lot_id, lotOf(row)]))
  const missing = named.filter((lotId) => !lots.has(lotId))
  if (missing.length > 0) for (const lot of await lotsByIds(tx, missing)) lots.set(lot.id, lot)
  const left = new Map(rows.map((row): [string, Shelf] => [row.lot_id, { held: row, quantity: row.quantity }]))
  return (await Promise.all(order.wants.map((want) => pickOne(tx, order, want, lots, left)))).flat()
}

/** What is left of a locked balance while a document is picked. */
interface Shelf {
  readonly held: PickRow
  quantity: string
}

// Before every expiry: on it no lot has expired yet.
const anyDay = '0001-01-01'

async function pickOne(tx: Tx, order: PickOrder, want: Want, lots: ReadonlyMap<string, LotRow>, left: ReadonlyMap<string, Shelf>): Promise<Picked[]> {
  if (want.lotId !== undefined) checkNamedLot(lots.get(want.lotId), left.get(want.lotId), want, order)
  const usable = [...left.values()].filter(({ held }) => serves(want, held.item_id) && (want.lotId === undefined || held.lot_id === want.lotId) && (order.expiresBy === undefined || held.expires_on <= order.expiresBy))
  const candidates = usable.map(({ held, quantity }) => ({ lotId: held.lot_id, expiresOn: held.expires_on, quantity, isHeld: held.is_held && order.isAnyLot !== true }))
  const { picks, short } = pickFirstExpiry(candidates, want.quantity, order.isAnyLot === true ? anyDay : order.on)
  if (Number(short) > 0) throw await shortage(tx, { itemId: want.itemId, lotId: want.lotId, path: `${want.path}.quantity` }, want.quantity, subtract(want.quantity, short))
  return picks.map((pick) => {
    const shelf = left.get(pick.lotId)
    const lot = lots.get(pick.lotId)
    if (shelf === undefined || lot === undefined) throw new Error('a pick of what is not there')
    shelf.quantity = subtract(shelf.quantity, pick.quantity)
    return { itemId: lot.item_id, lot, quantity: pick.quantity, path: want.path, held: shelf.held }
  })
}

/** Locks all a store has of some items, before several documents pick from it one after the other. */
export async function holdShelf(tx: Tx, storeId: string, itemIds: readonly string[]): Promise<void> {
  await lockToPick(tx, storeId, itemIds)
}

/** Whether some usable lot, of its item or of those that stand for it, expires before the one that was named: to take a later one needs a reason. */
export async function isPassedOver(tx: Tx, { storeId, lot, itemIds = [] }: { storeId: string; lot: LotRow; itemIds?: readonly string[] }, on: string): Promise<boolean> {
  const rows = await lockToPick(tx, storeId, [...new Set([lot.item_id, ...itemIds])])
  return rows.some((row) => row.lot_id !== lot.id && row.expires_on < lot.expires_on && isUsable({ lotId: row.lot_id, expiresOn: row.expires_on, quantity: row.quantity, isHeld: row.is_held }, on))
}

/** Controlled drugs move in the presence of a second person (Narcotic Drugs and Psychotropic Substances Rules 1985, rule 52-I ff.; hospital practice for others): one who still works in that facility, else in one of the caller's, and may. */
export async function requireWitness(tx: Tx, items: Iterable<ItemRow>, witnessId: string | undefined, facilityId: string): Promise<void> {
  const isNeeded = [...items].some((item) => item.is_controlled)
  if (!isNeeded && witnessId === undefined) return
  const mayWitness = witnessId !== undefined && witnessId !== tx.ctx.userId && (await isHolder(tx, { userId: witnessId, permission: 'inventory.witness', facilityIds: [facilityId] }))
  if (!mayWitness) throw new AppError(inventoryErrors.witness_required, { fields: [{ path: 'witnessId', code: 'inventory.witness_required' }] })
}
