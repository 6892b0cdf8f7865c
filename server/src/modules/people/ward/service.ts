import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { wardErrors } from '#contract/ward.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { isUuid } from '#kernel/ids.ts'
import { hashPassword, passwordFits } from '../passwords.ts'
import { presentUser } from '../present.ts'
import * as people_ from '../repo.ts'
import { digest } from '../secrets.ts'
import { forgetSessions, mustEnrol, openSession } from '../sessions.ts'
import { knownDevice } from '../sign-in/devices.ts'
import { requireFresh, settingsOf } from '../sign-in/settings.ts'
import { logAttempt } from '../sign-in/sign-in.ts'
import { inTurn } from '../sign-in/turns.ts'
import * as repo from './repo.ts'
import { isEasyPin } from './rules.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

// A million PINs and five tries before a full sign-in: one in two hundred thousand.
const mostTries = 5
const nobody = '00000000-0000-0000-0000-000000000000'

/** The hospital of a computer's last session: the cookie is sent although the session may have ended. */
const hospitalOf = (ctx: Ctx): string | undefined => (isUuid(ctx.tenantId) && ctx.tenantId !== nobody ? ctx.tenantId : undefined)

const inTenant = (ctx: Ctx, tenantId: string): Ctx => makeContext({ tenantId, now: ctx.now, caller: ctx.caller, requestId: ctx.requestId })

/** When the shift began at the earliest; undefined where the hospital does not share computers. */
async function shiftOf(tx: Tx): Promise<Date | undefined> {
  const { shiftHours } = await settingsOf(tx)
  return shiftHours === 0 ? undefined : new Date(tx.ctx.now.getTime() - shiftHours * 3_600_000)
}

/** Who may come back here, for whoever holds the device's cookie and a session of the hospital. */
export async function listColleagues(ctx: Ctx) {
  const tenantId = hospitalOf(ctx)
  if (tenantId === undefined || ctx.caller.device === '') return { items: [] }
  return withContext(inTenant(ctx, tenantId), async (tx) => {
    const since = await shiftOf(tx)
    const rows = since === undefined ? [] : await repo.colleaguesOf(tx, digest(ctx.caller.device), since)
    return { items: rows.map((row) => ({ userId: row.user_id, name: row.display_name })) }
  })
}

async function prove(own: Ctx, userId: string, pin: string) {
  const deviceHash = digest(own.caller.device)
  const granted = await withContext(own, async (tx) => {
    const since = await shiftOf(tx)
    const user = await people_.readUser(tx, userId)
    // A device that was forgotten, as after a new password, is no longer known.
    if (since === undefined || user === undefined || !user.is_active || (await knownDevice(tx, userId)) === undefined) return undefined
    const shift = await repo.takeTry(tx, { deviceHash, userId, since, most: mostTries })
    return shift === undefined ? undefined : { user, shift, hash: (await repo.readPin(tx, userId))?.pin_hash }
  })
  const fits = await passwordFits(granted?.hash, pin)
  if (granted === undefined || granted.hash === undefined) throw new AppError(wardErrors.sign_in_fully)
  if (!fits) {
    await logAttempt(own, { tenantId: own.tenantId, user: granted.user }, 'wrong-password', 'pin')
    throw invalidField('pin', 'pin.wrong', wardErrors.wrong_pin)
  }
  await withContext(own, (tx) => repo.forgetTries(tx, deviceHash, userId))
  return granted
}

/** Goes on as somebody who signed in fully on this computer this shift. What needs a fresh proof still asks for it: a PIN is none. */
export async function switchUser(ctx: Ctx, { body }: Input<'switchUser'>) {
  const tenantId = hospitalOf(ctx)
  if (tenantId === undefined || ctx.caller.device === '') throw new AppError(wardErrors.sign_in_fully)
  const own = inTenant(ctx, tenantId)
  const { user, shift } = await inTurn(`pin:${tenantId}:${body.userId}`, () => prove(own, body.userId, body.pin))
  const needsMore = await withContext(own, async (tx) => mustEnrol(tx, user.id, await people_.membershipsOf(tx, user.id)))
  if (needsMore) throw new AppError(wardErrors.sign_in_fully)
  const session = await openSession(tenantId, user.id, ctx.caller, { method: 'pin', hasSecondFactor: shift.has_second_factor, confirmedAt: shift.signed_in_at })
  await logAttempt(ctx, { tenantId, user }, 'success', 'pin')
  await withContext(own, (tx) => repo.endOther(tx, ctx.sessionId))
  forgetSessions()
  ctx.sessionToken = session.token
  return { csrfToken: session.csrfToken, user: presentUser(user) }
}

export const readPin = (ctx: Ctx) => withContext(ctx, async (tx) => ({ hasPin: (await repo.readPin(tx, ctx.userId)) !== undefined, isOffered: (await shiftOf(tx)) !== undefined }))

export async function setPin(ctx: Ctx, { body }: Input<'setPin'>): Promise<void> {
  if (ctx.csrfToken === '') throw new AppError(peopleErrors.confirm_needed)
  requireFresh(ctx)
  if (isEasyPin(body.pin)) throw invalidField('pin', 'pin.easy', wardErrors.weak_pin)
  const hash = await hashPassword(body.pin)
  await withContext(ctx, (tx) => repo.writePin(tx, hash))
}

export const removePin = (ctx: Ctx): Promise<void> => withContext(ctx, async (tx) => void (await repo.removePin(tx, ctx.userId)))
