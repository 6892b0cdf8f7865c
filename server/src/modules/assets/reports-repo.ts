import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface RegisterRow {
  id: string
  number: string
  name: string
  category_name: string
  purchased_on: string
  gross: string
  accumulated: string
  currency: string
}

/** Assets of a facility that were in the books at the end of a day, by number. */
export function registerOn(tx: Tx, facilityId: string, on: string, page: PageRequest): Promise<RegisterRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, facilityId, on, page.limit + 1]
  const after = page.after === null ? '' : `and a.number > $${values.push(page.after.at)}`
  return rawInTenant<RegisterRow>(
    tx,
    `select a.id, a.number, a.name, c.name as category_name, a.purchased_on, s.gross::text as gross, s.accumulated::text as accumulated, a.currency
     from assets a join asset_categories c on c.tenant_id = $1 and c.id = a.category_id
       join lateral (select sum(e.gross) as gross, sum(e.depreciated + e.impaired) as accumulated from asset_entries e where e.tenant_id = $1 and e.asset_id = a.id and e.on_date <= $3) s on s.gross > 0
     where a.tenant_id = $1 and a.facility_id = $2 ${after} order by a.number limit $4`,
    values,
  )
}

export interface BlockRow {
  category_id: string
  category_name: string
  method: string
  opening_gross: string
  additions: string
  disposals: string
  opening_accumulated: string
  depreciation: string
  impairment: string
  on_disposals: string
  count: number
}

/** What each category had, took and lost between two days, both counted. */
export function scheduleOf(tx: Tx, facilityId: string, from: string, to: string): Promise<BlockRow[]> {
  return rawInTenant<BlockRow>(
    tx,
    `select s.*, c.name as category_name, c.method from (
       select e.category_id, coalesce(sum(e.gross) filter (where e.on_date < $3), 0)::text as opening_gross,
         coalesce(sum(e.gross) filter (where e.on_date >= $3 and e.kind <> 'disposal'), 0)::text as additions, coalesce(-sum(e.gross) filter (where e.on_date >= $3 and e.kind = 'disposal'), 0)::text as disposals,
         coalesce(sum(e.depreciated + e.impaired) filter (where e.on_date < $3 or e.kind = 'opening'), 0)::text as opening_accumulated, coalesce(sum(e.depreciated) filter (where e.on_date >= $3 and e.kind = 'depreciation'), 0)::text as depreciation,
         coalesce(sum(e.impaired) filter (where e.on_date >= $3 and e.kind = 'impairment'), 0)::text as impairment, coalesce(-sum(e.depreciated + e.impaired) filter (where e.on_date >= $3 and e.kind = 'disposal'), 0)::text as on_disposals,
         (count(*) filter (where e.kind in ('acquisition', 'opening')) - count(*) filter (where e.kind = 'disposal'))::int as count
       from asset_entries e where e.tenant_id = $1 and e.facility_id = $2 and e.on_date <= $4 group by e.category_id) s
     join asset_categories c on c.tenant_id = $1 and c.id = s.category_id order by c.name_folded`,
    [tx.ctx.tenantId, facilityId, from, to],
  )
}
