import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'user_id', 'relation', 'reason', 'added_at', 'until_at', 'ended_at'] as const

export interface MemberRow {
  id: string
  version: number
  patient_id: string
  user_id: string
  relation: string
  reason: string
  added_at: Date
  until_at: Date | null
  ended_at: Date | null
}

export function listMembers(tx: Tx, patientId: string, page: PageRequest): Promise<MemberRow[]> {
  const query = tx.db.selectFrom('care_team').select(columns).where('patient_id', '=', patientId).orderBy('added_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  return afterCursor(query, page.after, 'added_at', { order: 'desc', idOrder: 'desc' }).execute()
}

export function insertMember(tx: Tx, member: { patient_id: string; user_id: string; relation: string; reason: string; until_at: Date | null }): Promise<MemberRow> {
  return tx.db.insertInto('care_team').values({ ...member, id: newId(), added_at: tx.ctx.now, added_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export const lockMember = (tx: Tx, id: string): Promise<MemberRow | undefined> => tx.db.selectFrom('care_team').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export function endMember(tx: Tx, row: MemberRow): Promise<MemberRow> {
  return tx.db.updateTable('care_team').set({ ended_at: tx.ctx.now, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}
