import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '#kernel/embedded-postgres.ts'
import { demoPassword } from '../seed/seed.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'triveni-canary-'))
const said = join(dataDir, 'said.log')
const start = fileURLToPath(new URL('../start.mjs', import.meta.url))
/** Fifty values that stand nowhere else: what is found of them was written by the program. */
const canaries = Array.from({ length: 50 }, (_none, index) => `Kanarie${index}x${randomUUID().slice(0, 13).replaceAll('-', '')}`)
const canary = (index: number): string => canaries[index % canaries.length] ?? ''
let server: ChildProcess
let base = ''
let session: Record<string, string> = {}

beforeAll(async () => {
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  base = `http://localhost:${port}`
  server = spawn(process.execPath, [start], { env: { ...process.env, NODE_ENV: 'development', TRIVENI_DATA_DIR: dataDir, PORT: String(port), TRIVENI_DEMO: 'on', TRIVENI_LOG: 'requests' }, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => appendFileSync(said, chunk))
  for (const end = Date.now() + 200_000; Date.now() < end && !(await fetch(`${base}/health/ready`).then((answer) => answer.ok, () => false));) await wait(100)
  session = await signIn('admin@general.example', demoPassword)
})
afterAll(async () => {
  const ended = server.exitCode === null ? new Promise((done) => server.once('exit', done)) : undefined
  server.kill('SIGTERM')
  await ended
  rmSync(dataDir, { recursive: true, force: true })
})

async function signIn(email: string, password: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/api/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) })
  const body = (await answer.json()) as { csrfToken?: string }
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', 'x-csrf-token': body.csrfToken ?? '' }
}

interface Reply {
  status: number
  body: { id?: string; version?: number; items?: { id: string }[] }
}
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const answer = await fetch(`${base}/api/v1${path}`, { method, headers: { ...session, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...sent })
  const text = await answer.text()
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

function writtenFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    // The tables themselves hold what they are for; everything else may not.
    if (path.endsWith('/postgres/cluster')) return []
    return statSync(path).isDirectory() ? writtenFiles(path) : statSync(path).isFile() ? [path] : []
  })
}

/** Canaries in whatever was written: the process's words, PostgreSQL's log, files, archives, heads. */
function hits(): string[] {
  const files = writtenFiles(dataDir)
  return files.flatMap((path) => {
    const text = readFileSync(path, 'latin1').toLowerCase()
    return canaries.flatMap((value) => (text.includes(value.toLowerCase()) ? [`${path.slice(dataDir.length)} ${value}`] : []))
  })
}

async function databaseClient(): Promise<pg.Client> {
  const [, , , port = '', socket = ''] = readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')
  const client = new pg.Client({ host: socket.trim(), port: Number(port), user: 'triveni_owner', password: readFileSync(join(dataDir, 'database-password'), 'utf8').trim(), database: 'triveni' })
  await client.connect()
  return client
}

const patient = (index: number) => ({
  givenName: canary(index), familyName: canary(index + 1), localName: canary(index + 2), sex: 'female', ageYears: 40, email: `${canary(index + 3)}@x.example`, occupation: canary(index + 4), referralSource: canary(index + 5),
  address: { lines: canary(index + 6), city: canary(index + 7) }, contacts: [{ name: canary(index + 8), relation: canary(index + 9) }], identifiers: [{ type: 'national-id', issuer: canary(index + 10), value: canary(index + 11) }],
})

/** What a day brings, each part with canaries of its own. */
async function care(): Promise<string> {
  const made = await ask('POST', '/patients', patient(0), { 'idempotency-key': canary(12) })
  expect(made.status).toBe(201)
  const id = made.body.id ?? ''
  await ask('POST', '/patients', patient(0), { 'idempotency-key': canary(12) })
  await ask('POST', '/patients/search', { text: canary(0) })
  await ask('GET', `/patients?search=${canary(1)}`)
  await ask('POST', '/patients/check-duplicates', { givenName: canary(0), familyName: canary(1) })
  await ask('POST', `/patients/${id}/lists`, { kind: 'allergy', text: canary(13), reaction: canary(14) })
  await ask('POST', `/patients/${id}/relations`, { name: canary(15), relation: canary(16) })
  const me = await ask('GET', '/facilities')
  const visit = await ask('POST', '/encounters', { patientId: id, facilityId: me.body.items?.[0]?.id, class: 'outpatient' })
  expect([(await ask('POST', '/encounters', { patientId: id, facilityId: id, reason: canary(17) })).status, visit.status]).toEqual([422, 201])
  session = await signIn('doctor@general.example', demoPassword)
  const visitId = visit.body.id ?? ''
  await ask('POST', `/encounters/${visitId}/start-consult`, {})
  const note = await ask('POST', `/encounters/${visitId}/notes`, { text: canary(18) })
  const changed = await ask('PATCH', `/notes/${note.body.id ?? ''}`, { text: canary(19) }, { 'if-match': '"1"' })
  expect([note.status, changed.status]).toEqual([201, 200])
  await ask('POST', `/encounters/${visitId}/diagnoses`, { text: canary(20), kind: 'confirmed' })
  await ask('PUT', `/drafts/consultation/${visitId}`, { content: { note: canary(21) } })
  await ask('POST', '/tasks', { title: canary(22), patientId: id })
  await ask('GET', `/patients/${id}/label?kind=wristband`)
  await ask('GET', `/patients/${id}`, undefined, { 'user-agent': canary(23), 'x-request-id': canary(24), referer: `http://x/${canary(25)}` })
  return id
}

