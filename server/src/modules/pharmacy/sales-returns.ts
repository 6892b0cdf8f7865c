import type { RouteInput } from '#contract/define.ts'
import { paymentMethod } from '#contract/billing.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { add, compare, minorUnits, money, plain, subtract, sum } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { together } from '#kernel/together.ts'
import { amountOf, creditLine, creditTotals, isRoundedOff, shiftFor, takeDocumentNumber } from '../billing/index.ts'
import { inBase, lotsByIds, stockItems } from '../inventory/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { takeBack } from './goods.ts'
import { presentWhole } from './present.ts'
import { type ByMethod, leftByMethod, refundsOf } from './rules.ts'
import { goodsSold } from './sales.ts'
import * as repo from './sales-repo.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type ReturnBody = Input<'returnSale'>['body']

interface Back {
  line: repo.SaleLineRow
  quantity: string
  isSealed: boolean
  isChecked: boolean
}

function backOf(lines: readonly repo.SaleLineRow[], wanted: ReturnBody['lines']): { back: Back[]; after: Map<string, string> } {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const after = new Map<string, string>()
  const back = wanted.map((one, index) => {
    const line = byId.get(one.saleLineId)
    if (line === undefined) throw invalidField(`lines.${index}.saleLineId`, 'reference.unknown')
    if (after.has(line.id)) throw invalidField(`lines.${index}.saleLineId`, 'value.refused')
    const all = add(line.returned, one.quantity)
    if (compare(all, line.quantity) > 0) throw invalidField(`lines.${index}.quantity`, 'pharmacy.above_returnable', pharmacyErrors.above_returnable)
    after.set(line.id, all)
    return { line, quantity: one.quantity, isSealed: one.isSealed, isChecked: one.isChecked }
  })
  return { back, after }
}

/** What comes back of a sale, what is credited for it, and what each way of paying still has. */
async function creditOf(tx: Tx, before: repo.SaleRow | undefined, wanted: ReturnBody['lines']) {
  const sale = found(before)
  requirePermission(tx.ctx, 'pharmacy.sell', sale.facility_id)
  if (sale.kind !== 'sale') throw new AppError(pharmacyErrors.not_returnable)
  const [lines, paid, facility] = await together([repo.linesOfSale(tx, sale.id), repo.paymentsAround(tx, sale.id), knownFacility(tx, sale.facility_id)])
  const { back, after } = backOf(lines, wanted)
  const decimals = minorUnits(sale.currency)
  const credited = back.map(({ line, quantity }) => ({ ...creditLine({ ...line, decimals }, line.returned, quantity), line, quantity }))
  const isLast = lines.every((line) => compare(after.get(line.id) ?? line.returned, line.quantity) === 0)
  const sums = creditTotals(credited, subtract(sale.total, sale.returned_total), { isLast, decimals, isRoundedOff: isRoundedOff(facility) })
  return { sale, facility, back, after, credited, sums, left: leftByMethod(paid) }
}

/** What the return would pay back, before anything is taken. */
export function quoteReturn(ctx: Ctx, { params, body }: Input<'quoteReturn'>) {
  return withContext(ctx, async (tx) => {
    const { sale, sums, left } = await creditOf(tx, await repo.readSale(tx, params.id), body.lines)
    const shown = (parts: readonly ByMethod[]) => parts.map(({ method, amount }) => ({ method: paymentMethod.parse(method), amount: money(amount, sale.currency) }))
    return { total: money(sums.total, sale.currency), refunds: shown(refundsOf(sums.total, left)), refundable: shown(left) }
  })
}

