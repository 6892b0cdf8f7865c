import { beforeAll, describe, expect, it } from 'vitest'
import { appointmentLifecycle, scheduling } from '#contract/scheduling.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { answered } from '../../testing/answered.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let patientId = ''
let otherPatientId = ''
const monday = '2027-03-01'
const at = (time: string) => new Date(`${monday}T${time}:00+05:30`).toISOString()
const everyMonday = { weekday: 1, from: '09:00', to: '12:00', slotMinutes: 30, visitTypes: [] }

beforeAll(async () => {
  hospital = await testHospital()
  const desk = await hospital.as(patients, 'receptionist')
  const [first, second] = (await desk.list({ query: {} })).body.items
  patientId = first?.id ?? ''
  otherPatientId = second?.id ?? ''
  const admin = await hospital.as(scheduling, 'admin')
  const answer = await admin.writeSchedule({ params: { id: hospital.userId('doctor') }, body: { facilityId: hospital.facilityId, weekly: [everyMonday] } })
  expect(answer.status).toBe(200)
})

const booking = (time: string) => ({ patientId, practitionerId: hospital.userId('doctor'), facilityId: hospital.facilityId, startsAt: at(time), visitType: 'new-consultation' as const })
const slotsOfMonday = async () => {
  const desk = await hospital.as(scheduling, 'receptionist')
  return (await desk.listSlots({ query: { practitionerId: hospital.userId('doctor'), facilityId: hospital.facilityId, from: monday, to: monday } })).body.items
}

describe('slots', () => {
  it('offers six on a Monday from nine to twelve', async () => {
    expect((await slotsOfMonday()).map((slot) => slot.startsAt)).toEqual(['09:00', '09:30', '10:00', '10:30', '11:00', '11:30'].map(at))
  })

  it('answers under the older names, day 0 being Monday', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    expect((await desk.legacySchedules({ query: { doctorId: hospital.userId('doctor') } })).body.items[0]).toMatchObject({ day: 0, startTime: '09:00' })
  })

  it('refuses what is not offered, and more than a month at once', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    expect((await desk.book({ body: booking('13:00') })).problem.code).toBe('scheduling.not_offered')
    const long = await desk.listSlots({ query: { practitionerId: hospital.userId('doctor'), from: '2027-01-01', to: '2027-03-01' } })
    expect(long.problem.code).toBe('scheduling.range_too_long')
  })
})

interface RaceResult {
  won: number
  refused: number
  rows: number
  /** Whatever else was answered. */
  others: string[]
}

async function raceFor(time: string): Promise<RaceResult> {
  const desk = await hospital.as(scheduling, 'receptionist')
  const answers = await Promise.all(Array.from({ length: 200 }, () => answered(() => desk.book({ body: booking(time) }))))
  const rows = await hospital.query<{ n: number }>("select count(*)::int as n from appointments where starts_at = $1 and state <> 'cancelled'", [at(time)])
  const others = answers.filter((answer) => answer.status !== 201 && answer.problem.code !== 'scheduling.slot_taken').map((answer) => answer.problem.code)
  return { won: answers.filter((answer) => answer.status === 201).length, refused: 200 - others.length - answers.filter((answer) => answer.status === 201).length, rows: rows[0]?.n ?? 0, others }
}

async function emptySlot(time: string): Promise<void> {
  await hospital.query('delete from bookings where starts_at = $1', [at(time)])
  await hospital.query("update appointments set state = 'cancelled', cancelled_by = 'clinic' where starts_at = $1", [at(time)])
}

describe('two hundred for one slot', () => {
  it('books one and tells the others', async () => {
    expect(await raceFor('09:00')).toEqual({ won: 1, refused: 199, rows: 1, others: [] })
  })

  it('books back-to-back slots both', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    expect((await desk.book({ body: booking('09:30') })).status).toBe(201)
    expect((await slotsOfMonday()).map((slot) => slot.startsAt)).not.toContain(at('09:30'))
  })

  it('is caught when the constraint is missing', async () => {
    await hospital.query('alter table bookings drop constraint bookings_taken')
    try {
      // Two hundred that overlap book several; where a busy machine let one after the other through, they come again.
      let most = 0
      for (let round = 0; round < 5 && most < 2; round += 1) {
        await emptySlot('10:00')
        most = (await raceFor('10:00')).rows
      }
      expect(most).toBeGreaterThan(1)
    } finally {
      await hospital.query(`delete from bookings where starts_at = $1`, [at('10:00')])
      await hospital.query(`alter table bookings add constraint bookings_taken exclude using gist (tenant_id with =, resource_kind with =, resource_id with =, seat with =, tstzrange(starts_at, ends_at) with &&)`)
    }
  })

  it('overbooks as the next seat with permission only', async () => {
    const nurse = await hospital.as(scheduling, 'nurse')
    expect((await nurse.book({ body: { ...booking('09:00'), isOverbooking: true } })).status).toBe(403)
    const doctor = await hospital.as(scheduling, 'doctor')
    const second = await doctor.book({ body: { ...booking('09:00'), isOverbooking: true } })
    expect(second.status).toBe(201)
    const third = await doctor.book({ body: { ...booking('09:00'), isOverbooking: true } })
    expect(third.status).toBe(201)
    await doctor.cancel({ params: { id: second.body.id }, body: { reason: 'moved away', by: 'clinic' } })
    expect((await doctor.book({ body: { ...booking('09:00'), isOverbooking: true } })).status).toBe(201)
  })
})

