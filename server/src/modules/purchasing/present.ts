import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type GoodsReceipt, orderLifecycle, orderState, type PurchaseOrder, type purchasing } from '#contract/purchasing.ts'
import type { z } from 'zod'
import { add, compare, cost, minorUnits, money, multiply, plain, subtract } from '#kernel/money.ts'
import type { OrderLineRow, OrderRow } from './orders-repo.ts'
import type { BillRow, ReceiptLineRow, ReceiptRow } from './receipts-repo.ts'
import { costByOrder } from './rules.ts'

const never = '9999-12-31'
const orNull = <T>(value: string | null, shape: (value: string) => T): T | null => (value === null ? null : shape(value))

export interface Names {
  stores: ReadonlyMap<string, string>
  vendors: ReadonlyMap<string, string>
}

export function presentOrder(row: OrderRow, lines: readonly OrderLineRow[], names: Names): PurchaseOrder {
  const state = orderState.parse(row.state)
  return {
    id: row.id, version: row.version, number: row.number, state, facilityId: row.facility_id, storeId: row.store_id, storeName: names.stores.get(row.store_id) ?? '', vendorId: row.vendor_id, vendorName: names.vendors.get(row.vendor_id) ?? '', requisitionId: row.requisition_id, expectedOn: row.expected_on, total: money(row.total, row.currency), reason: row.reason, createdAt: row.created_at.toISOString(), sentAt: row.sent_at?.toISOString() ?? null, mailedTo: row.mailed_to, actions: allowedSteps(orderLifecycle, state),
    lines: lines.filter((line) => line.purchase_order_id === row.id).map((line) => ({ id: line.id, itemId: line.item_id, itemName: line.item_name, sku: line.sku, manufacturer: line.manufacturer, units: [line.base_unit, ...line.packs], unit: line.unit, ordered: plain(line.ordered), baseUnit: line.base_unit, quantity: plain(line.quantity), received: plain(line.received), givenUp: plain(line.given_up), unitPrice: cost(line.unit_price, row.currency), taxRatePercent: plain(line.tax_rate_percent), total: money(multiply(line.ordered, line.unit_price), row.currency) })),
  }
}

export function presentReceipt(row: ReceiptRow, lines: readonly ReceiptLineRow[], names: Names): GoodsReceipt {
  const of = (amount: string) => money(amount, row.currency)
  return {
    id: row.id, version: row.version, number: row.number, facilityId: row.facility_id, storeId: row.store_id, storeName: names.stores.get(row.store_id) ?? '', vendorId: row.vendor_id, vendorName: names.vendors.get(row.vendor_id) ?? '', purchaseOrderId: row.purchase_order_id, deliveryNote: row.delivery_note, freight: of(row.freight), goodsTotal: of(row.goods_total), taxTotal: of(row.tax_total), total: of(add(add(row.goods_total, row.tax_total), row.freight)), temperatureCelsius: row.temperature_celsius === null ? null : plain(row.temperature_celsius), note: row.note, receivedOn: row.received_on, createdAt: row.created_at.toISOString(),
    lines: lines.filter((line) => line.goods_receipt_id === row.id).map((line) => ({
      id: line.id, purchaseOrderLineId: line.purchase_order_line_id, itemId: line.item_id, itemName: line.item_name, unit: line.unit, lotId: line.lot_id, batch: line.batch, expiresOn: line.expires_on === never ? null : line.expires_on, quantity: plain(line.quantity), free: plain(line.free), damaged: plain(line.damaged), damagedCost: of(line.damaged_cost), damagedTax: of(line.damaged_tax), claimed: plain(line.claimed), ordered: orNull(line.order_quantity, plain), short: line.was_open === null || compare(line.was_open, line.quantity) <= 0 ? '0' : plain(subtract(line.was_open, line.quantity)), overOrder: plain(line.over_order), returned: plain(line.returned), lineCost: of(line.line_cost), costByOrder: orNull(costByOrder(line, minorUnits(row.currency)), of), taxRatePercent: plain(line.tax_rate_percent), taxRateByOrder: orNull(line.order_tax_rate, plain), tax: of(line.tax), landedUnitCost: cost(line.landed_unit_cost, row.currency),
    })),
  }
}

const billStates = ['matched', 'disputed', 'approved'] as const

export const presentBill = (row: BillRow, vendorName: string): z.output<(typeof purchasing)['enterBill']['response']> => ({
  id: row.id, version: row.version, vendorId: row.vendor_id, vendorName, goodsReceiptId: row.goods_receipt_id, billNumber: row.bill_number, billedOn: row.billed_on, dueOn: row.due_on, amount: money(row.amount, row.currency), expected: money(row.expected, row.currency), byOrder: orNull(row.by_order, (amount) => money(amount, row.currency)), difference: money(subtract(row.amount, row.expected), row.currency), state: billStates.find((state) => state === row.state) ?? 'disputed', reason: row.reason,
})
