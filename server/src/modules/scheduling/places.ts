import { enrolmentLifecycle } from '#contract/scheduling-groups.ts'
import type { Tx } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { enrolmentsIn, updateEnrolment } from './enrolments-repo.ts'
import { readSession, type SessionRow } from './groups-repo.ts'

/** A free place of a session was offered to somebody who waits for one. */
export const placeOffered = defineEvent<{ enrolmentId: string; sessionId: string; patientId: string; facilityId: string }>('scheduling.place-offered')

/**
 * Brings the offers of a session into line with its free places: the longest waiting are offered what is free, and an offer goes back
 * when somebody else took the place. The caller holds the session's row.
 */
export async function settlePlaces(tx: Tx, session: Pick<SessionRow, 'id' | 'state'>): Promise<void> {
  if (session.state !== 'scheduled' && session.state !== 'in-progress') return
  const waiting = await enrolmentsIn(tx, session.id, ['waiting', 'offered'])
  if (waiting.length === 0) return
  const now = await readSession(tx, session.id)
  const free = now === undefined ? 0 : now.places - now.taken
  const offered = waiting.filter((one) => one.state === 'offered')
  for (const one of offered.slice(free)) await updateEnrolment(tx, one, { state: takeStep(enrolmentLifecycle, one.state, 'withdraw') })
  const next = waiting.filter((one) => one.state === 'waiting').slice(0, Math.max(0, free - offered.length))
  for (const one of next) {
    await updateEnrolment(tx, one, { state: takeStep(enrolmentLifecycle, one.state, 'offer') })
    await emit(tx, placeOffered, { enrolmentId: one.id, sessionId: session.id, patientId: one.patient_id, facilityId: one.facility_id })
  }
}
