import type { RouteInput } from '#contract/define.ts'
import { wardKind, type wardRoutes } from '#contract/pharmacy-wards.ts'
import { pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { plain, subtract } from '#kernel/money.ts'
import { pageOf, type PageRequest, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { holdShelf, stockItemsOfMedications, stockNumber, storeForUse } from '../inventory/index.ts'
import { handOutPrescription, lockPrescriptionsOf } from '../medications/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { itemsOfDispenses, lockItems } from './dispenses-repo.ts'
import { takeBackLines } from './dispenses.ts'
import { perDay } from './rules.ts'
import * as repo from './wards-repo.ts'

type Input<K extends keyof typeof wardRoutes> = RouteInput<(typeof wardRoutes)[K]>

/** A page of what inpatients need for a day. */
export async function dueFor(tx: Tx, filter: Omit<repo.DueFilter, 'today'>, page: PageRequest) {
  const [first] = filter.places
  const today = localDate(tx.ctx.now, first === undefined ? 'UTC' : (await knownFacility(tx, first)).timeZone)
  const rows = await repo.listDue(tx, { ...filter, today }, page)
  const prescriptions = [...new Map(rows.map((row) => [row.prescription_id, { id: row.prescription_id, created_at: row.created_at }])).values()]
  const shown = toPage(prescriptions, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => row.id)
  const ids = new Set(shown.items)
  const items = rows.filter((row) => ids.has(row.prescription_id)).map((row) => {
    const left = subtract(row.quantity, row.dispensed_quantity)
    return { medicationId: row.medication_id, prescriptionItemId: row.item_id, prescriptionId: row.prescription_id, prescriptionNumber: row.number, patientId: row.patient_id, patientName: `${row.given_name} ${row.family_name}`.trim(), patientMrn: row.mrn, ward: row.ward, name: row.name, dosage: row.dosage, frequency: row.frequency, perDay: perDay(row.quantity, row.duration_days, left), left: plain(left) }
  })
  return { items, nextCursor: shown.nextCursor }
}

export function listUnitDoses(ctx: Ctx, { query }: Input<'listUnitDoses'>) {
  const page = pageOf(query)
  const places = placesFor(ctx, 'pharmacy.read', query.facilityId) ?? []
  return withContext(ctx, async (tx) => {
    const { items, nextCursor } = await dueFor(tx, { places, ward: query.ward, search: query.search?.trim() }, page)
    return { items: items.map(({ medicationId: _medicine, ...one }) => one), nextCursor }
  })
}

/** A refusal of one prescription's lines names the lines as they were asked. */
function renamed(error: unknown, indexes: readonly number[]): unknown {
  if (!(error instanceof AppError) || error.params.fields === undefined) return error
  return new AppError(error.spec, { ...error.params, fields: error.params.fields.map((field) => ({ ...field, path: field.path.replace(/^lines\.(\d+)/, (_whole, at: string) => `lines.${indexes[Number(at)] ?? at}`) })) })
}

/** Issues the doses of a ward: prescriptions are locked in the order of their ids, then all the store has of their medicines, then each is dispensed. */
export function issueUnitDoses(ctx: Ctx, { body }: Input<'issueUnitDoses'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility } = await storeForUse(tx, body.storeId, 'pharmacy.dispense')
    const known = new Map((await lockPrescriptionsOf(tx, body.lines.map((line) => line.prescriptionItemId))).map((row) => [row.id, row]))
    const wanted = body.lines.map((line, index) => {
      const item = known.get(line.prescriptionItemId)
      if (item === undefined) throw invalidField(`lines.${index}.prescriptionItemId`, 'reference.unknown')
      return { index, prescriptionId: item.prescription_id, line: { prescriptionItemId: line.prescriptionItemId, quantity: line.quantity } }
    })
    const stocked = await stockItemsOfMedications(tx, [...new Set([...known.values()].map((row) => row.medication_id))])
    await holdShelf(tx, store.id, stocked.map((row) => row.id))
    const dispenseIds: string[] = []
    for (const [id, own] of [...Map.groupBy(wanted, (one) => one.prescriptionId)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const handing = handOutPrescription(tx, { id, body: { storeId: store.id, witnessId: body.witnessId, overrides: [], lines: own.map((one) => one.line) } })
      dispenseIds.push((await handing.catch((error: unknown) => { throw renamed(error, own.map((one) => one.index)) })).dispenseId)
    }
    const lines = (await itemsOfDispenses(tx, dispenseIds)).map((row) => ({ patient_id: row.patient_id, dispense_item_id: row.id, quantity: row.quantity, is_back: true }))
    const id = newId()
    await repo.insertWardDocument(tx, { id, kind: 'issue', number: await stockNumber(tx, facility, 'ward-issue'), facility_id: facility.id, store_id: store.id, ward: body.ward ?? '', reason: '', witness_id: body.witnessId ?? null }, lines)
    return shown(tx, id)
  })
}

