import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = [
  'id', 'version', 'course_id', 'facility_id', 'practitioner_id', 'room_id', 'name', 'note', 'starts_at', 'ends_at', 'local_date', 'local_time', 'time_zone', 'places', 'taken', 'state', 'cancel_reason',
] as const

export interface SessionRow {
  id: string
  version: number
  course_id: string
  facility_id: string
  practitioner_id: string | null
  room_id: string | null
  name: string
  note: string
  starts_at: Date
  ends_at: Date
  local_date: string
  local_time: string
  time_zone: string
  places: number
  /** Kept by the database: how many are enrolled, have come or stayed away. */
  taken: number
  state: string
  cancel_reason: string
}

export type NewSession = Omit<SessionRow, 'id' | 'version' | 'taken' | 'cancel_reason'>

export function insertSession(tx: Tx, id: string, row: NewSession): Promise<SessionRow> {
  return tx.db.insertInto('group_sessions').values({ ...row, id, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readSession(tx: Tx, id: string): Promise<SessionRow | undefined> {
  return tx.db.selectFrom('group_sessions').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lockSession(tx: Tx, id: string): Promise<SessionRow | undefined> {
  return tx.db.selectFrom('group_sessions').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** This session of a course and those after it that are still to come, locked in the order of their ids. */
export function lockCourse(tx: Tx, from: SessionRow): Promise<SessionRow[]> {
  return tx.db
    .selectFrom('group_sessions')
    .select(columns)
    .where('course_id', '=', from.course_id)
    .where('starts_at', '>=', from.starts_at)
    .where('state', '=', 'scheduled')
    .orderBy('id')
    .limit(200)
    .forUpdate()
    .execute()
}

export type SessionChange = Partial<Omit<NewSession, 'course_id' | 'facility_id'>> & { cancel_reason?: string }

export function updateSession(tx: Tx, row: SessionRow, change: SessionChange): Promise<SessionRow> {
  return tx.db.updateTable('group_sessions').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

interface ListFilter {
  readable: readonly string[]
  facilityId?: string | undefined
  practitionerId?: string | undefined
  roomId?: string | undefined
  courseId?: string | undefined
  state?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function listSessions(tx: Tx, filter: ListFilter, page: PageRequest): Promise<SessionRow[]> {
  let query = tx.db.selectFrom('group_sessions').select(columns).orderBy('starts_at').orderBy('id').limit(page.limit + 1)
  query = filter.facilityId === undefined ? query.where('facility_id', '=', anyOf(filter.readable)) : query.where('facility_id', '=', filter.facilityId)
  if (filter.practitionerId !== undefined) query = query.where('practitioner_id', '=', filter.practitionerId)
  if (filter.roomId !== undefined) query = query.where('room_id', '=', filter.roomId)
  if (filter.courseId !== undefined) query = query.where('course_id', '=', filter.courseId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.from !== undefined) query = query.where('starts_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('starts_at', '<', new Date(filter.to))
  return afterCursor(query, page.after, 'starts_at').execute()
}

/** How many wait for each of some sessions, in one statement. */
export async function waitingIn(tx: Tx, sessionIds: readonly string[]): Promise<Map<string, number>> {
  if (sessionIds.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('group_enrolments')
    .select((eb) => ['session_id', eb.fn.countAll().as('n')])
    .where('session_id', '=', anyOf(sessionIds))
    .where('state', 'in', ['waiting', 'offered'])
    .groupBy('session_id')
    .execute()
  return new Map(rows.map((row) => [row.session_id, Number(row.n)]))
}

const longestMs = 86_400_000

/** What else is booked of a practitioner or room between two instants, but for what one session holds itself. */
export async function takenBy(tx: Tx, resource: { kind: 'practitioner' | 'room'; id: string; from: Date; to: Date; except: string | undefined }): Promise<{ starts_at: Date; ends_at: Date }[]> {
  const rows = await tx.db
    .selectFrom('bookings')
    .select(['starts_at', 'ends_at', 'subject_id'])
    .where('resource_kind', '=', resource.kind)
    .where('resource_id', '=', resource.id)
    .where('starts_at', '>=', new Date(resource.from.getTime() - longestMs))
    .where('starts_at', '<', resource.to)
    .where('ends_at', '>', resource.from)
    .execute()
  return rows.filter((row) => row.subject_id !== resource.except)
}

const roomColumns = ['id', 'version', 'facility_id', 'name', 'places', 'is_active'] as const

export interface RoomRow {
  id: string
  version: number
  facility_id: string
  name: string
  places: number
  is_active: boolean
}

export function insertRoom(tx: Tx, room: Pick<RoomRow, 'facility_id' | 'name' | 'places'>): Promise<RoomRow> {
  return tx.db.insertInto('rooms').values({ ...room, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(roomColumns).executeTakeFirstOrThrow()
}

export function lockRoom(tx: Tx, id: string): Promise<RoomRow | undefined> {
  return tx.db.selectFrom('rooms').select(roomColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateRoom(tx: Tx, row: RoomRow, change: Partial<Pick<RoomRow, 'name' | 'places' | 'is_active'>>): Promise<RoomRow> {
  return tx.db.updateTable('rooms').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(roomColumns).executeTakeFirstOrThrow()
}

export function roomsByIds(tx: Tx, ids: readonly string[]): Promise<RoomRow[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.db.selectFrom('rooms').select(roomColumns).where('id', '=', anyOf(ids)).execute()
}

export function listRooms(tx: Tx, filter: { readable: readonly string[]; facilityId?: string | undefined }, page: PageRequest): Promise<RoomRow[]> {
  let query = tx.db.selectFrom('rooms').select(roomColumns).orderBy('name').orderBy('id').limit(page.limit + 1)
  query = filter.facilityId === undefined ? query.where('facility_id', '=', anyOf(filter.readable)) : query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'name').execute()
}
