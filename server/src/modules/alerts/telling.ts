import type { Tx } from '#kernel/db.ts'
import { publicOrigin } from '#kernel/links.ts'
import { announce } from '#kernel/live.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { knownFacility } from '../organizations/index.ts'
import { addressesOf } from '../people/index.ts'
import { readAlert, recipientsAt, recipientsOf } from './repo.ts'
import type { Told } from './service.ts'

/**
 * Listener after the commit: the bells of who is told ring, and a critical alert comes by mail too, since whoever is responsible may sit at no screen.
 * The mail names neither patient nor test. What was answered meanwhile is told no more.
 */
export async function tellRecipients(tx: Tx, { alertId, facilityId, level }: Told): Promise<void> {
  announce({ tenantId: tx.ctx.tenantId, facilityId, module: 'alerts', id: alertId })
  const alert = await readAlert(tx, alertId)
  if (alert?.severity !== 'critical' || (alert.state !== 'open' && alert.state !== 'escalated') || !canMail()) return
  const facility = await knownFacility(tx, facilityId)
  for (const { email, language } of await addressesOf(tx, (await recipientsAt(tx, alertId, Number(level))).map((one) => one.user_id))) {
    const tongue = language ?? facility.language
    await queueMail(tx, { to: email, subject: message(tongue, 'alerts.mail.subject'), text: message(tongue, 'alerts.mail.text', { link: `${publicOrigin()}/alerts` }) })
  }
}

/** Listener after the commit: whoever was told of an alert hears that it is withdrawn, at the bell, and by mail of a critical one. */
export async function tellWithdrawn(tx: Tx, { alertId, facilityId }: Told): Promise<void> {
  announce({ tenantId: tx.ctx.tenantId, facilityId, module: 'alerts', id: alertId })
  const alert = await readAlert(tx, alertId)
  if (alert?.severity !== 'critical' || !canMail()) return
  const facility = await knownFacility(tx, facilityId)
  for (const { email, language } of await addressesOf(tx, (await recipientsOf(tx, alertId)).filter((one) => one.withdrawal_seen_at === null).map((one) => one.user_id))) {
    const tongue = language ?? facility.language
    await queueMail(tx, { to: email, subject: message(tongue, 'alerts.mail.withdrawnSubject'), text: message(tongue, 'alerts.mail.withdrawnText', { link: `${publicOrigin()}/alerts` }) })
  }
}
