import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon, { type Request } from 'autocannon'
import pg from 'pg'
import { readConfig } from '#kernel/config.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { openDatabase } from '../server/src/database.ts'
import { demoPassword, seed } from '../server/src/seed/seed.ts'
import { patientAt } from '../server/src/seed/patients.ts'
import { stableId } from '../server/src/seed/random.ts'

const { values } = parseArgs({ options: { scale: { type: 'string', default: '10' }, seconds: { type: 'string', default: '5' }, connections: { type: 'string', default: '1,16,64' } } })
const thousands = Number(values.scale)
const seconds = Number(values.seconds)
const levels = values.connections.split(',').map(Number)
const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

interface Row {
  route: string
  connections: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  errors: number
}

const dataDir = mkdtempSync(join(tmpdir(), 'triveni-bench-'))
chmodSync(dataDir, 0o755)
const port = await freePort()
const environment = { ...process.env, TRIVENI_DATA_DIR: dataDir, PORT: String(port), TRIVENI_DEMO: 'off', TRIVENI_LOG: 'quiet' }
const on = new Date().toISOString().slice(0, 10)

say(`seeding ${thousands},000 patients`)
const database = await openDatabase(readConfig(environment), () => {})
await seed({ ownerUrl: database.ownerUrl, tenants: 1, patients: thousands * 1000, seed: 1, on })
const tenantId = stableId(1, 'general')
const facilities = ['GH1', 'GH2'].map((code) => ({ id: stableId(1, `general:${code}`), code }))
const plan = { seed: 1, key: 'general', facilities, on }
const server = spawn(process.execPath, [join(root, 'server/src/start.mjs')], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
const base = `http://localhost:${port}`

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(`${base}/health/ready`).then((answer) => answer.ok, () => false)) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('the server did not start')
}

async function signIn(email: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: demoPassword }) })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  return { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
}

const somebody = () => patientAt(plan, Math.floor(Math.random() * thousands * 1000))
let serial = 0
const issuedBills = 1500

interface Route {
  name: string
  request: Request
}

