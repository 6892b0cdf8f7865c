import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '#contract/operations.ts'
import { raiseAlerts } from '#kernel/alerts.ts'
import { holdWork } from '#kernel/backup/held-work.ts'
import { readConfig } from '#kernel/config.ts'
import { closeInstallation, type Installation, openInstallation } from '#kernel/installation.ts'
import { loadMasterKey } from '#kernel/testing/keys.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { performRun } from './runs.ts'

let hospital: TestHospital
let installation: Installation
let hook: Server
const answers: number[] = []
const told: { begun: { key: string }[]; over: { key: string }[] }[] = []
const dataDir = mkdtempSync(join(tmpdir(), 'triveni-operations-'))
chmodSync(dataDir, 0o755)

beforeAll(async () => {
  hospital = await testHospital({ patients: 5 })
  hook = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      response.statusCode = answers.shift() ?? 200
      if (response.statusCode === 200) told.push(JSON.parse(body))
      response.end()
    })
  })
  await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done))
  const address = hook.address()
  loadMasterKey(join(dataDir, 'master.key'))
  await closeInstallation()
  const config = readConfig({ TRIVENI_DATA_DIR: dataDir, DATABASE_OWNER_URL: hospital.ownerUrl, TRIVENI_DEMO: 'off', TRIVENI_BACKUPS: 'on', TRIVENI_OPERATOR: 'Triveni General Hospital', TRIVENI_ALERT_WEBHOOK: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/` })
  installation = openInstallation({ config, ownerUrl: hospital.ownerUrl, jobsUrl: hospital.jobsUrl })
})
afterAll(async () => {
  hook.close()
  await closeInstallation()
  rmSync(dataDir, { recursive: true, force: true })
})

const admin = () => hospital.as(operations, 'admin')

async function addJob(tenantId: string, attempts: number): Promise<string> {
  const [job] = await installation.query<{ id: string }>("select id::text as id from graphile_worker.add_job('people.test', json_build_object('tenantId', $1::text))", [tenantId])
  await installation.query("update graphile_worker._private_jobs set attempts = $2, last_error = 'TypeError: Asha Menon is not a function' where id = $1", [job?.id, attempts])
  return job?.id ?? ''
}

describe('the operations of an installation', () => {
  it('are for administrators', async () => {
    expect((await hospital.anonymous(operations).readHealth({})).status).toBe(401)
    expect((await (await hospital.as(operations, 'doctor')).readHealth({})).status).toBe(403)
  })

  it('are of the operator: another hospital sees and makes its own exports only', async () => {
    const other = await hospital.as(operations, 'admin', 'ayurveda')
    expect((await other.readHealth({})).problem.code).toBe('operations.not_operator')
    expect((await other.startBackup({ body: { kind: 'installation' } })).problem.code).toBe('operations.not_operator')
    expect((await other.readInstallation({})).body).toMatchObject({ isOperator: false, backupPlace: '' })
  })

  it('say how the installation is', async () => {
    const { body } = await (await admin()).readHealth({})
    expect(body.checks.map((one) => one.name)).toEqual(expect.arrayContaining(['cpu', 'memory', 'disk', 'database', 'connections', 'settings', 'jobs', 'backup']))
    const here = (await (await admin()).readInstallation({})).body
    expect(here.isOperator).toBe(true)
    expect(here.migrations.length).toBeGreaterThan(10)
  })

  it('export a hospital as a run that is seen, one at a time, and prove it by restoring', async () => {
    const caller = await admin()
    const started = await caller.startBackup({ body: { kind: 'hospital' } })
    expect([started.status, started.body.state]).toEqual([202, 'queued'])
    expect((await caller.startBackup({ body: { kind: 'hospital' } })).problem.code).toBe('operations.already_running')
    await performRun(started.body.id)
    const done = (await caller.readRun({ params: { id: started.body.id } })).body
    expect(done).toMatchObject({ state: 'done', kind: 'export', message: '' })
    const listed = (await caller.listBackups({})).body.items
    expect(listed.map((one) => one.id)).toEqual([done.subject])
    expect((await (await hospital.as(operations, 'admin', 'ayurveda')).listBackups({})).body.items).toEqual([])
    expect((await (await hospital.as(operations, 'admin', 'ayurveda')).readRun({ params: { id: started.body.id } })).status).toBe(404)
    const verifying = await caller.verifyBackup({ params: { id: done.subject }, body: undefined })
    await performRun(verifying.body.id)
    expect((await caller.listBackups({})).body.items[0]?.verified).toMatchObject({ isGood: true, findings: [] })
    expect((await hospital.query("select 1 from audit_entries where action = 'operations.startBackup:export'")).length).toBeGreaterThan(0)
    expect((await caller.verifyBackup({ params: { id: '20200101T000000Z-physical-0000' }, body: undefined })).status).toBe(404)
  })

  it('show jobs without what their errors say, retry and cancel them', async () => {
    const caller = await admin()
    const failed = await addJob(hospital.tenantId, 25)
    const foreign = await addJob('01a1fc2d-1507-7b51-846e-c138651e46ba', 25)
    const shown = (await caller.listJobs({ query: { state: 'failed' } })).body.items
    expect(shown.map((one) => one.id)).toEqual([foreign, failed])
    expect(shown[0]?.error).toBe('TypeError')
    expect((await (await hospital.as(operations, 'admin', 'ayurveda')).retryJob({ params: { id: failed }, body: undefined })).status).toBe(404)
    expect((await caller.retryJob({ params: { id: failed }, body: undefined })).body).toMatchObject({ state: 'waiting' })
    expect((await caller.cancelJob({ params: { id: foreign }, body: undefined })).status).toBe(204)
    expect((await caller.listJobs({ query: { state: 'failed' } })).body.items).toEqual([])
    expect((await caller.retryJob({ params: { id: '999999' }, body: undefined })).problem.code).toBe('operations.no_such_job')
    await installation.query('update graphile_worker._private_jobs set locked_at = now() where id = $1', [failed])
    expect((await caller.cancelJob({ params: { id: failed }, body: undefined })).problem.code).toBe('operations.job_is_running')
    await installation.query('update graphile_worker._private_jobs set locked_at = null where id = $1', [failed])
  })

  it('page through jobs', async () => {
    const caller = await admin()
    for (let index = 0; index < 3; index += 1) await addJob(hospital.tenantId, 0)
    const first = (await caller.listJobs({ query: { limit: 2 } })).body
    const second = (await caller.listJobs({ query: { limit: 200, cursor: first.nextCursor ?? '' } })).body
    expect(first.items.length).toBe(2)
    expect(new Set([...first.items, ...second.items].map((one) => one.id)).size).toBe(first.items.length + second.items.length)
  })

  it('hold what waited when a database was restored, until somebody decides', async () => {
    const caller = await admin()
    await hospital.query("insert into event_queue (tenant_id, id, name, at, payload) values ($1, gen_random_uuid(), 'billing.issued', now(), '{}')", [hospital.tenantId])
    const before = (await caller.listJobs({ query: { limit: 200 } })).body.items.length
    expect((await holdWork(hospital.ownerUrl)).held).toBe(before + 1)
    expect(await hospital.query('select 1 from event_queue')).toEqual([])
    expect(await hospital.query('select 1 from sessions where ended_at is null')).toEqual([])
    const [again] = await hospital.query<{ n: number }>('select count(*)::int as n from operations.held_work')
    expect(again?.n).toBe(before + 1)
  })

  it('tell of what is not well once, and that it is over, again when nobody took it', async () => {
    await installation.query("select graphile_worker.add_job('people.test', '{}')")
    await installation.query('update graphile_worker._private_jobs set attempts = max_attempts')
    answers.push(500)
    await raiseAlerts(installation)
    const mine = () => told.flatMap((one) => [...one.begun.map((alert) => `begun ${alert.key}`), ...one.over.map((alert) => `over ${alert.key}`)]).filter((line) => line.endsWith('failed jobs'))
    expect(mine()).toEqual([])
    await raiseAlerts(installation)
    expect(mine()).toEqual(['begun failed jobs'])
    await raiseAlerts(installation)
    expect(mine()).toEqual(['begun failed jobs'])
    await installation.query('delete from graphile_worker._private_jobs')
    answers.push(500)
    await raiseAlerts(installation)
    expect(mine()).toEqual(['begun failed jobs'])
    await raiseAlerts(installation)
    expect(mine()).toEqual(['begun failed jobs', 'over failed jobs'])
  })
})
