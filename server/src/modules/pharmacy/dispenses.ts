import type { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { add, compare, plain, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { creditCharge } from '../billing/index.ts'
import { goesBack, inBase, lotsByIds, neverExpires, stockItems } from '../inventory/index.ts'
import { type DispenseRow, prescriptionsByIds, readDispense as dispenseRow } from '../medications/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds, searchPatients } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './dispenses-repo.ts'
import { takeBack } from './goods.ts'

mapConstraint('dispense_items_returned', pharmacyErrors.above_returnable)

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type Dispense = z.output<(typeof pharmacy)['readDispense']['response']>

export const expiryOf = (on: string): string | null => (on === neverExpires ? null : on)

/** Dispenses with what was handed out and to whom: the same number of statements for one as for many. */
async function shown(tx: Tx, rows: readonly DispenseRow[]): Promise<Dispense[]> {
  const lines = await repo.itemsOfDispenses(tx, rows.map((row) => row.id))
  const [patients, prescriptions, names] = await Promise.all([
    patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]), prescriptionsByIds(tx, [...new Set(rows.map((row) => row.prescription_id))]), userNames(tx, [...new Set(rows.flatMap((row) => row.created_by ?? []))]),
  ])
  const [patientById, numberById] = [new Map(patients.map((one) => [one.id, one])), new Map(prescriptions.map((one) => [one.id, one.number]))]
  const byDispense = Map.groupBy(lines, (line) => line.dispense_id)
  return rows.map((row) => {
    const patient = patientById.get(row.patient_id)
    return {
      id: row.id, version: row.version, prescriptionId: row.prescription_id, prescriptionNumber: numberById.get(row.prescription_id) ?? null, patientId: row.patient_id, patientName: patient === undefined ? '' : `${patient.given_name} ${patient.family_name}`.trim(), patientMrn: patient?.mrn ?? '', facilityId: row.facility_id, storeId: row.store_id, refill: row.refill, counsellingNote: row.counselling_note, createdAt: row.created_at.toISOString(), dispensedBy: names.get(row.created_by ?? '') ?? '',
      lines: (byDispense.get(row.id) ?? []).map((line) => ({
        id: line.id, prescriptionItemId: line.prescription_item_id, itemId: line.item_id, itemName: line.item_name, unit: line.unit, lotId: line.lot_id, batch: line.batch, expiresOn: expiryOf(line.expires_on), quantity: plain(line.quantity), returned: plain(line.returned), isSubstitute: line.is_substitute, reason: line.reason, chargeId: line.charge_id,
      })),
    }
  })
}

/** One dispense as its readers see it. */
export const shownOne = async (tx: Tx, row: DispenseRow): Promise<Dispense> => found((await shown(tx, [row]))[0])

/** A typed text as what may be meant by it: patients, the number of a prescription, or an item. */
export async function searched(ctx: Ctx, typed: string | undefined): Promise<repo.DispenseFilter['search']> {
  const text = (typed ?? '').trim()
  if (text === '') return undefined
  const patients = isNameOrNumber.test(text) ? (await searchPatients(ctx, { text, limit: 50 })).items : []
  return { patientIds: patients.map((one) => one.id), number: text.toUpperCase(), digits: /^\d{1,6}$/.test(text) ? text.padStart(6, '0') : null, itemPrefix: foldText(text) }
}

// What a search of patients asks for at least.
const isNameOrNumber = /\p{L}.*\p{L}|\d.*\d.*\d/u

/** What was handed out, newest first. */
export async function listDispenses(ctx: Ctx, { query }: Input<'listDispenses'>) {
  const page = pageOf(query)
  const places = placesFor(ctx, 'pharmacy.read', query.facilityId)
  const search = await searched(ctx, query.search)
  return withContext(ctx, async (tx) => {
    const timeZone = query.from === undefined && query.to === undefined ? 'UTC' : ((await knownFacility(tx, found(places?.[0] ?? query.facilityId))).timeZone)
    const days = { from: query.from === undefined ? undefined : zonedToInstant(query.from, '00:00', timeZone), before: query.to === undefined ? undefined : zonedToInstant(addDays(query.to, 1), '00:00', timeZone) }
    const rows = await repo.listDispenses(tx, { ...query, ...days, places, search }, page)
    const presented = new Map((await shown(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

export function readDispense(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await dispenseRow(tx, id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    return shownOne(tx, row)
  })
}

interface ReturnLine {
  dispenseItemId: string
  quantity: string
  isSealed: boolean
  isChecked: boolean
}

interface TakingBack {
  document: { type: string; id: string }
  storeId: string
  known: readonly repo.DispenseItemRow[]
  lines: readonly ReturnLine[]
  reason: string
  witnessId?: string | undefined
}

/** Takes locked lines back into a store and credits what was charged for them; says of each line whether it went to its lot. */
export async function takeBackLines(tx: Tx, { document, storeId, known: rows, lines, reason, witnessId }: TakingBack) {
  const known = new Map(rows.map((line) => [line.id, line]))
  const items = await stockItems(tx, rows.map((line) => ({ itemId: line.item_id, path: 'lines' })))
  const lots = new Map((await lotsByIds(tx, rows.map((line) => line.lot_id))).map((lot) => [lot.id, lot]))
  const totals = new Map<string, string>()
  const goods = lines.map((line, index) => {
    const own = known.get(line.dispenseItemId)
    if (own === undefined) throw invalidField(`lines.${index}.dispenseItemId`, 'reference.unknown')
    const item = found(items.get(own.item_id))
    const quantity = inBase(item, line.quantity, undefined, `lines.${index}`)
    const all = add(totals.get(own.id) ?? own.returned, quantity)
    if (compare(all, own.quantity) > 0) throw invalidField(`lines.${index}.quantity`, 'pharmacy.above_returnable', pharmacyErrors.above_returnable)
    totals.set(own.id, all)
    return { own, item, lot: found(lots.get(own.lot_id)), quantity, isSealed: line.isSealed, isChecked: line.isChecked, patientId: own.patient_id }
  })
  await takeBack(tx, { storeId, facilityId: rows[0]?.facility_id ?? '', document, reason, witnessId, goods })
  await repo.addReturned(tx, new Map([...totals].map(([id, all]) => [id, subtract(all, known.get(id)?.returned ?? '0')])))
  const creditNoteIds: string[] = []
  // Charges are locked in the order of their ids, whatever the order of the lines.
  for (const { own, quantity } of goods.toSorted((a, b) => ((a.own.charge_id ?? '') < (b.own.charge_id ?? '') ? -1 : 1))) {
    const note = own.charge_id === null ? null : await creditCharge(tx, own.charge_id, quantity, reason)
    if (note !== null) creditNoteIds.push(note)
  }
  return { creditNoteIds, taken: goods.map(({ own, item, quantity, isSealed, isChecked }) => ({ own, quantity, isBack: goesBack({ isReturnable: item.is_returnable, storage: item.storage, isControlled: item.is_controlled }, { isSealed, isChecked }) })) }
}

/** Takes goods back to their lots, or wastes what may not go back, and credits what was charged. */
export function returnDispense(ctx: Ctx, { params, body }: Input<'returnDispense'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await dispenseRow(tx, params.id))
    requirePermission(ctx, 'pharmacy.dispense', row.facility_id)
    const known = await repo.lockItemsOf(tx, row.id)
    const { creditNoteIds } = await takeBackLines(tx, { document: { type: 'dispense-return', id: row.id }, storeId: known[0]?.store_id ?? '', known, lines: body.lines, reason: body.reason, witnessId: body.witnessId })
    return { ...(await shownOne(tx, row)), creditNoteIds }
  })
}
