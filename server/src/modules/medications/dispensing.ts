import type { RouteInput } from '#contract/define.ts'
import { type DispenseBody, type medications, medicationsErrors, prescriptionLifecycle } from '#contract/medications.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { checkSafety, type ResolvedLine, type StockOut, stockOutPort } from './ports.ts'
import * as repo from './repo.ts'
import { handOut, remainingLines } from './rules.ts'
import { ids, locked, prescriptionDispensed, refuse, shown } from './service.ts'

type Input<K extends keyof typeof medications> = RouteInput<(typeof medications)[K]>

async function refuseOutdated(tx: Tx, row: repo.PrescriptionRow): Promise<void> {
  const { timeZone } = await facilityOf(tx, row.facility_id)
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

/** Hands out lines, or all that is left; with a store its lots leave it, everything in one transaction or nothing. */
export function dispensePrescription(ctx: Ctx, { params, body, ifMatch }: Input<'dispense'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, { permission: 'medications.dispense', ifMatch })
    const whole = takeStep(prescriptionLifecycle, before.state, 'dispense')
    await refuseOutdated(tx, before)
    const items = await repo.itemsOf(tx, [before.id])
    const [stock] = stockOutPort.all()
    const lines = await resolved(tx, items, body, stock)
    const { totals, unknown, over, isComplete } = handOut(items, lines)
    refuse(kernelErrors.invalid, unknown)
    refuse(medicationsErrors.over_dispensed, over)
    const given = items.filter((item) => totals.has(item.id)).map((item) => ({ medicationId: item.medication_id, dosage: item.dosage, frequency: item.frequency }))
    await checkSafety(tx, { stage: 'dispense', patientId: before.patient_id, subject: { type: 'prescription', id: before.id }, medications: given, overrides: body?.overrides ?? [], isBinding: true })
    await repo.addDispensed(tx, totals)
    const storeId = body?.storeId ?? null
    const dispenseId = newId()
    await repo.insertDispense(tx, before, { id: dispenseId, storeId, counsellingNote: body?.counsellingNote ?? '' })
    const isFromStock = stock !== undefined && body?.storeId !== undefined
    const taken = isFromStock ? await stock.takeOut(tx, { dispenseId, prescription: before, items, storeId: body.storeId ?? '', lines, body }) : lines
    await repo.insertDispenseLines(tx, before, dispenseId, taken.map((line) => ({ prescription_item_id: line.prescriptionItemId, quantity: line.quantity, lot_id: line.lotId ?? null })))
    const row = await repo.updatePrescription(tx, before.id, before.version, { state: isComplete ? whole : 'partly-dispensed' })
    await emit(tx, prescriptionDispensed, { ...ids(row), dispenseId, storeId })
    return shown(tx, row)
  })
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
