import { beforeAll, describe, expect, it } from 'vitest'
import { appointmentLifecycle, scheduling } from '#contract/scheduling.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let patientId = ''
const monday = '2027-03-01'
const at = (time: string) => new Date(`${monday}T${time}:00+05:30`).toISOString()
const everyMonday = { weekday: 1, from: '09:00', to: '12:00', slotMinutes: 30, visitTypes: [] }

beforeAll(async () => {
  hospital = await testHospital()
  const desk = await hospital.as(patients, 'receptionist')
  patientId = (await desk.list({ query: {} })).body.items[0]?.id ?? ''
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
}

async function raceFor(time: string): Promise<RaceResult> {
  const desk = await hospital.as(scheduling, 'receptionist')
  const answers = await Promise.all(Array.from({ length: 200 }, () => desk.book({ body: booking(time) })))
  const rows = await hospital.query<{ n: number }>("select count(*)::int as n from appointments where starts_at = $1 and state <> 'cancelled'", [at(time)])
  return { won: answers.filter((answer) => answer.status === 201).length, refused: answers.filter((answer) => answer.problem.code === 'scheduling.slot_taken').length, rows: rows[0]?.n ?? 0 }
}

describe('two hundred for one slot', () => {
  it('books one and tells the others', async () => {
    expect(await raceFor('09:00')).toEqual({ won: 1, refused: 199, rows: 1 })
  })

  it('books back-to-back slots both', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    expect((await desk.book({ body: booking('09:30') })).status).toBe(201)
    expect((await slotsOfMonday()).map((slot) => slot.startsAt)).not.toContain(at('09:30'))
  })

  it('is caught when the constraint is missing', async () => {
    await hospital.query('alter table bookings drop constraint bookings_taken')
    try {
      expect((await raceFor('10:00')).rows).toBeGreaterThan(1)
    } finally {
      await hospital.query(`delete from bookings where starts_at = $1`, [at('10:00')])
      await hospital.query(`alter table bookings add constraint bookings_taken exclude using gist (tenant_id with =, resource_kind with =, resource_id with =, seat with =, tstzrange(starts_at, ends_at) with &&)`)
    }
  })

  it('overbooks as the next seat with permission only', async () => {
    const nurse = await hospital.as(scheduling, 'nurse')
    expect((await nurse.book({ body: { ...booking('09:00'), isOverbooking: true } })).status).toBe(403)
    const doctor = await hospital.as(scheduling, 'doctor')
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
    for (const state of appointmentLifecycle.states) {
      await hospital.query('update appointments set state = $2 where id = $1', [body.id, state])
      const legal = Object.entries(appointmentLifecycle.steps).filter(([, step]) => step.from.some((one) => one === state)).map(([name]) => name)
      for (const [name, call] of Object.entries(calls)) {
        if (legal.includes(name)) continue
        const answer = await call()
        expect([state, name, answer.status, answer.problem.code, answer.problem.allowed]).toEqual([state, name, 409, 'lifecycle.illegal_step', legal])
      }
    }
  })

  it('frees the slot of a cancelled one and offers it to the longest waiting', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const waiting = await desk.wait({ body: { patientId, facilityId: hospital.facilityId, visitType: 'new-consultation' } })
    const { body } = await desk.book({ body: booking('10:30') })
    expect((await desk.cancel({ params: { id: body.id }, body: { reason: 'travel', by: 'patient' } })).body.state).toBe('cancelled')
    expect((await slotsOfMonday()).map((slot) => slot.startsAt)).toContain(at('10:30'))
    const list = await desk.listWaiting({ query: { facilityId: hospital.facilityId } })
    expect(list.body.items.find((item) => item.id === waiting.body.id)?.state).toBe('offered')
  })

  it('lists bookings a changed schedule no longer offers, and deletes none', async () => {
    const admin = await hospital.as(scheduling, 'admin')
    const answer = await admin.writeSchedule({ params: { id: hospital.userId('doctor') }, body: { facilityId: hospital.facilityId, weekly: [{ ...everyMonday, from: '10:00' }] } })
    expect(answer.body.conflicts?.map((one) => one.localTime)).toContain('09:30')
  })
})

describe('another hospital', () => {
  it('sees neither slot nor booking', async () => {
    const desk = await hospital.as(scheduling, 'receptionist')
    const [mine] = (await desk.list({ query: {} })).body.items
    const stranger = await hospital.as(scheduling, 'receptionist', 'homeopathy')
    expect((await stranger.read({ params: { id: mine?.id ?? '' } })).status).toBe(404)
    expect((await stranger.list({ query: {} })).body.items).toEqual([])
    expect((await stranger.book({ body: booking('10:00') })).status).toBe(403)
  })
})
