import type { RouteInput } from '#contract/define.ts'
import { type purchasing, purchasingErrors } from '#contract/purchasing.ts'
import { type Ctx, placesFor } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { add, compare, minorUnits, money, multiply, share, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { inBase, pickLots, post, requireWitness, stockItems, stockNumber, storeForUse } from '../inventory/index.ts'
import * as repo from './receipts-repo.ts'
import { insertReturn, insertReturnLines, listReturns as listRows, type ReturnRow } from './returns-repo.ts'
import { namesOf } from './service.ts'

mapConstraint('goods_receipt_lines_returned', purchasingErrors.above_received)

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

const present = (row: ReturnRow, vendors: ReadonlyMap<string, string>) => ({ id: row.id, version: row.version, number: row.number, goodsReceiptId: row.goods_receipt_id, vendorId: row.vendor_id, vendorName: vendors.get(row.vendor_id) ?? '', total: money(row.total, row.currency), reason: row.reason, isClaim: row.is_claim, createdAt: row.created_at.toISOString() })

/** Goods sent back, as their readers see it. */
export const shownReturn = async (tx: Tx, row: ReturnRow) => present(row, (await namesOf(tx, [], [row.vendor_id])).vendors)

export function listReturns(ctx: Ctx, { query }: Input<'listReturns'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await listRows(tx, { ...query, places: placesFor(ctx, 'purchasing.read', query.facilityId) }, page)
    const { vendors } = await namesOf(tx, [], rows.map((row) => row.vendor_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => present(row, vendors))
  })
}

/** The part of a line's money that goes back with a quantity of it: with the last of it all of the rest, to the coin. */
function backOf(own: { quantity: string; free: string }, amount: string, before: string, quantity: string, currency: string): string {
  const until = (back: string) => share(amount, back, add(own.quantity, own.free), minorUnits(currency))
  return subtract(until(add(before, quantity)), until(before))
}

/** Sends goods back: they leave the store they came to, at what they cost. */
export function returnGoods(ctx: Ctx, { params, body }: Input<'returnGoods'>) {
  return withContext(ctx, async (tx) => {
    const receipt = found(await repo.lockReceipt(tx, params.id))
    const { store, facility, today } = await storeForUse(tx, receipt.store_id, 'purchasing.receive')
    const known = new Map((await repo.receiptLines(tx, [receipt.id])).map((line) => [line.id, line]))
    const items = await stockItems(tx, [...known.values()].map((line) => ({ itemId: line.item_id, path: 'lines' })))
    const totals = new Map<string, string>()
    const goods = body.lines.map((line, index) => {
      const own = known.get(line.goodsReceiptLineId)
      if (own === undefined) throw invalidField(`lines.${index}.goodsReceiptLineId`, 'reference.unknown')
      const quantity = inBase(found(items.get(own.item_id)), line.quantity, undefined, `lines.${index}`)
      const all = add(totals.get(own.id) ?? '0', quantity)
      if (compare(add(own.returned, all), add(own.quantity, own.free)) > 0) throw invalidField(`lines.${index}.quantity`, 'purchasing.above_received', purchasingErrors.above_received)
      const before = add(own.returned, totals.get(own.id) ?? '0')
      totals.set(own.id, all)
      return { own, quantity, path: `lines.${index}`, taxable: backOf(own, own.line_cost, before, quantity, receipt.currency), tax: backOf(own, own.tax, before, quantity, receipt.currency) }
    })
    await requireWitness(tx, goods.map(({ own }) => found(items.get(own.item_id))), body.witnessId, store.facility_id)
    const id = newId()
    const picked = await pickLots(tx, { storeId: store.id, on: today, isAnyLot: true, wants: goods.map(({ own, quantity, path }) => ({ itemId: own.item_id, lotId: own.lot_id, quantity, path })) })
    await post(tx, { document: { type: 'purchase-return', id }, entries: picked.map(({ itemId, lot, quantity, path }) => ({ kind: 'purchase-return', storeId: store.id, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, reason: body.reason, witnessId: body.witnessId ?? null, path })) })
    await repo.addReturned(tx, totals)
    const total = share(sum(goods.map(({ own, quantity }) => multiply(quantity, own.landed_unit_cost))), '1', '1', minorUnits(receipt.currency))
    const number = await stockNumber(tx, facility, 'purchase-return')
    const row = await insertReturn(tx, { id, number, facility_id: facility.id, goods_receipt_id: receipt.id, vendor_id: receipt.vendor_id, reason: body.reason, currency: receipt.currency, total, is_claim: false })
    await insertReturnLines(tx, id, goods.map(({ own, quantity, taxable, tax }) => ({ goods_receipt_line_id: own.id, quantity, taxable, tax })))
    return shownReturn(tx, row)
  })
}

/** Claims what came damaged: a debit note over its goods and their tax. Nothing of it was stock, so nothing leaves a store. */
export function claimDamaged(ctx: Ctx, { params, body }: Input<'claimDamaged'>) {
  return withContext(ctx, async (tx) => {
    const receipt = found(await repo.lockReceipt(tx, params.id))
    const { facility } = await storeForUse(tx, receipt.store_id, 'purchasing.receive')
    const damaged = (await repo.receiptLines(tx, [receipt.id])).filter((line) => compare(line.damaged, line.claimed) > 0)
    if (damaged.length === 0) throw new AppError(purchasingErrors.nothing_damaged)
    await repo.markClaimed(tx, damaged.map((line) => line.id))
    const total = sum(damaged.flatMap((line) => [line.damaged_cost, line.damaged_tax]))
    const row = await insertReturn(tx, { id: newId(), number: await stockNumber(tx, facility, 'purchase-return'), facility_id: facility.id, goods_receipt_id: receipt.id, vendor_id: receipt.vendor_id, reason: body.reason, currency: receipt.currency, total, is_claim: true })
    await insertReturnLines(tx, row.id, damaged.map((line) => ({ goods_receipt_line_id: line.id, quantity: line.damaged, taxable: line.damaged_cost, tax: line.damaged_tax })))
    return shownReturn(tx, row)
  })
}
