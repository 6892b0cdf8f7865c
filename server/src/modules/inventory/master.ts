import type { RouteInput } from '#contract/define.ts'
import { type inventory, inventoryErrors, type ItemBody } from '#contract/inventory.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { medicationsByIds } from '../medications/index.ts'
import { facilityOf } from '../organizations/index.ts'
import * as repo from './items-repo.ts'
import { ensureManufacturers } from './keeping-repo.ts'
import { presentItem, presentLot, presentStore, presentVendor } from './present.ts'
import { isGtin, readGs1 } from './rules.ts'
import * as stores from './stores-repo.ts'
import { ratesOn, setRateFromToday, todayOf } from './tax-rates.ts'

mapConstraint('items_sku', inventoryErrors.sku_taken)
mapConstraint('item_barcodes_code', inventoryErrors.barcode_taken)
mapConstraint('vendors_name', inventoryErrors.vendor_taken)
mapConstraint('stores_code', inventoryErrors.store_taken)

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

// A cursor carries the folded name and is bounded; folding may lengthen a name fourfold.
const folded = (name: string): string => [...foldText(name)].slice(0, 140).join('')
const prefixOf = (search: string | undefined): string | null => (search === undefined || search.trim() === '' ? null : folded(search))
const flagOf = (flag: 'true' | 'false' | undefined): boolean | undefined => (flag === undefined ? undefined : flag === 'true')

/** Items as their readers see them. */
export async function shownItems(tx: Tx, rows: readonly repo.ItemRow[]) {
  const ids = rows.map((row) => row.id)
  const [packs, barcodes, onHand, rates] = await Promise.all([repo.packsOf(tx, ids), repo.barcodesOf(tx, ids), repo.onHandOf(tx, ids, placesFor(tx.ctx, 'inventory.read')), todayOf(tx).then((today) => ratesOn(tx, rows, today))])
  const beside = { packs, barcodes, onHand: new Map(onHand.map((row) => [row.item_id, row.on_hand])) }
  return rows.map((row) => presentItem({ ...row, tax_rate_percent: rates.get(row.id) ?? row.tax_rate_percent }, beside))
}

const shown = async (tx: Tx, row: repo.ItemRow) => found((await shownItems(tx, [row]))[0])

/** Forms of a scanned number under which an item may be known: 8, 12, 13 and 14 digits are one GTIN. */
export const codeForms = (code: string): string[] => (isGtin(code) ? [...new Set([code, code.padStart(14, '0'), code.replace(/^0+/, '').padStart(13, '0'), code.replace(/^0+/, '').padStart(12, '0'), code.replace(/^0+/, '')])] : [code])

async function scanned(tx: Tx, code: string) {
  const gs1 = readGs1(code, tx.ctx.now.getUTCFullYear())
  return { gs1, known: await repo.itemOfCode(tx, codeForms(gs1?.gtin ?? code)) }
}

export function scan(ctx: Ctx, { query }: Input<'scan'>) {
  return withContext(ctx, async (tx) => {
    const { gs1, known } = await scanned(tx, query.code.trim())
    const [row] = known === undefined ? [] : await repo.itemsByIds(tx, [known.item_id])
    return { item: row === undefined ? null : await shown(tx, row), unit: known?.unit ?? '', gtin: gs1?.gtin ?? '', batch: gs1?.batch ?? '', expiresOn: gs1 === undefined || gs1.expiresOn === '' ? null : gs1.expiresOn, serial: gs1?.serial ?? '' }
  })
}

export function listItems(ctx: Ctx, { query }: Input<'listItems'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const known = query.barcode === undefined ? undefined : (await scanned(tx, query.barcode)).known
    const ids = query.barcode === undefined ? undefined : known === undefined ? [] : [known.item_id]
    const rows = await repo.listItems(tx, { prefix: prefixOf(query.search), ids, kind: query.kind, medicationId: query.medicationId, manufacturer: query.manufacturer === undefined ? undefined : folded(query.manufacturer), isControlled: flagOf(query.isControlled), isActive: flagOf(query.isActive) }, page)
    const items = new Map((await shownItems(tx, rows)).map((item) => [item.id, item]))
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), (row) => found(items.get(row.id)))
  })
}

export function readItem(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, found((await repo.itemsByIds(tx, [id]))[0])))
}

