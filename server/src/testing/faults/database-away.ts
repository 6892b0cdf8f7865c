import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbedded } from '#kernel/embedded-postgres.ts'
import { type Caller, type Installation, makeInstallation, quantile, signIn, slowness } from './installation.ts'
import { type Proxy, type ProxyMode, startProxy } from './proxy.ts'

export interface AwayReport {
  fault: string
  answers: Record<string, number>
  /** The slowest answer while the fault lasted. */
  slowestMilliseconds: number
  liveAnswers: number
  liveFailures: number
  readyWhileAway: number
  recoveredMilliseconds: number
  grownMegabytes: number
}

async function count(base: string, path: string): Promise<number> {
  return fetch(`${base}${path}`, { signal: AbortSignal.timeout(Math.ceil(2000 * slowness())) }).then((answer) => answer.status, () => 0)
}

interface Load {
  answers: Record<string, number>
  times: number[]
  stop: () => Promise<void>
}

/** Reads and writes by many clients, one after another each. */
function load(callers: readonly Caller[], clients: number): Load {
  const life = { isOver: false }
  const answers: Record<string, number> = {}
  const times: number[] = []
  const client = async (index: number) => {
    const caller = callers[index % callers.length]
    while (!life.isOver && caller !== undefined) {
      const answer = await (index % 2 === 0 ? caller.call('GET', '/patients?limit=5') : caller.call('POST', '/patients/search', { body: { text: 'ram' } }))
      answers[answer.status] = (answers[answer.status] ?? 0) + 1
      times.push(answer.milliseconds)
      await wait(20)
    }
  }
  const running = Promise.all(Array.from({ length: clients }, (_value, index) => client(index)))
  return {
    answers,
    times,
    stop: async () => {
      life.isOver = true
      await running
    },
  }
}

/** A fault begins; the result ends it. */
type Fault = () => Promise<() => Promise<void>>

async function hold(server: EmbeddedPostgres, held: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: server.ownerUrl('postgres') })
    client.on('error', () => {})
    try {
      await client.connect()
      held.push(client)
    } catch {
      return
    }
  }
}

/** Somebody takes every connection, and those of the application end: it finds none again. */
async function takeAllConnections(server: EmbeddedPostgres): Promise<() => Promise<void>> {
  const held: pg.Client[] = []
  await hold(server, held)
  for (let tries = 0; tries < 10; tries += 1) {
    await held[0]?.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'hospital'")
    await hold(server, held)
  }
  return async () => void (await Promise.all(held.map((one) => one.end())))
}

/** Waits until the program has grown to what this load needs, so that what grows afterwards is the fault's. */
async function untilSteady(installation: Installation): Promise<void> {
  let before = 0
  for (let tries = 0; tries < 15; tries += 1) {
    const now = installation.residentMegabytes()
    if (Math.abs(now - before) < 3) return
    before = now
    await wait(2000)
  }
}

export const lineFault = (proxy: Proxy, mode: ProxyMode): Fault => async () => {
  proxy.set(mode)
  return async () => proxy.set('pass')
}

export interface AwayRig {
  installation: Installation
  proxy: Proxy
  server: EmbeddedPostgres
  measure: (fault: string, begin: Fault, seconds: number, clients?: number) => Promise<AwayReport>
  connections: () => Promise<() => Promise<void>>
  close: () => Promise<void>
}

/** An application whose database stands behind a line that can be made bad. */
export async function awayRig(environment: Record<string, string> = {}): Promise<AwayRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-away-'))
  chmodSync(dataDir, 0o755)
  const server = await startEmbedded({ dataDir, settings: { max_connections: '60', fsync: 'off' } })
  const client = new pg.Client({ connectionString: server.ownerUrl('postgres') })
  await client.connect()
  await client.query('create database hospital')
  await client.end()
  const proxy = await startProxy({ host: server.host, port: server.port })
  const url = new URL(server.ownerUrl('hospital'))
  url.port = String(proxy.port)
  url.search = ''
  const installation = await makeInstallation({ DATABASE_OWNER_URL: url.toString(), ...environment })
  await installation.start()
  const callers = [await signIn(installation.base, 'receptionist@general.example'), await signIn(installation.base, 'doctor@general.example')]
  const measure = async (fault: string, begin: Fault, seconds: number, clients = 40): Promise<AwayReport> => {
    const isLong = seconds >= 10
    const warm = load(callers, clients)
    await wait(1500)
    await (isLong ? untilSteady(installation) : undefined)
    const before = installation.residentMegabytes()
    const end = await begin()
    warm.times.length = 0
    for (const status of Object.keys(warm.answers)) delete warm.answers[status]
    const seen = { live: 0, failed: 0, ready: 0 }
    const until = Date.now() + seconds * 1000
    while (Date.now() < until) {
      if ((await count(installation.base, '/health/live')) === 200) seen.live += 1
      else seen.failed += 1
      if (Date.now() > until - seconds * 1000 + 3000 && (await count(installation.base, '/health/ready')) === 200) seen.ready += 1
      await wait(100)
    }
    const grownMegabytes = Math.round(installation.residentMegabytes() - before)
    await end()
    const recoveredMilliseconds = await installation.untilReady()
    await warm.stop()
    const after = await callers[0]?.call('GET', '/patients?limit=5')
    return { fault, answers: { ...warm.answers, afterwards: after?.status ?? 0 }, slowestMilliseconds: quantile(warm.times, 1), liveAnswers: seen.live, liveFailures: seen.failed, readyWhileAway: seen.ready, recoveredMilliseconds, grownMegabytes }
  }
  return {
    installation,
    proxy,
    server,
    measure,
    connections: () => takeAllConnections(server),
    close: async () => {
      proxy.set('pass')
      await installation.remove()
      await proxy.close()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
