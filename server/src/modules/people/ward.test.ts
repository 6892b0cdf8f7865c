import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { isEasyPin } from './ward/rules.ts'

let hospital: TestHospital
const pin = '582941'
const password = 'three-rivers-meet'

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  const admin = await hospital.as(people, 'admin')
  expect((await admin.writeSignInSettings({ body: { shiftHours: 10 } })).status).toBe(200)
  for (const role of ['nurse', 'doctor'] as const) expect((await (await hospital.as(people, role)).setPin({ body: { pin } })).status).toBe(204)
})
beforeEach(() => hospital.query('delete from sign_in_throttles'))

/** A browser: it keeps its cookies. */
function computer() {
  const jar = new Map<string, string>()
  const call = async (method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}) => {
    const answer = await hospital.app.inject({ method, url: `/api/v1${url}`, headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), ...headers }, ...(payload === undefined ? {} : { payload }) })
    for (const { name, value } of answer.cookies) jar.set(name, value)
    return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() }
  }
  return {
    jar, call,
    signIn: (role: string) => call('POST', '/auth/sign-in', { email: `${role}@general.example`, password }),
    colleagues: async () => (await call('GET', '/auth/colleagues')).body.items.map((one: { userId: string }) => one.userId) as string[],
    switchTo: (userId: string, given = pin) => call('POST', '/auth/switch', { userId, pin: given }),
    who: async () => (await call('GET', '/me')).body.user?.email,
  }
}

describe('a shared computer', () => {
  it('lets people who signed in fully this shift come back with a PIN, and ends the session before', async () => {
    const ward = computer()
    await ward.signIn('nurse')
    await ward.signIn('doctor')
    const nurse = hospital.userId('nurse')
    expect((await ward.colleagues()).toSorted()).toEqual([nurse, hospital.userId('doctor')].toSorted())
    const before = ward.jar.get('__Host-triveni') ?? ''
    const answer = await ward.switchTo(nurse)
    expect([answer.status, await ward.who(), answer.body.csrfToken.length > 20]).toEqual([200, 'nurse@general.example', true])
    expect((await hospital.app.inject({ url: '/api/v1/me', headers: { cookie: `__Host-triveni=${before}` } })).statusCode).toBe(401)
    expect(await hospital.query("select 1 from sessions where user_id = $1 and method = 'pin'", [nurse])).toHaveLength(1)
  })

  it('is bound: another computer, a computer nobody signed in on, and a shift that is over need a full sign-in', async () => {
    const [ward, other] = [computer(), computer()]
    await ward.signIn('nurse')
    await other.signIn('doctor')
    const nurse = hospital.userId('nurse')
    expect([await other.colleagues(), (await other.switchTo(nurse)).body.code]).toEqual([[hospital.userId('doctor')], 'people.sign_in_fully'])
    expect((await computer().switchTo(nurse)).status).toBe(403)
    await hospital.query("update ward_sign_ins set signed_in_at = signed_in_at - interval '11 hours' where user_id = $1", [nurse])
    expect([await ward.colleagues(), (await ward.switchTo(nurse)).body.code]).toEqual([[], 'people.sign_in_fully'])
  })

  it('takes five wrong PINs, also at once, then only a full sign-in helps; counting afterwards would take them all: the weakness, planted', async () => {
    const ward = computer()
    await ward.signIn('doctor')
    const doctor = hospital.userId('doctor')
    const guesses = await Promise.all(Array.from({ length: 12 }, (_value, index) => ward.switchTo(doctor, String(100_000 + index * 7919))))
    expect(guesses.map((one) => one.body.code).filter((code) => code === 'people.wrong_pin')).toHaveLength(5)
    expect((await ward.switchTo(doctor)).body.code).toBe('people.sign_in_fully')
    await ward.signIn('doctor')
    expect((await ward.switchTo(doctor)).status).toBe(200)
    let tries = 0
    const weak = await Promise.all(Array.from({ length: 12 }, async () => {
      const isAllowed = tries < 5
      await Promise.resolve()
      tries += 1
      return isAllowed
    }))
    expect(weak.filter(Boolean)).toHaveLength(12)
  })

  it('gives no fresh proof and no session to a deactivated user, and keeps drafts apart', async () => {
    const ward = computer()
    await ward.signIn('nurse')
    await ward.signIn('doctor')
    const nurse = hospital.userId('nurse')
    const draft = (token: string, text: string) => hospital.app.inject({ method: 'PUT', url: '/api/v1/drafts/note/ward', headers: { cookie: `__Host-triveni=${ward.jar.get('__Host-triveni')}`, 'x-csrf-token': token }, payload: { content: { text } } })
    const read = async () => (await ward.call('GET', '/drafts/note/ward')).body.content?.text
    const first = await ward.switchTo(nurse)
    expect((await draft(first.body.csrfToken, 'of the nurse')).statusCode).toBeLessThan(300)
    const second = await ward.switchTo(hospital.userId('doctor'))
    expect(await read()).toBeUndefined()
    await draft(second.body.csrfToken, 'of the doctor')
    await ward.switchTo(nurse)
    expect(await read()).toBe('of the nurse')
    await hospital.query("update ward_sign_ins set signed_in_at = signed_in_at - interval '20 minutes'")
    const again = await ward.switchTo(hospital.userId('doctor'))
    const refused = await ward.call('POST', '/me/pin', { pin: '739205' }, { 'x-csrf-token': again.body.csrfToken })
    expect(refused.body.code).toBe('people.confirm_needed')
    await hospital.query('update users set is_active = false where id = $1', [nurse])
    expect([(await ward.colleagues()).includes(nurse), (await ward.switchTo(nurse)).body.code]).toEqual([false, 'people.sign_in_fully'])
  })

  it('refuses easy PINs', async () => {
    expect(['111111', '123456', '987654', '121212', '123123', '456456'].map(isEasyPin)).toEqual([true, true, true, true, true, true])
    expect([pin, '193846'].map(isEasyPin)).toEqual([false, false])
    const own = await hospital.as(people, 'cashier')
    const answer = await own.setPin({ body: { pin: '123456' } })
    expect([answer.status, answer.problem.errors?.[0]?.path]).toEqual([422, 'pin'])
  })
})

