import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { attempt, forgetFailures, rememberFailure } from './attempts.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import { presentUser } from './present.ts'
import * as repo from './repo.ts'
import { passwordWeakness } from './rules.ts'
import { forgetSessions } from './sessions.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

export function updateMe(ctx: Ctx, { body, ifMatch }: Input<'updateMe'>) {
  return withContext(ctx, async (tx) => {
    const row = await repo.updateUser(tx, ctx.userId, ifMatch ?? 0, { language: body.language })
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    forgetSessions()
    return presentUser(row)
  })
}

/** A wrong current password is 422 and not 401: the session is good, and a browser would ask to sign in again. */
async function checkCurrent(ctx: Ctx, key: string, currentPassword: string) {
  const { user, password } = await withContext(ctx, async (tx) => ({ user: found(await repo.readUser(tx, ctx.userId)), password: await repo.readPassword(tx, ctx.userId) }))
  if (!(await passwordFits(password?.password_hash, currentPassword))) {
    rememberFailure(key, ctx.now.getTime())
    throw invalidField('currentPassword', 'password.wrong', peopleErrors.wrong_password)
  }
  forgetFailures(key)
  return user
}

export async function changePassword(ctx: Ctx, { body }: Input<'changePassword'>): Promise<void> {
  const key = `password:${ctx.tenantId}:${ctx.userId}`
  const user = await attempt(key, ctx.now.getTime(), () => checkCurrent(ctx, key, body.currentPassword))
  refuseWeak(body.newPassword, 'newPassword', [user.display_name, user.email])
  const hash = await hashPassword(body.newPassword)
  await withContext(ctx, async (tx) => {
    await repo.writePassword(tx, ctx.userId, hash)
    await repo.endSessionsOf(tx, ctx.userId, ctx.sessionId)
  })
  forgetSessions()
}

/** 422 with the reason when a new password is too easy. */
export function refuseWeak(password: string, path: string, names: readonly string[]): void {
  const weakness = passwordWeakness(password, names)
  if (weakness !== undefined) throw invalidField(path, `password.${weakness}`, peopleErrors.weak_password)
}
