import type { AssetBody, assets } from '#contract/assets.ts'
import { assetsErrors } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import { barcode } from '#kernel/barcodes.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { add, compare } from '#kernel/money.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { renderLabels } from '#kernel/papers.ts'
import { foldText } from '#kernel/text.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { instrumentsByIds } from '../instruments/index.ts'
import { vendorsByIds } from '../inventory/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { holdersByIds, userNames } from '../people/index.ts'
import { firstOpenDay, writeEntries } from './books-repo.ts'
import { rateFor } from './categories.ts'
import { type CategoryRow, readCategory } from './categories-repo.ts'
import { presentAsset } from './present.ts'
import * as repo from './register-repo.ts'

mapConstraint('assets_serial', assetsErrors.serial_taken)
mapConstraint('assets_instrument', assetsErrors.instrument_linked)

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

// A cursor carries the folded name and is bounded; folding may lengthen a name fourfold.
export const folded = (text: string): string => [...foldText(text)].slice(0, 140).join('')
const prefixOf = (search: string | undefined): string | null => (search === undefined || search.trim() === '' ? null : folded(search))

/** Assets as their readers see them: four statements, however many. */
export async function shownAssets(tx: Tx, rows: readonly repo.AssetRow[]) {
  const [beside, users, vendors, instruments] = await Promise.all([
    repo.besideAssets(tx, rows.map((row) => row.id)), userNames(tx, rows.flatMap((row) => row.custodian_id ?? [])), vendorsByIds(tx, rows.flatMap((row) => row.vendor_id ?? [])), instrumentsByIds(tx, rows.flatMap((row) => row.instrument_id ?? [])),
  ])
  const names = { rows: new Map(beside.map((row) => [row.id, row])), users, vendors: new Map(vendors.map((row) => [row.id, row.name])), instruments: new Map(instruments.map((row) => [row.id, row.name])) }
  return rows.map((row) => presentAsset(row, names))
}

export const shown = async (tx: Tx, row: repo.AssetRow) => found((await shownAssets(tx, [row]))[0])

/** An asset somebody may see; another facility's is 403. */
export async function assetFor(tx: Tx, id: string, permission = 'assets.read'): Promise<repo.AssetRow> {
  const row = found((await repo.assetsByIds(tx, [id]))[0])
  requirePermission(tx.ctx, permission, row.facility_id)
  return row
}

