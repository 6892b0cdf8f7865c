import { z } from 'zod'
import { actions, date, decimalText, emptyBody, id, idParams, money, optionalText, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { importOutcome } from './common/import-outcome.ts'
import { inventoryErrors, lotIn, stockErrors, stockQuantity } from './inventory.ts'
import { defineErrors, route } from './define.ts'

export const purchasingErrors = defineErrors('purchasing', { above_limit: 403, bill_known: 409, above_order: 422, other_vendor: 422, short_dated: 422, cold_chain: 422, above_received: 422, nothing_received: 422, wrong_currency: 422, no_mail: 422, already_ordered: 422, nothing_damaged: 422 })

const counted = z.string().max(13).regex(/^\d{1,9}(\.\d{1,3})?$/)
const percent = z.string().regex(/^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)$/)
const moneyIn = z.strictObject({ amount: decimalText.refine((value) => !value.startsWith('-'), { error: 'number.positive' }), currency: money.shape.currency })
const unit = text(40)

export const orderLifecycle = lifecycle({
  initial: 'draft',
  states: ['draft', 'approved', 'sent', 'partly-received', 'received', 'closed', 'cancelled'],
  steps: {
    approve: { from: ['draft'], to: 'approved' },
    send: { from: ['approved'], to: 'sent' },
    receive: { from: ['approved', 'sent', 'partly-received'], to: 'received' },
    close: { from: ['partly-received'], to: 'closed' },
    cancel: { from: ['draft', 'approved', 'sent'], to: 'cancelled' },
  },
})
export const orderState = z.enum(['draft', 'approved', 'sent', 'partly-received', 'received', 'closed', 'cancelled'])
const orderLine = z.object({ id, itemId: id, itemName: z.string(), sku: z.string(), manufacturer: z.string(), units: z.array(z.string()), unit: z.string(), ordered: z.string(), baseUnit: z.string(), quantity: z.string(), received: z.string(), givenUp: z.string(), unitPrice: money, taxRatePercent: z.string(), total: money })
const order = z.object({ id, version, number: z.string(), state: orderState, facilityId: id, storeId: id, storeName: z.string(), vendorId: id, vendorName: z.string(), requisitionId: id.nullable(), expectedOn: date.nullable(), total: money, reason: z.string(), createdAt: z.string(), sentAt: z.string().nullable(), mailedTo: z.string(), lines: z.array(orderLine), actions })
export type PurchaseOrder = z.output<typeof order>

/** Ordered when all its lines are, open again when an order of it is not after all. */
export const requisitionLifecycle = lifecycle({ initial: 'open', states: ['open', 'ordered', 'cancelled'], steps: { order: { from: ['open'], to: 'ordered' }, cancel: { from: ['open'], to: 'cancelled' } } })
const requisition = z.object({ id, version, number: z.string(), state: z.enum(['open', 'ordered', 'cancelled']), facilityId: id, storeId: id, storeName: z.string(), reason: z.string(), cancelReason: z.string(), createdAt: z.string(), lines: z.array(z.object({ id, itemId: id, itemName: z.string(), unit: z.string(), quantity: z.string(), ordered: z.string(), open: z.string() })), actions })
const quote = z.object({ vendorId: id, vendorName: z.string(), itemId: id, unitCost: money, leadTimeDays: z.int(), isLowest: z.boolean() })

const receiptLine = z.object({ id, purchaseOrderLineId: id.nullable(), itemId: id, itemName: z.string(), unit: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), free: z.string(), damaged: z.string(), damagedCost: money, damagedTax: money, claimed: z.string(), ordered: z.string().nullable(), short: z.string(), overOrder: z.string(), returned: z.string(), lineCost: money, costByOrder: money.nullable(), taxRatePercent: z.string(), taxRateByOrder: z.string().nullable(), tax: money, landedUnitCost: money })
const receipt = z.object({ id, version, number: z.string(), facilityId: id, storeId: id, storeName: z.string(), vendorId: id, vendorName: z.string(), purchaseOrderId: id.nullable(), deliveryNote: z.string(), freight: money, goodsTotal: money, taxTotal: money, total: money, temperatureCelsius: z.string().nullable(), note: z.string(), receivedOn: date, createdAt: z.string(), lines: z.array(receiptLine) })
export type GoodsReceipt = z.output<typeof receipt>
const bill = z.object({ id, version, vendorId: id, vendorName: z.string(), goodsReceiptId: id, billNumber: z.string(), billedOn: date, dueOn: date, amount: money, expected: money, byOrder: money.nullable(), difference: money, state: z.enum(['matched', 'disputed', 'approved']), reason: z.string() })
const suggestion = z.object({ itemId: id, sku: z.string(), name: z.string(), unit: z.string(), onHand: z.string(), onOrder: z.string(), reorderLevel: z.string().nullable(), maximumLevel: z.string().nullable(), monthly: z.array(z.string()), forecast: z.string(), method: z.enum(['moving-average', 'seasonal']), errorPercent: z.string().nullable(), leadTimeDays: z.int(), suggested: z.string(), why: z.string(), lastVendorId: id.nullable(), lastUnitCost: money.nullable() })

