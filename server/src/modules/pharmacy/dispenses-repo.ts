import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'

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
