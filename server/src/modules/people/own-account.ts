import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { methodsOf, type Proof, type Question } from './factors/checking.ts'
import { keepNewPassword, refuseOld, refuseWeak } from './new-password.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import { presentUser } from './present.ts'
import * as repo from './repo.ts'
import { forgetSessions, openSession } from './sessions.ts'
import { tryChallenge, useChallenge } from './sign-in/challenges.ts'
import * as signIns from './sign-in/repo.ts'
import { requireFresh, settingsOf } from './sign-in/settings.ts'
import { proveFactor } from './sign-in/sign-in.ts'
import { countFailure, forgetFailures, refuseHasty } from './sign-in/throttle.ts'
import { inTurn } from './sign-in/turns.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

export function updateMe(ctx: Ctx, { body, ifMatch }: Input<'updateMe'>) {
  return withContext(ctx, async (tx) => {
    const row = await repo.updateUser(tx, ctx.userId, ifMatch ?? 0, { language: body.language })
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    forgetSessions()
    return presentUser(row)
  })
}

/** A wrong own password is 422 and not 401: the session is good, and a browser would ask to sign in again. */
function checkOwn(ctx: Ctx, password: string, path: string) {
  const key = `password:${ctx.tenantId}:${ctx.userId}`
  const throttles = [{ key, rule: { freeFailures: 5, firstDelaySeconds: 30, longestDelaySeconds: 300, quietSeconds: 900 } }]
  return inTurn(key, async () => {
    await refuseHasty(throttles, ctx.now)
    const { user, stored } = await withContext(ctx, async (tx) => ({ user: found(await repo.readUser(tx, ctx.userId)), stored: await repo.readPassword(tx, ctx.userId) }))
    if (!(await passwordFits(stored?.password_hash, password))) {
      await countFailure(throttles, ctx.now)
      throw invalidField(path, 'password.wrong', peopleErrors.wrong_password)
    }
    await forgetFailures(key)
    return user
  })
}

export async function changePassword(ctx: Ctx, { body }: Input<'changePassword'>): Promise<void> {
  const user = await checkOwn(ctx, body.currentPassword, 'currentPassword')
  await refuseWeak(ctx, user, body.newPassword, 'newPassword')
  await refuseOld(ctx, user.id, body.newPassword, 'newPassword')
  const hash = await hashPassword(body.newPassword)
  await withContext(ctx, async (tx) => {
    await keepNewPassword(tx, ctx.userId, hash)
    await repo.endSessionsOf(tx, ctx.userId, ctx.sessionId)
  })
  forgetSessions()
}

async function ownProof(ctx: Ctx, body: Input<'confirm'>['body']): Promise<{ proof: Proof; question: Question }> {
  if (body.assertion === undefined || body.challenge === undefined) {
    const code = (body.code ?? '').replaceAll(/\s/g, '')
    return { proof: { method: /^\d{6}$/.test(code) ? 'totp' : 'backup', code }, question: { challenge: '', codeHash: '' } }
  }
  const asked = await tryChallenge(ctx.now, body.challenge, 'passkey')
  await useChallenge(ctx.now, asked.id)
  return { proof: { method: 'passkey', assertion: body.assertion }, question: asked }
}

/** Proves that the person is still there: the session goes on under a new token. */
export async function confirm(ctx: Ctx, { body }: Input<'confirm'>) {
  if (ctx.csrfToken === '') throw new AppError(kernelErrors.forbidden)
  await checkOwn(ctx, body.password, 'password')
  const methods = await withContext(ctx, (tx) => methodsOf(tx, ctx.userId))
  if (methods.length > 0) {
    const { proof, question } = await ownProof(ctx, body)
    await proveFactor(ctx, { tenantId: ctx.tenantId, userId: ctx.userId }, proof, question)
  }
  const session = await openSession(ctx.tenantId, ctx.userId, ctx.caller, { method: 'confirmed', hasSecondFactor: methods.length > 0 })
  await withContext(ctx, (tx) => repo.endSession(tx, ctx.sessionId))
  forgetSessions()
  ctx.sessionToken = session.token
  return { csrfToken: session.csrfToken }
}

export function listSessions(ctx: Ctx, { query }: Input<'listSessions'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const { absoluteHours } = await settingsOf(tx)
    const rows = await signIns.openSessionsOf(tx, ctx.userId, new Date(ctx.now.getTime() - absoluteHours * 3_600_000), page)
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => ({
      id: row.id, isCurrent: row.id === ctx.sessionId, method: row.method, address: row.address, agent: row.agent, createdAt: row.created_at.toISOString(), lastSeenAt: row.last_seen_at.toISOString(),
    }))
  })
}

export function endOwnSession(ctx: Ctx, id: string): Promise<void> {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    found(await signIns.endOwnSession(tx, ctx.userId, id))
    forgetSessions()
  })
}

/** Signs somebody else out everywhere: a lost telephone, a quarrel, a doubt. */
export function endUserSessions(ctx: Ctx, id: string): Promise<void> {
  return withContext(ctx, async (tx) => {
    found(await repo.readUser(tx, id))
    await repo.endSessionsOf(tx, id, ctx.sessionId)
    forgetSessions()
  })
}

export function listAttempts(ctx: Ctx, { query }: Input<'listAttempts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) =>
    toPage(await signIns.listAttempts(tx, ctx.userId, page), page.limit, (row) => ({ at: row.at.toISOString(), id: row.id }), (row) => ({
      id: row.id, at: row.at.toISOString(), outcome: row.outcome, method: row.method, address: row.address, agent: row.agent, isKnownDevice: row.is_known_device,
    })),
  )
}
