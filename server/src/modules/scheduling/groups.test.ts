import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrolmentLifecycle } from '#contract/scheduling-groups.ts'
import { scheduling } from '#contract/scheduling.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { sendQueued } from '#kernel/mail.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { meeting } from '../../testing/meeting.ts'
import { type Mailbox, openMailbox } from '../../testing/mailbox.ts'
import { tellGroup, tellOffered } from './groups-telling.ts'

let hospital: TestHospital
let desk: TestClient<typeof scheduling>
let people: string[] = []
let mailbox: Mailbox
const places = 10

beforeAll(async () => {
  hospital = await testHospital({ patients: 210 })
  mailbox = await openMailbox()
  desk = await hospital.as(scheduling, 'receptionist')
  people = (await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 order by id', [hospital.tenantId])).map((row) => row.id)
})
afterAll(() => mailbox.close())

const at = (on: string, time: string) => new Date(`${on}T${time}:00+05:30`).toISOString()
const plan = (on: string, more: Record<string, unknown> = {}) => ({ name: 'Yoga', facilityId: hospital.facilityId, practitionerId: hospital.userId('doctor'), startsAt: at(on, '07:00'), minutes: 60, places, ...more })
const session = async (on: string, more: Record<string, unknown> = {}) => {
  const answer = await desk.addSessions({ body: plan(on, more) })
  expect([answer.status, answer.problem.code]).toEqual([201, undefined])
  return answer.body.items
}
const person = (index: number) => people[index] ?? ''
const statesOf = async (sessionId: string) => (await desk.listEnrolments({ params: { id: sessionId }, query: {} })).body.items.map((one) => one.state)
const asHospital = () => makeContext({ tenantId: hospital.tenantId })
const lettersOf = async () => {
  const before = mailbox.letters.length
  for (const { id } of await hospital.query<{ id: string }>("select id from outgoing_mails where state = 'queued'")) await sendQueued(asHospital(), { mailId: id })
  return mailbox.letters.slice(before)
}

describe('two hundred for ten places', () => {
  const inside = async (sessionId: string) => (await hospital.query<{ n: number }>("select count(*)::int as n from group_enrolments where session_id = $1 and state = 'enrolled'", [sessionId]))[0]?.n

  it('gives ten and tells the others', async () => {
    const [one] = await session('2027-03-01')
    const id = one?.id ?? ''
    const answers = await Promise.all(people.slice(0, 200).map((patientId) => answered(() => desk.enrol({ params: { id }, body: { patientId } }))))
    const others = answers.filter((answer) => answer.status !== 201)
    expect([answers.length - others.length, others.length, new Set(others.map((answer) => answer.problem.code))]).toEqual([places, 190, new Set(['scheduling.session_full'])])
    expect([await inside(id), (await desk.readSession({ params: { id } })).body.taken]).toEqual([places, places])
  })

  it('are seen to get more when somebody looks first and writes then, and nothing in the database refuses', async () => {
    const [one] = await session('2027-03-02')
    const id = one?.id ?? ''
    const careless = (hasLooked: () => Promise<void>) => (patientId: string) =>
      withContext(asHospital(), async (tx) => {
        const row = await tx.db.selectFrom('group_sessions').select(['taken', 'places']).where('id', '=', id).executeTakeFirstOrThrow()
        await hasLooked()
        if (row.taken < row.places) await tx.db.insertInto('group_enrolments').values({ id: newId(), session_id: id, patient_id: patientId, facility_id: hospital.facilityId, state: 'enrolled', created_at: tx.ctx.now }).execute()
      }).catch(() => {})
    const crowd = () => Promise.all(people.slice(0, 200).map(careless(meeting(places + 1))))
    await crowd()
    expect(await inside(id)).toBe(places)
    await hospital.query('alter table group_sessions drop constraint group_sessions_places')
    try {
      await hospital.query("delete from group_enrolments where session_id = $1", [id])
      await crowd()
      expect(await inside(id)).toBeGreaterThan(places)
    } finally {
      await hospital.query("delete from group_enrolments where session_id = $1", [id])
      await hospital.query('alter table group_sessions add constraint group_sessions_places check (taken >= 0 and taken <= places)')
    }
  })
})

describe('practitioner and room', () => {
  it('are taken once, by a group or an appointment, and all or none of a course is planned', async () => {
    const admin = await hospital.as(scheduling, 'admin')
    const room = (await admin.addRoom({ body: { facilityId: hospital.facilityId, name: 'Hall', places: 30 } })).body
    expect((await admin.addRoom({ body: { facilityId: hospital.facilityId, name: 'Hall', places: 30 } })).problem.code).toBe('scheduling.room_known')
    await session('2027-03-08', { roomId: room.id })
    const same = await desk.addSessions({ body: plan('2027-03-08', { startsAt: at('2027-03-08', '07:30') }) })
    expect([same.status, same.problem.code, same.problem.errors?.[0]?.path, same.problem.errors?.[0]?.message.includes('2027-03-08 07:00')]).toEqual([409, 'scheduling.group_taken', 'practitionerId', true])
    const other = { practitionerId: hospital.userId('doctor', 2), roomId: room.id }
    const course = await desk.addSessions({ body: plan('2027-03-01', { ...other, count: 3 }) })
    expect([course.problem.code, course.problem.errors?.[0]?.path]).toEqual(['scheduling.group_taken', 'roomId'])
    expect(await hospital.query('select id from group_sessions where practitioner_id = $1', [other.practitionerId])).toEqual([])
    await admin.writeSchedule({ params: { id: hospital.userId('doctor') }, body: { facilityId: hospital.facilityId, weekly: [{ weekday: 1, from: '07:00', to: '09:00', slotMinutes: 30, visitTypes: [] }] } })
    const slots = (await desk.listSlots({ query: { practitionerId: hospital.userId('doctor'), from: '2027-03-08', to: '2027-03-08' } })).body.items
    expect(slots.map((slot) => slot.startsAt)).toEqual([at('2027-03-08', '08:00'), at('2027-03-08', '08:30')])
    const booked = await desk.book({ body: { patientId: person(0), practitionerId: hospital.userId('doctor'), facilityId: hospital.facilityId, startsAt: at('2027-03-08', '07:00'), visitType: 'follow-up' } })
    expect(booked.problem.code).toBe('scheduling.slot_taken')
    const retired = await admin.updateRoom({ params: { id: room.id }, ifMatch: room.version, body: { isActive: false } })
    expect(retired.body.isActive).toBe(false)
    expect((await desk.addSessions({ body: plan('2027-04-01', { roomId: room.id }) })).problem.code).toBe('scheduling.room_elsewhere')
  })

  it('are taken once by thirty who plan at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => answered(() => desk.addSessions({ body: plan('2027-03-15') }))))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(new Set(answers.filter((answer) => answer.status !== 201).map((answer) => answer.status))).toEqual(new Set([409]))
  })
})

