import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'session_id', 'patient_id', 'facility_id', 'state', 'note', 'checked_in_at', 'cancelled_by', 'cancel_reason', 'is_to_tell', 'told_at', 'created_at'] as const

export interface EnrolmentRow {
  id: string
  version: number
  session_id: string
  patient_id: string
  facility_id: string
  state: string
  note: string
  checked_in_at: Date | null
  cancelled_by: string | null
  cancel_reason: string
  is_to_tell: boolean
  told_at: Date | null
  created_at: Date
}

export function insertEnrolment(tx: Tx, row: Pick<EnrolmentRow, 'session_id' | 'patient_id' | 'facility_id' | 'state' | 'note'>): Promise<EnrolmentRow> {
  return tx.db.insertInto('group_enrolments').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readEnrolment(tx: Tx, id: string): Promise<EnrolmentRow | undefined> {
  return tx.db.selectFrom('group_enrolments').select(columns).where('id', '=', id).executeTakeFirst()
}

export type EnrolmentChange = Partial<Pick<EnrolmentRow, 'state' | 'note' | 'checked_in_at' | 'cancelled_by' | 'cancel_reason' | 'is_to_tell' | 'told_at'>>

export function updateEnrolment(tx: Tx, row: EnrolmentRow, change: EnrolmentChange): Promise<EnrolmentRow> {
  return tx.db.updateTable('group_enrolments').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export function listEnrolments(tx: Tx, sessionId: string, page: PageRequest): Promise<EnrolmentRow[]> {
  const query = tx.db.selectFrom('group_enrolments').select(columns).where('session_id', '=', sessionId).orderBy('created_at').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at').execute()
}

/** Everybody of a session in one of some states, longest there first; the caller holds the session. */
export function enrolmentsIn(tx: Tx, sessionId: string, states: readonly string[]): Promise<EnrolmentRow[]> {
  return tx.db.selectFrom('group_enrolments').select(columns).where('session_id', '=', sessionId).where('state', 'in', [...states]).orderBy('created_at').orderBy('id').execute()
}

/** What a patient has in some sessions and did not leave. */
export function enrolmentsOf(tx: Tx, patientId: string, sessionIds: readonly string[]): Promise<EnrolmentRow[]> {
  return tx.db.selectFrom('group_enrolments').select(columns).where('patient_id', '=', patientId).where('session_id', '=', anyOf(sessionIds)).where('state', '<>', 'cancelled').orderBy('created_at').execute()
}

interface MovedAll {
  from: readonly string[]
  state: string
  cancelledBy: string | null
  reason: string
}

/** Puts everybody of a session from some states into another, in one statement; who is sent away by the clinic is to be told. */
export function moveAll(tx: Tx, sessionId: string, { from, state, cancelledBy, reason }: MovedAll): Promise<{ id: string; patient_id: string }[]> {
  return rawInTenant(
    tx,
    `update group_enrolments set state = $4, checked_in_at = null, cancelled_by = $5::text, cancel_reason = $6, is_to_tell = $5::text is not distinct from 'clinic', version = version + 1 where tenant_id = $1 and session_id = $2 and state = any($3::text[]) returning id, patient_id`,
    [tx.ctx.tenantId, sessionId, from, state, cancelledBy, reason],
  )
}

/** A session was moved: whoever is in it or waits for it is to be told. */
export async function askToTell(tx: Tx, sessionId: string): Promise<void> {
  await rawInTenant(tx, "update group_enrolments set is_to_tell = true, version = version + 1 where tenant_id = $1 and session_id = $2 and state in ('waiting', 'offered', 'enrolled')", [tx.ctx.tenantId, sessionId])
}

/** Who of a session is still to be told. */
export function untold(tx: Tx, sessionId: string): Promise<EnrolmentRow[]> {
  return tx.db.selectFrom('group_enrolments').select(columns).where('session_id', '=', sessionId).where('is_to_tell', '=', true).orderBy('id').execute()
}

export async function markTold(tx: Tx, ids: readonly string[]): Promise<void> {
  await rawInTenant(tx, 'update group_enrolments set is_to_tell = false, told_at = $3, version = version + 1 where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids, tx.ctx.now])
}

export interface PatientGroup {
  id: string
  name: string
  starts_at: Date
}

/** Sessions of a patient, newest first, for the timeline. */
export function patientGroups(tx: Tx, patientId: string, before: Date | null, limit: number): Promise<PatientGroup[]> {
  const query = tx.db
    .selectFrom('group_enrolments')
    .innerJoin('group_sessions', (join) => join.onRef('group_sessions.id', '=', 'group_enrolments.session_id'))
    .select(['group_sessions.id', 'group_sessions.name', 'group_sessions.starts_at'])
    .where('group_enrolments.patient_id', '=', patientId)
    .where('group_enrolments.state', '<>', 'cancelled')
    .orderBy('group_sessions.starts_at', 'desc')
    .limit(limit)
  return (before === null ? query : query.where('group_sessions.starts_at', '<', before)).execute()
}

/** Sessions in which both of two patients have an open place. */
export async function haveSessionInCommon(tx: Tx, a: string, b: string): Promise<boolean> {
  const rows = await rawInTenant(
    tx,
    `select 1 from group_enrolments x join group_enrolments y on y.tenant_id = x.tenant_id and y.session_id = x.session_id
     where x.tenant_id = $1 and x.patient_id = $2 and y.patient_id = $3 and x.state in ('waiting', 'offered', 'enrolled') and y.state in ('waiting', 'offered', 'enrolled') limit 1`,
    [tx.ctx.tenantId, a, b],
  )
  return rows.length > 0
}
