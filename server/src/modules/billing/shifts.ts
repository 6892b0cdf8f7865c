import type { RouteInput } from '#contract/define.ts'
import { type CashierShift, cashMoveKind, shiftErrors, shiftLifecycle, type shiftRoutes, shiftState, type WholeCashierShift } from '#contract/billing-shifts.ts'
import { paymentMethod, takenMethod } from '#contract/billing-money.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare, money, plain, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { shiftMoneyPort } from './ports.ts'
import { amountOf } from './price-list.ts'
import { deviationOf, type Expected, expectedOf, sumOfPieces } from './shift-rules.ts'
import * as repo from './shifts-repo.ts'

mapConstraint('cashier_shifts_one', shiftErrors.shift_open)
mapConstraint('cashier_shifts_till', shiftErrors.till_taken)
mapConstraint('cashier_shifts_taking', shiftErrors.shift_over)

type Input<K extends keyof typeof shiftRoutes> = RouteInput<(typeof shiftRoutes)[K]>

const own = 'billing.shift'

/**
 * The shift that money which is taken or given back now belongs to: the open one of the user in the facility, held until the transaction ends; null when there is none.
 * 409 `billing.shift_required` where the facility asks for a shift and cash is among the methods.
 */
export async function shiftFor(tx: Tx, facilityId: string, methods: readonly string[]): Promise<string | null> {
  if (methods.every((method) => method === 'deposit')) return null
  const { shift_id, is_required } = await repo.holdOpenShift(tx, facilityId)
  if (shift_id === null && is_required && methods.includes('cash')) throw new AppError(shiftErrors.shift_required)
  return shift_id
}

const isOwn = (tx: Tx, row: repo.ShiftRow): boolean => row.cashier_id === tx.ctx.userId

/** Who counts does not see what is expected; who approves may look into a till that is open, but not into the own one. */
const isBlind = (tx: Tx, row: repo.ShiftRow): boolean => row.state === 'open' && (isOwn(tx, row) || !tx.ctx.can('billing.approve', row.facility_id))

function actionsOf(tx: Tx, row: repo.ShiftRow): string[] {
  const mayApprove = !isOwn(tx, row) && tx.ctx.can('billing.approve', row.facility_id)
  return allowedSteps(shiftLifecycle, shiftState.parse(row.state)).filter((step) => (step === 'approve' ? mayApprove : isOwn(tx, row)))
}

function present(tx: Tx, row: repo.ShiftRow, names: ReadonlyMap<string, string>): CashierShift {
  const of = (amount: string | null) => (amount === null ? null : money(amount, row.currency))
  return {
    id: row.id, version: row.version, facilityId: row.facility_id, till: row.till, cashierId: row.cashier_id, cashier: names.get(row.cashier_id) ?? '', state: shiftState.parse(row.state), openingFloat: money(row.opening_float, row.currency), openedAt: row.opened_at.toISOString(), countedAt: row.counted_at?.toISOString() ?? null, closedAt: row.closed_at?.toISOString() ?? null,
    expected: of(row.expected), counted: of(row.counted), difference: row.counted === null || row.expected === null ? null : money(subtract(row.counted, row.expected), row.currency), leftInTill: of(row.left_in_till), reason: row.reason, approvedBy: names.get(row.approved_by ?? '') ?? '', approvedAt: row.approved_at?.toISOString() ?? null, approvalNote: row.approval_note, actions: actionsOf(tx, row),
  }
}

const namesOf = (tx: Tx, rows: readonly repo.ShiftRow[]) => userNames(tx, [...new Set(rows.flatMap((row) => [row.cashier_id, row.approved_by ?? []].flat()))])

/** What should be in the till, by way of paying. */
async function expectedIn(tx: Tx, row: repo.ShiftRow, moves: readonly repo.MoveRow[]): Promise<Expected[]> {
  const taken = await Promise.all([repo.shiftTakings(tx, row.id), ...shiftMoneyPort.all().map((more) => more.takings(tx, row.id))])
  return expectedOf(row.opening_float, taken.flat(), moves)
}

