import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import { type purchasing, purchasingErrors, requisitionLifecycle } from '#contract/purchasing.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare, cost, plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { inBase, itemsByIds, stockItems, stockNumber, storeForUse, storesByIds } from '../inventory/index.ts'
import { linesOf, requisitionToOrder, settleRequisition } from './requisition-state.ts'
import * as repo from './requisitions-repo.ts'
import { amountIn, draftOrder, namesOf, shownOrders, vendorFor } from './service.ts'

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

async function shownRequisitions(tx: Tx, rows: readonly repo.RequisitionRow[]) {
  const lines = await linesOf(tx, rows.map((row) => row.id))
  const [items, stores] = await Promise.all([itemsByIds(tx, [...new Set(lines.map((line) => line.item_id))]), storesByIds(tx, [...new Set(rows.map((row) => row.store_id))])])
  const itemOf = new Map(items.map((item) => [item.id, item]))
  return rows.map((row) => {
    const state = requisitionLifecycle.states.find((one) => one === row.state) ?? 'open'
    return {
      id: row.id, version: row.version, number: row.number, state, facilityId: row.facility_id, storeId: row.store_id, storeName: stores.find((store) => store.id === row.store_id)?.name ?? '', reason: row.reason, cancelReason: row.cancel_reason, createdAt: row.created_at.toISOString(), actions: allowedSteps(requisitionLifecycle, state),
      lines: lines.filter((line) => line.requisition_id === row.id).map((line) => ({ id: line.id, itemId: line.item_id, itemName: itemOf.get(line.item_id)?.name ?? '', unit: itemOf.get(line.item_id)?.base_unit ?? '', quantity: plain(line.quantity), ordered: plain(line.ordered), open: plain(line.open) })),
    }
  })
}

const shownRequisition = async (tx: Tx, row: repo.RequisitionRow) => found((await shownRequisitions(tx, [row]))[0])

export function listRequisitions(ctx: Ctx, { query }: Input<'listRequisitions'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listRequisitions(tx, placesFor(ctx, 'purchasing.read', query.facilityId), page)
    const presented = new Map((await shownRequisitions(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

export function requisition(ctx: Ctx, { body }: Input<'requisition'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility } = await storeForUse(tx, body.storeId, 'purchasing.order')
    const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
    const lines = body.lines.map((line, index) => ({ item_id: line.itemId, quantity: inBase(found(items.get(line.itemId)), line.quantity, line.unit, `lines.${index}`) }))
    const id = newId()
    const row = await repo.insertRequisition(tx, { id, facility_id: facility.id, store_id: store.id, reason: body.reason ?? '', number: await stockNumber(tx, facility, 'requisition') })
    await repo.insertRequisitionLines(tx, id, lines)
    return shownRequisition(tx, row)
  })
}

/** What is not yet ordered will not be; orders that stand remain. */
export function cancelRequisition(ctx: Ctx, { params, body, ifMatch }: Input<'cancelRequisition'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRequisition(tx, params.id))
    requirePermission(ctx, 'purchasing.order', row.facility_id)
    checkVersion(row, ifMatch)
    return shownRequisition(tx, await repo.setRequisition(tx, row.id, { state: takeStep(requisitionLifecycle, row.state, 'cancel'), cancel_reason: body.reason }))
  })
}

async function compared(tx: Tx, requisitionId: string) {
  const rows = await repo.quotationsOf(tx, requisitionId)
  const { vendors } = await namesOf(tx, [], rows.map((row) => row.vendor_id))
  const lowest = new Map<string, string>()
  for (const row of rows) if (!lowest.has(row.item_id) || compare(row.unit_cost, lowest.get(row.item_id) ?? '0') < 0) lowest.set(row.item_id, row.unit_cost)
  return { items: rows.map((row) => ({ vendorId: row.vendor_id, vendorName: vendors.get(row.vendor_id) ?? '', itemId: row.item_id, unitCost: cost(row.unit_cost, row.currency), leadTimeDays: row.lead_time_days, isLowest: compare(row.unit_cost, lowest.get(row.item_id) ?? '0') === 0 })), nextCursor: null }
}

export function addQuotation(ctx: Ctx, { params, body }: Input<'addQuotation'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await requisitionToOrder(tx, params.id))
    const { facility } = await storeForUse(tx, row.store_id, 'purchasing.order')
    await vendorFor(tx, body.vendorId)
    await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
    await repo.writeQuotations(tx, row.id, body.vendorId, body.lines.map((line, index) => ({ item_id: line.itemId, unit_cost: amountIn(line.unitCost, facility.currency, `lines.${index}.unitCost`), currency: facility.currency, lead_time_days: line.leadTimeDays ?? 0 })))
    return compared(tx, row.id)
  })
}

export function compareQuotations(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found((await repo.requisitionsByIds(tx, [id]))[0])
    requirePermission(ctx, 'purchasing.read', row.facility_id)
    return compared(tx, row.id)
  })
}

type Choice = Input<'orderQuotations'>['body']['lines'][number]

/** Each choice with what is open of its line and what its vendor quoted, refused by its field. */
async function chosenOf(tx: Tx, requisitionId: string, choices: readonly Choice[]) {
  const [lines, quotations] = await Promise.all([linesOf(tx, [requisitionId]), repo.quotationsOf(tx, requisitionId)])
  const taken = new Set<string>()
  return choices.map((choice, index) => {
    const line = lines.find((one) => one.id === choice.requisitionLineId)
    if (line === undefined) throw invalidField(`lines.${index}.requisitionLineId`, 'reference.unknown')
    if (taken.has(line.id) || compare(line.open, '0') === 0) throw invalidField(`lines.${index}.requisitionLineId`, 'purchasing.already_ordered', purchasingErrors.already_ordered)
    taken.add(line.id)
    const quotation = quotations.find((one) => one.vendor_id === choice.vendorId && one.item_id === line.item_id)
    if (quotation === undefined) throw invalidField(`lines.${index}.vendorId`, 'reference.unknown')
    return { index, line, quotation }
  })
}

/** Orders each line from the vendor chosen for it, at what it quoted: a draft for each vendor. */
export function orderQuotations(ctx: Ctx, { params, body, ifMatch }: Input<'orderQuotations'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await requisitionToOrder(tx, params.id))
    checkVersion(row, ifMatch)
    const { store, facility, today } = await storeForUse(tx, row.store_id, 'purchasing.order')
    const drafts = []
    for (const [vendorId, own] of Map.groupBy(await chosenOf(tx, row.id, body.lines), (one) => one.quotation.vendor_id)) {
      await vendorFor(tx, vendorId, `lines.${own[0]?.index ?? 0}.vendorId`)
      const days = Math.max(...own.map((one) => one.quotation.lead_time_days))
      const lines = own.map(({ line, quotation }) => ({ itemId: line.item_id, quantity: plain(line.open), unitPrice: { amount: quotation.unit_cost, currency: quotation.currency } }))
      drafts.push(await draftOrder(tx, { storeId: store.id, facility, vendorId, requisitionId: row.id, expectedOn: days === 0 ? null : addDays(today, days), lines }))
    }
    await settleRequisition(tx, row.id)
    return { items: await shownOrders(tx, drafts), nextCursor: null }
  })
}
