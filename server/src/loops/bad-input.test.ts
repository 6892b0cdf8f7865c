import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RouteSpec } from '#contract/define.ts'
import { patients } from '#contract/patients.ts'
import { modules } from '../modules.ts'
import { demoPassword } from '../seed/seed.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

const data = fileURLToPath(new URL('../../../../shared/data/bad-input/', import.meta.url))
let hospital: TestHospital
let headers: Record<string, string> = {}

beforeAll(async () => {
  hospital = await testHospital({ patients: 5, withCare: true })
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'admin@general.example', password: demoPassword } })
  const [cookie] = answer.cookies
  headers = { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken }
})

const rowCount = async () => (await hospital.query<{ n: number }>('select (select count(*) from patients)::int + (select count(*) from appointments)::int + (select count(*) from users)::int + (select count(*) from encounters)::int as n'))[0]?.n
const routes = modules.flatMap((module) => Object.entries(module.contract).map(([name, spec]): [string, RouteSpec] => [`${module.name}.${name}`, spec]))
const writes = routes.filter(([, spec]) => spec.method !== 'GET' && spec.path !== '/auth/sign-out')
const urlOf = (spec: RouteSpec): string => `/api/v1${spec.path.replaceAll(/\{\w+\}/g, '01a1fc2d-1507-7b51-846e-c138651e46ba')}`

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
const payloads: [string, string][] = [
  ['not JSON', '{'], ['a number', '1'], ['an array', '[]'], ['null', 'null'], ['nothing that is known', '{"colour":"red"}'], ['__proto__', '{"__proto__":{"admin":true}}'], ['constructor', '{"constructor":{"prototype":{"a":1}}}'], ['very deep', deep],
  ['wrong types', '{"givenName":1,"sex":[],"birthDate":{},"phones":"x","patientId":7,"startsAt":"soon","items":{},"text":[]}'], ['huge', `{"givenName":"${'x'.repeat(500_000)}"}`], ['a null byte', '{"givenName":"a\\u0000b","sex":"male","ageYears":3,"text":"\\u0000"}'], ['a lone surrogate', '{"givenName":"\\ud800","sex":"male","ageYears":3}'], ['not a number', '{"ageYears":1e999,"systolicMmHg":1e400}'],
]

describe('every write', () => {
  it.each(payloads)('refuses %s with a 4xx and writes nothing', async (_name, payload) => {
    const before = await rowCount()
    for (const [name, spec] of writes) {
      const answer = await hospital.app.inject({ method: spec.method, url: urlOf(spec), headers: { ...headers, 'content-type': 'application/json', 'if-match': '"1"' }, payload })
      expect([name, answer.statusCode < 500, answer.body.includes(' at ')]).toEqual([name, true, false])
      if (answer.statusCode >= 400) expect([name, answer.headers['content-type'], typeof answer.json().code]).toEqual([name, 'application/problem+json; charset=utf-8', 'string'])
    }
    expect(await rowCount()).toBe(before)
  })
})

// Well made, but for another list: one goes on at a name, one at a time, one at a number
const cursors = ['aspirin', '2026-01-01T00:00:00.000Z', '12', ''].map((at) => `cursor=${Buffer.from(`${at}\n01a1fc2d-1507-7b51-846e-c138651e46ba`).toString('base64url')}`)

describe('every list', () => {
  it.each(['limit=0', 'limit=1000', 'limit=x', 'cursor=%00', 'cursor=abc', 'sort=drop', 'colour=red', 'action=%00', 'state=%00%ff', "from='%3B--", 'limit=5&limit=6', `search=${'x'.repeat(300)}`, ...cursors])('answers 2xx or 4xx to ?%s', async (query) => {
    for (const [name, spec] of routes.filter(([, one]) => one.method === 'GET')) {
      const answer = await hospital.app.inject({ method: 'GET', url: `${urlOf(spec)}?${query}`, headers })
      expect([name, answer.statusCode < 500]).toEqual([name, true])
    }
  })
})

describe('a wrong address', () => {
  it.each(['/api/v1/patients/1', '/api/v1/patients/%00', '/api/v1/patients/../../../etc/passwd', '/api/v1/nothing', '/api/v1/patients/%ff'])('%s is 4xx', async (url) => {
    const { statusCode } = await hospital.app.inject({ method: 'GET', url, headers })
    expect(statusCode).toBeGreaterThanOrEqual(400)
    expect(statusCode).toBeLessThan(500)
  })
})

describe.runIf(existsSync(data))('the corpora of bad input', () => {
  it('naughty strings come back as they were or are refused by field', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const strings: string[] = JSON.parse(readFileSync(`${data}blns.json`, 'utf8'))
    for (const naughty of strings) {
      const answer = await desk.register({ body: { givenName: 'N', familyName: naughty, sex: 'unknown', ageYears: 1 } })
      if (answer.status === 201) expect(answer.body.familyName).toBe(naughty.trim())
      else expect([naughty, answer.status, answer.problem.errors?.[0]?.path]).toEqual([naughty, 422, 'familyName'])
      expect((await desk.search({ body: { text: naughty.slice(0, 200) } })).status).toBeLessThan(500)
    }
  })

  it('injection payloads are text', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const lines = readdirSync(`${data}sqli`).flatMap((file) => readFileSync(`${data}sqli/${file}`, 'utf8').split('\n')).filter(Boolean).slice(0, 300)
    for (const line of lines) expect((await desk.search({ body: { text: line.slice(0, 200) } })).status).toBeLessThan(500)
  })

  it('broken JSON is 400', async () => {
    for (const file of readdirSync(`${data}json-test-suite`)) {
      const payload = readFileSync(`${data}json-test-suite/${file}`)
      const { statusCode } = await hospital.app.inject({ method: 'POST', url: '/api/v1/patients', headers: { ...headers, 'content-type': 'application/json' }, payload })
      expect([file, statusCode >= 400 && statusCode < 500]).toEqual([file, true])
    }
  })
})
