import type { Instructions } from '#contract/medications.ts'
import { anyOf, anyText, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'

const medicationColumns = ['id', 'version', 'name', 'name_folded', 'generic_name', 'generic_folded', 'system', 'system_data', 'is_active'] as const

export interface MedicationRow {
  id: string
  version: number
  name: string
  name_folded: string
  generic_name: string
  generic_folded: string
  system: string
  system_data: Record<string, string>
  is_active: boolean
}

export type MedicationWrite = Omit<MedicationRow, 'id' | 'version' | 'system_data'> & { system_data: string }

export function insertMedication(tx: Tx, medication: MedicationWrite): Promise<MedicationRow> {
  return tx.db.insertInto('medications').values({ ...medication, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(medicationColumns).executeTakeFirstOrThrow()
}

export function readMedication(tx: Tx, id: string): Promise<MedicationRow | undefined> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('id', '=', id).executeTakeFirst()
}

export function lockMedication(tx: Tx, id: string): Promise<MedicationRow | undefined> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateMedication(tx: Tx, id: string, version: number, change: Partial<MedicationWrite>): Promise<MedicationRow> {
  return tx.db.updateTable('medications').set({ ...change, version: version + 1 }).where('id', '=', id).returning(medicationColumns).executeTakeFirstOrThrow()
}

export function medicationsByIds(tx: Tx, ids: readonly string[]): Promise<MedicationRow[]> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('id', '=', anyOf(ids)).execute()
}

// Five hundred brands of a group are more than anybody looks at.
const mostOfGenerics = 500

/** Active medicines whose generic name is one of these, as folded. */
export function medicationsOfGenerics(tx: Tx, generics: readonly string[]): Promise<MedicationRow[]> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('generic_folded', '=', anyText(generics)).where('is_active', '=', true).orderBy('name_folded').orderBy('id').limit(mostOfGenerics).execute()
}

/** Active medicines of a system whose folded generic name begins with one of these. */
export function medicationsBeginning(tx: Tx, system: string, beginnings: readonly string[]): Promise<MedicationRow[]> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('system', '=', system).where('is_active', '=', true).where((eb) => eb.or(beginnings.map((beginning) => eb.and([eb('generic_folded', '>=', beginning), eb('generic_folded', '<', afterPrefix(beginning))])))).orderBy('name_folded').orderBy('id').limit(mostOfGenerics).execute()
}

/** Medicines in use that are called one of these, by name or generic. */
export function medicationsNamed(tx: Tx, names: readonly string[]): Promise<MedicationRow[]> {
  return tx.db.selectFrom('medications').select(medicationColumns).where('is_active', '=', true).where((eb) => eb.or([eb('name_folded', '=', anyText(names)), eb('generic_folded', '=', anyText(names))])).orderBy('name_folded').orderBy('id').execute()
}

export interface MedicationFilter {
  prefix: string | null
  system?: string | undefined
  isActive?: boolean | undefined
}

