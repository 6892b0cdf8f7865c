import { type Ctx, makeContext } from './context.ts'
import { type Pools, pools, withContext } from './db.ts'
import { type NumberSeries, takeNumbers } from './numbering.ts'

interface Block {
  next: number
  end: number
}
interface Held {
  block: Block
  following: Promise<Block> | undefined
}
// Of the database whose pools are open: the numbers of another are not its.
const held = new WeakMap<Pools, Map<string, Held>>()

function heldHere(): Map<string, Held> {
  const here = held.get(pools()) ?? new Map<string, Held>()
  held.set(pools(), here)
  return here
}

function take(ctx: Ctx, series: NumberSeries, size: number): Promise<Block> {
  const apart = { ...makeContext({ tenantId: ctx.tenantId, userId: ctx.userId, now: ctx.now }), isApart: true }
  return withContext(apart, (tx) => takeNumbers(tx, series, size)).then((first) => ({ next: first, end: first + size }))
}

/**
 * The next number of a series that may have gaps (record numbers, tubes): blocks are taken outside the caller's transaction,
 * so that those who need one do not queue, and the next block before the last one is used up, so that nobody who holds
 * a connection waits for another one. Two calls at once never answer the same.
 */
export async function nextFromBlock(ctx: Ctx, series: NumberSeries, size = 50): Promise<number> {
  const key = [ctx.tenantId, series.scope, series.kind, series.series, series.fiscalYear].join('|')
  const here = heldHere()
  const own = here.get(key) ?? { block: { next: 0, end: 0 }, following: undefined }
  here.set(key, own)
  while (own.block.next >= own.block.end) {
    own.following ??= take(ctx, series, size)
    const awaited = own.following
    try {
      const block = await awaited
      if (own.following === awaited) Object.assign(own, { block, following: undefined })
    } catch (error) {
      if (own.following === awaited) own.following = undefined
      throw error
    }
  }
  const running = own.block.next
  own.block.next += 1
  if (own.following === undefined && own.block.end - own.block.next < size / 2) {
    own.following = take(ctx, series, size)
    own.following.catch(() => (own.following = undefined))
  }
  return running
}
