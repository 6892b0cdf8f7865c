import pg from 'pg'
import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'
import { log } from './log.ts'

export type DatabaseState = 'starting' | 'ok' | 'slow' | 'away'

const probeMilliseconds = 500
const slowMilliseconds = 1500
const graceMilliseconds = 100
/** How long a request waits for a database that does not answer: below the three seconds promised. */
const patienceMilliseconds = 2400

const watch = { state: 'ok' as DatabaseState, isRunning: false, lastMilliseconds: 0 }

/** What the probe last saw. `ok` where nobody watches. */
export const databaseState = (): DatabaseState => watch.state
export const probeTime = (): number => watch.lastMilliseconds
export const isWatched = (): boolean => watch.isRunning

const backHearers = new Set<() => void>()
/** Hears that the database is back after it was away. */
export const onDatabaseBack = (hear: () => void): void => void backHearers.add(hear)

function became(state: DatabaseState): void {
  if (state === watch.state) return
  log(state === 'ok' ? 'info' : 'error', 'database', { state, before: watch.state })
  const wasAway = watch.state === 'away' || watch.state === 'slow'
  watch.state = state
  if (state === 'ok' && wasAway) for (const hear of backHearers) hear()
}

function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // When the program itself was busy, the answer lies ready: it is looked at before the database is blamed.
    let timer = setTimeout(() => {
      timer = setTimeout(() => reject(new Error('too slow')), graceMilliseconds)
    }, milliseconds)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Asks the database twice a second over a connection of its own; the result stops it. */
export function watchDatabase(url: string): () => Promise<void> {
  const life = { isStopping: false, client: undefined as pg.Client | undefined, wake: () => {} }
  const pause = () =>
    new Promise<void>((done) => {
      life.wake = done
      setTimeout(done, watch.state === 'ok' ? probeMilliseconds : probeMilliseconds / 5).unref()
    })
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: slowMilliseconds, application_name: 'triveni watch' })
    client.on('error', () => {})
    await client.connect()
    // A server that dies closes its connections: known at once, not at the next look.
    client.once('end', () => {
      if (life.client !== client) return
      life.client = undefined
      life.wake()
    })
    return client
  }
  const probe = async () => {
    const started = performance.now()
    try {
      life.client ??= await connect()
      await within(life.client.query('select 1'), slowMilliseconds)
      watch.lastMilliseconds = performance.now() - started
      became('ok')
    } catch (error) {
      if (life.isStopping) return
      life.client?.connection.stream.destroy()
      life.client = undefined
      became(error instanceof Error && error.message === 'too slow' ? 'slow' : 'away')
    }
  }
  const loop = async () => {
    while (!life.isStopping) {
      await probe()
      await pause()
    }
  }
  watch.isRunning = true
  const running = loop()
  return async () => {
    life.isStopping = true
    watch.isRunning = false
    watch.state = 'ok'
    life.client?.connection.stream.destroy()
    void running
  }
}

/** The work's result, or 503 once the database has not answered for a while; slow work on a healthy database goes on. */
export function unlessDatabaseFails<T>(work: Promise<T>): Promise<T> {
  if (!watch.isRunning) return work
  return new Promise((resolve, reject) => {
    const look = () => {
      if (watch.state === 'slow' || watch.state === 'away') reject(new AppError(kernelErrors.unavailable, { retryAfterSeconds: 2 }))
      else timer = setTimeout(look, probeMilliseconds)
    }
    let timer = setTimeout(look, patienceMilliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
