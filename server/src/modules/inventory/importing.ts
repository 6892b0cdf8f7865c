import type { RouteInput } from '#contract/define.ts'
import { type inventory, itemBody, type ItemBody, lotIn, stockQuantity } from '#contract/inventory.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { message } from '#kernel/text-i18n.ts'
import { foldText } from '#kernel/text.ts'
import type { Facility } from '../organizations/index.ts'
import * as documents from './documents-repo.ts'
import { addItems } from './master.ts'
import { knownSkus } from './items-repo.ts'
import { inBase, stockItems } from './picking.ts'
import { receive } from './receiving.ts'
import { stockNumber, storeForUse } from './service.ts'
import { itemColumns, itemOfRow, openingOfRow } from './table-rules.ts'
import { garbledOf, readTable, type Row } from './tables.ts'

interface Fault {
  line: number
  path: string
  code: string
}

interface Good {
  row: Row
  body: ItemBody
  opening: { quantity: string; lot: ReturnType<typeof lotIn.parse> } | undefined
}

const rowsAtOnce = 200
const mostErrors = 1000

/** A row by the rules of the item form, or what is wrong with it, every field. */
function check(row: Row, currency: string): Good | Fault[] {
  const garbled = garbledOf(row)
  if (garbled.length > 0) return garbled
  const body = itemBody.safeParse(itemOfRow(row.cells))
  const told = openingOfRow(row.cells, currency)
  const [lot, quantity] = [told === undefined ? undefined : lotIn.safeParse(told.lot), told === undefined ? undefined : stockQuantity.safeParse(told.quantity)]
  const issues = [...(body.error?.issues ?? []), ...(lot?.error?.issues ?? []), ...(quantity?.error?.issues.map((issue) => ({ ...issue, path: ['quantity'] })) ?? [])]
  if (!body.success || issues.length > 0) return [...new Map(issues.map((issue) => [issue.path.map(String).join('.'), issue])).entries()].map(([path, issue]) => ({ line: row.line, path, code: issue.code === 'custom' ? issue.message : issue.code }))
  return { row, body: body.data, opening: lot?.data === undefined || quantity?.data === undefined ? undefined : { lot: lot.data, quantity: quantity.data } }
}

interface Place {
  storeId: string
  facility: Facility
}

class DryRun extends Error {}

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

/** Adds rows in one transaction; when one of them is refused by the database, each alone, so that a bad row fails alone. */
async function addAll(ctx: Ctx, rows: readonly Good[], place: Place | undefined, isDry: boolean): Promise<Fault[]> {
  try {
    await withContext(ctx, async (tx) => {
      await addRows(tx, rows, place)
      if (isDry) throw new DryRun()
    })
    return []
  } catch (error) {
    if (error instanceof DryRun) return []
    if (!(error instanceof AppError) || error.spec.status >= 500) throw error
    if (rows.length > 1) return (await Promise.all(rows.map((row) => addAll(ctx, [row], place, isDry)))).flat()
    const [field] = error.params.fields ?? []
    return [{ line: rows[0]?.row.line ?? 0, path: field?.path ?? '', code: field?.code ?? error.spec.code }]
  }
}

/** Items and their opening stock from a table: good rows go in, bad ones are named; a SKU that is known is left as it is, so a second run adds nothing. */
export async function importItems(ctx: Ctx, { upload }: RouteInput<(typeof inventory)['importItems']>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const isDry = upload.fields['dryRun'] === 'true'
  const { storeId } = upload.fields
  const place = storeId === undefined || storeId === '' ? undefined : await withContext(ctx, async (tx) => { const { store, facility } = await storeForUse(tx, storeId, 'inventory.write'); return { storeId: store.id, facility } })
  const rows = await readTable(file, itemColumns, ['sku', 'name'])
  const checked = rows.map((row) => check(row, place?.facility.currency ?? 'INR'))
  const faults = checked.filter((one): one is Fault[] => Array.isArray(one)).flat()
  const failed = new Set(faults.map((fault) => fault.line))
  const good = checked.filter((one): one is Good => !Array.isArray(one))
  const seen = new Set<string>()
  let [created, unchanged] = [0, 0]
  for (let from = 0; from < good.length; from += rowsAtOnce) {
    const part = good.slice(from, from + rowsAtOnce)
    const known = await withContext(ctx, (tx) => knownSkus(tx, part.map((one) => foldText(one.body.sku))))
    const fresh = part.filter((one) => { const key = foldText(one.body.sku); const isNew = !known.has(key) && !seen.has(key); seen.add(key); return isNew })
    const refused = await addAll(ctx, fresh, place, isDry)
    for (const fault of refused) failed.add(fault.line)
    faults.push(...refused)
    unchanged += part.length - fresh.length
    created += fresh.length - new Set(refused.map((fault) => fault.line)).size
  }
  const told = faults.toSorted((a, b) => a.line - b.line).slice(0, mostErrors)
  return { dryRun: isDry, counts: { read: rows.length, created, unchanged, failed: failed.size }, errors: told.map((fault) => ({ ...fault, message: message(ctx.locale, `fields.${fault.code}`, {}, message(ctx.locale, `errors.${fault.code}`, {}, fault.code)) })), errorCount: faults.length }
}
