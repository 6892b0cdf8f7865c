import { anyText, type Tx } from '#kernel/db.ts'
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

/** Names of all roles, shipped and custom. */
export async function knownRoles(tx: Tx): Promise<string[]> {
  return [...shippedRoles(), ...(await customRoles(tx)).map((role) => role.name)]
}

/** The roles somebody holds, in any facility. */
export const rolesOf = async (tx: Tx, userId: string): Promise<string[]> => [...new Set((await membershipsOf(tx, userId)).map((row) => row.role))]
