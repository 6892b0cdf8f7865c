import { collectHealth, type Health } from './health.ts'
import type { Installation } from './installation.ts'
import { errorFields, log } from './log.ts'
import { senderOf } from './mail.ts'
import { requestOutside } from './outgoing.ts'

interface AlertRow {
  key: string
  level: string
  message: string
  value: string
}

/** Keeps what is not well in the table of alerts; resolves with those that are new, worse or over. */
async function keep(installation: Installation, health: Health): Promise<{ begun: AlertRow[]; over: AlertRow[] }> {
  const bad = health.checks.filter((one) => one.level !== 'ok')
  const begun: AlertRow[] = []
  for (const one of bad) {
    // Quiet after the first: the row tells, for one process of many, whether it was sent.
    const rows = await installation.query<AlertRow>(
      `insert into operations.alerts as a (key, level, message, value, since, seen_at, sent_at) values ($1, $2, $3, $4, now(), now(), now())
       on conflict (key) do update set message = excluded.message, value = excluded.value, seen_at = now(), level = excluded.level,
         since = case when a.ended_at is null then a.since else now() end, sent_at = case when a.ended_at is null and a.level = excluded.level then coalesce(a.sent_at, now()) else now() end, ended_at = null
       returning key, level, message, value, sent_at = now() as is_new`,
      [one.name, one.level, one.message, one.value],
    )
    begun.push(...rows.filter((row) => 'is_new' in row && row.is_new === true))
  }
  const over = await installation.query<AlertRow>('update operations.alerts set ended_at = now() where ended_at is null and not (key = any($1::text[])) returning key, level, message, value', [bad.map((one) => one.name)])
  return { begun, over }
}

/** Not by the queue: an alert may be about the queue. */
async function mail(url: string, message: { to: string; subject: string; text: string }): Promise<void> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 })
  await transport.sendMail({ from: senderOf(url), ...message }).finally(() => transport.close())
}

async function post(address: string, body: unknown): Promise<void> {
  const { status } = await requestOutside(address, { isOperators: true, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (status >= 300) throw new Error('the webhook did not take it')
}

/** Sends what is new or over; false when there is a way to somebody and none took it. */
async function tell(installation: Installation, begun: readonly AlertRow[], over: readonly AlertRow[]): Promise<boolean> {
  const { alerts, publicUrl } = installation.config
  for (const one of begun) log(one.level === 'critical' ? 'error' : 'warn', 'alert', { check: one.key })
  if (begun.length + over.length === 0) return true
  const lines = [...begun.map((one) => `${one.level.toUpperCase()} ${one.key}: ${one.message} (${one.value})`), ...over.map((one) => `OVER ${one.key}`)]
  const sending = [
    ...(alerts.email === undefined || alerts.smtpUrl === undefined ? [] : [mail(alerts.smtpUrl, { to: alerts.email, subject: `Triveni: ${begun[0]?.key ?? over[0]?.key ?? ''}`, text: `${lines.join('\n')}\n\n${publicUrl}/operations\n` })]),
    ...(alerts.webhook === undefined ? [] : [post(alerts.webhook, { installation: publicUrl, begun, over, text: lines.join('\n') })]),
  ]
  const results = await Promise.allSettled(sending)
  for (const result of results) if (result.status === 'rejected') log('warn', 'an alert could not be sent', errorFields(result.reason))
  return results.length === 0 || results.some((one) => one.status === 'fulfilled')
}

/** What nobody took is told again at the next look. */
async function untell(installation: Installation, begun: readonly AlertRow[], over: readonly AlertRow[]): Promise<void> {
  await installation.query('update operations.alerts set sent_at = null where key = any($1::text[])', [begun.map((one) => one.key)])
  await installation.query('update operations.alerts set ended_at = null where key = any($1::text[])', [over.map((one) => one.key)])
}

/** Looks once, keeps and tells what is new. */
export async function raiseAlerts(installation: Installation): Promise<Health> {
  const health = await collectHealth(installation)
  const { begun, over } = await keep(installation, health)
  if (!(await tell(installation, begun, over))) await untell(installation, begun, over)
  return health
}

/** Looks each minute. */
export function watchHealth(installation: Installation): () => Promise<void> {
  const look = () => {
    raiseAlerts(installation).catch((error: unknown) => log('warn', 'health could not be looked at', errorFields(error)))
  }
  const timer = setInterval(look, 60_000).unref()
  const first = setTimeout(look, 10_000).unref()
  return async () => {
    clearTimeout(first)
    clearInterval(timer)
  }
}
