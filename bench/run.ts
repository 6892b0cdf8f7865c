import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readConfig } from '#kernel/config.ts'
import { closePools, openPools, statementHook } from '#kernel/db.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { buildApp } from '../server/src/app.ts'
import { openDatabase } from '../server/src/database.ts'
import { seed } from '../server/src/seed/seed.ts'
import { abreast, shownCosts, statementCosts, tidied } from './costs.ts'
import { laboratoryRoutes, panelEntries, releases } from './laboratory.ts'
import { type Meter, meter } from './machine.ts'
import { bare, measure, measureOnce, type Row, type Statement } from './measure.ts'
import { dispenses, pharmacyRoutes } from './pharmacy.ts'
import { type Bed, bookings, issues, type Route, routesFor, signIn, type Tasks, tenantId } from './routes.ts'

const { values } = parseArgs({ options: { scale: { type: 'string', default: '10' }, seconds: { type: 'string', default: '5' }, connections: { type: 'string', default: '1,16,64' }, only: { type: 'string', default: '' }, lots: { type: 'string', default: '5000' }, profile: { type: 'string', default: '' }, statements: { type: 'string', default: '0' }, rate: { type: 'string', default: '20' } } })
const thousands = Number(values.scale)
const seconds = Number(values.seconds)
const levels = values.connections.split(',').map(Number)
// Even arrivals, as people make them: 20 orders a second are 72,000 an hour.
const rate = Number(values.rate)
const isAsked = (name: string): boolean => values.only === '' || values.only.split(',').some((part) => name.includes(part))
const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const dataDir = mkdtempSync(join(tmpdir(), 'triveni-bench-'))
chmodSync(dataDir, 0o755)
const port = await freePort()
const environment = { ...process.env, TRIVENI_DATA_DIR: dataDir, PORT: String(port), TRIVENI_DEMO: 'off', TRIVENI_LOG: 'quiet', TRIVENI_RATE_LIMITS: 'off' }
const bed: Bed = { base: `http://localhost:${port}`, patients: thousands * 1000, on: new Date().toISOString().slice(0, 10) }

say(`seeding ${thousands},000 patients`)
let database = await openDatabase(readConfig(environment), () => {})
await seed({ ownerUrl: database.ownerUrl, tenants: 1, patients: bed.patients, seed: 1, on: bed.on })

async function started(): Promise<ChildProcess> {
  const began = performance.now()
  const server = spawn(process.execPath, [...(values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]), join(root, 'server/src/start.mjs')], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
  for (let tries = 0; tries < 600; tries += 1) {
    if (await fetch(`${bed.base}/health/ready`).then((answer) => answer.ok, () => false)) {
      say(`server ready after ${Math.round(performance.now() - began)} ms`)
      return server
    }
    await wait(50)
  }
  throw new Error('the server did not start')
}

async function stopped(server: ChildProcess): Promise<void> {
  const ended = new Promise((done) => server.once('exit', done))
  server.kill('SIGTERM')
  await ended
}

// The first start after a change of the program compiles it; what is measured is any later one.
await stopped(await started())
// The database stopped with it.
database = await openDatabase(readConfig(environment), () => {})
const server = await started()

const cell = (text: string, width: number): string => text.padStart(width)

function shown(row: Row): Row {
  const times = [`${row.perSecond}/s`, `p50 ${row.p50}`, `p95 ${row.p95}`, `p99 ${row.p99}`].map((text) => cell(text, 11))
  const cost = [`node ${row.serverMs} ms`, `db ${row.databaseMs} ms`, `${row.megabytes} MB`].map((text) => cell(text, 14))
  say([row.route.padEnd(24), cell(String(row.connections), 3), cell(row.rate === undefined ? '' : `evenly ${row.rate}`, 10), ...times, ...cost, row.ratio === undefined ? '' : `${row.ratio} of bare pg`, row.errors > 0 ? `${row.errors} refused` : ''].join(' '))
  return row
}

/** Measures, and says which statements cost the most when `--statements N` asks for it. */
async function costed(work: () => Promise<Row[]>): Promise<Row[]> {
  const count = Number(values.statements)
  if (count === 0) return (await work()).map(shown)
  const costs = statementCosts(database.ownerUrl)
  await costs.begin()
  const rows = (await work()).map(shown)
  say(shownCosts(await costs.dearest(count)))
  return rows
}

