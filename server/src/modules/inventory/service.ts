import type { RouteInput } from '#contract/define.ts'
import { type DocumentBody, type DocumentLine, type inventory, inventoryErrors } from '#contract/inventory.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { subtract } from '#kernel/money.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { encounterForWrite } from '../encounters/index.ts'
import { type Facility, knownFacility } from '../organizations/index.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as documents from './documents-repo.ts'
import { keepIssued } from './issuing.ts'
import { issuedOf } from './issued-repo.ts'
import { settingsOf } from './keeping.ts'
import { type Entry, post } from './ledger.ts'
import { inBase, type Picked, pickLots, requireWitness, type StockItem, stockItems } from './picking.ts'
import { presentDocument, presentMovement } from './present.ts'
import { type Arrival, receive } from './receiving.ts'
import { knownStore, lotsByIds, type StoreRow, storesByIds } from './stores-repo.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

interface StoreInUse {
  store: StoreRow
  facility: Facility
  today: string
}

/** A store one may work in, with its facility; unknown is refused by its field, another facility's is 403. */
export async function storeForUse(tx: Tx, storeId: string, permission: string, path = 'storeId'): Promise<StoreInUse> {
  const [store] = await storesByIds(tx, [storeId])
  return placeOf(tx, store, permission, path)
}

/** As `storeForUse`, of a store as it was a moment ago: for a counter, whose posting sees whether the store is closed or counted. */
export async function counterOf(tx: Tx, storeId: string, permission: string): Promise<StoreInUse> {
  return placeOf(tx, await knownStore(tx, storeId), permission, 'storeId')
}

async function placeOf(tx: Tx, store: StoreRow | undefined, permission: string, path: string): Promise<StoreInUse> {
  if (store === undefined || store.kind === 'transit' || !store.is_active) throw invalidField(path, 'reference.unknown')
  requirePermission(tx.ctx, permission, store.facility_id)
  const facility = await knownFacility(tx, store.facility_id)
  return { store, facility, today: localDate(tx.ctx.now, facility.timeZone) }
}

const letters: Readonly<Record<string, string>> = { opening: 'OPN', purchase: 'PUR', 'purchase-return': 'PRT', issue: 'ISS', return: 'RET', adjustment: 'ADJ', expiry: 'EXP', wastage: 'WST', transfer: 'TRF', count: 'CNT', preparation: 'PRP', dispense: 'DSP', sale: 'SAL', receipt: 'GRN', order: 'PO', requisition: 'REQ', bill: 'VB', 'ward-issue': 'WIS', 'ward-return': 'WRT' }

/** The next number of a kind of stock document of a facility, without gaps: asked for last. */
export async function stockNumber(tx: Tx, facility: Facility, kind: string): Promise<string> {
  const running = await nextNumber(tx, { scope: facility.id, kind: 'stock', series: kind, fiscalYear: '' })
  return `${facility.code}-${letters[kind] ?? kind.toUpperCase()}-${String(running).padStart(6, '0')}`
}

const incoming = new Set(['opening', 'purchase', 'return'])
const needsReason = new Set(['adjustment', 'wastage', 'expiry'])

interface Booking {
  body: DocumentBody
  items: Map<string, StockItem>
  store: StoreRow
  facility: Facility
  today: string
  documentId: string
}

const isIncoming = (kind: string, line: DocumentLine): boolean => incoming.has(kind) || (kind === 'adjustment' && !line.quantity.startsWith('-'))
const magnitude = (quantity: string): string => quantity.replace('-', '')

function checkDocument({ body, items }: Booking): void {
  if (needsReason.has(body.kind) && (body.reason ?? '') === '') throw invalidField('reason', 'inventory.reason_required', inventoryErrors.reason_required)
  for (const [index, line] of body.lines.entries()) {
    const path = `lines.${index}`
    if (body.kind !== 'adjustment' && line.quantity.startsWith('-')) throw invalidField(`${path}.quantity`, 'inventory.wrong_sign', inventoryErrors.wrong_sign)
    if (isIncoming(body.kind, line) && line.lotId === undefined && line.lot === undefined) throw invalidField(`${path}.lotId`, 'inventory.lot_required', inventoryErrors.lot_required)
    if (items.get(line.itemId) === undefined) throw invalidField(`${path}.itemId`, 'reference.unknown')
  }
}

const posting = ({ body, documentId }: Booking) => ({ document: { type: 'stock-document', id: documentId }, occurredAt: body.occurredAt === undefined ? undefined : new Date(body.occurredAt) })

