import type { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { keepingErrors, type keepingRoutes, reordering } from '#contract/inventory-keeping.ts'
import { barcode } from '#kernel/barcodes.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { renderLabels } from '#kernel/papers.ts'
import { foldText } from '#kernel/text.ts'
import { userNames } from '../people/index.ts'
import { barcodesOf, itemsByIds, type ItemRow } from './items-repo.ts'
import * as repo from './keeping-repo.ts'
import { storesByIds } from './stores-repo.ts'

mapConstraint('manufacturers_name', keepingErrors.manufacturer_taken)

type Input<K extends keyof typeof keepingRoutes> = RouteInput<(typeof keepingRoutes)[K]>

export interface StockSettings {
  version: number
  /** A lot that expires within so many days is near its expiry. */
  nearExpiryDays: number
  /** What is ordered alone, in the facility's currency; above it somebody approves who may. */
  approvalLimit: string
  storekeeperId: string | null
  reordering: z.output<typeof reordering>
}

// Ninety days is what most Indian hospitals ask of their vendors; half a lakh needs a second person. Each hospital says its own.
const usual = { near_expiry_days: 90, approval_limit: '50000', storekeeper_id: null, reordering: 'off' }

const presentSettings = (row: repo.SettingsRow | undefined): StockSettings => {
  const known = row ?? { ...usual, version: 1 }
  return { version: known.version, nearExpiryDays: known.near_expiry_days, approvalLimit: plain(known.approval_limit), storekeeperId: known.storekeeper_id, reordering: reordering.parse(known.reordering) }
}

/** How this hospital keeps its stock. */
export const settingsOf = async (tx: Tx): Promise<StockSettings> => presentSettings(await repo.readSettings(tx))

export const readStockSettings = (ctx: Ctx) => withContext(ctx, settingsOf)

export function updateStockSettings(ctx: Ctx, { body, ifMatch }: Input<'updateStockSettings'>) {
  return withContext(ctx, async (tx) => {
    const before = await repo.readSettings(tx)
    checkVersion(presentSettings(before), ifMatch)
    if (typeof body.storekeeperId === 'string' && !(await userNames(tx, [body.storekeeperId])).has(body.storekeeperId)) throw invalidField('storekeeperId', 'reference.unknown')
    const given = Object.entries({ near_expiry_days: body.nearExpiryDays, approval_limit: body.approvalLimit, storekeeper_id: body.storekeeperId, reordering: body.reordering }).filter(([, value]) => value !== undefined)
    const change: Partial<Omit<repo.SettingsRow, 'id' | 'version'>> = Object.fromEntries(given)
    return presentSettings(before === undefined ? await repo.insertSettings(tx, { ...usual, ...change }) : await repo.updateSettings(tx, before, change))
  })
}

const folded = (name: string): string => [...foldText(name)].slice(0, 140).join('')
const presentMaker = (row: repo.ManufacturerRow) => ({ id: row.id, version: row.version, name: row.name, licenceNumber: row.licence_number, phone: row.phone, email: row.email, address: row.address, isActive: row.is_active })

export function listManufacturers(ctx: Ctx, { query }: Input<'listManufacturers'>) {
  const page = pageOf(query)
  const search = (query.search ?? '').trim()
  return withContext(ctx, async (tx) => toPage(await repo.listManufacturers(tx, search === '' ? null : folded(search), page), page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentMaker))
}

export function createManufacturer(ctx: Ctx, { body }: Input<'createManufacturer'>) {
  return withContext(ctx, async (tx) => presentMaker(await repo.insertManufacturer(tx, { name: body.name, name_folded: folded(body.name), licence_number: body.licenceNumber ?? '', phone: body.phone ?? '', email: body.email ?? '', address: body.address ?? '', is_active: body.isActive ?? true })))
}

export function updateManufacturer(ctx: Ctx, { params, body, ifMatch }: Input<'updateManufacturer'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockManufacturer(tx, params.id))
    checkVersion(before, ifMatch)
    const change = { name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), licence_number: body.licenceNumber, phone: body.phone, email: body.email, address: body.address, is_active: body.isActive }
    const row = await repo.updateManufacturer(tx, before, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)))
    if (row.name !== before.name) await repo.renameMaker(tx, before.name_folded, { name: row.name, folded: row.name_folded })
    return presentMaker(row)
  })
}

async function labelsOf(tx: Tx, items: readonly ItemRow[], bins: ReadonlyMap<string, string>) {
  const codes = await barcodesOf(tx, items.map((item) => item.id))
  return items.map((item) => ({ item, bin: bins.get(item.id) ?? '', code: codes.find((one) => one.item_id === item.id)?.code ?? item.sku }))
}

async function printed(shelves: Awaited<ReturnType<typeof labelsOf>>, name: string) {
  const labels = []
  for (const { item, bin, code } of shelves) labels.push({ widthMm: 70, heightMm: 40, codeWidthMm: 30, code: await barcode(code), lines: [item.name, [item.sku, bin].filter(Boolean).join(' · '), code, item.manufacturer] })
  return { contentType: 'application/pdf', filename: `${name}.pdf`, isInline: true, body: await renderLabels(labels) }
}

/** The label of an item's shelf: its own code, or its SKU where it has none. */
export async function itemLabels(ctx: Ctx, { params }: Input<'itemLabels'>) {
  const shelves = await withContext(ctx, async (tx) => labelsOf(tx, [found((await itemsByIds(tx, [params.id]))[0])], new Map()))
  return printed(shelves, `label-${params.id.slice(0, 8)}`)
}

/** Labels of everything a store has, in the order of its bins. */
export async function storeLabels(ctx: Ctx, { params }: Input<'storeLabels'>) {
  const shelves = await withContext(ctx, async (tx) => {
    const store = found((await storesByIds(tx, [params.id]))[0])
    requirePermission(ctx, 'inventory.read', store.facility_id)
    const rows = await repo.shelvesOf(tx, store.id)
    const items = new Map((await itemsByIds(tx, rows.map((row) => row.item_id))).map((item) => [item.id, item]))
    return labelsOf(tx, rows.flatMap((row) => items.get(row.item_id) ?? []), new Map(rows.map((row) => [row.item_id, row.bin])))
  })
  return printed(shelves, `shelves-${params.id.slice(0, 8)}`)
}
