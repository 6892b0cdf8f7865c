import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { insertTogether } from '#kernel/inserts.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface DueRow {
  item_id: string
  prescription_id: string
  number: string | null
  patient_id: string
  given_name: string
  family_name: string
  mrn: string
  name: string
  dosage: string
  frequency: string
  duration_days: number
  quantity: string
  dispensed_quantity: string
  position: number
  created_at: Date
  medication_id: string
  ward: string
}

export interface DueFilter {
  places: readonly string[]
  today: string
  ward?: string | undefined
  search?: string | undefined
}

/** What inpatients of facilities have open of valid prescriptions: a page of prescriptions, every line of each. */
export function listDue(tx: Tx, { places, today, ward, search }: DueFilter, page: PageRequest): Promise<DueRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, places, today, page.limit + 1, page.after === null ? null : new Date(page.after.at), page.after?.id ?? null]
  // Where the doses of this stay went last: nothing else says where somebody lies.
  const lies = `(select w.ward from ward_document_lines l join ward_documents w on w.tenant_id = $1 and w.id = l.ward_document_id and w.kind = 'issue' where l.tenant_id = $1 and l.patient_id = q.patient_id and w.facility_id = q.facility_id and w.created_at >= e.opened_at order by w.created_at desc limit 1)`
  const [inWard, named] = [ward === undefined || ward === '' ? '' : `and lower(${lies}) = lower($${values.push(ward)})`, search === undefined || search === '' ? '' : `and exists (select 1 from patients s where s.tenant_id = $1 and s.id = q.patient_id and (s.mrn = $${values.push(search.toUpperCase())} or lower(s.given_name || ' ' || s.family_name) like $${values.push(`%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`)}))`]
  return rawInTenant<DueRow>(
    tx,
    `select i.id as item_id, p.id as prescription_id, p.number, p.patient_id, t.given_name, t.family_name, t.mrn, i.name, i.dosage, i.frequency, i.duration_days, i.quantity, i.dispensed_quantity, i.position, i.medication_id, coalesce(p.ward, '') as ward, p.created_at
     from (select q.id, q.number, q.patient_id, q.created_at, ${lies} as ward from prescriptions q join encounters e on e.tenant_id = $1 and e.id = q.encounter_id and e.class = 'inpatient' and e.state = any(array['checked-in', 'in-consultation'])
         where q.tenant_id = $1 and q.facility_id = any($2::uuid[]) and q.state = any(array['finalized', 'partly-dispensed']) and (q.valid_until is null or q.valid_until >= $3::date) ${inWard} ${named} and ($5::timestamptz is null or q.created_at < $5 or (q.created_at = $5 and q.id > $6)) order by q.created_at desc, q.id limit $4) p
       join prescription_items i on i.tenant_id = $1 and i.prescription_id = p.id and i.quantity > i.dispensed_quantity join patients t on t.tenant_id = $1 and t.id = p.patient_id
     order by p.created_at desc, p.id, i.position`,
    values,
  )
}

export interface WardRow {
  id: string
  kind: string
  number: string
  facility_id: string
  store_id: string
  store_name: string
  ward: string
  reason: string
  created_at: Date
  created_by: string
}

export interface NewWardLine {
  patient_id: string
  dispense_item_id: string
  quantity: string
  is_back: boolean
}

export async function insertWardDocument(tx: Tx, row: Omit<WardRow, 'store_name' | 'created_at' | 'created_by'> & { witness_id: string | null }, lines: readonly NewWardLine[]): Promise<void> {
  await insertTogether(tx, [
    { table: 'ward_documents', columns: { id: 'uuid', kind: 'text', number: 'text', facility_id: 'uuid', store_id: 'uuid', ward: 'text', reason: 'text', witness_id: 'uuid', created_at: 'timestamptz', created_by: 'uuid' }, rows: [{ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }] },
    { table: 'ward_document_lines', columns: { id: 'uuid', ward_document_id: 'uuid', position: 'int', patient_id: 'uuid', dispense_item_id: 'uuid', quantity: 'numeric', is_back: 'boolean' }, rows: lines.map((line, index) => ({ ...line, id: newId(), ward_document_id: row.id, position: index + 1 })) },
  ])
}

const columns = 'd.id, d.kind, d.number, d.facility_id, d.store_id, s.name as store_name, d.ward, d.reason, d.created_at, d.created_by'

export async function readWardDocument(tx: Tx, id: string): Promise<WardRow | undefined> {
  const [row] = await rawInTenant<WardRow>(tx, `select ${columns} from ward_documents d join stores s on s.tenant_id = $1 and s.id = d.store_id where d.tenant_id = $1 and d.id = $2`, [tx.ctx.tenantId, id])
  return row
}

export function listWardDocuments(tx: Tx, places: readonly string[] | undefined, page: PageRequest): Promise<WardRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1]
  const facility = places === undefined ? '' : `and d.facility_id = any($${values.push(places)}::uuid[])`
  const after = page.after === null ? '' : `and (d.created_at < $${values.push(new Date(page.after.at))}::timestamptz or (d.created_at = $${values.length}::timestamptz and d.id > $${values.push(page.after.id)}::uuid))`
  return rawInTenant<WardRow>(tx, `select ${columns} from (select d.id, d.kind, d.number, d.facility_id, d.store_id, d.ward, d.reason, d.created_at, d.created_by from ward_documents d where d.tenant_id = $1 ${facility} ${after} order by d.created_at desc, d.id limit $2) d join stores s on s.tenant_id = $1 and s.id = d.store_id order by d.created_at desc, d.id`, values)
}

export interface WardLineRow extends NewWardLine {
  id: string
  dispense_id: string
  item_id: string
  returned: string
  item_name: string
  unit: string
  batch: string
}

export function linesOfWardDocument(tx: Tx, id: string): Promise<WardLineRow[]> {
  return rawInTenant<WardLineRow>(
    tx,
    `select w.id, w.patient_id, w.dispense_item_id, w.quantity, w.is_back, d.dispense_id, d.item_id, d.returned, i.name as item_name, i.base_unit as unit, l.batch
     from ward_document_lines w join dispense_items d on d.tenant_id = $1 and d.id = w.dispense_item_id join items i on i.tenant_id = $1 and i.id = d.item_id join lots l on l.tenant_id = $1 and l.id = d.lot_id
     where w.tenant_id = $1 and w.ward_document_id = $2 order by w.position`,
    [tx.ctx.tenantId, id],
  )
}
