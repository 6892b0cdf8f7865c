import type { RouteInput } from '#contract/define.ts'
import { type billing, billingErrors, invoiceLifecycle, paymentMethod } from '#contract/billing.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Money } from '#contract/common/values.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add, compare, money, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './payments-repo.ts'
import { takingsPort } from './ports.ts'
import { presentDeposit, presentPayment, presentWithLines } from './present.ts'
import { amountOf } from './price-list.ts'
import { type InvoiceRow, linesOf, updateInvoice } from './repo.ts'
import { balanceOf, refundableOf, stateOf } from './rules.ts'
import { lockedInvoice, takeDocumentNumber, whoIs } from './service.ts'
import { shiftFor } from './shifts.ts'

mapConstraint('deposits_remaining', billingErrors.above_deposit)

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>

const collect = 'billing.collect'

interface Entry {
  kind: 'payment' | 'refund'
  method: string
  amount: string
  reference: string
  reason: string
  depositId: string | null
}

/** Writes the entry of the ledger and the bill's new sums; the number is taken last. */
async function post(tx: Tx, before: InvoiceRow, entry: Entry) {
  const facility = await facilityOf(tx, before.facility_id)
  const lines = await linesOf(tx, before.id)
  const who = (await whoIs(tx, [before.patient_id])).get(before.patient_id)
  const names = await userNames(tx, [tx.ctx.userId])
  const sums = entry.kind === 'payment' ? { ...before, paid: add(before.paid, entry.amount) } : { ...before, refunded: add(before.refunded, entry.amount) }
  const row = await updateInvoice(tx, before.id, before.version, { paid: sums.paid, refunded: sums.refunded, state: stateOf(sums) })
  const shiftId = await shiftFor(tx, facility.id, [entry.method])
  const { number, on } = await takeDocumentNumber(tx, facility, 'R')
  const payment = await repo.insertPayment(tx, { number, kind: entry.kind, invoice_id: before.id, deposit_id: entry.depositId, patient_id: before.patient_id, facility_id: facility.id, method: entry.method, amount: entry.amount, currency: before.currency, reference: entry.reference, reason: entry.reason, received_on: on, shift_id: shiftId })
  return { payment: presentPayment(payment, names), invoice: presentWithLines(row, lines, who) }
}

export function payInvoice(ctx: Ctx, { params, body, ifMatch }: Input<'pay'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedInvoice(tx, params.id, { permission: collect, ifMatch })
    takeStep(invoiceLifecycle, before.state, 'pay')
    const amount = amountOf(body.amount, before.currency, 'amount.amount')
    if (compare(amount, balanceOf(before)) > 0) throw invalidField('amount.amount', 'billing.above_balance', billingErrors.above_balance)
    const depositId = body.method === 'deposit' ? await drawDeposit(tx, before, { depositId: body.depositId, amount }) : null
    return post(tx, before, { kind: 'payment', method: body.method, amount, reference: body.reference ?? '', reason: '', depositId })
  })
}

async function drawDeposit(tx: Tx, invoice: InvoiceRow, { depositId, amount }: { depositId: string | undefined; amount: string }): Promise<string> {
  if (depositId === undefined) throw invalidField('depositId', 'required')
  const deposit = await repo.lockDeposit(tx, depositId)
  if (deposit === undefined || deposit.facility_id !== invoice.facility_id) throw invalidField('depositId', 'reference.unknown')
  if (deposit.patient_id !== invoice.patient_id) throw invalidField('depositId', 'billing.other_patient', billingErrors.other_patient)
  if (compare(amount, remainingOf(deposit)) > 0) throw invalidField('amount.amount', 'billing.above_deposit', billingErrors.above_deposit)
  await repo.updateDeposit(tx, deposit.id, deposit.version, { used: add(deposit.used, amount) })
  return deposit.id
}

const remainingOf = (deposit: repo.DepositRow): string => subtract(subtract(deposit.amount, deposit.used), deposit.refunded)

/** Gives back what credit notes left overpaid, the way it came unless somebody who may approves another. */
export function refundInvoice(ctx: Ctx, { params, body, ifMatch }: Input<'refund'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedInvoice(tx, params.id, { permission: collect, ifMatch })
    takeStep(invoiceLifecycle, before.state, 'refund')
    const amount = amountOf(body.amount, before.currency, 'amount.amount')
    if (compare(amount, refundableOf(before)) > 0) throw invalidField('amount.amount', 'billing.above_refundable', billingErrors.above_refundable)
    const ways = new Set((await repo.paymentsOfInvoice(tx, before.id)).map((payment) => payment.method))
    if (!ways.has(body.method) && !ctx.can('billing.approve', before.facility_id)) throw new AppError(kernelErrors.forbidden)
    return post(tx, before, { kind: 'refund', method: body.method, amount, reference: body.reference ?? '', reason: body.reason, depositId: null })
  })
}

