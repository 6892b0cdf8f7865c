import type { Request } from 'autocannon'
import { demoPassword } from '../server/src/seed/seed.ts'
import { patientAt } from '../server/src/seed/patients.ts'
import { stableId } from '../server/src/seed/random.ts'
import type { Task } from './measure.ts'

export interface Bed {
  base: string
  patients: number
  /** The day the data stands on, `YYYY-MM-DD`. */
  on: string
}

export interface Route {
  name: string
  request: Request
  /** One example of a read, to be compared with its bare statements. */
  example?: () => { method: 'GET' | 'POST'; path: string; body?: unknown }
}

export type Headers = Record<string, string>
const facilities = ['GH1', 'GH2'].map((code) => ({ id: stableId(1, `general:${code}`), code }))
const facilityId = facilities[0]?.id ?? ''
const doctorId = stableId(1, 'general:user:doctor:1')
export const tenantId = stableId(1, 'general')
let serial = 0

export async function signIn(base: string, email: string): Promise<Headers> {
  const answer = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: demoPassword }) })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  return { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
}

export async function post<T>(bed: Bed, path: string, headers: Headers, body: unknown): Promise<{ isDone: boolean; answer: T }> {
  serial += 1
  const answer = await fetch(`${bed.base}/api/v1${path}`, { method: 'POST', headers: { ...headers, 'idempotency-key': `bench-${process.pid}-${serial}` }, body: JSON.stringify(body) })
  const content = (await answer.json()) as T
  if (!answer.ok && answer.status !== 409) process.stdout.write(`${path}: ${JSON.stringify(content)}\n`)
  return { isDone: answer.ok, answer: content }
}

export const get = async <T>(bed: Bed, path: string, headers: Headers): Promise<T> => (await (await fetch(`${bed.base}/api/v1${path}`, { headers })).json()) as T

