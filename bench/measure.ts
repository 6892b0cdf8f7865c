import autocannon, { type Request } from 'autocannon'
import pg from 'pg'
import type { Meter } from './machine.ts'

export interface Row {
  route: string
  connections: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  errors: number
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

/** As many requests as can be in some seconds. */
export function measure(meter: Meter, options: { url: string; name: string; request: Request; connections: number; seconds: number }): Promise<Row> {
  const { url, name, request, connections, seconds } = options
  return metered(meter, async () => {
    const times: number[] = []
    const run = autocannon({ url, connections, duration: seconds, requests: [request] })
    run.on('response', (_client, _status, _bytes, milliseconds) => void times.push(milliseconds))
    const result = await run
    return { route: name, connections, perSecond: Math.round(result.requests.average), ...quantiles(times), errors: result.errors + result.non2xx, total: result.requests.total }
  })
}

/** Work that can be done once each, such as issuing a draft: all of it, as many at a time as connections. */
export function measureOnce(meter: Meter, options: { name: string; connections: number; tasks: (() => Promise<boolean>)[] }): Promise<Row> {
  const { name, connections, tasks } = options
  return metered(meter, async () => {
    const times: number[] = []
    let errors = 0
    const began = performance.now()
    const worker = async () => {
      for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
        const started = performance.now()
        if (!(await task())) errors += 1
        times.push(performance.now() - started)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    return { route: name, connections, perSecond: Math.round((times.length / (performance.now() - began)) * 1000), ...quantiles(times), errors, total: times.length }
  })
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
