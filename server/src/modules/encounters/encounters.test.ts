import { beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { scheduling } from '#contract/scheduling.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let patientId = ''
beforeAll(async () => {
  hospital = await testHospital()
  const desk = await hospital.as(patients, 'receptionist')
  patientId = (await desk.list({ query: {} })).body.items[0]?.id ?? ''
})

const walkIn = () => ({ patientId, facilityId: hospital.facilityId, class: 'outpatient' as const, practitionerId: hospital.userId('doctor') })

describe('a visit', () => {
  it('goes from the queue through vitals, diagnosis and note to its close, which names what is missing', async () => {
    const desk = await hospital.as(encounters, 'receptionist')
    const doctor = await hospital.as(encounters, 'doctor')
    const chart = await hospital.as(clinical, 'doctor')
    const opened = (await desk.open({ body: walkIn() })).body
    const params = { id: opened.id }
    expect(opened).toMatchObject({ state: 'checked-in', token: 1, missing: ['diagnosis', 'note'] })
    const queue = await (await hospital.as(scheduling, 'doctor')).queue({ query: { facilityId: hospital.facilityId } })
    expect(queue.body.items[0]).toMatchObject({ token: 1, encounterId: opened.id, state: 'checked-in' })
    expect((await doctor.close({ params, body: {} })).problem.code).toBe('lifecycle.illegal_step')
    expect((await doctor.startConsult({ params, body: {} })).body.state).toBe('in-consultation')
    const early = await doctor.close({ params, body: {} })
    expect([early.status, early.problem.code, early.problem.missing]).toEqual([409, 'encounter.incomplete', ['diagnosis', 'note']])
    await chart.addDiagnosis({ params, body: { text: 'Viral fever', coding: { system: 'http://hl7.org/fhir/sid/icd-10', code: 'B34.9' } } })
    const note = (await chart.writeNote({ params, body: { text: 'Fever for two days.', templateId: 'soap' } })).body
    expect((await chart.signNote({ params: { id: note.id }, body: {} })).body.state).toBe('signed')
    expect((await doctor.close({ params, body: {} })).body.state).toBe('closed')
    const timeline = await doctor.timeline({ params })
    expect(timeline.body.items.map((item) => item.kind)).toEqual(expect.arrayContaining(['checked-in', 'in-consultation', 'closed']))
    expect((await chart.addDiagnosis({ params, body: { text: 'Late' } })).status).toBe(409)
  })

  it('is told apart by who may do it', async () => {
    expect((await hospital.anonymous(encounters).open({ body: walkIn() })).status).toBe(401)
    expect((await (await hospital.as(encounters, 'cook')).open({ body: walkIn() })).status).toBe(403)
    const opened = (await (await hospital.as(encounters, 'receptionist')).open({ body: walkIn() })).body
    expect((await (await hospital.as(encounters, 'doctor', 'ayurveda')).read({ params: { id: opened.id } })).status).toBe(404)
    expect((await (await hospital.as(encounters, 'receptionist')).close({ params: { id: opened.id }, body: {} })).status).toBe(403)
  })
})

describe('vital signs', () => {
  it('refuses what cannot be, by field, and writes nothing', async () => {
    const opened = (await (await hospital.as(encounters, 'receptionist')).open({ body: walkIn() })).body
    const nurse = await hospital.as(clinical, 'nurse')
    const refused = await nurse.recordVitals({ params: { id: opened.id }, body: { systolicMmHg: 400, diastolicMmHg: 20 } })
    expect([refused.status, refused.problem.errors?.[0]?.path]).toEqual([422, 'systolicMmHg'])
    expect((await nurse.listVitals({ params: { id: opened.id } })).body.items).toEqual([])
    const good = await nurse.recordVitals({ params: { id: opened.id }, body: { systolicMmHg: 118, diastolicMmHg: 76, pulsePerMinute: 72, respirationsPerMinute: 16, temperatureCelsius: 37, spo2Percent: 98, weightKg: 70, heightCm: 175 } })
    expect(good.body).toMatchObject({ news2: 0, bmi: 22.9 })
    const observations = await nurse.listObservations({ params: { id: patientId }, query: { code: '8480-6' } })
    expect(observations.body.items[0]).toMatchObject({ value: '118', unit: 'mm[Hg]' })
  })
})

describe('a signed note', () => {
  it('never changes, and takes an addendum', async () => {
    const opened = (await (await hospital.as(encounters, 'receptionist')).open({ body: walkIn() })).body
    const doctor = await hospital.as(clinical, 'doctor')
    const note = (await doctor.writeNote({ params: { id: opened.id }, body: { text: 'First.' } })).body
    expect((await doctor.addAddendum({ params: { id: note.id }, body: { text: 'Too early' } })).problem.code).toBe('clinical.note_not_signed')
    await doctor.signNote({ params: { id: note.id }, body: {} })
    expect((await doctor.updateNote({ params: { id: note.id }, body: { text: 'Changed' }, ifMatch: 2 })).problem.code).toBe('clinical.note_signed')
    await expect(hospital.query("update notes set text = 'Changed' where id = $1", [note.id])).rejects.toThrow('immutable')
    expect((await doctor.addAddendum({ params: { id: note.id }, body: { text: 'Seen again.' } })).body).toMatchObject({ addendumTo: note.id, state: 'signed' })
  })
})

describe('tasks', () => {
  it('are given, begun and done', async () => {
    const nurse = await hospital.as(encounters, 'nurse')
    const task = (await nurse.createTask({ body: { title: 'Call the family', assigneeId: hospital.userId('nurse'), dueAt: '2020-01-01T00:00:00Z' } })).body
    expect(task).toMatchObject({ state: 'open', isOverdue: true })
    expect((await nurse.startTask({ params: { id: task.id }, body: {} })).body.state).toBe('in-progress')
    expect((await nurse.completeTask({ params: { id: task.id }, body: {} })).body.state).toBe('completed')
    expect((await nurse.startTask({ params: { id: task.id }, body: {} })).problem.allowed).toEqual([])
  })
})
