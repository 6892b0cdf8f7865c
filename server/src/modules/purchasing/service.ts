import type { RouteInput } from '#contract/define.ts'
import { orderLifecycle, type purchasing, purchasingErrors } from '#contract/purchasing.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare, minorUnits, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { inBase, settingsOf, stockItems, stockNumber, storeForUse, storesByIds, vendorsByIds } from '../inventory/index.ts'
import type { Facility } from '../organizations/index.ts'
import * as repo from './orders-repo.ts'
import { type Names, presentOrder } from './present.ts'
import { refuseOrdered, requisitionToOrder, settleRequisition } from './requisition-state.ts'
import { lineCost } from './rules.ts'

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

/** Names of stores and vendors, two statements whatever the number. */
export async function namesOf(tx: Tx, storeIds: readonly string[], vendorIds: readonly string[]): Promise<Names> {
  const [stores, vendors] = await Promise.all([storesByIds(tx, [...new Set(storeIds)]), vendorsByIds(tx, [...new Set(vendorIds)])])
  return { stores: new Map(stores.map((row) => [row.id, row.name])), vendors: new Map(vendors.map((row) => [row.id, row.name])) }
}

/** Orders as their readers see them, few statements whatever the number. */
export async function shownOrders(tx: Tx, rows: readonly repo.OrderRow[]) {
  const lines = await repo.orderLines(tx, rows.map((row) => row.id))
  const names = await namesOf(tx, rows.map((row) => row.store_id), rows.map((row) => row.vendor_id))
  return rows.map((row) => presentOrder(row, lines, names))
}

/** An order as its readers see it. */
export const shownOrder = async (tx: Tx, row: repo.OrderRow) => found((await shownOrders(tx, [row]))[0])

export function listOrders(ctx: Ctx, { query }: Input<'listOrders'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listOrders(tx, { ...query, places: placesFor(ctx, 'purchasing.read', query.facilityId) }, page)
    const presented = new Map((await shownOrders(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

export function readOrder(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readOrder(tx, id))
    requirePermission(ctx, 'purchasing.read', row.facility_id)
    return shownOrder(tx, row)
  })
}

/** The vendor, refused by its field when unknown or switched off. */
export async function vendorFor(tx: Tx, vendorId: string, path = 'vendorId') {
  const [vendor] = await vendorsByIds(tx, [vendorId])
  if (vendor === undefined || !vendor.is_active) throw invalidField(path, 'reference.unknown')
  return vendor
}

/** An amount of the facility's currency, else refused by its field. */
export function amountIn(money: { amount: string; currency: string }, currency: string, path: string): string {
  if (money.currency !== currency) throw invalidField(`${path}.currency`, 'purchasing.wrong_currency', purchasingErrors.wrong_currency)
  return money.amount
}

export function createOrder(ctx: Ctx, { body }: Input<'createOrder'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility } = await storeForUse(tx, body.storeId, 'purchasing.order')
    const vendor = await vendorFor(tx, body.vendorId)
    if (body.requisitionId !== undefined) {
      const row = await requisitionToOrder(tx, body.requisitionId)
      if (row === undefined) throw invalidField('requisitionId', 'reference.unknown')
      await refuseOrdered(tx, row.id, body.lines)
    }
    const order = await draftOrder(tx, { storeId: store.id, facility, vendorId: vendor.id, requisitionId: body.requisitionId ?? null, expectedOn: body.expectedOn ?? null, lines: body.lines })
    await settleRequisition(tx, order.requisition_id)
    return shownOrder(tx, order)
  })
}

