import type { RouteInput } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { found } from '#kernel/errors.ts'
import { compare, money, plain, subtract, sum } from '#kernel/money.ts'
import { renderPdf } from '#kernel/papers.ts'
import type { SumsBlock, TableBlock } from '#kernel/pdf.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { printMoney } from '../billing/index.ts'
import { neverExpires, type VendorRow, vendorsByIds } from '../inventory/index.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { readOrder } from './orders-repo.ts'
import { readReceipt } from './receipts-repo.ts'
import { shownReceipts } from './receipts.ts'
import { readReturn, returnLines } from './returns-repo.ts'
import { shownReturn } from './returns.ts'

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

const vendorFacts = (words: (key: string) => string, vendor: VendorRow) => [
  { label: words('vendor'), value: vendor.name }, { label: words('address'), value: [vendor.address, vendor.phone].filter(Boolean).join(', ') }, { label: words('taxNumber'), value: vendor.tax_number },
]

type Words = (key: string) => string
type Receipt = Awaited<ReturnType<typeof shownReceipts>>[number]

const differing = (words: Words, line: Receipt['lines'][number]): string =>
  [
    line.short === '0' ? '' : `${words('short')} ${line.short}`, line.overOrder === '0' ? '' : `${words('over')} ${line.overOrder}`, line.damaged === '0' ? '' : `${words('damaged')} ${line.damaged}`, line.returned === '0' ? '' : `${words('sentBack')} ${line.returned}`,
  ].filter(Boolean).join('\n')

/** What came beside what was ordered, and what it costs beside what it was to cost. */
function goodsTable(words: Words, receipt: Receipt): TableBlock {
  const isOrdered = receipt.lines.some((line) => line.ordered !== null)
  const byOrder = (line: Receipt['lines'][number]) => (line.costByOrder === null ? '' : printMoney(line.costByOrder))
  const columns = [
    { label: words('item'), width: isOrdered ? 29 : 40 }, ...(isOrdered ? [{ label: words('ordered'), width: 10, isNumber: true }] : []), { label: words('received'), width: 11, isNumber: true }, { label: words('free'), width: 8, isNumber: true }, { label: words('differs'), width: 16, isNumber: true },
    ...(isOrdered ? [{ label: words('byOrder'), width: 13, isNumber: true }] : []), { label: words('billed'), width: 13, isNumber: true },
  ]
  const rows = receipt.lines.map((line) => [
    { text: line.itemName, note: [line.batch, line.expiresOn ?? ''].filter(Boolean).join(' · ') }, ...(isOrdered ? [line.ordered ?? ''] : []), `${line.quantity} ${line.unit}`, line.free, differing(words, line),
    ...(isOrdered ? [byOrder(line)] : []), { text: printMoney(line.lineCost), note: line.taxRateByOrder === null || line.taxRateByOrder === line.taxRatePercent ? '' : `${line.taxRatePercent} % / ${line.taxRateByOrder} %` },
  ])
  return { kind: 'table', columns, rows }
}

/** The sums of a receipt: what is dearer than its order, and what came damaged, stand beside them where there is any. */
function receiptSums(words: Words, receipt: Receipt): SumsBlock {
  const known = receipt.lines.flatMap((line) => (line.costByOrder === null ? [] : [subtract(line.lineCost.amount, line.costByOrder.amount)]))
  const difference = sum(known)
  const damaged = sum(receipt.lines.flatMap((line) => [line.damagedCost.amount, line.damagedTax.amount]))
  const of = (amount: string) => printMoney(money(amount, receipt.total.currency))
  return {
    kind: 'sums',
    sums: [
      { label: words('goods'), value: printMoney(receipt.goodsTotal) }, { label: words('tax'), value: printMoney(receipt.taxTotal) }, { label: words('freight'), value: printMoney(receipt.freight) }, { label: `${words('total')} ${receipt.total.currency}`, value: printMoney(receipt.total), isStrong: true },
      ...(compare(difference, '0') === 0 ? [] : [{ label: words('dearer'), value: of(difference) }]), ...(compare(damaged, '0') === 0 ? [] : [{ label: words('damagedWorth'), value: of(damaged) }]),
    ],
  }
}

