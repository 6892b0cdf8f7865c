import { anyOf, rawInTenant, type Tx, withSystem } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

const userColumns = ['id', 'version', 'email', 'display_name', 'title', 'specialty', 'licence_number', 'system', 'is_practitioner', 'is_active', 'language'] as const

const apiKeyColumns = ['id', 'name', 'permissions', 'expires_at', 'revoked_at', 'created_at', 'last_used_at'] as const

export function findSignIn(emailKey: string): Promise<{ tenant_id: string; user_id: string } | undefined> {
  return withSystem(async (query) => {
    const { rows } = await query('select tenant_id, user_id from sign_in_names where email_key = $1', [emailKey])
    return rows[0]
  })
}

export function insertSignInName(tx: Tx, emailKey: string, userId: string) {
  return rawInTenant(tx, 'insert into sign_in_names (email_key, tenant_id, user_id) values ($1, $2, $3)', [emailKey, tx.ctx.tenantId, userId])
}

export function readUser(tx: Tx, id: string) {
  return tx.db.selectFrom('users').select(userColumns).where('id', '=', id).executeTakeFirst()
}

export function listUsers(tx: Tx, filter: { isActive?: boolean | undefined }, page: PageRequest) {
  let query = tx.db.selectFrom('users').select(userColumns).where('is_program', '=', false).orderBy('id').limit(page.limit + 1)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export interface UserChange {
  display_name?: string
  title?: string
  specialty?: string
  licence_number?: string
  system?: string | null
  is_practitioner?: boolean
  is_active?: boolean
  language?: string
}

export function insertUser(tx: Tx, user: UserChange & { id: string; email: string; display_name: string }) {
  return tx.db.insertInto('users').values({ ...user, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(userColumns).executeTakeFirstOrThrow()
}

export function updateUser(tx: Tx, id: string, version: number, change: UserChange) {
  return tx.db.updateTable('users').set({ ...change, version: version + 1 }).where('id', '=', id).where('version', '=', version).returning(userColumns).executeTakeFirst()
}

export function userNames(tx: Tx, ids: readonly string[]) {
  return rawInTenant<{ id: string; display_name: string; title: string }>(tx, 'select id, display_name, title from users where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids])
}

/** Where and in which language these users are written to; who was switched off is left out. */
export function addressesOf(tx: Tx, ids: readonly string[]): Promise<{ id: string; email: string; language: string | null }[]> {
  return tx.db.selectFrom('users').select(['id', 'email', 'language']).where('id', '=', anyOf([...new Set(ids)])).where('is_active', '=', true).execute()
}

/** What stands under a practitioner's signature. */
export async function practitionerPapers(tx: Tx, userId: string): Promise<{ specialty: string; licenceNumber: string }> {
  const row = await tx.db.selectFrom('users').select(['specialty', 'licence_number']).where('id', '=', userId).executeTakeFirst()
  return { specialty: row?.specialty ?? '', licenceNumber: row?.licence_number ?? '' }
}

export function readPassword(tx: Tx, userId: string) {
  return tx.db.selectFrom('credentials').select(['password_hash', 'changed_at']).where('user_id', '=', userId).executeTakeFirst()
}

export function writePassword(tx: Tx, userId: string, hash: string) {
  return tx.db
    .insertInto('credentials')
    .values({ user_id: userId, password_hash: hash, changed_at: tx.ctx.now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet((eb) => ({ password_hash: eb.ref('excluded.password_hash'), changed_at: eb.ref('excluded.changed_at') })))
    .execute()
}

export function insertSession(tx: Tx, session: { id: string; user_id: string; secret_hash: string; address: string; agent: string; method: string; has_second_factor: boolean; confirmed_at?: Date }) {
  return tx.db.insertInto('sessions').values({ confirmed_at: tx.ctx.now, ...session, created_at: tx.ctx.now, last_seen_at: tx.ctx.now }).execute()
}

export function readSession(tx: Tx, id: string) {
  return tx.db.selectFrom('sessions').select(['id', 'user_id', 'secret_hash', 'created_at', 'last_seen_at', 'ended_at', 'confirmed_at']).where('id', '=', id).executeTakeFirst()
}

export function touchSession(tx: Tx, id: string) {
  return tx.db.updateTable('sessions').set({ last_seen_at: tx.ctx.now }).where('id', '=', id).execute()
}

export function endSession(tx: Tx, id: string) {
  return tx.db.updateTable('sessions').set({ ended_at: tx.ctx.now }).where('id', '=', id).execute()
}

export function endSessionsOf(tx: Tx, userId: string, except: string) {
  return tx.db.updateTable('sessions').set({ ended_at: tx.ctx.now }).where('user_id', '=', userId).where('id', '<>', except).where('ended_at', 'is', null).execute()
}

export function membershipsOf(tx: Tx, userId: string) {
  return tx.db.selectFrom('memberships').select(['facility_id', 'role']).where('user_id', '=', userId).execute()
}

export function facilityAccess(tx: Tx, userId: string) {
  return tx.db
    .selectFrom('memberships')
    .innerJoin('facilities', 'facilities.id', 'memberships.facility_id')
    .select(['facilities.id', 'facilities.code', 'facilities.name', 'facilities.time_zone', 'facilities.currency', 'memberships.role'])
    .where('memberships.user_id', '=', userId)
    .orderBy('facilities.code')
    .execute()
}

export function listMemberships(tx: Tx, filter: { userId?: string | undefined; facilityId?: string | undefined }, page: PageRequest) {
  let query = tx.db.selectFrom('memberships').select(['id', 'version', 'user_id', 'facility_id', 'role']).orderBy('id').limit(page.limit + 1)
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export function insertMembership(tx: Tx, membership: { user_id: string; facility_id: string; role: string }) {
  return tx.db
    .insertInto('memberships')
    .values({ ...membership, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .returning(['id', 'version', 'user_id', 'facility_id', 'role'])
    .executeTakeFirstOrThrow()
}

export function deleteMembership(tx: Tx, id: string) {
  return tx.db.deleteFrom('memberships').where('id', '=', id).returning(['facility_id', 'user_id']).executeTakeFirst()
}

export function customRoles(tx: Tx) {
  return tx.db.selectFrom('roles').select(['id', 'version', 'name', 'permissions']).orderBy('name').execute()
}

export function insertRole(tx: Tx, role: { name: string; permissions: string[] }) {
  return tx.db.insertInto('roles').values({ ...role, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(['id', 'version', 'name', 'permissions']).executeTakeFirstOrThrow()
}

export function insertApiKey(tx: Tx, key: { id: string; name: string; secret_hash: string; permissions: string[] | null; expires_at: Date | null }) {
  return tx.db.insertInto('api_keys').values({ ...key, user_id: tx.ctx.userId, created_at: tx.ctx.now }).execute()
}

export function listApiKeys(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('api_keys').select(apiKeyColumns).where('user_id', '=', tx.ctx.userId).orderBy('id', 'desc').limit(page.limit + 1)
  return (page.after === null ? query : query.where('id', '<', page.after.id)).execute()
}

/** Ends an own key; the first end stays when it is ended twice. */
export function revokeApiKey(tx: Tx, id: string) {
  return tx.db
    .updateTable('api_keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(tx.ctx.now)) }))
    .where('id', '=', id)
    .where('user_id', '=', tx.ctx.userId)
    .returning(['id'])
    .executeTakeFirst()
}

export function readApiKey(tx: Tx, id: string) {
  return tx.db.selectFrom('api_keys').select(['id', 'user_id', 'secret_hash', 'permissions', 'expires_at', 'revoked_at', 'last_used_at']).where('id', '=', id).executeTakeFirst()
}

export function touchApiKey(tx: Tx, id: string) {
  return tx.db.updateTable('api_keys').set({ last_used_at: tx.ctx.now }).where('id', '=', id).execute()
}

export function listPractitioners(tx: Tx, filter: { facilityId?: string | undefined; isEverybody?: 'true' | undefined }, page: PageRequest) {
  let query = tx.db.selectFrom('users').select(['id', 'display_name', 'title', 'specialty', 'system']).where('is_active', '=', true).orderBy('id').limit(page.limit + 1)
  const { facilityId, isEverybody } = filter
  if (isEverybody === undefined) query = query.where('is_practitioner', '=', true)
  if (facilityId !== undefined) query = query.where((eb) => eb.exists(eb.selectFrom('memberships').select('memberships.id').whereRef('memberships.user_id', '=', 'users.id').where('memberships.facility_id', '=', facilityId)))
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export function facilitiesOfUsers(tx: Tx, ids: readonly string[]) {
  return rawInTenant<{ user_id: string; facility_id: string }>(tx, 'select distinct user_id, facility_id from memberships where tenant_id = $1 and user_id = any($2::uuid[])', [tx.ctx.tenantId, ids])
}

export async function practitionerSystem(tx: Tx, userId: string): Promise<string | null> {
  const row = await tx.db.selectFrom('users').select(['system']).where('id', '=', userId).executeTakeFirst()
  return row?.system ?? null
}

/** Active users that hold a role in a facility; at most as many as can be told at once. */
export async function usersWithRole(tx: Tx, facilityId: string, role: string, limit = 100): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select(['memberships.user_id'])
    .where('memberships.facility_id', '=', facilityId)
    .where('memberships.role', '=', role)
    .where('users.is_active', '=', true)
    .orderBy('memberships.user_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.user_id)
}
