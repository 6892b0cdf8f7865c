import type { RouteInput } from '#contract/define.ts'
import { type OrderItemBody, type orders, ordersErrors } from '#contract/orders.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { lookedUp } from './items.ts'
import { resolveOrderables } from './orderables.ts'
import { orderCataloguePort } from './ports.ts'
import { presentSet } from './present.ts'
import { needsCatalogue } from './rules.ts'
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

/** What was answered for one patient is no part of a set. */
const ofNobody = ({ pregnancy: _pregnancy, isContrastChecked: _isContrastChecked, ...item }: OrderItemBody) => item

/** What others may order by a set without a prescription is said by who may prescribe. */
const requireSigner = (ctx: Ctx): void => requirePermission(ctx, 'orders.sign')

/** The items as they are kept: each with the name the catalogue has for it. */
async function keptItems(tx: Tx, items: readonly OrderItemBody[]) {
  await refuseUnknown(tx, items)
  const known = await lookedUp(tx, items)
  return items.map((item) => ofNobody({ ...item, ...(item.name === undefined && known.get(item) !== undefined ? { name: known.get(item)?.named.name } : {}) }))
}

/** A set names only what the catalogue knows. */
async function refuseUnknown(tx: Tx, items: readonly OrderItemBody[]): Promise<void> {
  const fields: { path: string; code: string }[] = []
  for (const [kind, asked] of Map.groupBy(items, (item) => item.kind)) {
    const entries = needsCatalogue(kind) ? await orderCataloguePort.all().find((one) => one.kind === kind)?.resolve(tx, asked) : undefined
    fields.push(...asked.flatMap((item, index) => (entries !== undefined && entries[index] === undefined ? [{ path: `items.${items.indexOf(item)}`, code: 'orders.unknown_item' }] : [])))
  }
  const own = items.filter((item) => !needsCatalogue(item.kind))
  const known = await resolveOrderables(tx, own)
  fields.push(...own.flatMap((item, index) => (item.catalogueId !== undefined && known[index] === undefined ? [{ path: `items.${items.indexOf(item)}`, code: 'orders.unknown_item' }] : [])))
  if (fields.length > 0) throw new AppError(ordersErrors.unknown_item, { fields })
}

export function createSet(ctx: Ctx, { body }: Input<'createSet'>) {
  return withContext(ctx, async (tx) => {
    if (body.isStanding === true) requireSigner(ctx)
    if (body.isStanding === true && body.isFavourite) throw invalidField('isStanding', 'orders.standing_shared', ordersErrors.standing_shared)
    const items = await keptItems(tx, body.items)
    const id = await repo.insertSet(tx, { name: body.name, name_folded: foldText(body.name), owner_id: body.isFavourite ? ctx.userId : null, is_standing: body.isStanding === true, authorised_by: body.isStanding === true ? ctx.userId : null })
    await repo.insertSetVersion(tx, id, 1, items)
    return presentSet(found(await repo.readSet(tx, id)))
  })
}

export function updateSet(ctx: Ctx, { params, body, ifMatch }: Input<'updateSet'>) {
  return withContext(ctx, async (tx) => {
    const before = found(own(ctx, await repo.lockSet(tx, params.id)))
    checkVersion(before, ifMatch)
    const isStanding = body.isStanding ?? before.is_standing
    if (isStanding || before.is_standing) requireSigner(ctx)
    if (isStanding && before.owner_id !== null) throw invalidField('isStanding', 'orders.standing_shared', ordersErrors.standing_shared)
    const items = body.items === undefined ? undefined : await keptItems(tx, body.items)
    await repo.updateSet(tx, before.id, before.version, { ...(body.name === undefined ? {} : { name: body.name, name_folded: foldText(body.name) }), ...(body.isActive === undefined ? {} : { is_active: body.isActive }), is_standing: isStanding, authorised_by: isStanding ? ctx.userId : null })
    if (items !== undefined) await repo.insertSetVersion(tx, before.id, before.set_version + 1, items)
    return presentSet(found(await repo.readSet(tx, before.id)))
  })
}
