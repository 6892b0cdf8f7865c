import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'encounter_id', 'facility_id', 'service_id', 'code', 'name', 'tax_code', 'quantity', 'unit_price', 'currency', 'tax_rate_percent', 'is_tax_included', 'source_type', 'source_id', 'rule_id', 'state', 'invoice_id', 'occurred_at'] as const

export interface ChargeRow {
  id: string
  version: number
  patient_id: string
  encounter_id: string | null
  facility_id: string
  service_id: string
  code: string
  name: string
  tax_code: string
  quantity: string
  unit_price: string
  currency: string
  tax_rate_percent: string
  is_tax_included: boolean
  source_type: string
  source_id: string | null
  rule_id: string | null
  state: string
  invoice_id: string | null
  occurred_at: Date
}

export type NewCharge = Omit<ChargeRow, 'id' | 'version' | 'state' | 'invoice_id' | 'occurred_at'>

const made = (tx: Tx) => ({ id: newId(), occurred_at: tx.ctx.now, created_by: tx.ctx.userId })

export function insertCharge(tx: Tx, charge: NewCharge): Promise<ChargeRow> {
  return tx.db.insertInto('charges').values({ ...charge, ...made(tx) }).returning(columns).executeTakeFirstOrThrow()
}

/** Charges what a rule found, once per source and rule however often it is told. */
export async function captureCharge(tx: Tx, charge: NewCharge): Promise<void> {
  await tx.db.insertInto('charges').values({ ...charge, ...made(tx) }).onConflict((conflict) => conflict.constraint('charges_source').doNothing()).execute()
}

export interface ChargeFilter {
  encounterId?: string | undefined
  patientId?: string | undefined
  state?: string | undefined
}

export function listCharges(tx: Tx, filter: ChargeFilter, page: PageRequest): Promise<ChargeRow[]> {
  let query = tx.db.selectFrom('charges').select(columns).orderBy('occurred_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'occurred_at', { order: 'desc' }).execute()
}

/** Whether what sources cost is on a bill that is paid; a source that owes nothing has no row. */
export function paidOfSources(tx: Tx, sourceType: string, sourceIds: readonly string[]): Promise<{ source_id: string; is_paid: boolean }[]> {
  return rawInTenant(
    tx,
    `select c.source_id, bool_and(coalesce(i.state = 'paid', false)) as is_paid from charges c left join invoices i on i.tenant_id = $1 and i.id = c.invoice_id
     where c.tenant_id = $1 and c.source_type = $2 and c.source_id = any($3::uuid[]) and c.state <> 'cancelled' group by c.source_id`,
    [tx.ctx.tenantId, sourceType, sourceIds],
  )
}

export function lockCharge(tx: Tx, id: string): Promise<ChargeRow | undefined> {
  return tx.db.selectFrom('charges').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Open charges of a visit, locked: two drafts at once cannot both take them. */
export function lockOpenOf(tx: Tx, encounterId: string): Promise<ChargeRow[]> {
  return tx.db.selectFrom('charges').select(columns).where('encounter_id', '=', encounterId).where('state', '=', 'open').orderBy('occurred_at').orderBy('id').forUpdate().execute()
}

/** Open charges of a patient in a facility that belong to no visit, locked. */
export function lockOpenWithoutVisit(tx: Tx, patientId: string, facilityId: string): Promise<ChargeRow[]> {
  return tx.db.selectFrom('charges').select(columns).where('patient_id', '=', patientId).where('encounter_id', 'is', null).where('facility_id', '=', facilityId).where('state', '=', 'open').orderBy('occurred_at').orderBy('id').forUpdate().execute()
}

export function lockCharges(tx: Tx, ids: readonly string[]): Promise<ChargeRow[]> {
  return tx.db.selectFrom('charges').select(columns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute()
}

export async function markInvoiced(tx: Tx, ids: readonly string[], invoiceId: string): Promise<void> {
  await tx.db.updateTable('charges').set((eb) => ({ state: 'invoiced', invoice_id: invoiceId, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

/** The charges of a draft that is changed or thrown away are open again. */
export async function reopen(tx: Tx, invoiceId: string): Promise<void> {
  await tx.db.updateTable('charges').set((eb) => ({ state: 'open', invoice_id: null, version: eb('version', '+', 1) })).where('invoice_id', '=', invoiceId).execute()
}

export function cancelCharge(tx: Tx, id: string, version: number, reason: string): Promise<ChargeRow> {
  return tx.db.updateTable('charges').set({ state: 'cancelled', cancel_reason: reason, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

const chargeTypes = {
  id: 'uuid', patient_id: 'uuid', encounter_id: 'uuid', facility_id: 'uuid', service_id: 'uuid', code: 'text', name: 'text', tax_code: 'text', quantity: 'numeric', unit_price: 'numeric', currency: 'text', tax_rate_percent: 'numeric', is_tax_included: 'boolean',
  source_type: 'text', source_id: 'uuid', rule_id: 'uuid', occurred_at: 'timestamptz', created_by: 'uuid',
} as const

/** Charges in one statement; their ids in order. */
export async function insertCharges(tx: Tx, charges: readonly NewCharge[]): Promise<string[]> {
  const rows = charges.map((charge) => ({ ...charge, ...made(tx) }))
  await insertMany(tx, 'charges', chargeTypes, rows)
  return rows.map((row) => row.id)
}

/** Charges of sources of a kind that are still owed, locked in the order of their ids. */
export function lockOfSources(tx: Tx, sourceType: string, sourceIds: readonly string[]): Promise<ChargeRow[]> {
  return tx.db.selectFrom('charges').select(columns).where('source_type', '=', sourceType).where('source_id', '=', anyOf(sourceIds)).where('state', '<>', 'cancelled').orderBy('id').forUpdate().execute()
}

export async function cancelCharges(tx: Tx, ids: readonly string[], reason: string): Promise<void> {
  await tx.db.updateTable('charges').set((eb) => ({ state: 'cancelled', cancel_reason: reason, version: eb('version', '+', 1) })).where('id', '=', anyOf(ids)).execute()
}

export async function moveCharge(tx: Tx, id: string, to: { sourceId: string; quantity: string }): Promise<void> {
  await tx.db.updateTable('charges').set((eb) => ({ source_id: to.sourceId, quantity: to.quantity, version: eb('version', '+', 1) })).where('id', '=', id).execute()
}

/** The visit was cancelled: what it charged is not owed. */
export async function cancelOpenOf(tx: Tx, encounterId: string): Promise<void> {
  await tx.db.updateTable('charges').set((eb) => ({ state: 'cancelled', version: eb('version', '+', 1) })).where('encounter_id', '=', encounterId).where('state', '=', 'open').execute()
}

/** A part of the goods came back before they were billed. */
export async function reduceCharge(tx: Tx, id: string, version: number, quantity: string): Promise<void> {
  await tx.db.updateTable('charges').set({ quantity, version: version + 1 }).where('id', '=', id).execute()
}
