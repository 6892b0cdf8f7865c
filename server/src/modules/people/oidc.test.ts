import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { openOutgoing } from '#kernel/outgoing.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Account, openForger, openProvider, walkThrough, type Forgery } from '../../testing/identity-provider.ts'
import { claimsOf, rolesFor } from './oidc/rules.ts'

let hospital: TestHospital
let provider: Awaited<ReturnType<typeof openProvider>>
let forger: Awaited<ReturnType<typeof openForger>>
const accounts = new Map<string, Account>()
const back = 'http://localhost:3000/sign-in/return'
const secret = 'a-secret-of-the-hospital-0123456789'

beforeAll(async () => {
  openOutgoing({ allow: ['127.0.0.0/8'] })
  hospital = await testHospital({ patients: 1 })
  provider = await openProvider(back, accounts)
  forger = await openForger()
})
afterAll(() => {
  provider.close()
  forger.close()
  openOutgoing({ allow: [] })
})
beforeEach(() => hospital.query('delete from sign_in_throttles'))

const door = () => hospital.anonymous(people)
const admin = () => hospital.as(people, 'admin')
let number = 0

async function addProvider(change: Record<string, unknown> = {}) {
  number += 1
  const made = await (await admin()).createProvider({ body: { name: `Provider ${number}`, issuer: provider.issuer, clientId: 'triveni', clientSecret: secret, ...change } })
  expect(made.status).toBe(201)
  return made.body
}

async function enter(providerId: string, login: string) {
  const begun = await door().startOidc({ body: { providerId } })
  expect(begun.status).toBe(200)
  const returned = await walkThrough(begun.body.url, login, back)
  const [state = '', code = '', iss] = ['state', 'code', 'iss'].map((name) => returned.searchParams.get(name) ?? undefined)
  const given = { token: begun.body.token, state, code, ...(iss === undefined ? {} : { iss }) }
  return { given, answer: await door().finishOidc({ body: given }), url: new URL(begun.body.url) }
}

describe('signing in with an account of another place', () => {
  it('is offered on the sign-in page, asks with PKCE, state and nonce, and enters the user of the verified address', async () => {
    const made = await addProvider()
    expect([made.hasSecret, JSON.stringify(made).includes(secret), made.redirectUri]).toEqual([true, false, back])
    expect((await door().listDoors({})).body.items).toContainEqual({ id: made.id, hospital: expect.stringContaining('General'), name: made.name })
    accounts.set('d1', { email: 'Doctor@General.example', email_verified: true })
    const { answer, url, given } = await enter(made.id, 'd1')
    expect([url.searchParams.get('code_challenge_method'), url.searchParams.get('code_challenge')?.length, url.searchParams.has('nonce'), url.searchParams.has('state')]).toEqual(['S256', 43, true, true])
    expect([answer.status, 'user' in answer.body && answer.body.user.email, answer.headers['set-cookie'] !== undefined]).toEqual([200, 'doctor@general.example', true])
    expect((await door().finishOidc({ body: given })).problem.code).toBe('people.link_expired')
    accounts.set('d1', { email: 'nurse@general.example', email_verified: true })
    const again = await enter(made.id, 'd1')
    expect('user' in again.answer.body && again.answer.body.user.email).toBe('doctor@general.example')
  })

  it('links nobody whose address is not verified, of another hospital, or not known', async () => {
    const made = await addProvider()
    for (const [login, account] of Object.entries({ u1: { email: 'nurse@general.example', email_verified: false }, u2: { email: 'nurse@general.example' }, u3: { email: 'doctor@ayurveda.example', email_verified: true }, u4: { email: 'nobody@general.example', email_verified: true }, u5: {} })) {
      accounts.set(login, account)
      const { answer } = await enter(made.id, login)
      expect([login, answer.status, answer.problem.code, answer.headers['set-cookie']]).toEqual([login, 403, 'people.identity_unknown', undefined])
    }
    expect(await hospital.query('select 1 from external_identities where provider_id = $1', [made.id])).toHaveLength(0)
  })

  it('is no way to the rights of an administrator, unless the hospital says so', async () => {
    const made = await addProvider({ createsUsers: true })
    accounts.set('a1', { email: 'admin@general.example', email_verified: true, groups: ['bosses'] })
    expect((await enter(made.id, 'a1')).answer.problem.code).toBe('people.identity_unknown')
    const own = await admin()
    const roleMap = [{ value: 'bosses', facilityId: hospital.facilityId, role: 'admin' }]
    const refused = await own.updateProvider({ params: { id: made.id }, ifMatch: made.version, body: { roleMap } })
    expect([refused.status, refused.problem.errors?.[0]?.path]).toEqual([422, 'roleMap.0.role'])
    // Written past the check: what is mapped is judged again at each sign-in.
    await hospital.query('update identity_providers set role_map = $2 where id = $1', [made.id, JSON.stringify(roleMap)])
    accounts.set('a2', { email: 'fresh@general.example', email_verified: true, groups: ['bosses'], name: 'Fresh Person' })
    const fresh = await enter(made.id, 'a2')
    expect(fresh.answer.status).toBe(200)
    expect(await hospital.query("select 1 from memberships m join users u on u.id = m.user_id where u.email = 'fresh@general.example'")).toHaveLength(0)
    const allowed = await own.updateProvider({ params: { id: made.id }, ifMatch: made.version, body: { mapsAdmins: true } })
    expect(allowed.status).toBe(200)
    expect((await enter(made.id, 'a1')).answer.status).toBe(200)
  })

  it('gives the roles of the groups, takes them with the group, and leaves those given by hand', async () => {
    const made = await addProvider({ roleMap: [{ value: 'ward-4', facilityId: hospital.facilityId, role: 'cook' }, { value: 'ward-5', facilityId: hospital.otherFacilityId, role: 'housekeeping' }] })
    accounts.set('n1', { email: 'nurse@general.example', email_verified: true, groups: ['ward-4', 'ward-5'] })
    const roles = async () => (await hospital.query<{ role: string }>('select role from memberships where user_id = $1 order by role', [hospital.userId('nurse')])).map((row) => row.role)
    const before = await roles()
    expect((await enter(made.id, 'n1')).answer.status).toBe(200)
    expect(await roles()).toEqual([...before, 'cook', 'housekeeping'].toSorted())
    accounts.set('n1', { email: 'nurse@general.example', email_verified: true, groups: ['ward-5'] })
    await enter(made.id, 'n1')
    expect(await roles()).toEqual([...before, 'housekeeping'].toSorted())
    accounts.set('n1', { email: 'nurse@general.example', email_verified: true })
    await enter(made.id, 'n1')
    expect(await roles()).toEqual(before)
  })

  it('still asks for the second factor of the account, and refuses a deactivated one', async () => {
    const made = await addProvider()
    accounts.set('p1', { email: 'pharmacist@general.example', email_verified: true })
    const own = await hospital.as(people, 'pharmacist')
    await hospital.query("insert into second_factors (tenant_id, id, user_id, kind, name, state, created_at) values ($1, gen_random_uuid(), $2, 'email', 'x', 'active', now())", [hospital.tenantId, hospital.userId('pharmacist')])
    const { answer } = await enter(made.id, 'p1')
    expect([answer.status, 'methods' in answer.body && answer.body.methods, answer.headers['set-cookie']]).toEqual([200, ['email'], undefined])
    expect((await own.me({})).status).toBe(200)
    await hospital.query('update users set is_active = false where id = $1', [hospital.userId('pharmacist')])
    expect((await enter(made.id, 'p1')).answer.problem.code).toBe('people.identity_unknown')
  })

  it('is set up by administrators who have just proved themselves, and only with a place that answers', async () => {
    const body = { name: 'X', issuer: provider.issuer, clientId: 'triveni' }
    expect((await door().createProvider({ body })).status).toBe(401)
    expect((await (await hospital.as(people, 'doctor')).createProvider({ body })).status).toBe(403)
    const own = await admin()
    expect((await own.createProvider({ body: { ...body, issuer: 'http://127.0.0.1:1' } })).problem.code).toBe('people.provider_unreachable')
    openOutgoing({ allow: [] })
    expect((await own.createProvider({ body })).problem.code).toBe('people.provider_unreachable')
    openOutgoing({ allow: ['127.0.0.0/8'] })
    const made = await addProvider()
    expect((await (await hospital.as(people, 'admin', 'ayurveda')).readProvider({ params: { id: made.id } })).status).toBe(404)
    expect((await own.updateProvider({ params: { id: made.id }, ifMatch: 7, body: { name: 'Y' } })).status).toBe(412)
    await own.updateProvider({ params: { id: made.id }, ifMatch: made.version, body: { isActive: false } })
    expect((await door().startOidc({ body: { providerId: made.id } })).status).toBe(404)
    expect(await hospital.query("select 1 from audit_entries where action like 'people.createProvider%' and subject_id = $1", [made.id])).toHaveLength(1)
  })
})

