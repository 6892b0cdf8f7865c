import type { RouteInput } from '#contract/define.ts'
import { type inventory, itemBody, type ItemBody, lotIn, stockQuantity } from '#contract/inventory.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { readTable, type TableRow } from '#kernel/table-file.ts'
import { faultsOf, garbledOf, importRows, type RowFault } from '#kernel/table-import.ts'
import { foldText } from '#kernel/text.ts'
import type { Facility } from '../organizations/index.ts'
import * as documents from './documents-repo.ts'
import { addItems } from './master.ts'
import { knownSkus } from './items-repo.ts'
import { inBase, stockItems } from './picking.ts'
import { receive } from './receiving.ts'
import { stockNumber, storeForUse } from './service.ts'
import { itemColumns, itemOfRow, openingOfRow } from './table-rules.ts'

interface Good {
  line: number
  body: ItemBody
  opening: { quantity: string; lot: ReturnType<typeof lotIn.parse> } | undefined
}

/** A row by the rules of the item form, or what is wrong with it, every field. */
function check(row: TableRow, currency: string): Good | RowFault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const body = itemBody.safeParse(itemOfRow(row.cells))
  const told = openingOfRow(row.cells, currency)
  const [lot, quantity] = [told === undefined ? undefined : lotIn.safeParse(told.lot), told === undefined ? undefined : stockQuantity.safeParse(told.quantity)]
  const issues = [...(body.error?.issues ?? []), ...(lot?.error?.issues ?? []), ...(quantity?.error?.issues.map((issue) => ({ ...issue, path: ['quantity'] })) ?? [])]
  if (!body.success || issues.length > 0) return faultsOf(row.line, issues)
  return { line: row.line, body: body.data, opening: lot?.data === undefined || quantity?.data === undefined ? undefined : { lot: lot.data, quantity: quantity.data } }
}

interface Place {
  storeId: string
  facility: Facility
}

async function addRows(tx: Tx, rows: readonly Good[], place: Place | undefined): Promise<void> {
  const ids = await addItems(tx, rows.map((row) => row.body))
  const opened = rows.map((row, index) => ({ itemId: ids[index] ?? '', row })).filter(({ row }) => row.opening !== undefined)
  if (opened.length === 0 || place === undefined) return
  const items = await stockItems(tx, opened.map(({ itemId }) => ({ itemId, path: 'sku' })))
  const id = newId()
  await receive(tx, {
    storeId: place.storeId, currency: place.facility.currency, kind: 'opening', posting: { document: { type: 'stock-document', id } },
    arrivals: opened.flatMap(({ itemId, row }) => { const item = items.get(itemId); return item === undefined || row.opening === undefined ? [] : [{ item, lot: row.opening.lot, quantity: inBase(item, row.opening.quantity, undefined, 'opening'), unitCost: row.opening.lot.unitCost?.amount ?? '0', path: 'opening' }] }),
  })
  await documents.insertDocument(tx, { id, number: await stockNumber(tx, place.facility, 'opening'), kind: 'opening', store_id: place.storeId, facility_id: place.facility.id, patient_id: null, reason: '', reference: 'import', witness_id: null, occurred_at: tx.ctx.now })
}

/** Items and their opening stock from a table: good rows go in, bad ones are named; a SKU that is known is left as it is, so a second run adds nothing. */
export async function importItems(ctx: Ctx, { upload }: RouteInput<(typeof inventory)['importItems']>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const isDry = upload.fields['dryRun'] === 'true'
  const { storeId } = upload.fields
  const place = storeId === undefined || storeId === '' ? undefined : await withContext(ctx, async (tx) => { const { store, facility } = await storeForUse(tx, storeId, 'inventory.write'); return { storeId: store.id, facility } })
  const rows = await readTable(file, itemColumns, ['sku', 'name'])
  return importRows(ctx, {
    isDry,
    rows: rows.map((row) => check(row, place?.facility.currency ?? 'INR')),
    keyOf: ({ body }) => foldText(body.sku),
    known: (tx, part) => knownSkus(tx, part.map(({ body }) => foldText(body.sku))),
    add: (tx, part) => addRows(tx, part, place),
  })
}
