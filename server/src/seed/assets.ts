import type pg from 'pg'
import { foldText } from '#kernel/text.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { addMonths, depreciationOf, fiscalYearOf, monthOf, usualAssetCategories } from '../modules/assets/index.ts'
import { type DemoAsset, demoAssets } from './asset-names.ts'
import type { CarePlan } from './care.ts'
import { stableId } from './random.ts'

interface Names {
  plan: CarePlan
  facility: { id: string; code: string }
  id: (name: string) => string
  by: string
}

const firstMonth = 4
const categoryOf = (source: string): string => `category:${source}`

async function seedCategories(client: pg.Client, { plan, id }: Names): Promise<void> {
  for (const one of usualAssetCategories) {
    await client.query(
      "insert into asset_categories (tenant_id, id, name, name_folded, method, life_months, rate_percent, residual_percent, source, created_at) values ($1, $2, $3, $4, 'straight-line', $5, null, 5, $6, $7) on conflict do nothing",
      [plan.tenantId, id(categoryOf(one.source)), one.name, foldText(one.name), one.years * 12, one.source, plan.on],
    )
  }
}

interface Kept {
  asset: DemoAsset
  id: string
  categoryId: string
  boughtOn: string
  cost: string
  lifeMonths: number
  openingOn: string | null
  opening: string
}

/** What an asset was depreciated by at the beginning of a day. */
const depreciatedBy = (kept: Omit<Kept, 'openingOn' | 'opening'>, day: string): string => depreciationOf({ cost: kept.cost, inUseOn: kept.boughtOn, lifeMonths: kept.lifeMonths, fiscalYearStartMonth: firstMonth }, day)

function keptOf({ plan, id }: Names): Kept[] {
  const year = fiscalYearOf(plan.on, firstMonth)
  return demoAssets.map((asset, index) => {
    const lifeMonths = (usualAssetCategories.find((one) => one.source === asset.source)?.years ?? 10) * 12
    const base = { asset, id: id(`asset:${index}`), categoryId: id(categoryOf(asset.source)), boughtOn: addDays(plan.on, -asset.daysAgo), cost: `${asset.lakh}00000.00`, lifeMonths }
    const isOld = base.boughtOn < year
    return { ...base, openingOn: isOld ? addDays(year, -1) : null, opening: isOld ? depreciatedBy(base, year) : '0' }
  })
}

async function seedRegister(client: pg.Client, { plan, facility, id, by }: Names, all: readonly Kept[], until: string): Promise<void> {
  for (const [index, { asset, ...kept }] of all.entries()) {
    const state = asset.state ?? 'in-use'
    await client.query(
      `insert into assets (tenant_id, id, number, facility_id, category_id, name, name_folded, maker, model, serial_number, maker_folded, model_folded, serial_folded, location, location_folded, vendor_id, criticality, state, state_reason, is_calibration_failed, purchased_on, in_use_on, currency, cost, gross, depreciated, method, life_months, residual_percent, opening_on, opening_depreciated, warranty_until, counter_unit, counter_reading, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, 'INR', $22, $22, $23, 'straight-line', $24, 5, $25, $26, $27, $28, $29, $30, $31) on conflict do nothing`,
      [plan.tenantId, kept.id, `${facility.code}-AST-${String(index + 1).padStart(6, '0')}`, facility.id, kept.categoryId, asset.name, foldText(asset.name), asset.maker, asset.model, asset.serial, foldText(asset.maker), foldText(asset.model), foldText(asset.serial), asset.location, foldText(asset.location), id('vendor'), asset.criticality, state, asset.reason ?? '', asset.isCalibrationFailed ?? false, kept.boughtOn, kept.cost, depreciatedBy({ asset, ...kept }, until < kept.boughtOn ? kept.boughtOn : until), kept.lifeMonths, kept.openingOn, kept.opening, addDays(kept.boughtOn, 730), asset.counterUnit ?? '', asset.counter ?? 0, plan.on, by],
    )
    const [kind, on] = kept.openingOn === null ? ['acquisition', kept.boughtOn] : ['opening', kept.openingOn]
    await client.query('insert into asset_entries (tenant_id, id, asset_id, facility_id, category_id, kind, on_date, gross, depreciated, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing', [plan.tenantId, id(`entry:${index}`), kept.id, facility.id, kept.categoryId, kind, on, kept.cost, kept.opening, plan.on, by])
  }
}

/** The last day that is closed: the month that ended last waits to be run, so that a newcomer can. */
function closedDay(on: string): string {
  const [year, last] = [addDays(fiscalYearOf(on, firstMonth), -1), addDays(addMonths(monthOf(on), -1), -1)]
  return last > year ? last : year
}

