import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

export const assetColumns = [
  'id', 'version', 'number', 'facility_id', 'department_id', 'category_id', 'name', 'name_folded', 'maker', 'model', 'serial_number', 'location', 'custodian_id', 'vendor_id', 'instrument_id', 'criticality', 'state', 'state_reason', 'is_missing', 'is_calibration_failed', 'purchased_on', 'in_use_on', 'currency', 'cost', 'tax', 'is_tax_credited',
  'method', 'life_months', 'rate_percent', 'residual_percent', 'opening_on', 'opening_depreciated', 'gross', 'depreciated', 'impaired', 'invoice_number', 'goods_receipt_id', 'warranty_until', 'counter_unit', 'counter_reading', 'note',
] as const

export interface AssetRow {
  id: string
  version: number
  number: string
  facility_id: string
  department_id: string | null
  category_id: string
  name: string
  name_folded: string
  maker: string
  model: string
  serial_number: string
  location: string
  custodian_id: string | null
  vendor_id: string | null
  instrument_id: string | null
  criticality: string
  state: string
  state_reason: string
  is_missing: boolean
  is_calibration_failed: boolean
  purchased_on: string
  in_use_on: string | null
  currency: string
  cost: string
  tax: string
  is_tax_credited: boolean
  method: string
  life_months: number
  rate_percent: string | null
  residual_percent: string
  opening_on: string | null
  opening_depreciated: string
  gross: string
  depreciated: string
  impaired: string
  invoice_number: string
  goods_receipt_id: string | null
  warranty_until: string | null
  counter_unit: string
  counter_reading: string
  note: string
}

export interface Folded {
  name_folded: string
  maker_folded: string
  model_folded: string
  serial_folded: string
  location_folded: string
}
export type NewAsset = Omit<AssetRow, 'version' | 'state_reason' | 'is_missing' | 'is_calibration_failed' | 'impaired' | 'counter_reading'> & Folded
export type AssetChange = Partial<Omit<AssetRow, 'id' | 'version' | 'number' | 'facility_id' | 'category_id' | 'currency'> & Folded>

export function insertAsset(tx: Tx, row: NewAsset): Promise<AssetRow> {
  return tx.db.insertInto('assets').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(assetColumns).executeTakeFirstOrThrow()
}

export function assetsByIds(tx: Tx, ids: readonly string[]): Promise<AssetRow[]> {
  return tx.db.selectFrom('assets').select(assetColumns).where('id', '=', anyOf(ids)).execute()
}

