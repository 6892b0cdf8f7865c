import autocannon, { type Options, type Request } from 'autocannon'
import pg from 'pg'
import { arriveEvenly } from './evenly.ts'
import type { Meter } from './machine.ts'

export interface Row {
  route: string
  connections: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  errors: number
  /** Requests a second that arrive evenly; without it each connection asks again as soon as it is answered, and the machine is full. */
  rate?: number
  /** CPU of one request, in milliseconds. */
  serverMs?: number
  databaseMs?: number
  megabytes?: number
  /** Requests a second against the same statements by bare `pg`. */
  ratio?: number
}

function quantiles(times: readonly number[]): Pick<Row, 'p50' | 'p95' | 'p99'> {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

const each = (milliseconds: number, requests: number): number => Math.round((milliseconds / Math.max(1, requests)) * 1000) / 1000

async function metered(meter: Meter, work: () => Promise<Omit<Row, 'serverMs' | 'databaseMs' | 'megabytes'> & { total: number }>): Promise<Row> {
  const [server, database] = [meter.server(), meter.database()]
  const { total, ...row } = await work()
  return { ...row, serverMs: each(meter.server() - server, total), databaseMs: each(meter.database() - database, total), megabytes: meter.megabytes() }
}

// Each connection of the server plans a statement for its first uses: what is measured is a program at work, not one that has just begun.
const warmSeconds = 4
const warmRequests = 15
const evenSeconds = 10

async function shoot(options: Options): Promise<Omit<Row, 'route' | 'connections'> & { total: number }> {
  const times: number[] = []
  const run = autocannon(options)
  run.on('response', (_client, _status, _bytes, milliseconds) => void times.push(milliseconds))
  const began = performance.now()
  const result = await run
  return { perSecond: Math.round((times.length / (performance.now() - began)) * 1000), ...quantiles(times), errors: result.errors + result.non2xx, total: result.requests.total }
}

async function even(options: { url: string; connections: number; rate: number; amount: number; request: Request }): Promise<Omit<Row, 'route' | 'connections'> & { total: number }> {
  const { times, failed, seconds } = await arriveEvenly(options)
  return { rate: options.rate, perSecond: Math.round(times.length / seconds), ...quantiles(times), errors: failed, total: times.length }
}

/** As many requests as can be in some seconds, or so many a second. */
export async function measure(meter: Meter, options: { url: string; name: string; request: Request; connections: number; seconds: number; rate?: number | undefined }): Promise<Row> {
  const { url, name, request, connections, seconds, rate } = options
  if (rate !== undefined) return metered(meter, async () => ({ route: name, connections, ...(await even({ url, connections, rate, amount: rate * seconds, request })) }))
  await shoot({ url, connections, duration: warmSeconds, requests: [request] })
  return metered(meter, async () => ({ route: name, connections, ...(await shoot({ url, connections, duration: seconds, requests: [request] })) }))
}

/** A request that can be made once, such as issuing a draft. */
export interface Task {
  path: string
  headers: Record<string, string>
  body: unknown
}

/** Work that can be done once each: some of it so many a second, if a rate is asked for, and the rest as many at a time as connections. */
export async function measureOnce(meter: Meter, options: { url: string; name: string; connections: number; tasks: readonly Task[]; rate?: number | undefined }): Promise<Row[]> {
  const { url, name, connections, tasks, rate } = options
  const left = [...tasks]
  const one: Request = {
    method: 'POST',
    setupRequest: (request) => {
      const task = left.pop()
      return task === undefined ? request : { ...request, path: `/api/v1${task.path}`, headers: { ...task.headers, 'idempotency-key': `bench-${process.pid}-${name.length}-${left.length}` }, body: JSON.stringify(task.body) }
    },
  }
  const requests = [one]
  const warm = Math.min(warmRequests * connections, Math.floor(tasks.length / 3))
  await shoot({ url, connections, amount: warm, requests })
  const evenly = rate === undefined ? [] : [await metered(meter, async () => ({ route: name, connections, ...(await even({ url, connections, rate, amount: Math.min(Math.floor(left.length / 3), rate * evenSeconds), request: one })) }))]
  // Each connection makes ready one request more than it sends.
  return [await metered(meter, async () => ({ route: name, connections, ...(await shoot({ url, connections, amount: left.length - connections, requests })) })), ...evenly]
}

export interface Statement {
  text: string
  values: readonly unknown[]
}

/** The statements of a route by bare `pg`, in a transaction with the tenant's context: what the machine can do at most. */
export async function bare(options: { url: string; context: string; statements: readonly Statement[]; connections: number; seconds: number }): Promise<number> {
  const { url, context, statements, connections, seconds } = options
  const pool = new pg.Pool({ connectionString: url, max: connections, pipeline: true })
  const end = Date.now() + seconds * 1000
  let done = 0
  const worker = async () => {
    while (Date.now() < end) {
      const client = await pool.connect()
      await Promise.all([client.query(`begin read only; set local app.context = '${context}'`), ...statements.map(({ text, values }, index) => client.query({ name: `${index}:${text.length}`, text, values: [...values] })), client.query('commit')])
      client.release()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await pool.end()
  return Math.round(done / seconds)
}
