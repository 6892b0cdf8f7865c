import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#kernel/embedded-postgres.ts'
import { stableId } from '../../seed/random.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type Caller, signIn } from './installation.ts'
import { ask } from './owner.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
const count = 4
const facilityId = stableId(1, 'general:GH1')
const redisProgram = process.env['REDIS_SERVER'] ?? 'redis-server'
const hasRedis = spawnSync(redisProgram, ['--version']).status === 0

async function untilTrue(test: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    if (await test()) return true
    await wait(50)
  }
  return false
}

/** Whether a process takes a birth today as it is in Kiritimati: it knows the facility's zone from its cache. */
async function isBornIn(desk: Caller): Promise<boolean> {
  const birthDate = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' }).format(new Date())
  return (await desk.call('POST', '/patients', { body: { givenName: 'Born', sex: 'unknown', birthDate, facilityId }, key: randomUUID() })).status === 201
}

/** The two zones are 25 hours apart, so that today is never the same day in both. */
async function areChangesSeen(cluster: Cluster): Promise<boolean> {
  const [here, there] = cluster.processes
  if (here === undefined || there === undefined) throw new Error('two processes are needed')
  const admin = await signIn(here.base, 'admin@general.example')
  const desk = await signIn(there.base, 'receptionist@general.example')
  const move = async (timeZone: string) => {
    const { body } = await admin.call('GET', `/facilities/${facilityId}`)
    expect((await admin.call('PATCH', `/facilities/${facilityId}`, { body: { timeZone }, ifMatch: Number(body['version']) })).status).toBe(200)
  }
  for (const [timeZone, isBorn] of [['Pacific/Kiritimati', true], ['Pacific/Pago_Pago', false], ['Pacific/Kiritimati', true]] as const) {
    await move(timeZone)
    if (!(await untilTrue(async () => (await isBornIn(desk)) === isBorn, 3))) return false
  }
  return true
}

describe.runIf(isFull)(`${count} processes on one database`, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster(count)
  })
  afterAll(() => cluster.close())

  it('that start at the same moment migrate once', async () => {
    const rows = await ask<{ n: number }>(cluster.ownerUrl, 'select count(*)::int as n from schema_migrations')
    expect(rows[0]?.n).toBeGreaterThan(10)
    for (const one of cluster.processes) expect(await one.untilReady()).toBeLessThan(5000)
  })

  it('know the same sessions, and one effect of one key', async () => {
    const [first] = cluster.processes
    if (first === undefined) throw new Error('none')
    const desk = await signIn(first.base, 'receptionist@general.example')
    const key = randomUUID()
    const body = { givenName: 'Shared', familyName: 'Key', sex: 'female', ageYears: 30, facilityId }
    const everywhere = await Promise.all(cluster.processes.flatMap((one) => [desk.at(one.base), desk.at(one.base)]).map((caller) => caller.call('POST', '/patients', { body, key })))
    expect(everywhere.map((answer) => answer.status)).toEqual(everywhere.map(() => 201))
    expect(new Set(everywhere.map((answer) => answer.body['id'])).size).toBe(1)
  })

  it('see at once what another changed, though each keeps a cache', async () => {
    expect.hasAssertions()
    expect(await areChangesSeen(cluster)).toBe(true)
  })

  it('tell the screens of one what was written through another', async () => {
    const [first, second] = cluster.processes
    if (first === undefined || second === undefined) throw new Error('two processes are needed')
    const desk = await signIn(first.base, 'receptionist@general.example')
    const socket = io(second.base, { path: '/socket.io', transports: ['websocket'], extraHeaders: { cookie: desk.cookie } })
    const heard: unknown[] = []
    socket.on('connect', () => socket.emit('watch', facilityId)).on('changed', (changes: unknown[]) => heard.push(...changes))
    await untilTrue(async () => socket.connected, 5)
    await wait(500)
    const made = await desk.call('POST', '/patients', { body: { givenName: 'Heard', sex: 'unknown', ageYears: 3, facilityId }, key: randomUUID() })
    expect(await untilTrue(async () => heard.length > 0, 5)).toBe(true)
    expect(heard).toEqual([{ module: 'patients', id: made.body['id'] }])
    socket.disconnect()
  })

  it('do each job once, and go on when one of them is killed', async () => {
    const [first, second] = cluster.processes
    if (first === undefined || second === undefined) throw new Error('two processes are needed')
    const desk = await signIn(second.base, 'receptionist@general.example')
    const patient = await desk.call('POST', '/patients', { body: { givenName: 'Job', familyName: 'Once', sex: 'male', ageYears: 30, facilityId }, key: randomUUID() })
    await first.kill()
    const visit = await desk.call('POST', '/encounters', { body: { patientId: patient.body['id'], facilityId, class: 'outpatient' }, key: randomUUID() })
    expect(visit.status).toBe(201)
    expect(await untilTrue(async () => (await ask(cluster.ownerUrl, 'select 1 from event_queue')).length === 0, 10)).toBe(true)
    await first.start()
    expect((await desk.at(first.base).call('GET', '/patients?limit=1')).status).toBe(200)
  })
})

describe.runIf(isFull && hasRedis)('with Redis', () => {
  let redis: ChildProcess
  let cluster: Cluster
  beforeAll(async () => {
    const port = await freePort()
    redis = spawn(redisProgram, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--requirepass', 'secret word'], { stdio: 'ignore' })
    cluster = await startCluster(2, { REDIS_URL: `redis://:secret%20word@127.0.0.1:${port}` })
  })
  afterAll(async () => {
    await cluster.close()
    redis.kill()
  })
  it('they see at once what another changed', async () => {
    expect.hasAssertions()
    expect(await areChangesSeen(cluster)).toBe(true)
  })
})