const vendorPrice = z.object({ id, vendorId: id, vendorName: z.string(), itemId: id, itemName: z.string(), unit: z.string(), unitPrice: money, validFrom: date, isCurrent: z.boolean() })

const may = { read: 'purchasing.read', order: 'purchasing.order', receive: 'purchasing.receive', approve: 'purchasing.approve' } as const
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional' } as const
const list = { method: 'GET', permission: may.read, audit: 'none', phi: false, errors: [] } as const
const lineIn = z.strictObject({ itemId: id, quantity: stockQuantity, unit: unit.optional() })

const orderedLines = z.array(lineIn.extend({ unitPrice: moneyIn, taxRatePercent: percent.optional() })).min(1).max(200)
const purchaseReturn = z.object({ id, version, number: z.string(), goodsReceiptId: id, vendorId: id, vendorName: z.string(), total: money, reason: z.string(), isClaim: z.boolean(), createdAt: z.string() })

const registerQuery = z.strictObject({ facilityId: id, from: date, to: date })
const taxSums = { taxable: money, cgst: money, sgst: money, igst: money, tax: money, total: money }
const registeredPurchase = z.object({ id, kind: z.enum(['receipt', 'return']), number: z.string(), on: date, vendorName: z.string(), vendorTaxNumber: z.string(), billNumber: z.string(), billedOn: date.nullable(), ...taxSums })