/** The closed months of this fiscal year, each with its entries. */
async function seedRuns(client: pg.Client, { plan, facility, id, by }: Names, all: readonly Kept[]): Promise<void> {
  const accountant = stableId(plan.seed, `${plan.hospital.key}:user:cashier:1`)
  for (let month = fiscalYearOf(plan.on, firstMonth); month < closedDay(plan.on); month = addMonths(month, 1)) {
    const next = addMonths(month, 1)
    const charges = all.filter((kept) => kept.boughtOn < next).map((kept) => ({ kept, amount: Number(depreciatedBy(kept, next)) - Number(depreciatedBy(kept, month < kept.boughtOn ? kept.boughtOn : month)) }))
    const total = charges.reduce((sum, charge) => sum + charge.amount, 0).toFixed(2)
    await client.query("insert into depreciation_runs (tenant_id, id, facility_id, period, currency, total, assets, created_at, created_by) values ($1, $2, $3, $4, 'INR', $5, $6, $7, $8) on conflict do nothing", [plan.tenantId, id(`run:${month}`), facility.id, month, total, charges.length, `${addDays(next, 2)}T05:00:00Z`, accountant])
    for (const { kept, amount } of charges) await client.query("insert into asset_entries (tenant_id, id, asset_id, facility_id, category_id, kind, on_date, period, depreciated, run_id, created_at, created_by) values ($1, $2, $3, $4, $5, 'depreciation', $6, $7, $8, $9, $10, $11) on conflict do nothing", [plan.tenantId, id(`entry:${kept.id}:${month}`), kept.id, facility.id, kept.categoryId, addDays(next, -1), month, amount.toFixed(2), id(`run:${month}`), plan.on, by])
  }
  await client.query('insert into asset_books (tenant_id, facility_id, closed_until) values ($1, $2, $3) on conflict do nothing', [plan.tenantId, facility.id, closedDay(plan.on)])
}

/** Plans, the work done so far, a contract, and what does not work. */
async function seedCare(client: pg.Client, { plan, facility, id, by }: Names, all: readonly Kept[]): Promise<void> {
  for (const [index, { asset, id: assetId }] of all.entries()) {
    for (const [number, one] of (asset.plans ?? []).entries()) {
      const key = `${index}:${number}`
      const doneOn = addMonths(addDays(plan.on, one.dueIn), -one.everyMonths)
      await client.query('insert into asset_plans (tenant_id, id, asset_id, facility_id, kind, name, every_months, next_due_on, last_done_on, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing', [plan.tenantId, id(`plan:${key}`), assetId, facility.id, one.kind, one.name, one.everyMonths, addDays(plan.on, one.dueIn), doneOn, plan.on, by])
      await client.query("insert into asset_works (tenant_id, id, asset_id, facility_id, plan_id, kind, result, done_on, done_by, findings, currency, certificate_number, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, 'Jaya Suresh', $9, 'INR', $10, $11, $12) on conflict do nothing", [plan.tenantId, id(`work:${key}`), assetId, facility.id, id(`plan:${key}`), one.kind, one.kind === 'maintenance' ? 'done' : 'pass', doneOn, one.kind === 'maintenance' ? 'Cleaned, filters changed, electrical safety in order' : 'Within limits', one.kind === 'calibration' ? `NABL-${String(2100 + index)}` : '', plan.on, by])
    }
    if (asset.contract !== undefined) await client.query("insert into asset_contracts (tenant_id, id, asset_id, vendor_id, kind, number, from_on, until_on, currency, cost, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, 'INR', $9, $10, $11) on conflict do nothing", [plan.tenantId, id(`contract:${index}`), assetId, id('vendor'), asset.contract, `SVC-${index + 1}`, addDays(plan.on, -300 + index), addDays(plan.on, 64 + index), asset.lakh * 4000, plan.on, by])
    if (asset.state !== 'out-of-order' && asset.state !== 'under-maintenance') continue
    const at = `${addDays(plan.on, -2)}T04:10:00Z`
    await client.query('insert into asset_downtimes (tenant_id, id, asset_id, facility_id, cause, reason, started_at, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $7, $8) on conflict do nothing', [plan.tenantId, id(`down:${index}`), assetId, facility.id, asset.isCalibrationFailed === true ? 'calibration' : asset.state === 'out-of-order' ? 'breakdown' : 'maintenance', asset.reason ?? '', at, by])
    await client.query("insert into asset_changes (tenant_id, id, asset_id, kind, before, after, reason, occurred_at, created_by) values ($1, $2, $3, 'state', 'in-use', $4, $5, $6, $7) on conflict do nothing", [plan.tenantId, id(`change:${index}`), assetId, asset.state, asset.reason ?? '', at, by])
  }
}

/** Categories in every hospital; in the general one a dozen assets with their books of this year, their plans and what does not work. */
export async function seedAssets(client: pg.Client, plan: CarePlan): Promise<void> {
  const [facility] = plan.facilities
  if (facility === undefined) return
  const { key } = plan.hospital
  const names: Names = { plan, facility, id: (name) => stableId(plan.seed, `${name === 'vendor' ? 'stock' : 'assets'}:${key}:${name}`), by: stableId(plan.seed, `${key}:user:${key === 'general' ? 'biomedical-engineer' : 'pharmacist'}:1`) }
  await seedCategories(client, names)
  const known = await client.query('select 1 from assets where tenant_id = $1 limit 1', [plan.tenantId])
  if (key !== 'general' || known.rowCount !== 0) return
  const all = keptOf(names)
  await seedRegister(client, names, all, addDays(closedDay(plan.on), 1))
  await seedRuns(client, names, all)
  await seedCare(client, names, all)
  await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'assets', 'register', '', $3) on conflict do nothing", [plan.tenantId, facility.id, all.length])
}
