import type { assets } from '#contract/assets.ts'
import { assetLifecycle, assetsErrors, disposalKind } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add, compare, money, plain, subtract, sum } from '#kernel/money.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { factsOf } from './books.ts'
import * as repo from './books-repo.ts'
import { addMonths } from './calendar-rules.ts'
import { rateFor } from './categories.ts'
import { type Facts, lifeEnd, monthsThrough, valueBefore } from './depreciation-rules.ts'
import * as downtimes from './downtimes-repo.ts'
import { assetFor, shown } from './service.ts'
import { type AssetRow, assetsByIds, insertChange, lockAsset, updateAsset } from './register-repo.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

interface Opened {
  row: AssetRow
  facility: Facility
  openFrom: string
  today: string
}

/** An asset whose books are written: the facility's books are held open first, then the asset is locked. */
async function openBooks(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<Opened> {
  const seen = found((await assetsByIds(tx, [id]))[0])
  requirePermission(tx.ctx, permission, seen.facility_id)
  const facility = await facilityOf(tx, seen.facility_id)
  const openFrom = await repo.firstOpenDay(tx, facility.id)
  const row = found(await lockAsset(tx, id))
  checkVersion(row, ifMatch)
  return { row, facility, openFrom, today: localDate(tx.ctx.now, facility.timeZone) }
}

function checkDay(opened: Opened, on: string): void {
  const refuse = (name: 'in_future' | 'period_closed' | 'before_purchase') => invalidField('on', `assets.${name}`, assetsErrors[name])
  if (on > opened.today) throw refuse('in_future')
  if (on < opened.row.purchased_on || (opened.row.opening_on !== null && on <= opened.row.opening_on)) throw refuse('before_purchase')
  if (on < opened.openFrom) throw refuse('period_closed')
}

function checkCurrency(opened: Opened, path: string, currency: string): void {
  if (currency !== opened.row.currency) throw invalidField(`${path}.currency`, 'assets.wrong_currency', assetsErrors.wrong_currency)
}

const entryOf = (row: AssetRow, entry: Pick<repo.NewEntry, 'kind' | 'on_date' | 'reason'> & Partial<repo.NewEntry>): repo.NewEntry => ({ asset_id: row.id, facility_id: row.facility_id, category_id: row.category_id, period: null, gross: '0', depreciated: '0', impaired: '0', run_id: null, ...entry })

const alive = (row: AssetRow): void => {
  if (row.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
}

export function addCost(ctx: Ctx, { params, body, ifMatch }: Input<'addCost'>) {
  return withContext(ctx, async (tx) => {
    const opened = await openBooks(tx, params.id, 'assets.books', ifMatch)
    const { row } = opened
    alive(row)
    checkCurrency(opened, 'amount', body.amount.currency)
    checkDay(opened, body.on)
    if (row.in_use_on !== null && body.on >= lifeEnd({ inUseOn: row.in_use_on, lifeMonths: row.life_months })) throw invalidField('on', 'assets.life_over', assetsErrors.life_over)
    await repo.writeEntries(tx, [entryOf(row, { kind: 'addition', on_date: body.on, gross: body.amount.amount, reason: body.reason })])
    return shown(tx, await updateAsset(tx, row, { gross: add(row.gross, body.amount.amount) }))
  })
}

const netOf = (value: { gross: string; depreciated: string; impaired: string }): string => subtract(subtract(value.gross, value.depreciated), value.impaired)

async function factsFor(tx: Tx, { row, facility }: Opened): Promise<Facts | undefined> {
  return row.in_use_on === null ? undefined : factsOf({ ...row, in_use_on: row.in_use_on }, await repo.valueChanges(tx, [row.id]), facility)
}

export function impair(ctx: Ctx, { params, body, ifMatch }: Input<'impair'>) {
  return withContext(ctx, async (tx) => {
    const opened = await openBooks(tx, params.id, 'assets.books', ifMatch)
    const { row } = opened
    alive(row)
    checkCurrency(opened, 'amount', body.amount.currency)
    checkDay(opened, body.on)
    // What later changes would take counts too: the value of today, charged to today, must bear it.
    const facts = await factsFor(tx, opened)
    const values = [row, ...(facts === undefined ? [] : [body.on, addMonths(`${opened.today.slice(0, 7)}-01`, 1)].map((day) => valueBefore(facts, day)))]
    if (values.some((value) => compare(body.amount.amount, netOf(value)) > 0)) throw invalidField('amount.amount', 'assets.above_value', assetsErrors.above_value)
    await repo.writeEntries(tx, [entryOf(row, { kind: 'impairment', on_date: body.on, impaired: body.amount.amount, reason: body.reason })])
    return shown(tx, await updateAsset(tx, row, { impaired: add(row.impaired, body.amount.amount) }))
  })
}

const termsText = (row: AssetRow): string => [row.method, `${row.life_months}`, row.rate_percent === null ? '' : `${plain(row.rate_percent)} %`, `${plain(row.residual_percent)} %`, row.in_use_on ?? ''].filter(Boolean).join(' · ')

/** Sets the terms right: nothing that was charged changes, the next month takes the difference. */
export function correctTerms(ctx: Ctx, { params, body, ifMatch }: Input<'correctTerms'>) {
  return withContext(ctx, async (tx) => {
    const opened = await openBooks(tx, params.id, 'assets.books', ifMatch)
    const { row } = opened
    alive(row)
    if (body.inUseOn !== undefined && body.inUseOn > opened.today) throw invalidField('inUseOn', 'assets.in_future', assetsErrors.in_future)
    if (body.inUseOn !== undefined && body.inUseOn < row.purchased_on) throw invalidField('inUseOn', 'assets.before_purchase', assetsErrors.before_purchase)
    const way = { method: body.method ?? row.method, lifeMonths: body.lifeMonths ?? row.life_months, residualPercent: body.residualPercent ?? row.residual_percent }
    const isSameWay = way.method === row.method && way.lifeMonths === row.life_months && plain(way.residualPercent) === plain(row.residual_percent)
    const rate = rateFor({ ...way, ratePercent: body.ratePercent ?? (isSameWay ? row.rate_percent : undefined) })
    const after = await updateAsset(tx, row, { method: way.method, life_months: way.lifeMonths, residual_percent: way.residualPercent, rate_percent: rate, ...(body.inUseOn === undefined ? {} : { in_use_on: body.inUseOn }) })
    await insertChange(tx, { id: newId(), asset_id: row.id, kind: 'terms', before: termsText(row), after: termsText(after), reason: body.reason })
    return shown(tx, after)
  })
}

/** Entries of the months that are open, through the day before it went; the first takes what is to be set right. */
function lastCharges(opened: Opened, facts: Facts | undefined, on: string): repo.NewEntry[] {
  if (facts === undefined) return []
  const { row, openFrom } = opened
  let charged = row.depreciated
  const from = openFrom > facts.inUseOn ? openFrom : facts.inUseOn
  return monthsThrough(from < on ? from : on, on).flatMap((period) => {
    const next = addMonths(period, 1)
    const until = next < on ? next : on
    const amount = subtract(valueBefore(facts, until).depreciated, charged)
    charged = add(charged, amount)
    return compare(amount, '0') === 0 ? [] : [entryOf(row, { kind: 'depreciation', on_date: addDays(until, -1), period, depreciated: amount, reason: '' })]
  })
}

/** The day it goes is the buyer's: depreciation runs through the day before. */
export function dispose(ctx: Ctx, { params, body, ifMatch }: Input<'dispose'>) {
  return withContext(ctx, async (tx) => {
    const opened = await openBooks(tx, params.id, 'assets.approve', ifMatch)
    const { row } = opened
    const state = takeStep(assetLifecycle, row.state, 'dispose')
    checkDay(opened, body.on)
    const proceeds = body.proceeds?.amount ?? '0'
    if (body.proceeds !== undefined) checkCurrency(opened, 'proceeds', body.proceeds.currency)
    const charges = lastCharges(opened, await factsFor(tx, opened), body.on)
    const depreciated = add(row.depreciated, sum(charges.map((charge) => charge.depreciated)))
    const net = netOf({ ...row, depreciated })
    await repo.writeEntries(tx, [...charges, entryOf(row, { kind: 'disposal', on_date: body.on, gross: subtract('0', row.gross), depreciated: subtract('0', depreciated), impaired: subtract('0', row.impaired), reason: body.reason })])
    const disposal = await repo.insertDisposal(tx, { id: newId(), asset_id: row.id, kind: body.kind, disposed_on: body.on, gross: row.gross, net, proceeds, gain: subtract(proceeds, net), taken_by: body.takenBy ?? '', reason: body.reason })
    await insertChange(tx, { id: newId(), asset_id: row.id, kind: 'state', before: row.state, after: state, reason: body.reason })
    await downtimes.endDowntime(tx, row.id)
    const after = await updateAsset(tx, row, { state, state_reason: body.reason, depreciated })
    return { asset: await shown(tx, after), disposal: presentDisposal(disposal, row.currency) }
  })
}

const presentDisposal = (row: repo.DisposalRow, currency: string) => ({ id: row.id, assetId: row.asset_id, kind: disposalKind.parse(row.kind), on: row.disposed_on, gross: money(row.gross, currency), net: money(row.net, currency), proceeds: money(row.proceeds, currency), gain: money(row.gain, currency), takenBy: row.taken_by, reason: row.reason, createdAt: row.created_at.toISOString() })

export function readDisposal(ctx: Ctx, { params }: Input<'readDisposal'>) {
  return withContext(ctx, async (tx) => {
    const row = await assetFor(tx, params.id)
    const disposal = await repo.disposalOf(tx, row.id)
    return { disposal: disposal === undefined ? null : presentDisposal(disposal, row.currency) }
  })
}
