import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

export interface DowntimeRow {
  id: string
  cause: string
  reason: string
  started_at: Date
  ended_at: Date | null
}

export async function startDowntime(tx: Tx, row: { asset_id: string; facility_id: string; cause: string; reason: string }): Promise<void> {
  await tx.db.insertInto('asset_downtimes').values({ ...row, id: newId(), started_at: tx.ctx.now, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

export async function endDowntime(tx: Tx, assetId: string): Promise<void> {
  await rawInTenant(tx, 'update asset_downtimes set ended_at = greatest(started_at, $3) where tenant_id = $1 and asset_id = $2 and ended_at is null', [tx.ctx.tenantId, assetId, tx.ctx.now])
}

export function listDowntimes(tx: Tx, assetId: string, page: PageRequest): Promise<DowntimeRow[]> {
  const query = tx.db.selectFrom('asset_downtimes').select(['id', 'cause', 'reason', 'started_at', 'ended_at']).where('asset_id', '=', assetId).orderBy('started_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'started_at', { order: 'desc' }).execute()
}

export interface DowntimeSum {
  asset_id: string
  number: string
  name: string
  stretches: number
  minutes: string
}

const mostReported = 500

/** Minutes of a time in which assets could not be used, the longest first; what is still down counts until now. */
export function downtimeOf(tx: Tx, facilityId: string, from: Date, to: Date): Promise<DowntimeSum[]> {
  return rawInTenant<DowntimeSum>(
    tx,
    `select d.asset_id, a.number, a.name, count(*)::int as stretches, floor(sum(extract(epoch from least(coalesce(d.ended_at, $5), $4) - greatest(d.started_at, $3))) / 60)::text as minutes
     from asset_downtimes d join assets a on a.tenant_id = $1 and a.id = d.asset_id where d.tenant_id = $1 and d.facility_id = $2 and d.started_at < $4 and coalesce(d.ended_at, $5) > $3
     group by d.asset_id, a.number, a.name order by sum(extract(epoch from least(coalesce(d.ended_at, $5), $4) - greatest(d.started_at, $3))) desc, a.number limit ${mostReported}`,
    [tx.ctx.tenantId, facilityId, from, to, tx.ctx.now],
  )
}