describe('pages of other addresses', () => {
  const origin = 'https://portal.example'
  it('may call with a token of the hospital that allows them, never with cookies, and no other', async () => {
    const admin = await hospital.as(people, 'admin')
    expect((await admin.writeOrigins({ body: { origins: ['http://portal.example'] } })).status).toBe(422)
    expect((await admin.writeOrigins({ body: { origins: [origin] } })).body.origins).toEqual([origin])
    const key = (await admin.createApiKey({ body: { name: 'k' } })).body.key
    const theirs = (await (await hospital.as(people, 'admin', 'ayurveda')).createApiKey({ body: { name: 'k' } })).body.key
    const ask = (from: string, headers: Record<string, string>) => hospital.app.inject({ url: '/api/v1/facilities', headers: { origin: from, ...headers } })
    const allowed = async (from: string, headers: Record<string, string>) => (await ask(from, headers)).headers['access-control-allow-origin']
    expect([await allowed(origin, { authorization: `Bearer ${key}` }), await allowed('https://evil.example', { authorization: `Bearer ${key}` }), await allowed(origin, { authorization: `Bearer ${theirs}` }), await allowed(origin, {})]).toEqual([origin, undefined, undefined, undefined])
    const cookie = computer()
    await cookie.signIn('doctor')
    expect(await allowed(origin, { cookie: `__Host-triveni=${cookie.jar.get('__Host-triveni')}` })).toBeUndefined()
    const preflight = (from: string) => hospital.app.inject({ method: 'OPTIONS', url: '/api/v1/facilities', headers: { origin: from, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } })
    const good = await preflight(origin)
    expect([good.statusCode, good.headers['access-control-allow-origin'], good.headers['access-control-allow-credentials'], good.headers['vary']]).toEqual([204, origin, undefined, expect.stringContaining('origin')])
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined()
    await admin.writeOrigins({ body: { origins: [] } })
    expect(await allowed(origin, { authorization: `Bearer ${key}` })).toBeUndefined()
  })
})
