import type { assets } from '#contract/assets.ts'
import { assetsErrors, entryKind } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { compare, minorUnits, money, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './books-repo.ts'
import { addMonths, fiscalYearOf, monthOf } from './calendar-rules.ts'
import { chargeOfMonth, type Facts, lifeEnd, valueBefore } from './depreciation-rules.ts'
import { assetFor } from './service.ts'
import type { AssetRow } from './register-repo.ts'

mapConstraint('depreciation_runs_once', assetsErrors.period_done)
mapConstraint('asset_entries_once', assetsErrors.period_done)

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

/** What an asset's value follows from. Additions stand in `gross` of the row, so the cost is what is left without them. */
export function factsOf(row: AssetRow & { in_use_on: string }, changes: readonly repo.ValueChangeRow[], facility: Facility): Facts {
  const added = sum(changes.map((change) => change.gross))
  return {
    method: row.method === 'written-down' ? 'written-down' : 'straight-line', lifeMonths: row.life_months, ratePercent: row.rate_percent, residualPercent: row.residual_percent, decimals: minorUnits(row.currency), fiscalYearStartMonth: facility.fiscalYearStartMonth, inUseOn: row.in_use_on, cost: subtract(row.gross, added),
    opening: row.opening_on === null ? null : { on: row.opening_on, depreciated: row.opening_depreciated }, changes: changes.map((change) => ({ on: change.on_date, gross: change.gross, impaired: change.impaired })),
  }
}

const isUsed = (row: AssetRow): row is AssetRow & { in_use_on: string } => row.in_use_on !== null

interface Charge {
  row: AssetRow
  amount: string
}

/** What a month charges each asset; those whose books need nothing are left out. */
async function chargesOf(tx: Tx, rows: readonly AssetRow[], period: string, facility: Facility): Promise<Charge[]> {
  const changes = Map.groupBy(await repo.valueChanges(tx, rows.map((row) => row.id)), (change) => change.asset_id)
  return rows.filter(isUsed).map((row) => ({ row, amount: chargeOfMonth(factsOf(row, changes.get(row.id) ?? [], facility), period, row.depreciated) })).filter((charge) => compare(charge.amount, '0') !== 0)
}

const nextPeriod = (closed: string | null, first: string | null): string | null => (closed === null ? (first === null ? null : monthOf(first)) : addDays(closed, 1))

/** The month is the one that follows, and is over. */
function checkPeriod(period: string, closed: string | null, today: string): void {
  if (closed !== null && period <= closed) throw new AppError(assetsErrors.period_done)
  if (closed !== null && period !== addDays(closed, 1)) throw new AppError(assetsErrors.period_not_next, { fields: [{ path: 'period', code: 'assets.period_not_next' }] })
  if (addMonths(period, 1) > today) throw new AppError(assetsErrors.period_not_ended, { fields: [{ path: 'period', code: 'assets.period_not_ended' }] })
}

/** Depreciates a month of a facility and closes it: the books' row is held, then the assets by id, so that nothing enters the month beside it. */
export function runDepreciation(ctx: Ctx, { body }: Input<'runDepreciation'>) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, body.facilityId)
    requirePermission(ctx, 'assets.books', facility.id)
    checkPeriod(body.period, await repo.lockBooks(tx, facility.id), localDate(ctx.now, facility.timeZone))
    const next = addMonths(body.period, 1)
    const charges = await chargesOf(tx, await repo.lockForRun(tx, facility.id, next), body.period, facility)
    const run = await repo.insertRun(tx, { id: newId(), facility_id: facility.id, period: body.period, currency: facility.currency, total: sum(charges.map((charge) => charge.amount)), assets: charges.length })
    await repo.writeEntries(tx, charges.map(({ row, amount }) => ({ asset_id: row.id, facility_id: facility.id, category_id: row.category_id, kind: 'depreciation', on_date: addDays(next, -1), period: body.period, gross: '0', depreciated: amount, impaired: '0', run_id: run.id, reason: '' })))
    await repo.addCharges(tx, charges.map(({ row, amount }) => ({ id: row.id, amount })))
    await repo.closeBooks(tx, facility.id, addDays(next, -1))
    return shownRun(tx, run)
  })
}