/** What came in, lot by lot, beside what was ordered, with its tax and its freight. */
export async function printReceipt(ctx: Ctx, { params }: Input<'printReceipt'>) {
  const words = (key: string) => message(ctx.locale, `purchasing.print.${key}`)
  const { receipt, order, facility, vendor } = await withContext(ctx, async (tx) => {
    const row = found(await readReceipt(tx, params.id))
    requirePermission(ctx, 'purchasing.read', row.facility_id)
    const order = row.purchase_order_id === null ? undefined : await readOrder(tx, row.purchase_order_id)
    return { receipt: found((await shownReceipts(tx, [row]))[0]), order, facility: await facilityOf(tx, row.facility_id), vendor: found((await vendorsByIds(tx, [row.vendor_id]))[0]) }
  })
  // A receipt changes when goods of it are sent back: what was printed before stays what it was.
  const returned = receipt.lines.reduce((all, line) => all + Number(line.returned), 0)
  return keptDocument(ctx, { subjectType: 'goods-receipt', subjectId: receipt.id, version: receipt.version + Math.round(returned), copy: 'original', language: ctx.locale }, `${receipt.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('receipt'), mark: '', language: ctx.locale,
      facts: [
        { label: words('number'), value: receipt.number }, { label: words('date'), value: receipt.receivedOn }, { label: words('order'), value: order?.number ?? '' }, ...vendorFacts(words, vendor), { label: words('deliverTo'), value: receipt.storeName }, { label: words('deliveryNote'), value: receipt.deliveryNote }, { label: words('temperature'), value: receipt.temperatureCelsius === null ? '' : `${receipt.temperatureCelsius} °C` }, { label: words('note'), value: receipt.note },
      ].filter((fact) => fact.value !== ''),
      blocks: [goodsTable(words, receipt), receiptSums(words, receipt)],
      signature: facility.name, foot: facility.name,
    }))
}

/** The debit note: what goes back to the vendor, and what it is to credit. */
export async function printReturn(ctx: Ctx, { params }: Input<'printReturn'>) {
  const words = (key: string) => message(ctx.locale, `purchasing.print.${key}`)
  const { back, lines, receipt, facility, vendor } = await withContext(ctx, async (tx) => {
    const row = found(await readReturn(tx, params.id))
    requirePermission(ctx, 'purchasing.read', row.facility_id)
    const [lines, receipt] = await Promise.all([returnLines(tx, row.id), readReceipt(tx, row.goods_receipt_id)])
    return { back: await shownReturn(tx, row), lines, receipt: found(receipt), facility: await facilityOf(tx, row.facility_id), vendor: found((await vendorsByIds(tx, [row.vendor_id]))[0]) }
  })
  return keptDocument(ctx, { subjectType: 'purchase-return', subjectId: back.id, version: back.version, copy: 'original', language: ctx.locale }, `${back.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words(back.isClaim ? 'claim' : 'return'), mark: '', language: ctx.locale,
      facts: [{ label: words('number'), value: back.number }, { label: words('date'), value: localDate(new Date(back.createdAt), facility.timeZone) }, ...vendorFacts(words, vendor), { label: words('ofReceipt'), value: [receipt.number, receipt.received_on, receipt.delivery_note].filter(Boolean).join(' · ') }, { label: words('reason'), value: back.reason }].filter((fact) => fact.value !== ''),
      blocks: [
        { kind: 'table', columns: [{ label: words('item'), width: 46 }, { label: words('batch'), width: 22 }, { label: words('expires'), width: 16 }, { label: words('quantity'), width: 16, isNumber: true }], rows: lines.map((line) => [line.item_name, line.batch, line.expires_on === neverExpires ? '' : line.expires_on, `${plain(line.quantity)} ${line.unit}`]) },
        { kind: 'sums', sums: [{ label: `${words('total')} ${back.total.currency}`, value: printMoney(back.total), isStrong: true }] },
      ],
      signature: facility.name, foot: facility.name,
    }))
}
