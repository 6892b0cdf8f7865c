import { now } from '#kernel/config.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { addDiagnosis, signNote, writeNote } from '../modules/clinical/index.ts'
import { closeEncounter, openEncounter, startConsult } from '../modules/encounters/index.ts'
import { submitMessage } from '../modules/instruments/index.ts'
import { bookDocument } from '../modules/inventory/index.ts'
import { dispensePrescription, finalizePrescription, listPrescriptions, prescribe } from '../modules/medications/index.ts'
import { addEntry } from '../modules/patients/index.ts'
import { listDispenses, returnDispense } from '../modules/pharmacy/index.ts'
import { messages } from './analyser.ts'
import { hospitals, type SeedHospital } from './hospitals.ts'
import { stableId } from './random.ts'
import { leftEarlier, type SeedVisit, visits } from './visits.ts'

interface Day {
  hospital: SeedHospital
  seed: number
  /** Somebody of the hospital, so many minutes before now. */
  as: (role: 'doctor' | 'nurse' | 'pharmacist', minutesAgo: number) => Ctx
  /** The analyser, on its line. */
  line: Ctx
  facility: { id: string; code: string }
  storeId: string
}

const nothing = { params: undefined, query: undefined, body: undefined, ifMatch: undefined, upload: undefined }

function dayOf(hospital: SeedHospital, seed: number): Day {
  const tenantId = stableId(seed, hospital.key)
  const code = hospital.facilities[0]?.code ?? ''
  const started = now().getTime()
  return {
    hospital, seed, line: makeContext({ tenantId, now: new Date(started) }), facility: { id: stableId(seed, `${hospital.key}:${code}`), code }, storeId: stableId(seed, `stock:${hospital.key}:${code}:PHARM`),
    as: (role, minutesAgo) => makeContext({ tenantId, userId: stableId(seed, `${hospital.key}:user:${role}:1`), now: new Date(started - minutesAgo * 60_000) }),
  }
}

/** Everything somebody does one after the other, in one transaction: each COMMIT waits for the disk. */
const inOne = <T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  withContext(ctx, (tx) => {
    ctx.tx = tx
    return work(ctx)
  })

/** The visit from the door to the signed prescription. */
async function consult(doctor: Ctx, { day: { hospital, seed, facility }, visit }: { day: Day; visit: SeedVisit }) {
  const patientId = stableId(seed, `${hospital.key}:patient:${visit.patient}`)
  const { id } = await openEncounter(doctor, { ...nothing, body: { patientId, facilityId: facility.id, class: 'outpatient', practitionerId: doctor.userId } })
  const params = { id }
  await startConsult(doctor, { ...nothing, params })
  const note = await writeNote(doctor, { ...nothing, params, body: { text: visit.note } })
  await signNote(doctor, { ...nothing, params: { id: note.id } })
  await addDiagnosis(doctor, { ...nothing, params, body: { text: visit.diagnosis, kind: 'confirmed' } })
  const items = visit.items.map(({ medicine, dosage, frequency, days, quantity, anupana, potency }) => ({ medicationId: stableId(seed, `medicine:${hospital.key}:${medicine}`), dosage, frequency, durationDays: days, quantity, instructions: { ...(anupana === undefined ? {} : { anupana }), ...(potency === undefined ? {} : { potency }) } }))
  const draft = await prescribe(doctor, { ...nothing, body: { encounterId: id, items, refills: visit.refills } })
  const prescription = await finalizePrescription(doctor, { ...nothing, params: { id: draft.id }, body: { overrides: draft.alerts.map(({ key }) => ({ key, reason: 'Weighed with the patient' })) } })
  await closeEncounter(doctor, { ...nothing, params })
  return prescription
}

/** What the pharmacist has handed out of it, and what came back. */
async function handOut(pharmacist: Ctx, { storeId, visit: { dispensed, returned }, prescription }: { storeId: string; visit: SeedVisit; prescription: Awaited<ReturnType<typeof consult>> }): Promise<void> {
  const { note = '', quantities } = dispensed ?? {}
  const lines = quantities === undefined ? undefined : prescription.items.flatMap((item, index) => (quantities[index] === undefined ? [] : [{ prescriptionItemId: item.id, quantity: quantities[index] }]))
  await dispensePrescription(pharmacist, { ...nothing, params: { id: prescription.id }, body: { storeId, counsellingNote: note, lines } })
  if (returned === undefined) return
  const { quantity, reason } = returned
  const { items: [dispense] } = await listDispenses(pharmacist, { ...nothing, query: { prescriptionId: prescription.id, limit: 1 } })
  const [line] = dispense?.lines ?? []
  if (dispense === undefined || line === undefined) return
  await returnDispense(pharmacist, { ...nothing, params: { id: dispense.id }, body: { reason, lines: [{ dispenseItemId: line.id, quantity, isSealed: true, isChecked: true }] } })
}

async function workOn(day: Day, visit: SeedVisit): Promise<void> {
  const { as, seed, hospital: { key } } = day
  const { patient, minutesAgo, allergy, dispensed } = visit
  const prescription = await inOne(as('doctor', minutesAgo), (doctor) => consult(doctor, { day, visit }))
  if (allergy !== undefined) await addEntry(as('nurse', minutesAgo - 10), { ...nothing, params: { id: stableId(seed, `${key}:patient:${patient}`) }, body: { kind: 'allergy', ...allergy, severity: 'severe' } })
  if (dispensed !== undefined) await inOne(as('pharmacist', minutesAgo - 12), (pharmacist) => handOut(pharmacist, { storeId: day.storeId, visit, prescription }))
}

async function workIn(day: Day): Promise<void> {
  const { hospital: { key, system }, seed, as, storeId } = day
  const before = await listPrescriptions(as('pharmacist', 0), { ...nothing, query: { limit: 1 } })
  if (before.items.length > 0) return
  for (const visit of visits[system]) await workOn(day, visit)
  if (system !== 'allopathy') return
  await bookDocument(as('pharmacist', 100), { ...nothing, body: { kind: 'issue', storeId, reason: leftEarlier.reason, lines: [{ itemId: stableId(seed, `stock:${key}:item:${leftEarlier.medicine}`), quantity: leftEarlier.quantity }] } })
  const instrumentId = stableId(seed, `instrument:${key}:haematology`)
  for (const content of messages(day.facility.code, day.line.now)) await submitMessage(day.line, { ...nothing, body: { instrumentId, content } })
}

/** A morning's work in hospitals where nobody has prescribed yet: visits, prescriptions, dispenses and messages of the analyser, by the rules of their modules. Needs pools and wired modules. */
export async function workOneDay(tenants: number, seed: number): Promise<void> {
  await Promise.all(hospitals.slice(0, tenants).map((hospital) => workIn(dayOf(hospital, seed))))
}
