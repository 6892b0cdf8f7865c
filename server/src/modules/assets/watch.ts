import type { Tx } from '#kernel/db.ts'
import { publicOrigin } from '#kernel/links.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { message } from '#kernel/text-i18n.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { openTask } from '../encounters/index.ts'
import { holdersByIds } from '../people/index.ts'
import * as repo from './care-repo.ts'
import { engineerOf } from './works.ts'

// A week is time to book a visit; a month to renew a contract.
const [planDays, contractDays] = [7, 30]
const mostNamed = 40

/** Job of each morning: maintenance and calibration that come due, and contracts that end, are a task of who looks after equipment. Running it twice says nothing twice. */
export async function watchAssets(tx: Tx): Promise<void> {
  for (const facility of await repo.facilitiesWithAssets(tx)) {
    const today = localDate(tx.ctx.now, facility.time_zone)
    const due = await repo.markDue(tx, { facilityId: facility.id, today, until: addDays(today, planDays) })
    const ending = await repo.markEnding(tx, { facilityId: facility.id, today, until: addDays(today, contractDays) })
    if (due.length + ending.length === 0) continue
    await tell(tx, { facility, due, ending })
  }
}

interface Found {
  facility: { id: string; name: string }
  due: readonly repo.ToldRow[]
  ending: readonly repo.EndingRow[]
}

/** A task, and a mail where mails are sent: in the engineer's language. */
async function tell(tx: Tx, { facility, due, ending }: Found): Promise<void> {
  const assigneeId = await engineerOf(tx, facility.id)
  const [engineer] = assigneeId === null ? [] : await holdersByIds(tx, [assigneeId])
  const locale = engineer?.language ?? tx.ctx.locale
  const title = message(locale, 'assets.watch.task', { due: String(due.length), ending: String(ending.length), facility: facility.name })
  const lines = [...due.map((row) => [row.due_on, row.number, row.asset_name, row.name, row.location]), ...ending.map((row) => [row.until_on, row.number, row.asset_name, row.kind.toUpperCase()])]
  const note = lines.slice(0, mostNamed).map((line) => line.filter(Boolean).join(' · ')).join('\n')
  await openTask(tx, { title: title.slice(0, 200), note, patientId: null, assigneeId, dueAt: null })
  if (engineer === undefined || !canMail()) return
  await queueMail(tx, { to: engineer.email, subject: title, text: message(locale, 'assets.watch.mail', { lines: note, link: `${publicOrigin()}/equipment/due` }) })
}
