import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'

export interface NewIssued {
  id: string
  stock_document_id: string
  facility_id: string
  store_id: string
  patient_id: string
  encounter_id: string | null
  item_id: string
  lot_id: string
  quantity: string
  charge_id: string | null
}

export interface IssuedRow extends NewIssued {
  returned: string
  item_name: string
  unit: string
  batch: string
}

const types = { id: 'uuid', stock_document_id: 'uuid', facility_id: 'uuid', store_id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', item_id: 'uuid', lot_id: 'uuid', quantity: 'numeric', charge_id: 'uuid', created_at: 'timestamptz', created_by: 'uuid' } as const

export async function insertIssued(tx: Tx, rows: readonly NewIssued[]): Promise<void> {
  await insertMany(tx, 'issued_goods', types, rows.map((row) => ({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

const columns = 'g.id, g.stock_document_id, g.facility_id, g.store_id, g.patient_id, g.encounter_id, g.item_id, g.lot_id, g.quantity, g.charge_id, g.returned, i.name as item_name, i.base_unit as unit, l.batch'
const named = `select ${columns} from issued_goods g join items i on i.tenant_id = $1 and i.id = g.item_id join lots l on l.tenant_id = $1 and l.id = g.lot_id where g.tenant_id = $1 and g.stock_document_id = $2 order by g.id`

/** What a document issued to its patient, and what came back of it. */
export function issuedOf(tx: Tx, documentId: string): Promise<IssuedRow[]> {
  return rawInTenant<IssuedRow>(tx, named, [tx.ctx.tenantId, documentId])
}

/** The same, locked: two returns of one line are one after the other. */
export function lockIssued(tx: Tx, documentId: string): Promise<IssuedRow[]> {
  return rawInTenant<IssuedRow>(tx, `${named} for update of g`, [tx.ctx.tenantId, documentId])
}

export async function addReturned(tx: Tx, totals: ReadonlyMap<string, string>): Promise<void> {
  await rawInTenant(tx, 'update issued_goods g set returned = g.returned + d.quantity from unnest($2::uuid[], $3::numeric[]) as d(id, quantity) where g.tenant_id = $1 and g.id = d.id', [tx.ctx.tenantId, [...totals.keys()], [...totals.values()]])
}
