import { id } from '#contract/common/values.ts'
import type { RouteInput } from '#contract/define.ts'
import { type inventory, itemBody, type ItemBody, lotIn, stockQuantity } from '#contract/inventory.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { plain } from '#kernel/money.ts'
import { readTable, type TableRow } from '#kernel/table-file.ts'
import { faultsOf, garbledOf, importRows, type RowFault } from '#kernel/table-import.ts'
import { foldText } from '#kernel/text.ts'
import { medicationsNamed } from '../medications/index.ts'
import type { Facility } from '../organizations/index.ts'
import * as documents from './documents-repo.ts'
import { addItems } from './master.ts'
import { itemsBySkus, knownSkus, openedLots } from './items-repo.ts'
import { inBase, requireWitness, stockItems } from './picking.ts'
import { receive } from './receiving.ts'
import { expiryDay, keyOfBatch } from './rules.ts'
import { stockNumber, storeForUse } from './service.ts'
import { itemColumns, itemOfRow, medicineOfRow, openingOfRow } from './table-rules.ts'

interface Good {
  line: number
  body: ItemBody
  opening: { quantity: string; lot: ReturnType<typeof lotIn.parse> } | undefined
}

/** A row by the rules of the item form, or what is wrong with it, every field. */
function check(row: TableRow, currency: string, medicines: Medicines): Good | RowFault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const medicine = medicineOfRow(row.cells)
  const medicationId = medicine === undefined ? undefined : medicines.get(foldText(medicine))
  const body = itemBody.safeParse({ ...itemOfRow(row.cells), ...(medicationId === undefined ? {} : { medicationId }) })
  const told = openingOfRow(row.cells, currency)
  const [lot, quantity] = [told === undefined ? undefined : lotIn.safeParse(told.lot), told === undefined ? undefined : stockQuantity.safeParse(told.quantity)]
  const issues = [...(body.error?.issues ?? []), ...(lot?.error?.issues ?? []), ...(quantity?.error?.issues.map((issue) => ({ ...issue, path: ['quantity'] })) ?? [])]
  if (!body.success || issues.length > 0) return faultsOf(row.line, issues)
  if (medicine !== undefined && medicationId === undefined) return [{ line: row.line, path: 'medicine', code: 'reference.unknown' }]
  return { line: row.line, body: body.data, opening: lot?.data === undefined || quantity?.data === undefined ? undefined : { lot: lot.data, quantity: quantity.data } }
}

interface Place {
  storeId: string
  facility: Facility
  /** Who stood by when the shelves were counted; asked for controlled drugs. */
  witnessId: string | undefined
}

/** What tells rows apart: the item, and with opening stock its lot too, since one item comes in many batches. */
const keyOf = (sku: string, lot?: { batch: string; expiresOn: string | undefined; mrp: string | null | undefined }): string => [sku, ...(lot === undefined ? [] : [keyOfBatch(lot.batch), lot.expiresOn ?? '', lot.mrp === null || lot.mrp === undefined ? '' : plain(lot.mrp)])].join('\n')

const keyOfRow = ({ body, opening }: Good, place: Place | undefined): string => keyOf(foldText(body.sku), opening === undefined || place === undefined ? undefined : { batch: opening.lot.batch, expiresOn: expiryDay(opening.lot.expiresOn), mrp: opening.lot.mrp?.amount })

async function knownRows(tx: Tx, rows: readonly Good[], place: Place | undefined): Promise<Set<string>> {
  const skus = [...new Set(rows.map(({ body }) => foldText(body.sku)))]
  const [items, lots] = [await knownSkus(tx, skus), place === undefined ? [] : await openedLots(tx, place.storeId, skus)]
  return new Set([...items, ...lots.map((lot) => keyOf(lot.sku_folded, { batch: lot.batch, expiresOn: lot.expires_on, mrp: lot.mrp }))])
}

/** The items of rows in order: those that are known as they are, the others made once however often they stand in the table. */
async function itemsOfRows(tx: Tx, rows: readonly Good[]): Promise<string[]> {
  const ids = new Map((await itemsBySkus(tx, [...new Set(rows.map(({ body }) => foldText(body.sku)))])).map((item) => [foldText(item.sku), item.id]))
  const fresh = [...new Map(rows.toReversed().map(({ body }) => [foldText(body.sku), body])).entries()].filter(([sku]) => !ids.has(sku))
  const added = fresh.length === 0 ? [] : await addItems(tx, fresh.map(([, body]) => body))
  for (const [index, [sku]] of fresh.entries()) ids.set(sku, added[index] ?? '')
  return rows.map(({ body }) => ids.get(foldText(body.sku)) ?? '')
}

