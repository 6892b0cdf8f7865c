import type { Tx } from '#kernel/db.ts'
import { chargeOrderItems, moveOrderCharges, type OrderItemCharge, paidOrderItems } from '../billing/index.ts'
import { sameness } from './duplicates.ts'
import * as repo from './repo.ts'
import { withinOthers } from './rules.ts'

/** What items of one order cost: each that has a service, but what another one of them measures anyway once, by that one. */
export async function chargesOf(tx: Tx, items: readonly repo.NewItem[]): Promise<OrderItemCharge[]> {
  const within = items.length < 2 ? new Set() : withinOthers(items, await sameness(tx, items))
  return items.flatMap((item) => (item.service_id === null || within.has(item) ? [] : [{ itemId: item.id, serviceId: item.service_id, quantity: item.quantity }]))
}

const gone = new Set(['cancelled', 'discontinued', 'entered-in-error'])

interface Left {
  /** The items as they stood before. */
  items: readonly repo.OrderItemRow[]
  ended: readonly string[]
}

/** After items of a locked order ended: what they stood for is owed for itself now. */
export async function chargeLeft(tx: Tx, order: repo.OrderRow, { items, ended }: Left): Promise<void> {
  const before = items.filter((item) => !gone.has(item.state))
  const left = before.filter((item) => !ended.includes(item.id))
  if (before.length < 2 || left.length === 0) return
  const owed = new Set((await chargesOf(tx, before)).map((charge) => charge.itemId))
  const fresh = (await chargesOf(tx, left)).filter((charge) => !owed.has(charge.itemId))
  const charged = fresh.length === 0 ? new Map() : await paidOrderItems(tx, fresh.map((charge) => charge.itemId))
  const due = fresh.filter((charge) => !charged.has(charge.itemId))
  if (due.length > 0) await chargeOrderItems(tx, { patientId: order.patient_id, facilityId: order.facility_id, encounterId: order.encounter_id }, due)
}

/** Fewer of an item of a locked order will be done than were asked for: its charge follows, of what is on a bill a task says the difference. */
export async function lessenItem(tx: Tx, { itemId, quantity }: { itemId: string; quantity: string }): Promise<void> {
  await repo.setQuantity(tx, itemId, quantity)
  await moveOrderCharges(tx, [{ from: itemId, to: itemId, quantity }])
}
