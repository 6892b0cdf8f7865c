import type { Tx } from '#kernel/db.ts'
import { message } from '#kernel/text-i18n.ts'
import { openTask } from '../encounters/index.ts'
import { facilityOf, knownFacility } from '../organizations/index.ts'
import * as repo from './charges-repo.ts'
import { frozen, pricesFor } from './charges.ts'

const sourceType = 'order-item'

export interface OrderItemCharge {
  itemId: string
  serviceId: string
  quantity: string
}

interface OrderSubject {
  patientId: string
  encounterId: string | null
  facilityId: string
}

/** What the items of an order cost at the prices of the day, once an item: to be written when the order is. */
export async function priceOrderItems(tx: Tx, subject: OrderSubject, items: readonly OrderItemCharge[]): Promise<repo.NewCharge[]> {
  if (items.length === 0) return []
  const facility = await knownFacility(tx, subject.facilityId)
  const priced = await pricesFor(tx, facility, items.map((item) => ({ ...item, service_id: item.serviceId })))
  const shared = { patient_id: subject.patientId, encounter_id: subject.encounterId, facility_id: facility.id, source_type: sourceType, rule_id: null }
  return priced.map(({ rule, price }) => ({ ...frozen(price), ...shared, quantity: rule.quantity, source_id: rule.itemId }))
}

/** Writes what items of an order cost. */
export async function writeOrderCharges(tx: Tx, charges: readonly repo.NewCharge[]): Promise<void> {
  await repo.insertCharges(tx, charges)
}

/** Charges the items of an order at the prices of the day, once an item. */
export const chargeOrderItems = async (tx: Tx, subject: OrderSubject, items: readonly OrderItemCharge[]): Promise<void> => writeOrderCharges(tx, await priceOrderItems(tx, subject, items))

/** Of items of orders that cost something, whether that is paid. */
export async function paidOrderItems(tx: Tx, itemIds: readonly string[]): Promise<Map<string, boolean>> {
  const rows = itemIds.length === 0 ? [] : await repo.paidOfSources(tx, sourceType, itemIds)
  return new Map(rows.map((row) => [row.source_id, row.is_paid]))
}

/** Items that will not be done owe nothing: an open charge is cancelled; of what is on a bill a task says that it is to be taken off or credited. */
export async function withdrawOrderCharges(tx: Tx, itemIds: readonly string[], reason: string): Promise<void> {
  const rows = itemIds.length === 0 ? [] : await repo.lockOfSources(tx, sourceType, itemIds)
  const open = rows.filter((row) => row.state === 'open')
  if (open.length > 0) await repo.cancelCharges(tx, open.map((row) => row.id), reason)
  for (const row of rows.filter((one) => one.state === 'invoiced')) {
    const { language } = await facilityOf(tx, row.facility_id)
    await openTask(tx, { title: message(language, 'billing.creditDue', { name: row.name }), note: reason, patientId: row.patient_id, dueAt: tx.ctx.now })
  }
}

/** An item that goes on in another order takes its charge along: nothing is charged twice. An open charge follows the quantity; of one that is on a bill a task says the difference. Returns the new items that have one now. */
export async function moveOrderCharges(tx: Tx, moves: readonly { from: string; to: string; quantity: string }[]): Promise<Set<string>> {
  const rows = moves.length === 0 ? [] : await repo.lockOfSources(tx, sourceType, moves.map((move) => move.from))
  const moved = new Set<string>()
  for (const row of rows) {
    const move = moves.find((one) => one.from === row.source_id)
    if (move === undefined) continue
    const isOther = Number(row.quantity) !== Number(move.quantity)
    await repo.moveCharge(tx, row.id, { sourceId: move.to, quantity: isOther && row.state === 'open' ? move.quantity : row.quantity })
    if (isOther && row.state === 'invoiced') await openQuantityTask(tx, row, move.quantity)
    moved.add(move.to)
  }
  return moved
}

async function openQuantityTask(tx: Tx, row: repo.ChargeRow, quantity: string): Promise<void> {
  const { language } = await facilityOf(tx, row.facility_id)
  await openTask(tx, { title: message(language, 'billing.quantityChanged', { name: row.name, before: Number(row.quantity), now: Number(quantity) }), note: '', patientId: row.patient_id, dueAt: tx.ctx.now })
}