/** What each read asks of the database, seen once in a server of this process. */
async function statementsOf(routes: readonly Route[]): Promise<Map<string, Statement[]>> {
  openPools(database.urlOf)
  const app = await buildApp({ publicUrl: bed.base })
  const headers = await signIn(bed.base, 'doctor@general.example')
  const found = new Map<string, Statement[]>()
  for (const { name, example } of routes) {
    if (example === undefined) continue
    const ask = async () => {
      const { method, path, body } = example()
      return app.inject({ method, url: `/api/v1${path}`, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) })
    }
    await ask()
    const statements: Statement[] = []
    statementHook.onStatement = (text, list) => void statements.push({ text, values: list })
    await ask()
    delete statementHook.onStatement
    found.set(name, statements)
  }
  await app.close()
  await closePools()
  return found
}

async function measureRoutes(clock: Meter): Promise<Row[]> {
  const ofLaboratory = ['order entry', 'lab work-list', 'cumulative results'].some(isAsked) ? await laboratoryRoutes(bed) : []
  const ofPharmacy = ['sale', 'stock list', 'stock on a past day'].some(isAsked) ? await pharmacyRoutes(bed, database.ownerUrl, Number(values.lots)) : []
  const routes = [...(await routesFor(bed)), ...ofLaboratory, ...ofPharmacy].filter((route) => isAsked(route.name))
  const statements = await statementsOf(routes)
  await tidied(database.ownerUrl)
  await abreast(database.ownerUrl)
  say('the database is tidy')
  const context = [tenantId, '', tenantId, tenantId, 'bench'].join('|')
  const rows: Row[] = []
  for (const route of routes) {
    const asked = statements.get(route.name) ?? []
    for (const connections of levels) {
      rows.push(...(await costed(async () => {
        const one = { url: bed.base, name: route.name, request: route.request, connections, seconds }
        const row = await measure(clock, one)
        if (asked.length === 0 && rate > 0 && connections > 1) {
          await abreast(database.ownerUrl)
          return [row, await measure(clock, { ...one, seconds: seconds * 2, rate })]
        }
        if (asked.length === 0) return [row]
        const most = await bare({ url: database.urlOf('app'), context, statements: asked, connections, seconds: Math.min(seconds, 2) })
        return [{ ...row, ratio: Math.round((row.perSecond / most) * 100) / 100 }]
      })))
    }
  }
  return rows
}

async function measureOnceOnly(clock: Meter): Promise<Row[]> {
  const rows: Row[] = []
  const once = async (name: string, connections: number, prepare: () => Promise<Tasks>): Promise<void> => {
    if (!isAsked(name)) return
    const tasks = await prepare()
    await tidied(database.ownerUrl)
    await abreast(database.ownerUrl)
    rows.push(...(await costed(() => measureOnce(clock, { url: bed.base, name, connections, tasks, rate: rate > 0 && connections > 1 ? rate : undefined }))))
  }
  for (const connections of levels) {
    const count = connections === 1 ? 300 : 1500
    await once('book appointment', connections, () => bookings(bed, count))
    await once('dispense', connections, () => dispenses(bed, count))
    await once('enter a panel of 20', connections, () => panelEntries(bed, count))
    await once('release result', connections, () => releases(bed, count))
    for (const series of [1, 16]) await once(`issue invoice, ${series} series`, connections, () => issues(bed, count, series))
  }
  return rows
}

try {
  const clock = meter(server.pid ?? 0, dataDir)
  const idleMegabytes = clock.megabytes()
  const rows = [...(await measureRoutes(clock)), ...(await measureOnceOnly(clock))]
  say(`server ${idleMegabytes} MB idle, ${clock.megabytes()} MB after the load`)
  mkdirSync(join(root, 'bench/results'), { recursive: true })
  if (values.only === '') writeFileSync(join(root, `bench/results/scale-${thousands}.json`), `${JSON.stringify({ at: bed.on, cpus: cpus().length, thousands, seconds, idleMegabytes, rows }, null, 2)}\n`)
} finally {
  await stopped(server)
  await database.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
