import { beforeAll, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { buildApp } from '../../app.ts'
import { demoPassword } from '../../seed/seed.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
})

const signIn = (email = 'nurse@general.example', headers: Record<string, string> = {}) => hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', headers, payload: { email, password: demoPassword } })
type Entered = Awaited<ReturnType<typeof signIn>>
const cookieOf = (answer: Entered) => `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`
const meWith = async (cookie: string) => (await hospital.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode

describe('the cookie of a session', () => {
  it('is for this host alone, over TLS, unseen by scripts and by other sites', async () => {
    const { headers } = await signIn()
    for (const line of [headers['set-cookie']].flat()) expect(line).toMatch(/^__Host-triveni(-device)?=[^;]+;.*Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect([headers['set-cookie']].flat().some((line) => /Domain=/i.test(line ?? ''))).toBe(false)
  })

  it('is the only place where its secret stands, and the database keeps but a hash', async () => {
    const answer = await signIn()
    const secret = answer.cookies[0]?.value.split('.')[2] ?? ''
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(answer.body).not.toContain(secret)
    expect(await hospital.query('select 1 from sessions t where t::text like $1', [`%${secret}%`])).toEqual([])
  })

  it('is a new one with each sign-in and each proof; the one before a proof is dead', async () => {
    const [one, two] = [await signIn(), await signIn()]
    expect(cookieOf(one)).not.toBe(cookieOf(two))
    const proved = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/confirm', headers: { cookie: cookieOf(one), 'x-csrf-token': one.json().csrfToken }, payload: { password: demoPassword } })
    expect([proved.statusCode, cookieOf(proved) === cookieOf(one)]).toEqual([200, false])
    expect([await meWith(cookieOf(one)), await meWith(cookieOf(proved)), await meWith(cookieOf(two))]).toEqual([401, 200, 200])
  })

  it('goes with a sign-out, and what the browser kept of pages with it', async () => {
    const own = await signIn()
    const out = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-out', headers: { cookie: cookieOf(own), 'x-csrf-token': own.json().csrfToken }, payload: {} })
    expect([out.statusCode, out.cookies[0]?.value, out.headers['clear-site-data']]).toEqual([204, '', '"cache"'])
    expect(await meWith(cookieOf(own))).toBe(401)
  })

  it('cannot be chosen by somebody else: a made-up or foreign one opens nothing', async () => {
    const [name, value = ''] = cookieOf(await signIn()).split('=')
    const [tenant, id, secret] = value.split('.')
    for (const made of [`${tenant}.${id}.${'a'.repeat(43)}`, `${tenant}.${id}.`, `${tenant}.${id}.${secret?.slice(0, -1)}`, `${id}.${id}.${secret}`, `${tenant}.${id}.${secret}.x`, 'x', `${tenant}.${id}.${secret}x`]) expect([made, await meWith(`${name}=${made}`)]).toEqual([made, 401])
  })

  it('keeps its flags when the public address is not this machine, and has no secure name over plain http', async () => {
    const app = await buildApp({ publicUrl: 'https://hms.example' })
    const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'nurse@general.example', password: demoPassword } })
    expect(String([answer.headers['set-cookie']].flat()[0])).toMatch(/^__Host-triveni=.*; Secure;/)
    await app.close()
  })
})

describe('a write that another site sends', () => {
  const change = (headers: Record<string, string>) => hospital.app.inject({ method: 'POST', url: '/api/v1/tasks', headers: { 'content-type': 'application/json', ...headers }, payload: { title: 'Planted elsewhere' } })
  const written = async () => (await hospital.query("select 1 from tasks where title = 'Planted elsewhere'")).length

  it('is refused without the token of this very session, or with another origin, and writes nothing', async () => {
    const [own, other] = [await signIn(), await signIn('doctor@general.example')]
    const [cookie, token] = [cookieOf(own), own.json().csrfToken as string]
    const refused: [string, Record<string, string>][] = [
      ['no token', { cookie }], ['an empty token', { cookie, 'x-csrf-token': '' }], ['the token of somebody else', { cookie, 'x-csrf-token': other.json().csrfToken }], ['half a token', { cookie, 'x-csrf-token': token.slice(0, 20) }],
      ['another origin', { cookie, 'x-csrf-token': token, origin: 'https://evil.example' }], ['no origin', { cookie, 'x-csrf-token': token, origin: 'null' }], ['a look-alike', { cookie, 'x-csrf-token': token, origin: 'http://localhost:3000.evil.example' }],
    ]
    for (const [what, headers] of refused) expect([what, (await change(headers)).json().code]).toEqual([what, 'kernel.csrf'])
    expect(await written()).toBe(0)
    expect((await change({ cookie, 'x-csrf-token': token, origin: 'http://localhost:3000' })).statusCode).toBe(201)
    expect(await written()).toBe(1)
  })

  it('does not sign anybody in either, and learns nothing by asking first', async () => {
    for (const origin of ['https://evil.example', 'null']) expect([origin, (await signIn('nurse@general.example', { origin })).statusCode]).toEqual([origin, 403])
    const asked = await hospital.app.inject({ method: 'OPTIONS', url: '/api/v1/tasks', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-csrf-token' } })
    expect([asked.headers['access-control-allow-origin'], asked.headers['access-control-allow-credentials']]).toEqual([undefined, undefined])
  })

  it('is refused when it comes as a form, which browsers send without asking', async () => {
    const own = await signIn()
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/tasks', headers: { cookie: cookieOf(own), 'content-type': type }, payload: '{"title":"Planted elsewhere"}' })
      expect([type, answer.statusCode >= 400 && answer.statusCode < 500]).toEqual([type, true])
    }
    expect(await written()).toBe(1)
  })

  it('is no matter for a program, which sends its key itself', async () => {
    const key = (await (await hospital.as(people, 'doctor')).createApiKey({ body: { name: 'Desk' } })).body.key
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/tasks', headers: { authorization: `Bearer ${key}` }, payload: { title: 'From a program' } })).statusCode).toBe(201)
  })
})

describe('a read', () => {
  it('by GET changes nothing but what says that it was read', async () => {
    const changes = async () => (await hospital.query<{ n: number }>("select count(*)::int as n from audit_entries where action like 'row.%'"))[0]?.n
    const before = await changes()
    const { get } = await hospital.session('admin')
    for (const url of ['/me', '/patients', '/users', '/appointments', '/tasks', '/encounters', '/audit', '/sign-in-settings']) expect([url, (await get(`/api/v1${url}`)).statusCode]).toEqual([url, 200])
    expect(await changes()).toBe(before)
  })
})
