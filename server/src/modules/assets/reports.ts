import type { assets } from '#contract/assets.ts'
import { assetsErrors, depreciationMethod } from '#contract/assets-shapes.ts'
import type { BinaryReply, RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { add, money, subtract, sum } from '#kernel/money.ts'
import { pageOf, type PageRequest, toPage } from '#kernel/page.ts'
import { csvLine } from '#kernel/text.ts'
import { message } from '#kernel/text-i18n.ts'
import { facilityOf } from '../organizations/index.ts'
import * as downtimes from './downtimes-repo.ts'
import * as repo from './reports-repo.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

export function registerOn(ctx: Ctx, { query }: Input<'registerOn'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.registerOn(tx, query.facilityId, query.on, page), page.limit, (row) => ({ at: row.number, id: row.id }), (row) => ({
    assetId: row.id, number: row.number, name: row.name, categoryName: row.category_name, purchasedOn: row.purchased_on, gross: money(row.gross, row.currency), accumulated: money(row.accumulated, row.currency), net: money(subtract(row.gross, row.accumulated), row.currency),
  })))
}

const amounts = ['opening_gross', 'additions', 'disposals', 'opening_accumulated', 'depreciation', 'impairment', 'on_disposals'] as const
type Amounts = Pick<repo.BlockRow, (typeof amounts)[number] | 'count'>

function presentAmounts(row: Amounts, currency: string) {
  const of = (amount: string) => money(amount, currency)
  const closingGross = subtract(add(row.opening_gross, row.additions), row.disposals)
  const closingAccumulated = subtract(sum([row.opening_accumulated, row.depreciation, row.impairment]), row.on_disposals)
  return {
    openingGross: of(row.opening_gross), additions: of(row.additions), disposals: of(row.disposals), closingGross: of(closingGross), openingAccumulated: of(row.opening_accumulated), depreciation: of(row.depreciation), impairment: of(row.impairment), onDisposals: of(row.on_disposals), closingAccumulated: of(closingAccumulated),
    openingNet: of(subtract(row.opening_gross, row.opening_accumulated)), closingNet: of(subtract(closingGross, closingAccumulated)), count: row.count,
  }
}

/** The schedule of fixed assets of a time, by block and in all. */
export function schedule(ctx: Ctx, { query }: Input<'schedule'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  if (query.to < query.from) throw invalidField('to', 'assets.wrong_end', assetsErrors.wrong_end)
  return withContext(ctx, async (tx) => {
    const { currency } = await facilityOf(tx, query.facilityId)
    const rows = await repo.scheduleOf(tx, query.facilityId, query.from, query.to)
    const totals: Amounts = { opening_gross: '0', additions: '0', disposals: '0', opening_accumulated: '0', depreciation: '0', impairment: '0', on_disposals: '0', count: 0 }
    for (const row of rows) {
      for (const name of amounts) totals[name] = add(totals[name], row[name])
      totals.count += row.count
    }
    return { items: rows.map((row) => ({ categoryId: row.category_id, categoryName: row.category_name, method: depreciationMethod.parse(row.method), ...presentAmounts(row, currency) })), total: presentAmounts(totals, currency), nextCursor: null }
  })
}

const rowsAtOnce = 500

/** The whole register of a day, a page of rows at a time: nothing is held. */
async function* registerLines(ctx: Ctx, facilityId: string, on: string): AsyncGenerator<Uint8Array> {
  const head = ['number', 'name', 'category', 'purchased', 'gross', 'accumulated', 'net'].map((name) => message(ctx.locale, `assets.csv.${name}`))
  yield Buffer.from(`\uFEFF${csvLine(head)}`)
  let page: PageRequest = { limit: rowsAtOnce, after: null }
  for (;;) {
    const rows = await withContext(ctx, (tx) => repo.registerOn(tx, facilityId, on, page))
    const shown = rows.slice(0, rowsAtOnce)
    yield Buffer.from(shown.map((row) => csvLine([row.number, row.name, row.category_name, row.purchased_on, money(row.gross, row.currency).amount, money(row.accumulated, row.currency).amount, money(subtract(row.gross, row.accumulated), row.currency).amount])).join(''))
    const last = shown.at(-1)
    if (rows.length <= rowsAtOnce || last === undefined) return
    page = { limit: rowsAtOnce, after: { at: last.number, id: last.id } }
  }
}

export async function exportRegister(ctx: Ctx, { query }: Input<'exportRegister'>): Promise<BinaryReply> {
  requirePermission(ctx, 'assets.read', query.facilityId)
  return { contentType: 'text/csv; charset=utf-8', filename: `assets-${query.on}.csv`, body: registerLines(ctx, query.facilityId, query.on) }
}

export function downtimeReport(ctx: Ctx, { query }: Input<'downtimeReport'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  const [from, to] = [new Date(query.from), new Date(query.to)]
  if (to <= from) throw invalidField('to', 'assets.wrong_end', assetsErrors.wrong_end)
  const whole = (Math.min(to.getTime(), Math.max(ctx.now.getTime(), from.getTime() + 60_000)) - from.getTime()) / 60_000
  return withContext(ctx, async (tx) => {
    const rows = await downtimes.downtimeOf(tx, query.facilityId, from, to)
    return { items: rows.map((row) => ({ assetId: row.asset_id, number: row.number, name: row.name, stretches: row.stretches, minutes: Number(row.minutes), availablePercent: (100 * Math.max(0, 1 - Number(row.minutes) / whole)).toFixed(1) })), nextCursor: null }
  })
}