const dynamic = (method: 'GET' | 'POST', headers: Record<string, string>, make: () => { path: string; body?: unknown }): Request => ({
  method,
  path: '/',
  headers,
  setupRequest: (request) => {
    const { path, body } = make()
    serial += 1
    return { ...request, path, headers: { ...headers, ...(method === 'POST' ? { 'idempotency-key': `bench-${process.pid}-${serial}` } : {}) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  },
})

async function routesFor(): Promise<Route[]> {
  const doctor = await signIn('doctor@general.example')
  const desk = await signIn('receptionist@general.example')
  const facilityId = facilities[0]?.id
  const opened = await fetch(`${base}/api/v1/encounters`, { method: 'POST', headers: desk, body: JSON.stringify({ patientId: patientAt(plan, 0).id, facilityId, class: 'outpatient' }) })
  const encounter = (await opened.json()) as { id: string }
  return [
    { name: 'sign-in page', request: { method: 'GET', path: '/', headers: { accept: 'text/html' } } },
    { name: 'read patient', request: dynamic('GET', doctor, () => ({ path: `/api/v1/patients/${somebody().id}` })) },
    { name: 'search by name', request: dynamic('POST', doctor, () => { const one = somebody(); return { path: '/api/v1/patients/search', body: { text: `${one.family} ${one.given.slice(0, 4)}` } } }) },
    { name: 'search by identifier', request: dynamic('POST', doctor, () => ({ path: '/api/v1/patients/search', body: { text: somebody().mrn } })) },
    { name: 'observations', request: dynamic('GET', doctor, () => ({ path: `/api/v1/patients/${somebody().id}/observations` })) },
    { name: 'timeline', request: dynamic('GET', doctor, () => ({ path: `/api/v1/patients/${somebody().id}/timeline` })) },
    { name: 'free slots', request: dynamic('GET', doctor, () => ({ path: `/api/v1/slots?practitionerId=${stableId(1, 'general:user:doctor:1')}&from=${on}&to=${on}` })) },
    { name: 'create patient', request: dynamic('POST', desk, () => ({ path: '/api/v1/patients', body: { givenName: somebody().given, familyName: `${somebody().family}${serial % 97}`, sex: 'female', ageYears: serial % 90, phones: [`+9198${String(10_000_000 + serial)}`], facilityId } })) },
    { name: 'dashboard', request: dynamic('GET', doctor, () => ({ path: '/api/v1/dashboards/doctor' })) },
    { name: 'record vitals', request: dynamic('POST', doctor, () => ({ path: `/api/v1/encounters/${encounter.id}/vitals`, body: { systolicMmHg: 120, diastolicMmHg: 80, pulsePerMinute: 70, respirationsPerMinute: 16, temperatureCelsius: 37, spo2Percent: 98 } })) },
  ]
}

async function post(path: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  serial += 1
  return fetch(`${base}/api/v1${path}`, { method: 'POST', headers: { ...headers, 'idempotency-key': `bench-${process.pid}-${serial}` }, body: JSON.stringify(body) })
}

/** Issues bills drafted before, each once: one series, as many at a time as connections. */
async function measureIssue(connections: number): Promise<Row> {
  const cashier = await signIn('cashier@general.example')
  const services = (await (await fetch(`${base}/api/v1/services`, { headers: cashier })).json()) as { items: { id: string }[] }
  const drafts: string[] = []
  const draft = async () => {
    while (drafts.length < issuedBills) drafts.push(((await (await post('/invoices', cashier, { patientId: patientAt(plan, 1).id, facilityId: facilities[0]?.id, lines: [{ serviceId: services.items[0]?.id, quantity: '1' }] })).json()) as { id: string }).id)
  }
  await Promise.all(Array.from({ length: 8 }, draft))
  const times: number[] = []
  const began = performance.now()
  let errors = 0
  const issue = async () => {
    for (let id = drafts.pop(); id !== undefined; id = drafts.pop()) {
      const started = performance.now()
      const answer = await post(`/invoices/${id}/issue`, cashier, {})
      await answer.arrayBuffer()
      times.push(performance.now() - started)
      if (!answer.ok) errors += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, issue))
  return { route: 'issue invoice', connections, perSecond: Math.round((times.length / (performance.now() - began)) * 1000), ...quantiles(times), errors }
}

function quantiles(times: readonly number[]): Pick<Row, 'p50' | 'p95' | 'p99'> {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

async function measure(route: Route, connections: number): Promise<Row> {
  const result = await autocannon({ url: base, connections, duration: seconds, requests: [route.request] })
  return { route: route.name, connections, perSecond: Math.round(result.requests.average), p50: result.latency.p50, p95: result.latency.p97_5, p99: result.latency.p99, errors: result.errors + result.non2xx }
}

/** The same read by bare pg: what the machine can do at most. */
async function bareRead(connections: number): Promise<Row> {
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: connections })
  const end = Date.now() + seconds * 1000
  const times: number[] = []
  const worker = async () => {
    while (Date.now() < end) {
      const started = performance.now()
      await pool.query({ name: 'bare', text: 'select id, version, mrn, given_name, family_name, sex, birth_date from patients where tenant_id = $1 and id = $2', values: [tenantId, somebody().id] })
      times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await pool.end()
  return { route: 'bare pg: read patient', connections, perSecond: Math.round(times.length / seconds), ...quantiles(times), errors: 0 }
}

try {
  await untilReady()
  const rows: Row[] = []
  for (const route of await routesFor()) for (const connections of levels) rows.push(await measure(route, connections))
  for (const connections of levels) rows.push(await measureIssue(connections))
  for (const connections of levels) rows.push(await bareRead(connections))
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0)
  const shown = rows.map((row) => ({ ...row, ratio: row.route.includes('patient') ? Math.round((row.perSecond / (rows.find((one) => one.route.startsWith('bare') && one.connections === row.connections)?.perSecond ?? 1)) * 100) / 100 : '' }))
  for (const row of shown) say([row.route.padEnd(24), String(row.connections).padStart(3), `${row.perSecond}/s`.padStart(9), `p50 ${row.p50}`.padStart(10), `p97.5 ${row.p95}`.padStart(12), `p99 ${row.p99}`.padStart(10), row.errors > 0 ? `${row.errors} refused` : '', row.ratio].join('  '))
  say(`server ${Math.round(rss / 1024)} MB after the load`)
  mkdirSync(join(root, 'bench/results'), { recursive: true })
  writeFileSync(join(root, `bench/results/scale-${thousands}.json`), `${JSON.stringify({ at: on, cpus: cpus().length, thousands, seconds, serverMegabytes: Math.round(rss / 1024), rows: shown }, null, 2)}\n`)
} finally {
  server.kill('SIGTERM')
  await new Promise((done) => server.once('exit', done))
  await database.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
