import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import Provider from 'oidc-provider'

export interface Account {
  email?: string
  email_verified?: boolean
  name?: string
  groups?: string[]
}

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A real OpenID provider on loopback; whoever signs in there is the account of that name. */
export async function openProvider(redirectUri: string, accounts: Map<string, Account>) {
  const box: { handler?: (request: IncomingMessage, response: ServerResponse) => void } = {}
  const server = createServer((request, response) => box.handler?.(request, response))
  const issuer = await listen(server)
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'triveni', client_secret: 'a-secret-of-the-hospital-0123456789', redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post', response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...accounts.get(sub) }) }),
    pkce: { required: () => true },
    cookies: { keys: ['test'] },
  })
  provider.on('server_error', () => {})
  box.handler = provider.callback()
  return { issuer, close: () => server.close() }
}

/** Walks through the provider's own pages as a browser does, and returns the address it sends the browser back to. */
export async function walkThrough(url: string, login: string, backTo: string): Promise<URL> {
  const jar = new Map<string, string>()
  let next = url
  let form: URLSearchParams | undefined
  for (let step = 0; step < 12; step += 1) {
    const answer = await fetch(next, { redirect: 'manual', method: form === undefined ? 'GET' : 'POST', headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(form === undefined ? {} : { body: form }) })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    form = undefined
    const location = answer.headers.get('location')
    if (location !== null) {
      next = new URL(location, next).href
      if (next.startsWith(backTo)) return new URL(next)
      continue
    }
    const page = await answer.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'login'
    const action = /action="([^"]+)"/.exec(page)?.[1]
    if (action === undefined) throw new Error(`the provider answered ${answer.status}`)
    next = new URL(action, next).href
    form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'x' } : {}) })
  }
  throw new Error('the provider never sent the browser back')
}

export interface Forgery {
  claims?: Record<string, unknown>
  algorithm?: 'RS256' | 'none' | 'HS256'
  isOtherKey?: boolean
}

/** A provider that signs whatever it is told: what a checked sign-in must refuse. */
export async function openForger() {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const other = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'a', alg: 'RS256', use: 'sig' }
  const plan: { forgery: Forgery; nonce: string } = { forgery: {}, nonce: '' }
  const base = { issuer: '' }
  const token = async (): Promise<string> => {
    const at = Math.floor(Date.now() / 1000)
    const claims = { iss: base.issuer, aud: 'triveni', sub: 'somebody', iat: at, exp: at + 300, nonce: plan.nonce, email: 'doctor@general.example', email_verified: true, ...plan.forgery.claims }
    if (plan.forgery.algorithm === 'none') return new UnsecuredJWT(claims).encode()
    if (plan.forgery.algorithm === 'HS256') return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'a' }).sign(new TextEncoder().encode(JSON.stringify(jwk)))
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'a' }).sign(plan.forgery.isOtherKey === true ? other.privateKey : privateKey)
  }
  const server = createServer((request, response) => {
    const say = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (request.url?.startsWith('/.well-known') === true) return void say({ issuer: base.issuer, authorization_endpoint: `${base.issuer}/go`, token_endpoint: `${base.issuer}/token`, jwks_uri: `${base.issuer}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] })
    if (request.url === '/keys') return void say({ keys: [jwk] })
    request.resume()
    void token().then((made) => say({ access_token: 'x', token_type: 'bearer', id_token: made }))
  })
  base.issuer = await listen(server)
  return { issuer: base.issuer, plan, close: () => server.close() }
}
