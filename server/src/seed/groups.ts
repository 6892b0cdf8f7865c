import type pg from 'pg'
import { addDays, localDate, localTime, weekdayOf, zonedToInstant } from '#kernel/zoned-time.ts'
import type { CarePlan } from './care.ts'
import type { SeedHospital } from './hospitals.ts'
import { randomFrom, stableId } from './random.ts'

interface Course {
  name: string
  /** Which practitioner of the hospital leads it. */
  leader: number
  /** 1 is Monday. */
  weekdays: number[]
  /** Between the hours of the demo's schedules, so that nobody is in two places. */
  time: string
  minutes: number
  places: number
  room: string
  people: number
}

const zone = 'Asia/Kolkata'
const weeks = [-1, 0, 1]

const courses: Record<SeedHospital['system'], Course[]> = {
  allopathy: [
    { name: 'Diabetes education', leader: 0, weekdays: [2, 4, 6], time: '14:30', minutes: 60, places: 6, room: 'Seminar room', people: 9 },
    { name: 'Antenatal class', leader: 1, weekdays: [3], time: '15:00', minutes: 45, places: 6, room: 'Seminar room', people: 8 },
    { name: 'Physiotherapy group', leader: 0, weekdays: [1, 3, 5], time: '14:00', minutes: 60, places: 8, room: 'Gymnasium', people: 5 },
  ],
  ayurveda: [
    { name: 'Yoga for the back', leader: 1, weekdays: [1, 2, 3, 4, 5, 6], time: '14:00', minutes: 60, places: 12, room: 'Yoga hall', people: 9 },
    { name: 'Pranayama', leader: 1, weekdays: [3], time: '15:00', minutes: 30, places: 12, room: 'Yoga hall', people: 12 },
  ],
  homeopathy: [{ name: 'Living with asthma', leader: 0, weekdays: [1, 3, 5], time: '14:30', minutes: 60, places: 8, room: 'Meeting room', people: 6 }],
}

const rooms = { 'Seminar room': 20, Gymnasium: 12, 'Yoga hall': 16, 'Meeting room': 10 } as const

/** Courses of the weeks around the demo's day, with people who came, stayed away, are expected and wait. */
export async function seedGroups(client: pg.Client, plan: CarePlan): Promise<void> {
  for (const [index, course] of courses[plan.hospital.system].entries()) {
    const facility = plan.facilities[course.leader % plan.facilities.length]?.id ?? ''
    const roomId = stableId(plan.seed, `room:${facility}:${course.room}`)
    const places = Object.entries(rooms).find(([name]) => name === course.room)?.[1] ?? course.places
    await client.query('insert into rooms (tenant_id, id, facility_id, name, places, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [plan.tenantId, roomId, facility, course.room, places, plan.on])
    const monday = addDays(plan.on, 1 - weekdayOf(plan.on))
    const days = weeks.flatMap((week) => course.weekdays.map((weekday) => addDays(monday, week * 7 + weekday - 1)))
    for (const on of days) await seedSession(client, plan, { course, index, on, facility, roomId })
  }
  await endPastGroups(client, plan)
}

interface Place {
  course: Course
  index: number
  on: string
  facility: string
  roomId: string
}

async function seedSession(client: pg.Client, plan: CarePlan, { course, index, on, facility, roomId }: Place): Promise<void> {
  const { tenantId, seed } = plan
  const id = stableId(seed, `group:${facility}:${course.name}:${on}`)
  const startsAt = zonedToInstant(on, course.time, zone)
  const endsAt = new Date(startsAt.getTime() + course.minutes * 60_000)
  const leader = plan.practitioners[course.leader] ?? plan.practitioners[0] ?? ''
  await client.query(
    `insert into group_sessions (tenant_id, id, course_id, facility_id, practitioner_id, room_id, name, starts_at, ends_at, local_date, local_time, time_zone, places, state, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '${zone}', $12, 'scheduled', $13) on conflict do nothing`,
    [tenantId, id, stableId(seed, `course:${facility}:${course.name}`), facility, leader, roomId, course.name, startsAt, endsAt, localDate(startsAt, zone), localTime(startsAt, zone), course.places, plan.on],
  )
  for (const [kind, resource] of [['practitioner', leader], ['room', roomId]] as const) {
    await client.query("insert into bookings (tenant_id, id, resource_kind, resource_id, starts_at, ends_at, subject_type, subject_id) values ($1, $2, $3, $4, $5, $6, 'group-session', $7) on conflict do nothing", [tenantId, stableId(seed, `hold:${kind}:${id}`), kind, resource, startsAt, endsAt, id])
  }
  const random = randomFrom(seed + index * 31)
  const patients = [...new Set(Array.from({ length: course.people }, () => stableId(seed, `${plan.hospital.key}:patient:${Math.floor(random() * plan.patients)}`)))]
  await client.query(
    `insert into group_enrolments (tenant_id, id, session_id, patient_id, facility_id, state, created_at)
     select $1, e.id, $2, e.patient, $3, case when e.place > $4 then 'waiting' else 'enrolled' end, $7::date + e.place * interval '1 minute'
     from unnest($5::uuid[], $6::uuid[]) with ordinality as e(id, patient, place)
     where exists (select 1 from group_sessions s where s.tenant_id = $1 and s.id = $2 and s.state = 'scheduled' and s.version = 1) on conflict do nothing`,
    [tenantId, id, facility, course.places, patients.map((patient) => stableId(seed, `enrolment:${id}:${patient}`)), patients, addDays(plan.on, -20)],
  )
}

/** Of what the demo had planned and nobody touched, the days gone by are over: most came. */
async function endPastGroups(client: pg.Client, plan: CarePlan): Promise<void> {
  const { rows } = await client.query<{ id: string }>("update group_sessions set state = 'completed' where tenant_id = $1 and local_date < $2 and state = 'scheduled' and version = 1 and created_by is null returning id", [plan.tenantId, plan.on])
  const values = [plan.tenantId, rows.map((row) => row.id)]
  await client.query(
    `update group_enrolments e set state = case when get_byte(uuid_send(e.id), 15) < 40 then 'absent' else 'checked-in' end, checked_in_at = case when get_byte(uuid_send(e.id), 15) < 40 then null else s.starts_at - interval '5 minutes' end
     from group_sessions s where s.tenant_id = e.tenant_id and s.id = e.session_id and e.tenant_id = $1 and e.session_id = any($2::uuid[]) and e.state = 'enrolled'`,
    values,
  )
  await client.query("update group_enrolments set state = 'cancelled', cancelled_by = 'patient' where tenant_id = $1 and session_id = any($2::uuid[]) and state = 'waiting'", values)
}
