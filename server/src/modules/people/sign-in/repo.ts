import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface NewAttempt {
  user_id: string
  outcome: string
  method: string
  address: string
  agent: string
  is_known_device: boolean
}

export const insertAttempt = (tx: Tx, attempt: NewAttempt) => tx.db.insertInto('sign_in_attempts').values({ ...attempt, id: newId(), at: tx.ctx.now }).execute()

export function listAttempts(tx: Tx, userId: string, page: PageRequest) {
  const query = tx.db.selectFrom('sign_in_attempts').select(['id', 'at', 'outcome', 'method', 'address', 'agent', 'is_known_device']).where('user_id', '=', userId).orderBy('at', 'desc').orderBy('id').limit(page.limit + 1)
  const { after } = page
  if (after === null) return query.execute()
  const at = new Date(after.at)
  return query.where((eb) => eb.or([eb('at', '<', at), eb.and([eb('at', '=', at), eb('id', '>', after.id)])])).execute()
}

export const devicesOf = (tx: Tx, userId: string) => tx.db.selectFrom('known_devices').select(['id', 'secret_hash']).where('user_id', '=', userId).orderBy('last_seen_at', 'desc').limit(50).execute()
export const insertDevice = (tx: Tx, device: { id: string; user_id: string; secret_hash: string; agent: string }) => tx.db.insertInto('known_devices').values({ ...device, first_seen_at: tx.ctx.now, last_seen_at: tx.ctx.now }).execute()
export const touchDevice = (tx: Tx, id: string) => tx.db.updateTable('known_devices').set({ last_seen_at: tx.ctx.now }).where('id', '=', id).execute()
export const forgetDevices = (tx: Tx, userId: string) => tx.db.deleteFrom('known_devices').where('user_id', '=', userId).execute()

export function openSessionsOf(tx: Tx, userId: string, since: Date, page: PageRequest) {
  let query = tx.db.selectFrom('sessions').select(['id', 'method', 'address', 'agent', 'created_at', 'last_seen_at']).where('user_id', '=', userId).where('ended_at', 'is', null).where('created_at', '>', since).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  const { after } = page
  if (after !== null) {
    const at = new Date(after.at)
    query = query.where((eb) => eb.or([eb('created_at', '<', at), eb.and([eb('created_at', '=', at), eb('id', '>', after.id)])]))
  }
  return query.execute()
}

export const endOwnSession = (tx: Tx, userId: string, id: string) => tx.db.updateTable('sessions').set((eb) => ({ ended_at: eb.fn.coalesce('ended_at', eb.val(tx.ctx.now)) })).where('id', '=', id).where('user_id', '=', userId).returning('id').executeTakeFirst()

export const passwordsBefore = (tx: Tx, userId: string, count: number) => tx.db.selectFrom('password_history').select('password_hash').where('user_id', '=', userId).orderBy('at', 'desc').limit(count).execute()
export const keepPassword = (tx: Tx, userId: string, hash: string) => tx.db.insertInto('password_history').values({ id: newId(), user_id: userId, password_hash: hash, at: tx.ctx.now }).execute()
