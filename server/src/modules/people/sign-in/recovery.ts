import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { linkTo } from '#kernel/links.ts'
import { errorFields, log } from '#kernel/log.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { newMailCode } from '../factors/codes.ts'
import { mailText } from '../mails.ts'
import { hashPassword } from '../passwords.ts'
import { keepNewPassword, refuseOld, refuseWeak } from '../new-password.ts'
import * as people_ from '../repo.ts'
import { emailKey } from '../rules.ts'
import { digest } from '../secrets.ts'
import { forgetSessions } from '../sessions.ts'
import { endChallenges, openChallenge, setQuestion, tryChallenge, useChallenge } from './challenges.ts'
import { forgetDevices } from './repo.ts'
import { countFailure, refuseHasty } from './throttle.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>
const nobody = '00000000-0000-0000-0000-000000000000'
const mailRule = { freeFailures: 3, firstDelaySeconds: 60, longestDelaySeconds: 900, quietSeconds: 3600 }

/** Counts mails asked for: three an hour, then slower. */
async function countMail(ctx: Ctx, key: string): Promise<void> {
  const throttles = [{ key: `mail:${key}`, rule: mailRule }]
  await refuseHasty(throttles, ctx.now)
  await countFailure(throttles, ctx.now)
}

export async function sendCode(ctx: Ctx, { body }: Input<'sendCode'>): Promise<void> {
  const asked = await tryChallenge(ctx.now, body.challenge, 'second-factor')
  await countMail(ctx, `code:${asked.userId}`)
  const code = newMailCode()
  await setQuestion(asked.id, { codeHash: digest(code) })
  await withContext(makeContext({ tenantId: asked.tenantId ?? '', now: ctx.now }), async (tx) => {
    const user = found(await people_.readUser(tx, asked.userId ?? ''))
    await queueMail(tx, { to: user.email, ...mailText(user.language, 'code', { code }) })
  })
}

async function sendLink(ctx: Ctx, tenantId: string, userId: string, kind: 'reset' | 'invitation'): Promise<void> {
  await endChallenges(userId, tenantId, ['reset', 'invitation'], ctx.now)
  const token = await openChallenge(ctx.now, { kind, tenantId, userId })
  await withContext(makeContext({ tenantId, now: ctx.now }), async (tx) => {
    const user = found(await people_.readUser(tx, userId))
    if (user.is_active) await queueMail(tx, { to: user.email, ...mailText(user.language, kind, { link: linkTo('/new-password', token), name: user.display_name }) })
  })
}

/** The answer is the same, and as quick, whether there is such an account: what is to be sent is sent afterwards. */
export async function askReset(ctx: Ctx, { body }: Input<'askReset'>): Promise<void> {
  const key = emailKey(body.email)
  await countMail(ctx, `reset:${key}`)
  if (!canMail()) return
  const name = await people_.findSignIn(key)
  if (name !== undefined) setImmediate(() => void sendLink(ctx, name.tenant_id, name.user_id, 'reset').catch((error: unknown) => log('warn', 'reset link not sent', errorFields(error))))
}

/** A new password by link: it ends all sessions and known devices, and leaves second factors alone. */
export async function finishReset(ctx: Ctx, { body }: Input<'finishReset'>): Promise<void> {
  const asked = await tryChallenge(ctx.now, body.token, ['reset', 'invitation'])
  const own = makeContext({ tenantId: asked.tenantId ?? '', userId: asked.userId ?? nobody, now: ctx.now, requestId: ctx.requestId, caller: ctx.caller })
  const user = await withContext(own, async (tx) => found(await people_.readUser(tx, own.userId)))
  await refuseWeak(own, user, body.newPassword, 'newPassword')
  await refuseOld(own, user.id, body.newPassword, 'newPassword')
  const hash = await hashPassword(body.newPassword)
  await useChallenge(ctx.now, asked.id)
  await withContext(own, async (tx) => {
    await keepNewPassword(tx, user.id, hash)
    await people_.endSessionsOf(tx, user.id, nobody)
    await forgetDevices(tx, user.id)
    if (canMail()) await queueMail(tx, { to: user.email, ...mailText(user.language, 'password') })
  })
  forgetSessions()
}

export async function invite(ctx: Ctx, { params }: Input<'invite'>): Promise<void> {
  if (!canMail()) throw new AppError(peopleErrors.no_mail)
  await withContext(ctx, async (tx) => found(await people_.readUser(tx, params.id)))
  await sendLink(ctx, ctx.tenantId, params.id, 'invitation')
}
