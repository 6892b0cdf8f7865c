import { setTimeout as wait } from 'node:timers/promises'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { lastOldAsked } from '../../testing/felt.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Mailbox, openMailbox } from '../../testing/mailbox.ts'
import { makePasskey } from '../../testing/passkey.ts'

let hospital: TestHospital
let mailbox: Mailbox
const origin = 'http://localhost:3000'
const host = 'localhost'
const password = 'three-rivers-meet'

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  mailbox = await openMailbox()
  await hospital.runJobs()
})
afterAll(() => mailbox.close())
beforeEach(() => hospital.query('delete from sign_in_throttles'))

const door = () => hospital.anonymous(people)
const signIn = (email: string, word = password, headers: Record<string, string> = {}) => door().signIn({ body: { email, password: word }, headers } as never) as unknown as Promise<{ status: number; body: { challenge: string; methods: string[]; csrfToken: string }; headers: Record<string, string | string[] | undefined>; problem: { code: string } }>
const at = (secret: string, step = 0) => new TOTP({ secret }).generate({ timestamp: Date.now() + step * 30_000 })
const statuses = async (count: number, work: (index: number) => Promise<{ status: number }>) => (await Promise.all(Array.from({ length: count }, (_value, index) => work(index)))).map((answer) => answer.status)
const count = (list: readonly number[], status: number) => list.filter((one) => one === status).length
const letterTo = async (to: string): Promise<string> => {
  await expect.poll(() => mailbox.letters.filter((letter) => letter.to === to).length).toBeGreaterThan(0)
  return mailbox.letters.filter((letter) => letter.to === to).at(-1)?.text ?? ''
}

/** Waits out the end of a step of thirty seconds: which step a code is of must not change between its making and its check. */
async function amidAStep(): Promise<void> {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 8000) await wait(left)
}

/** Sets an authenticator app up for a user, and spends no code that the test needs. */
async function enrol(role: 'doctor' | 'nurse' | 'cashier' | 'pharmacist' | 'lab-technician' | 'receptionist') {
  const own = await hospital.as(people, role)
  const begun = await own.addAuthenticator({ body: { name: 'Phone' } })
  const { secret, id } = begun.body
  await amidAStep()
  const active = await own.activateFactor({ params: { id }, body: { code: at(secret, -1) } })
  return { own, secret, begun, codes: active.body.backupCodes, email: `${role}@general.example` }
}

