import type { BinaryReply, RouteInput } from '#contract/define.ts'
import { lotState } from '#contract/inventory.ts'
import type { reachedRoutes } from '#contract/inventory-reached.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { plain } from '#kernel/money.ts'
import { pageOf, type PageRequest, toPage } from '#kernel/page.ts'
import { renderPdf } from '#kernel/papers.ts'
import { csvLine } from '#kernel/text.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { itemsByIds } from './items-repo.ts'
import { counterPort } from './ports.ts'
import { expiryOf } from './present.ts'
import * as repo from './reached-repo.ts'
import { type LotRow, lotsByIds } from './stores-repo.ts'

type Input<K extends keyof typeof reachedRoutes> = RouteInput<(typeof reachedRoutes)[K]>

async function presentReached(tx: Tx, rows: readonly repo.ReachedRow[]) {
  const patients = new Map((await patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))])).map((row) => [row.id, row]))
  return rows.map((row) => {
    const patient = patients.get(row.patient_id)
    return { patientId: row.patient_id, patientName: patient === undefined ? '' : `${patient.given_name} ${patient.family_name}`.trim(), patientMrn: patient?.mrn ?? '', phones: patient?.phones ?? [], quantity: plain(row.quantity), lastAt: row.last_at.toISOString(), lotId: row.lot_id, itemName: row.item_name, batch: row.batch, unit: row.unit }
  })
}

async function presentUnnamed(tx: Tx, rows: readonly repo.UnnamedRow[]) {
  const ids = [...new Set(rows.map((row) => row.document_id))]
  const told = new Map((await Promise.all(counterPort.all().map((counter) => counter(tx, ids)))).flat().map((one) => [`${one.document_id} ${one.lot_id}`, one]))
  return rows.map((row) => {
    const sold = told.get(`${row.document_id} ${row.lot_id}`)
    return { document: { type: row.document_type, id: row.document_id }, number: sold?.number ?? row.number, customer: sold?.customer ?? '', storeName: row.store_name, lotId: row.lot_id, itemName: row.item_name, batch: row.batch, quantity: plain(row.quantity), returned: plain(sold?.returned ?? '0'), unit: row.unit, at: row.at.toISOString() }
  })
}

/** Patients who had of a batch or of what was made from it: for a recall. */
export function listReached(ctx: Ctx, { params, query }: Input<'listReached'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found((await lotsByIds(tx, [params.id]))[0])
    const rows = await repo.reached(tx, params.id, page)
    const shown = new Map((await presentReached(tx, rows)).map((one) => [`${one.patientId} ${one.lotId}`, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.patient_id, id: row.lot_id }), (row) => found(shown.get(`${row.patient_id} ${row.lot_id}`)))
  })
}

/** What left of it to nobody by name: who sold it may still know the customer. */
export function listReachedUnnamed(ctx: Ctx, { params, query }: Input<'listReachedUnnamed'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found((await lotsByIds(tx, [params.id]))[0])
    const rows = await repo.unnamed(tx, params.id, page)
    const shown = new Map((await presentUnnamed(tx, rows)).map((one) => [`${one.document.id} ${one.lotId}`, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.document_id, id: row.lot_id }), (row) => found(shown.get(`${row.document_id} ${row.lot_id}`)))
  })
}

export function listConcerned(ctx: Ctx, { params }: Input<'listConcerned'>) {
  return withContext(ctx, async (tx) => {
    found((await lotsByIds(tx, [params.id]))[0])
    const rows = await repo.concerned(tx, params.id)
    return { items: rows.map((row) => ({ lotId: row.lot_id, itemName: row.item_name, batch: row.batch, expiresOn: expiryOf(row.expires_on), state: lotState.parse(row.state), isMade: row.is_made, onHand: plain(row.on_hand), unit: row.unit })), nextCursor: null }
  })
}

const rowsAtOnce = 500

/** All rows of a list, some at a time, each in a transaction of its own. */
async function* whole<Row>(ctx: Ctx, read: (tx: Tx, page: PageRequest) => Promise<Row[]>, cursorOf: (row: Row) => PageRequest['after']): AsyncGenerator<Row[]> {
  let page: PageRequest = { limit: rowsAtOnce, after: null }
  for (;;) {
    const rows = await withContext(ctx, (tx) => read(tx, page))
    const shown = rows.slice(0, rowsAtOnce)
    yield shown
    const last = shown.at(-1)
    if (rows.length <= rowsAtOnce || last === undefined) return
    page = { limit: rowsAtOnce, after: cursorOf(last) }
  }
}

