import type { assets } from '#contract/assets.ts'
import { type AssetRound, type RoundLine, roundLifecycle, roundState } from '#contract/assets-rounds.ts'
import { assetsErrors, assetState } from '#contract/assets-shapes.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import { assetOfCode, checkLinks, folded } from './service.ts'
import { departmentsOf, insertChange } from './register-repo.ts'
import * as repo from './rounds-repo.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

async function shownRounds(tx: Tx, rows: readonly repo.RoundRow[]): Promise<AssetRound[]> {
  const sums = new Map((await repo.sumsOf(tx, rows.map((row) => row.id))).map((row) => [row.round_id, row]))
  const users = await userNames(tx, rows.flatMap((row) => [row.created_by, row.approved_by].flatMap((id) => id ?? [])))
  const facilities = [...new Set(rows.filter((row) => row.department_id !== null).map((row) => row.facility_id))]
  const departments = new Map((await Promise.all(facilities.map((id) => departmentsOf(tx, id)))).flat().map((row) => [row.id, row.name]))
  return rows.map((row) => {
    const state = roundState.parse(row.state)
    const sum = sums.get(row.id)
    return { id: row.id, version: row.version, number: row.number, facilityId: row.facility_id, departmentId: row.department_id, departmentName: departments.get(row.department_id ?? '') ?? '', location: row.location, state, reason: row.reason, createdAt: row.created_at.toISOString(), createdBy: users.get(row.created_by ?? '') ?? '', approvedBy: users.get(row.approved_by ?? '') ?? '', expected: sum?.expected ?? 0, found: sum?.found ?? 0, elsewhere: sum?.elsewhere ?? 0, missing: sum?.missing ?? 0, actions: allowedSteps(roundLifecycle, state) }
  })
}

const shownRound = async (tx: Tx, row: repo.RoundRow) => found((await shownRounds(tx, [row]))[0])

export function listRounds(ctx: Ctx, { query }: Input<'listRounds'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    if (query.facilityId !== undefined) requirePermission(ctx, 'assets.read', query.facilityId)
    const rows = await repo.listRounds(tx, query, page)
    const rounds = new Map((await shownRounds(tx, rows)).map((round) => [round.id, round]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(rounds.get(row.id)))
  })
}

async function roundFor(tx: Tx, id: string): Promise<repo.RoundRow> {
  const row = found(await repo.roundById(tx, id))
  requirePermission(tx.ctx, 'assets.read', row.facility_id)
  return row
}

async function locked(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.RoundRow> {
  const row = found(await repo.lockRound(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function readRound(ctx: Ctx, { params }: Input<'readRound'>) {
  return withContext(ctx, async (tx) => shownRound(tx, await roundFor(tx, params.id)))
}

export function startRound(ctx: Ctx, { body }: Input<'startRound'>) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, body.facilityId)
    requirePermission(ctx, 'assets.verify', facility.id)
    await checkLinks(tx, facility.id, { departmentId: body.departmentId })
    const running = await nextNumber(tx, { scope: facility.id, kind: 'assets', series: 'round', fiscalYear: '' })
    const row = await repo.insertRound(tx, { id: newId(), facility_id: facility.id, department_id: body.departmentId ?? null, location: body.location ?? '', number: `${facility.code}-AVR-${String(running).padStart(6, '0')}` })
    await repo.expectLines(tx, row, folded(row.location))
    return shownRound(tx, row)
  })
}

function resultOf(row: repo.LineRow, isOver: boolean): RoundLine['result'] {
  if (row.found_at === null) return isOver ? 'missing' : 'waiting'
  const isThere = row.is_expected && (row.found_location === '' || row.found_location.toLowerCase() === row.expected_location.toLowerCase())
  return isThere ? 'found' : 'elsewhere'
}

const presentLine = (row: repo.LineRow, isOver: boolean, users: ReadonlyMap<string, string>): RoundLine => ({ id: row.id, assetId: row.asset_id, number: row.number, name: row.name, serialNumber: row.serial_number, state: assetState.parse(row.state), expectedLocation: row.expected_location, foundLocation: row.found_location, isExpected: row.is_expected, result: resultOf(row, isOver), foundAt: row.found_at?.toISOString() ?? null, foundBy: users.get(row.found_by ?? '') ?? '', note: row.note })

export function listRoundLines(ctx: Ctx, { params, query }: Input<'listRoundLines'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const round = await roundFor(tx, params.id)
    const rows = await repo.linesOf(tx, round.id, { result: query.result }, page)
    const users = await userNames(tx, rows.flatMap((row) => row.found_by ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.number, id: row.id }), (row) => presentLine(row, round.state !== 'counting', users))
  })
}

/** Notes a scanned label: where it stands, or in the place that is walked. */
export function scanInRound(ctx: Ctx, { params, body }: Input<'scanInRound'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'assets.verify', undefined)
    takeStep(roundLifecycle, before.state, 'scan')
    const asset = await assetOfCode(tx, body.code)
    if (asset.facility_id !== before.facility_id || asset.state === 'disposed') throw new AppError(assetsErrors.not_of_round)
    await repo.foundLine(tx, before.id, { assetId: asset.id, expectedLocation: asset.location, location: body.location ?? '', note: body.note ?? '' })
    const row = await repo.updateRound(tx, before, { counted_by: ctx.userId })
    const [line] = await repo.linesOf(tx, before.id, { assetId: asset.id }, { limit: 1, after: null })
    return { line: presentLine(found(line), false, await userNames(tx, [ctx.userId])), round: await shownRound(tx, row) }
  })
}

function simpleStep(step: 'finish' | 'reopen' | 'cancel') {
  return (ctx: Ctx, { params, body, ifMatch }: { params: { id: string }; body: { reason?: string } | undefined; ifMatch: number | undefined }) =>
    withContext(ctx, async (tx) => {
      const before = await locked(tx, params.id, 'assets.verify', ifMatch)
      return shownRound(tx, await repo.updateRound(tx, before, { state: takeStep(roundLifecycle, before.state, step), ...(body?.reason === undefined ? {} : { reason: body.reason }) }))
    })
}
export const finishRound = simpleStep('finish')
export const reopenRound = simpleStep('reopen')
export const cancelRound = simpleStep('cancel')

/** Accepts what differs; who began the round or scanned in it does not. */
export function approveRound(ctx: Ctx, { params, ifMatch }: Input<'approveRound'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'assets.approve', ifMatch)
    const state = takeStep(roundLifecycle, before.state, 'approve')
    const isOwn = before.created_by === ctx.userId || before.counted_by === ctx.userId || (await repo.hasCounted(tx, before.id, ctx.userId))
    if (isOwn) throw new AppError(assetsErrors.own_round)
    for (const moved of await repo.settleRound(tx, before.id)) await insertChange(tx, { id: newId(), asset_id: moved.asset_id, kind: 'place', before: moved.before, after: moved.after, reason: before.number })
    return shownRound(tx, await repo.updateRound(tx, before, { state, approved_by: ctx.userId }))
  })
}
