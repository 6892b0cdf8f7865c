import type { Tx } from '#kernel/db.ts'
import { emit } from '#kernel/events.ts'
import { canMail } from '#kernel/mail.ts'
import { compare } from '#kernel/money.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { openTask } from '../encounters/index.ts'
import { settingsOf, storekeeperOf, usualStores, vendorsByIds } from '../inventory/index.ts'
import { facilityOf } from '../organizations/index.ts'
import { holdersByIds } from '../people/index.ts'
import * as repo from './orders-repo.ts'
import { orderMailed } from './sending.ts'
import { draftLacking } from './suggestions.ts'

/** An order that needs nobody's approval and whose vendor takes mails goes out; the paper is made after the commit. */
async function sentOrNot(tx: Tx, order: repo.OrderRow, { limit, language }: { limit: string; language: string }): Promise<repo.OrderRow> {
  const [vendor] = await vendorsByIds(tx, [order.vendor_id])
  const mailTo = vendor?.email ?? ''
  if (mailTo === '' || !canMail() || compare(order.total, limit) > 0) return order
  const row = await repo.updateOrder(tx, order.id, order.version, { state: 'sent', sent_at: tx.ctx.now, mailed_to: mailTo })
  await emit(tx, orderMailed, { orderId: row.id, language })
  return row
}

/** Job of each morning, after the look at the stock: what is low is ordered as the hospital has settled, and the storekeeper is told. A second run sees the first one's orders as on their way. */
export async function reorder(tx: Tx): Promise<void> {
  const { reordering, approvalLimit } = await settingsOf(tx)
  if (reordering === 'off') return
  for (const store of await usualStores(tx)) {
    const facility = await facilityOf(tx, store.facility_id)
    const assigneeId = await storekeeperOf(tx, facility.id)
    const [storekeeper] = assigneeId === null ? [] : await holdersByIds(tx, [assigneeId])
    const language = storekeeper?.language ?? tx.ctx.locale
    const orders = []
    for (const draft of await draftLacking(tx, { store, facility, today: localDate(tx.ctx.now, facility.timeZone) })) orders.push(reordering === 'send' ? await sentOrNot(tx, draft, { limit: approvalLimit, language }) : draft)
    if (orders.length === 0) continue
    const sent = orders.filter((order) => order.state === 'sent')
    const title = message(language, 'purchasing.reorder.task', { drafts: String(orders.length - sent.length), sent: String(sent.length), facility: facility.name })
    await openTask(tx, { title: title.slice(0, 200), note: orders.map((order) => order.number).join('\n'), patientId: null, assigneeId, dueAt: null })
  }
}
