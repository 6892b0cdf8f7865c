import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

const planColumns = ['id', 'version', 'asset_id', 'facility_id', 'kind', 'name', 'every_days', 'every_months', 'every_count', 'next_due_on', 'next_due_count', 'last_done_on', 'is_active'] as const

export interface PlanRow {
  id: string
  version: number
  asset_id: string
  facility_id: string
  kind: string
  name: string
  every_days: number | null
  every_months: number | null
  every_count: string | null
  next_due_on: string | null
  next_due_count: string | null
  last_done_on: string | null
  is_active: boolean
}

export function insertPlan(tx: Tx, row: Omit<PlanRow, 'id' | 'version' | 'is_active' | 'last_done_on'>): Promise<PlanRow> {
  return tx.db.insertInto('asset_plans').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(planColumns).executeTakeFirstOrThrow()
}

export function planById(tx: Tx, id: string): Promise<PlanRow | undefined> {
  return tx.db.selectFrom('asset_plans').select(planColumns).where('id', '=', id).executeTakeFirst()
}

export function lockPlan(tx: Tx, id: string): Promise<PlanRow | undefined> {
  return tx.db.selectFrom('asset_plans').select(planColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Sets a plan anew; a new day or reading may be told again. */
export function updatePlan(tx: Tx, row: PlanRow, change: Partial<Pick<PlanRow, 'name' | 'next_due_on' | 'next_due_count' | 'last_done_on' | 'is_active'>>): Promise<PlanRow> {
  return tx.db.updateTable('asset_plans').set({ ...change, is_count_told: false, version: row.version + 1 }).where('id', '=', row.id).returning(planColumns).executeTakeFirstOrThrow()
}

const mostPlans = 200

export function plansOf(tx: Tx, assetId: string): Promise<PlanRow[]> {
  return tx.db.selectFrom('asset_plans').select(planColumns).where('asset_id', '=', assetId).orderBy('id').limit(mostPlans).execute()
}

export function plansByIds(tx: Tx, ids: readonly string[]): Promise<PlanRow[]> {
  return tx.db.selectFrom('asset_plans').select(planColumns).where('id', '=', anyOf(ids)).execute()
}

export interface DueRow extends PlanRow {
  due_on: string
  number: string
  asset_name: string
  location: string
  criticality: string
  counter_reading: string
  counter_unit: string
}

// What is due by its counter is due today; what is not yet, some day.
const dueOn = "coalesce(p.next_due_on, case when p.next_due_count <= a.counter_reading then $3::date else date '9999-12-31' end)"

/** Plans of a facility that are due by a day or by their counter, the most overdue first. */
export function listDue(tx: Tx, filter: { facilityId: string; today: string; until: string; kind?: string | undefined }, page: PageRequest): Promise<DueRow[]> {
  const values: unknown[] = [tx.ctx.tenantId, filter.facilityId, filter.today, filter.until, page.limit + 1]
  const kind = filter.kind === undefined ? '' : `and p.kind = $${values.push(filter.kind)}`
  const after = page.after === null ? '' : `where due_on > $${values.push(page.after.at)}::date or (due_on = $${values.length}::date and id > $${values.push(page.after.id)}::uuid)`
  return rawInTenant<DueRow>(
    tx,
    `select * from (select ${planColumns.map((column) => `p.${column}`).join(', ')}, ${dueOn} as due_on, a.number, a.name as asset_name, a.location, a.criticality, a.counter_reading, a.counter_unit
       from asset_plans p join assets a on a.tenant_id = $1 and a.id = p.asset_id and a.state <> 'disposed' where p.tenant_id = $1 and p.facility_id = $2 and p.is_active and (p.next_due_on <= $4 or p.next_due_count <= a.counter_reading) ${kind}) due
     ${after} order by due_on, id limit $5`,
    values,
  )
}

export interface ToldRow {
  name: string
  kind: string
  number: string
  asset_name: string
  location: string
  due_on: string
}

/** Marks what is due and was not told yet; answers what is new. Telling twice is telling once. */
export function markDue(tx: Tx, look: { facilityId: string; today: string; until: string }): Promise<ToldRow[]> {
  return rawInTenant<ToldRow>(
    tx,
    `with told as (update asset_plans p set told_for = coalesce(p.next_due_on, p.told_for), is_count_told = p.is_count_told or p.next_due_on is null from assets a
       where p.tenant_id = $1 and p.facility_id = $2 and p.is_active and a.tenant_id = $1 and a.id = p.asset_id and a.state <> 'disposed' and ((p.next_due_on <= $4 and p.told_for is distinct from p.next_due_on) or (p.next_due_count <= a.counter_reading and not p.is_count_told))
       returning p.name, p.kind, a.number, a.name as asset_name, a.location, coalesce(p.next_due_on, $3::date) as due_on)
     select * from told order by due_on, number`,
    [tx.ctx.tenantId, look.facilityId, look.today, look.until],
  )
}

export interface EndingRow {
  number: string
  asset_name: string
  kind: string
  until_on: string
}

/** Contracts of a facility that end soon and were not told yet. */
export function markEnding(tx: Tx, look: { facilityId: string; today: string; until: string }): Promise<EndingRow[]> {
  return rawInTenant<EndingRow>(
    tx,
    `with told as (update asset_contracts c set ends_told = true from assets a where c.tenant_id = $1 and not c.ends_told and c.until_on >= $3 and c.until_on <= $4 and a.tenant_id = $1 and a.id = c.asset_id and a.facility_id = $2 and a.state <> 'disposed'
       returning a.number, a.name as asset_name, c.kind, c.until_on)
     select * from told order by until_on, number`,
    [tx.ctx.tenantId, look.facilityId, look.today, look.until],
  )
}

export function facilitiesWithAssets(tx: Tx): Promise<{ id: string; name: string; time_zone: string }[]> {
  return rawInTenant(tx, 'select f.id, f.name, f.time_zone from facilities f where f.tenant_id = $1 and exists (select 1 from assets a where a.tenant_id = $1 and a.facility_id = f.id) order by f.id', [tx.ctx.tenantId])
}