describe('a course', () => {
  it('takes somebody into all its sessions, puts them on the waiting list of a full one and lets them leave the rest', async () => {
    const items = await session('2027-05-03', { count: 3, places: 2 })
    const [first, second, third] = items.map((one) => one.id)
    expect(items.map((one) => [one.localDate, one.localTime])).toEqual([['2027-05-03', '07:00'], ['2027-05-10', '07:00'], ['2027-05-17', '07:00']])
    for (const index of [1, 2]) await desk.enrol({ params: { id: second ?? '' }, body: { patientId: person(index) } })
    const all = { params: { id: first ?? '' }, body: { patientId: person(3), scope: 'course' as const } }
    expect((await desk.enrol(all)).problem.code).toBe('scheduling.session_full')
    expect(await statesOf(first ?? '')).toEqual([])
    const enrolled = await desk.enrol({ ...all, body: { ...all.body, mayWait: true } })
    expect(enrolled.body.items.map((one) => one.state)).toEqual(['enrolled', 'waiting', 'enrolled'])
    expect((await desk.enrol({ ...all, body: { ...all.body, mayWait: true } })).problem.code).toBe('scheduling.already_enrolled')
    const left = await desk.leaveGroup({ params: { id: enrolled.body.items[0]?.id ?? '' }, body: { reason: 'moved away', scope: 'course' } })
    expect(left.body).toMatchObject({ state: 'cancelled', cancelledBy: 'patient' })
    expect([await statesOf(second ?? ''), await statesOf(third ?? '')]).toEqual([['enrolled', 'enrolled', 'cancelled'], ['cancelled']])
  })
})

