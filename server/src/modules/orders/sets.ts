import type { RouteInput } from '#contract/define.ts'
import { type orders, ordersErrors } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { found, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { presentSet } from './present.ts'
import * as repo from './sets-repo.ts'

mapConstraint('order_sets_name', ordersErrors.name_taken)

type Input<K extends keyof typeof orders> = RouteInput<(typeof orders)[K]>

/** A favourite is seen by its owner alone. */
const own = (ctx: Ctx, row: repo.SetRow | undefined) => (row?.owner_id === null || row?.owner_id === ctx.userId ? row : undefined)

export function listSets(ctx: Ctx, { query }: Input<'listSets'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listSets(tx, { userId: ctx.userId, kind: query.kind }, page), page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentSet))
}

export const readSet = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => presentSet(found(own(ctx, await repo.readSet(tx, id)))))

export function createSet(ctx: Ctx, { body }: Input<'createSet'>) {
  return withContext(ctx, async (tx) => {
    const id = await repo.insertSet(tx, { name: body.name, name_folded: foldText(body.name), owner_id: body.isFavourite ? ctx.userId : null })
    await repo.insertSetVersion(tx, id, 1, body.items)
    return presentSet(found(await repo.readSet(tx, id)))
  })
}

export function updateSet(ctx: Ctx, { params, body, ifMatch }: Input<'updateSet'>) {
  return withContext(ctx, async (tx) => {
    const before = found(own(ctx, await repo.lockSet(tx, params.id)))
    checkVersion(before, ifMatch)
    await repo.updateSet(tx, before.id, before.version, { ...(body.name === undefined ? {} : { name: body.name, name_folded: foldText(body.name) }), ...(body.isActive === undefined ? {} : { is_active: body.isActive }) })
    if (body.items !== undefined) await repo.insertSetVersion(tx, before.id, before.set_version + 1, body.items)
    return presentSet(found(await repo.readSet(tx, before.id)))
  })
}
