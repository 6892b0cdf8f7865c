import type { RouteInput } from '#contract/define.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { orderLifecycle, type purchasing, purchasingErrors } from '#contract/purchasing.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add, compare, minorUnits, share, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { expiryDay, inBase, nameLots, receive, settingsOf, shortOf, type StockItem, stockItems, stockNumber, storeForUse, vendorsByIds } from '../inventory/index.ts'
import * as orders from './orders-repo.ts'
import { presentBill, presentReceipt } from './present.ts'
import * as repo from './receipts-repo.ts'
import { costByOrder, inputTax, landedCosts, lineCost, matchBill } from './rules.ts'
import { amountIn, lockedOrder, namesOf, vendorFor } from './service.ts'

mapConstraint('vendor_bills_once', purchasingErrors.bill_known)

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>
type Body = Input<'receiveGoods'>['body']

/** Receipts as their readers see them. */
export async function shownReceipts(tx: Tx, rows: readonly repo.ReceiptRow[]) {
  const lines = await repo.receiptLines(tx, rows.map((row) => row.id))
  const names = await namesOf(tx, rows.map((row) => row.store_id), rows.map((row) => row.vendor_id))
  return rows.map((row) => presentReceipt(row, lines, names))
}

export function listReceipts(ctx: Ctx, { query }: Input<'listReceipts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listReceipts(tx, { ...query, places: placesFor(ctx, 'purchasing.read', query.facilityId) }, page)
    const presented = new Map((await shownReceipts(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

export function readReceipt(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readReceipt(tx, id))
    requirePermission(ctx, 'purchasing.read', row.facility_id)
    return found((await shownReceipts(tx, [row]))[0])
  })
}

interface Line {
  item: StockItem
  orderLine: orders.OrderLineRow | undefined
  quantity: string
  free: string
  damaged: string
  cost: string
  damagedCost: string
  isRestGivenUp: boolean
  taxRatePercent: string
  expiresOn: string
  path: string
  lot: Body['lines'][number]['lot']
}

/** The lines in base units with what they cost: by the price said, else that of the order. */
async function linesOf(tx: Tx, body: Body, ordered: readonly orders.OrderLineRow[], currency: string): Promise<Line[]> {
  const chosen = body.lines.map((line, index) => {
    const path = `lines.${index}`
    const orderLine = ordered.find((one) => (line.purchaseOrderLineId === undefined ? one.item_id === line.itemId : one.id === line.purchaseOrderLineId))
    if (line.purchaseOrderLineId !== undefined && orderLine === undefined) throw invalidField(`${path}.purchaseOrderLineId`, 'reference.unknown')
    const itemId = orderLine?.item_id ?? line.itemId
    if (itemId === undefined) throw invalidField(`${path}.itemId`, 'required')
    return { line, path, orderLine, itemId }
  })
  const items = await stockItems(tx, chosen.map(({ itemId, path }) => ({ itemId, path: `${path}.itemId` })))
  return chosen.map(({ line, path, orderLine, itemId }) => {
    const item = found(items.get(itemId))
    const unit = line.unit ?? orderLine?.unit
    const base = (quantity: string | undefined) => (quantity === undefined || compare(quantity, '0') === 0 ? '0' : inBase(item, quantity, unit, path))
    const unitPrice = line.unitPrice === undefined ? (orderLine?.unit_price ?? '0') : amountIn(line.unitPrice, currency, `${path}.unitPrice`)
    const expiresOn = expiryDay(line.lot.expiresOn)
    if (expiresOn === undefined) throw invalidField(`${path}.lot.expiresOn`, 'invalid_format')
    return { item, orderLine, quantity: base(line.quantity), free: base(line.free), damaged: base(line.damaged), cost: lineCost(line.quantity, unitPrice, minorUnits(currency)), damagedCost: lineCost(line.damaged ?? '0', unitPrice, minorUnits(currency)), isRestGivenUp: line.isRestGivenUp === true, taxRatePercent: line.taxRatePercent ?? orderLine?.tax_rate_percent ?? item.tax_rate_percent, expiresOn, path, lot: line.lot }
  })
}

const isShelved = (line: Line): boolean => compare(add(line.quantity, line.free), '0') > 0

/** Goods past or near their expiry, as the hospital counts it, and cold goods without a temperature are not simply taken. */
function checkCondition(lines: readonly Line[], body: Body, today: string, shortDays: number): void {
  for (const line of lines) {
    if (!isShelved(line) && compare(line.damaged, '0') === 0) throw invalidField(`${line.path}.quantity`, 'purchasing.nothing_received', purchasingErrors.nothing_received)
    // What came all damaged goes onto no shelf: neither its expiry nor its temperature matters.
    if (!isShelved(line)) continue
    if (line.expiresOn <= today || (line.expiresOn < addDays(today, shortDays) && body.isAccepted !== true)) throw invalidField(`${line.path}.lot.expiresOn`, 'purchasing.short_dated', purchasingErrors.short_dated)
    const isCold = line.item.storage === 'refrigerated' || line.item.storage === 'frozen'
    if (isCold && body.temperatureCelsius === undefined && body.isAccepted !== true) throw invalidField('temperatureCelsius', 'purchasing.cold_chain', purchasingErrors.cold_chain)
  }
}

/** What comes against the order, and of each line what is more than was ordered: that is taken only when somebody says so. */
function receivedOf(lines: readonly Line[], isOverAccepted: boolean): { totals: Map<string, string>; over: Map<Line, string>; open: Map<Line, string> } {
  const totals = new Map<string, string>()
  const over = new Map<Line, string>()
  const open = new Map<Line, string>()
  for (const line of lines) {
    const { orderLine, quantity, path } = line
    if (orderLine === undefined) continue
    // Of several batches of a line the last says what is still short.
    if (lines.findLast((other) => other.orderLine?.id === orderLine.id) === line) open.set(line, shortOf(orderLine.quantity, sum([orderLine.received, orderLine.given_up, totals.get(orderLine.id) ?? '0'])))
    const all = add(totals.get(orderLine.id) ?? '0', quantity)
    const beyond = subtract(add(orderLine.received, all), orderLine.quantity)
    if (compare(beyond, '0') > 0) {
      if (!isOverAccepted) throw invalidField(`${path}.quantity`, 'purchasing.above_order', purchasingErrors.above_order)
      over.set(line, compare(beyond, quantity) > 0 ? quantity : beyond)
    }
    totals.set(orderLine.id, all)
  }
  return { totals, over, open }
}

async function orderOf(tx: Tx, body: Body): Promise<orders.OrderRow | undefined> {
  if (body.purchaseOrderId === undefined) return undefined
  const order = await lockedOrder(tx, body.purchaseOrderId, 'purchasing.receive', undefined)
  takeStep(orderLifecycle, order.state, 'receive')
  if (body.vendorId !== undefined && body.vendorId !== order.vendor_id) throw invalidField('vendorId', 'purchasing.other_vendor', purchasingErrors.other_vendor)
  return order
}

interface Shelving {
  lines: readonly Line[]
  landed: readonly string[]
  storeId: string
  facility: { id: string; currency: string }
  vendorId: string
  witnessId: string | undefined
  receiptId: string
}

/** Puts what is good onto the shelf; what came all damaged is known by its lot and is no stock. */
async function shelve(tx: Tx, { lines, landed, storeId, facility, vendorId, witnessId, receiptId }: Shelving): Promise<Map<Line, { id: string }>> {
  const arrival = (line: Line, quantity: string, unitCost: string) => ({ item: line.item, lot: { ...line.lot, vendorId }, quantity, unitCost, path: line.path })
  const good = lines.filter(isShelved)
  const broken = lines.filter((line) => !isShelved(line))
  const arrivals = good.map((line) => arrival(line, add(line.quantity, line.free), landed[lines.indexOf(line)] ?? '0'))
  const lots = good.length === 0 ? [] : await receive(tx, { storeId, currency: facility.currency, kind: 'purchase', facilityId: facility.id, witnessId, posting: { document: { type: 'goods-receipt', id: receiptId } }, arrivals })
  const named = await nameLots(tx, broken.map((line) => arrival(line, line.damaged, share(line.damagedCost, '1', line.damaged, 6))), facility.currency)
  return new Map([...good, ...broken].map((line, index) => [line, found([...lots, ...named][index])]))
}

interface Progress {
  ordered: readonly orders.OrderLineRow[]
  received: ReadonlyMap<string, string>
  givenUp: ReadonlySet<string>
}

/** What of the order has come, and what of it is given up: nothing open is received, or closed where not all came. */
async function advance(tx: Tx, order: orders.OrderRow, { ordered, received, givenUp }: Progress): Promise<void> {
  await orders.addReceived(tx, received)
  if (givenUp.size > 0) await orders.giveUpRest(tx, [...givenUp])
  const came = (line: orders.OrderLineRow) => compare(add(line.received, received.get(line.id) ?? '0'), line.quantity) >= 0
  const isDone = ordered.every((line) => came(line) || givenUp.has(line.id) || compare(line.given_up, '0') > 0)
  await orders.updateOrder(tx, order.id, order.version, { state: !isDone ? 'partly-received' : ordered.every(came) ? 'received' : 'closed' })
}

/** Receives goods: lots and stock at landed cost, the order's progress and the receipt, all or nothing. */
export function receiveGoods(ctx: Ctx, { body }: Input<'receiveGoods'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility, today } = await storeForUse(tx, body.storeId, 'purchasing.receive')
    const order = await orderOf(tx, body)
    const vendorId = order?.vendor_id ?? body.vendorId
    if (vendorId === undefined) throw invalidField('vendorId', 'required')
    await vendorFor(tx, vendorId)
    const ordered = order === undefined ? [] : await orders.orderLines(tx, [order.id])
    const lines = await linesOf(tx, body, ordered, facility.currency)
    checkCondition(lines, body, today, (await settingsOf(tx)).nearExpiryDays)
    const { totals: received, over, open } = receivedOf(lines, body.isOverAccepted === true)
    const freight = body.freight === undefined ? '0' : amountIn(body.freight, facility.currency, 'freight')
    const landed = landedCosts(lines.map((line) => ({ quantity: line.quantity, free: line.free, lineCost: line.cost })), freight)
    const id = newId()
    const lots = await shelve(tx, { lines, landed, storeId: store.id, facility, vendorId, witnessId: body.witnessId, receiptId: id })
    const taxes = lines.map((line) => inputTax(line.cost, line.taxRatePercent, minorUnits(facility.currency)))
    if (order !== undefined) await advance(tx, order, { ordered, received, givenUp: new Set(lines.flatMap((line) => (line.isRestGivenUp && line.orderLine !== undefined ? [line.orderLine.id] : []))) })
    const row = await repo.insertReceipt(tx, {
      id, facility_id: facility.id, store_id: store.id, vendor_id: vendorId, purchase_order_id: order?.id ?? null, currency: facility.currency, delivery_note: body.deliveryNote ?? '', freight, goods_total: sum(lines.map((line) => line.cost)), tax_total: sum(taxes), temperature_celsius: body.temperatureCelsius ?? null, note: body.note ?? '', received_on: today, number: await stockNumber(tx, facility, 'receipt'),
    })
    await repo.insertReceiptLines(tx, id, lines.map((line, index) => ({ purchase_order_line_id: line.orderLine?.id ?? null, item_id: line.item.id, lot_id: lots.get(line)?.id ?? '', quantity: line.quantity, free: line.free, damaged: line.damaged, damaged_cost: line.damagedCost, damaged_tax: inputTax(line.damagedCost, line.taxRatePercent, minorUnits(facility.currency)), was_open: open.get(line) ?? null, over_order: over.get(line) ?? '0', line_cost: line.cost, tax_rate_percent: line.taxRatePercent, tax: taxes[index] ?? '0', landed_unit_cost: landed[index] ?? '0' })))
    return found((await shownReceipts(tx, [row]))[0])
  })
}