describe('a token that does not fit', () => {
  const at = Math.floor(Date.now() / 1000)
  const forgeries: [string, Forgery][] = [
    ['of another nonce', { claims: { nonce: 'other' } }], ['without a nonce', { claims: { nonce: undefined } }], ['for another audience', { claims: { aud: 'somebody-else' } }], ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['that has ended', { claims: { exp: at - 600, iat: at - 900 } }], ['signed by another key', { isOtherKey: true }], ['without a signature', { algorithm: 'none' }], ['signed with the public key as a secret', { algorithm: 'HS256' }],
  ]
  const finish = async (forgery: Forgery, change: Record<string, string> = {}) => {
    const [row] = await hospital.query<{ id: string }>("select id from identity_providers where name = 'Forger'")
    const providerId = row?.id ?? (await addProvider({ name: 'Forger', issuer: forger.issuer })).id
    const begun = await door().startOidc({ body: { providerId } })
    const query = new URL(begun.body.url).searchParams
    Object.assign(forger.plan, { forgery, nonce: query.get('nonce') })
    return door().finishOidc({ body: { token: begun.body.token, state: query.get('state') ?? '', code: 'c', ...change } })
  }
  it('is told apart from one that does', async () => expect((await finish({})).status).toBe(200))
  it.each(forgeries)('%s is refused', async (_name, forgery) => {
    const answer = await finish(forgery)
    expect([answer.status, answer.problem.code, answer.headers['set-cookie']]).toEqual([422, 'people.identity_refused', undefined])
  })
  it('another state is refused, and another browser has no token to end it with', async () => {
    expect((await finish({}, { state: 'mine' })).problem.code).toBe('people.identity_refused')
    expect((await finish({}, { token: `${crypto.randomUUID()}.${'x'.repeat(43)}` })).problem.code).toBe('people.link_expired')
  })
})

describe('the rules', () => {
  it('catch a mapping that believes whatever stands in it: the weakness, planted', () => {
    const claims = claimsOf({ sub: 's', email: 'a@b.example', email_verified: 'true', groups: 'bosses' }, 'groups')
    const mapping = [{ value: 'bosses', facilityId: 'f', role: 'admin' }]
    const weak = mapping.filter((one) => claims.groups.includes(one.value))
    const ours = rolesFor(claims, mapping, { mapAdmins: false, isAdmin: (role) => role === 'admin' })
    expect([claims.email, weak.length, ours.length]).toEqual([undefined, 1, 0])
  })
})
