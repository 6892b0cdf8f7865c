import type { RouteInput } from '#contract/define.ts'
import { type inventory, transferLifecycle } from '#contract/inventory.ts'
import { type Ctx, placesFor } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add, compare, minorUnits, money, share } from '#kernel/money.ts'
import { storeForUse } from './service.ts'
import * as repo from './transfers-repo.ts'
import { locked, shownTransfer } from './transfers.ts'
import { arrivalsOf, takeIn } from './transfers-arriving.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

const sides = { callBack: { store: 'from_store_id', permission: 'inventory.write' }, refuse: { store: 'to_store_id', permission: 'inventory.issue' } } as const

type Turning = Pick<Input<'callBackTransfer'>, 'params' | 'body' | 'ifMatch'>

/** Turns what is on its way around: nobody's shelf has it until the sender has taken it back. */
const turn = (step: keyof typeof sides) => (ctx: Ctx, { params, body, ifMatch }: Turning) =>
  withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch, sides[step].store, sides[step].permission)
    const state = takeStep(transferLifecycle, before.state, step)
    await repo.sendBackLines(tx, before.id)
    return shownTransfer(tx, await repo.updateTransfer(tx, before.id, before.version, { state, back_reason: body.reason }))
  })

export const callBackTransfer = turn('callBack')
export const refuseTransfer = turn('refuse')

/** What comes back goes from transit onto the sender's shelf; what does not is a shortage with a reason. */
export function takeBackTransfer(ctx: Ctx, { params, body, ifMatch }: Input<'takeBackTransfer'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, ifMatch, 'from_store_id', 'inventory.write')
    const state = takeStep(transferLifecycle, before.state, 'takeBack')
    const { store } = await storeForUse(tx, before.from_store_id, 'inventory.write')
    const lines = (await repo.linesOf(tx, [before.id])).filter((line) => compare(line.sent_back, '0') > 0)
    const outcome = arrivalsOf(lines, body?.lines ?? [], (line) => line.sent_back)
    await takeIn(tx, before, { outcome, storeId: store.id, facilityId: store.facility_id, witnessId: body?.witnessId, isOnWayBack: true })
    await repo.receiveLines(tx, outcome.map(({ line, arrived, short, reason }) => ({ id: line.id, received: line.received, short: add(line.short, short), sent_back: line.sent_back, taken_back: arrived, reason: reason === '' ? line.reason : reason })))
    return shownTransfer(tx, await repo.updateTransfer(tx, before.id, before.version, { state, returned_at: ctx.now }))
  })
}

/** What is on its way between stores, with its value at the cost of its lots. */
export function inTransit(ctx: Ctx, { query }: Input<'inTransit'>) {
  return withContext(ctx, async (tx) => {
    const rows = await repo.onTheWay(tx, placesFor(ctx, 'inventory.read', query.facilityId) ?? [])
    return {
      items: rows.map((row) => ({ fromStoreId: row.from_store_id, fromStoreName: row.from_store_name, toStoreId: row.to_store_id, toStoreName: row.to_store_name, transfers: row.transfers, returning: row.returning, lines: row.lines, value: money(share(row.value, '1', '1', minorUnits(row.currency)), row.currency), since: row.since.toISOString() })),
      nextCursor: null,
    }
  })
}
