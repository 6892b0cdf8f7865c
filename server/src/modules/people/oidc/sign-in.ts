import type { RouteInput } from '#contract/define.ts'
import { federationErrors } from '#contract/federation.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { seal, unseal } from '#kernel/seal.ts'
import { methodsOf } from '../factors/checking.ts'
import { administers } from '../grants.ts'
import * as people_ from '../repo.ts'
import { emailKey } from '../rules.ts'
import { forgetSessions } from '../sessions.ts'
import { openChallenge, setQuestion, tryChallenge, useChallenge } from '../sign-in/challenges.ts'
import { enter, logAttempt } from '../sign-in/sign-in.ts'
import { mappingOf, partyOf } from './providers.ts'
import { beginFlow, endFlow, type Flow } from './provider.ts'
import * as repo from './repo.ts'
import { type Claims, claimsOf, rolesFor } from './rules.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

const place = (challengeId: string): string => `sign_in_challenges.challenge.${challengeId}`
const idOf = (token: string): string => token.split('.')[0] ?? ''
const inTenant = (ctx: Ctx, tenantId: string): Ctx => makeContext({ tenantId, now: ctx.now, caller: ctx.caller, requestId: ctx.requestId })

export async function listDoors() {
  return { items: (await repo.listedDoors()).map((row) => ({ id: row.provider_id, hospital: row.hospital, name: row.name })) }
}

/** What must come back is kept sealed with the challenge; its token stays with the browser that began, so that nobody else can end it. */
export async function startOidc(ctx: Ctx, { body }: Input<'startOidc'>) {
  const door = found(await repo.doorOf(body.providerId))
  const provider = found(await withContext(inTenant(ctx, door.tenant_id), (tx) => repo.readProvider(tx, door.provider_id)))
  const { url, flow } = await beginFlow(partyOf(door.tenant_id, provider))
  const token = await openChallenge(ctx.now, { kind: 'oidc', tenantId: door.tenant_id })
  await setQuestion(idOf(token), { challenge: seal(door.tenant_id, place(idOf(token)), JSON.stringify({ ...flow, providerId: provider.id })).toString('base64') })
  return { url, token }
}

async function isAdministrator(tx: Tx, userId: string): Promise<boolean> {
  const custom = new Map((await people_.customRoles(tx)).map((role) => [role.name, role.permissions]))
  return (await people_.membershipsOf(tx, userId)).some(({ role }) => administers(role, custom))
}

/** The user a stranger's account belongs to: linked before, or of the same verified address in this hospital, or made where the hospital says so. */
async function userOf(tx: Tx, provider: repo.ProviderRow, claims: Claims) {
  const linked = await repo.touchIdentity(tx, provider.id, claims.subject)
  if (linked !== undefined) return people_.readUser(tx, linked.user_id)
  if (claims.email === undefined) return undefined
  const name = await people_.findSignIn(emailKey(claims.email))
  if (name === undefined && provider.creates_users) return createUser(tx, provider, claims, claims.email)
  if (name === undefined || name.tenant_id !== tx.ctx.tenantId) return undefined
  const user = await people_.readUser(tx, name.user_id)
  const mayLink = user?.is_active === true && (provider.maps_admins || !(await isAdministrator(tx, user.id)))
  if (mayLink) await repo.linkIdentity(tx, { provider_id: provider.id, subject: claims.subject, user_id: user.id })
  return mayLink ? user : undefined
}

async function createUser(tx: Tx, provider: repo.ProviderRow, claims: Claims, email: string) {
  const id = newId()
  await people_.insertSignInName(tx, emailKey(email), id)
  const user = await people_.insertUser(tx, { id, email, display_name: claims.name ?? email })
  await repo.linkIdentity(tx, { provider_id: provider.id, subject: claims.subject, user_id: id })
  return user
}

/** Gives what the groups give now and takes what they gave before; roles given by hand stay. */
async function mapRoles(tx: Tx, provider: repo.ProviderRow, userId: string, claims: Claims): Promise<void> {
  const custom = new Map((await people_.customRoles(tx)).map((role) => [role.name, role.permissions]))
  const wanted = rolesFor(claims, mappingOf(provider), { mapAdmins: provider.maps_admins, isAdmin: (role) => administers(role, custom) })
  const given = await repo.mappedMemberships(tx, userId, provider.id)
  const isWanted = (row: { facility_id: string; role: string }) => wanted.some((one) => one.facilityId === row.facility_id && one.role === row.role)
  for (const row of given) if (!isWanted(row)) await repo.endMapped(tx, row.id)
  for (const one of wanted) await repo.addMapped(tx, { user_id: userId, provider_id: provider.id, facility_id: one.facilityId, role: one.role })
}

async function welcome(ctx: Ctx, tenantId: string, provider: repo.ProviderRow, claims: Claims) {
  const user = await withContext(inTenant(ctx, tenantId), async (tx) => {
    const one = await userOf(tx, provider, claims)
    if (one === undefined || !one.is_active) return undefined
    await mapRoles(tx, provider, one.id, claims)
    // An account of another place is no way to an administrator's rights, whenever it was linked.
    return provider.maps_admins || !(await isAdministrator(tx, one.id)) ? one : undefined
  })
  if (user === undefined) throw new AppError(federationErrors.identity_unknown)
  forgetSessions()
  return user
}

export async function finishOidc(ctx: Ctx, { body }: Input<'finishOidc'>) {
  const asked = await tryChallenge(ctx.now, body.token, 'oidc')
  const tenantId = asked.tenantId ?? ''
  await useChallenge(ctx.now, asked.id)
  const { providerId, ...flow }: Flow & { providerId: string } = JSON.parse(unseal(tenantId, place(asked.id), Buffer.from(asked.challenge, 'base64')))
  const provider = await withContext(inTenant(ctx, tenantId), (tx) => repo.readProvider(tx, providerId))
  if (provider === undefined || !provider.is_active) throw new AppError(peopleErrors.link_expired)
  const raw = await endFlow(partyOf(tenantId, provider), flow, { state: body.state, code: body.code, iss: body.iss })
  const user = await welcome(ctx, tenantId, provider, claimsOf(raw, provider.role_claim))
  const methods = await withContext(inTenant(ctx, tenantId), (tx) => methodsOf(tx, user.id))
  if (methods.length === 0) return enter(ctx, { tenantId, user }, 'oidc', false)
  await logAttempt(ctx, { tenantId, user }, 'second-factor-asked', 'oidc')
  return { challenge: await openChallenge(ctx.now, { kind: 'second-factor', tenantId, userId: user.id }), methods }
}
