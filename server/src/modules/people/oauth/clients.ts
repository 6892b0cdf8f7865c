import { randomBytes } from 'node:crypto'
import { importJWK, type JWK } from 'jose'
import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { clientErrors, type OauthClient } from '#contract/oauth.ts'
import type { people } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { digest } from '../secrets.ts'
import { forgetSessions } from '../sessions.ts'
import { requireFresh } from '../sign-in/settings.ts'
import * as repo from './repo.ts'
import { clientIdOf } from './tokens.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

const isPlan = (plan: string): plan is OauthClient['plan'] => plan === 'small' || plan === 'standard' || plan === 'large'
const present = (ctx: Ctx, row: repo.ClientRow): OauthClient => ({
  id: row.id, version: row.version, clientId: clientIdOf(ctx.tenantId, row.id), name: row.name, method: row.method === 'secret' ? 'secret' : 'private_key_jwt', permissions: row.permissions, facilityIds: row.facility_ids,
  plan: isPlan(row.plan) ? row.plan : 'standard', state: row.revoked_at === null ? 'active' : 'revoked', createdAt: row.created_at.toISOString(), rotatedAt: row.rotated_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null, oldSecretUntil: row.old_secret_until !== null && row.old_secret_until > ctx.now ? row.old_secret_until.toISOString() : null,
})

// A program that made programs could outlive its own end.
function refusePrograms(ctx: Ctx): void {
  if (ctx.csrfToken === '') throw new AppError(kernelErrors.forbidden)
  requireFresh(ctx)
}

async function refuseBadKeys(keys: readonly JWK[]): Promise<void> {
  for (const [index, jwk] of keys.entries()) {
    const usual = jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' ? 'ES256' : 'EdDSA'
    const isWeak = jwk.kty === 'RSA' && Buffer.from(jwk.n ?? '', 'base64url').length < 256
    const made = isWeak ? undefined : await importJWK(jwk, jwk.alg ?? usual).catch(() => undefined)
    if (made === undefined) throw invalidField(`jwks.keys.${index}`, 'key.not_usable')
  }
}

export function listClients(ctx: Ctx, { query }: Input<'listClients'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listClients(tx, page), page.limit, (row) => ({ at: '', id: row.id }), (row) => present(ctx, row)))
}

/** A program gets what its maker holds in those facilities, and no more. */
function refuseForeignRights(ctx: Ctx, permissions: readonly string[], facilityIds: readonly string[]): void {
  const missing = permissions.filter((permission) => facilityIds.some((facility) => !ctx.can(permission, facility)))
  if (missing.length > 0) throw new AppError(clientErrors.client_permission_not_held, { missing })
}

export async function createClient(ctx: Ctx, { body }: Input<'createClient'>) {
  refusePrograms(ctx)
  refuseForeignRights(ctx, body.permissions, body.facilityIds)
  const { jwks } = body
  if (jwks !== undefined) await refuseBadKeys(jwks.keys)
  const secret = jwks === undefined ? randomBytes(32).toString('base64url') : null
  return withContext(ctx, async (tx) => {
    const [id, userId] = [newId(), newId()]
    await repo.insertProgram(tx, userId, body.name)
    const row = await repo.insertClient(tx, {
      id, name: body.name, user_id: userId, method: secret === null ? 'private_key_jwt' : 'secret', secret_hash: secret === null ? null : digest(secret), jwks: jwks === undefined ? null : JSON.stringify(jwks),
      permissions: [...new Set(body.permissions)], facility_ids: [...new Set(body.facilityIds)], plan: body.plan ?? 'standard',
    })
    return { ...present(ctx, row), clientSecret: secret }
  })
}

export async function rotateClient(ctx: Ctx, { params, body }: Input<'rotateClient'>) {
  refusePrograms(ctx)
  const { jwks, graceMinutes } = body
  if (jwks !== undefined) await refuseBadKeys(jwks.keys)
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockClient(tx, params.id))
    if (before.revoked_at !== null) throw new AppError(clientErrors.client_revoked)
    if ((before.method === 'secret') !== (jwks === undefined)) throw invalidField('jwks', jwks === undefined ? 'required' : 'unknown_field')
    const secret = jwks === undefined ? randomBytes(32).toString('base64url') : null
    const until = graceMinutes === 0 ? null : new Date(ctx.now.getTime() + graceMinutes * 60_000)
    const change = secret === null ? { jwks: JSON.stringify(jwks) } : { secret_hash: digest(secret), old_secret_hash: until === null ? null : before.secret_hash, old_secret_until: until }
    const row = await repo.updateClient(tx, params.id, { ...change, rotated_at: ctx.now })
    return { ...present(ctx, row), clientSecret: secret }
  })
}

/** Ends a program: its tokens are gone, its user is inactive, and what other processes remember ends within three seconds. */
export function revokeClient(ctx: Ctx, id: string): Promise<void> {
  refusePrograms(ctx)
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockClient(tx, id))
    if (row.revoked_at !== null) return
    await repo.updateClient(tx, id, { revoked_at: ctx.now })
    await repo.endTokens(tx, id)
    await repo.endProgram(tx, row.user_id)
    forgetSessions()
  })
}
