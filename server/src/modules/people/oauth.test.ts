import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import * as client from 'openid-client'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { organizations } from '#contract/organizations.ts'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let server = ''
const origin = 'http://localhost:3000'
const endpoint = `${origin}/api/v1/oauth2/token`

beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
  keys = await generateKeyPair('ES256', { extractable: true })
  await hospital.app.listen({ port: 0, host: '127.0.0.1' })
  server = `http://127.0.0.1:${(hospital.app.server.address() as AddressInfo).port}`
})
beforeEach(() => hospital.query('delete from sign_in_throttles'))

const admin = () => hospital.as(people, 'admin')
const make = async (change: Record<string, unknown> = {}) => {
  const made = await (await admin()).createClient({ body: { name: 'Analyser bridge', permissions: ['organizations.read', 'people.practitioners'], facilityIds: [hospital.facilityId], ...change } })
  expect(made.status).toBe(201)
  return made.body
}
const withKey = async () => make({ jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' }] } })
const ask = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/oauth2/token', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString() })
  return { status: answer.statusCode, body: answer.json() }
}
const tokenOf = async (one: { clientId: string; clientSecret: string | null }, more: Record<string, string> = {}) => (await ask({ client_id: one.clientId, client_secret: one.clientSecret ?? '', ...more })).body.access_token as string
const read = async (token: string, path = '/api/v1/facilities') => (await hospital.app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })).statusCode

