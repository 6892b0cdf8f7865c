import type { Tx } from '#kernel/db.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { reportsByIds } from './reports-repo.ts'

/** Listener after the commit: a patient with a mail address hears, in their language, that a report is ready. What it says does not go by mail, nor what was tested. */
export async function mailPatient(tx: Tx, { reportId, patientId, facilityId }: { reportId: string; patientId: string; facilityId: string }): Promise<void> {
  if (!canMail()) return
  const [[patient], [report], facility] = await Promise.all([patientsByIds(tx, [patientId]), reportsByIds(tx, [reportId]), knownFacility(tx, facilityId)])
  if (patient === undefined || report === undefined || patient.email === '' || patient.deceased_at !== null) return
  const language = patient.language ?? facility.language
  const words = { number: report.number, facility: facility.name }
  const isChanged = report.status === 'corrected' || report.status === 'amended'
  await queueMail(tx, { to: patient.email, subject: message(language, isChanged ? 'laboratory.mail.changedSubject' : 'laboratory.mail.subject', words), text: message(language, isChanged ? 'laboratory.mail.changedText' : 'laboratory.mail.text', words) })
}
