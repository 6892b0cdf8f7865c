import { anyOf, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'number', 'patient_id', 'encounter_id', 'facility_id', 'order_id', 'status', 'is_sensitive', 'issued_at', 'prints', 'patient_told_at', 'patient_due_at'] as const

export interface ReportRow {
  id: string
  version: number
  number: string
  patient_id: string
  encounter_id: string | null
  facility_id: string
  order_id: string
  status: string
  is_sensitive: boolean
  issued_at: Date
  prints: number
  patient_told_at: Date | null
  patient_due_at: Date | null
}

export function readReport(tx: Tx, id: string): Promise<ReportRow | undefined> {
  return tx.db.selectFrom('lab_reports').select(columns).where('id', '=', id).executeTakeFirst()
}

/** The report of an order; its order is locked. */
export function reportOfOrder(tx: Tx, orderId: string): Promise<ReportRow | undefined> {
  return tx.db.selectFrom('lab_reports').select(columns).where('order_id', '=', orderId).executeTakeFirst()
}

export function reportsOfOrders(tx: Tx, orderIds: readonly string[]): Promise<ReportRow[]> {
  return tx.db.selectFrom('lab_reports').select(columns).where('order_id', '=', anyOf(orderIds)).execute()
}

export function lockReport(tx: Tx, id: string): Promise<ReportRow | undefined> {
  return tx.db.selectFrom('lab_reports').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function insertReport(tx: Tx, report: Omit<ReportRow, 'version' | 'prints'>): Promise<void> {
  await tx.db.insertInto('lab_reports').values({ ...report, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

/** The report says something new: prints count from there. */
export async function updateReport(tx: Tx, row: ReportRow, change: Partial<Pick<ReportRow, 'status' | 'is_sensitive' | 'issued_at' | 'patient_told_at' | 'patient_due_at'>>): Promise<void> {
  await tx.db.updateTable('lab_reports').set({ ...change, prints: 0, version: row.version + 1 }).where('id', '=', row.id).execute()
}

/** The patient was told; what the report says stays, so its version does. */
export function markTold(tx: Tx, id: string): Promise<ReportRow> {
  return tx.db.updateTable('lab_reports').set({ patient_told_at: tx.ctx.now }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

/** Reports whose time to be shown to the patient has come, locked; what another one is telling is passed over. */
export function lockDueReports(tx: Tx, limit: number): Promise<ReportRow[]> {
  return tx.db.selectFrom('lab_reports').select(columns).where('patient_told_at', 'is', null).where('patient_due_at', 'is not', null).where('patient_due_at', '<=', tx.ctx.now).orderBy('patient_due_at').limit(limit).forUpdate().skipLocked().execute()
}

/** Counts a print; the version of the report is what it says, so it stays. */
export async function countPrint(tx: Tx, id: string): Promise<void> {
  await tx.db.updateTable('lab_reports').set((eb) => ({ prints: eb('prints', '+', 1) })).where('id', '=', id).execute()
}

export interface ReportFilter {
  patientId?: string | undefined
  encounterId?: string | undefined
  facilityId?: string | undefined
  orderId?: string | undefined
}

export function listReports(tx: Tx, filter: ReportFilter, page: PageRequest): Promise<ReportRow[]> {
  let query = tx.db.selectFrom('lab_reports').select(columns).orderBy('issued_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.encounterId !== undefined) query = query.where('encounter_id', '=', filter.encounterId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.orderId !== undefined) query = query.where('order_id', '=', filter.orderId)
  return afterCursor(query, page.after, 'issued_at', { order: 'desc' }).execute()
}

/** The newest reports of a patient or a visit, for the timelines. */
export function newestOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, before: Date | null, limit: number): Promise<ReportRow[]> {
  const all = tx.db.selectFrom('lab_reports').select(columns).orderBy('issued_at', 'desc').orderBy('id').limit(limit)
  const query = 'patientId' in subject ? all.where('patient_id', '=', subject.patientId) : all.where('encounter_id', '=', subject.encounterId)
  return (before === null ? query : query.where('issued_at', '<', before)).execute()
}

export const reportsByIds = (tx: Tx, ids: readonly string[]): Promise<ReportRow[]> => tx.db.selectFrom('lab_reports').select(columns).where('id', '=', anyOf(ids)).execute()
