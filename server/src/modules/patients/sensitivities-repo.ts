import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'label', 'reason', 'added_at', 'added_by', 'ended_at', 'end_reason'] as const

export interface LabelRow {
  id: string
  version: number
  patient_id: string
  label: string
  reason: string
  added_at: Date
  added_by: string | null
  ended_at: Date | null
  end_reason: string
}

export function listLabels(tx: Tx, patientId: string, page: PageRequest): Promise<LabelRow[]> {
  const query = tx.db.selectFrom('patient_labels').select(columns).where('patient_id', '=', patientId).orderBy('added_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  return afterCursor(query, page.after, 'added_at', { order: 'desc', idOrder: 'desc' }).execute()
}

export async function liveLabels(tx: Tx, patientId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('patient_labels').select(['label']).where('patient_id', '=', patientId).where('ended_at', 'is', null).execute()
  return rows.map((row) => row.label)
}

export function insertLabel(tx: Tx, label: { patient_id: string; label: string; reason: string }): Promise<LabelRow> {
  return tx.db.insertInto('patient_labels').values({ ...label, id: newId(), added_at: tx.ctx.now, added_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function lockLabel(tx: Tx, id: string): Promise<LabelRow | undefined> {
  return tx.db.selectFrom('patient_labels').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function endLabel(tx: Tx, row: LabelRow, reason: string): Promise<LabelRow> {
  // A clock that was put back must not keep a wall standing.
  const endedAt = new Date(Math.max(tx.ctx.now.getTime(), row.added_at.getTime()))
  return tx.db.updateTable('patient_labels').set({ ended_at: endedAt, ended_by: tx.ctx.userId, end_reason: reason, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

/** Which of the labels stand on any patient: one probe each, however many patients have it. */
export async function labelsInUse(tx: Tx, labels: readonly string[]): Promise<string[]> {
  const rows = await rawInTenant<{ label: string }>(tx, 'select w.label from unnest($2::text[]) as w(label) where exists (select 1 from patient_labels l where l.tenant_id = $1 and l.label = w.label and l.ended_at is null)', [tx.ctx.tenantId, labels])
  return rows.map((row) => row.label)
}
