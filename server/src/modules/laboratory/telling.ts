import type { Tx } from '#kernel/db.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { raiseAlert } from '../alerts/index.ts'
import { departmentHeads, knownFacility } from '../organizations/index.ts'
import { ordersByIds } from '../orders/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { usersWithRole } from '../people/index.ts'
import { testsByIds } from './catalogue-repo.ts'
import { lockRun } from './quality-repo.ts'
import { reportsByIds } from './reports-repo.ts'
import * as specimens from './specimens-repo.ts'

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

/** Which tube, by its number and what it holds: never by its tests, of which one may be sensitive. */
const tubeOf = (tube: specimens.SpecimenRow): string => `${tube.number} (${[tube.type, tube.container].filter(Boolean).join(', ')})`

interface TubeNews {
  kind: 'specimen-rejected' | 'specimen-missed'
  version: number
  title: string
  detail: string
}

/** Tells whoever ordered, and who took it or is to take it, of what happened to a tube. */
async function tellOfTube(tx: Tx, tube: specimens.SpecimenRow, { kind, version, title, detail }: TubeNews): Promise<void> {
  const [order] = tube.order_id === null ? [] : await ordersByIds(tx, [tube.order_id])
  const beside = [tube.collected_by, tube.collector_id].filter((id): id is string => id !== null && id !== tx.ctx.userId)
  await raiseAlert(tx, { kind, severity: 'warning', facilityId: tube.facility_id, patientId: tube.patient_id, encounterId: tube.encounter_id, subject: { type: 'specimen', id: tube.id, version }, title, detail, responsibleId: order?.orderer_id ?? null, alsoTell: [...new Set(beside)] })
}

/** Listener in the transaction: a rejected tube is told with its reason, and whether a new one waits to be taken. */
export async function tellRejected(tx: Tx, { specimenId, recollectionId, facilityId }: { specimenId: string; recollectionId: string | null; facilityId: string }): Promise<void> {
  const { language } = await knownFacility(tx, facilityId)
  const tubes = new Map((await specimens.specimensByIds(tx, [specimenId, ...(recollectionId === null ? [] : [recollectionId])])).map((row) => [row.id, row]))
  const tube = tubes.get(specimenId)
  if (tube === undefined) return
  const again = tubes.get(recollectionId ?? '')
  const place = [tube.ward, tube.bed].filter(Boolean).join(' ')
  const next = again === undefined ? message(language, 'laboratory.alert.rejectedEnded') : message(language, 'laboratory.alert.rejectedAgain', { number: again.number })
  await tellOfTube(tx, tube, { kind: 'specimen-rejected', version: 0, title: message(language, 'laboratory.alert.rejected', { tube: tubeOf(tube), reason: tube.reason }).slice(0, 300), detail: [next, place].filter(Boolean).join(' · ') })
}

/** A refusal is told at once, anything else from the second time on: a patient who was out for once is met at the next round. */
export async function tellMissed(tx: Tx, missed: readonly specimens.SpecimenRow[]): Promise<void> {
  const told = missed.filter((row) => row.missed_cause === 'refused' || row.attempts > 1)
  for (const tube of new Map(told.map((row) => [row.order_id ?? row.id, row])).values()) {
    const { language } = await knownFacility(tx, tube.facility_id)
    const reason = [message(language, `laboratory.missed.${tube.missed_cause}`), tube.missed_note].filter(Boolean).join(': ')
    await tellOfTube(tx, tube, { kind: 'specimen-missed', version: tube.attempts, title: message(language, 'laboratory.alert.missed', { tube: tubeOf(tube), reason }).slice(0, 300), detail: message(language, 'laboratory.alert.missedDetail', { count: String(tube.attempts) }) })
  }
}

/** Who answers for the controls of a facility: the heads of departments who work in its laboratory, else everybody who does. */
async function headsOfLaboratory(tx: Tx, facilityId: string): Promise<string[]> {
  const staff = await usersWithRole(tx, facilityId, 'lab-technician')
  const heads = (await departmentHeads(tx, facilityId)).filter((id) => staff.includes(id))
  return heads.length > 0 ? heads : staff
}

/** Listener in the transaction: a rejected control run reaches the head of the laboratory. */
export async function tellQualityFailed(tx: Tx, { runId, testId, facilityId }: { runId: string; testId: string; facilityId: string }): Promise<void> {
  const { language } = await knownFacility(tx, facilityId)
  const [tests, run, heads] = [await testsByIds(tx, [testId]), await lockRun(tx, runId), await headsOfLaboratory(tx, facilityId)]
  const [first, ...others] = heads
  await raiseAlert(tx, {
    kind: 'quality-failed', severity: 'warning', facilityId, patientId: null, encounterId: null, subject: { type: 'quality-run', id: runId }, title: message(language, 'laboratory.alert.quality', { name: tests[0]?.name ?? '' }), detail: message(language, 'laboratory.alert.qualityDetail', { rules: (run?.broken ?? '').replaceAll(' ', ', ') }), responsibleId: first ?? null, alsoTell: others,
  })
}
