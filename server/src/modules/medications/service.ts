import type { RouteInput } from '#contract/define.ts'
import { type AllergyWarning, type medications, medicationsErrors, type PrescriptionItemBody, prescriptionLifecycle } from '#contract/medications.ts'
import { computedQuantity } from '#contract/medications-quantity.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { TimelineItem } from '#contract/patients.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { together } from '#kernel/together.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { encounterForWrite } from '../encounters/index.ts'
import { facilityOf, knownFacility } from '../organizations/index.ts'
import { activeAllergies, patientForWrite, type PatientRow, patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { type Around, presentPrescription, presentTimeline } from './present.ts'
import { checkSafety, countedIn } from './ports.ts'
import { refusalsOf } from './refusals-repo.ts'
import { validDaysOf } from './settings.ts'
import * as repo from './repo.ts'
import { type FieldError, foreignInstructions, formatNumber, matchingAllergies, numberOf, plainQuantity } from './rules.ts'

mapConstraint('prescription_items_dispensed', medicationsErrors.over_dispensed)

export const prescriptionFinalized = defineEvent<{ prescriptionId: string; encounterId: string; patientId: string; facilityId: string }>('medications.finalized')
export const prescriptionDispensed = defineEvent<{ dispenseId: string; prescriptionId: string; encounterId: string; patientId: string; facilityId: string; storeId: string | null }>('medications.dispensed')

type Input<K extends keyof typeof medications> = RouteInput<(typeof medications)[K]>

/** What stands beside prescriptions when they are shown. */
export const aroundOf = (beside: Omit<Around, 'patients'> & { patients: readonly PatientRow[] }): Around => ({ ...beside, patients: new Map(beside.patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }])) })

async function around(tx: Tx, rows: readonly repo.PrescriptionRow[]): Promise<Around> {
  const ofRows = rows.map((row) => row.id)
  const [patients, items, prescribers, refusals] = await together([patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]), repo.itemsOf(tx, ofRows), userNames(tx, rows.map((row) => row.prescriber_id)), refusalsOf(tx, ofRows)])
  return aroundOf({ items, patients, prescribers, refusals })
}

/** A prescription as its readers see it. */
export const shown = async (tx: Tx, row: repo.PrescriptionRow) => presentPrescription(row, await around(tx, [row]))

interface Checked {
  rows: repo.NewItem[]
  medicines: repo.MedicationRow[]
}

/** 422 naming the fields, when there are any. */
export const refuse = (spec: AppError['spec'], fields: FieldError[]): void => {
  if (fields.length > 0) throw new AppError(spec, { fields })
}

/** The items against the register and the grammar of each system, every wrong field named. */
async function checkItems(tx: Tx, items: readonly PrescriptionItemBody[]): Promise<Checked> {
  const asked = items.map((item) => item.medicationId)
  const [rowsOf, stockedIn] = await together([repo.medicationsByIds(tx, asked), countedIn(tx, asked)])
  const known = new Map(rowsOf.map((row) => [row.id, row]))
  const paired = items.flatMap((item, index) => {
    const medicine = known.get(item.medicationId)
    if (medicine === undefined) return []
    const stocked = stockedIn(medicine.id)
    const computed = computedQuantity(item, stocked)
    return [{ item, index, medicine, quantity: item.quantity ?? computed?.quantity, unit: computed?.unit ?? stocked[0]?.unit ?? '' }]
  })
  refuse(kernelErrors.invalid, items.flatMap((item, index) => (known.has(item.medicationId) ? [] : [{ path: `items.${index}.medicationId`, code: 'reference.unknown' }])))
  refuse(medicationsErrors.inactive, paired.filter(({ medicine }) => !medicine.is_active).map(({ index }) => ({ path: `items.${index}.medicationId`, code: 'medications.inactive' })))
  refuse(medicationsErrors.wrong_system, paired.flatMap(({ item, index, medicine }) => foreignInstructions(item.instructions, medicine.system).map((key) => ({ path: `items.${index}.instructions.${key}`, code: 'medications.wrong_system' }))))
  refuse(medicationsErrors.quantity_required, paired.filter(({ quantity }) => quantity === undefined).map(({ index }) => ({ path: `items.${index}.quantity`, code: 'medications.quantity_required' })))
  const rows = paired.map(({ item, medicine, quantity, unit }) => ({
    medication_id: medicine.id, name: medicine.name, system: medicine.system, dosage: item.dosage, frequency: item.frequency, duration_days: item.durationDays, quantity: quantity ?? '', unit, instructions: item.instructions,
  }))
  return { rows, medicines: [...known.values()] }
}