export function listPayments(ctx: Ctx, { query }: Input<'listPayments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listPayments(tx, query, page)
    const names = await userNames(tx, rows.map((row) => row.received_by))
    return toPage(rows, page.limit, (row) => ({ at: row.received_at.toISOString(), id: row.id }), (row) => presentPayment(row, names))
  })
}

/** Takings of one method from several tills are one line. */
const mergeTakings = (rows: readonly repo.TakingsRow[]): repo.TakingsRow[] =>
  [...Map.groupBy(rows, (row) => row.method)].map(([method, own]) => ({ method, received: sum(own.map((row) => row.received)), refunded: sum(own.map((row) => row.refunded)), count: own.reduce((all, row) => all + row.count, 0) })).toSorted((a, b) => (a.method < b.method ? -1 : 1))

/** What was taken and given back on a day of a facility, by method. */
export function takings(ctx: Ctx, { query }: Input<'takings'>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, 'billing.read', query.facilityId)
    const facility = await facilityOf(tx, query.facilityId)
    const on = query.on ?? localDate(ctx.now, facility.timeZone)
    const rows = mergeTakings([...(await repo.takings(tx, facility.id, on)), ...(await Promise.all(takingsPort.all().map((more) => more(tx, facility.id, on)))).flat()])
    const of = (amount: string): Money => money(amount, facility.currency)
    const items = rows.map((row) => ({ method: paymentMethod.parse(row.method), received: of(row.received), refunded: of(row.refunded), count: row.count }))
    return { facilityId: facility.id, on, items, received: of(sum(rows.map((row) => row.received))), refunded: of(sum(rows.map((row) => row.refunded))) }
  })
}

export function takeDeposit(ctx: Ctx, { body }: Input<'takeDeposit'>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, collect, body.facilityId)
    const facility = await facilityOf(tx, body.facilityId)
    const patient = await patientForWrite(tx, body.patientId)
    const amount = amountOf(body.amount, facility.currency, 'amount.amount')
    const common = { patient_id: patient.id, facility_id: facility.id, method: body.method, amount, currency: facility.currency, reference: body.reference ?? '' }
    const shiftId = await shiftFor(tx, facility.id, [body.method])
    const { number, on } = await takeDocumentNumber(tx, facility, 'D')
    const deposit = await repo.insertDeposit(tx, { ...common, number })
    await repo.insertPayment(tx, { ...common, number, kind: 'deposit', invoice_id: null, deposit_id: deposit.id, reason: '', received_on: on, shift_id: shiftId })
    return presentDeposit(deposit, { name: `${patient.given_name} ${patient.family_name}`.trim(), mrn: patient.mrn })
  })
}

export function refundDeposit(ctx: Ctx, { params, body, ifMatch }: Input<'refundDeposit'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockDeposit(tx, params.id))
    requirePermission(ctx, collect, before.facility_id)
    checkVersion(before, ifMatch)
    const amount = amountOf(body.amount, before.currency, 'amount.amount')
    if (compare(amount, remainingOf(before)) > 0) throw invalidField('amount.amount', 'billing.above_deposit', billingErrors.above_deposit)
    if (body.method !== before.method && !ctx.can('billing.approve', before.facility_id)) throw new AppError(kernelErrors.forbidden)
    const facility = await facilityOf(tx, before.facility_id)
    const row = await repo.updateDeposit(tx, before.id, before.version, { refunded: add(before.refunded, amount) })
    const who = (await whoIs(tx, [row.patient_id])).get(row.patient_id)
    const shiftId = await shiftFor(tx, facility.id, [body.method])
    const { number, on } = await takeDocumentNumber(tx, facility, 'D')
    await repo.insertPayment(tx, { number, kind: 'deposit-refund', invoice_id: null, deposit_id: row.id, patient_id: row.patient_id, facility_id: facility.id, method: body.method, amount, currency: row.currency, reference: body.reference ?? '', reason: body.reason, received_on: on, shift_id: shiftId })
    return presentDeposit(row, who)
  })
}

export function listDeposits(ctx: Ctx, { query }: Input<'listDeposits'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listDeposits(tx, query, page)
    const names = await whoIs(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentDeposit(row, names.get(row.patient_id)))
  })
}
