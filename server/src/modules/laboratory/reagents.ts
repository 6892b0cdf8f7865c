import { benchErrors, type Reagent, reagentLifecycle, reagentState } from '#contract/laboratory-bench.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { pickLots, post, storeForUse } from '../inventory/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { knownCatalogue } from './known-catalogue.ts'
import * as repo from './reagents-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>
type Step = keyof typeof reagentLifecycle.steps

const isUsable = (row: Pick<repo.ReagentRow, 'expires_on' | 'on_board_until'>, today: string): boolean => row.expires_on >= today && (row.on_board_until === null || row.on_board_until >= today)

async function shown(tx: Tx, rows: readonly repo.ReagentRow[]): Promise<Map<string, Reagent>> {
  const ids = rows.map((row) => row.id)
  const [own, used, { byId }] = await together([repo.testsOf(tx, ids), repo.usedOf(tx, ids), knownCatalogue(tx)])
  const tests = Map.groupBy(own, (one) => one.lot_id)
  const made = new Map<string, Reagent>()
  for (const row of rows) {
    const { timeZone } = await knownFacility(tx, row.facility_id)
    const state = reagentState.parse(row.state)
    made.set(row.id, {
      id: row.id, version: row.version, facilityId: row.facility_id, name: row.name, lotNumber: row.lot_number, instrumentId: row.instrument_id, itemId: row.item_id, expiresOn: row.expires_on, onBoardDays: row.on_board_days, onBoardUntil: row.on_board_until, testsTotal: row.tests_total, testsLeft: Math.max(0, row.tests_left - (used.get(row.id) ?? 0)), state, isUsable: isUsable(row, localDate(tx.ctx.now, timeZone)),
      openedAt: row.opened_at?.toISOString() ?? null, endedAt: row.ended_at?.toISOString() ?? null, reason: row.reason, tests: (tests.get(row.id) ?? []).flatMap(({ test_id }) => { const test = byId.get(test_id); return test === undefined ? [] : [{ id: test.id, code: test.code, name: test.name }] }), actions: allowedSteps(reagentLifecycle, state),
    })
  }
  return made
}

const shownOne = async (tx: Tx, row: repo.ReagentRow): Promise<Reagent> => found((await shown(tx, [row])).get(row.id))

export function listReagents(ctx: Ctx, { query }: Input<'listReagents'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'laboratory.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listReagents(tx, query, page)
    const made = await shown(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(made.get(row.id)))
  })
}

export function createReagent(ctx: Ctx, { body }: Input<'createReagent'>) {
  requirePermission(ctx, 'laboratory.quality', body.facilityId)
  if ((body.itemId === undefined) !== (body.storeId === undefined)) throw invalidField(body.itemId === undefined ? 'itemId' : 'storeId', 'required')
  return withContext(ctx, async (tx) => {
    const { byId } = await knownCatalogue(tx)
    const unknown = body.testIds.findIndex((id) => !byId.has(id))
    if (unknown !== -1) throw invalidField(`testIds.${unknown}`, 'reference.unknown')
    const lot = { facility_id: body.facilityId, name: body.name, lot_number: body.lotNumber, instrument_id: body.instrumentId ?? null, store_id: body.storeId ?? null, item_id: body.itemId ?? null, stock_lot_id: body.stockLotId ?? null, expires_on: body.expiresOn, on_board_days: body.onBoardDays ?? null, tests_total: body.tests }
    return shownOne(tx, await repo.insertReagent(tx, lot, [...new Set(body.testIds)]))
  })
}

async function locked(tx: Tx, id: string, ifMatch: number | undefined, step: Step): Promise<{ row: repo.ReagentRow; state: string }> {
  const row = found(await repo.lockReagent(tx, id))
  requirePermission(tx.ctx, 'laboratory.quality', row.facility_id)
  checkVersion(row, ifMatch)
  return { row, state: takeStep(reagentLifecycle, row.state, step) }
}

/** Takes what is opened out of the store it was kept in; a shortage refuses. */
async function takeFromStock(tx: Tx, row: repo.ReagentRow, quantity: string): Promise<void> {
  if (row.item_id === null || row.store_id === null) return
  const { store, today } = await storeForUse(tx, row.store_id, 'inventory.issue')
  const picked = await pickLots(tx, { storeId: store.id, on: today, wants: [{ itemId: row.item_id, quantity, lotId: row.stock_lot_id ?? undefined, path: 'quantity' }] })
  await post(tx, { document: { type: 'reagent-lot', id: row.id }, entries: picked.map(({ itemId, lot, quantity: taken }) => ({ kind: 'issue', storeId: store.id, lotId: lot.id, itemId, quantity: `-${taken}`, unitCost: lot.unit_cost, reason: row.lot_number, path: 'quantity' })) })
}

export function openReagent(ctx: Ctx, { params, body, ifMatch }: Input<'openReagent'>) {
  return withContext(ctx, async (tx) => {
    const { row, state } = await locked(tx, params.id, ifMatch, 'open')
    const today = localDate(ctx.now, (await knownFacility(tx, row.facility_id)).timeZone)
    if (row.expires_on < today) throw new AppError(benchErrors.reagent_expired)
    await takeFromStock(tx, row, body?.quantity ?? '1')
    return shownOne(tx, await repo.updateReagent(tx, row, { state, opened_at: ctx.now, on_board_until: row.on_board_days === null ? null : addDays(today, row.on_board_days) }))
  })
}

const ending = (step: 'finish' | 'discard') => (ctx: Ctx, { params, ifMatch, reason }: { params: { id: string }; ifMatch: number | undefined; reason: string }) =>
  withContext(ctx, async (tx) => {
    const { row, state } = await locked(tx, params.id, ifMatch, step)
    return shownOne(tx, await repo.updateReagent(tx, row, { state, ended_at: ctx.now, reason }))
  })

export const finishReagent = (ctx: Ctx, { params, ifMatch }: Input<'finishReagent'>) => ending('finish')(ctx, { params, ifMatch, reason: '' })
export const discardReagent = (ctx: Ctx, { params, body, ifMatch }: Input<'discardReagent'>) => ending('discard')(ctx, { params, ifMatch, reason: body.reason })

/**
 * Counts what was measured against the lots on board: the instrument's own first. Answers the tests whose only lots on board are past their
 * expiry or their days on board: their results are held. A test without a lot on board is not watched.
 */
export function usesOf(lots: readonly repo.OnBoardRow[], { today, instrumentId, testIds }: { today: string; instrumentId: string | null; testIds: readonly string[] }): ReagentUse {
  const uses = new Map<string, number>()
  const past = new Set<string>()
  for (const testId of testIds) {
    const own = lots.filter((lot) => lot.test_id === testId && (lot.instrument_id === null || instrumentId === null || lot.instrument_id === instrumentId))
    const lot = own.find((one) => isUsable(one, today) && one.tests_left > (uses.get(one.id) ?? 0)) ?? own.find((one) => isUsable(one, today)) ?? own[0]
    if (lot === undefined) continue
    uses.set(lot.id, (uses.get(lot.id) ?? 0) + 1)
    if (!isUsable(lot, today)) past.add(testId)
  }
  return { past, uses: [...uses].map(([id, tests]) => ({ id, tests })) }
}

export interface ReagentUse {
  past: Set<string>
  uses: { id: string; tests: number }[]
}