export function lockAsset(tx: Tx, id: string): Promise<AssetRow | undefined> {
  return tx.db.selectFrom('assets').select(assetColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateAsset(tx: Tx, row: { id: string; version: number }, change: AssetChange): Promise<AssetRow> {
  return tx.db.updateTable('assets').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(assetColumns).executeTakeFirstOrThrow()
}

export function assetOfNumber(tx: Tx, number: string): Promise<AssetRow | undefined> {
  return tx.db.selectFrom('assets').select(assetColumns).where('number', '=', number).executeTakeFirst()
}

export interface AssetFilter {
  facilityIds: readonly string[]
  prefix: string | null
  categoryId?: string | undefined
  departmentId?: string | undefined
  locationPrefix: string | null
  state?: string | undefined
  criticality?: string | undefined
  isMissing: boolean | undefined
}

export function listAssets(tx: Tx, filter: AssetFilter, page: PageRequest): Promise<AssetRow[]> {
  let query = tx.db.selectFrom('assets').select(assetColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  const [only] = filter.facilityIds
  query = filter.facilityIds.length === 1 && only !== undefined ? query.where('facility_id', '=', only) : query.where('facility_id', '=', anyOf(filter.facilityIds))
  const { prefix, locationPrefix } = filter
  if (prefix !== null) query = query.where((eb) => eb.or([eb.and([eb('name_folded', '>=', prefix), eb('name_folded', '<', afterPrefix(prefix))]), eb.and([eb('serial_folded', '>=', prefix), eb('serial_folded', '<', afterPrefix(prefix))]), eb.and([eb('number', '>=', prefix.toUpperCase().replaceAll(' ', '-')), eb('number', '<', afterPrefix(prefix.toUpperCase().replaceAll(' ', '-')))])]))
  if (locationPrefix !== null) query = query.where('location_folded', '>=', locationPrefix).where('location_folded', '<', afterPrefix(locationPrefix))
  if (filter.categoryId !== undefined) query = query.where('category_id', '=', filter.categoryId)
  if (filter.departmentId !== undefined) query = query.where('department_id', '=', filter.departmentId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.criticality !== undefined) query = query.where('criticality', '=', filter.criticality)
  if (filter.isMissing !== undefined) query = query.where('is_missing', '=', filter.isMissing)
  return afterCursor(query, page.after, 'name_folded').execute()
}

export interface BesideRow {
  id: string
  category_name: string
  department_name: string
  next_due_on: string | null
}

/** Names and the next due day of some assets, one statement. */
export function besideAssets(tx: Tx, ids: readonly string[]): Promise<BesideRow[]> {
  return rawInTenant<BesideRow>(
    tx,
    `select a.id, c.name as category_name, coalesce(d.name, '') as department_name, (select min(p.next_due_on) from asset_plans p where p.tenant_id = $1 and p.asset_id = a.id and p.is_active) as next_due_on
     from assets a join asset_categories c on c.tenant_id = $1 and c.id = a.category_id left join departments d on d.tenant_id = $1 and d.id = a.department_id where a.tenant_id = $1 and a.id = any($2::uuid[])`,
    [tx.ctx.tenantId, ids],
  )
}

/** A department of a facility; nothing when it is not one of it. */
export async function departmentOf(tx: Tx, facilityId: string, id: string): Promise<{ id: string; name: string } | undefined> {
  return tx.db.selectFrom('departments').select(['id', 'name']).where('id', '=', id).where('facility_id', '=', facilityId).executeTakeFirst()
}

export function departmentsOf(tx: Tx, facilityId: string): Promise<{ id: string; name: string }[]> {
  return tx.db.selectFrom('departments').select(['id', 'name']).where('facility_id', '=', facilityId).orderBy('id').limit(500).execute()
}

/** Which of some makers, models and serial numbers are in the register. */
export async function knownSerials(tx: Tx, keys: readonly { maker: string; model: string; serial: string }[]): Promise<Set<string>> {
  const rows = await rawInTenant<{ key: string }>(
    tx,
    `select a.maker_folded || '|' || a.model_folded || '|' || a.serial_folded as key from assets a join unnest($2::text[], $3::text[], $4::text[]) as k(maker, model, serial) on a.maker_folded = k.maker and a.model_folded = k.model and a.serial_folded = k.serial where a.tenant_id = $1 and a.serial_folded <> ''`,
    [tx.ctx.tenantId, keys.map((key) => key.maker), keys.map((key) => key.model), keys.map((key) => key.serial)],
  )
  return new Set(rows.map((row) => row.key))
}

export interface ChangeRow {
  id: string
  kind: string
  before: string
  after: string
  reason: string
  occurred_at: Date
  created_by: string | null
}

export async function insertChange(tx: Tx, change: { id: string; asset_id: string; kind: string; before: string; after: string; reason: string }): Promise<void> {
  await tx.db.insertInto('asset_changes').values({ ...change, occurred_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

export function listChanges(tx: Tx, assetId: string, page: PageRequest): Promise<ChangeRow[]> {
  let query = tx.db.selectFrom('asset_changes').select(['id', 'kind', 'before', 'after', 'reason', 'occurred_at', 'created_by']).where('asset_id', '=', assetId).orderBy('occurred_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'occurred_at', { order: 'desc' }).execute()
}
