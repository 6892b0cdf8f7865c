import type { assets } from '#contract/assets.ts'
import { assetsErrors } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField, mapConstraint } from '#kernel/errors.ts'
import { allocate, minorUnits, money, multiply, plain, roundHalfUp, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { pickLots, post, vendorsByIds } from '../inventory/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { equipmentLines, type EquipmentRow, lockReceivedLine } from '../purchasing/index.ts'
import * as repo from './capitalising-repo.ts'
import { addAsset, shownAssets } from './service.ts'
import type { AssetRow } from './register-repo.ts'

mapConstraint('asset_receipt_lines_once', assetsErrors.already_capitalised)

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

const wholeCost = (line: EquipmentRow): string => roundHalfUp(multiply(line.quantity, line.landed_unit_cost), minorUnits(line.currency))

export function listEquipment(ctx: Ctx, { query }: Input<'listEquipment'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await equipmentLines(tx, query.facilityId, page)
    const [claimed, vendors] = await Promise.all([repo.claimedLines(tx, rows.map((row) => row.id)), vendorsByIds(tx, [...new Set(rows.map((row) => row.vendor_id))])])
    const names = new Map(vendors.map((vendor) => [vendor.id, vendor.name]))
    return toPage(rows, page.limit, (row) => ({ at: row.received_on, id: row.id }), (row) => ({
      goodsReceiptLineId: row.id, goodsReceiptId: row.goods_receipt_id, receiptNumber: row.number, receivedOn: row.received_on, itemName: row.item_name, maker: row.manufacturer, batch: row.batch, quantity: plain(row.quantity), unit: row.unit, vendorName: names.get(row.vendor_id) ?? '', cost: money(wholeCost(row), row.currency), tax: money(row.tax, row.currency), isCapitalised: claimed.has(row.id),
    }))
  })
}

const mostPieces = 100

/** How many pieces a line brought: whole ones, with a serial number each or none at all. */
function piecesOf(line: EquipmentRow, serials: readonly string[] | undefined): number {
  const pieces = Number(line.quantity)
  if (line.item_kind !== 'equipment') throw invalidField('goodsReceiptLineId', 'assets.not_equipment', assetsErrors.not_equipment)
  if (!Number.isInteger(pieces) || pieces < 1 || pieces > mostPieces) throw invalidField('goodsReceiptLineId', 'assets.not_whole', assetsErrors.not_whole)
  if (serials !== undefined && serials.length !== 0 && serials.length !== pieces) throw invalidField('serialNumbers', 'assets.serial_count', assetsErrors.serial_count)
  return pieces
}

/** What stood in the store leaves it: from now on it is an asset. */
async function leaveStore(tx: Tx, line: EquipmentRow, first: AssetRow, today: string): Promise<void> {
  const [picked] = await pickLots(tx, { storeId: line.store_id, on: today, isAnyLot: true, wants: [{ itemId: line.item_id, lotId: line.lot_id, quantity: line.quantity, path: 'goodsReceiptLineId' }] })
  if (picked === undefined) throw new AppError(assetsErrors.not_whole)
  await post(tx, { document: { type: 'asset', id: first.id }, entries: [{ kind: 'issue', storeId: line.store_id, lotId: picked.lot.id, itemId: picked.itemId, quantity: subtract('0', picked.quantity), unitCost: picked.lot.unit_cost, reason: first.number, path: 'goodsReceiptLineId' }] })
}

/** Makes assets of a line of a receipt, one a piece: cost with freight, and tax, are divided to the coin; the line is taken once. */
export function capitalise(ctx: Ctx, { body }: Input<'capitalise'>) {
  return withContext(ctx, async (tx) => {
    const line = await lockReceivedLine(tx, body.goodsReceiptLineId)
    if (line === undefined) throw invalidField('goodsReceiptLineId', 'reference.unknown')
    requirePermission(ctx, 'assets.write', line.facility_id)
    const pieces = piecesOf(line, body.serialNumbers)
    await repo.claimLine(tx, line.id)
    const decimals = minorUnits(line.currency)
    const each = Array.from({ length: pieces }, () => '1')
    const [costs, taxes] = [allocate(wholeCost(line), each, decimals), allocate(roundHalfUp(line.tax, decimals), each, decimals)]
    const { goodsReceiptLineId: _line, serialNumbers, ...same } = body
    const rows: AssetRow[] = []
    for (const [index] of each.entries()) {
      const amount = (values: readonly string[]) => ({ amount: values[index] ?? '0', currency: line.currency })
      rows.push(await addAsset(tx, { ...same, facilityId: line.facility_id, name: body.name ?? line.item_name, criticality: body.criticality ?? 'medium', maker: line.manufacturer, serialNumber: serialNumbers?.[index] ?? '', vendorId: line.vendor_id, purchasedOn: line.received_on, cost: amount(costs), tax: amount(taxes), invoiceNumber: line.number }, line.goods_receipt_id))
    }
    const [first] = rows
    const { timeZone } = await facilityOf(tx, line.facility_id)
    if (first !== undefined) await leaveStore(tx, line, first, localDate(ctx.now, timeZone))
    return { items: await shownAssets(tx, rows), nextCursor: null }
  })
}
