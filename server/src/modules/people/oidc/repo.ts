import { rawInTenant, type Tx, withSystem } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

const columns = ['id', 'version', 'name', 'issuer', 'client_id', 'secret_sealed', 'is_active', 'is_listed', 'role_claim', 'role_map', 'maps_admins', 'creates_users'] as const

export interface ProviderColumns {
  name: string
  issuer: string
  client_id: string
  secret_sealed: Buffer | null
  is_active: boolean
  is_listed: boolean
  role_claim: string
  role_map: string
  maps_admins: boolean
  creates_users: boolean
}

export const readProvider = (tx: Tx, id: string) => tx.db.selectFrom('identity_providers').select(columns).where('id', '=', id).executeTakeFirst()
export type ProviderRow = NonNullable<Awaited<ReturnType<typeof readProvider>>>

export function listProviders(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('identity_providers').select(columns).orderBy('id').limit(page.limit + 1)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export const insertProvider = (tx: Tx, id: string, row: ProviderColumns) => tx.db.insertInto('identity_providers').values({ ...row, id, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()

export const updateProvider = (tx: Tx, id: string, version: number, row: Partial<ProviderColumns>) =>
  tx.db.updateTable('identity_providers').set((eb) => ({ ...row, version: eb('version', '+', 1) })).where('id', '=', id).where('version', '=', version).returning(columns).executeTakeFirst()

/** Keeps the button of the sign-in page as the provider says. */
export const keepDoor = (tx: Tx, row: { id: string; name: string; is_active: boolean; is_listed: boolean }) =>
  row.is_active
    ? rawInTenant(tx, 'insert into sign_in_doors (provider_id, tenant_id, name, is_listed) values ($1, $2, $3, $4) on conflict (provider_id) do update set name = excluded.name, is_listed = excluded.is_listed', [row.id, tx.ctx.tenantId, row.name, row.is_listed])
    : rawInTenant(tx, 'delete from sign_in_doors where tenant_id = $1 and provider_id = $2', [tx.ctx.tenantId, row.id])

interface Door {
  provider_id: string
  tenant_id: string
  name: string
  hospital: string
}

export const listedDoors = (): Promise<Door[]> => withSystem(async (query) => (await query('select d.provider_id, d.tenant_id, d.name, t.name as hospital from sign_in_doors d join tenants t on t.id = d.tenant_id where d.is_listed order by t.name, d.name limit 50', [])).rows)
export const doorOf = (providerId: string): Promise<Door | undefined> => withSystem(async (query) => (await query('select provider_id, tenant_id, name from sign_in_doors where provider_id = $1', [providerId])).rows[0])

/** The user of a subject, who was just seen again. */
export const touchIdentity = (tx: Tx, providerId: string, subject: string) =>
  tx.db.updateTable('external_identities').set({ last_used_at: tx.ctx.now }).where('provider_id', '=', providerId).where('subject', '=', subject).returning('user_id').executeTakeFirst()

export const linkIdentity = (tx: Tx, link: { provider_id: string; subject: string; user_id: string }) => tx.db.insertInto('external_identities').values({ ...link, id: newId(), linked_at: tx.ctx.now, last_used_at: tx.ctx.now }).execute()

export const unlinkAll = (tx: Tx, providerId: string) => tx.db.deleteFrom('external_identities').where('provider_id', '=', providerId).execute()

export const mappedMemberships = (tx: Tx, userId: string, providerId: string) => tx.db.selectFrom('memberships').select(['id', 'facility_id', 'role']).where('user_id', '=', userId).where('provider_id', '=', providerId).execute()

export const addMapped = (tx: Tx, one: { user_id: string; provider_id: string; facility_id: string; role: string }) =>
  tx.db.insertInto('memberships').values({ ...one, id: newId(), created_at: tx.ctx.now }).onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'facility_id', 'role']).doNothing()).execute()

export const endMapped = (tx: Tx, id: string) => tx.db.deleteFrom('memberships').where('id', '=', id).execute()
