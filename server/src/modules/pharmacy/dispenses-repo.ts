import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterPrefix } from '#kernel/text.ts'
import type { DispenseRow } from '../medications/index.ts'

export interface DispenseFilter {
  places: readonly string[] | undefined
  prescriptionId?: string | undefined
  patientId?: string | undefined
  storeId?: string | undefined
  from?: Date | undefined
  before?: Date | undefined
  /** Any of these fits. */
  search?: { patientIds: readonly string[]; number: string; digits: string | null; itemPrefix: string } | undefined
}

/** Dispenses newest first; what is searched for is probed for each on the way. */
export function listDispenses(tx: Tx, filter: DispenseFilter, page: PageRequest): Promise<DispenseRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1]
  const wanted: [text: string, value: unknown][] = [['d.prescription_id =', filter.prescriptionId], ['d.patient_id =', filter.patientId], ['d.store_id =', filter.storeId], ['d.created_at >=', filter.from], ['d.created_at <', filter.before]]
  const conditions = wanted.flatMap(([text, value]) => (value === undefined ? [] : [`and ${text} $${values.push(value)}`]))
  const { places, search } = filter
  if (places !== undefined) conditions.push(places.length === 1 ? `and d.facility_id = $${values.push(places[0])}` : `and d.facility_id = any($${values.push(places)}::uuid[])`)
  if (search !== undefined) {
    const [patients, number, digits, from, to] = [search.patientIds, search.number, search.digits, search.itemPrefix, afterPrefix(search.itemPrefix)].map((value) => `$${values.push(value)}`)
    conditions.push(`and (d.patient_id = any(${patients}::uuid[]) or exists (select 1 from prescriptions p where p.tenant_id = $1 and p.id = d.prescription_id and (p.number = ${number} or right(p.number, 6) = ${digits}))
      or exists (select 1 from dispense_items i join items t on t.tenant_id = $1 and t.id = i.item_id where i.tenant_id = $1 and i.dispense_id = d.id and t.name_folded >= ${from} and t.name_folded < ${to}))`)
  }
  if (page.after !== null) conditions.push(`and (d.created_at < $${values.push(new Date(page.after.at))} or (d.created_at = $${values.length} and d.id > $${values.push(page.after.id)}))`)
  return rawInTenant<DispenseRow>(tx, `select d.id, d.version, d.prescription_id, d.patient_id, d.facility_id, d.store_id, d.refill, d.counselling_note, d.created_at, d.created_by from dispenses d where d.tenant_id = $1 ${conditions.join(' ')} order by d.created_at desc, d.id limit $2`, values)
}

const columns = ['id', 'version', 'dispense_id', 'prescription_id', 'prescription_item_id', 'patient_id', 'facility_id', 'store_id', 'item_id', 'lot_id', 'quantity', 'returned', 'charge_id', 'is_substitute', 'reason'] as const

export interface DispenseItemRow {
  id: string
  version: number
  dispense_id: string
  prescription_id: string
  prescription_item_id: string
  patient_id: string
  facility_id: string
  store_id: string
  item_id: string
  lot_id: string
  quantity: string
  returned: string
  charge_id: string | null
  is_substitute: boolean
  reason: string
}

export type NewDispenseItem = Omit<DispenseItemRow, 'version' | 'returned'> & { witness_id: string | null }

const types = { id: 'uuid', dispense_id: 'uuid', prescription_id: 'uuid', prescription_item_id: 'uuid', patient_id: 'uuid', facility_id: 'uuid', store_id: 'uuid', item_id: 'uuid', lot_id: 'uuid', quantity: 'numeric', charge_id: 'uuid', is_substitute: 'boolean', reason: 'text', witness_id: 'uuid', created_at: 'timestamptz', created_by: 'uuid' } as const

export function insertDispenseItems(tx: Tx, rows: readonly NewDispenseItem[]): Promise<void> {
  return insertMany(tx, 'dispense_items', types, rows.map((row) => ({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface NamedDispenseItem extends DispenseItemRow {
  item_name: string
  unit: string
  batch: string
  expires_on: string
}

/** What dispenses handed out, with the names of items and lots. */
export function itemsOfDispenses(tx: Tx, dispenseIds: readonly string[]): Promise<NamedDispenseItem[]> {
  return rawInTenant<NamedDispenseItem>(
    tx,
    `select ${columns.map((column) => `d.${column}`).join(', ')}, i.name as item_name, i.base_unit as unit, l.batch, l.expires_on from dispense_items d join items i on i.tenant_id = $1 and i.id = d.item_id join lots l on l.tenant_id = $1 and l.id = d.lot_id
     where d.tenant_id = $1 and d.dispense_id = any($2::uuid[]) order by d.dispense_id, l.expires_on, d.id`,
    [tx.ctx.tenantId, dispenseIds],
  )
}

export function lockItemsOf(tx: Tx, dispenseId: string): Promise<DispenseItemRow[]> {
  return tx.db.selectFrom('dispense_items').select(columns).where('dispense_id', '=', dispenseId).orderBy('id').forUpdate().execute()
}

/** Lines of any dispenses, locked in the order of their ids. */
export function lockItems(tx: Tx, ids: readonly string[]): Promise<DispenseItemRow[]> {
  return rawInTenant<DispenseItemRow>(tx, `select ${columns.join(', ')} from dispense_items where tenant_id = $1 and id = any($2::uuid[]) order by id for update`, [tx.ctx.tenantId, ids])
}

export async function addReturned(tx: Tx, totals: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(tx, 'update dispense_items i set returned = i.returned + d.quantity, version = i.version + 1 from unnest($2::uuid[], $3::numeric[]) as d(id, quantity) where i.tenant_id = $1 and i.id = d.id', [tx.ctx.tenantId, [...totals.keys()], [...totals.values()]])
}