async function addRows(tx: Tx, rows: readonly Good[], place: Place | undefined): Promise<void> {
  const ids = await itemsOfRows(tx, rows)
  const opened = rows.map((row, index) => ({ itemId: ids[index] ?? '', row })).filter(({ row }) => row.opening !== undefined)
  if (opened.length === 0 || place === undefined) return
  const items = await stockItems(tx, opened.map(({ itemId }) => ({ itemId, path: 'sku' })))
  const witnessId = [...items.values()].some((item) => item.is_controlled) ? place.witnessId : undefined
  const documentId = newId()
  await receive(tx, {
    storeId: place.storeId, facilityId: place.facility.id, currency: place.facility.currency, kind: 'opening', witnessId, posting: { document: { type: 'stock-document', id: documentId } },
    arrivals: opened.flatMap(({ itemId, row }) => { const item = items.get(itemId); return item === undefined || row.opening === undefined ? [] : [{ item, lot: row.opening.lot, quantity: inBase(item, row.opening.quantity, undefined, 'opening'), unitCost: row.opening.lot.unitCost?.amount ?? '0', path: 'opening' }] }),
  })
  await documents.insertDocument(tx, { id: documentId, number: await stockNumber(tx, place.facility, 'opening'), kind: 'opening', store_id: place.storeId, facility_id: place.facility.id, patient_id: null, reason: '', reference: 'import', witness_id: witnessId ?? null, occurred_at: tx.ctx.now })
}

/** Medicines by the folded names a table calls them; what two are called is nobody's. */
type Medicines = ReadonlyMap<string, string>

async function medicinesOf(ctx: Ctx, rows: readonly TableRow[]): Promise<Medicines> {
  const names = [...new Set(rows.flatMap((row) => medicineOfRow(row.cells) ?? []).map(foldText))]
  if (names.length === 0) return new Map()
  const found = await withContext(ctx, (tx) => medicationsNamed(tx, names))
  const called = (name: string) => found.filter((one) => one.name_folded === name).slice(0, 2)
  const generic = (name: string) => found.filter((one) => one.generic_folded === name).slice(0, 2)
  return new Map(names.flatMap((name) => { const [only, other] = called(name).length > 0 ? called(name) : generic(name); return only === undefined || other !== undefined ? [] : [[name, only.id] as const] }))
}

/** A lot that stands in the table twice is counted once by nobody: its second row is named. */
function oncePerLot(rows: readonly (Good | RowFault[])[], place: Place | undefined): (Good | RowFault[])[] {
  const seen = new Set<string>()
  return rows.map((row) => {
    if (Array.isArray(row) || row.opening === undefined || place === undefined) return row
    const key = keyOfRow(row, place)
    if (seen.has(key)) return [{ line: row.line, path: 'batch', code: 'inventory.lot_twice' }]
    seen.add(key)
    return row
  })
}

/** Without who stood by, what opens a controlled drug is refused: each row of an item that any row calls controlled. */
function witnessed(rows: readonly (Good | RowFault[])[], place: Place | undefined): (Good | RowFault[])[] {
  if (place === undefined || place.witnessId !== undefined) return [...rows]
  const controlled = new Set(rows.flatMap((row) => (!Array.isArray(row) && (row.body.controlledClass ?? '') !== '' ? [foldText(row.body.sku)] : [])))
  return rows.map((row) => (!Array.isArray(row) && row.opening !== undefined && controlled.has(foldText(row.body.sku)) ? [{ line: row.line, path: 'witnessId', code: 'inventory.witness_required' }] : row))
}

/** The store that is opened, and who stood by: one who may not is refused before a row is read. */
async function placeOf(ctx: Ctx, { storeId, witnessId }: Readonly<Record<string, string>>): Promise<Place | undefined> {
  if (storeId === undefined || storeId === '') return undefined
  return withContext(ctx, async (tx) => {
    const { store, facility } = await storeForUse(tx, idOf(storeId, 'storeId'), 'inventory.write')
    const witness = witnessId === undefined || witnessId === '' ? undefined : idOf(witnessId, 'witnessId')
    await requireWitness(tx, [], witness, facility.id)
    return { storeId: store.id, facility, witnessId: witness }
  })
}

function idOf(value: string, path: string): string {
  const known = id.safeParse(value)
  if (!known.success) throw invalidField(path, 'reference.unknown')
  return known.data
}

/** Items and their opening stock, a row for each batch, from a table: good rows go in, bad ones are named; an item that is known is left as it is and a lot is opened once, so a second run adds nothing. */
export async function importItems(ctx: Ctx, { upload }: RouteInput<(typeof inventory)['importItems']>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const isDry = upload.fields['dryRun'] === 'true'
  const place = await placeOf(ctx, upload.fields)
  const rows = await readTable(file, itemColumns, ['sku', 'name'])
  const medicines = await medicinesOf(ctx, rows)
  return importRows(ctx, {
    isDry,
    rows: witnessed(oncePerLot(rows.map((row) => check(row, place?.facility.currency ?? 'INR', medicines)), place), place),
    keyOf: (row) => keyOfRow(row, place),
    known: (tx, part) => knownRows(tx, part, place),
    add: (tx, part) => addRows(tx, part, place),
  })
}
