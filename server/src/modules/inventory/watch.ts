import type { RouteInput } from '#contract/define.ts'
import { type keepingRoutes, stockAlertKind } from '#contract/inventory-keeping.ts'
import { type Ctx, placesFor } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { publicOrigin } from '#kernel/links.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { message } from '#kernel/text-i18n.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { openTask } from '../encounters/index.ts'
import { holdersByIds, usersWithRole } from '../people/index.ts'
import { settingsOf } from './keeping.ts'
import { neverExpires } from './rules.ts'
import * as repo from './watch-repo.ts'

const mostNamed = 40

const lineOf = (row: repo.AlertRow): string => [row.item_name, row.batch, `${plain(row.quantity)} ${row.unit}`, row.expires_on === null || row.expires_on === neverExpires ? '' : row.expires_on].filter(Boolean).join(' · ')

/** Job of each morning: what is low, near its expiry or past it is put on the work-list of its facility, and what is new is a task of the storekeeper. Running it twice says nothing twice. */
export async function watchStock(tx: Tx): Promise<void> {
  const settings = await settingsOf(tx)
  for (const facility of await repo.facilitiesOf(tx)) {
    const today = localDate(tx.ctx.now, facility.time_zone)
    const look = { facilityId: facility.id, today, until: addDays(today, settings.nearExpiryDays) }
    await repo.closeAlerts(tx, look)
    const opened = await repo.openAlerts(tx, look)
    if (opened.length === 0) continue
    await tell(tx, { facility: facility.name, assigneeId: await storekeeperOf(tx, facility.id), opened })
  }
}

/** Who keeps the stores of a facility: who is named, else a pharmacist. */
export async function storekeeperOf(tx: Tx, facilityId: string): Promise<string | null> {
  const { storekeeperId } = await settingsOf(tx)
  return storekeeperId ?? (await usersWithRole(tx, facilityId, 'pharmacist', 1))[0] ?? null
}

interface Found {
  facility: string
  assigneeId: string | null
  opened: readonly repo.AlertRow[]
}

/** A task, and a mail where mails are sent: in the storekeeper's language. */
async function tell(tx: Tx, { facility, assigneeId, opened }: Found): Promise<void> {
  const count = (kind: string) => String(opened.filter((row) => row.kind === kind).length)
  const [storekeeper] = assigneeId === null ? [] : await holdersByIds(tx, [assigneeId])
  const locale = storekeeper?.language ?? tx.ctx.locale
  const title = message(locale, 'inventory.watch.task', { low: count('low'), expiring: count('expiring'), expired: count('expired'), facility })
  const note = opened.slice(0, mostNamed).map(lineOf).join('\n')
  await openTask(tx, { title: title.slice(0, 200), note, patientId: null, assigneeId, dueAt: null })
  if (storekeeper === undefined || !canMail()) return
  await queueMail(tx, { to: storekeeper.email, subject: title, text: message(locale, 'inventory.watch.mail', { lines: note, link: `${publicOrigin()}/stock/to-see-to` }) })
}

export function listStockAlerts(ctx: Ctx, { query }: RouteInput<(typeof keepingRoutes)['listStockAlerts']>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listAlerts(tx, { kind: query.kind, places: placesFor(ctx, 'inventory.read', query.facilityId) ?? [] }, page)
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => ({
      id: row.id, kind: stockAlertKind.parse(row.kind), itemId: row.item_id, itemName: row.item_name, unit: row.unit, lotId: row.lot_id, batch: row.batch, quantity: plain(row.quantity), expiresOn: row.expires_on === neverExpires ? null : row.expires_on, openedAt: row.created_at.toISOString(),
    }))
  })
}
