import type { BinaryReply, RouteInput } from '#contract/define.ts'
import type { reportRoutes } from '#contract/inventory-reports.ts'
import { type Ctx, placesFor } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { pageOf, type PageRequest } from '#kernel/page.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { ageingOf, consumptionOf, moversOf, valuationOf } from './reports.ts'
import { storesByIds } from './stores-repo.ts'

type Input<K extends keyof typeof reportRoutes> = RouteInput<(typeof reportRoutes)[K]>

interface Asked {
  storeId?: string | undefined
  facilityId?: string | undefined
}

interface Report {
  name: string
  facts: (readonly [label: string, value: string])[]
  columns: readonly { name: string; width: number; isNumber?: boolean }[]
  rows: string[][]
}

const rowsAtOnce = 500

/** Every row of a paged report, each part in a transaction of its own. */
async function all<Row>(ctx: Ctx, read: (tx: Tx, page: PageRequest) => Promise<{ items: Row[]; nextCursor: string | null }>): Promise<Row[]> {
  const rows: Row[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const asked = pageOf({ limit: rowsAtOnce, cursor })
    const page = await withContext(ctx, (tx) => read(tx, asked))
    rows.push(...page.items)
    cursor = page.nextCursor
  }
  return rows
}

/** Whose paper it is, and what of it is reported: one store, one facility, or all that the reader may see. */
async function placeOf(ctx: Ctx, { storeId, facilityId }: Asked) {
  return withContext(ctx, async (tx) => {
    const [store] = storeId === undefined ? [] : await storesByIds(tx, [storeId])
    const places = placesFor(ctx, 'inventory.read', facilityId ?? store?.facility_id)
    const facility = await facilityOf(tx, found(places?.[0]))
    return { facility, place: store?.name ?? (places?.length === 1 ? facility.name : message(ctx.locale, 'inventory.print.allStores')) }
  })
}

async function print(ctx: Ctx, asked: Asked, report: Report): Promise<BinaryReply> {
  const { facility, place } = await placeOf(ctx, asked)
  const words = (key: string) => message(ctx.locale, `inventory.print.${key}`)
  const facts = [['store', place] as const, ...report.facts, ['printedOn', localDate(ctx.now, facility.timeZone)] as const]
  const body = await renderPdf({
    letterhead: letterheadOf(facility), title: words(report.name), mark: '', language: ctx.locale, facts: facts.map(([label, value]) => ({ label: words(label), value })),
    blocks: [{ kind: 'table', columns: report.columns.map(({ name, width, isNumber = false }) => ({ label: words(name), width, isNumber })), rows: report.rows }], signature: words('signature'), foot: facility.name,
  })
  return { contentType: 'application/pdf', filename: `${report.name}.pdf`, isInline: true, body }
}

const amount = (money: { amount: string; currency: string }): string => `${money.amount} ${money.currency}`

export async function printValuation(ctx: Ctx, { query }: Input<'printValuation'>) {
  const report = await withContext(ctx, (tx) => valuationOf(tx, query))
  return print(ctx, query, {
    name: 'valuation', facts: [['onDay', report.on]], columns: [{ name: 'kind', width: 40 }, { name: 'byLot', width: 30, isNumber: true }, { name: 'atAverage', width: 30, isNumber: true }],
    rows: [...report.items.map((row) => [message(ctx.locale, `inventory.kind.${row.kind}`), amount(row.byLot), amount(row.atAverage)]), [message(ctx.locale, 'common.total'), amount(report.byLot), amount(report.atAverage)]],
  })
}

export async function printConsumption(ctx: Ctx, { query }: Input<'printConsumption'>) {
  const rows = await all(ctx, (tx, page) => consumptionOf(tx, query, page))
  return print(ctx, query, {
    name: 'consumption', facts: [['fromDay', query.from], ['toDay', query.to]], columns: [{ name: 'item', width: 42 }, { name: 'quantity', width: 20, isNumber: true }, { name: 'cost', width: 18, isNumber: true }, { name: 'share', width: 10, isNumber: true }, { name: 'class', width: 10 }],
    rows: rows.map((row) => [row.name, `${row.quantity} ${row.unit}`, amount(row.cost), `${row.share} %`, row.class]),
  })
}

export async function printMovers(ctx: Ctx, { query }: Input<'printMovers'>) {
  const rows = await all(ctx, (tx, page) => moversOf(tx, query, page))
  return print(ctx, query, {
    name: 'movers', facts: [['speed', message(ctx.locale, `inventory.report.speed.${query.speed}`)], ['fromDay', query.from], ['toDay', query.to]], columns: [{ name: 'item', width: 34 }, { name: 'used', width: 16, isNumber: true }, { name: 'cost', width: 14, isNumber: true }, { name: 'onHand', width: 12, isNumber: true }, { name: 'worth', width: 14, isNumber: true }, { name: 'cover', width: 10, isNumber: true }],
    rows: rows.map((row) => [row.name, `${row.used} ${row.unit}`, amount(row.cost), row.onHand, amount(row.value), row.coverDays === null ? '' : String(row.coverDays)]),
  })
}

export async function printAgeing(ctx: Ctx, { query }: Input<'printAgeing'>) {
  const rows = await all(ctx, (tx, page) => ageingOf(tx, query, page))
  return print(ctx, query, {
    name: 'ageing', facts: [], columns: [{ name: 'item', width: 28 }, { name: 'batch', width: 13 }, { name: 'store', width: 15 }, { name: 'since', width: 12 }, { name: 'expires', width: 12 }, { name: 'quantity', width: 10, isNumber: true }, { name: 'worth', width: 10, isNumber: true }],
    rows: rows.map((row) => [row.itemName, row.batch, row.storeName, row.since, row.expiresOn ?? '', row.quantity, amount(row.value)]),
  })
}