async function checkMedications(tx: Tx, bodies: readonly { medicationId?: string | null | undefined }[]): Promise<void> {
  const ids = [...new Set(bodies.flatMap((body) => body.medicationId ?? []))]
  if (ids.length > 0 && (await medicationsByIds(tx, ids)).length < ids.length) throw invalidField('medicationId', 'reference.unknown')
}

function checkUnits(baseUnit: string, { packs = [], barcodes = [] }: Pick<ItemBody, 'packs' | 'barcodes'>): void {
  const units = [baseUnit, ...packs.map((pack) => pack.unit)]
  const twice = packs.findIndex((pack, index) => units.indexOf(pack.unit) !== index + 1)
  if (twice !== -1) throw invalidField(`packs.${twice}.unit`, 'value.refused')
  const stray = barcodes.findIndex((code) => code.unit !== undefined && !units.includes(code.unit))
  if (stray !== -1) throw invalidField(`barcodes.${stray}.unit`, 'inventory.unknown_unit', inventoryErrors.unknown_unit)
}

const writeOf = (body: ItemBody): repo.ItemWrite => ({
  sku: body.sku, sku_folded: foldText(body.sku), name: body.name, name_folded: folded(body.name), kind: body.kind, medication_id: body.medicationId ?? null, manufacturer: body.manufacturer ?? '', manufacturer_folded: folded(body.manufacturer ?? ''), tax_code: body.taxCode ?? '', tax_rate_percent: body.taxRatePercent ?? '0', is_tax_included: body.isTaxIncluded ?? true,
  base_unit: body.baseUnit, is_divisible: body.isDivisible ?? false, storage: body.storage ?? 'room', controlled_class: body.controlledClass ?? '', is_returnable: body.isReturnable ?? true, importance: body.importance ?? '', reorder_level: body.reorderLevel ?? null, maximum_level: body.maximumLevel ?? null, lead_time_days: body.leadTimeDays ?? 0, is_active: body.isActive ?? true,
})

/** Adds items with their packs and codes, and returns their ids in order. */
export async function addItems(tx: Tx, bodies: readonly ItemBody[]): Promise<string[]> {
  await checkMedications(tx, bodies)
  for (const body of bodies) checkUnits(body.baseUnit, body)
  await ensureManufacturers(tx, bodies.map((body) => ({ name: body.manufacturer ?? '', folded: folded(body.manufacturer ?? '') })))
  return repo.insertItems(tx, bodies.map((body) => ({ item: writeOf(body), packs: body.packs ?? [], codes: (body.barcodes ?? []).map((code) => ({ code: code.code, unit: code.unit ?? body.baseUnit })) })))
}

export function createItem(ctx: Ctx, { body }: Input<'createItem'>) {
  return withContext(ctx, async (tx) => shown(tx, found((await repo.itemsByIds(tx, await addItems(tx, [body])))[0])))
}

export function updateItem(ctx: Ctx, { params, body, ifMatch }: Input<'updateItem'>) {
  return withContext(ctx, async (tx) => {
    const before = found((await repo.lockItems(tx, [params.id]))[0])
    checkVersion(before, ifMatch)
    await checkMedications(tx, [body])
    checkUnits(before.base_unit, { packs: body.packs ?? (await repo.packsOf(tx, [before.id])).map(({ unit, factor }) => ({ unit, factor })), barcodes: body.barcodes })
    const known = {
      name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), kind: body.kind, medication_id: body.medicationId, manufacturer: body.manufacturer, manufacturer_folded: body.manufacturer === undefined ? undefined : folded(body.manufacturer), tax_code: body.taxCode, is_tax_included: body.isTaxIncluded,
      is_divisible: body.isDivisible, storage: body.storage, controlled_class: body.controlledClass, is_returnable: body.isReturnable, importance: body.importance, reorder_level: body.reorderLevel, maximum_level: body.maximumLevel, lead_time_days: body.leadTimeDays, is_active: body.isActive,
    }
    const row = await repo.updateItem(tx, before.id, before.version, Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)))
    if (body.manufacturer !== undefined) await ensureManufacturers(tx, [{ name: body.manufacturer, folded: folded(body.manufacturer) }])
    if (body.taxRatePercent !== undefined) await setRateFromToday(tx, row, body.taxRatePercent)
    if (body.packs !== undefined) await repo.replacePacks(tx, before.id, body.packs)
    if (body.barcodes !== undefined) await repo.replaceBarcodes(tx, before.id, body.barcodes.map((code) => ({ code: code.code, unit: code.unit ?? before.base_unit })))
    return shown(tx, row)
  })
}