/** What a receipt was to cost by its order, freight as it came; null where a line has none. */
async function totalByOrder(tx: Tx, receipt: repo.ReceiptRow): Promise<string | null> {
  const decimals = minorUnits(receipt.currency)
  const parts = (await repo.receiptLines(tx, [receipt.id])).map((line) => {
    const goods = costByOrder(line, decimals)
    return goods === null ? null : add(goods, inputTax(goods, line.order_tax_rate ?? '0', decimals))
  })
  return parts.includes(null) ? null : sum([receipt.freight, ...parts.filter((part) => part !== null)])
}

/** Matches the vendor's bill: goods, tax and freight of what came; a difference above rounding, from that or from the order, is a dispute. */
export function enterBill(ctx: Ctx, { params, body }: Input<'enterBill'>) {
  return withContext(ctx, async (tx) => {
    const receipt = found(await repo.readReceipt(tx, params.id))
    requirePermission(ctx, 'purchasing.receive', receipt.facility_id)
    const [vendor] = await vendorsByIds(tx, [receipt.vendor_id])
    const amount = amountIn(body.amount, receipt.currency, 'amount')
    const expected = sum([receipt.goods_total, receipt.tax_total, receipt.freight])
    const byOrder = await totalByOrder(tx, receipt)
    return presentBill(await repo.insertBill(tx, { facility_id: receipt.facility_id, vendor_id: receipt.vendor_id, goods_receipt_id: receipt.id, bill_number: body.billNumber, billed_on: body.billedOn, due_on: addDays(body.billedOn, vendor?.payment_terms_days ?? 0), currency: receipt.currency, amount, expected, by_order: byOrder, state: matchBill(amount, expected, byOrder) }), vendor?.name ?? '')
  })
}

export function listBills(ctx: Ctx, { query }: Input<'listBills'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listBills(tx, { ...query, places: placesFor(ctx, 'purchasing.read') }, page)
    const { vendors } = await namesOf(tx, [], rows.map((row) => row.vendor_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentBill(row, vendors.get(row.vendor_id) ?? ''))
  })
}

export function approveBill(ctx: Ctx, { params, body, ifMatch }: Input<'approveBill'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockBill(tx, params.id))
    requirePermission(ctx, 'purchasing.approve', before.facility_id)
    checkVersion(before, ifMatch)
    if (before.state !== 'disputed') throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
    return presentBill(await repo.updateBill(tx, before.id, before.version, { state: 'approved', reason: body.reason }), (await namesOf(tx, [], [before.vendor_id])).vendors.get(before.vendor_id) ?? '')
  })
}
