import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'alert_key', 'message', 'reason', 'created_at', 'created_by'] as const

export interface RetiredRow {
  id: string
  alert_key: string
  message: string
  reason: string
  created_at: Date
  created_by: string
}

/** Which of these alerts ask for no reason any more. */
export async function retiredAmong(tx: Tx, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await rawInTenant<{ alert_key: string }>(tx, 'select alert_key from retired_alerts where tenant_id = $1 and alert_key = any($2::text[])', [tx.ctx.tenantId, keys])
  return new Set(rows.map((row) => row.alert_key))
}

export function listRetired(tx: Tx, page: PageRequest): Promise<RetiredRow[]> {
  let query = tx.db.selectFrom('retired_alerts').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}

export function insertRetired(tx: Tx, row: { alert_key: string; message: string; reason: string }): Promise<RetiredRow> {
  return tx.db.insertInto('retired_alerts').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

/** Forgets that an alert was retired; the audit keeps it. */
export function deleteRetired(tx: Tx, id: string): Promise<{ alert_key: string } | undefined> {
  return tx.db.deleteFrom('retired_alerts').where('id', '=', id).returning(['alert_key']).executeTakeFirst()
}