/** Takes back what a ward did not use: into the store it came from. */
export function returnFromWard(ctx: Ctx, { body }: Input<'returnFromWard'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility } = await storeForUse(tx, body.storeId, 'pharmacy.dispense')
    const known = await lockItems(tx, body.lines.map((line) => line.dispenseItemId))
    const elsewhere = body.lines.findIndex((line) => known.some((row) => row.id === line.dispenseItemId && row.store_id !== store.id))
    if (elsewhere !== -1) throw invalidField(`lines.${elsewhere}.dispenseItemId`, 'pharmacy.not_of_store', pharmacyErrors.not_of_store)
    const id = newId()
    const { taken } = await takeBackLines(tx, { document: { type: 'ward-return', id }, storeId: store.id, known, lines: body.lines, reason: body.reason, witnessId: body.witnessId })
    await repo.insertWardDocument(tx, { id, kind: 'return', number: await stockNumber(tx, facility, 'ward-return'), facility_id: facility.id, store_id: store.id, ward: body.ward ?? '', reason: body.reason, witness_id: body.witnessId ?? null }, taken.map(({ own, quantity, isBack }) => ({ patient_id: own.patient_id, dispense_item_id: own.id, quantity, is_back: isBack })))
    return shown(tx, id)
  })
}

const present = (row: repo.WardRow, names: ReadonlyMap<string, string>) => ({ id: row.id, kind: wardKind.parse(row.kind), number: row.number, facilityId: row.facility_id, storeId: row.store_id, storeName: row.store_name, ward: row.ward, reason: row.reason, createdAt: row.created_at.toISOString(), by: names.get(row.created_by) ?? '' })

async function shown(tx: Tx, id: string) {
  const row = found(await repo.readWardDocument(tx, id))
  const lines = await repo.linesOfWardDocument(tx, id)
  const patients = new Map((await patientsByIds(tx, [...new Set(lines.map((line) => line.patient_id))])).map((one) => [one.id, one]))
  return {
    ...present(row, await userNames(tx, [row.created_by])),
    lines: lines.map((line) => {
      const patient = patients.get(line.patient_id)
      return { id: line.id, patientId: line.patient_id, patientName: patient === undefined ? '' : `${patient.given_name} ${patient.family_name}`.trim(), patientMrn: patient?.mrn ?? '', dispenseId: line.dispense_id, dispenseItemId: line.dispense_item_id, itemId: line.item_id, itemName: line.item_name, unit: line.unit, batch: line.batch, quantity: plain(line.quantity), returned: plain(line.returned), isBack: line.is_back }
    }),
  }
}

export function readWardDocument(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, 'pharmacy.read', found(await repo.readWardDocument(tx, id)).facility_id)
    return shown(tx, id)
  })
}

export function listWardDocuments(ctx: Ctx, { query }: Input<'listWardDocuments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listWardDocuments(tx, placesFor(ctx, 'pharmacy.read', query.facilityId), page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => present(row, names))
  })
}
