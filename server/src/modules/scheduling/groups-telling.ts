import type { Tx } from '#kernel/db.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds, type PatientRow } from '../patients/index.ts'
import { markTold, moveAll, readEnrolment, untold } from './enrolments-repo.ts'
import { readSession, type SessionRow } from './groups-repo.ts'

type What = 'cancelled' | 'moved' | 'offered'

const isReached = (patient: PatientRow | undefined): patient is PatientRow => patient !== undefined && patient.email !== '' && patient.deceased_at === null

/** Says when and where, never what the group is for: that is nobody's business on the way. */
async function mail(tx: Tx, patient: PatientRow, { what, session }: { what: What; session: SessionRow }): Promise<void> {
  const facility = await knownFacility(tx, session.facility_id)
  const language = patient.language ?? facility.language
  const words = { when: `${session.local_date} ${session.local_time}`, facility: facility.name, phone: facility.phone }
  await queueMail(tx, { to: patient.email, subject: message(language, `scheduling.mail.${what}.subject`, words), text: message(language, `scheduling.mail.${what}.text`, words) })
}

/** Listener after the commit: a session was moved or cancelled. Who has a mail address hears it by mail; the others stay on the list of those to be called. It acts for the hospital, so that no wall keeps anybody from being told. */
export async function tellGroup(tx: Tx, { sessionId, state }: { sessionId: string; state: string }): Promise<void> {
  const session = await readSession(tx, sessionId)
  if (session === undefined) return
  if (session.state === 'cancelled') await moveAll(tx, sessionId, { from: ['waiting', 'offered', 'enrolled', 'checked-in', 'absent'], state: 'cancelled', cancelledBy: 'clinic', reason: session.cancel_reason })
  if (!canMail()) return
  const rows = await untold(tx, sessionId)
  const patients = new Map((await patientsByIds(tx, rows.map((row) => row.patient_id))).map((patient) => [patient.id, patient]))
  const reached = rows.filter((row) => isReached(patients.get(row.patient_id)))
  for (const row of reached) {
    const patient = patients.get(row.patient_id)
    if (patient !== undefined) await mail(tx, patient, { what: state === 'moved' ? 'moved' : 'cancelled', session })
  }
  if (reached.length > 0) await markTold(tx, reached.map((row) => row.id))
}

/** Listener after the commit: somebody who waits hears that a place is free, as long as it still is theirs to take. */
export async function tellOffered(tx: Tx, { enrolmentId, sessionId }: { enrolmentId: string; sessionId: string }): Promise<void> {
  if (!canMail()) return
  const [row, session] = await Promise.all([readEnrolment(tx, enrolmentId), readSession(tx, sessionId)])
  if (row?.state !== 'offered' || session === undefined) return
  const [patient] = await patientsByIds(tx, [row.patient_id])
  if (isReached(patient)) await mail(tx, patient, { what: 'offered', session })
}
