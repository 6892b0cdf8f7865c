import { medicationsErrors } from '#contract/medications.ts'
import { pharmacyErrors } from '#contract/pharmacy.ts'
import type { Tx } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { subtract } from '#kernel/money.ts'
import { together } from '#kernel/together.ts'
import { chargeGoods } from '../billing/index.ts'
import { type HandOver, type MedicationRow, medicationsByIds, type PrescriptionItemRow, type ResolvedLine, type Taken } from '../medications/index.ts'
import { counterOf, inBase, isPassedOver, itemsByIds, type LotRow, pickLots, post, requireWitness, type StockItem, stockItems, stockItemsOfMedications, taxRateOn } from '../inventory/index.ts'
import { servingItems } from './choosing.ts'
import { insertDispenseItems } from './dispenses-repo.ts'
import { compositionOf, isSameMedicine } from './equivalents.ts'
import { isTaxInside, priceOf } from './goods.ts'

interface AskedLine extends Omit<ResolvedLine, 'prescriptionItemId'> {
  prescriptionItemId?: string | undefined
}

/** Finds the prescribed line an item of stock stands for: the one its medicine was prescribed in. */
export async function resolveLines(tx: Tx, items: readonly PrescriptionItemRow[], lines: readonly AskedLine[]): Promise<ResolvedLine[]> {
  const named = [...new Set(lines.flatMap((line) => line.itemId ?? []))]
  const known = new Map((named.length === 0 ? [] : await itemsByIds(tx, named)).map((row) => [row.id, row]))
  return lines.map((line, index) => {
    const item = known.get(line.itemId ?? '')
    const given = item === undefined ? undefined : { medicationId: item.medication_id, name: item.name }
    if (line.prescriptionItemId !== undefined) return { ...line, prescriptionItemId: line.prescriptionItemId, given }
    if (item === undefined) throw invalidField(`lines.${index}.itemId`, 'reference.unknown')
    const prescribed = items.find((one) => one.medication_id === item.medication_id)
    if (prescribed === undefined) throw invalidField(`lines.${index}.itemId`, 'medications.not_prescribed', medicationsErrors.not_prescribed)
    return { ...line, prescriptionItemId: prescribed.id, given }
  })
}

/** Another medicine is the same when its ingredients, strength and form are; else its prescriber must have consented, with a word why. */
function checkSubstitute(line: ResolvedLine, path: string, prescribed: MedicationRow | undefined, given: MedicationRow | undefined): boolean {
  if (prescribed === undefined || given?.id === prescribed.id) return false
  const isSame = given !== undefined && isSameMedicine(compositionOf(given), compositionOf(prescribed))
  if (!isSame && (line.hasConsent !== true || (line.reason ?? '') === '')) throw invalidField(`${path}.itemId`, 'medications.consent_required', medicationsErrors.consent_required)
  return true
}

/** What medicines are counted in, in stock. */
export async function countedIn(tx: Tx, medicationIds: readonly string[]) {
  const items = await stockItemsOfMedications(tx, medicationIds)
  return Map.groupBy(items.map((item) => ({ medicationId: item.medication_id ?? '', unit: item.base_unit, isDivisible: item.is_divisible, packs: item.packs })), (one) => one.medicationId)
}

/** The items of stock that lines stand for: the one that is named, or all the prescribed medicine is handed out from. */
async function chosenItems(tx: Tx, { items, lines }: HandOver) {
  const prescribed = new Map(items.map((item) => [item.id, item]))
  const stocked = await stockItemsOfMedications(tx, items.map((item) => item.medication_id))
  const known = new Map(stocked.map((row) => [row.id, row]))
  const chosen = lines.map((line, index) => {
    const medicationId = prescribed.get(line.prescriptionItemId)?.medication_id
    const [itemId, ...orItemIds] = line.itemId === undefined ? servingItems(stocked, prescribed.get(line.prescriptionItemId)).map((row) => row.id) : [line.itemId]
    if (itemId === undefined) throw invalidField(`lines.${index}.prescriptionItemId`, 'pharmacy.no_item', pharmacyErrors.no_item)
    return { line, itemId, orItemIds, medicationId, path: `lines.${index}` }
  })
  const others = chosen.filter((one) => !known.has(one.itemId))
  if (others.length > 0) for (const [id, item] of await stockItems(tx, others.map(({ itemId, path }) => ({ itemId, path: `${path}.itemId` })))) known.set(id, item)
  return chosen.map((one) => ({ ...one, item: found(known.get(one.itemId)), others: one.orItemIds.map((id) => found(known.get(id))) }))
}

