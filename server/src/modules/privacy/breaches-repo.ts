import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'title', 'description', 'state', 'risk', 'regimes', 'data_kinds', 'consequences', 'measures', 'reason', 'discovered_at', 'occurred_from', 'occurred_to', 'closed_at', 'created_at'] as const

export interface BreachChange {
  title?: string
  description?: string
  state?: string
  risk?: string
  regimes?: string[]
  data_kinds?: string[]
  consequences?: string
  measures?: string
  reason?: string
  occurred_from?: Date | null
  occurred_to?: Date | null
  closed_at?: Date | null
}

export function insertBreach(tx: Tx, breach: BreachChange & { title: string; description: string; state: string; regimes: string[]; discovered_at: Date }) {
  return tx.db.insertInto('breaches').values({ ...breach, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}
export type BreachRow = Awaited<ReturnType<typeof insertBreach>>

export const readBreach = (tx: Tx, id: string) => tx.db.selectFrom('breaches').select(columns).where('id', '=', id).executeTakeFirst()
export const lockBreach = (tx: Tx, id: string) => tx.db.selectFrom('breaches').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export const updateBreach = (tx: Tx, row: { id: string; version: number }, change: BreachChange) =>
  tx.db.updateTable('breaches').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(columns).executeTakeFirstOrThrow()

export function listBreaches(tx: Tx, state: string | undefined, page: PageRequest) {
  let query = tx.db.selectFrom('breaches').select(columns).orderBy('discovered_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (state !== undefined) query = query.where('state', '=', state)
  return afterCursor(query, page.after, 'discovered_at', { order: 'desc' }).execute()
}

export const noticesOf = (tx: Tx, breachIds: readonly string[]) => tx.db.selectFrom('breach_notices').select(['breach_id', 'duty', 'sent_at', 'reference', 'waived_reason']).where('breach_id', '=', anyOf(breachIds)).execute()

export const insertNotice = (tx: Tx, notice: { breach_id: string; duty: string; sent_at: Date | null; reference: string; waived_reason: string }) =>
  tx.db.insertInto('breach_notices').values({ ...notice, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()

export interface AffectedCount {
  breach_id: string
  affected: number
  notified: number
}

export const countAffected = (tx: Tx, breachIds: readonly string[]): Promise<AffectedCount[]> =>
  rawInTenant<AffectedCount>(tx, 'select breach_id, count(*)::int as affected, count(notified_at)::int as notified from breach_patients where tenant_id = $1 and breach_id = any($2::uuid[]) group by breach_id', [tx.ctx.tenantId, breachIds])

/** Adds patients who are not named yet; returns how many. Ids that are no patients of the tenant break the foreign key. */
export async function addAffected(tx: Tx, breachId: string, origin: string, patientIds: readonly string[]): Promise<number> {
  const rows = await rawInTenant(
    tx,
    `insert into breach_patients (tenant_id, id, breach_id, patient_id, origin, created_at, created_by)
     select $1::uuid, id, $2::uuid, patient_id, $3, $6, $7::uuid from unnest($4::uuid[], $5::uuid[]) as p(id, patient_id)
     on conflict (tenant_id, breach_id, patient_id) do nothing returning id`,
    [tx.ctx.tenantId, breachId, origin, patientIds.map(() => newId()), patientIds, tx.ctx.now, tx.ctx.userId],
  )
  return rows.length
}

const affectedColumns = ['id', 'breach_id', 'patient_id', 'origin', 'notified_at', 'channel'] as const

export function listAffected(tx: Tx, breachId: string, page: PageRequest) {
  const query = tx.db.selectFrom('breach_patients').select(affectedColumns).where('breach_id', '=', breachId).orderBy('id').limit(page.limit + 1)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export const readAffected = (tx: Tx, id: string) => tx.db.selectFrom('breach_patients').select(affectedColumns).where('id', '=', id).executeTakeFirst()

export const markNotified = (tx: Tx, breachId: string, channel: string) =>
  tx.db.updateTable('breach_patients').set({ notified_at: tx.ctx.now, channel }).where('breach_id', '=', breachId).where('notified_at', 'is', null).execute()
