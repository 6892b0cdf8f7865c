import type { RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { add, compare, minorUnits, money, plain, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { amountOf, type BillTotals, creditLine, creditTotals, isRoundedOff, priceLine, takeDocumentNumber, totals } from '../billing/index.ts'
import { counterOf, inBase, lotsByIds, type Picked, pickLots, post, requireWitness, stockItems } from '../inventory/index.ts'
import { type Facility, knownFacility } from '../organizations/index.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { discountsOf } from './discounts.ts'
import { priceOf, takeBack } from './goods.ts'
import { presentQuoted, presentSale, presentWhole } from './present.ts'
import * as repo from './sales-repo.ts'

mapConstraint('sale_lines_returned', pharmacyErrors.above_returnable)
mapConstraint('sales_returned', pharmacyErrors.above_returnable)

/** Something was sold over the counter, or came back. */
export const goodsSold = defineEvent<{ saleId: string; facilityId: string; storeId: string; patientId: string | null }>('pharmacy.sold')

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type SaleBody = Input<'quoteSale'>['body']

interface Basket {
  facility: Facility
  storeId: string
  isInterState: boolean
  lines: repo.NewSaleLine[]
  sums: BillTotals
  picked: readonly Picked[]
}

// Goods carried away at the counter are supplied there; a customer who names another state has them delivered (IGST Act 2017, section 10(1)(a)).
const isInterStateFor = (facility: Facility, stateCode: string | undefined): boolean => facility.taxRegime === 'gst' && (stateCode ?? '') !== '' && stateCode !== facility.stateCode

function checkPrescriber(items: Iterable<{ controlled_class: string }>, body: SaleBody): void {
  const isNeeded = [...items].some((item) => item.controlled_class !== '')
  if (isNeeded && (body.customer?.prescriber ?? '') === '') throw invalidField('customer.prescriber', 'pharmacy.prescriber_required', pharmacyErrors.prescriber_required)
}

/** Lots, prices and taxes of what is sold; the lots stay locked. */
async function basketOf(tx: Tx, body: SaleBody): Promise<Basket> {
  const { store, facility, today } = await counterOf(tx, body.storeId, 'pharmacy.sell')
  const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
  checkPrescriber(items.values(), body)
  await requireWitness(tx, items.values(), body.witnessId)
  const wants = body.lines.map((line, index) => ({ itemId: line.itemId, lotId: line.lotId, path: `lines.${index}`, quantity: inBase(found(items.get(line.itemId)), line.quantity, line.unit, `lines.${index}`) }))
  const picked = await pickLots(tx, { storeId: store.id, on: today, wants })
  const isInterState = isInterStateFor(facility, body.customer?.stateCode)
  const decimals = minorUnits(facility.currency)
  const parts = body.lines.flatMap((_line, index) => picked.filter((one) => one.path === `lines.${index}`).map((one) => {
    const item = found(items.get(one.itemId))
    const input = { unitPrice: priceOf(one.lot, one.path), quantity: one.quantity, discount: '0', taxRatePercent: item.tax_rate_percent, isTaxIncluded: item.is_tax_included, regime: facility.taxRegime, isInterState, decimals }
    return { line: index, one, item, input, gross: priceLine(input).gross }
  }))
  const discounts = discountsOf(body, parts, facility.currency)
  const lines = parts.map(({ one, item, input }, index): repo.NewSaleLine => ({
    ...priceLine({ ...input, discount: discounts[index] ?? '0' }), sale_line_id: null, item_id: item.id, lot_id: one.lot.id, name: item.name, tax_code: item.tax_code, batch: one.lot.batch, expires_on: one.lot.expires_on, quantity: one.quantity, unit_price: input.unitPrice, is_tax_included: item.is_tax_included, tax_rate_percent: item.tax_rate_percent,
  }))
  return { facility, storeId: store.id, isInterState, lines, sums: totals(lines, { decimals, isRoundedOff: isRoundedOff(facility) }), picked }
}

export function quoteSale(ctx: Ctx, { body }: Input<'quoteSale'>) {
  return withContext(ctx, async (tx) => {
    const { facility, lines, sums } = await basketOf(tx, body)
    const of = (amount: string) => money(amount, facility.currency)
    return { lines: lines.map((line) => presentQuoted(line, facility.currency)), subtotal: of(sums.subtotal), discount: of(sums.discount), taxable: of(sums.taxable), cgst: of(sums.cgst), sgst: of(sums.sgst), igst: of(sums.igst), tax: of(sums.tax), roundOff: of(sums.roundOff), total: of(sums.total) }
  })
}

function paymentsOf(body: Input<'sell'>['body'], basket: Basket): repo.SalePaymentRow[] {
  const { total } = basket.sums
  if (body.payments === undefined) return compare(total, '0') === 0 ? [] : [{ kind: 'payment', method: 'cash', amount: total, reference: '' }]
  const payments = body.payments.map((payment, index) => ({ kind: 'payment', method: payment.method, amount: amountOf(payment.amount, basket.facility.currency, `payments.${index}.amount.amount`), reference: payment.reference ?? '' }))
  if (compare(sum(payments.map((payment) => payment.amount)), total) !== 0) throw new AppError(pharmacyErrors.payment_mismatch, { values: { total: plain(total) }, fields: [{ path: 'payments', code: 'pharmacy.payment_mismatch' }] })
  return payments
}

/** Sells: lots leave the store, the money is taken and the receipt has its number, all or nothing. */
export function sell(ctx: Ctx, { body }: Input<'sell'>) {
  return withContext(ctx, async (tx) => {
    const patient = body.patientId === undefined ? undefined : await patientForWrite(tx, body.patientId)
    const basket = await basketOf(tx, body)
    const payments = paymentsOf(body, basket)
    const id = newId()
    const posting = post(tx, {
      document: { type: 'sale', id },
      held: { rows: basket.picked.map((one) => one.held), timeZone: basket.facility.timeZone },
      entries: basket.picked.map(({ itemId, lot, quantity }) => ({ kind: 'sale', storeId: basket.storeId, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, patientId: patient?.id ?? null, witnessId: body.witnessId ?? null })),
    })
    const saying = emit(tx, goodsSold, { saleId: id, facilityId: basket.facility.id, storeId: basket.storeId, patientId: patient?.id ?? null })
    const [, , { number, on }, names] = await together([posting, saying, takeDocumentNumber(tx, basket.facility, 'S'), userNames(tx, [ctx.userId])])
    const name = body.customer?.name ?? (patient === undefined ? '' : `${patient.given_name} ${patient.family_name}`.trim())
    const sale: repo.NewSale = {
      id, number, kind: 'sale', sale_id: null, facility_id: basket.facility.id, store_id: basket.storeId, patient_id: patient?.id ?? null, customer_name: name, customer_state_code: body.customer?.stateCode ?? '', prescriber: body.customer?.prescriber ?? '', currency: basket.facility.currency, is_inter_state: basket.isInterState, ...repo.sumsOf(basket.sums), reason: '', witness_id: body.witnessId ?? null, sold_on: on,
    }
    const { row, lines } = await repo.insertSale(tx, sale, { lines: basket.lines, payments })
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
    const rows = await repo.listSales(tx, query, page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentSale(row, names))
  })
}

interface Back {
  line: repo.SaleLineRow
  quantity: string
  isSealed: boolean
  isChecked: boolean
}

function backOf(lines: readonly repo.SaleLineRow[], wanted: Input<'returnSale'>['body']['lines']): { back: Back[]; after: Map<string, string> } {
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

/** Takes back against the receipt: the stored line in proportion, to the lot it came from, paid back as it was paid. */
export function returnSale(ctx: Ctx, { params, body }: Input<'returnSale'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockSale(tx, params.id))
    requirePermission(ctx, 'pharmacy.sell', before.facility_id)
    if (before.kind !== 'sale') throw new AppError(pharmacyErrors.not_returnable)
    const [lines, payments, facility] = [await repo.linesOfSale(tx, before.id), await repo.paymentsOfSale(tx, before.id), await knownFacility(tx, before.facility_id)]
    const { back, after } = backOf(lines, body.lines)
    const decimals = minorUnits(before.currency)
    const credited = back.map(({ line, quantity }) => ({ ...creditLine({ ...line, decimals }, line.returned, quantity), line, quantity }))
    const isLast = lines.every((line) => compare(after.get(line.id) ?? line.returned, line.quantity) === 0)
    const sums = creditTotals(credited, subtract(before.total, before.returned_total), { isLast, decimals, isRoundedOff: isRoundedOff(facility) })
    const items = await stockItems(tx, back.map(({ line }, index) => ({ itemId: line.item_id, path: `lines.${index}` })))
    const lots = new Map((await lotsByIds(tx, back.map(({ line }) => line.lot_id))).map((lot) => [lot.id, lot]))
    for (const [index, { line, quantity }] of back.entries()) inBase(found(items.get(line.item_id)), quantity, undefined, `lines.${index}`)
    const id = newId()
    await takeBack(tx, { storeId: before.store_id, document: { type: 'sale-return', id }, reason: body.reason, witnessId: body.witnessId, goods: back.map((one) => ({ item: found(items.get(one.line.item_id)), lot: found(lots.get(one.line.lot_id)), quantity: one.quantity, isSealed: one.isSealed, isChecked: one.isChecked, patientId: before.patient_id })) })
    await repo.addReturned(tx, after)
    await repo.addReturnedTotal(tx, before, add(before.returned_total, sums.total))
    await emit(tx, goodsSold, { saleId: id, facilityId: facility.id, storeId: before.store_id, patientId: before.patient_id })
    const { number, on } = await takeDocumentNumber(tx, facility, 'N')
    const sale: repo.NewSale = { id, number, kind: 'return', sale_id: before.id, facility_id: facility.id, store_id: before.store_id, patient_id: before.patient_id, customer_name: before.customer_name, customer_state_code: '', prescriber: '', currency: before.currency, is_inter_state: before.is_inter_state, ...repo.sumsOf(sums), reason: body.reason, witness_id: body.witnessId ?? null, sold_on: on }
    const returned = credited.map(({ line, quantity, ...amounts }) => ({ ...amounts, sale_line_id: line.id, item_id: line.item_id, lot_id: line.lot_id, name: line.name, tax_code: line.tax_code, batch: line.batch, expires_on: line.expires_on, quantity, unit_price: line.unit_price, is_tax_included: line.is_tax_included, tax_rate_percent: line.tax_rate_percent }))
    const refunds = compare(sums.total, '0') > 0 ? [{ kind: 'refund', method: body.method ?? payments[0]?.method ?? 'cash', amount: sums.total, reference: '' }] : []
    const [{ row, lines: written }, names] = await together([repo.insertSale(tx, sale, { lines: returned, payments: refunds }), userNames(tx, [ctx.userId])])
    return presentWhole(row, { lines: written, payments: refunds, names })
  })
}

export function salesRegister(ctx: Ctx, { query }: Input<'salesRegister'>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, 'pharmacy.read', query.facilityId)
    const { currency } = await knownFacility(tx, query.facilityId)
    const of = (amount: string) => money(amount, currency)
    const rows = await repo.salesByRate(tx, query.facilityId, query.from, query.to)
    return { items: rows.map((row) => ({ taxRatePercent: plain(row.tax_rate_percent), taxCode: row.tax_code, taxable: of(row.taxable), cgst: of(row.cgst), sgst: of(row.sgst), igst: of(row.igst), total: of(row.total) })), nextCursor: null }
  })
}
