import type { Transporter } from 'nodemailer'
import type { Ctx } from './context.ts'
import { rawInTenant, type Tx, withContext } from './db.ts'
import { defineEvent, emit } from './events.ts'
import { newId } from './ids.ts'
import { seal, unseal } from './seal.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  /** Files that go with it: papers of business, never of patients. */
  attachments?: readonly { filename: string; contentType: string; base64: string }[]
}

export const mailQueued = defineEvent<{ mailId: string }>('kernel.mail-queued')

const oldPlace = 'outgoing_mails.content_sealed'
const placeOf = (mailId: string): string => `${oldPlace}.${mailId}`
let way: { url: string; from: string; transport?: Promise<Transporter> } | undefined

const isHere = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.')

/** How a mail server is spoken to: never without TLS on another machine, unless its address says `?plain=1`. */
export function mailOptions(address: string) {
  const url = new URL(address)
  const isPlain = isHere(url.hostname) || url.searchParams.get('plain') === '1'
  url.searchParams.delete('plain')
  return { url: url.toString(), requireTLS: url.protocol === 'smtp:' && !isPlain, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
}

// The library is loaded with the first mail.
const connect = async (url: string): Promise<Transporter> => (await import('nodemailer')).createTransport(mailOptions(url))

/** Opens the way to the mail server, `smtp://user:password@host:587`; without one no mail can be sent. */
export function openMail(url: string | undefined, from: string): void {
  void way?.transport?.then((transport) => transport.close())
  rest.until = 0
  way = url === undefined ? undefined : { url, from }
}

/** Who mails come from: `?from=` in the server's address, else the account, else Triveni at that host. */
export function senderOf(url: string): string {
  const { searchParams, username, hostname } = new URL(url)
  const account = decodeURIComponent(username)
  return searchParams.get('from') ?? (account.includes('@') ? account : `triveni@${hostname}`)
}

// A mail server that hangs must not hold every worker of the queue: for a while after it failed nobody else waits for it.
const rest = { until: 0, milliseconds: 5000 }

async function dispatch(mail: Parameters<Transporter['sendMail']>[0]): Promise<void> {
  const open = way
  if (open === undefined) throw new Error('there is no mail server')
  if (Date.now() < rest.until) throw new Error('the mail server was away a moment ago')
  try {
    open.transport ??= connect(open.url)
    const transport = await open.transport
    await transport.sendMail({ from: open.from, ...mail })
  } catch (error) {
    if (isAway(error)) rest.until = Date.now() + rest.milliseconds
    throw error
  }
}

// Codes of nodemailer for a server that cannot be reached or does not answer; a refused recipient is none of them.
const isAway = (error: unknown): boolean => error instanceof Error && 'code' in error && ['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ECONNREFUSED'].includes(String(error.code))

export const canMail = (): boolean => way !== undefined

/** Queues a mail in this transaction: it is sent after the COMMIT, and again until the mail server takes it. No patient data goes by mail. */
export async function queueMail(tx: Tx, mail: Mail): Promise<void> {
  const mailId = newId()
  await rawInTenant(tx, "insert into outgoing_mails (tenant_id, id, content_sealed, state, created_at) values ($1, $2, $3, 'queued', $4)", [tx.ctx.tenantId, mailId, seal(tx.ctx.tenantId, placeOf(mailId), JSON.stringify(mail)), tx.ctx.now])
  await emit(tx, mailQueued, { mailId })
}

/** Sends a queued mail; throws when the server refuses, so that the job is tried again later. */
export async function sendQueued(ctx: Ctx, { mailId }: { mailId: string }): Promise<void> {
  const [row] = await withContext(ctx, (tx) => rawInTenant<{ content_sealed: Buffer | null }>(tx, "update outgoing_mails set tries = tries + 1 where tenant_id = $1 and id = $2 and state <> 'sent' returning content_sealed", [ctx.tenantId, mailId]))
  if (row === undefined || row.content_sealed === null) return
  const { to, subject, text, attachments = [] } = JSON.parse(unseal(ctx.tenantId, placeOf(mailId), row.content_sealed, oldPlace)) as Mail
  await dispatch({ to, subject, text, attachments: attachments.map(({ filename, contentType, base64 }) => ({ filename, contentType, content: base64, encoding: 'base64' })), messageId: `<${mailId}@triveni>` })
  await withContext(ctx, (tx) => rawInTenant(tx, "update outgoing_mails set state = 'sent', content_sealed = null, sent_at = $3 where tenant_id = $1 and id = $2", [ctx.tenantId, mailId, ctx.now]))
}

const keptMilliseconds = 90 * 86_400_000

/** Takes away the rows of mails that were sent, or could not be, three months ago. */
export async function purgeMails(tx: Tx): Promise<void> {
  const values = [tx.ctx.tenantId, new Date(tx.ctx.now.getTime() - keptMilliseconds)]
  await rawInTenant(tx, "delete from outgoing_mails where tenant_id = $1 and state = any('{queued,sent,failed}') and created_at < $2", values)
}
