import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { readConfig } from '#kernel/config.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { openDatabase } from '../database.ts'
import { demoPassword, seed } from '../seed/seed.ts'

/** The whole program as a process of its own with its own database: both may be killed and come back on the same folder. */
export interface KillableServer {
  base: string
  /** Where the database is now: after a kill it has another port. */
  ownerUrl: () => string
  killServer: () => Promise<void>
  killBoth: () => Promise<void>
  signIn: (email: string) => Promise<Record<string, string>>
  /** Sends until it is answered: the same key makes one effect however often it was sent. */
  send: (headers: Record<string, string>, path: string, body: unknown, key: string) => Promise<{ status: number; body: Record<string, unknown> }>
  stop: () => Promise<void>
}

/** Longer than any machine takes to come back or to answer: only a server that never does fails by it. */
const patienceMilliseconds = 240_000
const start = fileURLToPath(new URL('../start.mjs', import.meta.url))

export async function startKillable(options: { patients: number; on: string }): Promise<KillableServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-kill-'))
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const env: NodeJS.ProcessEnv = { ...process.env, TRIVENI_DATA_DIR: dataDir, PORT: String(port), TRIVENI_DEMO: 'off', TRIVENI_LOG: 'quiet', TRIVENI_RATE_LIMITS: 'off', NODE_ENV: 'test' }
  delete env['TRIVENI_TEST_FAST_DISK']
  delete process.env['TRIVENI_TEST_FAST_DISK']
  const database = await openDatabase(readConfig(env), () => {})
  await seed({ ownerUrl: database.ownerUrl, tenants: 1, patients: options.patients, seed: 1, on: options.on, withCare: false })
  const base = `http://localhost:${port}`
  const state: { child: ChildProcess; up: Promise<void> } = { child: run(env), up: Promise.resolve() }
  const ready = async () => {
    for (const end = Date.now() + patienceMilliseconds; Date.now() < end;) {
      if (await fetch(`${base}/health/ready`).then((answer) => answer.ok, () => false)) return
      await wait(100)
    }
    throw new Error('the server did not come back')
  }
  const again = async (alsoDatabase: boolean) => {
    const gone = new Promise((done) => state.child.once('exit', done))
    state.child.kill('SIGKILL')
    if (alsoDatabase) process.kill(postmaster(dataDir), 'SIGKILL')
    await gone
    await wait(300)
    state.child = run(env)
    await ready()
  }
  await ready()
  return {
    base,
    ownerUrl: () => {
      const url = new URL(database.ownerUrl)
      url.port = pidFile(dataDir)[3] ?? url.port
      return url.toString()
    },
    killServer: () => (state.up = again(false)),
    killBoth: () => (state.up = again(true)),
    signIn: (email) => signIn(base, email),
    send: async (headers, path, body, key) => {
      for (const end = Date.now() + patienceMilliseconds; Date.now() < end;) {
        await state.up
        // Killed before the answer or in the middle of it: neither says what became of it.
        const answer = await fetch(`${base}/api/v1${path}`, { method: 'POST', headers: { ...headers, 'idempotency-key': key }, body: JSON.stringify(body) }).then(async (one) => ({ status: one.status, body: (await one.json()) as Record<string, unknown> })).catch(() => undefined)
        if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer
        await wait(50)
      }
      throw new Error('never answered')
    },
    stop: async () => {
      const gone = new Promise((done) => state.child.once('exit', done))
      state.child.kill('SIGTERM')
      await Promise.race([gone, wait(15_000)])
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const run = (env: NodeJS.ProcessEnv): ChildProcess => spawn(process.execPath, [start], { env, stdio: 'ignore' })
const pidFile = (dataDir: string): string[] => readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')
const postmaster = (dataDir: string): number => Number(pidFile(dataDir)[0])

async function signIn(base: string, email: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: demoPassword }) })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  return { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
}

/** One statement past row security. */
export async function ownerQuery<R extends pg.QueryResultRow>(ownerUrl: string, text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return (await client.query<R>(text)).rows
  } finally {
    await client.end()
  }
}
