import type { RouteInput } from '#contract/define.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import { qrCode } from '#kernel/barcodes.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { found } from '#kernel/errors.ts'
import { compare } from '#kernel/money.ts'
import { renderLabels } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { together } from '#kernel/together.ts'
import { localDate, localTime } from '#kernel/zoned-time.ts'
import { printMoney } from '../billing/index.ts'
import { daysText, prescriptionItemsOf, readDispense } from '../medications/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { shownOne } from './dispenses.ts'
import { shown } from './sales.ts'
import { readSale } from './sales-repo.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type Words = (key: string, values?: Record<string, string>) => string

const wordsIn = (language: Ctx['locale']): Words => (key, values) => message(language, `pharmacy.print.${key}`, values)
const joined = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' · ')

/** A label for each thing: how to take it, with anupana or dilution as its system says, batch and expiry; the code is the dispense's number. */
export async function printLabels(ctx: Ctx, { params, query }: Input<'printLabels'>) {
  const { dispense, items, facility, patients } = await withContext(ctx, async (tx) => {
    const row = found(await readDispense(tx, params.id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    return { dispense: await shownOne(tx, row), items: await prescriptionItemsOf(tx, [row.prescription_id]), facility: await facilityOf(tx, row.facility_id), patients: await patientsByIds(tx, [row.patient_id]) }
  })
  // A label is read by who takes the medicine.
  const language = query.language ?? patients[0]?.language ?? ctx.locale
  const words = wordsIn(language)
  const code = await qrCode(dispense.id)
  const labels = dispense.lines.map((line) => {
    const item = items.find((one) => one.id === line.prescriptionItemId)
    const { route, timing, anupana, potency, dilution, repetition } = item?.instructions ?? {}
    return {
      widthMm: 70, heightMm: 40, codeWidthMm: 14, code, language,
      lines: [
        line.itemName, joined(item?.dosage, item?.frequency, item === undefined ? undefined : daysText(item.duration_days, language)), joined(potency, dilution, anupana === undefined ? undefined : words('with', { anupana }), route, timing, repetition),
        joined(dispense.patientName, dispense.patientMrn), joined(`${line.quantity} ${line.unit}`, words('batch', { batch: line.batch }), line.expiresOn === null ? undefined : words('expires', { on: line.expiresOn })), joined(facility.name, localDate(new Date(dispense.createdAt), facility.timeZone)),
      ],
    }
  })
  return { contentType: 'application/pdf', filename: `labels-${dispense.id.slice(0, 8)}.pdf`, isInline: true, body: await renderLabels(labels) }
}

const receiptWidthMm = 80
const lineMm = 4

/** The receipt of a counter sale, 80 mm wide and as long as it needs; what is printed again says so. */
export async function printSale(ctx: Ctx, { params, query }: Input<'printSale'>) {
  const words = wordsIn(ctx.locale)
  const { sale, facility, original } = await withContext(ctx, async (tx) => {
    const row = found(await readSale(tx, params.id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    const [sale, facility, original] = await together([shown(tx, row), facilityOf(tx, row.facility_id), row.sale_id === null ? Promise.resolve(undefined) : readSale(tx, row.sale_id)])
    return { sale, facility, original }
  })
  const soldAt = new Date(sale.createdAt)
  const taxes = sale.isInterState ? [words('igst', { amount: printMoney(sale.igst) })] : [words('cgst', { amount: printMoney(sale.cgst) }), words('sgst', { amount: printMoney(sale.sgst) })]
  const lines = [
    facility.name, facility.address, facility.taxNumber === '' ? '' : `GSTIN ${facility.taxNumber}`, words(sale.kind === 'return' ? 'returnTitle' : 'title'), query.copy === 'duplicate' ? words('duplicate') : '', joined(sale.number, sale.soldOn, localTime(soldAt, facility.timeZone)), sale.customerName, sale.customerTaxNumber === '' ? '' : `GSTIN ${sale.customerTaxNumber}`, sale.isInterState ? words('placeOfSupply', { state: sale.customerStateCode }) : '',
    sale.prescriber === '' ? '' : words('prescriber', { name: sale.prescriber }),
    // A credit note names the invoice it is against (CGST Rules 2017, rule 53(1A)).
    original === undefined ? '' : words('against', { number: original.number, on: original.sold_on }), '—',
    ...sale.lines.flatMap((line) => [line.name, joined(`HSN ${line.taxCode}`, line.batch, line.expiresOn ?? ''), `${line.quantity} × ${printMoney(line.unitPrice)}   ${line.taxRatePercent} %   ${printMoney(line.total)}`]),
    '—', compare(sale.discount.amount, '0') === 0 ? '' : words('discount', { amount: printMoney(sale.discount) }), words('taxable', { amount: printMoney(sale.taxable) }), ...taxes, words('roundOff', { amount: printMoney(sale.roundOff) }), words('total', { amount: printMoney(sale.total), currency: sale.total.currency }), ...sale.payments.map((payment) => `${words(`method.${payment.method}`)} ${printMoney(payment.amount)}`), words('thanks'),
  ].filter((line) => line !== '')
  const key = { subjectType: 'sale', subjectId: sale.id, version: 1, copy: query.copy, language: ctx.locale } as const
  return keptDocument(ctx, key, `${sale.number.replaceAll('/', '-')}.pdf`, async () => renderLabels([{ widthMm: receiptWidthMm, heightMm: 20 + lines.length * lineMm, codeWidthMm: 12, code: await qrCode(sale.number), lines, language: ctx.locale }]))
}
