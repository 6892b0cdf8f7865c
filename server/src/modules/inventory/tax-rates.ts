import type { RouteInput } from '#contract/define.ts'
import { type ItemTaxRate, taxRateErrors, type taxRateRoutes } from '#contract/inventory-tax-rates.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { plain } from '#kernel/money.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { userNames } from '../people/index.ts'
import { type ItemRow, itemsByIds } from './items-repo.ts'
import { storesOf } from './stock-repo.ts'
import * as repo from './tax-rates-repo.ts'
import { rateOn } from './tax-rules.ts'

type Input<K extends keyof typeof taxRateRoutes> = RouteInput<(typeof taxRateRoutes)[K]>

/** Today where the caller's stores are: an item belongs to no facility. */
export async function todayOf(tx: Tx): Promise<string> {
  const [store] = await storesOf(tx, tx.ctx.facilityIds)
  return localDate(tx.ctx.now, store?.time_zone ?? 'UTC')
}

/** Rates of items that count on a day, by item. */
export async function ratesOn(tx: Tx, items: readonly Pick<ItemRow, 'id' | 'tax_rate_percent'>[], on: string): Promise<Map<string, string>> {
  const rows = Map.groupBy(await repo.taxRatesOf(tx, items.map((item) => item.id)), (row) => row.item_id)
  return new Map(items.map((item) => [item.id, rateOn(item.tax_rate_percent, rows.get(item.id) ?? [], on)]))
}

async function shown(tx: Tx, item: ItemRow): Promise<{ items: ItemTaxRate[]; nextCursor: null }> {
  const [rows, today] = await Promise.all([repo.taxRatesOf(tx, [item.id]), todayOf(tx)])
  const names = await userNames(tx, [...new Set(rows.flatMap((row) => row.created_by ?? []))])
  const current = rows.findLast((row) => row.valid_from <= today)?.id ?? null
  const dated = rows.toReversed().map((row) => ({ id: row.id, validFrom: row.valid_from, taxRatePercent: plain(row.tax_rate_percent), isCurrent: row.id === current, at: row.created_at.toISOString(), by: names.get(row.created_by ?? '') ?? '' }))
  return { items: [...dated, { id: null, validFrom: null, taxRatePercent: plain(item.tax_rate_percent), isCurrent: current === null, at: null, by: '' }], nextCursor: null }
}

const itemOf = async (tx: Tx, id: string): Promise<ItemRow> => found((await itemsByIds(tx, [id]))[0])

export const listTaxRates = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => shown(tx, await itemOf(tx, id)))

export function setTaxRate(ctx: Ctx, { params, body }: Input<'setTaxRate'>) {
  return withContext(ctx, async (tx) => {
    const item = await itemOf(tx, params.id)
    await repo.setTaxRate(tx, { itemId: item.id, validFrom: body.validFrom, percent: body.taxRatePercent })
    return shown(tx, item)
  })
}

/** An item's form has another rate than today's: it counts from today, and what was before stays in the history. */
export async function setRateFromToday(tx: Tx, item: ItemRow, percent: string): Promise<void> {
  const today = await todayOf(tx)
  if (Number((await ratesOn(tx, [item], today)).get(item.id)) !== Number(percent)) await repo.setTaxRate(tx, { itemId: item.id, validFrom: today, percent })
}

export function removeTaxRate(ctx: Ctx, { params }: Input<'removeTaxRate'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readTaxRate(tx, params.id))
    if (row.valid_from <= (await todayOf(tx))) throw new AppError(taxRateErrors.rate_in_force)
    await repo.deleteTaxRate(tx, row.id)
    return shown(tx, await itemOf(tx, row.item_id))
  })
}

export function changeTaxRates(ctx: Ctx, { body }: Input<'changeTaxRates'>) {
  return withContext(ctx, async (tx) => {
    const change = { validFrom: body.validFrom, fromPercent: body.fromPercent, toPercent: body.toPercent, hsn: body.hsn ?? '' }
    const { count, examples } = await repo.itemsToChange(tx, change)
    if (!body.isDry) await repo.changeRates(tx, change)
    return { count, examples: examples.map((row) => ({ id: row.id, sku: row.sku, name: row.name, taxCode: row.tax_code })) }
  })
}
