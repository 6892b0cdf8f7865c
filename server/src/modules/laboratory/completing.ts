import type { Tx } from '#kernel/db.ts'
import { together } from '#kernel/together.ts'
import { advanceItems, endUndone, lessenItem, type OrderItemRow, orderItemsOf, type OrderRow } from '../orders/index.ts'
import { followOut } from './amending.ts'
import { followInputs } from './recalculating.ts'
import { settleReports } from './reports.ts'
import * as repo from './repo.ts'

const settled = new Set(['released', 'cancelled', 'entered-in-error'])

/** Orders with their items and what is to come of them, as they stand once they are locked. */
export interface OrdersWork {
  items: OrderItemRow[]
  results: repo.OrderResult[]
}

export const workOf = async (tx: Tx, orderIds: readonly string[]): Promise<OrdersWork> => {
  const [items, results] = await together([orderItemsOf(tx, orderIds), repo.resultsOfOrders(tx, orderIds)])
  return { items, results }
}

/** Items of the orders whose results are all out are completed; one whose tests all stand under another item follows when nothing waits any more. */
export async function completeItems(tx: Tx, orders: ReadonlyMap<string, OrderRow>, work: OrdersWork): Promise<void> {
  const advanced = [...orders.values()].map((order) => {
    const items = work.items.filter((item) => item.order_id === order.id)
    const results = work.results.filter((row) => row.order_id === order.id)
    const isAllOut = results.every((row) => settled.has(row.state))
    const done = items.filter((item) => item.kind === 'laboratory').filter((item) => {
      const own = results.filter((row) => row.order_item_id === item.id)
      return own.length === 0 ? isAllOut && results.length > 0 : own.every((row) => settled.has(row.state)) && own.some((row) => row.state === 'released')
    })
    return advanceItems(tx, order, { items, itemIds: done.map((item) => item.id), step: 'complete' })
  })
  await together(advanced)
}

const gone = new Set(['cancelled', 'entered-in-error'])

/** After results were cancelled: items of which nothing is out and nothing will be are not done and not owed, others may be complete. The orders are locked. */
async function settleItems(tx: Tx, orders: ReadonlyMap<string, OrderRow>, reason: string): Promise<void> {
  const work = await workOf(tx, [...orders.keys()])
  const now = new Map(orders)
  for (const order of orders.values()) {
    const results = work.results.filter((row) => row.order_id === order.id)
    const undone = work.items.filter((item) => item.order_id === order.id && item.kind === 'laboratory').filter((item) => {
      const own = results.filter((row) => row.order_item_id === item.id)
      const all = own.length === 0 ? results : own
      return all.length > 0 && all.every((row) => gone.has(row.state))
    })
    if (undone.length > 0) now.set(order.id, await endUndone(tx, order, { itemIds: undone.map((item) => item.id), reason }))
  }
  await lessenItems(tx, work)
  await completeItems(tx, now, await workOf(tx, [...now.keys()]))
}

const open = new Set(['ordered', 'in-progress', 'completed'])

/** Of an item that is taken several times, what will not be done is not owed: it asks for the rest. The orders are locked. */
async function lessenItems(tx: Tx, work: OrdersWork): Promise<void> {
  for (const item of work.items.filter((one) => one.kind === 'laboratory' && Number(one.quantity) > 1 && open.has(one.state))) {
    const left = work.results.filter((row) => row.order_item_id === item.id && !gone.has(row.state)).length
    if (left > 0 && left < Number(item.quantity)) await lessenItem(tx, { itemId: item.id, quantity: String(left) })
  }
}

/** After results were ended or wait again: what was calculated from them follows. The orders are locked. */
export async function followEnded(tx: Tx, changed: readonly repo.ResultRow[]): Promise<void> {
  if ((await followInputs(tx, changed)).length > 0) await followOut(tx, changed)
}

/** The same, and the orders and their reports, which may wait for nothing more. */
export async function settleEnded(tx: Tx, changed: readonly repo.ResultRow[], orders: ReadonlyMap<string, OrderRow>, reason: string): Promise<void> {
  await followEnded(tx, changed)
  await settleItems(tx, orders, reason)
  await settleReports(tx, [...orders.keys()], await repo.resultsOfOrders(tx, [...orders.keys()]))
}
