import { pharmacyErrors } from '#contract/pharmacy.ts'
import type { Tx } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { subtract } from '#kernel/money.ts'
import type { Entry, LotRow, StockItem } from '../inventory/index.ts'
import { basePrice, goesBack, post, requireWitness, stockItems } from '../inventory/index.ts'

export { isTaxInside } from '../inventory/index.ts'

/** The price of one base unit of a lot; a lot without a price is not sold. */
export function priceOf(lot: LotRow, path: string): string {
  if (lot.mrp === null) throw invalidField(`${path}.itemId`, 'pharmacy.no_price', pharmacyErrors.no_price)
  return basePrice(lot.mrp, lot.mrp_quantity)
}

export interface Returning {
  item: StockItem
  lot: LotRow
  quantity: string
  isSealed: boolean
  isChecked: boolean
  patientId: string | null
}

/** Puts returned goods back into their lots; what may not go back comes in and is wasted at once, so that the books show both. */
export async function takeBack(tx: Tx, input: { storeId: string; facilityId: string; document: { type: string; id: string }; reason: string; witnessId?: string | undefined; goods: readonly Returning[] }): Promise<void> {
  await requireWitness(tx, input.goods.map((one) => one.item), input.witnessId, input.facilityId)
  await post(tx, {
    document: input.document,
    entries: input.goods.flatMap(({ item, lot, quantity, isSealed, isChecked, patientId }): Entry[] => {
      const shared = { storeId: input.storeId, lotId: lot.id, itemId: item.id, unitCost: lot.unit_cost, reason: input.reason, patientId, witnessId: input.witnessId ?? null }
      const isBack = goesBack({ isReturnable: item.is_returnable, storage: item.storage, isControlled: item.is_controlled }, { isSealed, isChecked })
      const back: Entry = { ...shared, kind: 'return', quantity }
      return isBack ? [back] : [back, { ...shared, kind: 'wastage', quantity: subtract('0', quantity), patientId: null }]
    }),
  })
}

/** One item with its units. */
export async function itemOf(tx: Tx, itemId: string, path: string): Promise<StockItem> {
  const item = (await stockItems(tx, [{ itemId, path }])).get(itemId)
  if (item === undefined) throw invalidField(path, 'reference.unknown')
  return item
}
