import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { theInstallation } from '#kernel/installation.ts'
import { errorFields, log } from '#kernel/log.ts'
import { watchEventLoop } from '#kernel/metrics.ts'
import { planMigrations, readMigrations } from '#kernel/migrations.ts'
import { cleanLogs } from '#kernel/request-log.ts'
import { openTelemetry } from '#kernel/telemetry.ts'
import { registerGauges } from '../gauges.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
let collector: Server
let base = ''
const taken: { path: string; body: string; auth: string }[] = []
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  registerGauges(theInstallation())
  watchEventLoop()
  collector = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => {
      taken.push({ path: request.url ?? '', body, auth: String(request.headers['x-sentry-auth']) })
      response.end('{}')
    })
  })
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done))
  base = `127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => void collector.close())

const metricsText = async () => (await hospital.app.inject({ method: 'GET', url: '/metrics', remoteAddress: '127.0.0.1' })).body

describe('who looks after an installation', () => {
  it('gets traces that belong to the trace of the caller, and errors by code, without what they say', async () => {
    const close = openTelemetry({ endpoint: `http://${base}`, service: 'tried', sentry: `http://public@${base}/7` })
    const traceId = 'ab'.repeat(16)
    await hospital.app.inject({ method: 'GET', url: '/api/v1/patients?search=Asha', headers: { traceparent: `00-${traceId}-${'cd'.repeat(8)}-01` } })
    log('error', 'request failed', errorFields(Object.assign(new Error('Asha Menon was not found'), { code: 'XX000' })))
    await close()
    const { resourceSpans } = JSON.parse(taken.find(({ path }) => path === '/v1/traces')?.body ?? '{}')
    expect(resourceSpans[0].scopeSpans[0].spans).toContainEqual(expect.objectContaining({ traceId, parentSpanId: 'cd'.repeat(8), name: 'GET /api/v1/patients' }))
    await expect.poll(() => taken.filter(({ path }) => path === '/api/7/envelope/').length).toBe(1)
    const envelope = taken.find(({ path }) => path === '/api/7/envelope/')
    expect([envelope?.auth.includes('sentry_key=public'), envelope?.body.includes('XX000')]).toEqual([true, true])
    expect(taken.map(({ body }) => body).join()).not.toContain('Asha')
  })

  it('reads metrics that Prometheus can read, by route and code, without ids', async () => {
    const [one] = (await (await hospital.as(patients, 'doctor')).list({ query: {} })).body.items
    await (await hospital.as(patients, 'doctor')).read({ params: { id: one?.id ?? '' } })
    const lines = (await metricsText()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines.filter((line) => !/^[a-z_][a-z_0-9]*(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+$/.test(line))).toEqual([])
    expect(lines.some((line) => line.startsWith('triveni_http_request_seconds_count{method="GET",route="/api/v1/patients/:id",code="200"}'))).toBe(true)
    expect(lines.join()).not.toContain(one?.id ?? 'nobody')
  })

  it('sees on the board only what is measured', async () => {
    const board = readFileSync(fileURLToPath(new URL('../../../deploy/grafana/triveni.json', import.meta.url)), 'utf8')
    const asked = [...new Set([...board.matchAll(/"expr":\s*"((?:[^"\\]|\\.)*)"/g)].flatMap(([, expr = '']) => expr.match(/\b(?:triveni|process|nodejs)_[a-z_0-9]+/g) ?? []))]
    const text = await metricsText()
    expect(asked.length).toBeGreaterThan(5)
    // A histogram has buckets, a sum and a count; an event of the business is counted when it comes.
    expect(asked.filter((name) => !text.includes(name) && name !== 'triveni_business_total')).toEqual([])
  })

  it('removes logs by their age, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'triveni-logs-'))
    const now = new Date()
    for (const [name, days] of [['requests-old.jsonl', 31], ['requests-new.jsonl', 29], ['master.key', 400]] as const) {
      writeFileSync(join(folder, name), '')
      utimesSync(join(folder, name), now, new Date(now.getTime() - days * 86_400_000))
    }
    expect(await cleanLogs(folder, 30, now)).toEqual(['requests-old.jsonl'])
    rmSync(folder, { recursive: true })
  })

  it('is warned of a migration that would hold others up, before it runs, and nothing changes', async () => {
    const sql = 'create table fresh (id int);\ncreate index fresh_id on fresh (id);\ncreate index slow on patients (created_at);\nupdate patients set version = version;\n'
    const plan = await planMigrations(hospital.ownerUrl, [...readMigrations(), { name: '9999-planted.sql', sql, checksum: 'planted' }])
    expect(plan.map((one) => one.name)).toEqual(['9999-planted.sql'])
    expect(plan[0]?.warnings.map((line) => line.split(':')[0])).toEqual(['create index slow on patients (created_at)', expect.stringContaining('update patients')])
    expect(await hospital.query("select to_regclass('public.fresh') as made")).toEqual([{ made: null }])
  })
})
