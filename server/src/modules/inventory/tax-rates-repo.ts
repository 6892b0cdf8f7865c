import { anyOf, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

export interface TaxRateRow {
  id: string
  item_id: string
  valid_from: string
  tax_rate_percent: string
  created_at: Date
  created_by: string | null
}

const columns = ['id', 'item_id', 'valid_from', 'tax_rate_percent', 'created_at', 'created_by'] as const

export function taxRatesOf(tx: Tx, itemIds: readonly string[]): Promise<TaxRateRow[]> {
  return tx.db.selectFrom('item_tax_rates').select(columns).where('item_id', '=', anyOf(itemIds)).orderBy('item_id').orderBy('valid_from').execute()
}

export function readTaxRate(tx: Tx, id: string): Promise<TaxRateRow | undefined> {
  return tx.db.selectFrom('item_tax_rates').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function setTaxRate(tx: Tx, rate: { itemId: string; validFrom: string; percent: string }): Promise<void> {
  await tx.db.insertInto('item_tax_rates').values({ id: newId(), item_id: rate.itemId, valid_from: rate.validFrom, tax_rate_percent: rate.percent, created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .onConflict((conflict) => conflict.constraint('item_tax_rates_day').doUpdateSet({ tax_rate_percent: rate.percent, created_at: tx.ctx.now, created_by: tx.ctx.userId })).execute()
}

export async function deleteTaxRate(tx: Tx, id: string): Promise<void> {
  await tx.db.deleteFrom('item_tax_rates').where('id', '=', id).execute()
}

export interface RateChange {
  validFrom: string
  fromPercent: string
  toPercent: string
  hsn: string
}

/** Items whose rate on the day before is the one that changes, and that have no rate of that day yet. */
const changing = `from items i left join lateral (select r.tax_rate_percent from item_tax_rates r where r.tenant_id = $1 and r.item_id = i.id and r.valid_from < $2::date order by r.valid_from desc limit 1) b on true
  where i.tenant_id = $1 and i.tax_code like $4 || '%' and coalesce(b.tax_rate_percent, i.tax_rate_percent) = $3::numeric and not exists (select 1 from item_tax_rates x where x.tenant_id = $1 and x.item_id = i.id and x.valid_from = $2::date)`

export async function itemsToChange(tx: Tx, change: RateChange): Promise<{ count: number; examples: { id: string; sku: string; name: string; tax_code: string }[] }> {
  const values = [tx.ctx.tenantId, change.validFrom, change.fromPercent, change.hsn]
  const [[told], examples] = await Promise.all([
    rawInTenant<{ count: number }>(tx, `select count(*)::int as count ${changing}`, values),
    rawInTenant<{ id: string; sku: string; name: string; tax_code: string }>(tx, `select i.id, i.sku, i.name, i.tax_code ${changing} order by i.name_folded, i.id limit 20`, values),
  ])
  return { count: told?.count ?? 0, examples }
}

export async function changeRates(tx: Tx, change: RateChange): Promise<void> {
  await rawInTenant(
    tx,
    `insert into item_tax_rates (tenant_id, id, item_id, valid_from, tax_rate_percent, created_at, created_by) select $1, gen_random_uuid(), i.id, $2::date, $5::numeric, $6::timestamptz, $7::uuid ${changing}`,
    [tx.ctx.tenantId, change.validFrom, change.fromPercent, change.hsn, change.toPercent, tx.ctx.now, tx.ctx.userId],
  )
}
