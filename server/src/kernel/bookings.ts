import { rawInTenant, type Tx } from './db.ts'
import { newId } from './ids.ts'

export type ResourceKind = 'practitioner' | 'room' | 'bed' | 'theatre' | 'chair' | 'therapist' | 'machine'

export interface Booking {
  resourceKind: ResourceKind
  resourceId: string
  /** Overbooking is the next seat; a group has as many seats as its capacity. */
  seat?: number
  /** Half-open: [startsAt, endsAt). */
  startsAt: Date
  endsAt: Date
  subjectType: string
  subjectId: string
}

/**
 * Takes a resource for a time. The exclusion constraint `bookings_taken` refuses what is taken; those who want the same resource
 * at the same instant stand in line before it, since two that meet inside it wait for each other until one is given up.
 */
export async function book(tx: Tx, booking: Booking): Promise<string> {
  const id = newId()
  await rawInTenant(
    tx,
    `insert into bookings (tenant_id, id, resource_kind, resource_id, seat, starts_at, ends_at, subject_type, subject_id)
     select $1::uuid, $2::uuid, $3::text, $4::uuid, $5::int, $6::timestamptz, $7::timestamptz, $8::text, $9::uuid
     from (select pg_advisory_xact_lock(hashtextextended($1::text || $3::text || $4::text || $6::text, 0))) as turn`,
    [tx.ctx.tenantId, id, booking.resourceKind, booking.resourceId, booking.seat ?? 1, booking.startsAt, booking.endsAt, booking.subjectType, booking.subjectId],
  )
  return id
}

/** Gives back everything a subject holds. */
export async function release(tx: Tx, subjectType: string, subjectId: string): Promise<void> {
  await tx.db.deleteFrom('bookings').where('subject_type', '=', subjectType).where('subject_id', '=', subjectId).execute()
}

/** What is taken between two instants, by plain comparisons that use the index under row security. */
export async function busy(tx: Tx, kind: ResourceKind, resourceId: string, from: Date, to: Date): Promise<{ startsAt: Date; endsAt: Date; seat: number; subjectId: string }[]> {
  const longest = new Date(from.getTime() - 86_400_000 * 2)
  const rows = await tx.db
    .selectFrom('bookings')
    .select(['starts_at', 'ends_at', 'seat', 'subject_id'])
    .where('resource_kind', '=', kind)
    .where('resource_id', '=', resourceId)
    .where('starts_at', '>=', longest)
    .where('starts_at', '<', to)
    .where('ends_at', '>', from)
    .orderBy('starts_at')
    .execute()
  return rows.map((row) => ({ startsAt: row.starts_at, endsAt: row.ends_at, seat: row.seat, subjectId: row.subject_id }))
}
