import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '#kernel/limits.ts'
import { demoPassword } from './seed/seed.ts'
import { type TestHospital, testHospital } from './testing/hospital.ts'

let hospital: TestHospital
let port = 0
let session: Record<string, string> = {}
const browser = (language = 'en', headers: Record<string, string> = {}) => ({ accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': language, 'sec-fetch-mode': 'navigate', ...headers })
const get = (url: string, headers: Record<string, string>) => hospital.app.inject({ method: 'GET', url, headers })

beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
  await hospital.app.listen({ port: 0, host: '127.0.0.1' })
  port = (hospital.app.server.address() as AddressInfo).port
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'cashier@general.example', password: demoPassword } })
  session = { cookie: `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`, 'x-csrf-token': answer.json().csrfToken }
})

/** What the server says to bytes that never become a request. */
const raw = (...parts: [string, number?][]): Promise<string> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => (said += chunk.toString()))
    for (const event of ['close', 'error'] as const) socket.once(event, () => done(said))
    for (const [text, after = 0] of parts) setTimeout(() => socket.writable && socket.write(text), after)
  })

describe('a refusal that a person meets', () => {
  it('is a page in the house look and their language, with the request’s id, and nothing that runs', async () => {
    const cases: [string, number, Record<string, string>, string][] = [
      ['/api/v1/nothing', 404, browser('en'), 'This page does not exist'], ['/wp-login.php', 404, browser('hi-IN'), 'यह पृष्ठ मौजूद नहीं है'], ['/.git/config', 404, browser('ar'), 'هذه الصفحة غير موجودة'],
      ['/api/v1/patients', 401, browser('en'), 'Please sign in'], ['/api/v1/users', 403, browser('en', session), 'You may not see this'], ['/assets/%3Cscript%3Ealert(1)%3C/script%3E', 404, browser('fr'), 'This page does not exist'],
    ]
    for (const [url, status, headers, title] of cases) {
      const answer = await get(url, headers)
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, status, 'text/html; charset=utf-8'])
      expect(answer.body).toContain(title)
      expect(answer.body).toContain(String(answer.headers['x-request-id']))
      expect(answer.body).not.toMatch(/<script|alert\(1\)| on\w+=| style=/)
      expect([answer.headers['cache-control'], String(answer.headers['content-security-policy']).includes("default-src 'none'")]).toEqual(['no-store', true])
    }
    expect((await get('/.git/config', browser('ar'))).body).toContain('dir="rtl"')
  })

  it('says of a failure of our own nothing but that it failed', async () => {
    await hospital.query('alter table invoices rename to invoices_away')
    const answer = await get('/api/v1/invoices', browser('en', session))
    await hospital.query('alter table invoices_away rename to invoices')
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([500, 'text/html; charset=utf-8'])
    expect(answer.body).toContain('Something went wrong')
    expect(answer.body).not.toMatch(/invoices|relation|select|\.ts:/i)
  })

  it('is a problem for a program, also when it says that it takes anything', async () => {
    for (const headers of [{}, { accept: 'application/json, */*' }, { accept: '*/*' }, { accept: 'text/html', 'sec-fetch-mode': 'cors' }] as Record<string, string>[]) {
      const answer = await get('/api/v1/nothing', headers)
      expect([answer.statusCode, answer.headers['content-type'], answer.json().requestId]).toEqual([404, 'application/problem+json; charset=utf-8', answer.headers['x-request-id']])
    }
  })
})

describe('what is read of a request', () => {
  const post = (payload: string) => hospital.app.inject({ method: 'POST', url: '/api/v1/patients/search', headers: { ...session, 'content-type': 'application/json' }, payload })
  const nested = (depth: number) => `${'{"text":'.repeat(depth)}"x"${'}'.repeat(depth)}`

  it('is a mebibyte of body at most', async () => {
    expect((await post(JSON.stringify({ text: 'x'.repeat(limits.request.bytes) }))).statusCode).toBe(413)
  })

  it('is nested no deeper than any form', async () => {
    expect([(await post(nested(limits.depth - 1))).statusCode, (await post(nested(limits.depth + 1))).statusCode]).toEqual([422, 400])
    const draft = (depth: number) => hospital.app.inject({ method: 'PUT', url: '/api/v1/drafts/x/y', headers: { ...session, 'content-type': 'application/json' }, payload: `{"content":{"a":${nested(depth)}}}` })
    expect([(await draft(20)).statusCode < 300, (await draft(40)).statusCode]).toEqual([true, 400])
  })

  it('is sixteen kibibytes of headers at most, refused with the headers of every answer', async () => {
    const said = await raw([`GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(limits.headers.bytes)}\r\n\r\n`])
    expect(said).toMatch(/^HTTP\/1\.1 431 /)
    for (const header of ['strict-transport-security: max-age=31536000', "frame-ancestors 'none'", 'x-content-type-options: nosniff', 'x-request-id: ', 'content-type: application/problem+json']) expect(said).toContain(header)
  })

  it('is waited for as long as the limits say, headers and body apart', async () => {
    const { server } = hospital.app
    const before = [server.headersTimeout, server.requestTimeout]
    expect(before).toEqual([limits.headers.milliseconds, limits.request.milliseconds])
    Object.assign(server, { headersTimeout: 500, requestTimeout: 1000 })
    const [headers, body] = await Promise.all([raw(['GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n'], ['X-Slow: 1\r\n', 400]), raw(['POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":'])])
    Object.assign(server, { headersTimeout: before[0], requestTimeout: before[1] })
    expect(headers).toMatch(/^HTTP\/1\.1 408 /)
    expect(body).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('has one meaning: two lengths, a length beside chunks, and a bare line feed are refused', async () => {
    const smuggled = ['Content-Length: 5\r\nContent-Length: 6', 'Content-Length: 5\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'Content-Length: 5\nX: y']
    for (const lines of smuggled) expect([lines, await raw([`POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\n0\r\n\r\n`])]).toEqual([lines, expect.stringMatching(/^HTTP\/1\.1 400 /)])
  })
})

describe('every answer', () => {
  it('carries the headers that keep a browser from being misled, whatever it is', async () => {
    const urls = ['/health/live', '/api/v1/me', '/api/v1/nothing', '/openapi.json', '/nothing.js', '/metrics']
    for (const url of urls) {
      const { headers } = await get(url, {})
      expect([url, headers['strict-transport-security'], headers['x-content-type-options'], headers['referrer-policy'], headers['cross-origin-opener-policy'], headers['cross-origin-resource-policy'], headers['x-frame-options']]).toEqual([url, 'max-age=31536000; includeSubDomains', 'nosniff', 'no-referrer', 'same-origin', 'same-origin', 'DENY'])
      expect(headers['content-security-policy']).not.toMatch(/unsafe-(inline|eval)/)
      for (const directive of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect([url, String(headers['content-security-policy'])]).toEqual([url, expect.stringContaining(directive)])
      expect([url, headers['server'], headers['x-powered-by'], headers['access-control-allow-origin']]).toEqual([url, undefined, undefined, undefined])
    }
  })

  it('comes to the methods that a route has, never to TRACE', async () => {
    expect((await raw([`TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: mine\r\nConnection: close\r\n\r\n`]))).not.toContain('mine')
    for (const method of ['PUT', 'DELETE'] as const) expect([method, (await hospital.app.inject({ method, url: '/api/v1/patients', headers: session })).statusCode]).toEqual([method, 404])
  })

  it('of patients is not kept by anybody on the way', async () => {
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/patients/search', headers: session, payload: { text: 'an' } })).headers['cache-control']).toBe('no-store')
  })
})
