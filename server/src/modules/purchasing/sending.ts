import { buffer } from 'node:stream/consumers'
import type { RouteInput } from '#contract/define.ts'
import { orderLifecycle, type purchasing, purchasingErrors } from '#contract/purchasing.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { facilityOf } from '../organizations/index.ts'
import { orderPaper } from './documents.ts'
import * as repo from './orders-repo.ts'
import { lockedOrder, shownOrder } from './service.ts'

/** An order is to be mailed to its vendor. */
export const orderMailed = defineEvent<{ orderId: string; language: string }>('purchasing.order-mailed')

/** Marks an order as sent, and mails it as PDF where an address is given: the paper is made after the commit. */
export function sendOrder(ctx: Ctx, { params, body, ifMatch }: RouteInput<(typeof purchasing)['sendOrder']>) {
  const mailTo = body?.mailTo
  if (mailTo !== undefined && !canMail()) throw invalidField('mailTo', 'purchasing.no_mail', purchasingErrors.no_mail)
  return withContext(ctx, async (tx) => {
    const before = await lockedOrder(tx, params.id, 'purchasing.order', ifMatch)
    const row = await repo.updateOrder(tx, before.id, before.version, { state: takeStep(orderLifecycle, before.state, 'send'), sent_at: ctx.now, ...(mailTo === undefined ? {} : { mailed_to: mailTo }) })
    if (mailTo !== undefined) await emit(tx, orderMailed, { orderId: row.id, language: ctx.locale })
    return shownOrder(tx, row)
  })
}

/** Makes the paper of an order that is on its way and queues the mail with it; a mail of no patient. */
export async function mailOrder(ctx: Ctx, { orderId, language }: { orderId: string; language: string }): Promise<void> {
  const reader = { ...ctx, locale: language }
  const order = await withContext(reader, (tx) => repo.readOrder(tx, orderId))
  if (order === undefined || order.mailed_to === '') return
  const paper = await orderPaper(reader, orderId)
  const bytes = paper.body instanceof Uint8Array ? paper.body : await buffer(paper.body)
  const base64 = Buffer.from(bytes).toString('base64')
  await withContext(reader, async (tx) => {
    const facility = await facilityOf(tx, found(order).facility_id)
    const values = { number: order.number, facility: facility.name }
    await queueMail(tx, {
      to: order.mailed_to, subject: message(language, 'purchasing.mail.subject', values), text: message(language, 'purchasing.mail.text', values),
      attachments: [{ filename: paper.filename, contentType: paper.contentType, base64 }],
    })
  })
}