describe('an authenticator app', () => {
  it('is set up with a QR code of the hospital, asked at sign-in, and each code works once', async () => {
    const { begun, secret, codes, email } = await enrol('doctor')
    expect(begun.body.qr).toMatch(/^<svg/)
    expect(decodeURIComponent(begun.body.uri)).toContain('otpauth://totp/Triveni General')
    expect(codes).toHaveLength(10)
    const asked = await signIn(email)
    expect([asked.status, asked.body.methods, asked.body.csrfToken, asked.headers['set-cookie']]).toEqual([200, ['totp', 'backup'], undefined, undefined])
    const code = at(secret)
    const passed = await door().passSecondFactor({ body: { challenge: asked.body.challenge, method: 'totp', code } })
    expect([passed.status, 'user' in passed.body && passed.body.user.email]).toEqual([200, email])
    const again = await signIn(email)
    expect((await door().passSecondFactor({ body: { challenge: again.body.challenge, method: 'totp', code } })).problem.code).toBe('people.wrong_code')
    expect((await door().passSecondFactor({ body: { challenge: asked.body.challenge, method: 'backup', code: codes[0] ?? '' } })).status).toBe(410)
  })

  it('lets one of fifty in that come with the same code at once', async () => {
    const { secret, email } = await enrol('nurse')
    const challenges = await Promise.all(Array.from({ length: 10 }, async () => (await signIn(email)).body.challenge))
    const code = at(secret)
    const results = await statuses(50, (index) => door().passSecondFactor({ body: { challenge: challenges[index % 10] ?? '', method: 'totp', code } }))
    expect(count(results, 200)).toBe(1)
    expect(results.every((status) => [200, 410, 422, 429].includes(status))).toBe(true)
  })

  it('takes the step before and after, and none further; five wrong codes make a pause', async () => {
    const { secret, email } = await enrol('cashier')
    for (const step of [-3, 2, 5]) {
      const asked = await signIn(email)
      await amidAStep()
      expect((await door().passSecondFactor({ body: { challenge: asked.body.challenge, method: 'totp', code: at(secret, step) } })).status).toBe(422)
    }
    const late = await signIn(email)
    expect((await door().passSecondFactor({ body: { challenge: late.body.challenge, method: 'totp', code: at(secret, 1) } })).status).toBe(200)
    const results: number[] = []
    for (let time = 0; time < 7; time += 1) results.push((await door().passSecondFactor({ body: { challenge: (await signIn(email)).body.challenge, method: 'totp', code: '000000' } })).status)
    expect(results).toEqual([422, 422, 422, 422, 422, 429, 429])
  })

  it('needs a sign-in that is fresh to be added, removed or renewed, and a backup code works once', async () => {
    const { own, codes, email } = await enrol('pharmacist')
    await hospital.query("update sessions set confirmed_at = confirmed_at - interval '11 minutes' where user_id = $1", [hospital.userId('pharmacist')])
    await expect.poll(async () => (await own.addAuthenticator({ body: { name: 'Second' } })).status).toBe(403)
    expect((await own.renewBackupCodes({ body: undefined })).problem.code).toBe('people.confirm_needed')
    const [factor] = (await own.listFactors({})).body.items
    expect((await own.removeFactor({ params: { id: factor?.id ?? '' }, body: undefined })).status).toBe(403)
    const pass = async (code: string) => (await door().passSecondFactor({ body: { challenge: (await signIn(email)).body.challenge, method: 'backup', code } })).status
    expect([await pass(codes[0] ?? ''), await pass(codes[0] ?? ''), await pass((codes[1] ?? '').replace('-', ' ').toUpperCase())]).toEqual([200, 422, 200])
    expect((await own.listFactors({})).body.backupCodesLeft).toBe(8)
    expect((await own.confirm({ body: { password } })).status).toBe(422)
    expect((await own.confirm({ body: { password, code: codes[2] ?? '' } })).status).toBe(200)
    expect((await own.me({})).status).toBe(401)
  })

  it('that is begun ends after ten minutes, is not guessed, and ends the sessions elsewhere once it stands', async () => {
    const email = 'housekeeping@general.example'
    const own = await hospital.as(people, 'housekeeping')
    const elsewhere = (await signIn(email)).headers['set-cookie']
    const cookie = [elsewhere].flat()[0]?.split(';')[0] ?? ''
    const late = (await own.addAuthenticator({ body: { name: 'Late' } })).body
    await hospital.query("update second_factors set created_at = created_at - interval '11 minutes' where id = $1", [late.id])
    expect((await own.activateFactor({ params: { id: late.id }, body: { code: at(late.secret) } })).problem.code).toBe('people.wrong_code')
    const begun = (await own.addAuthenticator({ body: { name: 'Phone' } })).body
    const guesses: number[] = []
    for (let time = 0; time < 6; time += 1) guesses.push((await own.activateFactor({ params: { id: begun.id }, body: { code: '000000' } })).status)
    expect(guesses).toEqual([422, 422, 422, 422, 429, 429])
    await hospital.query('delete from sign_in_throttles')
    expect((await hospital.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(200)
    expect((await own.activateFactor({ params: { id: begun.id }, body: { code: at(begun.secret) } })).status).toBe(200)
    expect([(await hospital.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode, (await own.me({})).status]).toEqual([401, 200])
    await own.removeFactor({ params: { id: begun.id }, body: undefined })
  })

  it('can be required of a role: nothing else is allowed before', async () => {
    const admin = await hospital.as(people, 'admin', 'ayurveda')
    const before = (await admin.readSignInSettings({})).body
    expect((await admin.writeSignInSettings({ body: { factorRoles: ['therapist'] }, ifMatch: before.version })).body.factorRoles).toEqual(['therapist'])
    const therapist = await hospital.as(people, 'therapist', 'ayurveda')
    await expect.poll(async () => (await therapist.me({})).body.mustEnrol).toBe(true)
    expect((await therapist.listPractitioners({})).status).toBe(403)
    const { id, secret } = (await therapist.addAuthenticator({ body: { name: 'Phone' } })).body
    await therapist.activateFactor({ params: { id }, body: { code: at(secret) } })
    expect((await therapist.listPractitioners({})).status).toBe(200)
    expect((await therapist.removeFactor({ params: { id }, body: undefined })).problem.code).toBe('people.last_factor')
    await admin.writeSignInSettings({ body: { factorRoles: [] } })
  })
})

describe('a passkey', () => {
  it('is kept after a verified person signed the challenge here, and signs in alone', async () => {
    const own = await hospital.as(people, 'lab-technician')
    const ask = async () => (await own.askNewPasskey({ body: undefined })).body
    const passkey = makePasskey()
    const refusals: [string, Partial<{ origin: string; host: string; isVerified: boolean; challenge: string }>][] = [['another origin', { origin: 'https://evil.example' }], ['another site', { host: 'evil.example' }], ['nobody verified', { isVerified: false }], ['another challenge', { challenge: 'bm90IHRoaXM' }]]
    for (const [what, wrong] of refusals) {
      const { token, options } = await ask()
      const answer = await own.addPasskey({ body: { token, name: 'Key', attestation: passkey.attest({ challenge: options.challenge, origin, host, ...wrong }, String((options as unknown as { user: { id: string } }).user.id)) } })
      expect([what, answer.status]).toEqual([what, 422])
    }
    const { token, options } = await ask()
    const attestation = passkey.attest({ challenge: options.challenge, origin, host }, String((options as unknown as { user: { id: string } }).user.id))
    const kept = await own.addPasskey({ body: { token, name: 'Key', attestation } })
    expect([kept.status, kept.body.factor.kind, kept.body.backupCodes.length]).toEqual([201, 'passkey', 10])
    expect((await own.addPasskey({ body: { token, name: 'Again', attestation } })).status).toBe(410)

    const alone = async (change: Partial<{ origin: string; host: string; isVerified: boolean; counter: number }> = {}) => {
      const asked = (await door().askPasskey({ body: {} })).body
      return { asked, assertion: passkey.assert({ challenge: asked.options.challenge, origin, host, ...change }) }
    }
    for (const wrong of [{ origin: 'https://evil.example' }, { host: 'evil.example' }, { isVerified: false }]) {
      const { asked, assertion } = await alone(wrong)
      expect((await door().signInWithPasskey({ body: { token: asked.token, assertion } })).status).toBe(422)
    }
    const good = await alone({ counter: 10 })
    const entered = await door().signInWithPasskey({ body: { token: good.asked.token, assertion: good.assertion } })
    expect([entered.status, entered.body.user.email]).toEqual([200, 'lab-technician@general.example'])
    expect((await door().signInWithPasskey({ body: { token: good.asked.token, assertion: good.assertion } })).status).toBe(410)
    const copied = await alone({ counter: 9 })
    expect((await door().signInWithPasskey({ body: { token: copied.asked.token, assertion: copied.assertion } })).status).toBe(422)

    const asked = await signIn('lab-technician@general.example')
    expect(asked.body.methods).toEqual(['passkey', 'backup'])
    const { options: question } = (await door().askPasskey({ body: { challenge: asked.body.challenge } })).body
    const second = await door().passSecondFactor({ body: { challenge: asked.body.challenge, method: 'passkey', assertion: passkey.assert({ challenge: question.challenge, origin, host, counter: 20 }) } })
    expect(second.status).toBe(200)
  })
})

describe('guessing', () => {
  it('is slowed per account and source, the same for names that do not exist; the owner on a known device gets in', async () => {
    const email = 'radiologist@general.example'
    const first = await signIn(email)
    const device = [first.headers['set-cookie']].flat().find((one) => one?.includes('-device='))?.split(';')[0] ?? ''
    expect(device).not.toBe('')
    const guess = async (name: string) => {
      const list = []
      for (let time = 0; time < 7; time += 1) list.push((await signIn(name, 'wrong words here')).status)
      return list
    }
    expect(await guess(email)).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect(await guess('nobody@general.example')).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect((await signIn(email)).status).toBe(429)
    expect((await signIn(email, password, { cookie: device })).status).toBe(200)
    const tried = await (await hospital.as(people, 'auditor')).listAttempts({})
    expect(tried.status).toBe(200)
    const rows = await hospital.query<{ outcome: string }>('select outcome from sign_in_attempts where user_id = $1 order by at desc limit 1', [hospital.userId('radiologist')])
    expect(rows[0]?.outcome).toBe('success')
  })

  it('of one word on many accounts is slowed by its source', async () => {
    const results: number[] = []
    for (let index = 0; index < 34; index += 1) results.push((await signIn(`somebody${index}@general.example`, 'summer of seventy')).status)
    expect([count(results, 401), count(results, 429)]).toEqual([30, 4])
  })
})

describe('sessions', () => {
  it('are listed and ended one by one; what pages ask by themselves does not keep them alive', async () => {
    const own = await hospital.as(people, 'auditor')
    const other = await signIn('auditor@general.example')
    const cookie = [other.headers['set-cookie']].flat()[0]?.split(';')[0] ?? ''
    const alive = async (headers: Record<string, string> = {}) => (await hospital.app.inject({ url: '/api/v1/me', headers: { cookie, ...headers } })).statusCode
    expect(await alive()).toBe(200)
    const listed = (await own.listSessions({})).body.items
    expect(listed.filter((one) => one.isCurrent)).toHaveLength(1)
    const elsewhere = listed.find((one) => !one.isCurrent)?.id ?? ''
    const seen = async () => (await hospital.query<{ at: Date }>('select last_seen_at as at from sessions where id = $1', [elsewhere]))[0]?.at
    await hospital.query("update sessions set last_seen_at = last_seen_at - interval '10 minutes' where id = $1", [elsewhere])
    const before = await seen()
    await new Promise((done) => setTimeout(done, 3100))
    expect(await alive({ 'x-background': '1' })).toBe(200)
    expect(await seen()).toEqual(before)
    expect(await alive()).toBe(200)
    expect((await seen())?.getTime()).toBeGreaterThan(before?.getTime() ?? 0)
    expect((await own.endSession({ params: { id: elsewhere }, body: undefined })).status).toBe(204)
    expect(await alive()).toBe(401)
    expect((await (await hospital.as(people, 'doctor')).endSession({ params: { id: listed.find((one) => one.isCurrent)?.id ?? '' }, body: undefined })).status).toBe(404)
  })

  it('of a user who is deactivated end within five seconds', async () => {
    const admin = await hospital.as(people, 'admin')
    const guest = await hospital.as(people, 'housekeeping')
    expect((await guest.me({})).status).toBe(200)
    const { body } = await admin.readUser({ params: { id: hospital.userId('housekeeping') } })
    await admin.updateUser({ params: { id: body.id }, body: { isActive: false }, ifMatch: body.version })
    expect(await lastOldAsked(async () => (await guest.me({})).status === 200)).toBeLessThan(5000)
    expect((await guest.me({})).status).toBe(401)
    expect((await signIn('housekeeping@general.example')).status).toBe(401)
  })
})

describe('a new password by link', () => {
  const tokenIn = (text: string) => /#([\w-]+\.[\w-]+)/.exec(text)?.[1] ?? ''

  it('is single use, ends sessions, keeps the second factor; the link’s host is the configured one', async () => {
    const { email, own } = await enrol('receptionist')
    expect((await door().askReset({ body: { email }, headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } } as never)).status).toBe(204)
    const text = await letterTo(email)
    expect(text).toContain(`${origin}/new-password#`)
    expect(text).not.toContain('evil.example')
    const finish = (token: string, newPassword: string) => door().finishReset({ body: { token, newPassword } })
    expect((await finish(tokenIn(text), 'short words')).status).toBe(422)
    expect((await finish(tokenIn(text), password)).problem.errors?.[0]?.code).toBe('password.used_before')
    expect((await finish(tokenIn(text), 'a boat on the backwater')).status).toBe(204)
    expect((await finish(tokenIn(text), 'another boat on the water')).status).toBe(410)
    expect((await own.me({})).status).toBe(401)
    const asked = await signIn(email, 'a boat on the backwater')
    expect(asked.body.methods).toEqual(['totp', 'backup'])
  })

  it('answers the same for nobody, and older links end with newer ones', async () => {
    const email = 'doctor@ayurveda.example'
    expect((await door().askReset({ body: { email: 'nobody@nowhere.example' } })).status).toBe(204)
    await door().askReset({ body: { email } })
    const old = tokenIn(await letterTo(email))
    await door().askReset({ body: { email } })
    await expect.poll(() => mailbox.letters.filter((letter) => letter.to === email).length).toBe(2)
    expect((await door().finishReset({ body: { token: old, newPassword: 'a boat on the backwater' } })).status).toBe(410)
    expect((await hospital.query("select 1 from outgoing_mails where state = 'sent' and content_sealed is not null")).length).toBe(0)
  })

  it('comes as an invitation to a user made without one, when the mail server is back', async () => {
    const admin = await hospital.as(people, 'admin')
    mailbox.isShut = true
    const made = await admin.createUser({ body: { email: 'new@general.example', displayName: 'Newcomer Nair' } })
    expect(made.status).toBe(201)
    await new Promise((done) => setTimeout(done, 1500))
    expect(mailbox.letters.some((letter) => letter.to === 'new@general.example')).toBe(false)
    mailbox.isShut = false
    const token = tokenIn(await letterTo('new@general.example'))
    expect((await door().finishReset({ body: { token, newPassword: 'a boat on the backwater' } })).status).toBe(204)
    expect((await signIn('new@general.example', 'a boat on the backwater')).status).toBe(200)
  })
})

describe('passwords under the classic policy', () => {
  const policy = (hasClassicPolicy: boolean) => hospital.as(people, 'admin').then((admin) => admin.writeSignInSettings({ body: { hasClassicPolicy } }))
  const age = (email: string, days: number) => hospital.query("update credentials c set changed_at = now() - make_interval(days => $2) from users u where u.tenant_id = c.tenant_id and u.id = c.user_id and u.email = $1", [email, days])

  it('open only the way to a new one after ninety days, whatever else was shown', async () => {
    const email = 'cook@general.example'
    await age(email, 91)
    expect((await signIn(email)).body.csrfToken).toBeDefined()
    await policy(true)
    await expect.poll(async () => Object.keys((await signIn(email)).body), { interval: 1100 }).toEqual(['newPassword'])
    await hospital.query('delete from sign_in_throttles')
    const { headers, body } = await signIn(email)
    expect(headers['set-cookie']).toBeUndefined()
    const token = Reflect.get(body, 'newPassword')
    const renewed = 'A boat on 2 rivers!'
    expect((await door().finishReset({ body: { token, newPassword: password } })).status).toBe(422)
    expect((await door().finishReset({ body: { token, newPassword: renewed } })).status).toBe(204)
    expect((await door().finishReset({ body: { token, newPassword: `${renewed}!` } })).status).toBe(410)
    expect((await signIn(email, renewed)).body.csrfToken).toBeDefined()
    await age(email, 89)
    expect((await signIn(email, renewed)).body.csrfToken).toBeDefined()
    expect(await hospital.query("select 1 from sign_in_attempts a join users u on u.tenant_id = a.tenant_id and u.id = a.user_id where u.email = $1 and a.outcome = 'password-expired'", [email])).not.toEqual([])
  })

  it('are asked for the second factor first', async () => {
    const { email, secret } = await enrol('lab-technician')
    await age(email, 91)
    const asked = await signIn(email)
    expect(asked.body.methods).toContain('totp')
    const passed = await door().passSecondFactor({ body: { challenge: asked.body.challenge, method: 'totp', code: at(secret) } })
    expect([passed.status, Object.keys(passed.body)]).toEqual([200, ['newPassword']])
    await policy(false)
  })
})

describe('passwords', () => {
  it('of an administrator have fifteen characters, are not common, nor one of the last five', async () => {
    const admin = await hospital.as(people, 'admin', 'homeopathy')
    const change = (currentPassword: string, newPassword: string) => admin.changePassword({ body: { currentPassword, newPassword } })
    const reason = async (word: string) => (await change(password, word)).problem.errors?.[0]?.code
    expect([await reason('river of ten'), await reason('password1234567'), await reason(password)]).toEqual(['password.too_short', 'password.too_common', 'password.used_before'])
    expect((await change(password, 'river of ten stones')).status).toBe(204)
    expect((await change('river of ten stones', password)).status).toBe(204)
    expect((await change(password, 'river of ten stones')).problem.errors?.[0]?.code).toBe('password.used_before')
  })
})