type Line = readonly [who: string, record: string, phones: string, item: string, batch: string, quantity: string, day: string]

/** Every line of the report: patients first, then what left to nobody by name. */
async function* lines(ctx: Ctx, lotId: string, timeZone: string): AsyncGenerator<Line[]> {
  const dayOf = (at: string) => localDate(new Date(at), timeZone)
  for await (const rows of whole(ctx, async (tx, page) => presentReached(tx, await repo.reached(tx, lotId, page)), (row) => ({ at: row.patientId, id: row.lotId }))) {
    yield rows.map((one): Line => [one.patientName, one.patientMrn, one.phones.join(' '), one.itemName, one.batch, `${one.quantity} ${one.unit}`, dayOf(one.lastAt)])
  }
  for await (const rows of whole(ctx, async (tx, page) => presentUnnamed(tx, await repo.unnamed(tx, lotId, page)), (row) => ({ at: row.document.id, id: row.lotId }))) {
    yield rows.map((one): Line => [one.customer === '' ? one.storeName : one.customer, one.number, '', one.itemName, one.batch, `${one.quantity} ${one.unit}${one.returned === '0' ? '' : ` (−${one.returned})`}`, dayOf(one.at)])
  }
}

const columns = ['who', 'record', 'phones', 'item', 'batch', 'quantity', 'date'] as const
const heads = (ctx: Ctx) => columns.map((name) => message(ctx.locale, `inventory.print.${name}`))

async function placeOf(ctx: Ctx, lotId: string) {
  return withContext(ctx, async (tx) => {
    const lot: LotRow = found((await lotsByIds(tx, [lotId]))[0])
    const [item] = await itemsByIds(tx, [lot.item_id])
    return { lot, itemName: item?.name ?? '', facility: await facilityOf(tx, found(ctx.facilityIds[0])) }
  })
}

async function* csv(ctx: Ctx, lotId: string, timeZone: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`\uFEFF${csvLine(heads(ctx))}`)
  for await (const rows of lines(ctx, lotId, timeZone)) yield Buffer.from(rows.map((row) => csvLine([...row])).join(''))
}

export async function exportReached(ctx: Ctx, { params }: Input<'exportReached'>): Promise<BinaryReply> {
  const { lot, facility } = await placeOf(ctx, params.id)
  requirePermission(ctx, 'inventory.read', facility.id)
  return { contentType: 'text/csv; charset=utf-8', filename: `batch-${lot.batch.replaceAll(/[^A-Za-z0-9-]+/g, '-')}.csv`, body: csv(ctx, lot.id, facility.timeZone) }
}

/** The report as it is now: it is printed again after the next call. */
export async function printReached(ctx: Ctx, { params }: Input<'printReached'>): Promise<BinaryReply> {
  const { lot, itemName, facility } = await placeOf(ctx, params.id)
  requirePermission(ctx, 'inventory.read', facility.id)
  const rows: Line[] = []
  for await (const some of lines(ctx, lot.id, facility.timeZone)) rows.push(...some)
  const widths = [20, 13, 15, 18, 12, 11, 11]
  const words = (key: string) => message(ctx.locale, `inventory.print.${key}`)
  const body = await renderPdf({
    letterhead: letterheadOf(facility), title: words('reached'), mark: '', language: ctx.locale,
    facts: [{ label: words('item'), value: itemName }, { label: words('batch'), value: lot.batch }, { label: words('expires'), value: expiryOf(lot.expires_on) ?? '' }, { label: words('reason'), value: lot.state_reason }, { label: words('date'), value: localDate(ctx.now, facility.timeZone) }].filter((fact) => fact.value !== ''),
    blocks: [{ kind: 'table', columns: heads(ctx).map((label, index) => ({ label, width: widths[index] ?? 10 })), rows: rows.map((row) => [...row]) }],
    signature: words('signature'), foot: facility.name,
  })
  return { contentType: 'application/pdf', filename: `batch-${lot.id.slice(0, 8)}.pdf`, isInline: true, body }
}
