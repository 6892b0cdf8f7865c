import { beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { encounterLifecycle, encounters, taskLifecycle } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { scheduling } from '#contract/scheduling.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { escalateOverdue } from './tasks.ts'

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

describe('the queue', () => {
  const here = () => ({ query: { facilityId: hospital.facilityId } })

  it('counts tokens per practitioner and day, and a visit that is closed or cancelled leaves it', async () => {
    const desk = await hospital.as(encounters, 'receptionist')
    const doctor = await hospital.as(encounters, 'doctor')
    const watch = await hospital.as(scheduling, 'receptionist')
    const practitioner = hospital.userId('nurse')
    const come = async () => (await desk.walkIn({ body: { patientId, practitionerId: practitioner, facilityId: hospital.facilityId, visitType: 'therapy', reason: 'Back pain' } })).body
    const [first, second] = [await come(), await come()]
    expect([first.token, second.token, first.state, first.isWalkIn]).toEqual([1, 2, 'checked-in', true])
    const board = await watch.board(here())
    expect(board.body.items.filter((item) => item.practitionerName.includes(first.practitionerName))).toHaveLength(2)
    expect(JSON.stringify(board.body)).not.toContain(first.patientName)
    const params = { id: first.encounterId ?? '' }
    await doctor.startConsult({ params, body: {} })
    const states = async () => Object.fromEntries((await watch.queue({ query: { ...here().query, practitionerId: practitioner } })).body.items.map((item) => [item.token, item.state]))
    expect(await states()).toEqual({ 1: 'in-progress', 2: 'checked-in' })
    await watch.cancel({ params: { id: second.id }, body: { reason: 'left', by: 'patient' } })
    expect((await doctor.read({ params: { id: second.encounterId ?? '' } })).body.state).toBe('cancelled')
    expect(await states()).toEqual({ 1: 'in-progress' })
    const third = await come()
    expect((await desk.cancel({ params: { id: third.encounterId ?? '' }, body: { reason: 'wrong door', by: 'clinic' } })).body.state).toBe('cancelled')
    expect((await watch.read({ params: { id: third.id } })).body).toMatchObject({ state: 'cancelled', cancelledBy: 'clinic' })
    expect(third.token).toBe(3)
  })

  it('holds who checked in today, whatever day the appointment was for, and gives a token once', async () => {
    const watch = await hospital.as(scheduling, 'receptionist')
    const admin = await hospital.as(scheduling, 'admin')
    const desk = await hospital.as(encounters, 'receptionist')
    const practitionerId = hospital.userId('doctor', 2)
    const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '23:30', slotMinutes: 30, visitTypes: [] }))
    await admin.writeSchedule({ params: { id: practitionerId }, body: { facilityId: hospital.facilityId, weekly: days } })
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const slots = (await watch.listSlots({ query: { practitionerId, facilityId: hospital.facilityId, from: soon, to: soon } })).body.items.slice(0, 12)
    const booked = await Promise.all(slots.map((slot) => watch.book({ body: { patientId, practitionerId, facilityId: hospital.facilityId, startsAt: slot.startsAt, visitType: slot.visitType } })))
    expect(booked.map((one) => one.status)).toEqual(slots.map(() => 201))
    const arrived = await Promise.all(booked.map((one) => desk.checkIn({ params: { id: one.body.id }, body: {} })))
    expect(arrived.map((one) => one.body.token ?? 0).toSorted((a, b) => a - b)).toEqual(slots.map((_slot, index) => index + 1))
    const twice = await Promise.all([1, 2, 3, 4].map(() => desk.checkIn({ params: { id: booked[0]?.body.id ?? '' }, body: {} })))
    expect(twice.map((one) => one.problem.code)).toEqual(twice.map(() => 'lifecycle.illegal_step'))
    expect((await watch.queue({ query: { ...here().query, practitionerId } })).body.items).toHaveLength(slots.length)
    const opened = await hospital.query<{ n: number }>('select count(*)::int as n from encounters where practitioner_id = $1', [practitionerId])
    expect(opened[0]?.n).toBe(slots.length)
  })
})

