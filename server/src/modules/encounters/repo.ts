import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'facility_id', 'practitioner_id', 'class', 'system', 'state', 'appointment_id', 'token', 'opened_at', 'started_at', 'closed_at'] as const

export interface EncounterRow {
  id: string
  version: number
  patient_id: string
  facility_id: string
  practitioner_id: string | null
  class: string
  system: string
  state: string
  appointment_id: string | null
  token: number | null
  opened_at: Date
  started_at: Date | null
  closed_at: Date | null
}

export type NewEncounter = Pick<EncounterRow, 'id' | 'patient_id' | 'facility_id' | 'practitioner_id' | 'class' | 'system' | 'appointment_id' | 'token'>

export function insertEncounter(tx: Tx, encounter: NewEncounter): Promise<EncounterRow> {
  return tx.db.insertInto('encounters').values({ ...encounter, state: 'checked-in', opened_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readEncounter(tx: Tx, id: string): Promise<EncounterRow | undefined> {
  return tx.db.selectFrom('encounters').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockEncounter(tx: Tx, id: string): Promise<EncounterRow | undefined> {
  return tx.db.selectFrom('encounters').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateEncounter(tx: Tx, id: string, version: number, change: Partial<Pick<EncounterRow, 'state' | 'practitioner_id' | 'appointment_id' | 'started_at' | 'closed_at' | 'token'>> & { reason?: string }): Promise<EncounterRow> {
  return tx.db.updateTable('encounters').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface EncounterFilter {
  patientId?: string | undefined
  facilityId?: string | undefined
  /** Facilities the reader may see, when none is named. */
  readable: readonly string[]
  practitionerId?: string | undefined
  state?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function listEncounters(tx: Tx, filter: EncounterFilter, page: PageRequest): Promise<EncounterRow[]> {
  let query = tx.db.selectFrom('encounters').select(columns).orderBy('opened_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  query = filter.facilityId === undefined ? query.where('facility_id', '=', anyOf(filter.readable)) : query.where('facility_id', '=', filter.facilityId)
  if (filter.from !== undefined) query = query.where('opened_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('opened_at', '<', new Date(filter.to))
  if (filter.practitionerId !== undefined) query = query.where('practitioner_id', '=', filter.practitionerId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'opened_at', { order: 'desc' }).execute()
}

export function patientEncounters(tx: Tx, patientId: string, before: Date | null, limit: number): Promise<EncounterRow[]> {
  const query = tx.db.selectFrom('encounters').select(columns).where('patient_id', '=', patientId).orderBy('opened_at', 'desc').orderBy('id').limit(limit)
  return (before === null ? query : query.where('opened_at', '<', before)).execute()
}

const taskColumns = ['id', 'version', 'title', 'note', 'patient_id', 'assignee_id', 'due_at', 'state', 'escalated_at', 'created_at'] as const

export interface TaskRow {
  id: string
  version: number
  title: string
  note: string
  patient_id: string | null
  assignee_id: string | null
  due_at: Date | null
  state: string
  escalated_at: Date | null
  created_at: Date
}

export function insertTask(tx: Tx, task: { title: string; note: string; patient_id: string | null; assignee_id: string | null; due_at: Date | null }): Promise<TaskRow> {
  return tx.db.insertInto('tasks').values({ ...task, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(taskColumns).executeTakeFirstOrThrow()
}

export function lockTask(tx: Tx, id: string): Promise<TaskRow | undefined> {
  return tx.db.selectFrom('tasks').select(taskColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateTask(tx: Tx, id: string, version: number, change: { state: string; assignee_id?: string; note?: string }): Promise<TaskRow> {
  return tx.db.updateTable('tasks').set({ ...change, version: version + 1 }).where('id', '=', id).returning(taskColumns).executeTakeFirstOrThrow()
}

export type TaskOrder = 'due' | 'newest'
/** Where a task without a time stands among those that have one; the same as of the column `due_order`. */
export const neverDue = new Date('9999-12-31T00:00:00Z')

interface TaskFilter {
  assigneeId?: string | undefined
  state?: string | undefined
  dueBefore?: string | undefined
  patientId?: string | undefined
  order: TaskOrder
}

export function listTasks(tx: Tx, filter: TaskFilter, { limit, after }: PageRequest): Promise<TaskRow[]> {
  let query = tx.db.selectFrom('tasks').select(taskColumns).limit(limit + 1)
  if (filter.assigneeId !== undefined) query = query.where('assignee_id', '=', filter.assigneeId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.dueBefore !== undefined) query = query.where('due_at', '<', new Date(filter.dueBefore))
  if (filter.order === 'due') return afterCursor(query, after, 'due_order').orderBy('due_order').orderBy('id').execute()
  return afterCursor(query, after, 'created_at', { order: 'desc' }).orderBy('created_at', 'desc').orderBy('id').execute()
}

/** Open tasks past their time that nobody was told of, locked; what another run holds is passed over. */
export function lockOverdue(tx: Tx, limit: number) {
  return tx.db
    .selectFrom('tasks')
    .select(['id', 'patient_id', 'assignee_id'])
    .where('state', 'in', ['open', 'in-progress'])
    .where('due_at', '<', tx.ctx.now)
    .where('escalated_at', 'is', null)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export async function markEscalated(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.db
    .updateTable('tasks')
    .set((eb) => ({ escalated_at: tx.ctx.now, version: eb('version', '+', 1) }))
    .where('id', '=', anyOf(ids))
    .execute()
}
