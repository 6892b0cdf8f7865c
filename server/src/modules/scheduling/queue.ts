import type { RouteInput } from '#contract/define.ts'
import type { scheduling } from '#contract/scheduling.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { presentQueueItem } from './present.ts'
import * as repo from './repo.ts'
import { wallTime } from './rules.ts'
import { namesFor } from './service.ts'

type Input<K extends keyof typeof scheduling> = RouteInput<(typeof scheduling)[K]>

/** The next token of a practitioner's day in a facility; the counter stays locked until the transaction ends, so call it late. */
export function nextToken(tx: Tx, queue: { facilityId: string; practitionerId: string; on: string }): Promise<number> {
  return nextNumber(tx, { scope: queue.facilityId, kind: 'token', series: `${queue.practitionerId}:${queue.on}`, fiscalYear: '' })
}

export interface WalkIn {
  patientId: string
  practitionerId: string
  facilityId: string
  encounterId: string
  visitType: string
  reason: string
}

const walkInMinutes = 30

/** An appointment for somebody who came without one: checked in now, with a token, and no slot is taken. */
export async function insertWalkIn(tx: Tx, walkIn: WalkIn): Promise<repo.AppointmentRow> {
  const { timeZone } = await facilityOf(tx, walkIn.facilityId)
  const { now } = tx.ctx
  const wall = wallTime(now, timeZone)
  const token = await nextToken(tx, { facilityId: walkIn.facilityId, practitionerId: walkIn.practitionerId, on: wall.local_date })
  return repo.insertAppointment(tx, newId(), {
    patient_id: walkIn.patientId, practitioner_id: walkIn.practitionerId, facility_id: walkIn.facilityId, starts_at: now, ends_at: new Date(now.getTime() + walkInMinutes * 60_000), ...wall,
    visit_type: walkIn.visitType, state: 'checked-in', reason: walkIn.reason, is_walk_in: true, checked_in_at: now, encounter_id: walkIn.encounterId, token,
  })
}

export function queue(ctx: Ctx, { query }: Input<'queue'>) {
  requirePermission(ctx, 'scheduling.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await facilityOf(tx, query.facilityId)
    const rows = await repo.queueOf(tx, query.facilityId, localDate(ctx.now, timeZone), query.practitionerId)
    const names = await namesFor(tx, rows)
    return { items: rows.map((row) => presentQueueItem(row, names, ctx.now)), nextCursor: null }
  })
}

/** Tokens and practitioners only: the display hangs where everybody sees it. */
export function board(ctx: Ctx, facilityId: string) {
  requirePermission(ctx, 'scheduling.read', facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await facilityOf(tx, facilityId)
    const rows = await repo.queueOf(tx, facilityId, localDate(ctx.now, timeZone), undefined)
    const practitioners = await userNames(tx, rows.map((row) => row.practitioner_id))
    return { items: rows.map((row) => ({ token: row.token ?? 0, state: row.state, practitionerName: practitioners.get(row.practitioner_id) ?? '' })), nextCursor: null }
  })
}