describe('a program with a secret', () => {
  it('gets an opaque token for ten minutes and acts with its permissions in its facilities', async () => {
    const one = await make()
    const answer = await ask({ client_id: one.clientId, client_secret: one.clientSecret ?? '' })
    expect([answer.status, answer.body.token_type, answer.body.expires_in, answer.body.scope]).toEqual([200, 'Bearer', 600, 'organizations.read people.practitioners'])
    const token: string = answer.body.access_token
    expect([await read(token), await read(token, '/api/v1/patients'), await read(token, '/api/v1/users')]).toEqual([200, 403, 403])
    const [listed] = (await (await admin()).listClients({})).body.items
    expect([listed?.id, JSON.stringify(listed).includes(one.clientSecret ?? '?'), listed?.lastUsedAt === null]).toEqual([one.id, false, false])
    const stored = JSON.stringify(await hospital.query('select * from oauth_clients')) + JSON.stringify(await hospital.query('select * from oauth_tokens'))
    expect([stored.includes(one.clientSecret ?? '?'), stored.includes(token.split('.')[3] ?? '?')]).toEqual([false, false])
    expect(await hospital.query("select 1 from audit_entries a join oauth_clients c on c.user_id = a.actor_id where c.id = $1 and a.action = 'people.issueToken:sign-in'", [one.id])).toHaveLength(1)
  })

  it('is what an ordinary OAuth2 library speaks to: secret in the body, HTTP Basic, and a signed assertion', async () => {
    const secret = await make()
    const keyed = await withKey()
    const key = { key: keys.privateKey as never, kid: 'one' }
    const metadata = { issuer: origin, token_endpoint: `${server}/api/v1/oauth2/token` }
    const ways: [string, client.ClientAuth][] = [[secret.clientId, client.ClientSecretPost(secret.clientSecret ?? '')], [secret.clientId, client.ClientSecretBasic(secret.clientSecret ?? '')], [keyed.clientId, client.PrivateKeyJwt(key)]]
    for (const [id, way] of ways) {
      const config = new client.Configuration(metadata, id, {}, way)
      client.allowInsecureRequests(config)
      expect(await read((await client.clientCredentialsGrant(config, { scope: 'organizations.read' })).access_token)).toBe(200)
      await expect(client.clientCredentialsGrant(config, { scope: 'patients.read' })).rejects.toMatchObject({ error: 'invalid_scope' })
    }
  })

  it('narrows a token to the scope asked, and a change of the client narrows it again', async () => {
    const one = await make()
    const token = await tokenOf(one, { scope: 'people.practitioners' })
    expect([await read(token), await read(token, '/api/v1/practitioners')]).toEqual([403, 200])
    await hospital.query("update oauth_clients set permissions = '{organizations.read}' where id = $1", [one.id])
    await new Promise((done) => setTimeout(done, 3100))
    expect(await read(token, '/api/v1/practitioners')).toBe(403)
  })

  it('is rotated with a grace, and ended at once with its tokens', async () => {
    const one = await make()
    const own = await admin()
    const token = await tokenOf(one)
    const next = await own.rotateClient({ params: { id: one.id }, body: { graceMinutes: 10 } })
    expect([next.status, next.body.clientSecret === one.clientSecret, (await ask({ client_id: one.clientId, client_secret: one.clientSecret ?? '' })).status]).toEqual([200, false, 200])
    const last = await own.rotateClient({ params: { id: one.id }, body: { graceMinutes: 0 } })
    const secrets = [one.clientSecret, next.body.clientSecret, last.body.clientSecret]
    expect(await Promise.all(secrets.map(async (secret) => (await ask({ client_id: one.clientId, client_secret: secret ?? '' })).status))).toEqual([401, 401, 200])
    expect(await read(token)).toBe(200)
    expect((await own.revokeClient({ params: { id: one.id }, body: {} })).status).toBe(204)
    expect([await read(token), (await ask({ client_id: one.clientId, client_secret: last.body.clientSecret ?? '' })).body.error]).toEqual([401, 'invalid_client'])
    expect((await own.rotateClient({ params: { id: one.id }, body: {} })).problem.code).toBe('people.client_revoked')
  })

  it('is slowed down when it guesses, and answers the same for one that does not exist', async () => {
    const one = await make()
    const codes = []
    for (let tries = 0; tries < 12; tries += 1) codes.push((await ask({ client_id: one.clientId, client_secret: 'x'.repeat(43) })).status)
    expect([codes.slice(0, 10).every((code) => code === 401), codes.at(-1)]).toEqual([true, 429])
    const bare = (answer: { body: Record<string, unknown> }) => ({ ...answer.body, requestId: '' })
    expect(bare(await ask({ client_id: `${hospital.tenantId}.${crypto.randomUUID()}`, client_secret: 'x' }))).toEqual(bare(await ask({ client_id: 'nobody', client_secret: 'x' })))
  })

  it('is made by administrators in a session, with what they hold themselves, and seen by no other hospital', async () => {
    const body = { name: 'x', permissions: ['organizations.read'], facilityIds: [hospital.facilityId] }
    expect((await hospital.anonymous(people).createClient({ body })).status).toBe(401)
    expect((await (await hospital.as(people, 'doctor')).createClient({ body })).status).toBe(403)
    const own = await admin()
    expect((await own.createClient({ body: { ...body, permissions: ['nothing.known'] } })).problem.missing).toEqual(['nothing.known'])
    expect((await own.createClient({ body: { ...body, facilityIds: [crypto.randomUUID()] } })).status).toBe(403)
    expect((await own.createClient({ body: { ...body, jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), kid: 'p' }] } } as never })).status).toBe(422)
    const key = await own.createApiKey({ body: { name: 'k' } })
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/oauth-clients', headers: { authorization: `Bearer ${key.body.key}` }, payload: body })).statusCode).toBe(403)
    const made = await make()
    const stranger = await hospital.as(people, 'admin', 'ayurveda')
    expect([(await stranger.revokeClient({ params: { id: made.id }, body: {} })).status, (await stranger.listClients({})).body.items]).toEqual([404, []])
    expect((await own.listUsers({ query: { limit: 200 } })).body.items.some((user) => user.email.startsWith('program-'))).toBe(false)
    const orgs = await hospital.as(organizations, 'admin')
    expect((await orgs.listFacilities({})).status).toBe(200)
  })

  it('takes forms at its endpoint only, and no name twice', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', headers: form, payload: 'email=a&password=b' })).statusCode).toBe(415)
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/oauth2/token', headers: form, payload: 'grant_type=client_credentials&client_id=a&client_id=b' })).statusCode).toBe(400)
    expect((await ask({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type')
  })
})

describe('an assertion', () => {
  const at = () => Math.floor(Date.now() / 1000)
  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}, key: unknown = keys.privateKey) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header } as never).sign(key as never)
  const good = (clientId: string, change: JWTPayload = {}): JWTPayload => ({ iss: clientId, sub: clientId, aud: endpoint, exp: at() + 200, iat: at(), jti: crypto.randomUUID(), ...change })
  const send = (assertion: string) => ask({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion })

  it('works once, also when sent twenty times at once', async () => {
    const { clientId } = await withKey()
    const assertion = await sign(good(clientId))
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(assertion)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  })

  it('is refused with the planted weakness gone: each thing that is wrong with it', async () => {
    const { clientId } = await withKey()
    const other = await generateKeyPair('ES256')
    const spki = JSON.stringify(await exportJWK(keys.publicKey))
    const wrong: [string, Promise<string> | string][] = [
      ['no algorithm', new UnsecuredJWT(good(clientId)).encode()], ['the public key as a secret', new SignJWT(good(clientId)).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(spki))],
      ['another key', sign(good(clientId), {}, other.privateKey)], ['a key it brings itself', sign(good(clientId), { jwk: await exportJWK(other.publicKey), jku: `${server}/keys` }, other.privateKey)], ['another kid', sign(good(clientId), { kid: '../../etc/passwd' })],
      ['another audience', sign(good(clientId, { aud: 'https://other.example' }))], ['another issuer', sign(good(clientId, { iss: 'x' }))], ['ended', sign(good(clientId, { exp: at() - 120 }))], ['not yet', sign(good(clientId, { nbf: at() + 600 }))],
      ['too long', sign(good(clientId, { exp: at() + 86_400 }))], ['without end', sign(good(clientId, { exp: undefined }))], ['without a number', sign(good(clientId, { jti: undefined }))],
    ]
    for (const [name, assertion] of wrong) {
      await hospital.query('delete from sign_in_throttles')
      expect([name, (await send(await assertion)).body.error]).toEqual([name, 'invalid_client'])
    }
    expect((await send(await sign(good(clientId)))).status).toBe(200)
    expect((await send(await sign(good(clientId, { aud: origin, exp: at() - 30 })))).status).toBe(200)
  })

  it('is good for its own client only, and a secret does not stand in for it', async () => {
    const [one, two] = [await withKey(), await make()]
    expect((await send(await sign(good(two.clientId)))).status).toBe(401)
    expect((await ask({ client_id: one.clientId, client_secret: 'x' })).status).toBe(401)
  })
})
