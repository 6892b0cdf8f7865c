import type { Tx } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { chargeGoods } from '../billing/index.ts'
import type { Facility } from '../organizations/index.ts'
import { insertIssued } from './issued-repo.ts'
import { taxRateOn } from './items-repo.ts'
import type { Picked, StockItem } from './picking.ts'
import { basePrice, isTaxInside } from './rules.ts'

interface Issuing {
  documentId: string
  patientId: string
  encounterId: string | null
  isCharged: boolean
  storeId: string
  facility: Facility
  items: ReadonlyMap<string, StockItem>
  left: readonly Picked[]
  /** The day of the supply in the facility: its rate of tax counts. */
  on: string
}

/** Keeps what left for a patient, lot by lot, and charges it at the lots' prices; a lot without a price costs nothing. */
export async function keepIssued(tx: Tx, { documentId, patientId, encounterId, isCharged, storeId, facility, items, left, on }: Issuing): Promise<void> {
  const rows = left.map(({ itemId, lot, quantity }) => ({ id: newId(), item: found(items.get(itemId)), lot, quantity }))
  const charged = isCharged ? rows.filter(({ lot }) => lot.mrp !== null) : []
  const chargeIds = await chargeGoods(tx, facility, charged.map(({ id, item, lot, quantity }) => ({
    patientId, encounterId, code: item.sku, name: item.name, taxCode: item.tax_code, taxRatePercent: taxRateOn(item, on), isTaxIncluded: isTaxInside(facility, item), unitPrice: basePrice(lot.mrp ?? '0', lot.mrp_quantity), quantity, source: { type: 'stock-issue', id },
  })))
  const chargeOf = new Map(charged.map((row, index) => [row.id, chargeIds[index] ?? null]))
  await insertIssued(tx, rows.map(({ id, item, lot, quantity }) => ({ id, stock_document_id: documentId, facility_id: facility.id, store_id: storeId, patient_id: patientId, encounter_id: encounterId, item_id: item.id, lot_id: lot.id, quantity, charge_id: chargeOf.get(id) ?? null })))
}