export function listVendors(ctx: Ctx, { query }: Input<'listVendors'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await stores.listVendors(tx, prefixOf(query.search), page), page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentVendor))
}

export function createVendor(ctx: Ctx, { body }: Input<'createVendor'>) {
  return withContext(ctx, async (tx) =>
    presentVendor(await stores.insertVendor(tx, { name: body.name, name_folded: folded(body.name), tax_number: body.taxNumber ?? '', state_code: body.stateCode ?? '', phone: body.phone ?? '', email: body.email ?? '', address: body.address ?? '', payment_terms_days: body.paymentTermsDays ?? 0, is_active: body.isActive ?? true })))
}

export function readVendor(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => presentVendor(found((await stores.vendorsByIds(tx, [id]))[0])))
}

export function updateVendor(ctx: Ctx, { params, body, ifMatch }: Input<'updateVendor'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await stores.lockVendor(tx, params.id))
    checkVersion(before, ifMatch)
    const change = { name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), tax_number: body.taxNumber, state_code: body.stateCode, phone: body.phone, email: body.email, address: body.address, payment_terms_days: body.paymentTermsDays, is_active: body.isActive }
    return presentVendor(await stores.updateVendor(tx, before.id, before.version, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))))
  })
}

export function listStores(ctx: Ctx, { query }: Input<'listStores'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await stores.listStores(tx, query, page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), presentStore))
}

export function createStore(ctx: Ctx, { body }: Input<'createStore'>) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, body.facilityId)
    requirePermission(ctx, 'inventory.master', facility.id)
    return presentStore(await stores.insertStore(tx, { facility_id: facility.id, code: body.code, name: body.name, kind: body.kind }))
  })
}

export function readStore(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => presentStore(found((await stores.storesByIds(tx, [id]))[0])))
}

async function lockedStore(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<stores.StoreRow> {
  const row = found(await stores.lockStore(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function updateStore(ctx: Ctx, { params, body, ifMatch }: Input<'updateStore'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedStore(tx, params.id, 'inventory.master', ifMatch)
    // Books that are closed stay closed.
    if (body.closedOn !== undefined && before.closed_on !== null && body.closedOn < before.closed_on) throw invalidField('closedOn', 'inventory.closed_period', inventoryErrors.closed_period)
    const change = { name: body.name, is_active: body.isActive, closed_on: body.closedOn }
    return presentStore(await stores.updateStore(tx, before.id, before.version, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))))
  })
}

export function sealStore(ctx: Ctx, { params, body, ifMatch }: Input<'sealStore'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedStore(tx, params.id, 'inventory.issue', ifMatch)
    return presentStore(await stores.updateStore(tx, before.id, before.version, { seal_number: body.sealNumber, sealed_at: ctx.now }))
  })
}

export function breakSeal(ctx: Ctx, { params, body, ifMatch }: Input<'breakSeal'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedStore(tx, params.id, 'inventory.issue', ifMatch)
    if (before.seal_number === '') throw new AppError(lifecycleErrors.illegal_step, { allowed: ['seal'] })
    await stores.openSeal(tx, before.id, body.reason)
    return presentStore(found((await stores.storesByIds(tx, [before.id]))[0]))
  })
}

/** A lot as its readers see it. */
export async function shownLot(tx: Tx, row: stores.LotRow) {
  return presentLot(row, (await repo.itemsByIds(tx, [row.item_id]))[0]?.name ?? '')
}

export function listLots(ctx: Ctx, { query }: Input<'listLots'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await stores.listLots(tx, query, page)
    const names = new Map((await repo.itemsByIds(tx, [...new Set(rows.map((row) => row.item_id))])).map((row) => [row.id, row.name]))
    return toPage(rows, page.limit, (row) => ({ at: row.expires_on, id: row.id }), (row) => presentLot(row, names.get(row.item_id) ?? ''))
  })
}

export function readLot(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shownLot(tx, found((await stores.lotsByIds(tx, [id]))[0])))
}
