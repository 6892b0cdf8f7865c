import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { makeContext } from '#kernel/context.ts'
import { now } from '#kernel/config.ts'
import { withContext } from '#kernel/db.ts'
import type { Principal } from '#kernel/http.ts'
import { isUuid, newId } from '#kernel/ids.ts'
import { wallsOf } from '#kernel/patient-access.ts'
import { noWalls } from '#kernel/walls.ts'
import { grantsFor } from './effective.ts'
import * as factors from './factors/repo.ts'
import { readToken } from './oauth/repo.ts'
import * as repo from './repo.ts'
import { digest, matches } from './secrets.ts'
import { needsFactor, settingsOf } from './sign-in/settings.ts'

const touchMilliseconds = 60_000
const tokenPrefix = 'at.'
// A changed right or an ended session is felt within this time.
const cache = new LRUCache<string, Principal>({ max: 5000, ttl: 3000 })

const csrfOf = (secret: string): string => createHash('sha256').update(`csrf:${secret}`).digest('base64url')

export const cookieOptions = { path: '/', httpOnly: true, sameSite: 'lax' } as const
const isLoopback = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host)

/** `__Host-` needs Secure, which browsers also grant to loopback; another plain-http host gets a name of its own. */
export function cookieName(publicUrl: string): { name: string; isSecure: boolean } {
  const url = new URL(publicUrl)
  return url.protocol === 'https:' || isLoopback(url.host) ? { name: '__Host-triveni', isSecure: true } : { name: 'triveni-dev', isSecure: false }
}

/** The token carries its tenant, so that it is looked up inside the tenant's rows. */
function splitToken(token: string): { tenantId: string; id: string; secret: string } | undefined {
  const [tenantId, id, secret, rest] = token.split('.')
  if (tenantId === undefined || id === undefined || secret === undefined || rest !== undefined) return undefined
  return isUuid(tenantId) && isUuid(id) && secret.length <= 100 ? { tenantId, id, secret } : undefined
}

/** Opens a session; returns the cookie's value and the CSRF token. */
export async function openSession(tenantId: string, userId: string, request: { address: string; agent: string }, how: { method: string; hasSecondFactor: boolean; confirmedAt?: Date }): Promise<{ token: string; csrfToken: string }> {
  const id = newId()
  const secret = randomBytes(32).toString('base64url')
  await withContext(makeContext({ tenantId, userId, now: now() }), (tx) => repo.insertSession(tx, { id, user_id: userId, secret_hash: digest(secret), address: request.address, agent: request.agent.slice(0, 200), method: how.method, has_second_factor: how.hasSecondFactor, ...(how.confirmedAt === undefined ? {} : { confirmed_at: how.confirmedAt }) }))
  return { token: `${tenantId}.${id}.${secret}`, csrfToken: csrfOf(secret) }
}

async function loadSession(token: string, isBackground: boolean): Promise<Principal | undefined> {
  const parts = splitToken(token)
  if (parts === undefined) return undefined
  const at = now()
  return withContext(makeContext({ tenantId: parts.tenantId, now: at }), async (tx) => {
    const session = await repo.readSession(tx, parts.id)
    if (session === undefined || session.ended_at !== null || !matches(parts.secret, session.secret_hash)) return undefined
    const settings = await settingsOf(tx)
    if (at.getTime() - session.created_at.getTime() > settings.absoluteHours * 3_600_000 || at.getTime() - session.last_seen_at.getTime() > settings.idleMinutes * 60_000) return undefined
    const principal = await principalOf(tx, session.user_id)
    if (principal === undefined) return undefined
    // What a page asks by itself does not keep a session alive.
    if (!isBackground && at.getTime() - session.last_seen_at.getTime() > touchMilliseconds) await repo.touchSession(tx, parts.id)
    return { ...principal, kind: 'session', tenantId: parts.tenantId, sessionId: parts.id, csrfToken: csrfOf(parts.secret), confirmedAt: session.confirmed_at ?? session.created_at }
  })
}

async function principalOf(tx: Parameters<typeof repo.readUser>[0], userId: string, keyId?: string) {
  const user = await repo.readUser(tx, userId)
  if (user === undefined || !user.is_active) return undefined
  const memberships = await repo.membershipsOf(tx, userId)
  const actor = actorOf(memberships)
  if (await mustEnrol(tx, userId, memberships)) return { userId, locale: user.language, grants: new Map<string, Set<string>>(), walls: noWalls, actor }
  const [grants, walls] = await Promise.all([grantsFor(tx, userId, memberships), wallsOf(tx, { userId, roles: memberships.map((one) => one.role), keyId })])
  return { userId, locale: user.language, grants, walls, actor }
}

const onlyOne = (ids: readonly string[]): string | null => (new Set(ids).size === 1 ? (ids[0] ?? null) : null)