/** An asset locked, in the version the caller saw, by somebody who may do this in its facility. */
export async function lockedAsset(tx: Tx, id: string, permission: string, ifMatch?: number): Promise<repo.AssetRow> {
  const row = found(await repo.lockAsset(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function listAssets(ctx: Ctx, { query }: Input<'listAssets'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    if (query.facilityId !== undefined) requirePermission(ctx, 'assets.read', query.facilityId)
    const facilityIds = query.facilityId === undefined ? ctx.facilityIds.filter((id) => ctx.can('assets.read', id)) : [query.facilityId]
    const isMissing = query.isMissing === undefined ? undefined : query.isMissing === 'true'
    const rows = await repo.listAssets(tx, { ...query, facilityIds, prefix: prefixOf(query.search), locationPrefix: prefixOf(query.location), isMissing }, page)
    const assets = new Map((await shownAssets(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), (row) => found(assets.get(row.id)))
  })
}

export function readAsset(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => shown(tx, await assetFor(tx, id)))
}

/** The asset of a label: its number, in whatever case a scanner sends it. */
export async function assetOfCode(tx: Tx, code: string): Promise<repo.AssetRow> {
  const row = await repo.assetOfNumber(tx, code.trim().toUpperCase())
  if (row === undefined) throw new AppError(assetsErrors.unknown_code)
  return row
}

export function scanAsset(ctx: Ctx, { query }: Input<'scanAsset'>) {
  return withContext(ctx, async (tx) => {
    const row = await assetOfCode(tx, query.code)
    requirePermission(ctx, 'assets.read', row.facility_id)
    return shown(tx, row)
  })
}

interface Links {
  departmentId?: string | null | undefined
  custodianId?: string | null | undefined
  vendorId?: string | null | undefined
  instrumentId?: string | null | undefined
}

/** Refuses by its field what does not exist in this hospital, or belongs to another facility. */
export async function checkLinks(tx: Tx, facilityId: string, { departmentId, custodianId, vendorId, instrumentId }: Links): Promise<void> {
  const unknown = (path: string) => invalidField(path, 'reference.unknown')
  if (departmentId && (await repo.departmentOf(tx, facilityId, departmentId)) === undefined) throw unknown('departmentId')
  if (custodianId && (await holdersByIds(tx, [custodianId])).length === 0) throw unknown('custodianId')
  if (vendorId && (await vendorsByIds(tx, [vendorId])).length === 0) throw unknown('vendorId')
  if (instrumentId && (await instrumentsByIds(tx, [instrumentId]))[0]?.facility_id !== facilityId) throw unknown('instrumentId')
}

/** What the books take for the cost: tax too, unless it is credited. CGST Act 2017, section 16 (3): no credit of a tax that is depreciated. */
export const grossOf = (body: { cost: { amount: string }; tax?: { amount: string } | undefined; isTaxCredited?: boolean | undefined }): string => (body.isTaxCredited === true ? add(body.cost.amount, '0') : add(body.cost.amount, body.tax?.amount ?? '0'))

function checkBody(body: AssetBody, facility: Facility, today: string): void {
  for (const path of ['cost', 'tax', 'openingDepreciated'] as const) if (body[path] !== undefined && body[path].currency !== facility.currency) throw invalidField(`${path}.currency`, 'assets.wrong_currency', assetsErrors.wrong_currency)
  for (const path of ['purchasedOn', 'inUseOn', 'openingOn'] as const) if ((body[path] ?? '') > today) throw invalidField(path, 'assets.in_future', assetsErrors.in_future)
  for (const path of ['inUseOn', 'openingOn'] as const) if (body[path] !== undefined && body[path] < body.purchasedOn) throw invalidField(path, 'assets.before_purchase', assetsErrors.before_purchase)
  if (body.openingDepreciated !== undefined && body.openingOn === undefined) throw invalidField('openingOn', 'required')
  if (body.openingOn !== undefined && body.inUseOn === undefined) throw invalidField('inUseOn', 'required')
  if (compare(body.openingDepreciated?.amount ?? '0', grossOf(body)) > 0) throw invalidField('openingDepreciated.amount', 'assets.above_value', assetsErrors.above_value)
}

function rowOf(body: AssetBody, facility: Facility, category: CategoryRow): Omit<repo.NewAsset, 'id' | 'number' | 'goods_receipt_id'> {
  const terms = { method: category.method, lifeMonths: body.lifeMonths ?? category.life_months, residualPercent: body.residualPercent ?? category.residual_percent }
  const isUsual = body.lifeMonths === undefined && body.residualPercent === undefined
  return {
    facility_id: facility.id, department_id: body.departmentId ?? null, category_id: category.id, name: body.name, name_folded: folded(body.name), maker: body.maker ?? '', model: body.model ?? '', serial_number: body.serialNumber ?? '', maker_folded: foldText(body.maker ?? ''), model_folded: foldText(body.model ?? ''), serial_folded: foldText(body.serialNumber ?? ''), location: body.location ?? '', location_folded: folded(body.location ?? ''),
    custodian_id: body.custodianId ?? null, vendor_id: body.vendorId ?? null, instrument_id: body.instrumentId ?? null, criticality: body.criticality, state: body.inUseOn === undefined ? 'in-store' : 'in-use', purchased_on: body.purchasedOn, in_use_on: body.inUseOn ?? null, currency: facility.currency, cost: body.cost.amount, tax: body.tax?.amount ?? '0', is_tax_credited: body.isTaxCredited ?? false,
    method: category.method, life_months: terms.lifeMonths, rate_percent: rateFor({ ...terms, ratePercent: body.ratePercent ?? (isUsual ? category.rate_percent : undefined) }), residual_percent: terms.residualPercent, opening_on: body.openingOn ?? null, opening_depreciated: body.openingDepreciated?.amount ?? '0', gross: grossOf(body), depreciated: body.openingDepreciated?.amount ?? '0',
    invoice_number: body.invoiceNumber ?? '', warranty_until: body.warrantyUntil ?? null, counter_unit: body.counterUnit ?? '', note: body.note ?? '',
  }
}

/** The next number of a facility's register, without gaps: asked for last. */
async function assetNumber(tx: Tx, facility: Facility): Promise<string> {
  const running = await nextNumber(tx, { scope: facility.id, kind: 'assets', series: 'register', fiscalYear: '' })
  return `${facility.code}-AST-${String(running).padStart(6, '0')}`
}

export interface Entry {
  facility: Facility
  body: AssetBody
  category: CategoryRow
  goodsReceiptId: string | null
}

/** Puts an asset into the register and its cost into the books, on its day or the first that is open. */
export async function enterAsset(tx: Tx, { facility, body, category, goodsReceiptId }: Entry): Promise<repo.AssetRow> {
  const openFrom = await firstOpenDay(tx, facility.id)
  const row = await repo.insertAsset(tx, { ...rowOf(body, facility, category), id: newId(), goods_receipt_id: goodsReceiptId, number: await assetNumber(tx, facility) })
  const told = row.opening_on ?? row.purchased_on
  await writeEntries(tx, [{ asset_id: row.id, facility_id: facility.id, category_id: category.id, kind: row.opening_on === null ? 'acquisition' : 'opening', on_date: told < openFrom ? openFrom : told, period: null, gross: row.gross, depreciated: row.opening_depreciated, impaired: '0', run_id: null, reason: '' }])
  return row
}

/** The category of an asset to be, if it is in use. */
export async function categoryFor(tx: Tx, id: string): Promise<CategoryRow> {
  const category = await readCategory(tx, id)
  if (category === undefined || !category.is_active) throw invalidField('categoryId', 'reference.unknown')
  return category
}

/** Checks and enters an asset by hand. */
export async function addAsset(tx: Tx, body: AssetBody, goodsReceiptId: string | null = null): Promise<repo.AssetRow> {
  const facility = await facilityOf(tx, body.facilityId)
  requirePermission(tx.ctx, 'assets.write', facility.id)
  const category = await categoryFor(tx, body.categoryId)
  checkBody(body, facility, localDate(tx.ctx.now, facility.timeZone))
  await checkLinks(tx, facility.id, body)
  return enterAsset(tx, { facility, body, category, goodsReceiptId })
}

export function registerAsset(ctx: Ctx, { body }: Input<'registerAsset'>) {
  return withContext(ctx, async (tx) => shown(tx, await addAsset(tx, body)))
}

/** The label of an asset: its number as a code that a wedge scanner types. */
export async function assetLabel(ctx: Ctx, { params }: Input<'assetLabel'>) {
  const row = await withContext(ctx, (tx) => assetFor(tx, params.id))
  const label = { widthMm: 70, heightMm: 40, codeWidthMm: 32, code: await barcode(row.number), lines: [row.name, row.number, [row.maker, row.model].filter(Boolean).join(' '), row.serial_number] }
  return { contentType: 'application/pdf', filename: `${row.number}.pdf`, isInline: true, body: await renderLabels([label]) }
}
