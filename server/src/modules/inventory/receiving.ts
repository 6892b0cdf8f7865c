import { inventoryErrors, type LotIn } from '#contract/inventory.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { add, minorUnits, multiply, share, subtract, sum } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { type ItemRow, lockItems } from './items-repo.ts'
import { type Entry, post, type Posting } from './ledger.ts'
import { lockOfItem, writeCosts } from './ledger-repo.ts'
import { requireWitness, type StockItem } from './picking.ts'
import { expiryDay, movingAverage } from './rules.ts'
import { ensureLots, type LotRow, type NewLot } from './stores-repo.ts'

/** Goods to put on the shelf: quantity and cost by base unit. */
export interface Arrival {
  item: StockItem
  lot: LotIn
  quantity: string
  /** What one base unit cost, freight and free goods counted in. */
  unitCost: string
  path: string
}

const costDecimals = 6

/** The lot a receipt is about; an expiry that is no date or an MRP of an unknown unit is refused by its field. */
export function lotOf(arrival: Arrival, currency: string): NewLot {
  const { item, lot, path } = arrival
  const expiresOn = expiryDay(lot.expiresOn)
  if (expiresOn === undefined) throw invalidField(`${path}.lot.expiresOn`, 'invalid_format')
  for (const [field, money] of [['mrp', lot.mrp], ['unitCost', lot.unitCost]] as const) {
    if (money !== undefined && money.currency !== currency) throw invalidField(`${path}.lot.${field}.currency`, 'billing.wrong_currency')
  }
  const decimals = minorUnits(currency)
  if (lot.mrp !== undefined && (lot.mrp.amount.split('.')[1] ?? '').length > Math.max(decimals, 2)) throw invalidField(`${path}.lot.mrp.amount`, 'inventory.too_fine', inventoryErrors.too_fine)
  const factor = lot.mrpUnit === undefined || lot.mrpUnit === item.base_unit ? '1' : item.packs.find((pack) => pack.unit === lot.mrpUnit)?.factor
  if (factor === undefined) throw invalidField(`${path}.lot.mrpUnit`, 'inventory.unknown_unit', inventoryErrors.unknown_unit)
  return { item_id: item.id, batch: lot.batch, expires_on: expiresOn, mrp: lot.mrp?.amount ?? null, mrp_quantity: factor, currency, vendor_id: lot.vendorId ?? null, unit_cost: share(arrival.unitCost, '1', '1', costDecimals) }
}

export interface Receiving {
  arrivals: readonly Arrival[]
  storeId: string
  facilityId: string
  currency: string
  kind: Entry['kind']
  posting: Omit<Posting, 'entries'>
  reason?: string
  patientId?: string | undefined
  /** Who stood by: controlled goods come in before two persons. */
  witnessId?: string | undefined
}

/** Books arrivals: lots are found or made, the moving average of each item follows under the item's lock. */
export async function receive(tx: Tx, input: Receiving): Promise<LotRow[]> {
  const { arrivals, storeId, currency } = input
  await requireWitness(tx, arrivals.map((arrival) => arrival.item), input.witnessId, input.facilityId)
  const wanted = arrivals.map((arrival) => lotOf(arrival, currency))
  // Before the lots: a recall of their batch has ended or waits, so that what comes in knows of it.
  const items = await lockItems(tx, [...new Set(arrivals.map((arrival) => arrival.item.id))].toSorted())
  const lots = await ensureLots(tx, wanted)
  if (lots.length !== arrivals.length) throw new AppError(inventoryErrors.lot_required)
  refuseRecalled(tx, input, lots)
  await averageCosts(tx, items, arrivals)
  await post(tx, { ...input.posting, entries: arrivals.map((arrival, index) => ({ kind: input.kind, storeId, lotId: lots[index]?.id ?? '', itemId: arrival.item.id, quantity: arrival.quantity, unitCost: lots[index]?.unit_cost ?? '0', reason: input.reason ?? '', patientId: input.patientId ?? null, witnessId: input.witnessId ?? null, path: arrival.path })) })
  return lots
}

/** The lots of goods that came and are not put on any shelf: known by their batch, with nothing of them in stock. */
export const nameLots = (tx: Tx, arrivals: readonly Arrival[], currency: string): Promise<LotRow[]> => ensureLots(tx, arrivals.map((arrival) => lotOf(arrival, currency)))

/** What is recalled is not bought or made any more; what comes back of it is taken in and stays held. */
function refuseRecalled(tx: Tx, { kind, arrivals }: { kind: Entry['kind']; arrivals: readonly Arrival[] }, lots: readonly LotRow[]): void {
  if (kind === 'return') return
  const fields = lots.flatMap((lot, index) => (lot.state === 'recalled' ? [{ path: `${arrivals[index]?.path ?? ''}.lot.batch`, code: 'inventory.batch_recalled', message: message(tx.ctx.locale, 'errors.inventory.batch_recalled', { batch: lot.batch, reason: lot.state_reason }) }] : []))
  if (fields.length > 0) throw new AppError(inventoryErrors.lot_held, { fields })
}

async function averageCosts(tx: Tx, items: readonly ItemRow[], arrivals: readonly Arrival[]): Promise<void> {
  const onHand = Map.groupBy(await lockOfItem(tx, items.map((item) => item.id)), (row) => row.item_id)
  await writeCosts(tx, items.map((item) => {
    const own = arrivals.filter((arrival) => arrival.item.id === item.id)
    const received = sum(own.map((arrival) => arrival.quantity))
    const value = sum(own.map((arrival) => multiply(arrival.quantity, arrival.unitCost)))
    const before = sum((onHand.get(item.id) ?? []).map((row) => row.quantity))
    return { item_id: item.id, at: tx.ctx.now, on_hand: add(before, received), average_cost: movingAverage(before, item.average_cost, received, share(value, '1', received, costDecimals)) }
  }))
}

/** What a line of goods cost by base unit: its price with its part of the freight over all that came, the free goods too. */
export const landedUnitCost = (lineCost: string, freight: string, quantity: string): string => share(add(lineCost, freight), '1', quantity, costDecimals)

/** The difference between two quantities, not below nothing. */
export const shortOf = (asked: string, came: string): string => (Number(asked) > Number(came) ? subtract(asked, came) : '0')
