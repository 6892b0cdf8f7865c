import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { normalisePhone } from '#kernel/phone.ts'
import { seal, unseal } from '#kernel/seal.ts'
import { canText, sendSms as sendText } from '#kernel/sms.ts'
import { smsText } from '../mails.ts'
import * as people_ from '../repo.ts'
import { digest } from '../secrets.ts'
import { setQuestion, tryChallenge } from '../sign-in/challenges.ts'
import { requireFresh } from '../sign-in/settings.ts'
import { countFailure, refuseHasty } from '../sign-in/throttle.ts'
import { inTurn } from '../sign-in/turns.ts'
import { secretPlace } from './checking.ts'
import { newMailCode } from './codes.ts'
import * as repo from './repo.ts'
import { presentFactor } from './service.ts'
import { hasStronger, shownPhone, smsHash } from './sms-codes.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

const placeOf = (factorId: string): string => `second_factors.target_sealed.${factorId}`

// Messages cost money and can be sent to numbers that pay for them: three an hour for a person and for a number, thirty for a hospital, then slower.
const personRule = { freeFailures: 3, firstDelaySeconds: 60, longestDelaySeconds: 900, quietSeconds: 3600 }
const hospitalRule = { freeFailures: 30, firstDelaySeconds: 10, longestDelaySeconds: 300, quietSeconds: 3600 }

async function countText(ctx: Ctx, who: { tenantId: string; userId: string; phone: string }): Promise<void> {
  const throttles = [{ key: `sms:${who.tenantId}:${who.userId}`, rule: personRule }, { key: `sms:${who.phone}`, rule: personRule }, { key: `sms:${who.tenantId}`, rule: hospitalRule }]
  await inTurn(`sms:${who.userId}`, async () => {
    await refuseHasty(throttles, ctx.now)
    await countFailure(throttles, ctx.now)
  })
}

function readPhone(text: string): string {
  const phone = normalisePhone(text, '')
  if (phone === null) throw invalidField('phone', 'phone.international')
  return phone
}

/** Begins codes by SMS: the number shows by a first code that it is the person's. */
export async function addPhone(ctx: Ctx, { body }: Input<'addPhone'>) {
  requireFresh(ctx)
  if (!canText()) throw new AppError(peopleErrors.no_sms)
  const phone = readPhone(body.phone)
  const user = await withContext(ctx, async (tx) => {
    if (!hasStronger(await repo.factorsOf(tx, ctx.userId))) throw new AppError(peopleErrors.stronger_first)
    return found(await people_.readUser(tx, ctx.userId))
  })
  await countText(ctx, { tenantId: ctx.tenantId, userId: ctx.userId, phone })
  const [id, code] = [newId(), newMailCode()]
  await sendText({ to: phone, text: smsText(user.language, code) })
  return withContext(ctx, async (tx) => presentFactor(await repo.insertFactor(tx, id, ctx.userId, { kind: 'sms', name: shownPhone(phone), state: 'pending', secret_sealed: seal(ctx.tenantId, secretPlace(id), digest(code)), target_sealed: seal(ctx.tenantId, placeOf(id), phone) })))
}

/** Sends the code of a sign-in that has been begun; the code before it is good no more. */
export async function sendSms(ctx: Ctx, { body }: Input<'sendSms'>): Promise<void> {
  const asked = await tryChallenge(ctx.now, body.challenge, 'second-factor')
  const who = { tenantId: asked.tenantId ?? '', userId: asked.userId ?? '' }
  const to = await withContext(makeContext({ tenantId: who.tenantId, now: ctx.now }), async (tx) => {
    const active = (await repo.factorsOf(tx, who.userId)).filter((one) => one.state === 'active')
    const factor = active.find((one) => one.kind === 'sms')
    if (factor?.target_sealed == null || !hasStronger(active) || !canText()) throw new AppError(peopleErrors.no_sms)
    return { phone: unseal(who.tenantId, placeOf(factor.id), factor.target_sealed), language: found(await people_.readUser(tx, who.userId)).language }
  })
  await countText(ctx, { ...who, phone: to.phone })
  const code = newMailCode()
  await setQuestion(asked.id, { codeHash: smsHash(code) })
  await sendText({ to: to.phone, text: smsText(to.language, code) })
}
