import type { RouteInput } from '#contract/define.ts'
import { type billing, type CreditNote, type InvoiceWithLines, invoiceLifecycle } from '#contract/billing.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { Money } from '#contract/common/values.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { AppError, found } from '#kernel/errors.ts'
import { requirePermission } from '#kernel/context.ts'
import { compare, money, share } from '#kernel/money.ts'
import { type Block, type Fact, renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf, letterheadOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { readNote } from './credit-notes.ts'
import { paymentsOfInvoice, type PaymentRow, readPayment } from './payments-repo.ts'
import { readInvoice } from './repo.ts'
import { shown, whoIs } from './service.ts'

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>
type Words = (key: string, values?: Record<string, string>) => string

const wordsIn = (ctx: Ctx): Words => (key, values) => message(ctx.locale, `billing.print.${key}`, values)

/** Digits as India groups them for the rupee, else by thousands. */
export function printMoney(money: Money): string {
  const [whole = '0', fraction] = money.amount.replace('-', '').split('.')
  const grouped = money.currency === 'INR' ? whole.replace(/(\d)(?=(\d\d)+\d$)/g, '$1,') : whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${money.amount.startsWith('-') ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

const half = (rate: string): string => share(rate, '1', '2', 3).replace(/\.?0+$/, '')

function taxSums(bill: InvoiceWithLines | CreditNote, words: Words): Fact[] {
  const named = [['cgst', bill.cgst], ['sgst', bill.sgst], ['igst', bill.igst]] as const
  const split = named.filter(([, money]) => compare(money.amount, '0') !== 0).map(([key, money]) => ({ label: words(key), value: printMoney(money) }))
  return split.length > 0 || compare(bill.tax.amount, '0') === 0 ? split : [{ label: words('tax'), value: printMoney(bill.tax) }]
}

function sumsOf(bill: InvoiceWithLines | CreditNote, words: Words): Block {
  const optional = (label: string, money: Money): Fact[] => (compare(money.amount, '0') === 0 ? [] : [{ label: words(label), value: printMoney(money) }])
  return {
    kind: 'sums',
    sums: [{ label: words('subtotal'), value: printMoney(bill.subtotal) }, ...optional('discount', bill.discount), ...taxSums(bill, words), ...optional('roundOff', bill.roundOff), { label: words('total', { currency: bill.total.currency }), value: printMoney(bill.total), isStrong: true }],
  }
}

const hasRate = (bill: InvoiceWithLines | CreditNote): boolean => bill.lines.some((line) => line.taxRatePercent !== '0')

function linesOf(bill: InvoiceWithLines | CreditNote, words: Words): Block {
  const isTaxed = hasRate(bill)
  const rate = (percent: string) => (compare(bill.cgst.amount, '0') === 0 ? `${percent} %` : `${half(percent)} + ${half(percent)} %`)
  const columns = [
    { label: words('service'), width: 34 }, { label: words('taxCode'), width: 12 }, { label: words('quantity'), width: 9, isNumber: true }, { label: words('amount'), width: 14, isNumber: true }, { label: words('discount'), width: 12, isNumber: true },
    ...(isTaxed ? [{ label: words('rate'), width: 13, isNumber: true }, { label: words('tax'), width: 11, isNumber: true }] : []), { label: words('lineTotal'), width: 14, isNumber: true },
  ]
  const rows = bill.lines.map((line) => [line.name, line.taxCode, line.quantity, printMoney(line.gross), compare(line.discount.amount, '0') === 0 ? '' : printMoney(line.discount), ...(isTaxed ? [line.taxRatePercent === '0' ? words('exempt') : rate(line.taxRatePercent), printMoney(line.tax)] : []), printMoney(line.total)])
  return { kind: 'table', columns, rows }
}

function paymentsBlock(bill: InvoiceWithLines, payments: readonly PaymentRow[], { words, zone }: { words: Words; zone: string }): Block[] {
  if (payments.length === 0) return []
  const rows = payments.map((row) => [row.number, localDate(row.received_at, zone), words(`method.${row.method}`), row.reference, `${row.kind === 'refund' ? '−' : ''}${printMoney(money(row.amount, row.currency))}`])
  const columns = [{ label: words('receipt'), width: 22 }, { label: words('date'), width: 16 }, { label: words('method'), width: 18 }, { label: words('reference'), width: 24 }, { label: words('amount'), width: 18, isNumber: true }]
  return [{ kind: 'text', title: words('payments'), text: '' }, { kind: 'table', columns, rows }, { kind: 'sums', sums: [{ label: words('balance'), value: printMoney(bill.balance), isStrong: true }] }]
}

const titleOf = (bill: InvoiceWithLines, facility: Facility): string => (bill.kind === 'tax-invoice' ? 'taxInvoice' : facility.taxRegime === 'gst' ? 'billOfSupply' : 'invoice')

interface Print {
  ctx: Ctx
  facility: Facility
  copy: 'original' | 'duplicate'
  words: Words
}

function makeInvoice(bill: InvoiceWithLines, payments: readonly PaymentRow[], { ctx, facility, copy, words }: Print): Promise<Uint8Array> {
  const buyer = [bill.buyer.name, bill.buyer.address, bill.buyer.taxNumber].filter(Boolean).join(' · ')
  return renderPdf({
    letterhead: letterheadOf(facility),
    title: words(titleOf(bill, facility)),
    mark: copy === 'duplicate' ? words('duplicate') : '',
    language: ctx.locale,
    facts: [
      { label: words('number'), value: bill.number ?? '' }, { label: words('date'), value: bill.issuedOn ?? '' }, { label: words('patient'), value: bill.patientName }, { label: words('mrn'), value: bill.patientMrn },
      ...(buyer === '' ? [] : [{ label: words('buyer'), value: buyer }]), ...(facility.taxRegime === 'gst' ? [{ label: words('placeOfSupply'), value: bill.buyer.stateCode || facility.stateCode }] : []),
    ],
    blocks: [linesOf(bill, words), sumsOf(bill, words), ...paymentsBlock(bill, payments, { words, zone: facility.timeZone })],
    signature: words('signatory'),
    foot: words('foot', { name: facility.name }),
  })
}

export async function printInvoice(ctx: Ctx, { params, query }: Input<'printInvoice'>) {
  const { bill, payments, facility } = await withContext(ctx, async (tx) => {
    const row = found(await readInvoice(tx, params.id))
    requirePermission(ctx, 'billing.read', row.facility_id)
    return { bill: await shown(tx, row), payments: await paymentsOfInvoice(tx, row.id), facility: await facilityOf(tx, row.facility_id) }
  })
  if (bill.number === null) throw new AppError(lifecycleErrors.illegal_step, { allowed: allowedSteps(invoiceLifecycle, bill.state) })
  const key = { subjectType: 'invoice', subjectId: bill.id, version: bill.version, copy: query.copy, language: ctx.locale } as const
  return keptDocument(ctx, key, `${bill.number.replaceAll('/', '-')}.pdf`, () => makeInvoice(bill, payments, { ctx, facility, copy: query.copy, words: wordsIn(ctx) }))
}

export async function printReceipt(ctx: Ctx, { params, query }: Input<'printReceipt'>) {
  const { payment, facility, who, by, bill } = await withContext(ctx, async (tx) => {
    const row = found(await readPayment(tx, params.id))
    requirePermission(ctx, 'billing.read', row.facility_id)
    return { payment: row, facility: await facilityOf(tx, row.facility_id), who: (await whoIs(tx, [row.patient_id])).get(row.patient_id), by: (await userNames(tx, [row.received_by])).get(row.received_by), bill: row.invoice_id === null ? undefined : await readInvoice(tx, row.invoice_id) }
  })
  const words = wordsIn(ctx)
  const key = { subjectType: 'payment', subjectId: payment.id, version: 1, copy: query.copy, language: ctx.locale } as const
  return keptDocument(ctx, key, `${payment.number.replaceAll('/', '-')}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility),
      title: words(payment.kind),
      mark: query.copy === 'duplicate' ? words('duplicate') : '',
      language: ctx.locale,
      facts: [
        { label: words('receipt'), value: payment.number }, { label: words('date'), value: payment.received_on }, { label: words('patient'), value: who?.name ?? '' }, { label: words('mrn'), value: who?.mrn ?? '' },
        { label: words('method'), value: words(`method.${payment.method}`) }, { label: words('reference'), value: payment.reference }, ...(bill?.number ? [{ label: words('number'), value: bill.number }] : []), { label: words('receivedBy'), value: by ?? '' },
      ],
      blocks: [{ kind: 'sums', sums: [{ label: words('total', { currency: payment.currency }), value: printMoney(money(payment.amount, payment.currency)), isStrong: true }] }],
      signature: words('signatory'),
      foot: words('foot', { name: facility.name }),
      size: 'A5',
    }))
}

export async function printCreditNote(ctx: Ctx, { params, query }: Input<'printCreditNote'>) {
  const { note, facility, who } = await withContext(ctx, async (tx) => {
    const read = await readNote(tx, params.id)
    return { note: read, facility: await facilityOf(tx, read.facilityId), who: (await whoIs(tx, [read.patientId])).get(read.patientId) }
  })
  const words = wordsIn(ctx)
  const key = { subjectType: 'credit-note', subjectId: note.id, version: note.version, copy: query.copy, language: ctx.locale } as const
  return keptDocument(ctx, key, `${note.number.replaceAll('/', '-')}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility),
      title: words('creditNote'),
      mark: query.copy === 'duplicate' ? words('duplicate') : '',
      language: ctx.locale,
      facts: [{ label: words('number'), value: note.number }, { label: words('date'), value: note.issuedOn }, { label: words('against'), value: note.invoiceNumber }, { label: words('reason'), value: note.reason }, { label: words('patient'), value: who?.name ?? '' }, { label: words('mrn'), value: who?.mrn ?? '' }],
      blocks: [linesOf(note, words), sumsOf(note, words)],
      signature: words('signatory'),
      foot: words('foot', { name: facility.name }),
    }))
}