function presentCounts(rows: readonly repo.CountRow[], currency: string, names: ReadonlyMap<string, string>): WholeCashierShift['counts'] {
  return [...Map.groupBy(rows, (row) => row.attempt)].map(([attempt, [first, ...rest]]) => ({
    attempt, at: first?.created_at.toISOString() ?? '', by: names.get(first?.created_by ?? '') ?? '', denominations: [first, ...rest].flatMap((row) => row?.denominations ?? []),
    amounts: [first, ...rest].flatMap((row) => (row === undefined ? [] : [{ method: paymentMethod.parse(row.method), expected: money(row.expected, currency), counted: money(row.counted, currency) }])),
  }))
}

/** What stands beside each other: came and went, expected and counted last. */
function presentAmounts(expected: readonly Expected[], counted: readonly repo.CountRow[], currency: string): WholeCashierShift['amounts'] {
  const last = counted.filter((row) => row.attempt === counted.at(-1)?.attempt)
  const of = (amount: string) => money(amount, currency)
  const known = [...expected, ...last.filter((row) => !expected.some((one) => one.method === row.method)).map((row) => ({ method: row.method, received: '0', refunded: '0', count: 0, expected: '0' }))]
  return known.map((one) => {
    const count = last.find((row) => row.method === one.method)
    return { method: paymentMethod.parse(one.method), received: of(one.received), refunded: of(one.refunded), number: one.count, expected: of(one.expected), counted: count === undefined ? null : of(count.counted), difference: count === undefined ? null : of(subtract(count.counted, one.expected)) }
  })
}

/** A shift with all that is known of it; its own cashier sees no sums before the till is counted. */
export async function shown(tx: Tx, row: repo.ShiftRow): Promise<WholeCashierShift> {
  const [moves, counts] = await Promise.all([repo.movesOf(tx, row.id), repo.countsOf(tx, row.id)])
  const names = await userNames(tx, [...new Set([row.cashier_id, row.approved_by ?? [], moves.map((move) => move.person_id), counts.map((count) => count.created_by)].flat())])
  const blind = isBlind(tx, row)
  const expected = blind ? [] : await expectedIn(tx, row, moves)
  return {
    ...present(tx, row, names), isBlind: blind, amounts: blind ? [] : presentAmounts(expected, counts, row.currency), counts: presentCounts(counts, row.currency, names),
    moves: moves.map((move) => ({ id: move.id, kind: cashMoveKind.parse(move.kind), amount: money(move.amount, row.currency), person: names.get(move.person_id) ?? '', note: move.note, isClosing: move.is_closing, at: move.created_at.toISOString() })),
  }
}

/** A shift that is one's own or of a facility whose bills one reads; any other is not there. */
export async function seenShift(tx: Tx, id: string): Promise<repo.ShiftRow> {
  const row = found(await repo.readShift(tx, id))
  return found(isOwn(tx, row) || tx.ctx.can('billing.read', row.facility_id) ? row : undefined)
}

/** The own shift, locked, in the version one saw. */
async function ownShift(tx: Tx, id: string, ifMatch: number | undefined): Promise<repo.ShiftRow> {
  await seenShift(tx, id)
  const row = found(await repo.lockShift(tx, id))
  requirePermission(tx.ctx, own, row.facility_id)
  if (!isOwn(tx, row)) throw new AppError(shiftErrors.shift_other)
  checkVersion(row, ifMatch)
  return row
}

async function checkPerson(tx: Tx, personId: string, path: string): Promise<void> {
  if (personId === tx.ctx.userId) throw invalidField(path, 'billing.same_person', shiftErrors.same_person)
  if (!(await userNames(tx, [personId])).has(personId)) throw invalidField(path, 'reference.unknown')
}

export function listCashierShifts(ctx: Ctx, { query }: Input<'listCashierShifts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listShifts(tx, { userId: ctx.userId, facilityIds: ctx.facilityIds.filter((one) => ctx.can('billing.read', one)) }, query, page)
    const names = await namesOf(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.opened_at.toISOString(), id: row.id }), (row) => present(tx, row, names))
  })
}

export function openCashierShift(ctx: Ctx, { body }: Input<'openCashierShift'>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, own, body.facilityId)
    const facility = await facilityOf(tx, body.facilityId)
    const openingFloat = amountOf(body.openingFloat, facility.currency, 'openingFloat.amount')
    return shown(tx, await repo.insertShift(tx, { facility_id: facility.id, cashier_id: ctx.userId, till: body.till, till_folded: foldText(body.till), currency: facility.currency, opening_float: openingFloat, opened_on: localDate(ctx.now, facility.timeZone) }))
  })
}