describe('a free place', () => {
  it('is offered to the longest waiting, who keeps it only when first, and more places are offered at once', async () => {
    const [one] = await session('2027-06-01', { places: 1 })
    const id = one?.id ?? ''
    const enrol = async (index: number) => (await desk.enrol({ params: { id }, body: { patientId: person(index), mayWait: true } })).body.items[0]?.id ?? ''
    const inside = await enrol(0)
    const [second, third] = [await enrol(1), await enrol(2)]
    await hospital.query("update patients set email = 'waits@mail.example' where id = $1", [person(1)])
    await desk.leaveGroup({ params: { id: inside }, body: { reason: 'ill' } })
    expect(await statesOf(id)).toEqual(['cancelled', 'offered', 'waiting'])
    await withContext(asHospital(), (tx) => tellOffered(tx, { enrolmentId: second, sessionId: id }))
    expect((await lettersOf()).map((letter) => [letter.to, letter.text.includes('Yoga'), letter.text.includes('2027-06-01 07:00')])).toEqual([['waits@mail.example', false, true]])
    await enrol(3)
    expect(await statesOf(id)).toEqual(['cancelled', 'waiting', 'waiting', 'enrolled'])
    expect((await desk.acceptPlace({ params: { id: second }, body: {} })).problem.code).toBe('scheduling.session_full')
    const { version } = (await desk.readSession({ params: { id } })).body
    expect((await desk.updateSession({ params: { id }, ifMatch: version, body: { places: 3 } })).body).toMatchObject({ places: 3, taken: 1, waiting: 2 })
    expect(await statesOf(id)).toEqual(['cancelled', 'offered', 'offered', 'enrolled'])
    expect((await desk.acceptPlace({ params: { id: third }, body: {} })).body.state).toBe('enrolled')
    expect((await desk.updateSession({ params: { id }, ifMatch: version + 1, body: { places: 1 } })).problem.code).toBe('scheduling.too_few_places')
    expect((await desk.updateSession({ params: { id }, ifMatch: version, body: { places: 5 } })).status).toBe(412)
  })
})

