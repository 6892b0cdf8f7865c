import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

const columns = ['id', 'kind', 'name', 'state', 'created_at', 'last_used_at'] as const
const secrets = [...columns, 'secret_sealed', 'target_sealed', 'last_step', 'credential_id', 'public_key', 'counter', 'transports'] as const

export interface NewFactor {
  kind: 'totp' | 'passkey' | 'email' | 'sms'
  name: string
  state: 'pending' | 'active'
  secret_sealed?: Buffer
  target_sealed?: Buffer
  credential_id?: string
  public_key?: Buffer
  counter?: number
  transports?: string[]
}

export const insertFactor = (tx: Tx, id: string, userId: string, factor: NewFactor) => tx.db.insertInto('second_factors').values({ ...factor, id, user_id: userId, created_at: tx.ctx.now }).returning(columns).executeTakeFirstOrThrow()

export const factorsOf = (tx: Tx, userId: string) => tx.db.selectFrom('second_factors').select(secrets).where('user_id', '=', userId).orderBy('created_at').orderBy('id').limit(50).execute()
export type FactorRow = Awaited<ReturnType<typeof factorsOf>>[number]

export const readFactor = (tx: Tx, userId: string, id: string) => tx.db.selectFrom('second_factors').select(secrets).where('id', '=', id).where('user_id', '=', userId).forUpdate().executeTakeFirst()

export const activateFactor = (tx: Tx, id: string) => tx.db.updateTable('second_factors').set({ state: 'active' }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()

export const removeFactor = (tx: Tx, userId: string, id: string) => tx.db.deleteFrom('second_factors').where('id', '=', id).where('user_id', '=', userId).returning(['id', 'state']).executeTakeFirst()

/** Takes the number for codes away: nothing stronger stands beside it any more. */
export async function removePhones(tx: Tx, userId: string): Promise<void> {
  await tx.db.deleteFrom('second_factors').where('user_id', '=', userId).where('kind', '=', 'sms').execute()
}

export async function removeAll(tx: Tx, userId: string): Promise<void> {
  await tx.db.deleteFrom('second_factors').where('user_id', '=', userId).execute()
  await tx.db.deleteFrom('backup_codes').where('user_id', '=', userId).execute()
}

/** Spends a time step of an authenticator: true for the first who comes with it. */
export async function spendStep(tx: Tx, id: string, step: number): Promise<boolean> {
  const row = await tx.db.updateTable('second_factors').set({ last_step: step, last_used_at: tx.ctx.now }).where('id', '=', id).where('last_step', '<', step).returning('id').executeTakeFirst()
  return row !== undefined
}

/** Moves the counter of a passkey on: false when it went back, which a copied key does. */
export async function moveCounter(tx: Tx, id: string, counter: number): Promise<boolean> {
  const query = tx.db.updateTable('second_factors').set({ counter, last_used_at: tx.ctx.now }).where('id', '=', id)
  const row = await query.where((eb) => eb.or([eb('counter', '<', counter), eb.and([eb('counter', '=', 0), eb(eb.val(counter), '=', 0)])])).returning('id').executeTakeFirst()
  return row !== undefined
}

export async function replaceCodes(tx: Tx, userId: string, hashes: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('backup_codes').where('user_id', '=', userId).execute()
  await tx.db.insertInto('backup_codes').values(hashes.map((code_hash) => ({ id: newId(), user_id: userId, code_hash, created_at: tx.ctx.now }))).execute()
}

/** Spends a backup code: true for the first who comes with it. */
export async function spendCode(tx: Tx, userId: string, hash: string): Promise<boolean> {
  const row = await tx.db.updateTable('backup_codes').set({ used_at: tx.ctx.now }).where('user_id', '=', userId).where('code_hash', '=', hash).where('used_at', 'is', null).returning('id').executeTakeFirst()
  return row !== undefined
}

export async function codesLeft(tx: Tx, userId: string): Promise<number> {
  const row = await tx.db.selectFrom('backup_codes').select((eb) => eb.fn.countAll<string>().as('n')).where('user_id', '=', userId).where('used_at', 'is', null).executeTakeFirstOrThrow()
  return Number(row.n)
}
