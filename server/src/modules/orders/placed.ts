import type { Tx } from '#kernel/db.ts'
import { encounterOf } from '../encounters/index.ts'
import { itemsOf, type OrderItemRow, type OrderRow, ordersByIds } from './repo.ts'

/** An order with its items and the class of its visit. */
export interface Placed {
  order: OrderRow
  items: OrderItemRow[]
  visitClass: string | null
}

// What a transaction has just written is known without asking.
const written = new WeakMap<Tx, Placed>()

export const rememberPlaced = (tx: Tx, placed: Placed): void => void written.set(tx, placed)

/** For who fulfils an order: the one this transaction has just placed as it was written, any other as it is read. */
export async function placedOrder(tx: Tx, orderId: string): Promise<Placed | undefined> {
  const known = written.get(tx)
  if (known?.order.id === orderId) return known
  const [items, [order]] = await Promise.all([itemsOf(tx, [orderId]), ordersByIds(tx, [orderId])])
  if (order === undefined) return undefined
  const visit = order.encounter_id === null ? undefined : await encounterOf(tx, order.encounter_id)
  return { order, items, visitClass: visit?.class ?? null }
}