export function listMedications(tx: Tx, filter: MedicationFilter, page: PageRequest): Promise<MedicationRow[]> {
  let query = tx.db.selectFrom('medications').select(medicationColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  const { prefix } = filter
  if (prefix !== null) {
    query = query.where((eb) => eb.or([eb.and([eb('name_folded', '>=', prefix), eb('name_folded', '<', afterPrefix(prefix))]), eb.and([eb('generic_folded', '>=', prefix), eb('generic_folded', '<', afterPrefix(prefix))])]))
  }
  if (filter.system !== undefined) query = query.where('system', '=', filter.system)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}

const columns = ['id', 'version', 'patient_id', 'encounter_id', 'facility_id', 'prescriber_id', 'state', 'number', 'repeat_of', 'cancel_reason', 'refills', 'refills_used', 'valid_days', 'valid_until', 'finalized_at', 'created_at'] as const

export interface PrescriptionRow {
  id: string
  version: number
  patient_id: string
  encounter_id: string
  facility_id: string
  prescriber_id: string
  state: string
  number: string | null
  repeat_of: string | null
  cancel_reason: string
  refills: number
  refills_used: number
  valid_days: number
  valid_until: string | null
  finalized_at: Date | null
  created_at: Date
}

export function insertPrescription(tx: Tx, prescription: Pick<PrescriptionRow, 'patient_id' | 'encounter_id' | 'facility_id' | 'prescriber_id' | 'state' | 'repeat_of' | 'refills' | 'valid_days'>): Promise<PrescriptionRow> {
  return tx.db.insertInto('prescriptions').values({ ...prescription, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readPrescription(tx: Tx, id: string): Promise<PrescriptionRow | undefined> {
  return tx.db.selectFrom('prescriptions').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockPrescription(tx: Tx, id: string): Promise<PrescriptionRow | undefined> {
  return tx.db.selectFrom('prescriptions').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updatePrescription(tx: Tx, id: string, version: number, change: Partial<Pick<PrescriptionRow, 'state' | 'number' | 'cancel_reason' | 'finalized_at' | 'refills' | 'refills_used' | 'valid_days' | 'valid_until'>>): Promise<PrescriptionRow> {
  return tx.db.updateTable('prescriptions').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface PrescriptionFilter {
  encounterId?: string | undefined
  patientId?: string | undefined
  facilityId?: string | undefined
  state?: string | undefined
  number?: string | undefined
  /** Signed and not wholly handed out, the longest waiting first. */
  isDue?: boolean
  /** Only what was valid until a day before this one. */
  outdatedOn?: string | undefined
}

export function listPrescriptions(tx: Tx, filter: PrescriptionFilter, page: PageRequest): Promise<PrescriptionRow[]> {
  const all = tx.db.selectFrom('prescriptions').select(columns).limit(page.limit + 1)
  let query = filter.isDue === true ? all.where('state', 'in', ['finalized', 'partly-dispensed']).orderBy('finalized_at').orderBy('id') : all.orderBy('created_at', 'desc').orderBy('id')
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.number !== undefined) query = query.where('number', '=', filter.number)
  if (filter.outdatedOn !== undefined) query = query.where('valid_until', '<', filter.outdatedOn)
  return (filter.isDue === true ? afterCursor(query, page.after, 'finalized_at') : afterCursor(query, page.after, 'created_at', { order: 'desc' })).execute()
}

/** The newest prescriptions of a patient or a visit, for the timelines. */
export function newestOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, before: Date | null, limit: number): Promise<PrescriptionRow[]> {
  const all = tx.db.selectFrom('prescriptions').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(limit)
  const query = 'patientId' in subject ? all.where('patient_id', '=', subject.patientId) : all.where('encounter_id', '=', subject.encounterId)
  return (before === null ? query : query.where('created_at', '<', before)).execute()
}

export interface ItemRow {
  id: string
  prescription_id: string
  medication_id: string
  name: string
  system: string
  dosage: string
  frequency: string
  duration_days: number
  quantity: string
  unit: string
  dispensed_quantity: string
  instructions: Instructions
}

export function itemsOf(tx: Tx, prescriptionIds: readonly string[]): Promise<ItemRow[]> {
  return rawInTenant<ItemRow>(
    tx,
    'select id, prescription_id, medication_id, name, system, dosage, frequency, duration_days, quantity, unit, dispensed_quantity, instructions from prescription_items where tenant_id = $1 and prescription_id = any($2::uuid[]) order by prescription_id, position',
    [tx.ctx.tenantId, prescriptionIds],
  )
}

export type NewItem = Omit<ItemRow, 'id' | 'prescription_id' | 'dispensed_quantity'>

const itemTypes = {
  id: 'uuid', prescription_id: 'uuid', patient_id: 'uuid', medication_id: 'uuid', position: 'int', name: 'text', system: 'text', dosage: 'text', frequency: 'text', duration_days: 'int', quantity: 'numeric', unit: 'text', instructions: 'jsonb', created_at: 'timestamptz', created_by: 'uuid',
} as const

export function insertItems(tx: Tx, prescription: PrescriptionRow, items: readonly NewItem[]): Promise<void> {
  const shared = { prescription_id: prescription.id, patient_id: prescription.patient_id, created_at: tx.ctx.now, created_by: tx.ctx.userId }
  return insertMany(tx, 'prescription_items', itemTypes, items.map((item, index) => ({ ...item, ...shared, id: newId(), position: index + 1 })))
}

/** Only a draft's items are replaced. */
export async function deleteItems(tx: Tx, prescriptionId: string): Promise<void> {
  await tx.db.deleteFrom('prescription_items').where('prescription_id', '=', prescriptionId).execute()
}

export interface NewDispenseLine {
  prescription_item_id: string
  quantity: string
  lot_id: string | null
}

/** The items asked for with their prescriptions, which stay locked, in the order of their ids. */
export async function lockPrescriptionsOf(tx: Tx, itemIds: readonly string[]): Promise<ItemRow[]> {
  await rawInTenant(
    tx,
    'select p.id from prescriptions p where p.tenant_id = $1 and p.id = any(array(select i.prescription_id from prescription_items i where i.tenant_id = $1 and i.id = any($2::uuid[]))) order by p.id for update of p',
    [tx.ctx.tenantId, itemIds],
  )
  return rawInTenant<ItemRow>(
    tx,
    'select id, prescription_id, medication_id, name, system, dosage, frequency, duration_days, quantity, unit, dispensed_quantity, instructions from prescription_items where tenant_id = $1 and id = any($2::uuid[]) order by prescription_id, position',
    [tx.ctx.tenantId, itemIds],
  )
}

/** A prescription locked, and why it was refused last. */
export async function lockToDispense(tx: Tx, id: string): Promise<(PrescriptionRow & { refused_reason: string | null }) | undefined> {
  const [row] = await rawInTenant<PrescriptionRow & { refused_reason: string | null }>(
    tx,
    `select ${columns.map((column) => `p.${column}`).join(', ')}, (select r.reason from prescription_refusals r where r.tenant_id = $1 and r.prescription_id = p.id order by r.created_at desc limit 1) as refused_reason
     from prescriptions p where p.tenant_id = $1 and p.id = $2 for update of p`,
    [tx.ctx.tenantId, id],
  )
  return row
}

export interface NewDispense {
  id: string
  storeId: string | null
  counsellingNote: string
  state: string
  /** Item id → how much in all lines together. */
  totals: ReadonlyMap<string, string>
  lines: readonly NewDispenseLine[]
}

/** Writes what was handed out, adds it to the items and moves the prescription on: one statement; the check constraint refuses more than prescribed. */
export async function writeDispense(tx: Tx, prescription: PrescriptionRow, dispense: NewDispense): Promise<PrescriptionRow> {
  const { lines, totals } = dispense
  const [row] = await rawInTenant<PrescriptionRow>(
    tx,
    `with items as (update prescription_items i set dispensed_quantity = i.dispensed_quantity + d.quantity, version = i.version + 1 from unnest($4::uuid[], $5::numeric[]) as d(id, quantity) where i.tenant_id = $1 and i.prescription_id = $2 and i.id = d.id),
       dispense as (insert into dispenses (tenant_id, id, prescription_id, patient_id, facility_id, store_id, refill, counselling_note, created_at, created_by) values ($1, $6, $2, $7, $8, $9, $10, $11, $12, $13)),
       lines as (insert into dispense_lines (tenant_id, id, dispense_id, patient_id, prescription_item_id, quantity, lot_id, created_at, created_by)
         select $1, l.id, $6, $7, l.item_id, l.quantity, l.lot_id, $12, $13 from unnest($14::uuid[], $15::uuid[], $16::numeric[], $17::uuid[]) as l(id, item_id, quantity, lot_id))
     update prescriptions p set state = $3, version = p.version + 1 where p.tenant_id = $1 and p.id = $2 returning ${columns.map((column) => `p.${column}`).join(', ')}`,
    [
      tx.ctx.tenantId, prescription.id, dispense.state, [...totals.keys()], [...totals.values()], dispense.id, prescription.patient_id, prescription.facility_id, dispense.storeId, prescription.refills_used, dispense.counsellingNote, tx.ctx.now, tx.ctx.userId,
      lines.map(() => newId()), lines.map((line) => line.prescription_item_id), lines.map((line) => line.quantity), lines.map((line) => line.lot_id),
    ],
  )
  if (row === undefined) throw new Error('a locked prescription is gone')
  return row
}

/** Another time round: all of it may be handed out again. */
export async function openForRefill(tx: Tx, prescriptionId: string): Promise<void> {
  await tx.db.updateTable('prescription_items').set((eb) => ({ dispensed_quantity: '0', version: eb('version', '+', 1) })).where('prescription_id', '=', prescriptionId).execute()
}

export interface DispenseRow {
  id: string
  version: number
  prescription_id: string
  patient_id: string
  facility_id: string
  store_id: string | null
  refill: number
  counselling_note: string
  created_at: Date
  created_by: string | null
}

const dispenseColumns = ['id', 'version', 'prescription_id', 'patient_id', 'facility_id', 'store_id', 'refill', 'counselling_note', 'created_at', 'created_by'] as const

export function prescriptionsByIds(tx: Tx, ids: readonly string[]): Promise<PrescriptionRow[]> {
  return tx.db.selectFrom('prescriptions').select(columns).where('id', '=', anyOf(ids)).execute()
}

export function readDispense(tx: Tx, id: string): Promise<DispenseRow | undefined> {
  return tx.db.selectFrom('dispenses').select(dispenseColumns).where('id', '=', id).executeTakeFirst()
}

export function dispenseLines(tx: Tx, dispenseId: string) {
  return tx.db
    .selectFrom('dispense_lines')
    .innerJoin('prescription_items', 'prescription_items.id', 'dispense_lines.prescription_item_id')
    .select(['dispense_lines.id', 'dispense_lines.prescription_item_id', 'prescription_items.medication_id', 'prescription_items.name', 'dispense_lines.quantity', 'dispense_lines.lot_id'])
    .where('dispense_lines.dispense_id', '=', dispenseId)
    .orderBy('dispense_lines.id')
    .execute()
}

/** Some medicines, and those a patient takes now by signed prescriptions but for one, each once. */
export function medicinesAround(tx: Tx, asked: { medicationIds: readonly string[]; patientId: string; exceptPrescriptionId: string | null }): Promise<(MedicationRow & { is_current: boolean })[]> {
  return rawInTenant(
    tx,
    // A patient's prescriptions first: without statistics the planner else walks all items of the hospital.
    `with own as materialized (select id, finalized_at from prescriptions where tenant_id = $1 and patient_id = $2 and state = any(array['finalized', 'partly-dispensed', 'dispensed']) and ($3::uuid is null or id <> $3)),
       taking as materialized (select distinct i.medication_id as id from own p cross join lateral (select medication_id, duration_days from prescription_items where tenant_id = $1 and prescription_id = p.id offset 0) i
         where p.finalized_at + make_interval(days => i.duration_days) > $4 limit 60),
       wanted as (select id from unnest($5::uuid[]) as u(id) union select id from taking)
     select ${medicationColumns.map((column) => `m.${column}`).join(', ')}, exists (select from taking t where t.id = m.id) as is_current
     from wanted w cross join lateral (select ${medicationColumns.join(', ')} from medications where tenant_id = $1 and id = w.id offset 0) m`,
    [tx.ctx.tenantId, asked.patientId, asked.exceptPrescriptionId, tx.ctx.now, asked.medicationIds],
  )
}
