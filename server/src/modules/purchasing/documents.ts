import type { RouteInput } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { found } from '#kernel/errors.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { printMoney } from '../billing/index.ts'
import { vendorsByIds } from '../inventory/index.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { readOrder } from './orders-repo.ts'
import { shownOrder } from './service.ts'

/** The order on letterhead, as it goes to the vendor. */
export async function printOrder(ctx: Ctx, { params }: RouteInput<(typeof purchasing)['printOrder']>) {
  await withContext(ctx, async (tx) => requirePermission(ctx, 'purchasing.read', found(await readOrder(tx, params.id)).facility_id))
  return orderPaper(ctx, params.id)
}

/** The paper of an order in the reader's language: made once a version, for who may see it. */
export async function orderPaper(ctx: Ctx, orderId: string) {
  const words = (key: string) => message(ctx.locale, `purchasing.print.${key}`)
  const { order, facility, vendor } = await withContext(ctx, async (tx) => {
    const row = found(await readOrder(tx, orderId))
    return { order: await shownOrder(tx, row), facility: await facilityOf(tx, row.facility_id), vendor: found((await vendorsByIds(tx, [row.vendor_id]))[0]) }
  })
  return keptDocument(ctx, { subjectType: 'purchase-order', subjectId: order.id, version: order.version, copy: 'original', language: ctx.locale }, `${order.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility), title: words('order'), mark: order.state === 'draft' ? words('draft') : '', language: ctx.locale,
      facts: [{ label: words('number'), value: order.number }, { label: words('date'), value: localDate(new Date(order.createdAt), facility.timeZone) }, { label: words('vendor'), value: vendor.name }, { label: words('address'), value: [vendor.address, vendor.phone].filter(Boolean).join(', ') }, { label: words('deliverTo'), value: order.storeName }, { label: words('expectedOn'), value: order.expectedOn ?? '' }],
      blocks: [
        { kind: 'table', columns: [{ label: words('item'), width: 46 }, { label: words('quantity'), width: 14, isNumber: true }, { label: words('unit'), width: 14 }, { label: words('price'), width: 13, isNumber: true }, { label: words('amount'), width: 13, isNumber: true }], rows: order.lines.map((line) => [`${line.itemName} (${line.sku})`, line.ordered, line.unit, line.unitPrice.amount, printMoney(line.total)]) },
        { kind: 'sums', sums: [{ label: `${words('total')} ${order.total.currency}`, value: printMoney(order.total), isStrong: true }] },
      ],
      signature: facility.name, foot: facility.name,
    }))
}