export function currentCashierShift(ctx: Ctx, { query }: Input<'currentCashierShift'>) {
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, own, query.facilityId)
    const [row, settings, tills] = await Promise.all([repo.currentShift(tx, ctx.userId), repo.readSettings(tx, query.facilityId), repo.tillsOf(tx, query.facilityId)])
    const names = await userNames(tx, [...new Set([row?.cashier_id ?? [], tills.flatMap((till) => till.cashier_id ?? [])].flat())])
    return {
      shift: row === undefined ? null : present(tx, row, names), isShiftRequired: settings?.is_shift_required ?? false,
      tills: tills.map((till) => ({ till: till.till, leftInTill: till.left_in_till === null ? null : money(till.left_in_till, till.currency), takenBy: names.get(till.cashier_id ?? '') ?? '' })),
    }
  })
}

export const readCashierShift = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => shown(tx, await seenShift(tx, id)))

export function listShiftEntries(ctx: Ctx, { params, query }: Input<'listShiftEntries'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const shift = await seenShift(tx, params.id)
    if (isBlind(tx, shift)) throw new AppError(kernelErrors.forbidden)
    const parts = await Promise.all([repo.shiftEntries(tx, shift.id, page), ...shiftMoneyPort.all().map((more) => more.entries(tx, shift.id, page))])
    const rows = parts.flat().toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : 1)).slice(0, page.limit + 1)
    return toPage(rows, page.limit, (row) => ({ at: row.at.toISOString(), id: row.id }), (row) => ({
      id: row.id, at: row.at.toISOString(), number: row.number, kind: entryKinds.find((kind) => kind === row.kind) ?? 'payment', method: paymentMethod.parse(row.method), amount: money(row.amount, shift.currency), reference: row.reference, document: { type: documentTypes.find((type) => type === row.document_type) ?? 'invoice', id: row.document_id },
    }))
  })
}

const entryKinds = ['payment', 'refund', 'deposit', 'deposit-refund'] as const
const documentTypes = ['invoice', 'deposit', 'sale'] as const

export function moveShiftCash(ctx: Ctx, { params, body, ifMatch }: Input<'moveShiftCash'>) {
  return withContext(ctx, async (tx) => {
    const before = await ownShift(tx, params.id, ifMatch)
    takeStep(shiftLifecycle, before.state, 'move')
    const amount = amountOf(body.amount, before.currency, 'amount.amount')
    await checkPerson(tx, body.personId, 'personId')
    const cash = (await expectedIn(tx, before, await repo.movesOf(tx, before.id))).find((one) => one.method === 'cash')?.expected ?? '0'
    if (body.kind === 'handed-over' && compare(amount, cash) > 0) throw invalidField('amount.amount', 'billing.above_till', shiftErrors.above_till)
    await repo.insertMove(tx, before.id, { kind: body.kind, amount, person_id: body.personId, note: body.note ?? '', is_closing: false })
    return shown(tx, await repo.updateShift(tx, before, {}))
  })
}

/** What was counted by way of paying; cash by its notes and coins where these are told. */
function countedOf(body: Input<'countCashierShift'>['body'], currency: string): Map<string, string> {
  const counted = new Map<string, string>()
  for (const [index, { method, amount }] of body.amounts.entries()) {
    if (counted.has(method)) throw invalidField(`amounts.${index}.method`, 'value.refused')
    counted.set(method, amountOf(amount, currency, `amounts.${index}.amount.amount`))
  }
  if (body.denominations === undefined) return counted
  const pieces = sumOfPieces(body.denominations)
  if (counted.has('cash') && compare(counted.get('cash') ?? '0', pieces) !== 0) throw invalidField('denominations', 'billing.denominations_differ', shiftErrors.denominations_differ)
  return counted.set('cash', amountOf({ amount: plain(pieces), currency }, currency, 'denominations'))
}

