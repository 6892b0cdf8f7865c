import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

export interface SettingsRow {
  id: string
  version: number
  near_expiry_days: number
  approval_limit: string
  storekeeper_id: string | null
  reordering: string
}

const settingsColumns = ['id', 'version', 'near_expiry_days', 'approval_limit', 'storekeeper_id', 'reordering'] as const

export function readSettings(tx: Tx): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('stock_settings').select(settingsColumns).executeTakeFirst()
}

export function insertSettings(tx: Tx, settings: Omit<SettingsRow, 'id' | 'version'>): Promise<SettingsRow> {
  return tx.db.insertInto('stock_settings').values({ ...settings, id: newId(), version: 2, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(settingsColumns).executeTakeFirstOrThrow()
}

export function updateSettings(tx: Tx, row: SettingsRow, change: Partial<Omit<SettingsRow, 'id' | 'version'>>): Promise<SettingsRow> {
  return tx.db.updateTable('stock_settings').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(settingsColumns).executeTakeFirstOrThrow()
}

const makerColumns = ['id', 'version', 'name', 'name_folded', 'licence_number', 'phone', 'email', 'address', 'is_active'] as const

export interface ManufacturerRow {
  id: string
  version: number
  name: string
  name_folded: string
  licence_number: string
  phone: string
  email: string
  address: string
  is_active: boolean
}

export function listManufacturers(tx: Tx, prefix: string | null, page: PageRequest): Promise<ManufacturerRow[]> {
  let query = tx.db.selectFrom('manufacturers').select(makerColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (prefix !== null) query = query.where('name_folded', '>=', prefix).where('name_folded', '<', afterPrefix(prefix))
  return afterCursor(query, page.after, 'name_folded').execute()
}

export function insertManufacturer(tx: Tx, row: Omit<ManufacturerRow, 'id' | 'version'>): Promise<ManufacturerRow> {
  return tx.db.insertInto('manufacturers').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(makerColumns).executeTakeFirstOrThrow()
}

export function lockManufacturer(tx: Tx, id: string): Promise<ManufacturerRow | undefined> {
  return tx.db.selectFrom('manufacturers').select(makerColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateManufacturer(tx: Tx, row: ManufacturerRow, change: Partial<Omit<ManufacturerRow, 'id' | 'version'>>): Promise<ManufacturerRow> {
  return tx.db.updateTable('manufacturers').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(makerColumns).executeTakeFirstOrThrow()
}

/** Items of a maker that has another name now. */
export async function renameMaker(tx: Tx, before: string, after: { name: string; folded: string }): Promise<void> {
  await tx.db.updateTable('items').set({ manufacturer: after.name, manufacturer_folded: after.folded }).where('manufacturer_folded', '=', before).execute()
}

/** Makers that items name for the first time. */
export async function ensureManufacturers(tx: Tx, makers: readonly { name: string; folded: string }[]): Promise<void> {
  const known = [...new Map(makers.filter((maker) => maker.folded !== '').map((maker) => [maker.folded, maker])).values()].toSorted((a, b) => (a.folded < b.folded ? -1 : 1))
  if (known.length === 0) return
  await rawInTenant(
    tx,
    'insert into manufacturers (tenant_id, id, name, name_folded, created_at, created_by) select $1, id, name, folded, $5, $6 from unnest($2::uuid[], $3::text[], $4::text[]) as m(id, name, folded) on conflict (tenant_id, name_folded) do nothing',
    [tx.ctx.tenantId, known.map(() => newId()), known.map((maker) => maker.name), known.map((maker) => maker.folded), tx.ctx.now, tx.ctx.userId],
  )
}

export interface ShelfRow {
  item_id: string
  bin: string
}

const mostLabels = 500

/** What a store has, by bin. */
export function shelvesOf(tx: Tx, storeId: string): Promise<ShelfRow[]> {
  return rawInTenant<ShelfRow>(tx, `select item_id, min(bin) as bin from stock_balances where tenant_id = $1 and store_id = $2 and is_in_stock group by item_id order by min(bin), item_id limit ${mostLabels}`, [tx.ctx.tenantId, storeId])
}
