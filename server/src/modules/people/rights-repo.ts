import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'user_id', 'facility_id', 'permission', 'effect', 'reason', 'starts_at', 'ends_at', 'given_at', 'given_by', 'ended_at'] as const

export interface RightRow {
  id: string
  version: number
  user_id: string
  facility_id: string | null
  permission: string
  effect: string
  reason: string
  starts_at: Date
  ends_at: Date | null
  given_at: Date
  given_by: string
  ended_at: Date | null
}

/** What is in force now. */
export function rightsInForce(tx: Tx, userId: string): Promise<RightRow[]> {
  const { now } = tx.ctx
  return tx.db.selectFrom('user_rights').select(columns).where('user_id', '=', userId).where('ended_at', 'is', null).where('starts_at', '<=', now).where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)])).execute()
}

export function listRights(tx: Tx, userId: string, page: PageRequest): Promise<RightRow[]> {
  const query = tx.db.selectFrom('user_rights').select(columns).where('user_id', '=', userId).orderBy('given_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  return afterCursor(query, page.after, 'given_at', { order: 'desc', idOrder: 'desc' }).execute()
}

export function insertRight(tx: Tx, right: Omit<RightRow, 'id' | 'version' | 'given_at' | 'given_by' | 'ended_at'>): Promise<RightRow> {
  return tx.db.insertInto('user_rights').values({ ...right, id: newId(), given_at: tx.ctx.now, given_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export const lockRight = (tx: Tx, id: string): Promise<RightRow | undefined> => tx.db.selectFrom('user_rights').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export function endRight(tx: Tx, row: RightRow): Promise<RightRow> {
  return tx.db.updateTable('user_rights').set({ ended_at: tx.ctx.now, ended_by: tx.ctx.userId, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}