describe('steps', () => {
  it('of a visit: every pair of state and step', async () => {
    const doctor = await hospital.as(encounters, 'doctor')
    const { id } = (await doctor.open({ body: { ...walkIn(), class: 'inpatient' } })).body
    const params = { id }
    const calls = {
      'start-consult': () => doctor.startConsult({ params, body: {} }),
      close: () => doctor.close({ params, body: {} }),
      cancel: () => doctor.cancel({ params, body: { reason: 'left' } }),
    }
    for (const state of encounterLifecycle.states) {
      const legal = Object.entries(encounterLifecycle.steps).filter(([, step]) => step.from.some((one) => one === state)).map(([name]) => name)
      for (const [name, call] of Object.entries(calls)) {
        await hospital.query('update encounters set state = $2 where id = $1', [id, state])
        const answer = await call()
        expect([state, name, answer.status, answer.problem.allowed]).toEqual([state, name, ...(legal.includes(name) ? [200, undefined] : [409, legal])])
      }
    }
  })

  it('of a task: every pair of state and step', async () => {
    const nurse = await hospital.as(encounters, 'nurse')
    const { id } = (await nurse.createTask({ body: { title: 'Weigh' } })).body
    const params = { id }
    const calls = {
      assign: () => nurse.assignTask({ params, body: { assigneeId: hospital.userId('nurse') } }),
      start: () => nurse.startTask({ params, body: {} }),
      complete: () => nurse.completeTask({ params, body: {} }),
      cancel: () => nurse.cancelTask({ params, body: { reason: 'done elsewhere' } }),
    }
    for (const state of taskLifecycle.states) {
      const legal = Object.entries(taskLifecycle.steps).filter(([, step]) => step.from.some((one) => one === state)).map(([name]) => name)
      for (const [name, call] of Object.entries(calls)) {
        await hospital.query('update tasks set state = $2 where id = $1', [id, state])
        const answer = await call()
        expect([state, name, answer.status, answer.problem.allowed]).toEqual([state, name, ...(legal.includes(name) ? [200, undefined] : [409, legal])])
      }
    }
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

  it('come soonest due first, page by page, those without a time last, and name the patient', async () => {
    const nurse = await hospital.as(encounters, 'nurse')
    const assigneeId = hospital.userId('receptionist')
    for (const [title, dueAt] of [['whenever', undefined], ['third', '2098-01-01T00:00:00Z'], ['first', '2090-01-01T00:00:00Z'], ['second', '2090-01-01T00:00:00Z']] as const) await nurse.createTask({ body: { title, assigneeId, patientId, ...(dueAt === undefined ? {} : { dueAt }) } })
    const titles: string[] = []
    let cursor: string | undefined
    do {
      const page = (await nurse.listTasks({ query: { assigneeId, limit: 1, ...(cursor === undefined ? {} : { cursor }) } })).body
      titles.push(...page.items.map((task) => task.title))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(titles).toEqual(['first', 'second', 'third', 'whenever'])
    const [newest] = (await nurse.listTasks({ query: { assigneeId, order: 'newest', limit: 1 } })).body.items
    const [row] = await hospital.query<{ mrn: string; given_name: string; family_name: string }>('select mrn, given_name, family_name from patients where id = $1', [patientId])
    expect(newest).toMatchObject({ title: 'second', patientName: `${row?.given_name} ${row?.family_name}`, patientMrn: row?.mrn })
    const [visit] = (await nurse.list({ query: { patientId, limit: 1 } })).body.items
    expect(visit?.patientMrn).toBe(row?.mrn)
  })

  it('past their time are told of once', async () => {
    const nurse = await hospital.as(encounters, 'nurse')
    const late = (await nurse.createTask({ body: { title: 'Late', assigneeId: hospital.userId('nurse'), dueAt: '2020-01-01T00:00:00Z', note: 'Ring twice' } })).body
    await nurse.createTask({ body: { title: 'In time', dueAt: '2099-01-01T00:00:00Z' } })
    const system = () => makeContext({ tenantId: hospital.tenantId })
    await Promise.all([1, 2, 3].map(() => withContext(system(), escalateOverdue)))
    const told = await hospital.query<{ id: string }>("select payload ->> 'taskId' as id from events where name = 'encounters.task-overdue'")
    expect(told.filter((row) => row.id === late.id)).toHaveLength(1)
    const mine = (await nurse.listTasks({ query: { assigneeId: hospital.userId('nurse'), dueBefore: '2021-01-01T00:00:00Z', state: 'open' } })).body.items
    expect(mine).toMatchObject([{ id: late.id, note: 'Ring twice', isOverdue: true }])
    expect(mine[0]?.escalatedAt).not.toBeNull()
    expect((await nurse.cancelTask({ params: { id: late.id }, body: { reason: 'Came in person' } })).body.note).toBe('Ring twice\nCame in person')
  })
})

describe('another facility of the same hospital', () => {
  it('is closed to who has no role in it', async () => {
    const admin = await hospital.as(encounters, 'admin')
    const there = await admin.open({ body: { patientId, facilityId: hospital.otherFacilityId, class: 'inpatient' } })
    expect(there.status).toBe(201)
    await hospital.query('delete from memberships where user_id = $1 and facility_id = $2', [hospital.userId('lab-technician'), hospital.otherFacilityId])
    const reader = await hospital.as(encounters, 'lab-technician')
    const params = { id: there.body.id }
    expect((await reader.read({ params })).status).toBe(403)
    expect((await reader.timeline({ params })).status).toBe(403)
    expect((await reader.list({ query: { facilityId: hospital.otherFacilityId } })).status).toBe(403)
    expect((await reader.list({ query: { limit: 200 } })).body.items.map((item) => item.id)).not.toContain(there.body.id)
    expect((await admin.list({ query: { limit: 200 } })).body.items.map((item) => item.id)).toContain(there.body.id)
  })
})
