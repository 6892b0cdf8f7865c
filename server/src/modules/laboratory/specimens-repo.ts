import { sql } from 'kysely'
import { anyOf, anyText, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { urgentFirst } from '../orders/index.ts'
import type { Indices } from './value-rules.ts'

const columns = [
  'id', 'version', 'number', 'patient_id', 'encounter_id', 'facility_id', 'order_id', 'type', 'container', 'timepoint', 'contents', 'priority', 'place', 'pregnancy_week', 'state', 'collected_at', 'collected_by', 'received_at', 'reason', 'reject_cause', 'recollection_of', 'aliquot_of', 'rack', 'sent_to', 'indices', 'labels_printed', 'due_at', 'created_at', 'ward', 'bed', 'address', 'phone', 'collect_at', 'collect_until', 'collector_id', 'attempts', 'missed_cause', 'missed_note', 'missed_at',
] as const

export interface SpecimenRow {
  id: string
  version: number
  number: string
  patient_id: string
  encounter_id: string | null
  facility_id: string
  order_id: string | null
  type: string
  container: string
  timepoint: string
  contents: string
  priority: string
  place: string
  pregnancy_week: number | null
  state: string
  collected_at: Date | null
  collected_by: string | null
  received_at: Date | null
  reason: string
  reject_cause: string
  recollection_of: string | null
  aliquot_of: string | null
  rack: string
  sent_to: string
  indices: Indices
  labels_printed: number
  due_at: Date
  created_at: Date
  ward: string
  bed: string
  address: string
  phone: string
  collect_at: Date | null
  collect_until: Date | null
  collector_id: string | null
  attempts: number
  missed_cause: string
  missed_note: string
  missed_at: Date | null
}

export type NewSpecimen = Pick<SpecimenRow, 'id' | 'number' | 'patient_id' | 'encounter_id' | 'facility_id' | 'order_id' | 'type' | 'container' | 'timepoint' | 'contents' | 'priority' | 'place' | 'pregnancy_week' | 'state' | 'collected_at' | 'collected_by' | 'received_at' | 'recollection_of' | 'aliquot_of' | 'due_at' | 'ward' | 'bed' | 'address' | 'phone'>

const types = {
  id: 'uuid', number: 'text', patient_id: 'uuid', encounter_id: 'uuid', facility_id: 'uuid', order_id: 'uuid', type: 'text', container: 'text', timepoint: 'text', contents: 'text', priority: 'text', place: 'text', pregnancy_week: 'int', state: 'text', collected_at: 'timestamptz', collected_by: 'uuid', received_at: 'timestamptz',
  recollection_of: 'uuid', aliquot_of: 'uuid', due_at: 'timestamptz', created_at: 'timestamptz', created_by: 'uuid', ward: 'text', bed: 'text', address: 'text', phone: 'text',
} as const

export const insertSpecimens = (tx: Tx, specimens: readonly NewSpecimen[]): Promise<void> => insertMany(tx, 'specimens', types, specimens.map((specimen) => ({ ...specimen, created_at: tx.ctx.now, created_by: tx.ctx.userId })))

export function readSpecimen(tx: Tx, id: string): Promise<SpecimenRow | undefined> {
  return tx.db.selectFrom('specimens').select(columns).where('id', '=', id).executeTakeFirst()
}

export function specimensByNumbers(tx: Tx, numbers: readonly string[]): Promise<SpecimenRow[]> {
  return tx.db.selectFrom('specimens').select(columns).where('number', '=', anyText(numbers)).orderBy('id').execute()
}

export function lockSpecimen(tx: Tx, id: string): Promise<SpecimenRow | undefined> {
  return tx.db.selectFrom('specimens').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** A tube as it is seen before anything is locked: what is to be locked, and by what its results are judged. */
export interface SeenSpecimen {
  id: string
  number: string
  facility_id: string
  patient_id: string
  order_id: string | null
  collected_at: Date | null
  order_ids: string[]
  /** Of all results on the tube and of its order. */
  test_ids: string[]
}

export async function seeSpecimen(tx: Tx, id: string): Promise<SeenSpecimen | undefined> {
  const rows = await rawInTenant<SeenSpecimen>(
    tx,
    `select s.id, s.number, s.facility_id, s.patient_id, s.order_id, s.collected_at,
       array(select o.id from (select s.order_id as id union select r.order_id from results r where r.tenant_id = $1 and r.specimen_id = s.id) as o where o.id is not null) as order_ids,
       array(select r.test_id from results r where r.tenant_id = $1 and r.specimen_id = s.id union select r.test_id from results r where r.tenant_id = $1 and r.order_id = s.order_id) as test_ids
     from specimens s where s.tenant_id = $1 and s.id = $2`,
    [tx.ctx.tenantId, id],
  )
  return rows[0]
}

/** What a result says of its tube. */
export function tubesByIds(tx: Tx, ids: readonly string[]): Promise<Pick<SpecimenRow, 'id' | 'number' | 'indices'>[]> {
  return rawInTenant(tx, 'select id, number, indices from specimens where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids])
}

/** The items of orders that tubes are for. */
export function itemsOfSpecimens(tx: Tx, ids: readonly string[]): Promise<{ specimen_id: string; order_item_id: string }[]> {
  return rawInTenant(tx, `select distinct specimen_id, order_item_id from results where tenant_id = $1 and specimen_id = any($2::uuid[]) and order_item_id is not null and state <> 'cancelled'`, [tx.ctx.tenantId, ids])
}

export function specimensByIds(tx: Tx, ids: readonly string[]): Promise<SpecimenRow[]> {
  return tx.db.selectFrom('specimens').select(columns).where('id', '=', anyOf(ids)).execute()
}

export function lockSpecimensOfOrder(tx: Tx, orderId: string): Promise<SpecimenRow[]> {
  return tx.db.selectFrom('specimens').select(columns).where('order_id', '=', orderId).orderBy('id').forUpdate().execute()
}

export interface SpecimenChange extends Partial<Pick<SpecimenRow, 'state' | 'collected_at' | 'collected_by' | 'received_at' | 'reason' | 'reject_cause' | 'rack' | 'sent_to' | 'place' | 'contents' | 'order_id'>> {
  received_by?: string | null
  ended_at?: Date
  sent_at?: Date
  indices?: string
}

export function updateSpecimen(tx: Tx, id: string, version: number, change: SpecimenChange): Promise<SpecimenRow> {
  return tx.db.updateTable('specimens').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function lockSpecimens(tx: Tx, ids: readonly string[]): Promise<SpecimenRow[]> {
  return tx.db.selectFrom('specimens').select(columns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute()
}

/** Everything that was divided from a tube, and from what was: with the orders of what is on it. */
export function portionsOf(tx: Tx, id: string): Promise<{ id: string; order_ids: string[] }[]> {
  return rawInTenant(
    tx,
    `with recursive parts as (select p.id, 1 as depth from specimens p where p.tenant_id = $1 and p.aliquot_of = $2 union all select p.id, parts.depth + 1 from parts join specimens p on p.tenant_id = $1 and p.aliquot_of = parts.id where parts.depth < 20)
     select parts.id, array(select distinct r.order_id from results r where r.tenant_id = $1 and r.specimen_id = parts.id and r.order_id is not null) as order_ids from parts order by parts.id`,
    [tx.ctx.tenantId, id],
  )
}

export type Planned = Partial<Pick<SpecimenRow, 'place' | 'ward' | 'bed' | 'address' | 'phone' | 'collect_at' | 'collect_until' | 'collector_id' | 'missed_cause' | 'missed_note' | 'missed_at'>>

/** The same plan for tubes that are locked; `attempts` counts one more. */
export async function planSpecimens(tx: Tx, ids: readonly string[], change: Planned, isMissed = false): Promise<SpecimenRow[]> {
  return tx.db.updateTable('specimens').set((eb) => ({ ...change, ...(isMissed ? { attempts: sql<number>`least(attempts + 1, 1000)` } : {}), version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).returning(columns).execute()
}

/** Where the last tube of a visit was taken or is to be taken. */
export async function bedOf(tx: Tx, encounterId: string): Promise<{ ward: string; bed: string } | undefined> {
  return tx.db.selectFrom('specimens').select(['ward', 'bed']).where('encounter_id', '=', encounterId).where('ward', '<>', '').orderBy('created_at', 'desc').limit(1).executeTakeFirst()
}

export async function countLabels(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.db.updateTable('specimens').set((eb) => ({ labels_printed: eb('labels_printed', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

export interface SpecimenFilter {
  facilityId?: string | undefined
  patientId?: string | undefined
  orderId?: string | undefined
  state?: string | undefined
  number?: string | undefined
  place?: string | undefined
}

export const waits = (state: string | undefined): boolean => state === 'requested' || state === 'collected'

/** What a facility has to collect or to receive: the urgent first. Anything else: the newest first. */
export const isWorkList = (filter: SpecimenFilter): boolean => filter.facilityId !== undefined && waits(filter.state)

export interface CollectionFilter {
  facilityId: string
  place?: string | undefined
  ward?: string | undefined
  collectorId?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function listCollections(tx: Tx, filter: CollectionFilter, page: PageRequest): Promise<SpecimenRow[]> {
  let query = tx.db.selectFrom('specimens').select(columns).where('facility_id', '=', filter.facilityId).where('state', '=', 'requested').where(sql<boolean>`state in ('requested', 'collected')`).limit(page.limit + 1)
  if (filter.place !== undefined) query = query.where('place', '=', filter.place)
  if (filter.ward !== undefined) query = query.where('ward', '=', filter.ward)
  if (filter.collectorId !== undefined) query = query.where('collector_id', '=', filter.collectorId)
  if (filter.from !== undefined) query = query.where('collect_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('collect_at', '<=', new Date(filter.to))
  return urgentFirst(query, page.after, 'urgency', 'created_at').execute()
}

export function listSpecimens(tx: Tx, filter: SpecimenFilter, page: PageRequest): Promise<SpecimenRow[]> {
  let query = tx.db.selectFrom('specimens').select(columns).limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.orderId !== undefined) query = query.where('order_id', '=', filter.orderId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.number !== undefined) query = query.where('number', '=', filter.number)
  if (filter.place !== undefined) query = query.where('place', '=', filter.place)
  // Said as the two indexes by state say it.
  if (filter.state !== undefined) query = query.where(waits(filter.state) ? sql<boolean>`state in ('requested', 'collected')` : sql<boolean>`state not in ('requested', 'collected')`)
  if (isWorkList(filter)) return urgentFirst(query, page.after, 'urgency', 'created_at').execute()
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).orderBy('created_at', 'desc').orderBy('id').execute()
}
