import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { announce } from '#kernel/live.ts'
import { demoPassword } from '../seed/seed.ts'
import { lastOldAsked } from '../testing/felt.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
let base = ''
const open: Socket[] = []
const trial = 'trial'

interface Change {
  module: string
  id: string | null
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
  await hospital.app.listen({ port: 0, host: '127.0.0.1' })
  base = `http://localhost:${(hospital.app.server.address() as AddressInfo).port}`
})
afterAll(() => {
  for (const socket of open) socket.disconnect()
})

async function cookieOf(email: string): Promise<string> {
  const answer = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: demoPassword }) })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

interface Heard {
  changes: Change[]
  ended: () => boolean
}

/** A screen of somebody; resolves when it listens or is refused. */
async function screen(headers: Record<string, string>, facilityId: string, isAtHome: boolean): Promise<Heard | string> {
  const socket = io(base, { path: '/socket.io', transports: ['websocket'], extraHeaders: headers, forceNew: true, reconnection: false })
  open.push(socket)
  const changes: Change[] = []
  const life = { isEnded: false }
  const tried = { isHeard: false }
  socket.on('changed', (found: Change[]) => {
    tried.isHeard ||= found.some(({ id }) => id === trial)
    changes.push(...found.filter(({ id }) => id !== trial))
  })
  socket.on('disconnect', () => (life.isEnded = true))
  const refused = await new Promise<string>((done) => socket.once('connect', () => done('')).once('connect_error', (error) => done(error.message)))
  if (refused !== '') return refused
  socket.emit('watch', facilityId)
  // Who belongs here listens once a trial is heard; who does not will hear nothing.
  if (isAtHome) {
    await expect.poll(() => {
      announce({ tenantId: hospital.tenantId, facilityId, module: 'encounters', id: trial })
      return tried.isHeard
    }).toBe(true)
  } else await wait(500)
  return { changes, ended: () => life.isEnded }
}

async function heardBy(email: string, facilityId = hospital.facilityId): Promise<Heard> {
  const found = await screen({ cookie: await cookieOf(email) }, facilityId, email.endsWith('@general.example'))
  if (typeof found === 'string') throw new Error(found)
  return found
}

async function visit(facilityId: string): Promise<string> {
  const [patient] = await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 limit 1', [hospital.tenantId])
  const desk = await hospital.as(encounters, 'receptionist')
  const opened = await desk.open({ body: { patientId: patient?.id ?? '', facilityId, class: 'outpatient' } })
  expect(opened.status).toBe(201)
  return opened.body.id
}

/** Counted in turns of this process, in which the server runs as well: what a machine takes from both at once is nobody's delay. */
async function until(isTrue: () => boolean, seconds = 60): Promise<boolean> {
  for (let left = seconds * 20; left > 0 && !isTrue(); left -= 1) await wait(50)
  return isTrue()
}

describe('a screen', () => {
  it('hears what others change in its facility, as ids, and nothing of another facility or hospital', async () => {
    const [desk, elsewhere, foreign] = await Promise.all([heardBy('receptionist@general.example'), heardBy('receptionist@general.example', hospital.otherFacilityId), heardBy('receptionist@ayurveda.example')])
    const id = await visit(hospital.facilityId)
    expect(await until(() => desk.changes.length > 0)).toBe(true)
    expect(desk.changes).toEqual([{ module: 'encounters', id }])
    await wait(500)
    expect([elsewhere.changes, foreign.changes]).toEqual([[], []])
  })

  it('of another hospital is told nothing, even when it asks for this facility', async () => {
    const foreign = await heardBy('receptionist@ayurveda.example', hospital.facilityId)
    await visit(hospital.facilityId)
    await wait(800)
    expect(foreign.changes).toEqual([])
  })

  it('without a session, with a wrong one, or from a foreign page is refused', async () => {
    expect(await screen({}, hospital.facilityId, true)).toBe('signed-out')
    expect(await screen({ cookie: '__Host-triveni=a.b.c' }, hospital.facilityId, true)).toBe('signed-out')
    const cookie = await cookieOf('nurse@general.example')
    for (const origin of ['https://evil.example', 'null', 'no address at all']) expect(typeof (await screen({ cookie, origin }, hospital.facilityId, true))).toBe('string')
  })

  it('is cut off within five seconds of the end of its session, and when its user is shut out', async () => {
    const [nurse, doctor] = await Promise.all([heardBy('nurse@general.example'), heardBy('doctor@general.example')])
    await hospital.query('update sessions set ended_at = now() where user_id = $1', [hospital.userId('nurse')])
    await hospital.query('update users set is_active = false where id = $1', [hospital.userId('doctor')])
    expect(await until(() => nurse.ended() && doctor.ended(), 9)).toBe(true)
  })

  it('hears no more of what its user may no longer do', async () => {
    const cashier = await heardBy('cashier@general.example')
    await visit(hospital.facilityId)
    expect(await until(() => cashier.changes.length > 0)).toBe(true)
    await hospital.query('delete from memberships where user_id = $1', [hospital.userId('cashier')])
    const isStillTold = async () => {
      cashier.changes.length = 0
      await visit(hospital.facilityId)
      await wait(800)
      return cashier.changes.length > 0
    }
    expect(await lastOldAsked(isStillTold)).toBeLessThan(8000)
    expect(await isStillTold()).toBe(false)
  })
})
