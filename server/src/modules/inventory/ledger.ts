import { inventoryErrors, type MovementKind } from '#contract/inventory.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, mapConstraint } from '#kernel/errors.ts'
import { compare, plain, subtract, sum } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import * as repo from './ledger-repo.ts'
import { itemsByIds } from './items-repo.ts'
import { lotsByIds, openSeal } from './stores-repo.ts'

mapConstraint('stock_balances_not_negative', inventoryErrors.insufficient_stock)

/** One line of the ledger to be: signed, in base units. */
export interface Entry {
  kind: MovementKind
  storeId: string
  lotId: string
  itemId: string
  quantity: string
  unitCost: string
  reason?: string
  patientId?: string | null
  witnessId?: string | null
  /** The field a refusal names. */
  path?: string
}

export interface Posting {
  document: { type: string; id: string }
  entries: readonly Entry[]
  /** When it happened, if not now: no later balance may become negative. */
  occurredAt?: Date | undefined
  /** Balances that are locked already, by a pick in one store, and the store's time zone: nothing is asked again. */
  held?: { rows: readonly repo.BalanceRow[]; timeZone: string } | undefined
  /** A count books its own differences into the store it froze. */
  isOfCount?: boolean
}

const keyOf = (one: { storeId: string; lotId: string }): string => `${one.storeId} ${one.lotId}`
const rowKey = (row: repo.BalanceRow): string => `${row.store_id} ${row.lot_id}`

/** A moment after what was booked last: a request that began earlier may have waited for the lock. */
const after = (last: Date | undefined, now: Date): Date => (last === undefined || last < now ? now : new Date(last.getTime() + 1))

function keysOf(entries: readonly Entry[]): repo.BalanceKey[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), { storeId: entry.storeId, lotId: entry.lotId }])).values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The refusal that names item, lot and quantity. */
export async function shortage(tx: Tx, at: { itemId: string; lotId?: string | undefined; path?: string | undefined }, asked: string, available: string): Promise<AppError> {
  const [[item], [lot]] = await Promise.all([itemsByIds(tx, [at.itemId]), lotsByIds(tx, at.lotId === undefined ? [] : [at.lotId])])
  const values = { item: item?.name ?? '', batch: lot?.batch ?? '', quantity: plain(asked), available: plain(available), unit: item?.base_unit ?? '' }
  const code = 'inventory.insufficient_stock'
  const said = message(tx.ctx.locale, lot === undefined ? `errors.${code}` : `errors.${code}_lot`, values)
  return new AppError(inventoryErrors.insufficient_stock, { values, fields: [{ path: at.path ?? '', code, message: said }] })
}

async function checkBalances(tx: Tx, entries: readonly Entry[], held: ReadonlyMap<string, repo.BalanceRow>): Promise<void> {
  for (const [key, own] of Map.groupBy(entries, keyOf)) {
    const change = sum(own.map((entry) => entry.quantity))
    const onHand = held.get(key)?.quantity ?? '0'
    const [first] = own
    if (compare(sum([onHand, change]), '0') < 0 && first !== undefined) throw await shortage(tx, first, subtract('0', change), onHand)
  }
}

function checkStores(tx: Tx, posting: Posting, stores: readonly (repo.StoreNow & { time_zone: string })[]): void {
  const at = posting.occurredAt ?? tx.ctx.now
  if (at.getTime() > tx.ctx.now.getTime()) throw new AppError(inventoryErrors.in_future, { fields: [{ path: 'occurredAt', code: 'inventory.in_future' }] })
  for (const store of stores) {
    if (store.is_frozen && posting.isOfCount !== true) throw new AppError(inventoryErrors.being_counted, { values: { store: store.name } })
    if (store.closed_on !== null && localDate(at, store.time_zone) <= store.closed_on) throw new AppError(inventoryErrors.closed_period, { fields: [{ path: 'occurredAt', code: 'inventory.closed_period' }] })
  }
}

/** Locks what there is, then makes and locks what is missing: balances come before lots for everybody, a recall too. */
async function lockAll(tx: Tx, keys: readonly repo.BalanceKey[], entries: readonly Entry[]): Promise<repo.BalanceRow[]> {
  const rows = await repo.lockBalances(tx, keys)
  const known = new Set(rows.map(rowKey))
  const missing = keys.filter((key) => !known.has(keyOf(key)))
  if (missing.length === 0 || !entries.some((entry) => !known.has(keyOf(entry)) && compare(entry.quantity, '0') > 0)) return rows
  const [, made] = await Promise.all([repo.ensureBalances(tx, missing), repo.lockBalances(tx, missing)])
  return [...rows, ...made]
}

/**
 * Books entries of one document: locks their balances in the fixed order, refuses what a store does not have, then moves balances, ledger and
 * monthly sums in one statement. What happens now happens after all that was booked on the same balances. Throws `inventory.insufficient_stock`
 * naming item, lot and quantity, `inventory.negative_later`, `inventory.closed_period`, `inventory.being_counted`.
 */
