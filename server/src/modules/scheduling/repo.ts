import type { ScheduleException, WeeklyEntry } from '#contract/scheduling.ts'
import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

export interface ScheduleRow {
  id: string
  version: number
  practitioner_id: string
  facility_id: string
  weekly: WeeklyEntry[]
  exceptions: ScheduleException[]
  is_active: boolean
}

const scheduleColumns = ['id', 'version', 'practitioner_id', 'facility_id', 'weekly', 'exceptions', 'is_active'] as const

export function schedulesOf(tx: Tx, filter: { practitionerId?: string | undefined; facilityId?: string | undefined }): Promise<ScheduleRow[]> {
  let query = tx.db.selectFrom('schedules').select(scheduleColumns).orderBy('practitioner_id').orderBy('facility_id').limit(500)
  if (filter.practitionerId !== undefined) query = query.where('practitioner_id', '=', filter.practitionerId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return query.execute()
}

export function lockSchedule(tx: Tx, practitionerId: string, facilityId: string): Promise<ScheduleRow | undefined> {
  return tx.db.selectFrom('schedules').select(scheduleColumns).where('practitioner_id', '=', practitionerId).where('facility_id', '=', facilityId).forUpdate().executeTakeFirst()
}

interface ScheduleWrite {
  weekly: string
  exceptions: string
  is_active: boolean
}

export function insertSchedule(tx: Tx, schedule: ScheduleWrite & { practitioner_id: string; facility_id: string }): Promise<ScheduleRow> {
  return tx.db.insertInto('schedules').values({ ...schedule, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(scheduleColumns).executeTakeFirstOrThrow()
}

export function updateSchedule(tx: Tx, id: string, version: number, schedule: ScheduleWrite): Promise<ScheduleRow> {
  return tx.db.updateTable('schedules').set({ ...schedule, version: version + 1 }).where('id', '=', id).returning(scheduleColumns).executeTakeFirstOrThrow()
}

const columns = [
  'id', 'version', 'patient_id', 'practitioner_id', 'facility_id', 'starts_at', 'ends_at', 'local_date', 'local_time', 'time_zone', 'visit_type', 'state', 'reason', 'notes', 'token', 'checked_in_at', 'started_at', 'encounter_id', 'series_id',
  'rescheduled_from', 'cancelled_by', 'is_walk_in',
] as const

export interface AppointmentRow {
  id: string
  version: number
  patient_id: string
  practitioner_id: string
  facility_id: string
  starts_at: Date
  ends_at: Date
  local_date: string
  local_time: string
  time_zone: string
  visit_type: string
  state: string
  reason: string
  notes: string
  token: number | null
  checked_in_at: Date | null
  started_at: Date | null
  encounter_id: string | null
  series_id: string | null
  rescheduled_from: Date | null
  cancelled_by: string | null
  is_walk_in: boolean
}

export type NewAppointment = Pick<AppointmentRow, 'patient_id' | 'practitioner_id' | 'facility_id' | 'starts_at' | 'ends_at' | 'local_date' | 'local_time' | 'time_zone' | 'visit_type' | 'state' | 'reason'> & Partial<Pick<AppointmentRow, 'series_id' | 'is_walk_in' | 'token' | 'checked_in_at' | 'encounter_id'>>

export function insertAppointment(tx: Tx, id: string, appointment: NewAppointment): Promise<AppointmentRow> {
  return tx.db.insertInto('appointments').values({ ...appointment, id, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readAppointment(tx: Tx, id: string): Promise<AppointmentRow | undefined> {
  return tx.db.selectFrom('appointments').select(columns).where('id', '=', id).executeTakeFirst()
}

/** The appointment, locked until the transaction ends. */
export function lockAppointment(tx: Tx, id: string): Promise<AppointmentRow | undefined> {
  return tx.db.selectFrom('appointments').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export type AppointmentChange = Partial<Omit<AppointmentRow, 'id' | 'version' | 'patient_id' | 'facility_id'>> & { cancel_reason?: string }

export function updateAppointment(tx: Tx, id: string, version: number, change: AppointmentChange): Promise<AppointmentRow> {
  return tx.db.updateTable('appointments').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface ListFilter {
  facilityId?: string | undefined
  /** Facilities the reader may see, when none is named. */
  readable: readonly string[]
  practitionerId?: string | undefined
  patientId?: string | undefined
  state?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function listAppointments(tx: Tx, filter: ListFilter, page: PageRequest): Promise<AppointmentRow[]> {
  let query = tx.db.selectFrom('appointments').select(columns).orderBy('starts_at').orderBy('id').limit(page.limit + 1)
  query = filter.facilityId === undefined ? query.where('facility_id', '=', anyOf(filter.readable)) : query.where('facility_id', '=', filter.facilityId)
  if (filter.practitionerId !== undefined) query = query.where('practitioner_id', '=', filter.practitionerId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.from !== undefined) query = query.where('starts_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('starts_at', '<', new Date(filter.to))
  return afterCursor(query, page.after, 'starts_at').execute()
}

export function patientAppointments(tx: Tx, patientId: string, before: Date | null, limit: number): Promise<AppointmentRow[]> {
  const query = tx.db.selectFrom('appointments').select(columns).where('patient_id', '=', patientId).orderBy('starts_at', 'desc').limit(limit)
  return (before === null ? query : query.where('starts_at', '<', before)).execute()
}

export function futureOf(tx: Tx, practitionerId: string, facilityId: string): Promise<AppointmentRow[]> {
  return tx.db.selectFrom('appointments').select(columns).where('practitioner_id', '=', practitionerId).where('facility_id', '=', facilityId).where('starts_at', '>', tx.ctx.now).where('state', 'in', ['scheduled', 'confirmed']).orderBy('starts_at').limit(500).execute()
}

/** Who is here today: `on` is the day of the check-in. */
export function queueOf(tx: Tx, facilityId: string, on: string, practitionerId: string | undefined): Promise<AppointmentRow[]> {
  const query = tx.db
    .selectFrom('appointments')
    .select(columns)
    .where('facility_id', '=', facilityId)
    .where('queue_on', '=', on)
    .where('token', 'is not', null)
    .where('state', 'in', ['checked-in', 'in-progress'])
    .orderBy('token')
    .orderBy('checked_in_at')
    .limit(500)
  return (practitionerId === undefined ? query : query.where('practitioner_id', '=', practitionerId)).execute()
}

// No booking of a practitioner lasts longer, so what begins earlier cannot reach into the range.
const longestBookingMs = 86_400_000

/** What is taken of many practitioners in one statement. */
export function busyOf(tx: Tx, practitionerIds: readonly string[], from: Date, to: Date) {
  return tx.db
    .selectFrom('bookings')
    .select(['resource_id', 'seat', 'starts_at', 'ends_at'])
    .where('resource_kind', '=', 'practitioner')
    .where('resource_id', '=', anyOf(practitionerIds))
    .where('starts_at', '>=', new Date(from.getTime() - longestBookingMs))
    .where('starts_at', '<', to)
    .where('ends_at', '>', from)
    .execute()
}

export interface Move {
  appointment_id: string
  from_practitioner_id: string
  from_starts_at: Date
  to_practitioner_id: string
  to_starts_at: Date
}

export async function insertMove(tx: Tx, move: Move): Promise<void> {
  await tx.db.insertInto('appointment_moves').values({ ...move, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

export function movesOf(tx: Tx, appointmentId: string) {
  return tx.db
    .selectFrom('appointment_moves')
    .select(['id', 'from_practitioner_id', 'from_starts_at', 'to_practitioner_id', 'to_starts_at', 'created_at', 'created_by'])
    .where('appointment_id', '=', appointmentId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(200)
    .execute()
}