/** As the audit says who acted: every role, and the facility when it can be one only. */
const actorOf = (memberships: readonly { role: string; facility_id: string }[]) => ({ role: [...new Set(memberships.map((one) => one.role))].toSorted().join(',') || null, facilityId: onlyOne(memberships.map((one) => one.facility_id)) })

/** Whether a role of the user needs a second factor that is not set up: until it is, nothing but setting it up is allowed. */
export async function mustEnrol(tx: Parameters<typeof repo.readUser>[0], userId: string, memberships: readonly { role: string }[]): Promise<boolean> {
  if (!needsFactor(await settingsOf(tx), memberships)) return false
  return !(await factors.factorsOf(tx, userId)).some((one) => one.state === 'active')
}

async function loadApiKey(token: string): Promise<Principal | undefined> {
  const parts = splitToken(token)
  if (parts === undefined) return undefined
  const at = now()
  return withContext(makeContext({ tenantId: parts.tenantId, now: at }), async (tx) => {
    const key = await repo.readApiKey(tx, parts.id)
    if (key === undefined || key.revoked_at !== null || !matches(parts.secret, key.secret_hash) || (key.expires_at !== null && key.expires_at <= at)) return undefined
    const principal = await principalOf(tx, key.user_id, parts.id)
    if (principal === undefined) return undefined
    if (key.last_used_at === null || at.getTime() - key.last_used_at.getTime() > touchMilliseconds) await repo.touchApiKey(tx, parts.id)
    const { permissions } = key
    const grants = permissions === null ? principal.grants : narrowed(principal.grants, new Set(permissions))
    return { ...principal, grants, kind: 'api-key', tenantId: parts.tenantId, sessionId: parts.id, csrfToken: null, confirmedAt: null }
  })
}

async function loadToken(token: string): Promise<Principal | undefined> {
  const parts = splitToken(token.slice(tokenPrefix.length))
  if (parts === undefined) return undefined
  const at = now()
  return withContext(makeContext({ tenantId: parts.tenantId, now: at }), async (tx) => {
    const row = await readToken(tx, parts.id)
    if (row === undefined || row.revoked_at !== null || row.expires_at <= at || !matches(parts.secret, row.secret_hash)) return undefined
    const held = new Set(row.permissions).intersection(new Set(row.allowed))
    const walls = await wallsOf(tx, { userId: row.user_id, roles: [], keyId: row.client_id })
    return { walls, actor: { role: null, facilityId: onlyOne(row.facility_ids) }, kind: 'program', plan: row.plan, userId: row.user_id, locale: 'en', grants: new Map(row.facility_ids.map((facility) => [facility, held])), tenantId: parts.tenantId, sessionId: row.client_id, csrfToken: null, confirmedAt: null }
  })
}

const narrowed = (grants: ReadonlyMap<string, ReadonlySet<string>>, to: ReadonlySet<string>) => new Map([...grants].map(([facility, held]) => [facility, held.intersection(to)]))

/** Who is behind a request: a session cookie or a bearer key; undefined when neither is good. */
export function authenticator(publicUrl: string): (request: Pick<FastifyRequest, 'headers' | 'cookies'>) => Promise<Principal | undefined> {
  const { name } = cookieName(publicUrl)
  return async (request) => {
    const bearer = /^Bearer (\S{1,300})$/.exec(request.headers.authorization ?? '')?.[1]
    const token = bearer ?? request.cookies[name]
    if (token === undefined) return undefined
    const isBackground = request.headers['x-background'] === '1'
    const cacheKey = `${bearer === undefined ? 's' : 'k'}${isBackground ? 'b' : 'f'}${digest(token)}`
    const known = cache.get(cacheKey)
    if (known !== undefined) return known
    const principal = bearer === undefined ? await loadSession(token, isBackground) : token.startsWith(tokenPrefix) ? await loadToken(token) : await loadApiKey(token)
    if (principal !== undefined) cache.set(cacheKey, principal)
    return principal
  }
}

/** Forgets what is cached of sessions and keys: after a sign-out or a change of rights in this process. */
export const forgetSessions = (): void => cache.clear()

const deviceName = (publicUrl: string): string => `${cookieName(publicUrl).name}-device`
const deviceSeconds = 400 * 86_400

/** The token by which a device is known, from the request; empty when there is none. */
export const deviceOf = (request: FastifyRequest, publicUrl: string): string => (request.cookies[deviceName(publicUrl)] ?? '').slice(0, 100)

export function setDeviceCookie(reply: FastifyReply, publicUrl: string, token: string): void {
  void reply.setCookie(deviceName(publicUrl), token, { ...cookieOptions, secure: cookieName(publicUrl).isSecure, maxAge: deviceSeconds })
}

export function setSessionCookie(reply: FastifyReply, publicUrl: string, token: string): void {
  const { name, isSecure } = cookieName(publicUrl)
  void reply.setCookie(name, token, { ...cookieOptions, secure: isSecure })
}