export async function post(tx: Tx, posting: Posting): Promise<void> {
  const entries = posting.entries.filter((entry) => compare(entry.quantity, '0') !== 0)
  if (entries.length === 0) return
  const keys = keysOf(entries)
  if (posting.held !== undefined) return postHeld(tx, posting, entries, posting.held)
  const rows = await lockAll(tx, keys, entries)
  const stores = await repo.storesNow(tx, [...new Set(keys.map((key) => key.storeId))])
  const held = new Map(rows.map((row) => [rowKey(row), row]))
  checkStores(tx, posting, stores)
  await checkBalances(tx, entries, held)
  const zones = new Map(stores.map((store) => [store.id, store.time_zone]))
  await repo.writeMovements(tx, posting.document, movementsOf(tx, posting, entries, { held, zoneOf: (storeId) => zones.get(storeId) ?? 'UTC' }))
  await openSealed(tx, entries, stores)
  if (posting.occurredAt !== undefined) await refuseNegative(tx, entries, keys)
}

/** The same in one statement: stores are seen as they are after the locks, and a store that is being counted or closed undoes all. */
async function postHeld(tx: Tx, posting: Posting, entries: readonly Entry[], { rows, timeZone }: NonNullable<Posting['held']>): Promise<void> {
  const held = new Map(rows.map((row) => [rowKey(row), row]))
  await checkBalances(tx, entries, held)
  const stores = await repo.writeMovements(tx, posting.document, movementsOf(tx, posting, entries, { held, zoneOf: () => timeZone }))
  checkStores(tx, posting, stores.map((store) => ({ ...store, time_zone: timeZone })))
  await openSealed(tx, entries, stores)
  if (posting.occurredAt !== undefined) await refuseNegative(tx, entries, keysOf(entries))
}

/** Whatever leaves a sealed box has opened it, by whichever document. */
async function openSealed(tx: Tx, entries: readonly Entry[], stores: readonly repo.StoreNow[]): Promise<void> {
  for (const store of stores) {
    const taken = entries.find((entry) => entry.storeId === store.id && compare(entry.quantity, '0') < 0)
    if (store.seal_number !== '' && taken !== undefined) await openSeal(tx, store.id, taken.reason ?? '')
  }
}

interface Known {
  held: ReadonlyMap<string, repo.BalanceRow>
  zoneOf: (storeId: string) => string
}

/** Since when and until when a lot is there, for all a movement knows: what is booked back says nothing of either. */
function spanOf(posting: Posting, at: Date, before: string, change: string): Pick<repo.NewMovement, 'here_from' | 'here_to'> & { isTurn: boolean } {
  if (posting.occurredAt !== undefined) return { here_from: -Infinity, here_to: Infinity, isTurn: true }
  const [isNew, isGone] = [compare(before, '0') === 0, compare(sum([before, change]), '0') === 0]
  return { here_from: isNew ? at : -Infinity, here_to: isGone ? at : Infinity, isTurn: isNew || isGone }
}

function movementsOf(tx: Tx, posting: Posting, entries: readonly Entry[], known: Known): repo.NewMovement[] {
  const changes = new Map([...Map.groupBy(entries, keyOf)].map(([key, own]) => [key, sum(own.map((entry) => entry.quantity))]))
  return entries.map((entry) => {
    const balance = known.held.get(keyOf(entry))
    const last = balance?.last_moved_at
    const occurredAt = posting.occurredAt ?? after(last, tx.ctx.now)
    const monthOf = (at: Date): string => `${localDate(at, known.zoneOf(entry.storeId)).slice(0, 7)}-01`
    const [month, today] = [monthOf(occurredAt), monthOf(tx.ctx.now)]
    const { isTurn, ...span } = spanOf(posting, occurredAt, balance?.quantity ?? '0', changes.get(keyOf(entry)) ?? '0')
    const isKnown = !isTurn && last !== undefined && monthOf(last) === month
    return {
      kind: entry.kind, store_id: entry.storeId, lot_id: entry.lotId, item_id: entry.itemId, quantity: entry.quantity, unit_cost: entry.unitCost, reason: entry.reason ?? '', patient_id: entry.patientId ?? null, witness_id: entry.witnessId ?? null,
      occurred_at: occurredAt, month, alive_from: isKnown ? null : month, alive_to: today > month ? today : month, ...span,
    }
  })
}

async function refuseNegative(tx: Tx, entries: readonly Entry[], keys: readonly repo.BalanceKey[]): Promise<void> {
  const [worst] = await repo.negativeAnywhere(tx, keys)
  if (worst === undefined) return
  const entry = entries.find((one) => one.storeId === worst.store_id && one.lotId === worst.lot_id)
  const [lot] = await lotsByIds(tx, [worst.lot_id])
  throw new AppError(inventoryErrors.negative_later, { values: { batch: lot?.batch ?? '', at: worst.at.toISOString() }, fields: [{ path: entry?.path ?? 'occurredAt', code: 'inventory.negative_later' }] })
}