async function wantsOf(tx: Tx, handOver: HandOver) {
  const chosen = await chosenItems(tx, handOver)
  const differing = chosen.filter(({ item, medicationId }) => item.medication_id !== medicationId)
  const medicines = differing.length === 0 ? new Map<string, MedicationRow>() : new Map((await medicationsByIds(tx, differing.flatMap(({ item, medicationId }) => [item.medication_id ?? [], medicationId ?? []].flat()))).map((row) => [row.id, row]))
  return chosen.map(({ line, item, others, medicationId, path }) => {
    const isSubstitute = item.medication_id !== medicationId && checkSubstitute(line, path, medicines.get(medicationId ?? ''), medicines.get(item.medication_id ?? ''))
    return { line, items: [item, ...others], path, isSubstitute, quantity: inBase(item, line.quantity, undefined, path) }
  })
}

/** Passing over what expires first needs a reason. */
async function checkNamedLots(tx: Tx, storeId: string, today: string, picked: readonly { lot: LotRow; path: string; want: { line: ResolvedLine; items: readonly StockItem[] } }[]): Promise<void> {
  for (const { lot, path, want: { line, items } } of picked) {
    if (line.lotId === undefined || (line.reason ?? '') !== '') continue
    if (await isPassedOver(tx, { storeId, lot, itemIds: items.map((item) => item.id) }, today)) throw invalidField(`${path}.reason`, 'medications.lot_reason_required', medicationsErrors.lot_reason_required)
  }
}

/** Takes what is handed out from the store, lot by lot, and charges it at the lots' prices: the stock's part of a dispense. */
export async function takeOut(tx: Tx, handOver: HandOver): Promise<Taken> {
  const { prescription, dispenseId, storeId, body } = handOver
  const [{ store, facility, today }, wants] = await together([counterOf(tx, storeId, 'medications.dispense'), wantsOf(tx, handOver)])
  await requireWitness(tx, wants.flatMap((want) => want.items), body.witnessId, facility.id)
  const byPath = new Map(wants.map((want) => [want.path, want]))
  const picked = await pickLots(tx, { storeId: store.id, on: today, wants: wants.flatMap(({ line, items: [item, ...others], path, quantity }) => (item === undefined ? [] : [{ itemId: item.id, orItemIds: others.map((one) => one.id), quantity, lotId: line.lotId, path }])) })
  const rows = picked.map((one) => {
    const want = found(byPath.get(one.path))
    return { ...one, id: newId(), want, item: found(want.items.find((item) => item.id === one.itemId)) }
  })
  await checkNamedLots(tx, store.id, today, rows)
  const charged = rows.filter(({ lot }) => lot.mrp !== null)
  const [, chargeIds] = await together([
    post(tx, {
      document: { type: 'dispense', id: dispenseId },
      held: { rows: picked.map((one) => one.held), timeZone: facility.timeZone },
      entries: rows.map(({ itemId, lot, quantity, path, want }) => ({ kind: 'dispense', storeId: store.id, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, patientId: prescription.patient_id, witnessId: body.witnessId ?? null, reason: want.line.reason ?? '', path })),
    }),
    chargeGoods(tx, facility, charged.map(({ id, lot, quantity, item, path }) => ({
      patientId: prescription.patient_id, encounterId: prescription.encounter_id, code: item.sku, name: item.name, taxCode: item.tax_code, taxRatePercent: taxRateOn(item, today), isTaxIncluded: isTaxInside(facility, item), unitPrice: priceOf(lot, path), quantity, source: { type: 'dispense', id },
    }))),
  ])
  const chargeOf = new Map(charged.map((row, index) => [row.id, chargeIds[index] ?? null]))
  const kept = rows.map(({ id, lot, quantity, want, item }) => ({
    id, dispense_id: dispenseId, prescription_id: prescription.id, prescription_item_id: want.line.prescriptionItemId, patient_id: prescription.patient_id, facility_id: facility.id, store_id: store.id, item_id: item.id, lot_id: lot.id, quantity, charge_id: chargeOf.get(id) ?? null, is_substitute: want.isSubstitute, reason: want.line.reason ?? '', witness_id: body.witnessId ?? null,
  }))
  return { lines: rows.map(({ lot, quantity, want }) => ({ prescriptionItemId: want.line.prescriptionItemId, quantity, lotId: lot.id })), keep: () => insertDispenseItems(tx, kept) }
}
