import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'user_id', 'reason', 'started_at', 'ends_at', 'ended_at', 'state', 'reviewed_at', 'reviewed_by', 'review_note'] as const

export interface GlassRow {
  id: string
  version: number
  patient_id: string
  user_id: string
  reason: string
  started_at: Date
  ends_at: Date
  ended_at: Date | null
  state: string
  reviewed_at: Date | null
  reviewed_by: string | null
  review_note: string
}

export function insertGlass(tx: Tx, glass: { patient_id: string; reason: string; ends_at: Date }): Promise<GlassRow> {
  return tx.db.insertInto('break_glass').values({ ...glass, id: newId(), user_id: tx.ctx.userId, session_id: tx.ctx.sessionId, started_at: tx.ctx.now }).returning(columns).executeTakeFirstOrThrow()
}

export const readGlass = (tx: Tx, id: string): Promise<GlassRow | undefined> => tx.db.selectFrom('break_glass').select(columns).where('id', '=', id).executeTakeFirst()
export const lockGlass = (tx: Tx, id: string): Promise<GlassRow | undefined> => tx.db.selectFrom('break_glass').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

/** What a user has open now, at most fifty. */
export function ownGlass(tx: Tx): Promise<GlassRow[]> {
  return tx.db.selectFrom('break_glass').select(columns).where('user_id', '=', tx.ctx.userId).where('ends_at', '>', tx.ctx.now).where('ended_at', 'is', null).orderBy('ends_at').limit(50).execute()
}

export function listGlass(tx: Tx, filter: { state?: string | undefined; userId?: string | undefined }, page: PageRequest): Promise<GlassRow[]> {
  let query = tx.db.selectFrom('break_glass').select(columns).orderBy('started_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
  query = afterCursor(query, page.after, 'started_at', { order: 'desc', idOrder: 'desc' })
  return query.execute()
}

interface GlassChange {
  ended_at?: Date
  state?: string
  reviewed_at?: Date
  reviewed_by?: string
  review_note?: string
}

export function updateGlass(tx: Tx, row: GlassRow, change: GlassChange): Promise<GlassRow> {
  return tx.db.updateTable('break_glass').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}