/** Everything that goes wrong, with canaries where they do not belong. */
async function errors(id: string): Promise<void> {
  await ask('POST', '/patients', { ...patient(26), sex: canary(27), [canary(28)]: 1 })
  await ask('POST', '/patients', { ...patient(26), birthDate: '2999-01-01', phones: [canary(29)] })
  await ask('POST', '/patients', `{"givenName":"${canary(30)}",`)
  await ask('POST', '/patients', `{"givenName":"${canary(30)}\\u0000","sex":"male","ageYears":3}`)
  await ask('POST', '/patients', { givenName: canary(31).repeat(30_000) })
  await ask('PATCH', `/patients/${id}`, { occupation: canary(32) }, { 'if-match': '"999"' })
  await ask('POST', `/patients/${canary(33)}/merge`, { intoPatientId: canary(33) })
  await ask('POST', `/patients/${id}/merge`, { intoPatientId: id, reason: canary(34) })
  await ask('GET', `/patients/${canary(35)}`)
  await ask('GET', `/${canary(36)}?${canary(37)}=1`)
  await ask('GET', `/patients?cursor=${canary(38)}`)
  await ask('GET', '/me', undefined, { cookie: `__Host-triveni=${canary(39)}` })
  await ask('GET', '/me', undefined, { cookie: '', authorization: `Bearer ${canary(40)}` })
  await signIn(`${canary(41)}@nowhere.example`, canary(42))
  await signIn('nurse@general.example', canary(43))
  await ask('POST', '/encounters', { patientId: id, facilityId: id, class: 'outpatient', reason: canary(44) })
  await ask('POST', '/tasks', { title: canary(45), patientId: randomUUID() })
}

async function imports(): Promise<void> {
  session = await signIn('admin@general.example', demoPassword)
  const form = new FormData()
  form.set('kind', 'patients-csv')
  form.set('file', new Blob([`givenName,familyName,sex,age\n${canary(46)},${canary(47)},female,30\n${canary(48)},x,female,never\n`]), `${canary(49)}.csv`)
  const answer = await fetch(`${base}/api/v1/imports`, { method: 'POST', headers: session, body: form })
  expect(answer.status).toBe(202)
}

/** The database fails under the program: a table is away, and a connection is ended in its work. */
async function failures(id: string): Promise<void> {
  const client = await databaseClient()
  await client.query('alter table patient_lists rename to patient_lists_away')
  const failed = await ask('POST', `/patients/${id}/lists`, { kind: 'allergy', text: canary(13) })
  await client.query('alter table patient_lists_away rename to patient_lists')
  await client.query("alter table tasks add constraint tasks_planted check (title not like 'Kanarie%') not valid")
  const refused = await ask('POST', '/tasks', { title: canary(22), patientId: id })
  await client.query('alter table tasks drop constraint tasks_planted')
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where usename like 'triveni_app' and pid <> pg_backend_pid()")
  await ask('POST', '/patients', patient(30))
  await client.end()
  expect([failed.status >= 400, refused.status >= 400]).toEqual([true, true])
}

describe('fifty canaries', () => {
  it('sent through every flow and every error are written nowhere but in the tables', async () => {
    const id = await care()
    await errors(id)
    await imports()
    await failures(id)
    await wait(4000)
    expect(statSync(said).size).toBeGreaterThan(0)
    expect(readFileSync(join(dataDir, 'postgres/postgres.log'), 'utf8')).toContain('ERROR')
    expect(hits()).toEqual([])
  })

  it('are found where the database is told to log its statements', async () => {
    const client = await databaseClient()
    await client.query("alter system set log_statement = 'all'")
    await client.query("alter system set log_parameter_max_length = '-1'")
    await client.query('select pg_reload_conf()')
    await client.end()
    // The setting reaches a session some moments after the reload, and the log is written after the answer.
    for (const end = Date.now() + 100_000; Date.now() < end && hits().length === 0;) {
      const asking = await databaseClient()
      await asking.query(`select '${canary(3)}'`)
      await asking.end()
      await wait(200)
    }
    expect(hits().some((hit) => hit.startsWith('/postgres/postgres.log'))).toBe(true)
  })
})