/** How it is paid back: as it is said, but by no way more than came by it and is not yet back. */
function paidBack(body: ReturnBody, total: string, { left, currency, locale }: { left: readonly ByMethod[]; currency: string; locale: Ctx['locale'] }): repo.SalePaymentRow[] {
  if (body.method !== undefined && body.refunds !== undefined) throw invalidField('refunds', 'value.refused')
  if (compare(total, '0') <= 0) return []
  const said = body.refunds?.map((one, index) => ({ method: one.method, amount: amountOf(one.amount, currency, `refunds.${index}.amount.amount`), reference: one.reference ?? '' })) ?? (body.method === undefined ? undefined : [{ method: body.method, amount: total, reference: '' }])
  if (said === undefined) return refundsOf(total, left).map((one) => ({ ...one, kind: 'refund', reference: '' }))
  if (compare(sum(said.map((one) => one.amount)), total) !== 0) throw new AppError(pharmacyErrors.payment_mismatch, { values: { total: plain(total) }, fields: [{ path: 'refunds', code: 'pharmacy.payment_mismatch' }] })
  for (const [index, { method }] of said.entries()) {
    const all = sum(said.filter((one) => one.method === method).map((one) => one.amount))
    const limit = left.find((one) => one.method === method)?.amount ?? '0'
    if (compare(all, limit) <= 0) continue
    const { code } = pharmacyErrors.refund_above_paid
    const values = { left: money(limit, currency).amount }
    throw new AppError(pharmacyErrors.refund_above_paid, { values, fields: [{ path: body.refunds === undefined ? 'method' : `refunds.${index}.amount`, code: 'pharmacy.above_paid', message: message(locale, `errors.${code}`, values) }] })
  }
  return said.map((one) => ({ ...one, kind: 'refund' }))
}

/** Takes back against the receipt: the stored line in proportion, to the lot it came from, paid back as it was paid. */
export function returnSale(ctx: Ctx, { params, body }: Input<'returnSale'>) {
  return withContext(ctx, async (tx) => {
    const { sale: before, facility, back, after, credited, sums, left } = await creditOf(tx, await repo.lockSale(tx, params.id), body.lines)
    const refunds = paidBack(body, sums.total, { left, currency: before.currency, locale: ctx.locale })
    const items = await stockItems(tx, back.map(({ line }, index) => ({ itemId: line.item_id, path: `lines.${index}` })))
    const lots = new Map((await lotsByIds(tx, back.map(({ line }) => line.lot_id))).map((lot) => [lot.id, lot]))
    for (const [index, { line, quantity }] of back.entries()) inBase(found(items.get(line.item_id)), quantity, undefined, `lines.${index}`)
    const id = newId()
    await takeBack(tx, { storeId: before.store_id, facilityId: facility.id, document: { type: 'sale-return', id }, reason: body.reason, witnessId: body.witnessId, goods: back.map((one) => ({ item: found(items.get(one.line.item_id)), lot: found(lots.get(one.line.lot_id)), quantity: one.quantity, isSealed: one.isSealed, isChecked: one.isChecked, patientId: before.patient_id })) })
    await repo.addReturned(tx, after)
    await repo.addReturnedTotal(tx, before, add(before.returned_total, sums.total))
    await emit(tx, goodsSold, { saleId: id, facilityId: facility.id, storeId: before.store_id, patientId: before.patient_id })
    const shiftId = await shiftFor(tx, facility.id, refunds.map((one) => one.method))
    const { number, on } = await takeDocumentNumber(tx, facility, 'N')
    const sale: repo.NewSale = { id, number, kind: 'return', sale_id: before.id, facility_id: facility.id, store_id: before.store_id, patient_id: before.patient_id, customer_name: before.customer_name, customer_state_code: before.customer_state_code, customer_tax_number: before.customer_tax_number, prescriber: '', currency: before.currency, is_inter_state: before.is_inter_state, ...repo.sumsOf(sums), reason: body.reason, witness_id: body.witnessId ?? null, sold_on: on }
    const returned = credited.map(({ line, quantity, ...amounts }) => ({ ...amounts, sale_line_id: line.id, item_id: line.item_id, lot_id: line.lot_id, name: line.name, tax_code: line.tax_code, batch: line.batch, expires_on: line.expires_on, quantity, unit_price: line.unit_price, is_tax_included: line.is_tax_included, tax_rate_percent: line.tax_rate_percent }))
    const [{ row, lines: written }, names] = await together([repo.insertSale(tx, sale, { lines: returned, payments: refunds, shiftId }), userNames(tx, [ctx.userId])])
    return presentWhole(row, { lines: written, payments: refunds, names })
  })
}