export const purchasing = {
  suggestOrders: route({ ...list, path: '/purchase-orders/suggestions', summary: 'What to order: items at their reorder level or that will not last their lead time', description: 'The forecast is the mean of the last three months or, with two years of history, last year’s same month scaled to this year; the one that erred less on the past is taken and its mean absolute error stated.', query: z.strictObject({ facilityId: id, all: z.enum(['true', 'false']).optional() }), response: z.object({ items: z.array(suggestion), nextCursor: z.null() }) }),
  draftSuggested: route({ method: 'POST', path: '/purchase-orders/suggested', summary: 'Draft what is suggested: an order for the vendor it was last bought from, else for who asks least, in the packs and at the price of its list', permission: may.order, audit: 'create', phi: false, body: z.strictObject({ storeId: id }), status: 201, response: z.object({ items: z.array(order), nextCursor: z.null() }), errors: [] }),
  listPrices: route({ ...list, path: '/vendor-prices', summary: 'What vendors ask, newest first', query: pageQuery.extend({ vendorId: id.optional(), itemId: id.optional() }), response: page(vendorPrice) }),
  importPrices: route({ method: 'POST', path: '/vendor-prices/import', summary: 'The price list of a vendor from a table', description: 'Multipart: `file` (CSV or Excel) with columns sku, price and, if there are, unit and from; `vendorId`, `facilityId` for the currency; `dryRun` (`true` writes nothing). The same item, unit and day again changes nothing, another price of that day is refused.', permission: may.order, audit: 'create', phi: false, upload: { maxBytes: 30 * 2 ** 20 }, transaction: 'none', response: importOutcome, errors: [] }),
  listRequisitions: route({ ...list, path: '/requisitions', summary: 'Requisitions, newest first', query: pageQuery.extend({ facilityId: id.optional() }), response: page(requisition) }),
  requisition: route({ method: 'POST', path: '/requisitions', summary: 'Ask for goods to be bought', permission: may.order, audit: 'create', phi: false, body: z.strictObject({ storeId: id, reason: optionalText(500).optional(), lines: z.array(lineIn).min(1).max(200) }), status: 201, response: requisition, errors: [inventoryErrors.indivisible, inventoryErrors.unknown_unit] }),
  addQuotation: route({ method: 'POST', path: '/requisitions/{id}/quotations', summary: 'What a vendor would take by base unit', permission: may.order, audit: 'create', phi: false, params: idParams, body: z.strictObject({ vendorId: id, lines: z.array(z.strictObject({ itemId: id, unitCost: moneyIn, leadTimeDays: z.int().min(0).max(365).optional() })).min(1).max(200) }), status: 201, response: z.object({ items: z.array(quote), nextCursor: z.null() }), errors: [purchasingErrors.wrong_currency, lifecycleErrors.illegal_step] }),
  compareQuotations: route({ ...list, path: '/requisitions/{id}/quotations', summary: 'Quotations side by side, the lowest marked', params: idParams, response: z.object({ items: z.array(quote), nextCursor: z.null() }) }),
  orderQuotations: route({ method: 'POST', path: '/requisitions/{id}/orders', summary: 'Order each line from the vendor chosen for it: a draft for each vendor, at what it quoted', description: 'Of a line what is not yet ordered. An order is expected after the longest lead time that its vendor named.', permission: may.order, audit: 'create', phi: false, params: idParams, ifMatch: 'optional', body: z.strictObject({ lines: z.array(z.strictObject({ requisitionLineId: id, vendorId: id })).min(1).max(200) }), status: 201, response: z.object({ items: z.array(order), nextCursor: z.null() }), errors: [lifecycleErrors.illegal_step, purchasingErrors.already_ordered] }),
  cancelRequisition: route({ ...step, path: '/requisitions/{id}/cancel', summary: 'What is not yet ordered will not be', permission: may.order, body: reasonBody, response: requisition, errors: [lifecycleErrors.illegal_step] }),

  listOrders: route({ ...list, path: '/purchase-orders', summary: 'Purchase orders, newest first', query: pageQuery.extend({ state: orderState.optional(), vendorId: id.optional(), storeId: id.optional(), facilityId: id.optional() }), response: page(order) }),
  createOrder: route({ method: 'POST', path: '/purchase-orders', summary: 'Draft an order to a vendor', permission: may.order, audit: 'create', phi: false, body: z.strictObject({ storeId: id, vendorId: id, requisitionId: id.optional(), expectedOn: date.optional(), lines: orderedLines }), status: 201, response: order, errors: [inventoryErrors.indivisible, inventoryErrors.unknown_unit, purchasingErrors.wrong_currency, purchasingErrors.already_ordered, lifecycleErrors.illegal_step] }),
  updateOrder: route({ method: 'PATCH', path: '/purchase-orders/{id}', summary: 'Change a draft: vendor, day and lines; the lines given replace those that stood', permission: may.order, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ vendorId: id.optional(), expectedOn: date.nullable().optional(), lines: orderedLines.optional() }), response: order, errors: [inventoryErrors.indivisible, inventoryErrors.unknown_unit, purchasingErrors.wrong_currency, lifecycleErrors.illegal_step] }),
  readOrder: route({ ...list, path: '/purchase-orders/{id}', summary: 'Read a purchase order', params: idParams, response: order }),
  approveOrder: route({ ...step, path: '/purchase-orders/{id}/approve', summary: 'Approve an order; above the limit only by who may', permission: may.order, body: emptyBody, response: order, errors: [lifecycleErrors.illegal_step, purchasingErrors.above_limit] }),
  sendOrder: route({ ...step, path: '/purchase-orders/{id}/send', summary: 'Send it to the vendor by mail as PDF, or mark it sent', permission: may.order, body: z.strictObject({ mailTo: z.email().max(200).optional() }).optional(), response: order, errors: [lifecycleErrors.illegal_step, purchasingErrors.no_mail] }),
  closeOrder: route({ ...step, path: '/purchase-orders/{id}/close', summary: 'The rest will not come', permission: may.order, body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  cancelOrder: route({ ...step, path: '/purchase-orders/{id}/cancel', summary: 'Cancel an order of which nothing came', permission: may.order, body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  printOrder: route({ method: 'GET', path: '/purchase-orders/{id}/pdf', summary: 'The order on letterhead, for the vendor', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),

  listReceipts: route({ ...list, path: '/goods-receipts', summary: 'Goods receipts, newest first', query: pageQuery.extend({ vendorId: id.optional(), storeId: id.optional(), purchaseOrderId: id.optional(), facilityId: id.optional() }), response: page(receipt) }),
  receiveGoods: route({
    method: 'POST', path: '/goods-receipts', summary: 'Receive goods, with or without an order', description: 'Quantity is what is paid for, free what comes with it, damaged what is refused at the door: a line may be all damaged, which is no stock but can be claimed. `isRestGivenUp` closes the line of the order whatever is still open of it. Freight is spread over the cost of the lines; the landed cost counts it and the free goods. Less than 90 days to expiry and goods of the cold chain without a temperature need `isAccepted`. Controlled drugs come in before a witness. More than was ordered needs `isOverAccepted`; a price or tax that is given stands instead of the order’s, and both are shown.',
    permission: may.receive, audit: 'create', phi: false, status: 201, response: receipt,
    body: z.strictObject({ storeId: id, vendorId: id.optional(), purchaseOrderId: id.optional(), deliveryNote: optionalText(60).optional(), freight: moneyIn.optional(), temperatureCelsius: z.string().max(8).regex(/^-?\d{1,3}(\.\d{1,2})?$/).optional(), note: optionalText(500).optional(), isAccepted: z.boolean().optional(), isOverAccepted: z.boolean().optional(), witnessId: id.optional(), lines: z.array(z.strictObject({ purchaseOrderLineId: id.optional(), itemId: id.optional(), lot: lotIn.omit({ unitCost: true, vendorId: true }), quantity: counted, free: counted.optional(), damaged: counted.optional(), isRestGivenUp: z.boolean().optional(), unit: unit.optional(), unitPrice: moneyIn.optional(), taxRatePercent: percent.optional() })).min(1).max(200) }),
    errors: [...stockErrors, purchasingErrors.above_order, purchasingErrors.other_vendor, purchasingErrors.short_dated, purchasingErrors.cold_chain, purchasingErrors.nothing_received, purchasingErrors.wrong_currency, inventoryErrors.too_fine, lifecycleErrors.illegal_step],
  }),
  readReceipt: route({ ...list, path: '/goods-receipts/{id}', summary: 'Read a goods receipt', params: idParams, response: receipt }),
  returnGoods: route({ method: 'POST', path: '/goods-receipts/{id}/return', summary: 'Send goods back to the vendor', permission: may.receive, audit: 'create', phi: false, params: idParams, body: z.strictObject({ reason: text(300), witnessId: id.optional(), lines: z.array(z.strictObject({ goodsReceiptLineId: id, quantity: stockQuantity })).min(1).max(200) }), status: 201, response: purchaseReturn, errors: [...stockErrors, purchasingErrors.above_received] }),
  claimDamaged: route({ method: 'POST', path: '/goods-receipts/{id}/claim', summary: 'A debit note for all that came damaged and is not yet claimed: its goods and the tax on them', permission: may.receive, audit: 'create', phi: false, params: idParams, body: z.strictObject({ reason: text(300) }), status: 201, response: purchaseReturn, errors: [purchasingErrors.nothing_damaged] }),
  listReturns: route({ ...list, path: '/purchase-returns', summary: 'Goods sent back to vendors, newest first', query: pageQuery.extend({ goodsReceiptId: id.optional(), vendorId: id.optional(), facilityId: id.optional() }), response: page(purchaseReturn) }),
  printReturn: route({ method: 'GET', path: '/purchase-returns/{id}/pdf', summary: 'The debit note that goes with what is sent back', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  printReceipt: route({ method: 'GET', path: '/goods-receipts/{id}/pdf', summary: 'A goods receipt on letterhead', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  enterBill: route({ method: 'POST', path: '/goods-receipts/{id}/bill', summary: 'Match the vendor’s bill with what came and what it was to cost', description: 'It is disputed where it differs from what came by the receipt, and where the receipt is dearer than its order by price or tax.', permission: may.receive, audit: 'create', phi: false, params: idParams, body: z.strictObject({ billNumber: text(60), billedOn: date, amount: moneyIn }), status: 201, response: bill, errors: [purchasingErrors.bill_known, purchasingErrors.wrong_currency] }),
  listBills: route({ ...list, path: '/vendor-bills', summary: 'Vendors’ bills, newest first', query: pageQuery.extend({ vendorId: id.optional(), goodsReceiptId: id.optional() }), response: page(bill) }),
  approveBill: route({ ...step, path: '/vendor-bills/{id}/approve', summary: 'Accept a bill that differs', permission: may.approve, body: reasonBody, response: bill, errors: [lifecycleErrors.illegal_step] }),
  purchaseRegister: route({ ...list, path: '/goods-receipts/register', summary: 'Purchases of days by HSN and rate of tax, what went back taken off', description: 'Goods of a vendor in another state carry IGST, of the own state CGST and SGST (Integrated GST Act 2017, ss. 7 and 8). What was sent back counts on the day of its debit note (Central GST Act 2017, s. 34).', query: registerQuery, response: z.object({ items: z.array(z.object({ taxRatePercent: z.string(), taxCode: z.string(), ...taxSums })), nextCursor: z.null() }) }),
  purchaseDocuments: route({ ...list, path: '/goods-receipts/register/documents', summary: 'Purchases of days, receipt by receipt and debit note by debit note, as a return of input tax asks', query: pageQuery.extend(registerQuery.shape), response: page(registeredPurchase) }),
}
