import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openSmsGateway, type SmsGatewayServer } from '../../testing/sms-gateway.ts'

let hospital: TestHospital
let gateway: SmsGatewayServer
const number = '+919812340987'

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  gateway = await openSmsGateway()
})
afterAll(() => gateway.close())
beforeEach(() => hospital.query('delete from sign_in_throttles'))

const door = () => hospital.anonymous(people)
const begin = async (email: string) => (await door().signIn({ body: { email, password: 'three-rivers-meet' } })).body as { challenge: string; methods: string[] }
const pass = (challenge: string, code: string, method: 'sms' | 'email' = 'sms') => door().passSecondFactor({ body: { challenge, method, code } })
const lastCode = () => /^(\d{6}) /.exec(gateway.messages.at(-1)?.text ?? '')?.[1] ?? ''

async function withPhone(role: 'doctor' | 'nurse' | 'pharmacist') {
  const own = await hospital.as(people, role)
  const app = (await own.addAuthenticator({ body: { name: 'App' } })).body
  await own.activateFactor({ params: { id: app.id }, body: { code: new TOTP({ secret: app.secret }).generate() } })
  const phone = (await own.addPhone({ body: { phone: '+91 98123 40987' } })).body
  await own.activateFactor({ params: { id: phone.id }, body: { code: lastCode() } })
  await hospital.query('delete from sign_in_throttles')
  return { own, appId: app.id, phone, email: `${role}@general.example` }
}

describe('codes by SMS', () => {
  it('stand beside a stronger factor only, at a number that was shown to be the person’s, and end with the last stronger one', async () => {
    const nobodys = await hospital.as(people, 'cashier')
    expect((await nobodys.addPhone({ body: { phone: number } })).problem.code).toBe('people.stronger_first')
    const { own, appId, phone, email } = await withPhone('doctor')
    expect([phone.name, phone.state, gateway.messages.at(-1)?.to]).toEqual(['••• 0987', 'pending', number])
    expect((await own.addPhone({ body: { phone: 'not a number' } })).problem.errors?.[0]?.path).toBe('phone')
    expect((await begin(email)).methods).toEqual(['totp', 'sms', 'backup'])
    const [row] = await hospital.query<{ row: string }>("select row_to_json(f)::text as row from second_factors f where kind = 'sms'")
    expect(row?.row.includes('98123')).toBe(false)
    await own.removeFactor({ params: { id: appId }, body: undefined })
    expect((await own.listFactors({})).body.items).toEqual([])
  })

  it('are good once, for their own sign-in, and the next one ends the one before', async () => {
    const { email } = await withPhone('nurse')
    const [first, second] = [await begin(email), await begin(email)]
    await door().sendSms({ body: { challenge: first.challenge } })
    const code = lastCode()
    expect((await pass(second.challenge, code)).status).toBe(422)
    expect((await pass(first.challenge, code, 'email')).status).toBe(422)
    const all = await Promise.all(Array.from({ length: 4 }, () => pass(first.challenge, code)))
    expect(all.filter((one) => one.status === 200)).toHaveLength(1)
    const third = await begin(email)
    await door().sendSms({ body: { challenge: third.challenge } })
    const older = lastCode()
    await door().sendSms({ body: { challenge: third.challenge } })
    expect(lastCode()).not.toBe(older)
    expect((await pass(third.challenge, older)).status).toBe(422)
    expect((await pass(third.challenge, lastCode())).status).toBe(200)
  })

  it('are bounded for a person and a number; a gateway that fails is said so', async () => {
    const { email } = await withPhone('pharmacist')
    const before = gateway.messages.length
    const sent: number[] = []
    for (let time = 0; time < 5; time += 1) sent.push((await door().sendSms({ body: { challenge: (await begin(email)).challenge } })).status)
    expect(sent).toEqual([204, 204, 204, 429, 429])
    expect(gateway.messages.length - before).toBe(3)
    await hospital.query('delete from sign_in_throttles')
    gateway.isShut = true
    expect((await door().sendSms({ body: { challenge: (await begin(email)).challenge } })).status).toBe(503)
    gateway.isShut = false
    expect(gateway.messages.at(-1)?.authorization).toBe('Bearer a-key-of-the-gateway')
  })

  it('go to a gateway that wants a form, too', async () => {
    await gateway.close()
    gateway = await openSmsGateway('form:To,From,Body')
    const own = await hospital.as(people, 'nurse')
    expect((await own.addPhone({ body: { phone: number } })).status).toBe(201)
    expect([gateway.messages.at(-1)?.to, gateway.messages.at(-1)?.contentType]).toEqual([number, 'application/x-www-form-urlencoded'])
  })
})