const dynamic = (method: 'GET' | 'POST', headers: Headers, make: () => { path: string; body?: unknown }): Request => ({
  method,
  path: '/',
  headers,
  setupRequest: (request) => {
    const { path, body } = make()
    serial += 1
    return { ...request, path: `/api/v1${path}`, headers: { ...headers, ...(method === 'POST' ? { 'idempotency-key': `bench-${process.pid}-${serial}` } : {}) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  },
})

export const read = (name: string, headers: Headers, make: () => { path: string; body?: unknown }, method: 'GET' | 'POST' = 'GET'): Route => ({ name, request: dynamic(method, headers, make), example: () => ({ method, ...make() }) })
export const write = (name: string, headers: Headers, make: () => { path: string; body?: unknown }): Route => ({ name, request: dynamic('POST', headers, make) })

/** The routes that can be asked any number of times. */
export async function routesFor(bed: Bed): Promise<Route[]> {
  const doctor = await signIn(bed.base, 'doctor@general.example')
  const desk = await signIn(bed.base, 'receptionist@general.example')
  const plan = { seed: 1, key: 'general', facilities, on: bed.on }
  const somebody = () => patientAt(plan, Math.floor(Math.random() * bed.patients))
  const begun = await Promise.all(Array.from({ length: 100 }, async (_, index) => post<{ id: string }>(bed, '/encounters', desk, { patientId: patientAt(plan, index).id, facilityId, class: 'outpatient' })))
  const visits = begun.flatMap(({ isDone, answer }) => (isDone ? [answer.id] : []))
  return [
    { name: 'sign-in page', request: { method: 'GET', path: '/', headers: { accept: 'text/html' } } },
    read('read patient', doctor, () => ({ path: `/patients/${somebody().id}` })),
    read('search by name', doctor, () => { const one = somebody(); return { path: '/patients/search', body: { text: `${one.family} ${one.given.slice(0, 4)}` } } }, 'POST'),
    read('search by identifier', doctor, () => ({ path: '/patients/search', body: { text: somebody().mrn } }), 'POST'),
    read('observations', doctor, () => ({ path: `/patients/${somebody().id}/observations` })),
    read('timeline', doctor, () => ({ path: `/patients/${somebody().id}/timeline` })),
    read('free slots', doctor, () => ({ path: `/slots?practitionerId=${doctorId}&from=${bed.on}&to=${bed.on}` })),
    read('dashboard', doctor, () => ({ path: '/dashboards/doctor' })),
    write('create patient', desk, () => ({ path: '/patients', body: { givenName: somebody().given, familyName: `${somebody().family}${serial % 97}`, sex: 'female', ageYears: serial % 90, phones: [`+9198${String(10_000_000 + serial)}`], facilityId } })),
    write('record vitals', doctor, () => ({ path: `/encounters/${visits[serial % visits.length]}/vitals`, body: { systolicMmHg: 120, diastolicMmHg: 80, pulsePerMinute: 70, respirationsPerMinute: 16, temperatureCelsius: 37, spo2Percent: 98 } })),
  ]
}

export type Tasks = Task[]

/** Free slots of all practitioners, each to be booked once. */
export async function bookings(bed: Bed, count: number): Promise<Tasks> {
  const desk = await signIn(bed.base, 'receptionist@general.example')
  const { items } = await get<{ items: { id: string; facilityIds: string[] }[] }>(bed, '/practitioners', desk)
  const plan = { seed: 1, key: 'general', facilities, on: bed.on }
  const tasks: Tasks = []
  for (let month = 1; tasks.length < count && month <= 12; month += 1) {
    const day = (days: number) => new Date(Date.parse(bed.on) + days * 86_400_000).toISOString().slice(0, 10)
    for (const one of items) {
      const slots = await get<{ items: { startsAt: string; facilityId: string }[] }>(bed, `/slots?practitionerId=${one.id}&from=${day(month * 30)}&to=${day(month * 30 + 29)}`, desk)
      for (const slot of slots.items) tasks.push({ path: '/appointments', headers: desk, body: { patientId: patientAt(plan, tasks.length % bed.patients).id, practitionerId: one.id, facilityId: slot.facilityId, startsAt: slot.startsAt, visitType: 'follow-up' } })
    }
  }
  return tasks.slice(0, count)
}

/** Facilities of the number wanted, the cashier at work in each: every one has a series of its own. */
const made = [facilityId]
async function places(bed: Bed, count: number): Promise<string[]> {
  const admin = await signIn(bed.base, 'admin@general.example')
  const { id: _id, version: _version, actions: _actions, ...like } = await get<Record<string, unknown>>(bed, `/facilities/${facilityId}`, admin)
  while (made.length < count) {
    const { answer } = await post<{ id: string }>(bed, '/facilities', admin, { ...like, code: `S${made.length}`, name: `Series ${made.length}` })
    await post(bed, '/memberships', admin, { userId: stableId(1, 'general:user:cashier:1'), facilityId: answer.id, role: 'cashier' })
    made.push(answer.id)
  }
  return made.slice(0, count)
}

/** Bills drafted beforehand, each to be issued once, over as many number series as wanted. */
export async function issues(bed: Bed, count: number, series: number): Promise<Tasks> {
  const at = await places(bed, series)
  const cashier = await signIn(bed.base, 'cashier@general.example')
  const { items } = await get<{ items: { id: string }[] }>(bed, '/services', cashier)
  const plan = { seed: 1, key: 'general', facilities, on: bed.on }
  const tasks: Tasks = []
  let next = 0
  const draft = async () => {
    while (next < count) {
      next += 1
      const index = next
      const { isDone, answer } = await post<{ id: string }>(bed, '/invoices', cashier, { patientId: patientAt(plan, index % bed.patients).id, facilityId: at[index % at.length], lines: [{ serviceId: items[0]?.id, quantity: '1' }] })
      if (isDone) tasks.push({ path: `/invoices/${answer.id}/issue`, headers: cashier, body: {} })
    }
  }
  await Promise.all(Array.from({ length: 8 }, draft))
  return tasks
}
