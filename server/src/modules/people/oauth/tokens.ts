import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { oauthErrors } from '#contract/oauth.ts'
import type { people } from '#contract/people.ts'
import { audit } from '#kernel/audit.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { isUuid, newId } from '#kernel/ids.ts'
import { publicOrigin } from '#kernel/links.ts'
import { digest, matches } from '../secrets.ts'
import { countFailure, forgetFailures, refuseHasty, type Throttle } from '../sign-in/throttle.ts'
import { readAssertion } from './assertions.ts'
import * as repo from './repo.ts'

type Body = RouteInput<(typeof people)['issueToken']>['body']

const secondsOfToken = 600
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
const refused = () => new AppError(oauthErrors.invalid_client)

export const clientIdOf = (tenantId: string, id: string): string => `${tenantId}.${id}`

function splitClientId(text: string): { tenantId: string; id: string } {
  const [tenantId = '', id = '', ...rest] = text.split('.')
  if (!isUuid(tenantId) || !isUuid(id) || rest.length > 0) throw refused()
  return { tenantId, id }
}

/** Who an assertion says to be, before anything is believed. */
function subjectOf(assertion: string): string {
  try {
    const claims: { sub?: unknown } = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof claims.sub === 'string' ? claims.sub : ''
  } catch {
    return ''
  }
}

const isSecretOf = (row: repo.ClientRow, secret: string, now: Date): boolean =>
  (row.secret_hash !== null && matches(secret, row.secret_hash)) || (row.old_secret_hash !== null && row.old_secret_until !== null && row.old_secret_until > now && matches(secret, row.old_secret_hash))

async function proves(ctx: Ctx, row: repo.ClientRow, clientId: string, body: Body): Promise<boolean> {
  if (row.method === 'secret') return body.client_secret !== undefined && body.client_assertion === undefined && isSecretOf(row, body.client_secret, ctx.now)
  if (body.client_assertion === undefined || body.client_assertion_type !== assertionType || body.client_secret !== undefined) return false
  const audiences = [publicOrigin(), `${publicOrigin()}/api/v1/oauth2/token`]
  const read = await readAssertion(body.client_assertion, { clientId, jwks: keySet.parse(row.jwks), audiences, now: ctx.now })
  return read !== undefined && withContext(makeContext({ tenantId: clientId.split('.')[0] ?? '', now: ctx.now }), (tx) => repo.spendAssertion(tx, row.id, digest(read.number), read.expiresAt))
}

/** What is asked for, all of it held; without a scope all that the client has. */
function scopeOf(row: repo.ClientRow, scope: string | undefined): string[] {
  const asked = [...new Set((scope ?? '').split(' ').filter((one) => one !== ''))]
  if (asked.some((one) => !row.permissions.includes(one))) throw new AppError(oauthErrors.invalid_scope)
  return asked.length === 0 ? row.permissions : asked
}

async function authenticate(ctx: Ctx, body: Body): Promise<{ row: repo.ClientRow; own: Ctx }> {
  const clientId = body.client_id ?? subjectOf(body.client_assertion ?? '')
  const { tenantId, id } = splitClientId(clientId)
  const throttles: Throttle[] = [{ key: `client:${clientId}`, rule: { freeFailures: 10, firstDelaySeconds: 10, longestDelaySeconds: 300, quietSeconds: 900 } }]
  await refuseHasty(throttles, ctx.now)
  const own = makeContext({ tenantId, now: ctx.now, caller: ctx.caller, requestId: ctx.requestId })
  const row = await withContext(own, (tx) => repo.readClient(tx, id))
  const isGood = row !== undefined && row.revoked_at === null && (await proves(ctx, row, clientId, body))
  if (row !== undefined) await audit({ tenantId, actorId: row.user_id, sessionId: null, requestId: ctx.requestId, action: 'people.issueToken:sign-in', subjectType: 'oauth-clients', subjectId: id, patientId: null, outcome: isGood ? 'success' : 'denied', details: { address: ctx.caller.address, agent: ctx.caller.agent, method: row.method } })
  if (row === undefined || !isGood) {
    await countFailure(throttles, ctx.now)
    throw refused()
  }
  await forgetFailures(throttles[0]?.key ?? '')
  return { row, own }
}

/** A token for a program that proved itself: opaque, kept as a hash, for ten minutes. */
export async function issueToken(ctx: Ctx, { body }: RouteInput<(typeof people)['issueToken']>) {
  if (body.grant_type !== 'client_credentials') throw new AppError(oauthErrors.unsupported_grant_type)
  const { row, own } = await authenticate(ctx, body)
  const permissions = scopeOf(row, body.scope)
  const id = newId()
  const secret = randomBytes(32).toString('base64url')
  await withContext(own, async (tx) => {
    await repo.insertToken(tx, { id, client_id: row.id, secret_hash: digest(secret), permissions, expires_at: new Date(ctx.now.getTime() + secondsOfToken * 1000) })
    await repo.touchClient(tx, row.id)
  })
  return { access_token: `at.${own.tenantId}.${id}.${secret}`, token_type: 'Bearer' as const, expires_in: secondsOfToken, scope: permissions.join(' ') }
}
