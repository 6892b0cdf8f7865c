import type { RouteInput } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import { date, decimalText } from '#contract/common/values.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { isUuid } from '#kernel/ids.ts'
import { compare, cost } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { readTable, type TableRow } from '#kernel/table-file.ts'
import { garbledOf, outcomeOf, type RowFault } from '#kernel/table-import.ts'
import { foldText } from '#kernel/text.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { itemsBySkus, stockItems } from '../inventory/index.ts'
import { facilityOf } from '../organizations/index.ts'
import * as repo from './prices-repo.ts'
import { vendorFor } from './service.ts'

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

export function listPrices(ctx: Ctx, { query }: Input<'listPrices'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listPrices(tx, query, page)
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => ({ id: row.id, vendorId: row.vendor_id, vendorName: row.vendor_name, itemId: row.item_id, itemName: row.item_name, unit: row.unit, unitPrice: cost(row.unit_price, row.currency), validFrom: row.valid_from, isCurrent: row.is_current }))
  })
}

const columns = { sku: ['sku', 'code', 'itemcode'], price: ['price', 'rate', 'cost', 'unitprice', 'ptr'], unit: ['unit', 'uom', 'pack'], from: ['from', 'validfrom', 'date'] }
const positive = decimalText.refine((value) => !value.startsWith('-'))
const rowsAtOnce = 500

interface Priced extends repo.NewPrice {
  line: number
}

/** A row as a price, or what is wrong with it, by field. */
function check(row: TableRow, items: ReadonlyMap<string, { id: string; units: readonly string[] }>, today: string): Priced | RowFault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const cell = (name: string): string => (row.cells[name] ?? '').trim()
  const item = items.get(foldText(cell('sku')))
  const unit = cell('unit') === '' ? item?.units[0] : cell('unit')
  const from = cell('from') === '' ? today : cell('from')
  const faults: RowFault[] = []
  if (item === undefined) faults.push({ line: row.line, path: 'sku', code: cell('sku') === '' ? 'required' : 'reference.unknown' })
  if (!positive.safeParse(cell('price')).success) faults.push({ line: row.line, path: 'price', code: 'invalid_format' })
  if (item !== undefined && (unit === undefined || !item.units.includes(unit))) faults.push({ line: row.line, path: 'unit', code: 'inventory.unknown_unit' })
  if (!date.safeParse(from).success) faults.push({ line: row.line, path: 'from', code: 'invalid_format' })
  return faults.length > 0 || item === undefined || unit === undefined ? faults : { line: row.line, item_id: item.id, unit, unit_price: cell('price'), valid_from: from }
}

async function itemsOfRows(tx: Tx, rows: readonly TableRow[]) {
  const known = await itemsBySkus(tx, [...new Set(rows.map((row) => foldText((row.cells['sku'] ?? '').trim())))])
  const items = await stockItems(tx, known.map((item) => ({ itemId: item.id, path: 'sku' })))
  return new Map(known.map((item) => [foldText(item.sku), { id: item.id, units: [item.base_unit, ...(items.get(item.id)?.packs ?? []).map((pack) => pack.unit)] }]))
}

const keyOf = (one: repo.NewPrice): string => `${one.item_id} ${one.unit} ${one.valid_from}`

/** Prices that contradict one that stands, in the table or before it, and those that are new. */
async function sorted(tx: Tx, vendorId: string, prices: readonly Priced[]): Promise<{ fresh: Priced[]; faults: RowFault[]; unchanged: number }> {
  const standing = new Map((await repo.knownPrices(tx, vendorId, prices)).map((one) => [keyOf(one), one.unit_price]))
  const fresh: Priced[] = []
  const faults: RowFault[] = []
  let unchanged = 0
  for (const one of prices) {
    const before = standing.get(keyOf(one))
    if (before === undefined) fresh.push(one)
    else if (compare(before, one.unit_price) === 0) unchanged += 1
    else faults.push({ line: one.line, path: 'price', code: 'value.refused' })
    standing.set(keyOf(one), before ?? one.unit_price)
  }
  return { fresh, faults, unchanged }
}

/** The price list of a vendor from a table: good rows go in, bad ones are named, a second run adds nothing. */
export async function importPrices(ctx: Ctx, { upload }: Input<'importPrices'>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const isDry = upload.fields['dryRun'] === 'true'
  const { vendorId = '', facilityId = '' } = upload.fields
  for (const [path, value] of Object.entries({ vendorId, facilityId })) if (!isUuid(value)) throw invalidField(path, 'reference.unknown')
  const facility = await withContext(ctx, async (tx) => {
    requirePermission(ctx, 'purchasing.order', facilityId)
    await vendorFor(tx, vendorId)
    return facilityOf(tx, facilityId)
  })
  const rows = await readTable(file, columns, ['sku', 'price'])
  const today = localDate(ctx.now, facility.timeZone)
  const faults: RowFault[] = []
  let [created, unchanged] = [0, 0]
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce)
    const outcome = await withContext(ctx, async (tx) => {
      const items = await itemsOfRows(tx, part)
      const checked = part.map((row) => check(row, items, today))
      const good = await sorted(tx, vendorId, checked.filter((one): one is Priced => !Array.isArray(one)))
      const added = isDry ? good.fresh.length : await repo.addPrices(tx, vendorId, facility.currency, good.fresh)
      return { ...good, added, faults: [...good.faults, ...checked.filter((one): one is RowFault[] => Array.isArray(one)).flat()] }
    })
    created += outcome.added
    unchanged += outcome.unchanged
    faults.push(...outcome.faults)
  }
  return outcomeOf(ctx, { isDry, read: rows.length, created, unchanged, faults })
}
