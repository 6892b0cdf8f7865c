import { inventoryErrors } from '#contract/inventory.ts'
import type { Tx } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { add, compare, subtract } from '#kernel/money.ts'
import { itemsByIds } from './items-repo.ts'
import { type Entry, post } from './ledger.ts'
import { requireWitness } from './picking.ts'
import { lotsByIds, storesByIds } from './stores-repo.ts'
import type { TransferLineRow, TransferRow } from './transfers-repo.ts'
import { insertShortages } from './transfers-shortages-repo.ts'

/** What is said of a line: how much came, how much of it is refused, why not all. */
interface Said {
  transferLineId: string
  quantity: string
  refused?: string | undefined
  reason?: string | undefined
}

export interface Outcome {
  line: TransferLineRow
  arrived: string
  refused: string
  short: string
  reason: string
}

/** What came of each line: all of it where nothing is said. Less needs a reason, more is refused by its field. */
export function arrivalsOf(lines: readonly TransferLineRow[], told: readonly Said[], expected: (line: TransferLineRow) => string): Outcome[] {
  const said = new Map(told.map((line, index) => [line.transferLineId, { ...line, path: `lines.${index}` }]))
  for (const { transferLineId, path } of said.values()) if (!lines.some((line) => line.id === transferLineId)) throw invalidField(`${path}.transferLineId`, 'reference.unknown')
  return lines.map((line) => {
    const own = said.get(line.id)
    const arrived = own?.quantity ?? expected(line)
    const refused = own?.refused ?? '0'
    const short = subtract(expected(line), add(arrived, refused))
    if (compare(short, '0') < 0) throw invalidField(`${own?.path ?? ''}.quantity`, 'inventory.over_received', inventoryErrors.over_received)
    if ((compare(short, '0') > 0 || compare(refused, '0') > 0) && (own?.reason ?? '') === '') throw invalidField(`${own?.path ?? ''}.reason`, 'inventory.reason_required', inventoryErrors.reason_required)
    return { line, arrived, refused, short, reason: own?.reason ?? '' }
  })
}

interface TakingIn {
  outcome: readonly Outcome[]
  storeId: string
  facilityId: string
  witnessId: string | undefined
  isOnWayBack?: boolean
}

/** Books what came out of transit onto a shelf, and what is short as wastage there and as a shortage that somebody has to settle. */
export async function takeIn(tx: Tx, transfer: TransferRow, { outcome, storeId, facilityId, witnessId, isOnWayBack = false }: TakingIn): Promise<void> {
  const lots = new Map((await lotsByIds(tx, outcome.flatMap(({ line }) => line.lot_id ?? []))).map((lot) => [lot.id, lot]))
  await requireWitness(tx, await itemsByIds(tx, [...new Set(outcome.map(({ line }) => line.item_id))]), witnessId, facilityId)
  await post(tx, {
    document: { type: 'transfer', id: transfer.id },
    entries: outcome.flatMap(({ line, arrived, short, reason }): Entry[] => {
      const lot = found(lots.get(line.lot_id ?? ''))
      const shared = { lotId: lot.id, itemId: line.item_id, unitCost: lot.unit_cost, witnessId: witnessId ?? null }
      return [
        { ...shared, kind: 'transfer', storeId: transfer.transit_store_id, quantity: subtract('0', arrived) }, { ...shared, kind: 'transfer', storeId, quantity: arrived },
        { ...shared, kind: 'wastage', storeId: transfer.transit_store_id, quantity: subtract('0', short), reason },
      ]
    }),
  })
  const missing = outcome.filter(({ short }) => compare(short, '0') > 0)
  if (missing.length === 0) return
  const stores = await storesByIds(tx, [transfer.from_store_id, transfer.to_store_id])
  const facilityAt = (id: string) => found(stores.find((store) => store.id === id)).facility_id
  await insertShortages(tx, missing.map(({ line, short, reason }) => {
    const lot = found(lots.get(line.lot_id ?? ''))
    return { transfer_id: transfer.id, transfer_line_id: line.id, from_facility_id: facilityAt(transfer.from_store_id), to_facility_id: facilityAt(transfer.to_store_id), item_id: line.item_id, lot_id: lot.id, quantity: short, unit_cost: lot.unit_cost, currency: lot.currency, is_on_way_back: isOnWayBack, reason }
  }))
}
