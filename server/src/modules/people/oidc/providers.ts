import { z } from 'zod'
import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { federation, federationErrors, type IdentityProvider } from '#contract/federation.ts'
import type { people } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { seal, unseal } from '#kernel/seal.ts'
import { facilityOf } from '../../organizations/index.ts'
import { administers, shippedPermissions } from '../grants.ts'
import * as people_ from '../repo.ts'
import { requireFresh } from '../sign-in/settings.ts'
import { discover, forgetDescriptions, type Party, redirectUri } from './provider.ts'
import * as repo from './repo.ts'
import type { Mapping } from './rules.ts'

mapConstraint('identity_providers_name', federationErrors.provider_name_taken)

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>
type Body = z.output<typeof federation.updateProvider.body>

const place = (id: string): string => `identity_providers.secret_sealed.${id}`
const mappings = z.array(z.object({ value: z.string(), facilityId: z.string(), role: z.string() }))

export const mappingOf = (row: { role_map: unknown }): Mapping[] => mappings.parse(row.role_map)

/** A provider as the protocol needs it, its secret opened. */
export const partyOf = (tenantId: string, row: repo.ProviderRow): Party => ({
  id: row.id, version: row.version, issuer: row.issuer, clientId: row.client_id, secret: row.secret_sealed === null ? undefined : unseal(tenantId, place(row.id), row.secret_sealed),
})

const present = (row: repo.ProviderRow): IdentityProvider => ({
  id: row.id, version: row.version, name: row.name, issuer: row.issuer, clientId: row.client_id, hasSecret: row.secret_sealed !== null, isActive: row.is_active, isListed: row.is_listed,
  roleClaim: row.role_claim, roleMap: mappingOf(row), mapsAdmins: row.maps_admins, createsUsers: row.creates_users, redirectUri: redirectUri(),
})

export function listProviders(ctx: Ctx, { query }: Input<'listProviders'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listProviders(tx, page), page.limit, (row) => ({ at: '', id: row.id }), present))
}

export const readProvider = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => present(found(await repo.readProvider(tx, id))))

/** 422 at the entry that names no role, no facility, or an administrator's role that was not allowed in words. */
async function checkMapping(tx: Tx, mapping: readonly Mapping[], mapsAdmins: boolean): Promise<void> {
  const custom = new Map((await people_.customRoles(tx)).map((role) => [role.name, role.permissions]))
  for (const [index, { role, facilityId }] of mapping.entries()) {
    if (shippedPermissions(role) === undefined && !custom.has(role)) throw invalidField(`roleMap.${index}.role`, 'reference.unknown')
    if (!mapsAdmins && administers(role, custom)) throw invalidField(`roleMap.${index}.role`, 'role.of_administrators')
    await facilityOf(tx, facilityId).catch(() => {
      throw invalidField(`roleMap.${index}.facilityId`, 'reference.unknown')
    })
  }
}

function columnsOf(ctx: Ctx, id: string, body: Body): Partial<repo.ProviderColumns> {
  const { clientSecret, roleMap } = body
  const secret = clientSecret === undefined ? {} : { secret_sealed: clientSecret === null ? null : seal(ctx.tenantId, place(id), clientSecret) }
  const columns = {
    name: body.name, issuer: body.issuer, client_id: body.clientId, is_active: body.isActive, is_listed: body.isListed, role_claim: body.roleClaim,
    role_map: roleMap === undefined ? undefined : JSON.stringify(roleMap), maps_admins: body.mapsAdmins, creates_users: body.createsUsers,
  }
  return { ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)), ...secret }
}

/** Asks the place for its description, so that a wrong address is found now and not by the first who signs in. */
async function check(party: Omit<Party, 'id' | 'version'>): Promise<void> {
  await discover({ ...party, id: newId(), version: 0 })
}

export async function createProvider(ctx: Ctx, { body }: Input<'createProvider'>) {
  requireFresh(ctx)
  await check({ issuer: body.issuer, clientId: body.clientId, secret: body.clientSecret ?? undefined })
  const id = newId()
  return withContext(ctx, async (tx) => {
    await checkMapping(tx, body.roleMap ?? [], body.mapsAdmins ?? false)
    const row = await repo.insertProvider(tx, id, { secret_sealed: null, is_active: true, is_listed: true, role_claim: 'groups', role_map: '[]', maps_admins: false, creates_users: false, ...columnsOf(ctx, id, body), name: body.name, issuer: body.issuer, client_id: body.clientId })
    await repo.keepDoor(tx, row)
    return present(row)
  })
}

export async function updateProvider(ctx: Ctx, { params, body, ifMatch }: Input<'updateProvider'>) {
  requireFresh(ctx)
  const before = found(await withContext(ctx, (tx) => repo.readProvider(tx, params.id)))
  if (body.issuer !== undefined && body.issuer !== before.issuer) await check({ issuer: body.issuer, clientId: body.clientId ?? before.client_id, secret: undefined })
  return withContext(ctx, async (tx) => {
    await checkMapping(tx, body.roleMap ?? mappingOf(before), body.mapsAdmins ?? before.maps_admins)
    const row = await repo.updateProvider(tx, params.id, ifMatch ?? 0, columnsOf(ctx, params.id, body))
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    // A subject of another issuer is another person.
    if (row.issuer !== before.issuer) await repo.unlinkAll(tx, row.id)
    await repo.keepDoor(tx, row)
    forgetDescriptions()
    return present(row)
  })
}
