import { sharedCache } from '#kernel/caches.ts'
import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

const storeColumns = ['id', 'version', 'facility_id', 'code', 'name', 'kind', 'seal_number', 'closed_on', 'is_frozen', 'is_active', 'unsealed_at', 'unsealed_reason', 'created_at'] as const

export interface StoreRow {
  id: string
  version: number
  facility_id: string
  code: string
  name: string
  kind: string
  seal_number: string
  closed_on: string | null
  is_frozen: boolean
  is_active: boolean
  unsealed_at: Date | null
  unsealed_reason: string
  created_at: Date
}

export function insertStore(tx: Tx, store: Pick<StoreRow, 'facility_id' | 'code' | 'name' | 'kind'>): Promise<StoreRow> {
  return tx.db.insertInto('stores').values({ ...store, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(storeColumns).executeTakeFirstOrThrow()
}

export function storesByIds(tx: Tx, ids: readonly string[]): Promise<StoreRow[]> {
  return rawInTenant<StoreRow>(tx, `select ${storeColumns.join(', ')} from stores where tenant_id = $1 and id = any($2::uuid[])`, [tx.ctx.tenantId, ids])
}

/** The stores of facilities as an array in SQL: asked once a statement, whatever the plan. */
export const storesIn = (places: string): string => `array(select w.id from stores w where w.tenant_id = $1 and w.facility_id = any(${places}::uuid[]))`

/** Holds the stores of a facility for who plans what to buy; goods move meanwhile. */
export async function holdStores(tx: Tx, facilityId: string): Promise<void> {
  await rawInTenant(tx, 'select s.id from stores s where s.tenant_id = $1 and s.facility_id = $2 order by s.id for no key update', [tx.ctx.tenantId, facilityId])
}

export function lockStore(tx: Tx, id: string): Promise<StoreRow | undefined> {
  return tx.db.selectFrom('stores').select(storeColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

// Of a store little changes, and what must be of this moment is asked under its locks.
const known = sharedCache<StoreRow>('stores', { max: 5000, ttlSeconds: 30 })

/** A store as it was a moment ago: place, kind and whether it is used. */
export async function knownStore(tx: Tx, id: string): Promise<StoreRow | undefined> {
  const key = tx.ctx.tenantId + id
  const row = known.get(key) ?? (await storesByIds(tx, [id]))[0]
  if (row !== undefined) known.set(key, row)
  return row
}

export function updateStore(tx: Tx, id: string, version: number, change: Partial<Pick<StoreRow, 'name' | 'is_active' | 'closed_on' | 'is_frozen' | 'seal_number'>> & { sealed_at?: Date | null }): Promise<StoreRow> {
  known.forgetAfter(tx.ctx, tx.ctx.tenantId + id)
  return tx.db.updateTable('stores').set({ ...change, version: version + 1 }).where('id', '=', id).returning(storeColumns).executeTakeFirstOrThrow()
}

/** A sealed store is open, from now on and for a reason; one that is open stays as it is. */
export async function openSeal(tx: Tx, id: string, reason: string): Promise<void> {
  known.forgetAfter(tx.ctx, tx.ctx.tenantId + id)
  await tx.db.updateTable('stores').set((eb) => ({ seal_number: '', sealed_at: null, unsealed_at: tx.ctx.now, unsealed_by: tx.ctx.userId, unsealed_reason: reason, version: eb('version', '+', 1) })).where('id', '=', id).where('seal_number', '<>', '').execute()
}

export function listStores(tx: Tx, filter: { facilityId?: string | undefined }, page: PageRequest): Promise<StoreRow[]> {
  let query = tx.db.selectFrom('stores').select(storeColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

const transitCode = 'TRANSIT'

/** The store that owns what is on its way from a facility; made when it is first needed. */
export async function transitStore(tx: Tx, facilityId: string): Promise<string> {
  await tx.db
    .insertInto('stores')
    .values({ id: newId(), facility_id: facilityId, code: transitCode, name: 'In transit', kind: 'transit', created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .onConflict((conflict) => conflict.constraint('stores_code').doNothing())
    .execute()
  return (await tx.db.selectFrom('stores').select(['id']).where('facility_id', '=', facilityId).where('code', '=', transitCode).executeTakeFirstOrThrow()).id
}

const vendorColumns = ['id', 'version', 'name', 'name_folded', 'tax_number', 'state_code', 'phone', 'email', 'address', 'payment_terms_days', 'is_active'] as const

export interface VendorRow {
  id: string
  version: number
  name: string
  name_folded: string
  tax_number: string
  state_code: string
  phone: string
  email: string
  address: string
  payment_terms_days: number
  is_active: boolean
}

export type VendorWrite = Omit<VendorRow, 'id' | 'version'>

export function insertVendor(tx: Tx, vendor: VendorWrite): Promise<VendorRow> {
  return tx.db.insertInto('vendors').values({ ...vendor, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(vendorColumns).executeTakeFirstOrThrow()
}

export function vendorsByIds(tx: Tx, ids: readonly string[]): Promise<VendorRow[]> {
  return tx.db.selectFrom('vendors').select(vendorColumns).where('id', '=', anyOf(ids)).execute()
}

export function lockVendor(tx: Tx, id: string): Promise<VendorRow | undefined> {
  return tx.db.selectFrom('vendors').select(vendorColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateVendor(tx: Tx, id: string, version: number, change: Partial<VendorWrite>): Promise<VendorRow> {
  return tx.db.updateTable('vendors').set({ ...change, version: version + 1 }).where('id', '=', id).returning(vendorColumns).executeTakeFirstOrThrow()
}

export function listVendors(tx: Tx, prefix: string | null, page: PageRequest): Promise<VendorRow[]> {
  let query = tx.db.selectFrom('vendors').select(vendorColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (prefix !== null) query = query.where('name_folded', '>=', prefix).where('name_folded', '<', afterPrefix(prefix))
  return afterCursor(query, page.after, 'name_folded').execute()
}

const lotColumns = ['id', 'version', 'item_id', 'batch', 'expires_on', 'mrp', 'mrp_quantity', 'currency', 'vendor_id', 'unit_cost', 'state', 'state_reason'] as const

export interface LotRow {
  id: string
  version: number
  item_id: string
  batch: string
  expires_on: string
  mrp: string | null
  mrp_quantity: string
  currency: string
  vendor_id: string | null
  unit_cost: string
  state: string
  state_reason: string
}

export type NewLot = Pick<LotRow, 'item_id' | 'batch' | 'expires_on' | 'mrp' | 'mrp_quantity' | 'currency' | 'vendor_id' | 'unit_cost'>

const same = (row: LotRow, lot: NewLot): boolean =>
  row.item_id === lot.item_id && row.batch === lot.batch && row.expires_on === lot.expires_on && Number(row.mrp) === Number(lot.mrp) && (row.mrp === null) === (lot.mrp === null) && Number(row.mrp_quantity) === Number(lot.mrp_quantity) && row.vendor_id === lot.vendor_id && Number(row.unit_cost) === Number(lot.unit_cost)

/** The lots as received: known ones are found, new ones made in the state of their batch; two receipts at once make one lot. Their items are locked. */
export async function ensureLots(tx: Tx, lots: readonly NewLot[]): Promise<LotRow[]> {
  if (lots.length === 0) return []
  const column = <K extends keyof NewLot>(key: K): NewLot[K][] => lots.map((lot) => lot[key])
  await rawInTenant(
    tx,
    `insert into lots (tenant_id, id, item_id, batch, expires_on, mrp, mrp_quantity, currency, vendor_id, unit_cost, state, state_reason, created_at, created_by)
     select $1::uuid, d.id, d.item_id, d.batch, d.expires_on, d.mrp, d.mrp_quantity, d.currency, d.vendor_id, d.unit_cost, coalesce(h.state, 'available'), coalesce(h.state_reason, ''), $11, $12 from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::numeric[], $7::numeric[], $8::text[], $9::uuid[], $10::numeric[])
       as d(id, item_id, batch, expires_on, mrp, mrp_quantity, currency, vendor_id, unit_cost)
       left join lateral (select l.state, l.state_reason from lots l where l.tenant_id = $1 and l.item_id = d.item_id and ${batchKey('l.batch')} = ${batchKey('d.batch')} and l.state <> 'available' order by l.state desc limit 1) h on true
     order by d.item_id, d.batch, d.expires_on on conflict on constraint lots_identity do nothing`,
    [tx.ctx.tenantId, lots.map(() => newId()), column('item_id'), column('batch'), column('expires_on'), column('mrp'), column('mrp_quantity'), column('currency'), column('vendor_id'), column('unit_cost'), tx.ctx.now, tx.ctx.userId],
  )
  const rows = await tx.db.selectFrom('lots').select(lotColumns).where('item_id', '=', anyOf(column('item_id'))).execute()
  return lots.flatMap((lot) => rows.find((row) => same(row, lot)) ?? [])
}

export function lotsByIds(tx: Tx, ids: readonly string[]): Promise<LotRow[]> {
  return rawInTenant<LotRow>(tx, `select ${lotColumns.join(', ')} from lots where tenant_id = $1 and id = any($2::uuid[])`, [tx.ctx.tenantId, ids])
}

/** Lots of one batch are the same to its maker: spaces and capitals of the number are those of who typed it. */
export const batchKey = (batch: string): string => `upper(regexp_replace(${batch}, '\\s+', '', 'g'))`

/**
 * Lots with their balances, locked in the order of every posting: balances before lots, and a lock that lets the ledger refer to them.
 * Their items come first, as for goods that come in: no further lot of their batches is made meanwhile.
 */
export async function lockLots(tx: Tx, ids: readonly string[]): Promise<LotRow[]> {
  await rawInTenant(tx, 'select i.id from items i where i.tenant_id = $1 and i.id in (select l.item_id from lots l where l.tenant_id = $1 and l.id = any($2::uuid[])) order by i.id for no key update of i', [tx.ctx.tenantId, ids])
  await rawInTenant(tx, 'select b.store_id from stock_balances b where b.tenant_id = $1 and b.lot_id = any($2::uuid[]) order by b.store_id, b.lot_id for update of b', [tx.ctx.tenantId, ids])
  return rawInTenant<LotRow>(tx, `select ${lotColumns.join(', ')} from lots where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update`, [tx.ctx.tenantId, ids])
}

/** The state of locked lots and what their balances say of it change together: no pick is under way meanwhile. */
export async function setLotStates(tx: Tx, lotIds: readonly string[], state: string, reason: string): Promise<void> {
  await rawInTenant(tx, 'update lots set state = $3, state_reason = left($4, 1000), version = version + 1 where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, lotIds, state, reason])
  await rawInTenant(tx, 'update stock_balances set is_held = $3 where tenant_id = $1 and lot_id = any($2::uuid[])', [tx.ctx.tenantId, lotIds, state !== 'available'])
}

export function listLots(tx: Tx, filter: { itemId?: string | undefined; state?: string | undefined; batch?: string | undefined }, page: PageRequest): Promise<LotRow[]> {
  let query = tx.db.selectFrom('lots').select(lotColumns).orderBy('expires_on').orderBy('id').limit(page.limit + 1)
  if (filter.itemId !== undefined) query = query.where('item_id', '=', filter.itemId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.batch !== undefined) query = query.where('batch', '=', filter.batch)
  return afterCursor(query, page.after, 'expires_on').execute()
}

/** The store of each facility where goods are delivered: its main store, else the first it has. */
export async function usualStores(tx: Tx): Promise<StoreRow[]> {
  const rows = await tx.db.selectFrom('stores').select(storeColumns).where('is_active', '=', true).where('kind', '<>', 'transit').orderBy('facility_id').orderBy('code').limit(mostStores).execute()
  return [...Map.groupBy(rows, (row) => row.facility_id).values()].flatMap((own) => own.find((row) => row.kind === 'main') ?? own[0] ?? [])
}

const mostStores = 5000