async function bookIncoming(tx: Tx, booking: Booking, lines: readonly { line: DocumentLine; path: string; quantity: string }[]): Promise<void> {
  const { body, items, store, facility } = booking
  const fresh = lines.filter(({ line }) => line.lot !== undefined)
  const known = lines.filter(({ line }) => line.lot === undefined)
  const arrivals = fresh.flatMap(({ line, path, quantity }): Arrival[] => {
    const item = items.get(line.itemId)
    return item === undefined || line.lot === undefined ? [] : [{ item, lot: line.lot, quantity, unitCost: line.lot.unitCost?.amount ?? '0', path }]
  })
  if (arrivals.length > 0) await receive(tx, { arrivals, storeId: store.id, currency: facility.currency, kind: body.kind, posting: posting(booking), reason: body.reason ?? '', facilityId: facility.id, patientId: body.patientId, witnessId: body.witnessId })
  if (known.length === 0) return
  const lots = new Map((await lotsByIds(tx, known.flatMap(({ line }) => line.lotId ?? []))).map((lot) => [lot.id, lot]))
  await post(tx, {
    ...posting(booking),
    entries: known.map(({ line, path, quantity }): Entry => {
      const lot = lots.get(line.lotId ?? '')
      if (lot === undefined || lot.item_id !== line.itemId) throw invalidField(`${path}.lotId`, 'inventory.wrong_item', inventoryErrors.wrong_item)
      return { kind: body.kind, storeId: store.id, lotId: lot.id, itemId: lot.item_id, quantity, unitCost: lot.unit_cost, reason: body.reason ?? '', patientId: body.patientId ?? null, witnessId: body.witnessId ?? null, path }
    }),
  })
}

async function bookOutgoing(tx: Tx, booking: Booking, lines: readonly { line: DocumentLine; path: string; quantity: string }[]): Promise<Picked[]> {
  const { body, store, today } = booking
  const expiresBy = body.kind === 'expiry' ? addDays(today, (await settingsOf(tx)).nearExpiryDays) : undefined
  const picked = await pickLots(tx, { storeId: store.id, on: today, isAnyLot: body.kind !== 'issue', expiresBy, wants: lines.map(({ line, path, quantity }) => ({ itemId: line.itemId, lotId: line.lotId, quantity, path })) })
  await post(tx, { ...posting(booking), entries: picked.map(({ itemId, lot, quantity, path }) => ({ kind: body.kind, storeId: store.id, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, reason: body.reason ?? '', patientId: body.patientId ?? null, witnessId: body.witnessId ?? null, path })) })
  return picked
}

/** For whom goods are issued: a patient, and a visit of that patient; nothing else is charged. */
async function checkPatient(tx: Tx, body: DocumentBody): Promise<void> {
  if (body.patientId !== undefined) await patientForWrite(tx, body.patientId)
  if (body.encounterId === undefined) return
  const visit = body.kind === 'issue' && body.patientId !== undefined ? await encounterForWrite(tx, body.encounterId) : undefined
  if (visit?.patient_id !== body.patientId || visit === undefined) throw invalidField('encounterId', 'reference.unknown')
}

/** Books a stock document whole or not at all. */
export function bookDocument(ctx: Ctx, { body }: Input<'bookDocument'>) {
  return withContext(ctx, async (tx) => {
    const place = await storeForUse(tx, body.storeId, body.kind === 'adjustment' ? 'inventory.approve' : 'inventory.write')
    const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
    const booking: Booking = { body, items, ...place, documentId: newId() }
    checkDocument(booking)
    await checkPatient(tx, body)
    await requireWitness(tx, items.values(), body.witnessId, place.facility.id)
    const lines = body.lines.map((line, index) => {
      const item = items.get(line.itemId)
      if (item === undefined) throw invalidField(`lines.${index}.itemId`, 'reference.unknown')
      return { line, path: `lines.${index}`, quantity: inBase(item, magnitude(line.quantity), line.unit, `lines.${index}`) }
    })
    const arriving = lines.filter(({ line }) => isIncoming(body.kind, line))
    const leaving = lines.filter(({ line }) => !isIncoming(body.kind, line))
    if (arriving.length > 0) await bookIncoming(tx, booking, arriving)
    const left = leaving.length > 0 ? await bookOutgoing(tx, booking, leaving) : []
    await documents.insertDocument(tx, { id: booking.documentId, number: await stockNumber(tx, place.facility, body.kind), kind: body.kind, store_id: place.store.id, facility_id: place.facility.id, patient_id: body.patientId ?? null, reason: body.reason ?? '', reference: body.reference ?? '', witness_id: body.witnessId ?? null, occurred_at: body.occurredAt === undefined ? ctx.now : new Date(body.occurredAt) })
    if (body.kind === 'issue' && body.patientId !== undefined) await keepIssued(tx, { documentId: booking.documentId, patientId: body.patientId, encounterId: body.encounterId ?? null, isCharged: body.isCharged !== false, storeId: place.store.id, facility: place.facility, items, left, on: body.occurredAt === undefined ? place.today : localDate(new Date(body.occurredAt), place.facility.timeZone) })
    return shownDocument(tx, booking.documentId)
  })
}

/** A document with its movements, as its readers see it. */
export async function shownDocument(tx: Tx, id: string) {
  const row = found(await documents.readDocument(tx, id))
  const movements = await documents.movementsOfDocument(tx, id)
  const names = await userNames(tx, [...new Set(movements.map((one) => one.created_by))])
  const [store] = await storesByIds(tx, [row.store_id])
  return presentDocument(row, { movements, names, storeName: store?.name ?? '', issued: await issuedOf(tx, id) })
}

export function readDocument(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await documents.readDocument(tx, id))
    requirePermission(ctx, 'inventory.read', row.facility_id)
    return shownDocument(tx, id)
  })
}

export function listMovements(ctx: Ctx, { query }: Input<'listMovements'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await documents.listMovements(tx, { ...query, places: placesFor(ctx, 'inventory.read') }, page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), (row) => presentMovement(row, names))
  })
}
