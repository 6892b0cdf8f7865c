import { encounters } from '#contract/encounters.ts'
import { laboratory } from '#contract/laboratory.ts'
import { orders } from '#contract/orders.ts'
import { patients } from '#contract/patients.ts'
import type { TestHospital } from '../../../testing/hospital.ts'

/** A laboratory at work for tests: the starter catalogue, somebody to treat, and the way of a tube. */
export async function openBench(hospital: TestHospital) {
  const admin = await hospital.as(laboratory, 'admin')
  const started = await admin.addStarter({ body: {} })
  if (started.status !== 200) throw new Error(JSON.stringify(started.problem))
  const [doctor, lab, desk, visits] = await Promise.all([hospital.as(orders, 'doctor'), hospital.as(laboratory, 'lab-technician'), hospital.as(patients, 'receptionist'), hospital.as(encounters, 'receptionist')])
  const person = async (body: { sex?: 'female' | 'male'; ageYears?: number; birthDate?: string; givenName?: string } = {}) => (await desk.register({ body: { givenName: body.givenName ?? 'Leela', familyName: `Test${Math.random().toString(36).slice(2, 8)}`, sex: body.sex ?? 'female', ...(body.birthDate === undefined ? { ageYears: body.ageYears ?? 44 } : { birthDate: body.birthDate }) } })).body.id
  const visit = async (patientId: string) => (await visits.open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
  const order = async (codes: string[], about: { patientId?: string; encounterId?: string; priority?: 'routine' | 'urgent' | 'stat'; pregnancyWeek?: number } = {}) => {
    const patientId = about.patientId ?? (await person())
    const encounterId = about.encounterId ?? (await visit(patientId))
    const placed = await doctor.placeOrder({ body: { encounterId, priority: about.priority ?? 'routine', ...(about.pregnancyWeek === undefined ? {} : { pregnancyWeek: about.pregnancyWeek }), items: codes.map((code) => ({ kind: 'laboratory' as const, code })) } })
    if (placed.status !== 201) throw new Error(JSON.stringify(placed.problem))
    return { ...placed.body, patientId, encounterId }
  }
  const tubesOf = async (orderId: string) => (await lab.listSpecimens({ query: { orderId, limit: 60 } })).body.items
  const resultsOf = async (orderId: string) => (await lab.listResults({ query: { orderId, limit: 100 } })).body.items
  const receive = async (orderId: string) => {
    const tubes = await tubesOf(orderId)
    for (const tube of tubes) {
      await lab.collect({ params: { id: tube.id }, body: {} })
      await lab.receive({ params: { id: tube.id }, body: {} })
    }
    return tubes
  }
  /** Ordered, collected and received. */
  const received = async (codes: string[], about: Parameters<typeof order>[1] = {}) => {
    const placed = await order(codes, about)
    const tubes = await receive(placed.id)
    return { order: placed, tubes, results: await resultsOf(placed.id) }
  }
  /** Entered as well. */
  const entered = async (code: string, value: string, about: Parameters<typeof order>[1] = {}) => {
    const { order: placed, results } = await received([code], about)
    const row = results.find((one) => one.code === code)
    const answer = await lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value } })
    return { order: placed, result: answer.body, answer }
  }
  const released = async (code: string, value: string, about: Parameters<typeof order>[1] = {}) => {
    const { order: placed, result } = await entered(code, value, about)
    await lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
    return { order: placed, result: (await lab.release({ params: { id: result.id }, body: {} })).body }
  }
  return { admin, doctor, lab, person, visit, order, tubesOf, resultsOf, receive, received, entered, released }
}

export type Bench = Awaited<ReturnType<typeof openBench>>