async function warningsFor(tx: Tx, patientId: string, medicines: readonly repo.MedicationRow[]): Promise<AllergyWarning[]> {
  const allergies = (await activeAllergies(tx, patientId)).map((one) => ({ ...one, folded: foldText(one.text) }))
  return medicines.flatMap((medicine) =>
    matchingAllergies(allergies, `${foldText(medicine.name)} ${foldText(medicine.generic_name)}`).map((allergy) => ({
      code: 'medications.allergy' as const, medicationId: medicine.id, medicationName: medicine.name, allergy: allergy.text, severity: allergy.severity,
    })))
}

type Asked = Pick<repo.NewItem, 'medication_id' | 'dosage' | 'frequency'>

/** What the safety checks say of a draft; nothing is refused yet. */
const alertsOf = (tx: Tx, row: repo.PrescriptionRow, items: readonly Asked[]) => checkSafety(tx, { stage: 'order', patientId: row.patient_id, subject: { type: 'prescription', id: row.id }, medications: items.map(asked), overrides: [], isBinding: false })
const asked = (item: Asked) => ({ medicationId: item.medication_id, dosage: item.dosage, frequency: item.frequency })

interface Draft {
  encounterId: string
  items: readonly PrescriptionItemBody[]
  refills?: number | undefined
  validDays?: number | undefined
  repeatOf?: repo.PrescriptionRow
}

async function draft(tx: Tx, { encounterId, items, repeatOf, refills, validDays }: Draft) {
  const encounter = await encounterForWrite(tx, encounterId)
  requirePermission(tx.ctx, 'medications.prescribe', encounter.facility_id)
  await patientForWrite(tx, encounter.patient_id)
  if (repeatOf !== undefined && repeatOf.patient_id !== encounter.patient_id) throw invalidField('encounterId', 'medications.other_patient', medicationsErrors.other_patient)
  const checked = await checkItems(tx, items)
  const row = await repo.insertPrescription(tx, { patient_id: encounter.patient_id, encounter_id: encounter.id, facility_id: encounter.facility_id, prescriber_id: tx.ctx.userId, state: prescriptionLifecycle.initial, repeat_of: repeatOf?.id ?? null, refills: refills ?? 0, valid_days: validDays ?? (await validDaysOf(tx)) })
  await repo.insertItems(tx, row, checked.rows)
  return { ...(await shown(tx, row)), warnings: await warningsFor(tx, row.patient_id, checked.medicines), alerts: await alertsOf(tx, row, checked.rows) }
}

/** Drafts a prescription in an open visit; what the safety checks say comes back in `alerts`. */
export const prescribe = (ctx: Ctx, { body }: Input<'prescribe'>) => withContext(ctx, (tx) => draft(tx, body))

export function repeatPrescription(ctx: Ctx, { params, body }: Input<'repeat'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.readPrescription(tx, params.id))
    takeStep(prescriptionLifecycle, before.state, 'repeat')
    const items = (await repo.itemsOf(tx, [before.id])).map((row) => ({ medicationId: row.medication_id, dosage: row.dosage, frequency: row.frequency, durationDays: row.duration_days, quantity: plainQuantity(row.quantity), instructions: row.instructions }))
    return draft(tx, { encounterId: body.encounterId, items, repeatOf: before })
  })
}

export function readPrescription(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, found(await repo.readPrescription(tx, id))))
}