/** Changes a draft: what was approved stands as it was approved. */
export function updateOrder(ctx: Ctx, { params, body, ifMatch }: Input<'updateOrder'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedOrder(tx, params.id, 'purchasing.order', ifMatch)
    takeStep(orderLifecycle, before.state, 'approve')
    const vendor = body.vendorId === undefined ? undefined : await vendorFor(tx, body.vendorId)
    const { facility } = await storeForUse(tx, before.store_id, 'purchasing.order')
    const lines = body.lines === undefined ? undefined : await orderedLines(tx, body.lines, facility.currency)
    if (lines !== undefined) {
      await repo.deleteOrderLines(tx, before.id)
      await repo.insertOrderLines(tx, before.id, lines)
      await settleRequisition(tx, before.requisition_id)
    }
    const change = { vendor_id: vendor?.id, expected_on: body.expectedOn, total: lines === undefined ? undefined : totalOf(lines, facility.currency) }
    return shownOrder(tx, await repo.updateOrder(tx, before.id, before.version, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))))
  })
}

export interface OrderDraft {
  storeId: string
  facility: Facility
  vendorId: string
  requisitionId: string | null
  expectedOn: string | null
  lines: Input<'createOrder'>['body']['lines']
}

/** Lines in base units, each refused by its field. */
async function orderedLines(tx: Tx, wanted: OrderDraft['lines'], currency: string): Promise<repo.NewOrderLine[]> {
  const items = await stockItems(tx, wanted.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
  return wanted.map((line, index) => {
    const item = found(items.get(line.itemId))
    return { item_id: item.id, unit: line.unit ?? item.base_unit, ordered: line.quantity, quantity: inBase(item, line.quantity, line.unit, `lines.${index}`), unit_price: amountIn(line.unitPrice, currency, `lines.${index}.unitPrice`), tax_rate_percent: line.taxRatePercent ?? item.tax_rate_percent }
  })
}

const totalOf = (lines: readonly repo.NewOrderLine[], currency: string): string => sum(lines.map((line) => lineCost(line.ordered, line.unit_price, minorUnits(currency))))

/** Writes a draft with its lines in base units and its total. */
export async function draftOrder(tx: Tx, { storeId, facility, vendorId, requisitionId, expectedOn, lines: wanted }: OrderDraft): Promise<repo.OrderRow> {
  const lines = await orderedLines(tx, wanted, facility.currency)
  const id = newId()
  const row = await repo.insertOrder(tx, { id, facility_id: facility.id, store_id: storeId, vendor_id: vendorId, requisition_id: requisitionId, currency: facility.currency, total: totalOf(lines, facility.currency), expected_on: expectedOn, number: await stockNumber(tx, facility, 'order') })
  await repo.insertOrderLines(tx, id, lines)
  return row
}

/** An order locked, in the version the caller saw, by someone who may do this in its facility. */
export async function lockedOrder(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.OrderRow> {
  const row = found(await repo.lockOrder(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function approveOrder(ctx: Ctx, { params, ifMatch }: Input<'approveOrder'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedOrder(tx, params.id, 'purchasing.order', ifMatch)
    const state = takeStep(orderLifecycle, before.state, 'approve')
    const { approvalLimit } = await settingsOf(tx)
    if (compare(before.total, approvalLimit) > 0 && !ctx.can('purchasing.approve', before.facility_id)) throw new AppError(purchasingErrors.above_limit, { values: { limit: approvalLimit } })
    return shownOrder(tx, await repo.updateOrder(tx, before.id, before.version, { state, approved_by: ctx.userId }))
  })
}

function endOrder(step: 'close' | 'cancel') {
  return (ctx: Ctx, { params, body, ifMatch }: { params: { id: string }; body: { reason: string }; ifMatch: number | undefined }) =>
    withContext(ctx, async (tx) => {
      const before = await lockedOrder(tx, params.id, 'purchasing.order', ifMatch)
      const row = await repo.updateOrder(tx, before.id, before.version, { state: takeStep(orderLifecycle, before.state, step), reason: body.reason })
      if (step === 'cancel') await settleRequisition(tx, row.requisition_id)
      return shownOrder(tx, row)
    })
}
export const closeOrder = endOrder('close')
export const cancelOrder = endOrder('cancel')
