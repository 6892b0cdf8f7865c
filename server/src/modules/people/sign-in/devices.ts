import { randomBytes } from 'node:crypto'
import type { Ctx } from '#kernel/context.ts'
import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { queueMail, canMail } from '#kernel/mail.ts'
import { mailText } from '../mails.ts'
import { digest, matches } from '../secrets.ts'
import * as repo from './repo.ts'

/** The device of a request, when its owner has signed in on it before. */
export async function knownDevice(tx: Tx, userId: string): Promise<string | undefined> {
  const { device } = tx.ctx.caller
  if (device === '') return undefined
  return (await repo.devicesOf(tx, userId)).find((one) => matches(device, one.secret_hash))?.id
}

/** Remembers the device, and writes to its owner when it is a new one beside others. */
export async function rememberDevice(tx: Tx, ctx: Ctx, user: { id: string; email: string; language: string }, known: string | undefined): Promise<void> {
  if (known !== undefined) return void (await repo.touchDevice(tx, known))
  const isFirst = (await repo.devicesOf(tx, user.id)).length === 0
  // One device may serve several people: all of them know it by the same token.
  const token = ctx.caller.device === '' ? randomBytes(32).toString('base64url') : ctx.caller.device
  await repo.insertDevice(tx, { id: newId(), user_id: user.id, secret_hash: digest(token), agent: ctx.caller.agent })
  ctx.deviceToken = token
  if (!isFirst && canMail()) await queueMail(tx, { to: user.email, ...mailText(user.language, 'device', { agent: ctx.caller.agent.slice(0, 100) }) })
}
