import { type access, accessErrors, type Alarm } from '#contract/access.ts'
import type { RouteInput } from '#contract/define.ts'
import { now } from '#kernel/config.ts'
import { countChartsOf } from '#kernel/audit-log.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, mapConstraint } from '#kernel/errors.ts'
import { publicOrigin } from '#kernel/links.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { message } from '#kernel/text-i18n.ts'
import { openTask } from '../encounters/index.ts'
import { keysOf, userNames, usersHolding } from '../people/index.ts'
import * as repo from './pace-repo.ts'
import { settingsOf } from './settings.ts'

mapConstraint('access_alarms_other', accessErrors.own_review)

type Input<K extends keyof typeof access> = RouteInput<(typeof access)[K]>

/** Raises an alarm when a user has opened more charts in the hospital's span than a person can, in all processes together; one a user and span. */
export async function judgePace({ tenantId, userId }: { tenantId: string; userId: string }): Promise<void> {
  const ctx = makeContext({ tenantId, now: now() })
  const { settings, keys } = await withContext(ctx, async (tx) => ({ settings: await settingsOf(tx), keys: await keysOf(tx, userId) }))
  const since = new Date(ctx.now.getTime() - settings.paceMinutes * 60_000)
  // What programs read with a key of the user is not the person's pace.
  const charts = await countChartsOf(ctx, { userId, since, exceptSessions: keys })
  if (charts < settings.paceCharts) return
  await withContext(ctx, async (tx) => {
    const span = Math.floor(ctx.now.getTime() / (settings.paceMinutes * 60_000))
    const row = await repo.insertAlarm(tx, { user_id: userId, charts, minutes: settings.paceMinutes, span })
    if (row !== undefined) await tellOfficers(tx, settings.officerRoles, row)
  })
}

async function tellOfficers(tx: Tx, roles: readonly string[], row: repo.AlarmRow): Promise<void> {
  const who = (await userNames(tx, [row.user_id])).get(row.user_id) ?? ''
  const values = { who, charts: row.charts, minutes: row.minutes, link: `${publicOrigin()}/access-alarms` }
  for (const officer of (await usersHolding(tx, roles)).filter((one) => one.id !== row.user_id)) {
    await openTask(tx, { title: message(officer.language, 'access.alarm.task', values), patientId: null, assigneeId: officer.id, dueAt: tx.ctx.now })
    if (canMail()) await queueMail(tx, { to: officer.email, subject: message(officer.language, 'access.mail.alarm.subject', values), text: message(officer.language, 'access.mail.alarm.text', values) })
  }
}

const present = (row: repo.AlarmRow, names: ReadonlyMap<string, string>, ctx: Ctx): Alarm => ({
  id: row.id,
  version: row.version,
  userId: row.user_id,
  userName: names.get(row.user_id) ?? '',
  charts: row.charts,
  minutes: row.minutes,
  raisedAt: row.raised_at.toISOString(),
  state: row.state === 'closed' ? 'closed' : 'open',
  closedAt: row.closed_at?.toISOString() ?? null,
  closedBy: names.get(row.closed_by ?? '') ?? '',
  note: row.note,
  actions: row.state === 'open' && row.user_id !== ctx.userId ? ['close'] : [],
})
const namesFor = (tx: Tx, rows: readonly repo.AlarmRow[]) => userNames(tx, rows.flatMap((row) => [row.user_id, row.closed_by ?? []].flat()))

export function listAlarms(ctx: Ctx, { query }: Input<'listAlarms'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listAlarms(tx, query.state, page)
    const names = await namesFor(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.raised_at.toISOString(), id: row.id }), (row) => present(row, names, ctx))
  })
}

/** Somebody looked into it, and says what it was. */
export function closeAlarm(ctx: Ctx, { params, body }: Input<'closeAlarm'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockAlarm(tx, params.id))
    if (row.user_id === ctx.userId) throw new AppError(accessErrors.own_review)
    if (row.state === 'closed') throw new AppError(accessErrors.reviewed)
    const closed = await repo.closeAlarm(tx, row, body.note)
    return present(closed, await namesFor(tx, [closed]), ctx)
  })
}
