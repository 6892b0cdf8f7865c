import { anyText, rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { shippedRoles } from './grants.ts'
import { customRoles, membershipsOf } from './repo.ts'

export interface Holder {
  id: string
  email: string
  language: string
}

/** Active users that hold one of the roles in any facility; at most as many as can be told at once. */
export async function usersHolding(tx: Tx, roles: readonly string[], limit = 20): Promise<Holder[]> {
  return tx.db
    .selectFrom('users')
    .select(['id', 'email', 'language'])
    .where('is_active', '=', true)
    .where((eb) => eb.exists(eb.selectFrom('memberships').select('memberships.id').whereRef('memberships.user_id', '=', 'users.id').where('memberships.role', '=', anyText(roles))))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Active users by id, for what they are told. */
export function holdersByIds(tx: Tx, ids: readonly string[]): Promise<Holder[]> {
  return rawInTenant<Holder>(tx, 'select id, email, language from users where tenant_id = $1 and id = any($2::uuid[]) and is_active', [tx.ctx.tenantId, ids])
}

/** Names of all roles, shipped and custom. */
export async function knownRoles(tx: Tx): Promise<string[]> {
  return [...shippedRoles(), ...(await customRoles(tx)).map((role) => role.name)]
}

/** The roles somebody holds, in any facility. */
export const rolesOf = async (tx: Tx, userId: string): Promise<string[]> => [...new Set((await membershipsOf(tx, userId)).map((row) => row.role))]

/** Ids of a user's keys, under which programs act. */
export const keysOf = async (tx: Tx, userId: string): Promise<string[]> => (await tx.db.selectFrom('api_keys').select(['id']).where('user_id', '=', userId).execute()).map((row) => row.id)

export interface Program {
  id: string
  name: string
  user_id: string
}

/** Programs that may read, by id: keys, and clients that sign in by themselves; those that were ended are left out. */
export function activePrograms(tx: Tx, page: PageRequest): Promise<Program[]> {
  return rawInTenant<Program>(
    tx,
    `(select k.id, k.name, k.user_id from api_keys k where k.tenant_id = $1 and k.id > $2 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $3) order by k.id limit $4)
     union all (select c.id, c.name, c.user_id from oauth_clients c where c.tenant_id = $1 and c.id > $2 and c.revoked_at is null order by c.id limit $4) order by 1 limit $4`,
    [tx.ctx.tenantId, page.after?.id ?? '00000000-0000-0000-0000-000000000000', tx.ctx.now, page.limit + 1],
  )
}

/** A program that may read; undefined when there is none or it was ended. */
export async function programById(tx: Tx, id: string): Promise<Program | undefined> {
  const rows = await rawInTenant<Program>(
    tx,
    `select k.id, k.name, k.user_id from api_keys k where k.tenant_id = $1 and k.id = $2 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $3)
     union all select c.id, c.name, c.user_id from oauth_clients c where c.tenant_id = $1 and c.id = $2 and c.revoked_at is null`,
    [tx.ctx.tenantId, id, tx.ctx.now],
  )
  return rows[0]
}
