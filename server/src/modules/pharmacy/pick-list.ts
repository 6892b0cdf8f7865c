import type { RouteInput } from '#contract/define.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { compare, money, plain, subtract, sum } from '#kernel/money.ts'
import { type ItemRow, itemsOfMedications, pickFirstExpiry, stockItems, storeForUse, type UsableLot, usableLots } from '../inventory/index.ts'
import { checkedOf, checkSafety, medicationsByIds, prescriptionItemsOf, type PrescriptionItemRow, prescriptionsByIds } from '../medications/index.ts'
import { servingItems } from './choosing.ts'
import { expiryOf } from './dispenses.ts'
import { equivalentsOf } from './equivalents.ts'

/** Which item of stock is to be given for which prescribed one. */
async function insteadOf(tx: Tx, asked: string | undefined, items: readonly PrescriptionItemRow[]): Promise<Map<string, ItemRow>> {
  const pairs = (asked ?? '').split(',').filter(Boolean).map((pair) => pair.split(':'))
  if (pairs.length === 0) return new Map()
  if (pairs.some(([prescribed]) => !items.some((item) => item.id === prescribed))) throw invalidField('instead', 'reference.unknown')
  const known = await stockItems(tx, pairs.map(([, itemId = '']) => ({ itemId, path: 'instead' })))
  return new Map(pairs.map(([prescribed = '', itemId = '']) => [prescribed, found(known.get(itemId))]))
}

const shownLots = (lots: readonly UsableLot[], items: readonly ItemRow[], currency: string) =>
  lots.map((lot) => ({ lotId: lot.lot_id, itemId: lot.item_id, itemName: items.find((one) => one.id === lot.item_id)?.name ?? '', batch: lot.batch, expiresOn: expiryOf(lot.expires_on), quantity: plain(lot.quantity), mrp: lot.mrp === null ? null : money(lot.mrp, currency) }))

/** What to take for a prescription, first expiry first; nothing is kept back for it. */
export function pickList(ctx: Ctx, { params, query }: RouteInput<(typeof pharmacy)['pickList']>) {
  return withContext(ctx, async (tx) => {
    const prescription = found((await prescriptionsByIds(tx, [params.id]))[0])
    const { store, facility, today } = await storeForUse(tx, query.storeId, 'pharmacy.dispense')
    const items = await prescriptionItemsOf(tx, [prescription.id])
    const instead = await insteadOf(tx, query.instead, items)
    const medicines = await medicationsByIds(tx, items.map((item) => item.medication_id))
    const equivalents = await equivalentsOf(tx, medicines)
    const stocked = await itemsOfMedications(tx, [...new Set([...medicines, ...[...equivalents.values()].flat()].map((one) => one.id))])
    const all = await usableLots(tx, store.id, [...new Set([...stocked, ...instead.values()].map((one) => one.id))], today)
    const onHandOf = (serving: readonly ItemRow[]): string => plain(sum(all.filter((lot) => serving.some((one) => one.id === lot.item_id)).map((lot) => lot.quantity)))
    const lines = items.filter((item) => compare(item.quantity, item.dispensed_quantity) > 0).map((item) => {
      const left = subtract(item.quantity, item.dispensed_quantity)
      const named = instead.get(item.id)
      const serving = named === undefined ? servingItems(stocked, item) : [named]
      const lots = all.filter((lot) => serving.some((one) => one.id === lot.item_id))
      const { picks } = pickFirstExpiry(lots.map((lot) => ({ lotId: lot.lot_id, expiresOn: lot.expires_on, quantity: lot.quantity, isHeld: false })), left, today)
      const picked = picks.map(({ lotId, quantity }) => ({ ...found(lots.find((lot) => lot.lot_id === lotId)), quantity }))
      const first = serving.find((one) => one.id === picked[0]?.item_id) ?? serving[0]
      const same = equivalents.get(item.medication_id) ?? []
      const others = [...stocked.filter((one) => one.medication_id === item.medication_id), ...stocked.filter((one) => same.some((other) => other.id === one.medication_id))].filter((one) => one.id !== first?.id)
      return {
        prescriptionItemId: item.id, name: item.name, left: plain(left), itemId: first?.id ?? null, itemName: first?.name ?? '', unit: first?.base_unit ?? '', isControlled: serving.some((one) => one.is_controlled),
        needsConsent: named !== undefined && named.medication_id !== item.medication_id && !same.some((other) => other.id === named.medication_id),
        onHand: onHandOf(serving), picks: shownLots(picked, serving, facility.currency), lots: shownLots(lots, serving, facility.currency), substitutes: others.map((one) => ({ itemId: one.id, name: one.name, onHand: onHandOf([one]) })),
      }
    })
    const given = items.map((item) => {
      const named = instead.get(item.id)
      return { prescriptionItemId: item.id, quantity: item.quantity, ...(named === undefined ? {} : { given: { medicationId: named.medication_id, name: named.name } }) }
    })
    const alerts = await checkSafety(tx, { stage: 'verify', patientId: prescription.patient_id, subject: { type: 'prescription', id: prescription.id }, ...checkedOf(items, given), overrides: [], isBinding: false })
    return { lines, alerts }
  })
}