describe('a cancelled session', () => {
  it('sends everybody away, frees the time and tells who has a mail address; the others stay to be called', async () => {
    const [one] = await session('2027-07-01')
    const id = one?.id ?? ''
    const register = async (email: string) => (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Group', familyName: email.slice(0, 3) || 'None', sex: 'female', ageYears: 30, language: 'hi', ...(email === '' ? {} : { email }) } })).body.id
    const [mailed, called] = [await register('sita@mail.example'), await register('')]
    for (const patientId of [mailed, called]) await desk.enrol({ params: { id }, body: { patientId } })
    expect((await desk.cancelSession({ params: { id }, body: { reason: 'teacher is ill' } })).body).toMatchObject({ state: 'cancelled', taken: 0, actions: [] })
    expect(await hospital.query("select payload ->> 'sessionId' as id from events where name = 'scheduling.group-changed'")).toEqual([{ id }])
    for (const _twice of [1, 2]) await withContext(asHospital(), (tx) => tellGroup(tx, { sessionId: id, state: 'cancelled' }))
    expect((await lettersOf()).map((letter) => [letter.to, letter.text.includes('2027-07-01')])).toEqual([['sita@mail.example', true]])
    const items = (await desk.listEnrolments({ params: { id }, query: {} })).body.items
    expect(items.map((item) => [item.patientId, item.state, item.cancelledBy, item.isToTell, item.actions])).toEqual([[mailed, 'cancelled', 'clinic', false, []], [called, 'cancelled', 'clinic', true, ['tell']]])
    expect((await desk.markTold({ params: { id: items[1]?.id ?? '' }, body: {} })).body).toMatchObject({ isToTell: false, actions: [] })
    expect((await desk.enrol({ params: { id }, body: { patientId: mailed } })).problem.code).toBe('scheduling.session_closed')
    await session('2027-07-01')
  })

  it('that was only moved holds its new time and asks to tell', async () => {
    const [one] = await session('2027-07-05')
    const id = one?.id ?? ''
    await desk.enrol({ params: { id }, body: { patientId: person(0) } })
    const moved = await desk.rescheduleSession({ params: { id }, body: { startsAt: at('2027-07-05', '07:30') } })
    expect(moved.body).toMatchObject({ localTime: '07:30', state: 'scheduled' })
    expect((await desk.listEnrolments({ params: { id }, query: {} })).body.items[0]).toMatchObject({ state: 'enrolled', isToTell: true })
    expect((await desk.addSessions({ body: plan('2027-07-05', { startsAt: at('2027-07-05', '08:00') }) })).problem.code).toBe('scheduling.group_taken')
    expect((await desk.addSessions({ body: plan('2027-07-05', { startsAt: at('2027-07-05', '06:30') }) })).status).toBe(201)
  })
})

describe('attendance', () => {
  it('is of the day: came, absent, taken back; who is not marked at the end was absent', async () => {
    const [one] = await session('2027-08-02')
    const id = one?.id ?? ''
    const enrolled: string[] = []
    for (const index of [0, 1, 2]) enrolled.push((await desk.enrol({ params: { id }, body: { patientId: person(index) } })).body.id)
    const [a = '', b = ''] = enrolled
    expect((await desk.checkInEnrolment({ params: { id: a }, body: {} })).problem.code).toBe('scheduling.session_not_yet')
    await hospital.query("update group_sessions set starts_at = now() - interval '10 minutes', ends_at = now() + interval '50 minutes', local_date = (now() at time zone time_zone)::date where id = $1", [id])
    expect((await desk.startSession({ params: { id }, body: {} })).body.state).toBe('in-progress')
    expect((await desk.checkInEnrolment({ params: { id: a }, body: {} })).body).toMatchObject({ state: 'checked-in', actions: ['absent', 'reopen'] })
    expect((await desk.markAbsent({ params: { id: b }, body: {} })).body.state).toBe('absent')
    expect((await desk.reopenEnrolment({ params: { id: b }, body: {} })).body).toMatchObject({ state: 'enrolled', checkedInAt: null })
    expect((await desk.acceptPlace({ params: { id: b }, body: {} })).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: ['check-in', 'absent', 'cancel'] })
    expect((await desk.completeSession({ params: { id }, body: {} })).body).toMatchObject({ state: 'completed', taken: 3 })
    expect(await statesOf(id)).toEqual(['checked-in', 'absent', 'absent'])
    const paper = await desk.printAttendance({ params: { id } })
    expect([paper.status, paper.headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(Object.keys(enrolmentLifecycle.steps)).toHaveLength(7)
  })
})

describe('rights', () => {
  it('are asked for in the facility, and another hospital sees nothing', async () => {
    const [one] = await session('2027-09-01')
    const params = { id: one?.id ?? '' }
    const [nurse, cashier, stranger] = [await hospital.as(scheduling, 'nurse'), await hospital.as(scheduling, 'cashier'), await hospital.as(scheduling, 'receptionist', 'homeopathy')]
    expect((await hospital.anonymous(scheduling).listSessions({ query: {} })).status).toBe(401)
    expect((await nurse.addSessions({ body: plan('2027-09-02') })).status).toBe(403)
    expect((await cashier.enrol({ params, body: { patientId: person(0) } })).status).toBe(403)
    expect([(await stranger.readSession({ params })).status, (await stranger.enrol({ params, body: { patientId: person(0) } })).status]).toEqual([404, 404])
    expect((await desk.addSessions({ body: { ...plan('2027-09-02'), practitionerId: undefined } as never })).problem.errors?.[0]?.path).toBe('practitionerId')
    expect((await desk.addSessions({ body: plan('2020-09-02') })).problem.code).toBe('scheduling.in_past')
    const { id } = (await nurse.enrol({ params, body: { patientId: person(0) } })).body
    expect(await hospital.query("select count(*)::int as n from audit_entries where action = 'row.insert' and subject_id = $1", [id])).toEqual([{ n: 1 }])
    const timeline = (await (await hospital.as(patients, 'receptionist')).timeline({ params: { id: person(0) }, query: {} })).body.items
    expect(timeline.filter((item) => item.kind === 'group').map((item) => [item.title, item.ref])).toContainEqual(['Yoga', { type: 'group-session', id: params.id }])
  })

  it('keep two records apart that are in one session', async () => {
    const [one] = await session('2027-09-06')
    for (const index of [4, 5]) await desk.enrol({ params: { id: one?.id ?? '' }, body: { patientId: person(index) } })
    const merged = await (await hospital.as(patients, 'admin')).merge({ params: { id: person(4) }, body: { intoPatientId: person(5) } })
    expect([merged.status, merged.problem.missing]).toEqual([409, ['scheduling.same_session']])
  })
})