/** Prescriptions, newest first; what is due the longest waiting first. */
export function listPrescriptions(ctx: Ctx, { query: { due, number, ...query } }: Input<'listPrescriptions'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const facility = query.facilityId === undefined || (due === undefined && number === undefined) ? undefined : await knownFacility(tx, query.facilityId)
    const outdatedOn = due === 'outdated' ? localDate(ctx.now, facility?.timeZone ?? 'UTC') : undefined
    const rows = await repo.listPrescriptions(tx, { ...query, isDue: due !== undefined, outdatedOn, number: number === undefined || number.trim() === '' ? undefined : numberOf(number, facility?.code) }, page)
    const beside = await around(tx, rows)
    const at = (row: repo.PrescriptionRow) => (due === undefined ? row.created_at : (row.finalized_at ?? row.created_at))
    return toPage(rows, page.limit, (row) => ({ at: at(row).toISOString(), id: row.id }), (row) => presentPrescription(row, beside))
  })
}

interface Access {
  permission: string
  ifMatch: number | undefined
}

/** The prescription locked, seen in the version the caller saw, by someone who may do this in its facility. */
export async function locked(tx: Tx, id: string, { permission, ifMatch }: Access): Promise<repo.PrescriptionRow> {
  const row = found(await repo.lockPrescription(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function updatePrescription(ctx: Ctx, { params, body, ifMatch }: Input<'updatePrescription'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.prescribe', ifMatch })
    const state = takeStep(prescriptionLifecycle, before.state, 'update')
    const checked = await checkItems(tx, body.items)
    await repo.deleteItems(tx, before.id)
    await repo.insertItems(tx, before, checked.rows)
    const row = await repo.updatePrescription(tx, before.id, before.version, { state, ...(body.refills === undefined ? {} : { refills: body.refills }), ...(body.validDays === undefined ? {} : { valid_days: body.validDays }) })
    return { ...(await shown(tx, row)), warnings: await warningsFor(tx, row.patient_id, checked.medicines), alerts: await alertsOf(tx, row, checked.rows) }
  })
}

/** The ids an event about a prescription carries. */
export const ids = (row: repo.PrescriptionRow) => ({ prescriptionId: row.id, encounterId: row.encounter_id, patientId: row.patient_id, facilityId: row.facility_id })

/** Signs a draft and numbers it; alerts that bind need their `overrides` (`safety.override_required`). */
export function finalizePrescription(ctx: Ctx, { params, body, ifMatch }: Input<'finalize'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.prescribe', ifMatch })
    const state = takeStep(prescriptionLifecycle, before.state, 'finalize')
    const items = await repo.itemsOf(tx, [before.id])
    await checkSafety(tx, { stage: 'order', patientId: before.patient_id, subject: { type: 'prescription', id: before.id }, medications: items.map(asked), overrides: body?.overrides ?? [], isBinding: true })
    const facility = await facilityOf(tx, before.facility_id)
    const running = await nextNumber(tx, { scope: facility.id, kind: 'prescription', series: '', fiscalYear: '' })
    const row = await repo.updatePrescription(tx, before.id, before.version, { state, number: formatNumber(facility.code, running), finalized_at: ctx.now, valid_until: addDays(localDate(ctx.now, facility.timeZone), before.valid_days) })
    await emit(tx, prescriptionFinalized, ids(row))
    return shown(tx, row)
  })
}

export function cancelPrescription(ctx: Ctx, { params, body, ifMatch }: Input<'cancel'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.prescribe', ifMatch })
    const state = takeStep(prescriptionLifecycle, before.state, 'cancel')
    return shown(tx, await repo.updatePrescription(tx, before.id, before.version, { state, cancel_reason: body.reason }))
  })
}

/** What was handed out at once: for stock and charges. */
export async function dispenseOf(tx: Tx, id: string) {
  const dispense = found(await repo.readDispense(tx, id))
  return { ...dispense, lines: await repo.dispenseLines(tx, id) }
}

/** Prescriptions of a patient or a visit as timeline items, newest first. */
export async function timelineOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, { before, limit }: { before: Date | null; limit: number }): Promise<TimelineItem[]> {
  const rows = await repo.newestOf(tx, subject, before, limit)
  const items = await repo.itemsOf(tx, rows.map((row) => row.id))
  return rows.map((row) => presentTimeline(row, items))
}
