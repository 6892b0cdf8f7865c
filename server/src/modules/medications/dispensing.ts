import type { RouteInput } from '#contract/define.ts'
import { type DispenseBody, type medications, medicationsErrors, prescriptionLifecycle } from '#contract/medications.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add } from '#kernel/money.ts'
import { together } from '#kernel/together.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { checkSafety, type ResolvedLine, type StockOut, stockOutPort, type Taken } from './ports.ts'
import { presentPrescription } from './present.ts'
import * as repo from './repo.ts'
import { handOut, remainingLines } from './rules.ts'
import { aroundOf, ids, locked, prescriptionDispensed, refuse, shown } from './service.ts'

type Input<K extends keyof typeof medications> = RouteInput<(typeof medications)[K]>

async function refuseOutdated(tx: Tx, row: repo.PrescriptionRow): Promise<void> {
  const { timeZone } = await knownFacility(tx, row.facility_id)
  if (row.valid_until !== null && row.valid_until < localDate(tx.ctx.now, timeZone)) throw new AppError(medicationsErrors.no_longer_valid, { values: { until: row.valid_until } })
}

/** The lines with their prescribed items: as asked, or all that is left; an item of stock stands for the line its medicine was prescribed in. */
async function resolved(tx: Tx, items: readonly repo.ItemRow[], body: DispenseBody | undefined, stock: StockOut | undefined): Promise<ResolvedLine[]> {
  if (body?.lines === undefined) return remainingLines(items)
  if (stock !== undefined && body.storeId !== undefined) return stock.resolve(tx, items, body.lines)
  return body.lines.map((line, index) => {
    if (line.prescriptionItemId === undefined) throw invalidField('storeId', 'medications.no_store', medicationsErrors.no_store)
    if (line.itemId !== undefined && body.storeId === undefined) throw invalidField(`lines.${index}.itemId`, 'medications.no_store', medicationsErrors.no_store)
    return { ...line, prescriptionItemId: line.prescriptionItemId }
  })
}

/** What is given is checked, not what was prescribed; beside a substitute stands what else the prescription holds, which was checked with another medicine. */
export function checkedOf(items: readonly repo.ItemRow[], lines: readonly ResolvedLine[]) {
  const byItem = Map.groupBy(lines, (line) => line.prescriptionItemId)
  const medications = items.flatMap((item) => {
    const given = (byItem.get(item.id) ?? []).map((line) => line.given ?? { medicationId: item.medication_id, name: item.name })
    const different = [...new Map(given.map((one) => [one.medicationId ?? one.name, one])).values()]
    return different.map(({ medicationId, name }) => ({ ...(medicationId === null ? { name } : { medicationId }), dosage: item.dosage, frequency: item.frequency, line: item.id }))
  })
  const hasSubstitute = items.some((item) => byItem.get(item.id)?.some((line) => line.given !== undefined && line.given.medicationId !== item.medication_id))
  return { medications, beside: hasSubstitute ? items.filter((item) => !byItem.has(item.id)).map((item) => item.medication_id) : [] }
}

interface Handing {
  before: repo.PrescriptionRow
  items: readonly repo.ItemRow[]
  body: DispenseBody | undefined
  dispenseId: string
  lines: readonly ResolvedLine[]
}

/** The lots that leave the store, if there is one; else the lines as they were asked. */
async function taken(tx: Tx, stock: StockOut | undefined, { before, items, body, dispenseId, lines }: Handing): Promise<Taken> {
  if (stock === undefined || body?.storeId === undefined) return { lines, keep: async () => {} }
  return stock.takeOut(tx, { dispenseId, prescription: before, items, storeId: body.storeId, lines, body })
}

/** Hands out lines, or all that is left; with a store its lots leave it, everything in one transaction or nothing. */
export const dispensePrescription = (ctx: Ctx, { params, body, ifMatch }: Input<'dispense'>) => withContext(ctx, async (tx) => (await handOutPrescription(tx, { id: params.id, body, ifMatch })).prescription)

/** A dispense within a transaction: the prescription as it is then, and the dispense's id. */
export async function handOutPrescription(tx: Tx, { id, body, ifMatch }: { id: string; body: DispenseBody | undefined; ifMatch?: number | undefined }) {
  const before = found(await repo.lockToDispense(tx, id))
  requirePermission(tx.ctx, 'medications.dispense', before.facility_id)
  checkVersion(before, ifMatch)
  const whole = takeStep(prescriptionLifecycle, before.state, 'dispense')
  await refuseOutdated(tx, before)
  const items = await repo.itemsOf(tx, [before.id])
  const [stock] = stockOutPort.all()
  const asked = await resolved(tx, items, body, stock)
  const { totals, unknown, over, isComplete } = handOut(items, asked)
  refuse(kernelErrors.invalid, unknown)
  refuse(medicationsErrors.over_dispensed, over)
  const checking = checkSafety(tx, { stage: 'dispense', patientId: before.patient_id, subject: { type: 'prescription', id: before.id }, ...checkedOf(items, asked), overrides: body?.overrides ?? [], isBinding: true })
  const dispenseId = newId()
  // What is taken before a check refuses is undone with it.
  const [, { lines, keep }] = await together([checking, taken(tx, stock, { before, items, body, dispenseId, lines: asked })])
  const storeId = body?.storeId ?? null
  const state = isComplete ? whole : 'partly-dispensed'
  const written = lines.map((line) => ({ prescription_item_id: line.prescriptionItemId, quantity: line.quantity, lot_id: line.lotId ?? null }))
  const after = await repo.writeDispense(tx, before, { id: dispenseId, storeId, counsellingNote: body?.counsellingNote ?? '', state, totals, lines: written })
  const [, , patients, prescribers] = await together([keep(), emit(tx, prescriptionDispensed, { ...ids(before), dispenseId, storeId }), patientsByIds(tx, [before.patient_id]), userNames(tx, [before.prescriber_id])])
  const refusals = new Map(before.refused_reason === null ? [] : [[before.id, before.refused_reason]])
  const now = items.map((item) => ({ ...item, dispensed_quantity: add(item.dispensed_quantity, totals.get(item.id) ?? '0') }))
  return { dispenseId, prescription: presentPrescription(after, aroundOf({ items: now, patients, prescribers, refusals })) }
}

/** Opens what was handed out for another time. */
export function refillPrescription(ctx: Ctx, { params, ifMatch }: Input<'refill'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.dispense', ifMatch })
    const state = takeStep(prescriptionLifecycle, before.state, 'refill')
    if (before.refills_used >= before.refills) throw new AppError(medicationsErrors.no_refills)
    await refuseOutdated(tx, before)
    await repo.openForRefill(tx, before.id)
    return shown(tx, await repo.updatePrescription(tx, before.id, before.version, { state, refills_used: before.refills_used + 1 }))
  })
}
