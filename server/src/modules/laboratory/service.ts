import type { RouteInput } from '#contract/define.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors, resultLifecycle } from '#contract/laboratory-flow.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { together } from '#kernel/together.ts'
import { userNames } from '../people/index.ts'
import { around, lockedResults, lockSeenResults, ordersOf, seenResults, shownResults, wholeResult } from './around.ts'
import { raiseCritical } from './calling.ts'
import { readSettings } from './catalogue-repo.ts'
import { completeItems, settleEnded, workOf } from './completing.ts'
import { blockedTests } from './quality.ts'
import { type Around, presentResult, presentVersion } from './present.ts'
import { verifyAgain } from './recalculating.ts'
import { writeReports } from './reports.ts'
import { reportsOfOrders } from './reports-repo.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

async function verifyLocked(tx: Tx, ids: readonly string[], isHoldAccepted: boolean, ifMatch?: number): Promise<void> {
  const { results, orders } = await lockedResults(tx, ids, 'laboratory.verify')
  for (const row of results) {
    checkVersion(row, ifMatch)
    takeStep(resultLifecycle, row.state, 'verify')
  }
  const held = results.filter((row) => row.holds !== '' && !isHoldAccepted)
  if (held.length > 0) throw new AppError(laboratoryErrors.held, { missing: [...new Set(held.flatMap((row) => row.holds.split(' ')))] })
  await repo.changeResults(tx, results.map((row) => row.id), { state: 'verified', verified_at: tx.ctx.now, verified_by: tx.ctx.userId })
  for (const row of results.filter((one) => one.is_critical)) await raiseCritical(tx, row, row.order_id === null ? undefined : orders.get(row.order_id))
}

export function verifyResult(ctx: Ctx, { params, body, ifMatch }: Input<'verify'>) {
  return withContext(ctx, async (tx) => {
    await verifyLocked(tx, [params.id], body?.isHoldAccepted === true, ifMatch)
    return wholeResult(tx, params.id)
  })
}

export function verifyResults(ctx: Ctx, { body }: Input<'verifyMany'>) {
  return withContext(ctx, async (tx) => {
    await verifyLocked(tx, body.ids, body.isHoldAccepted === true)
    return { items: await shownResults(tx, await repo.resultsByIds(tx, body.ids)) }
  })
}

/** The second person where the tenant asks for one: not the one who verified. */
function checkSecondPerson(ctx: Ctx, rows: readonly repo.ResultRow[], isAsked: boolean): void {
  if (isAsked && rows.some((row) => row.verified_by === ctx.userId)) throw new AppError(laboratoryErrors.second_person)
}

export function approveResult(ctx: Ctx, { params, ifMatch }: Input<'approve'>) {
  return withContext(ctx, async (tx) => {
    const { results } = await lockedResults(tx, [params.id], 'laboratory.release')
    for (const row of results) {
      checkVersion(row, ifMatch)
      takeStep(resultLifecycle, row.state, 'approve')
    }
    checkSecondPerson(ctx, results, (await readSettings(tx))?.is_two_person === true)
    await repo.changeResults(tx, [params.id], { state: 'approved', approved_at: ctx.now, approved_by: ctx.userId })
    return wholeResult(tx, params.id)
  })
}

export function returnResult(ctx: Ctx, { params, body, ifMatch }: Input<'returnResult'>) {
  return withContext(ctx, async (tx) => {
    const { results } = await lockedResults(tx, [params.id], 'laboratory.verify')
    for (const row of results) {
      checkVersion(row, ifMatch)
      takeStep(resultLifecycle, row.state, 'return')
    }
    await repo.returnResults(tx, [params.id], body.reason)
    await verifyAgain(tx, results)
    return wholeResult(tx, params.id)
  })
}

const commentable = new Set(['received', 'verified', 'approved'])

