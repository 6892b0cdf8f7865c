import type { RouteInput } from '#contract/define.ts'
import { medicationsErrors } from '#contract/medications.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { compare, plain, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { amountOf, shiftFor, takeDocumentNumber } from '../billing/index.ts'
import { post } from '../inventory/index.ts'
import { checkSafety } from '../medications/index.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { presentSale, presentWhole } from './present.ts'
import { type Basket, basketOf, pathOf } from './sales-basket.ts'
import * as repo from './sales-repo.ts'

mapConstraint('sale_lines_returned', pharmacyErrors.above_returnable)
mapConstraint('sales_returned', pharmacyErrors.above_returnable)

/** Something was sold over the counter, or came back. */
export const goodsSold = defineEvent<{ saleId: string; facilityId: string; storeId: string; patientId: string | null }>('pharmacy.sold')

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>

function paymentsOf(body: Input<'sell'>['body'], basket: Basket): repo.SalePaymentRow[] {
  const { total } = basket.sums
  if (body.payments === undefined) return compare(total, '0') === 0 ? [] : [{ kind: 'payment', method: 'cash', amount: total, reference: '' }]
  const payments = body.payments.map((payment, index) => ({ kind: 'payment', method: payment.method, amount: amountOf(payment.amount, basket.facility.currency, `payments.${index}.amount.amount`), reference: payment.reference ?? '' }))
  if (compare(sum(payments.map((payment) => payment.amount)), total) !== 0) throw new AppError(pharmacyErrors.payment_mismatch, { values: { total: plain(total) }, fields: [{ path: 'payments', code: 'pharmacy.payment_mismatch' }] })
  return payments
}

/** To pass over what expires earlier needs a reason at its line. */
function requireReasons(body: Input<'sell'>['body'], { passing }: Basket): void {
  const unsaid = body.lines.findIndex((line, index) => passing.has(pathOf(index)) && (line.reason ?? '') === '')
  if (unsaid !== -1) throw invalidField(`${pathOf(unsaid)}.reason`, 'medications.lot_reason_required', medicationsErrors.lot_reason_required)
}

/** What a known patient carries away is checked as what a prescription hands out; only who may judge such a check passes over it. */
async function checkBuyer(tx: Tx, { saleId, patientId }: { saleId: string; patientId: string }, { body, basket }: { body: Input<'sell'>['body']; basket: Basket }): Promise<void> {
  const medicines = [...new Set([...basket.items.values()].flatMap((item) => item.medication_id ?? []))]
  if ((body.overrides ?? []).length > 0) requirePermission(tx.ctx, 'safety.check', basket.facility.id)
  if (medicines.length > 0) await checkSafety(tx, { stage: 'dispense', patientId, subject: { type: 'sale', id: saleId }, medications: medicines.map((medicationId) => ({ medicationId, dosage: '', frequency: '' })), overrides: body.overrides ?? [], isBinding: true })
}

/** Sells: lots leave the store, the money is taken and the receipt has its number, all or nothing. */
export function sell(ctx: Ctx, { body }: Input<'sell'>) {
  return withContext(ctx, async (tx) => {
    const patient = body.patientId === undefined ? undefined : await patientForWrite(tx, body.patientId)
    const basket = await basketOf(tx, body)
    requireReasons(body, basket)
    const payments = paymentsOf(body, basket)
    const id = newId()
    if (patient !== undefined) await checkBuyer(tx, { saleId: id, patientId: patient.id }, { body, basket })
    const reasonOf = (path: string) => body.lines.find((_line, index) => pathOf(index) === path)?.reason ?? ''
    const posting = post(tx, {
      document: { type: 'sale', id },
      held: { rows: basket.picked.map((one) => one.held), timeZone: basket.facility.timeZone },
      entries: basket.picked.map(({ itemId, lot, quantity, path }) => ({ kind: 'sale', storeId: basket.storeId, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, patientId: patient?.id ?? null, witnessId: body.witnessId ?? null, reason: reasonOf(path) })),
    })
    const saying = emit(tx, goodsSold, { saleId: id, facilityId: basket.facility.id, storeId: basket.storeId, patientId: patient?.id ?? null })
    const [, , shiftId, { number, on }, names] = await together([posting, saying, shiftFor(tx, basket.facility.id, payments.map((one) => one.method)), takeDocumentNumber(tx, basket.facility, 'S'), userNames(tx, [ctx.userId])])
    const name = body.customer?.name ?? (patient === undefined ? '' : `${patient.given_name} ${patient.family_name}`.trim())
    const sale: repo.NewSale = {
      id, number, kind: 'sale', sale_id: null, facility_id: basket.facility.id, store_id: basket.storeId, patient_id: patient?.id ?? null, customer_name: name, customer_state_code: body.customer?.stateCode ?? '', customer_tax_number: body.customer?.taxNumber ?? '', prescriber: body.customer?.prescriber ?? '', currency: basket.facility.currency, is_inter_state: basket.isInterState, ...repo.sumsOf(basket.sums), reason: '', witness_id: body.witnessId ?? null, sold_on: on,
    }
    const { row, lines } = await repo.insertSale(tx, sale, { lines: basket.lines, payments, shiftId })
    return presentWhole(row, { lines, payments, names })
  })
}

/** A sale with its lines and payments. */
export async function shown(tx: Tx, row: repo.SaleRow) {
  const [lines, payments, names] = await together([repo.linesOfSale(tx, row.id), repo.paymentsOfSale(tx, row.id), userNames(tx, [row.created_by])])
  return presentWhole(row, { lines, payments, names })
}

export function readSale(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readSale(tx, id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    return shown(tx, row)
  })
}

export function listSales(ctx: Ctx, { query }: Input<'listSales'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listSales(tx, { ...query, search: query.search?.trim(), places: placesFor(ctx, 'pharmacy.read', query.facilityId) }, page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentSale(row, names))
  })
}
