import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'practitioner_id', 'facility_id', 'visit_type', 'from_on', 'to_on', 'state', 'offered_practitioner_id', 'offered_starts_at', 'created_at'] as const

export interface WaitingRow {
  id: string
  version: number
  patient_id: string
  practitioner_id: string | null
  facility_id: string
  visit_type: string
  from_on: string | null
  to_on: string | null
  state: string
  offered_practitioner_id: string | null
  offered_starts_at: Date | null
  created_at: Date
}

export type NewWaiting = Pick<WaitingRow, 'patient_id' | 'practitioner_id' | 'facility_id' | 'visit_type' | 'from_on' | 'to_on'> & { note: string }

export function insertWaiting(tx: Tx, row: NewWaiting): Promise<WaitingRow> {
  return tx.db.insertInto('waiting_list').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function lockWaiting(tx: Tx, id: string): Promise<WaitingRow | undefined> {
  return tx.db.selectFrom('waiting_list').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export type WaitingChange = Partial<Pick<WaitingRow, 'state' | 'offered_practitioner_id' | 'offered_starts_at'>>

export function updateWaiting(tx: Tx, id: string, version: number, change: WaitingChange): Promise<WaitingRow> {
  return tx.db.updateTable('waiting_list').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function listWaiting(tx: Tx, filter: { facilityId?: string | undefined; readable: readonly string[]; practitionerId?: string | undefined }, page: PageRequest): Promise<WaitingRow[]> {
  let query = tx.db.selectFrom('waiting_list').select(columns).where('state', 'in', ['waiting', 'offered']).orderBy('created_at').orderBy('id').limit(page.limit + 1)
  query = filter.facilityId === undefined ? query.where('facility_id', '=', anyOf(filter.readable)) : query.where('facility_id', '=', filter.facilityId)
  if (filter.practitionerId !== undefined) query = query.where('practitioner_id', '=', filter.practitionerId)
  return afterCursor(query, page.after, 'created_at').execute()
}

export interface FreedSlot {
  facilityId: string
  practitionerId: string
  startsAt: Date
  on: string
  visitType: string
  /** Who gave it back is not offered it again. */
  patientId: string
}

/** The longest-waiting entry that fits a freed slot, locked; one that another cancellation is just offering is passed over. */
export function nextFor(tx: Tx, freed: FreedSlot): Promise<WaitingRow | undefined> {
  return tx.db
    .selectFrom('waiting_list')
    .select(columns)
    .where('facility_id', '=', freed.facilityId)
    .where('state', '=', 'waiting')
    .where('visit_type', '=', freed.visitType)
    .where('patient_id', '<>', freed.patientId)
    .where((eb) => eb.and([
      eb.or([eb('practitioner_id', 'is', null), eb('practitioner_id', '=', freed.practitionerId)]),
      eb.or([eb('from_on', 'is', null), eb('from_on', '<=', freed.on)]),
      eb.or([eb('to_on', 'is', null), eb('to_on', '>=', freed.on)]),
    ]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

/** Entries to which one slot was offered, locked in the order of their ids. */
export function lockOffered(tx: Tx, practitionerId: string, startsAt: Date): Promise<WaitingRow[]> {
  return tx.db
    .selectFrom('waiting_list')
    .select(columns)
    .where('offered_practitioner_id', '=', practitionerId)
    .where('offered_starts_at', '=', startsAt)
    .where('state', '=', 'offered')
    .orderBy('id')
    .limit(50)
    .forUpdate()
    .execute()
}
