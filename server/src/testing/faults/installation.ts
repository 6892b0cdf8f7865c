import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '#kernel/embedded-postgres.ts'
import { demoPassword } from '../../seed/seed.ts'

const startFile = fileURLToPath(new URL('../../start.mjs', import.meta.url))

/** A whole Triveni as a process of its own, which a test may kill. */
export interface Installation {
  base: string
  dataDir: string
  pid: () => number
  start: () => Promise<void>
  /** Kills the process of Node at once; its database goes on. */
  kill: () => Promise<void>
  /** Kills every process of the embedded database at once. */
  killDatabase: () => void
  signal: (name: NodeJS.Signals) => void
  exited: () => Promise<void>
  untilReady: (seconds?: number) => Promise<number>
  residentMegabytes: () => number
  output: () => string
  remove: () => Promise<void>
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === pid ? [Number(name)] : []
      } catch {
        return []
      }
    })

const endProcess = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It was gone already.
  }
}

const isReady = (base: string): Promise<boolean> => fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(Math.ceil(1000 * slowness())) }).then((answer) => answer.ok, () => false)

/** Makes one in a folder of its own; `environment` goes over the usual settings. */
export async function makeInstallation(environment: Record<string, string> = {}, folder?: string): Promise<Installation> {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'triveni-fault-'))
  mkdirSync(dataDir, { recursive: true })
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const state: { child: ChildProcess | undefined; exited: Promise<void>; output: string } = { child: undefined, exited: Promise.resolve(), output: '' }
  const { TRIVENI_TEST_FAST_DISK: _fast, DATABASE_URL: _url, DATABASE_OWNER_URL: _owner, ...usual } = process.env
  const env = { ...usual, TRIVENI_DATA_DIR: dataDir, PORT: String(port), PUBLIC_URL: base, TRIVENI_LOG: 'quiet', TRIVENI_DEMO: 'on', TRIVENI_RATE_LIMITS: 'off', NODE_ENV: 'development', ...environment }
  const postmaster = () => Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
  const untilReady = async (seconds = 220) => {
    const started = Date.now()
    while (Date.now() - started < seconds * 1000) {
      if (await isReady(base)) return Date.now() - started
      if (state.child?.exitCode !== null) throw new Error(`it ended: ${state.output.slice(-2000)}`)
      await wait(25)
    }
    throw new Error(`not ready after ${seconds} s: ${state.output.slice(-2000)}`)
  }
  const start = async () => {
    const child = spawn(process.execPath, [startFile], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (state.output = `${state.output}${chunk.toString()}`.slice(-20_000)))
    state.child = child
    state.exited = new Promise((done) => child.once('exit', () => done()))
    await untilReady()
  }
  const pid = () => state.child?.pid ?? 0
  return {
    base,
    dataDir,
    pid,
    start,
    kill: async () => {
      state.child?.kill('SIGKILL')
      await state.exited
    },
    killDatabase: () => {
      const leader = postmaster()
      // The leader first, so that it does not start the others again.
      for (const one of [leader, ...childrenOf(leader)]) endProcess(one, 'SIGKILL')
    },
    signal: (name) => void state.child?.kill(name),
    exited: () => state.exited,
    untilReady,
    residentMegabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid()}/status`, 'utf8'))?.[1]) / 1024,
    output: () => state.output,
    remove: async () => {
      if (state.child?.exitCode === null && state.child.signalCode === null) {
        state.child.kill('SIGTERM')
        await Promise.race([state.exited, wait(60_000, undefined, { ref: false })])
      }
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

export interface Answer {
  status: number
  body: Record<string, unknown>
  milliseconds: number
}

export interface Caller {
  /** What a browser of this session sends. */
  readonly cookie: string
  /** The same session at another process. */
  at: (base: string) => Caller
  call: (method: 'GET' | 'POST' | 'PATCH', path: string, options?: { body?: unknown; key?: string; ifMatch?: number }) => Promise<Answer>
}

/** A signed-in user of the demo; status 0 stands for a connection that was cut. */
export async function signIn(base: string, email: string): Promise<Caller> {
  const signed = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: demoPassword }) })
  if (!signed.ok) throw new Error(`sign-in answered ${signed.status}`)
  const cookie = signed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await signed.json()) as { csrfToken: string }
  return callerAt(base, cookie, csrfToken)
}

/** Why no answer came: refused is a server that does not run, anything else a request that was on its way. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
}

function callerAt(base: string, cookie: string, csrfToken: string): Caller {
  return {
    cookie,
    at: (other) => callerAt(other, cookie, csrfToken),
    call: async (method, path, options = {}) => {
      const started = performance.now()
      const headers = {
        cookie, 'x-csrf-token': csrfToken,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
      }
      try {
        const answer = await fetch(`${base}/api/v1${path}`, { method, headers, ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }), signal: AbortSignal.timeout(60_000) })
        const text = await answer.text()
        const body: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {}
        return { status: answer.status, body, milliseconds: performance.now() - started }
      } catch (error) {
        return { status: 0, body: { cut: codeOf(error) }, milliseconds: performance.now() - started }
      }
    },
  }
}

const patienceMilliseconds = 600_000

/** Sends until it is answered by something else than a fault: the same key makes it safe; without one it may have two effects. */
export async function untilAnswered(caller: Caller, path: string, body: unknown, key?: string): Promise<Answer> {
  const end = Date.now() + patienceMilliseconds
  let last: Answer | undefined
  while (Date.now() < end) {
    last = await caller.call('POST', path, { body, ...(key === undefined ? {} : { key }) })
    if (last.status !== 0 && last.status < 500) return last
    await wait(50)
  }
  throw new Error(`${path} was never answered: ${last?.status} ${JSON.stringify(last?.body)}`)
}

/** How much longer everything takes since other work waits for the same processors; 1 on a machine of its own. */
export const slowness = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())

export interface Machine {
  /** What is promised of a machine of its own, as long as this one takes for it. */
  allows: (milliseconds: number) => number
}

const nanosecondsInMillisecond = 1e6

/** Watches what others take of the machine from now on: the load of the last minute, before and after, and the longest it stood still for everybody. */
export function watchMachine(): Machine {
  const before = slowness()
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  return { allows: (milliseconds) => milliseconds * Math.max(before, slowness()) + delay.max / nanosecondsInMillisecond }
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
}
