import type { RouteInput } from '#contract/define.ts'
import type { inventory } from '#contract/inventory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { compare, plain, subtract } from '#kernel/money.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { knownFacility } from '../organizations/index.ts'
import * as repo from './boxes-repo.ts'
import { inBase, stockItems } from './picking.ts'
import { expiryOf } from './present.ts'
import { lockStore, type StoreRow, storesByIds } from './stores-repo.ts'

type Input<K extends keyof typeof inventory> = RouteInput<(typeof inventory)[K]>

async function shown(tx: Tx, store: StoreRow) {
  const { timeZone } = await knownFacility(tx, store.facility_id)
  const rows = await repo.contentsOf(tx, store.id, localDate(tx.ctx.now, timeZone))
  return {
    items: rows.map((row) => ({
      itemId: row.item_id, itemName: row.item_name, unit: row.unit, quantity: plain(row.quantity), usable: plain(row.usable), missing: compare(row.usable, row.quantity) < 0 ? plain(subtract(row.quantity, row.usable)) : '0',
      firstExpiresOn: row.first_expires_on === null ? null : expiryOf(row.first_expires_on),
    })),
    nextCursor: null,
  }
}

/** What should be in a box, and what is missing today: what has expired or is held does not count. */
export function readContents(ctx: Ctx, { params }: Input<'readContents'>) {
  return withContext(ctx, async (tx) => {
    const store = found((await storesByIds(tx, [params.id]))[0])
    requirePermission(ctx, 'inventory.read', store.facility_id)
    return shown(tx, store)
  })
}

export function writeContents(ctx: Ctx, { params, body }: Input<'writeContents'>) {
  return withContext(ctx, async (tx) => {
    const store = found(await lockStore(tx, params.id))
    requirePermission(ctx, 'inventory.master', store.facility_id)
    const twice = body.items.findIndex((one, index) => body.items.findIndex((other) => other.itemId === one.itemId) !== index)
    if (twice !== -1) throw invalidField(`items.${twice}.itemId`, 'value.refused')
    const items = await stockItems(tx, body.items.map((one, index) => ({ itemId: one.itemId, path: `items.${index}.itemId` })))
    await repo.replaceContents(tx, store.id, body.items.map((one, index) => ({ itemId: one.itemId, quantity: inBase(found(items.get(one.itemId)), one.quantity, undefined, `items.${index}`) })))
    return shown(tx, store)
  })
}