export function commentResult(ctx: Ctx, { params, body, ifMatch }: Input<'commentResult'>) {
  return withContext(ctx, async (tx) => {
    const { results } = await lockedResults(tx, [params.id], 'laboratory.verify')
    for (const row of results) {
      checkVersion(row, ifMatch)
      // What is out is commented by a new version, which says why.
      if (!commentable.has(row.state)) throw new AppError(lifecycleErrors.illegal_step, { allowed: row.state === 'pending' ? ['enter'] : row.state === 'released' ? ['amend'] : [] })
    }
    await repo.changeResults(tx, [params.id], { comment: body.comment })
    return wholeResult(tx, params.id)
  })
}

const blockedOf = (tx: Tx, seen: readonly repo.SeenResult[]) => blockedTests(tx, seen.map((row) => ({ facilityId: row.facility_id, testId: row.test_id, instrumentId: row.instrument_id })))

interface Released {
  rows: repo.ResultRow[]
  beside: Around
}

/** Everything is locked and read in one go and written in the next: what is out, its versions, the items it completes, and the reports. */
async function releaseLocked(tx: Tx, ids: readonly string[], status: 'preliminary' | 'final', ifMatch?: number): Promise<Released> {
  const seen = await seenResults(tx, ids, 'laboratory.release')
  const orderIds = ordersOf(seen)
  const [{ results, orders }, settings, blocked, work, reports, beside] = await together([lockSeenResults(tx, seen), readSettings(tx), blockedOf(tx, seen), workOf(tx, orderIds), reportsOfOrders(tx, orderIds), around(tx, seen)])
  for (const row of results) {
    checkVersion(row, ifMatch)
    takeStep(resultLifecycle, row.state, 'release')
  }
  if (settings?.needs_approval === true && results.some((row) => row.state !== 'approved')) throw new AppError(laboratoryErrors.needs_approval, { allowed: ['approve'] })
  checkSecondPerson(tx.ctx, results, settings?.is_two_person === true)
  if (blocked.size > 0) throw new AppError(laboratoryErrors.quality_blocks, { missing: results.filter((row) => blocked.has(row.test_id)).map((row) => row.name) })
  const rows = repo.releasedRows(tx, results, status)
  const out = new Map(rows.map((row) => [row.id, row]))
  const now = { items: work.items, results: work.results.map((row) => out.get(row.id) ?? row) }
  await together([repo.releaseResults(tx, results, status), completeItems(tx, orders, now), writeReports(tx, { orderIds, results: now.results, reports })])
  return { rows, beside }
}

/** A result that was just let out, as `wholeResult` would show it. */
async function shownReleased(tx: Tx, { rows, beside }: Released) {
  const row = found(rows[0])
  if (row.result_version > 1) return wholeResult(tx, row.id)
  const sight = beside.sightOf(row)
  const version = { ...row, result_id: row.id, released_at: tx.ctx.now, released_by: tx.ctx.userId }
  return { ...presentResult(row, beside), versions: sight === 'hidden' ? [] : [presentVersion(version, await userNames(tx, [tx.ctx.userId]), { sight, value_kind: row.value_kind })], amendment: null }
}

export function releaseResult(ctx: Ctx, { params, body, ifMatch }: Input<'release'>) {
  return withContext(ctx, async (tx) => shownReleased(tx, await releaseLocked(tx, [params.id], body?.status ?? 'final', ifMatch)))
}

export function releaseResults(ctx: Ctx, { body }: Input<'releaseMany'>) {
  return withContext(ctx, async (tx) => {
    const { rows, beside } = await releaseLocked(tx, body.ids, body.status)
    return { items: rows.map((row) => presentResult(row, beside)) }
  })
}

export function cancelResult(ctx: Ctx, { params, body, ifMatch }: Input<'cancelResult'>) {
  return withContext(ctx, async (tx) => {
    const { results, orders } = await lockedResults(tx, [params.id], 'laboratory.verify')
    for (const row of results) {
      checkVersion(row, ifMatch)
      takeStep(resultLifecycle, row.state, 'cancel')
    }
    await repo.changeResults(tx, [params.id], { state: 'cancelled', reason: body.reason })
    await settleEnded(tx, results, orders, body.reason)
    return wholeResult(tx, params.id)
  })
}
