import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

const columns = ['id', 'version', 'name', 'user_id', 'method', 'secret_hash', 'old_secret_hash', 'old_secret_until', 'jwks', 'permissions', 'facility_ids', 'plan', 'created_at', 'rotated_at', 'last_used_at', 'revoked_at'] as const

export const readClient = (tx: Tx, id: string) => tx.db.selectFrom('oauth_clients').select(columns).where('id', '=', id).executeTakeFirst()
export type ClientRow = NonNullable<Awaited<ReturnType<typeof readClient>>>

export const lockClient = (tx: Tx, id: string) => tx.db.selectFrom('oauth_clients').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export function listClients(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('oauth_clients').select(columns).orderBy('id', 'desc').limit(page.limit + 1)
  return (page.after === null ? query : query.where('id', '<', page.after.id)).execute()
}

export interface NewClient {
  id: string
  name: string
  user_id: string
  method: 'secret' | 'private_key_jwt'
  secret_hash: string | null
  jwks: string | null
  permissions: string[]
  facility_ids: string[]
  plan: string
}

export const insertClient = (tx: Tx, client: NewClient) => tx.db.insertInto('oauth_clients').values({ ...client, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()

export interface ClientChange {
  secret_hash?: string
  old_secret_hash?: string | null
  old_secret_until?: Date | null
  jwks?: string
  rotated_at?: Date
  revoked_at?: Date
}

export const updateClient = (tx: Tx, id: string, change: ClientChange) => tx.db.updateTable('oauth_clients').set((eb) => ({ ...change, version: eb('version', '+', 1) })).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()

/** The user a program acts as: an account with no address to sign in with. */
export const insertProgram = (tx: Tx, id: string, name: string) => tx.db.insertInto('users').values({ id, email: `program-${id}`, display_name: name, is_program: true, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()

export const endProgram = (tx: Tx, userId: string) => tx.db.updateTable('users').set({ is_active: false }).where('id', '=', userId).execute()

export const insertToken = (tx: Tx, token: { id: string; client_id: string; secret_hash: string; permissions: string[]; expires_at: Date }) => tx.db.insertInto('oauth_tokens').values({ ...token, created_at: tx.ctx.now }).execute()

export const endTokens = (tx: Tx, clientId: string) => tx.db.deleteFrom('oauth_tokens').where('client_id', '=', clientId).execute()

/** A token with the client it was given to. */
export const readToken = (tx: Tx, id: string) =>
  tx.db
    .selectFrom('oauth_tokens')
    .innerJoin('oauth_clients', 'oauth_clients.id', 'oauth_tokens.client_id')
    .select(['oauth_tokens.secret_hash', 'oauth_tokens.permissions', 'oauth_tokens.expires_at', 'oauth_clients.id as client_id', 'oauth_clients.user_id', 'oauth_clients.permissions as allowed', 'oauth_clients.facility_ids', 'oauth_clients.plan', 'oauth_clients.revoked_at'])
    .where('oauth_tokens.id', '=', id)
    .executeTakeFirst()

/** Keeps that the client came; not more than once a minute, so that many tokens do not wait for one row. */
export const touchClient = (tx: Tx, id: string) => tx.db.updateTable('oauth_clients').set({ last_used_at: tx.ctx.now }).where('id', '=', id).where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', new Date(tx.ctx.now.getTime() - 60_000))])).execute()

/** Spends the number of an assertion: true for the first who comes with it. */
export async function spendAssertion(tx: Tx, clientId: string, hash: string, expiresAt: Date): Promise<boolean> {
  const rows = await rawInTenant(tx, 'insert into oauth_assertions (tenant_id, client_id, number_hash, expires_at) values ($1, $2, $3, $4) on conflict do nothing returning 1 as one', [tx.ctx.tenantId, clientId, hash, expiresAt])
  return rows.length === 1
}

export async function forgetEnded(tx: Tx): Promise<void> {
  const before = new Date(tx.ctx.now.getTime() - 600_000)
  await tx.db.deleteFrom('oauth_tokens').where('expires_at', '<', before).execute()
  await tx.db.deleteFrom('oauth_assertions').where('expires_at', '<', before).execute()
}