export function countCashierShift(ctx: Ctx, { params, body, ifMatch }: Input<'countCashierShift'>) {
  return withContext(ctx, async (tx) => {
    const before = await ownShift(tx, params.id, ifMatch)
    const state = takeStep(shiftLifecycle, before.state, 'count')
    const counted = countedOf(body, before.currency)
    const [moves, earlier] = await Promise.all([repo.movesOf(tx, before.id), repo.countsOf(tx, before.id)])
    const expected = new Map((await expectedIn(tx, before, moves)).map((one) => [one.method, one.expected]))
    const counts = takenMethod.options.filter((method) => expected.has(method) || compare(counted.get(method) ?? '0', '0') > 0).map((method) => ({ method, expected: expected.get(method) ?? '0', counted: counted.get(method) ?? '0', denominations: method === 'cash' ? (body.denominations ?? []) : [] }))
    await repo.insertCounts(tx, before.id, (earlier.at(-1)?.attempt ?? 0) + 1, counts)
    return shown(tx, await repo.updateShift(tx, before, { state, counted_at: before.counted_at ?? ctx.now, expected: sum(counts.map((one) => one.expected)), counted: sum(counts.map((one) => one.counted)), deviation: deviationOf(counts) }))
  })
}

export function closeCashierShift(ctx: Ctx, { params, body, ifMatch }: Input<'closeCashierShift'>) {
  return withContext(ctx, async (tx) => {
    const before = await ownShift(tx, params.id, ifMatch)
    const state = takeStep(shiftLifecycle, before.state, 'close')
    const [settings, counts] = await Promise.all([repo.readSettings(tx, before.facility_id), repo.countsOf(tx, before.id)])
    const [deviation, reason] = [before.deviation ?? '0', body.reason ?? '']
    if (compare(deviation, '0') > 0 && reason === '') throw invalidField('reason', 'billing.shift_unexplained', shiftErrors.shift_unexplained)
    const cash = counts.findLast((one) => one.method === 'cash')?.counted ?? '0'
    const handed = body.handOver === undefined ? '0' : amountOf(body.handOver.amount, before.currency, 'handOver.amount.amount')
    if (compare(handed, cash) > 0) throw invalidField('handOver.amount.amount', 'billing.above_till', shiftErrors.above_till)
    if (body.handOver !== undefined) {
      await checkPerson(tx, body.handOver.personId, 'handOver.personId')
      await repo.insertMove(tx, before.id, { kind: 'handed-over', amount: handed, person_id: body.handOver.personId, note: body.handOver.note ?? '', is_closing: true })
    }
    const waits = compare(deviation, settings?.difference_limit ?? '0') > 0
    return shown(tx, await repo.updateShift(tx, before, { state: waits ? 'in-review' : state, reason, left_in_till: subtract(cash, handed), closed_at: waits ? null : ctx.now }))
  })
}

export function approveCashierShift(ctx: Ctx, { params, body, ifMatch }: Input<'approveCashierShift'>) {
  return withContext(ctx, async (tx) => {
    await seenShift(tx, params.id)
    const before = found(await repo.lockShift(tx, params.id))
    requirePermission(ctx, 'billing.approve', before.facility_id)
    checkVersion(before, ifMatch)
    if (isOwn(tx, before)) throw new AppError(shiftErrors.shift_own)
    const state = takeStep(shiftLifecycle, before.state, 'approve')
    return shown(tx, await repo.updateShift(tx, before, { state, closed_at: ctx.now, approved_by: ctx.userId, approved_at: ctx.now, approval_note: body.note }))
  })
}

const presentSettings = (row: repo.SettingsRow | undefined, facilityId: string) => ({ version: row?.version ?? 1, facilityId, isShiftRequired: row?.is_shift_required ?? false, differenceLimit: plain(row?.difference_limit ?? '0') })

export function readTillSettings(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, id)
    requirePermission(ctx, 'billing.shifts', facility.id)
    return presentSettings(await repo.readSettings(tx, facility.id), facility.id)
  })
}

export function updateTillSettings(ctx: Ctx, { params, body, ifMatch }: Input<'updateTillSettings'>) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, params.id)
    requirePermission(ctx, 'billing.approve', facility.id)
    const before = await repo.readSettings(tx, facility.id)
    checkVersion(presentSettings(before, facility.id), ifMatch)
    const change = { is_shift_required: body.isShiftRequired ?? before?.is_shift_required ?? false, difference_limit: body.differenceLimit ?? before?.difference_limit ?? '0' }
    return presentSettings(before === undefined ? await repo.insertSettings(tx, { ...change, facility_id: facility.id }) : await repo.updateSettings(tx, before, change), facility.id)
  })
}