const presentRun = (row: repo.RunRow, users: ReadonlyMap<string, string>) => ({ id: row.id, facilityId: row.facility_id, period: row.period, total: money(row.total, row.currency), assets: row.assets, createdAt: row.created_at.toISOString(), createdBy: users.get(row.created_by ?? '') ?? '' })

const shownRun = async (tx: Tx, row: repo.RunRow) => presentRun(row, await userNames(tx, row.created_by === null ? [] : [row.created_by]))

export function listRuns(ctx: Ctx, { query }: Input<'listRuns'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    if (query.facilityId !== undefined) requirePermission(ctx, 'assets.read', query.facilityId)
    const rows = await repo.listRuns(tx, query, page)
    const users = await userNames(tx, rows.flatMap((row) => row.created_by ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.period, id: row.id }), (row) => presentRun(row, users))
  })
}

/** Which month comes next and what it would charge, as things stand. */
export function readBooks(ctx: Ctx, { query }: Input<'readBooks'>) {
  requirePermission(ctx, 'assets.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, query.facilityId)
    const closed = await repo.closedUntil(tx, facility.id)
    const period = nextPeriod(closed, await repo.firstUseIn(tx, facility.id))
    if (period === null) return { closedUntil: closed, nextPeriod: null, canRun: false, expected: money('0', facility.currency), assets: 0 }
    const next = addMonths(period, 1)
    const charges = await chargesOf(tx, await repo.assetsForRun(tx, facility.id, next), period, facility)
    return { closedUntil: closed, nextPeriod: period, canRun: next <= localDate(ctx.now, facility.timeZone), expected: money(sum(charges.map((charge) => charge.amount)), facility.currency), assets: charges.length }
  })
}

export function listRunEntries(ctx: Ctx, { params, query }: Input<'listRunEntries'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const run = found(await repo.runById(tx, params.id))
    requirePermission(ctx, 'assets.read', run.facility_id)
    return toPage(await repo.entriesOfRun(tx, run.id, page), page.limit, (row) => ({ at: '', id: row.id }), (row) => ({ id: row.id, assetId: row.asset_id, number: row.number, name: row.name, amount: money(row.depreciated, run.currency) }))
  })
}

export function listEntries(ctx: Ctx, { params, query }: Input<'listEntries'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const asset = await assetFor(tx, params.id)
    const of = (amount: string) => money(amount, asset.currency)
    const rows = await repo.entriesOf(tx, asset.id, page)
    const users = await userNames(tx, rows.flatMap((row) => row.created_by ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.on_date, id: row.id }), (row) => ({ id: row.id, assetId: row.asset_id, kind: entryKind.parse(row.kind), on: row.on_date, period: row.period, gross: of(row.gross), depreciated: of(row.depreciated), impaired: of(row.impaired), net: of(row.net), reason: row.reason, createdAt: row.created_at.toISOString(), createdBy: users.get(row.created_by ?? '') ?? '' }))
  })
}

const mostYears = 60

/** Fiscal years from today's through the last of its life, as things stand. */
export function forecast(ctx: Ctx, { params }: Input<'forecast'>) {
  return withContext(ctx, async (tx) => {
    const row = await assetFor(tx, params.id)
    if (!isUsed(row) || row.state === 'disposed') return { items: [], nextCursor: null }
    const facility = await facilityOf(tx, row.facility_id)
    const facts = factsOf(row, await repo.valueChanges(tx, [row.id]), facility)
    const netAt = (day: string) => { const value = valueBefore(facts, day); return subtract(subtract(value.gross, value.depreciated), value.impaired) }
    const items = []
    for (let from = fiscalYearOf(row.in_use_on, facility.fiscalYearStartMonth); from < lifeEnd(facts) && items.length < mostYears; from = addMonths(from, 12)) {
      const to = addMonths(from, 12)
      const [opening, charged] = [netAt(from), subtract(valueBefore(facts, to).depreciated, valueBefore(facts, from).depreciated)]
      items.push({ from, to: addDays(to, -1), opening: money(opening, row.currency), depreciation: money(charged, row.currency), closing: money(netAt(to), row.currency) })
    }
    return { items, nextCursor: null }
  })
}