describe('steps', () => {
  it('takes legal steps and refuses all others, naming the legal ones', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const visits = await hospital.as(encounters, 'doctor')
    const { body } = await desk.book({ body: booking('11:00') })
    const calls = {
      confirm: () => desk.confirm({ params: { id: body.id }, body: {} }),
      'check-in': () => visits.checkIn({ params: { id: body.id }, body: {} }),
      start: () => visits.startAppointment({ params: { id: body.id }, body: {} }),
      complete: () => visits.completeAppointment({ params: { id: body.id }, body: {} }),
      cancel: () => desk.cancel({ params: { id: body.id }, body: { reason: 'ill', by: 'patient' } }),
      'no-show': () => desk.noShow({ params: { id: body.id }, body: {} }),
      reschedule: () => desk.reschedule({ params: { id: body.id }, body: { startsAt: at('11:30') } }),
    }
    const stateOf = async () => (await desk.read({ params: { id: body.id } })).body.state
    const clear = () => hospital.query("delete from bookings where subject_id = $1", [body.id])
    for (const state of appointmentLifecycle.states) {
      const legal = Object.entries(appointmentLifecycle.steps).filter(([, step]) => step.from.some((one) => one === state)).map(([name]) => name)
      for (const [name, call] of Object.entries(calls)) {
        await clear()
        await hospital.query('update appointments set state = $2, encounter_id = null, cancelled_by = null where id = $1', [body.id, state])
        const answer = await call()
        const after = appointmentLifecycle.steps[name as keyof typeof calls].to
        const expected = legal.includes(name) ? [200, undefined, undefined, after] : [409, 'lifecycle.illegal_step', legal, state]
        expect([state, name, answer.status, answer.problem.code, answer.problem.allowed, await stateOf()]).toEqual([state, name, ...expected])
      }
    }
    await clear()
  })

  it('offers the slot of a cancelled one to the longest waiting, who keeps it only when first', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const wait = { facilityId: hospital.facilityId, visitType: 'new-consultation' as const }
    const own = (await desk.wait({ body: { ...wait, patientId } })).body
    const other = (await desk.wait({ body: { ...wait, patientId: otherPatientId } })).body
    const entry = async (id: string) => (await desk.listWaiting({ query: { facilityId: hospital.facilityId } })).body.items.find((item) => item.id === id)
    const { body } = await desk.book({ body: booking('10:30') })
    expect((await desk.cancel({ params: { id: body.id }, body: { reason: 'travel', by: 'patient' } })).body).toMatchObject({ state: 'cancelled', cancelledBy: 'patient' })
    expect((await slotsOfMonday()).map((slot) => slot.startsAt)).toContain(at('10:30'))
    expect(await entry(own.id)).toMatchObject({ state: 'waiting' })
    expect(await entry(other.id)).toMatchObject({ state: 'offered', offeredStartsAt: at('10:30'), offeredPractitionerId: hospital.userId('doctor') })
    expect(await hospital.query("select payload ->> 'waitingId' as id from events where name = 'scheduling.offered'")).toEqual([{ id: other.id }])
    const faster = (await desk.book({ body: booking('10:30') })).body
    expect(await entry(other.id)).toMatchObject({ state: 'waiting', offeredStartsAt: null })
    await desk.cancel({ params: { id: faster.id }, body: { reason: 'travel', by: 'patient' } })
    await desk.book({ body: { ...booking('10:30'), patientId: otherPatientId } })
    expect(await entry(other.id)).toBeUndefined()
    expect(await hospital.query('select state from waiting_list where id = $1', [other.id])).toEqual([{ state: 'booked' }])
    expect((await desk.cancelWaiting({ params: { id: own.id }, body: { reason: 'no longer' } })).body).toMatchObject({ state: 'cancelled', actions: [] })
    expect((await desk.cancelWaiting({ params: { id: own.id }, body: { reason: 'again' } })).problem.code).toBe('lifecycle.illegal_step')
  })

  it('keeps every move of an appointment', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const { body } = await desk.book({ body: { ...booking('09:00'), startsAt: new Date('2027-03-08T09:00:00+05:30').toISOString() } })
    const params = { id: body.id }
    for (const time of ['09:30', '10:00']) expect((await desk.reschedule({ params, body: { startsAt: new Date(`2027-03-08T${time}:00+05:30`).toISOString() } })).status).toBe(200)
    const moves = (await desk.moves({ params })).body.items
    expect(moves.map((move) => [move.fromStartsAt, move.toStartsAt])).toEqual([['09:00', '09:30'], ['09:30', '10:00']].map((pair) => pair.map((time) => new Date(`2027-03-08T${time}:00+05:30`).toISOString())))
    expect((await desk.read({ params })).body).toMatchObject({ localDate: '2027-03-08', localTime: '10:00', timeZone: 'Asia/Kolkata' })
    await desk.cancel({ params, body: { reason: 'ends here', by: 'clinic' } })
  })

  it('books a series of all or none', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const weekly = { ...booking('11:00'), startsAt: new Date('2027-04-05T11:00:00+05:30').toISOString(), everyDays: 7, count: 4 }
    const series = await desk.bookSeries({ body: weekly })
    expect(series.body.items.map((one) => [one.localDate, one.localTime, one.seriesId])).toEqual(['2027-04-05', '2027-04-12', '2027-04-19', '2027-04-26'].map((on) => [on, '11:00', series.body.id]))
    const again = await desk.bookSeries({ body: { ...weekly, startsAt: new Date('2027-03-29T11:00:00+05:30').toISOString() } })
    expect(again.problem.code).toBe('scheduling.slot_taken')
    expect(await hospital.query("select id from appointments where local_date = '2027-03-29'")).toEqual([])
  })

  it('books nobody after death', async () => {
    await hospital.query('update patients set deceased_at = now() where id = $1', [otherPatientId])
    const desk = await hospital.as(scheduling, 'receptionist')
    const answer = await desk.book({ body: { ...booking('11:30'), patientId: otherPatientId } })
    expect([answer.status, answer.problem.code, answer.problem.errors?.[0]?.path]).toEqual([422, 'scheduling.patient_deceased', 'patientId'])
    await hospital.query('update patients set deceased_at = null where id = $1', [otherPatientId])
  })

  it('says of each free slot what it may be booked for', async () => {
    const admin = await hospital.as(scheduling, 'admin')
    const id = hospital.userId('doctor', 2)
    await admin.writeSchedule({ params: { id }, body: { facilityId: hospital.facilityId, weekly: [{ ...everyMonday, to: '10:00', visitTypes: ['therapy'] }, { ...everyMonday, from: '10:00', to: '10:30' }] } })
    const slots = (await admin.listSlots({ query: { practitionerId: id, from: monday, to: monday } })).body.items
    expect(slots.map((slot) => [slot.startsAt, slot.visitType])).toEqual([[at('09:00'), 'therapy'], [at('09:30'), 'therapy'], [at('10:00'), 'new-consultation']])
    const bookings = slots.map(({ endsAt: _endsAt, ...slot }) => admin.book({ body: { ...slot, patientId } }))
    expect((await Promise.all(bookings)).map((answer) => answer.status)).toEqual([201, 201, 201])
  })

  it('lists bookings a changed schedule no longer offers, and deletes none', async () => {
    const admin = await hospital.as(scheduling, 'admin')
    const answer = await admin.writeSchedule({ params: { id: hospital.userId('doctor') }, body: { facilityId: hospital.facilityId, weekly: [{ ...everyMonday, from: '10:00' }] } })
    expect(answer.body.conflicts?.map((one) => one.localTime)).toContain('09:30')
    const away = await admin.writeSchedule({ params: { id: hospital.userId('doctor') }, body: { facilityId: hospital.facilityId, weekly: [everyMonday], exceptions: [{ on: monday, isAvailable: false, reason: 'leave' }] } })
    expect(away.body.conflicts?.every((one) => one.localDate === monday)).toBe(true)
    expect(await slotsOfMonday()).toEqual([])
    const rows = await hospital.query<{ n: number }>("select count(*)::int as n from bookings where starts_at = $1 and resource_id = $2", [at('09:30'), hospital.userId('doctor')])
    expect(rows[0]?.n).toBe(1)
  })
})

describe('another hospital', () => {
  it('sees neither slot nor booking', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const [mine] = (await desk.list({ query: {} })).body.items
    const stranger = await hospital.as(scheduling, 'receptionist', 'homeopathy')
    expect((await stranger.read({ params: { id: mine?.id ?? '' } })).status).toBe(404)
    expect((await stranger.list({ query: {} })).body.items).toEqual([])
    expect((await stranger.readSchedule({ params: { id: hospital.userId('doctor') } })).status).toBe(404)
    expect((await stranger.book({ body: booking('10:00') })).status).toBe(403)
  })
})
