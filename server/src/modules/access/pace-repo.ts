import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'user_id', 'charts', 'minutes', 'raised_at', 'state', 'closed_at', 'closed_by', 'note'] as const

export interface AlarmRow {
  id: string
  version: number
  user_id: string
  charts: number
  minutes: number
  raised_at: Date
  state: string
  closed_at: Date | null
  closed_by: string | null
  note: string
}

/** Undefined when there is one for the user and span already. */
export function insertAlarm(tx: Tx, alarm: { user_id: string; charts: number; minutes: number; span: number }): Promise<AlarmRow | undefined> {
  return tx.db.insertInto('access_alarms').values({ ...alarm, id: newId(), raised_at: tx.ctx.now }).onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'span']).doNothing()).returning(columns).executeTakeFirst()
}

export function listAlarms(tx: Tx, state: string | undefined, page: PageRequest): Promise<AlarmRow[]> {
  let query = tx.db.selectFrom('access_alarms').select(columns).orderBy('raised_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  if (state !== undefined) query = query.where('state', '=', state)
  return afterCursor(query, page.after, 'raised_at', { order: 'desc', idOrder: 'desc' }).execute()
}

export const lockAlarm = (tx: Tx, id: string): Promise<AlarmRow | undefined> => tx.db.selectFrom('access_alarms').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export function closeAlarm(tx: Tx, row: AlarmRow, note: string): Promise<AlarmRow> {
  return tx.db.updateTable('access_alarms').set({ state: 'closed', closed_at: tx.ctx.now, closed_by: tx.ctx.userId, note, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}
