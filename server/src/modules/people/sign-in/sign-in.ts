import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { audit } from '#kernel/audit.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { limitOne } from '#kernel/rate-limit.ts'
import { methodsOf, passFactor, type Proof, type Question } from '../factors/checking.ts'
import { ownerOf, passkeyOptions } from '../factors/passkeys.ts'
import { factorsOf } from '../factors/repo.ts'
import { passwordFits } from '../passwords.ts'
import { presentUser } from '../present.ts'
import * as people_ from '../repo.ts'
import { emailKey, type ThrottleRule } from '../rules.ts'
import { openSession } from '../sessions.ts'
import { digest } from '../secrets.ts'
import { noteFullSignIn } from '../ward/repo.ts'
import { openChallenge, setQuestion, tryChallenge, useChallenge } from './challenges.ts'
import { knownDevice, rememberDevice } from './devices.ts'
import { evenly } from './evenly.ts'
import * as repo from './repo.ts'
import { settingsOf, type SignInSettings } from './settings.ts'
import { countFailure, forgetFailures, refuseHasty, type Throttle } from './throttle.ts'
import { inTurn } from './turns.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>
type User = NonNullable<Awaited<ReturnType<typeof people_.readUser>>>

interface Account {
  tenantId: string
  user: User
  passwordHash: string | undefined
  settings: SignInSettings
  device: string | undefined
}

// Ten checks of an account in a quarter of an hour at most; a hospital behind one address has many people.
const accountRule = (settings?: SignInSettings): ThrottleRule => ({ freeFailures: settings?.freeFailures ?? 5, firstDelaySeconds: 30, longestDelaySeconds: settings?.longestDelaySeconds ?? 300, quietSeconds: 900 })
// The requirement IAM-7: five sign-ins a minute of an account, right or wrong.
const attemptsOfAccount = { limit: 5, windowSeconds: 60 }
const sourceRule: ThrottleRule = { freeFailures: 30, firstDelaySeconds: 10, longestDelaySeconds: 300, quietSeconds: 900 }

const inTenant = (ctx: Ctx, tenantId: string): Ctx => makeContext({ tenantId, now: ctx.now, caller: ctx.caller, requestId: ctx.requestId })

async function accountOf(ctx: Ctx, key: string): Promise<Account | undefined> {
  const name = await people_.findSignIn(key)
  if (name === undefined) return undefined
  return withContext(inTenant(ctx, name.tenant_id), async (tx) => {
    const user = await people_.readUser(tx, name.user_id)
    if (user === undefined) return undefined
    return { tenantId: name.tenant_id, user, passwordHash: (await people_.readPassword(tx, user.id))?.password_hash, settings: await settingsOf(tx), device: await knownDevice(tx, user.id) }
  })
}

/** Its owner on a known device is counted apart, so that a stranger's guesses never lock the owner out. */
const throttlesOf = (ctx: Ctx, key: string, account: Account | undefined): Throttle[] =>
  account?.device === undefined
    ? [{ key: `account:${key}`, rule: accountRule(account?.settings) }, { key: `source:${ctx.caller.address}`, rule: sourceRule }]
    : [{ key: `account:${key}:${account.device}`, rule: accountRule(account.settings) }]

/** Writes what was tried on an account: to its own log and to the audit. */
export async function logAttempt(ctx: Ctx, account: { tenantId: string; user: { id: string }; device?: string | undefined }, outcome: string, method: string): Promise<void> {
  const { address, agent } = ctx.caller
  const isSuccess = outcome === 'success' || outcome === 'second-factor-asked'
  await Promise.all([
    withContext(inTenant(ctx, account.tenantId), (tx) => repo.insertAttempt(tx, { user_id: account.user.id, outcome, method, address, agent, is_known_device: account.device !== undefined })),
    audit({
      tenantId: account.tenantId, actorId: account.user.id, sessionId: null, requestId: ctx.requestId, action: 'people.signIn:sign-in', subjectType: 'users', subjectId: account.user.id,
      patientId: null, outcome: isSuccess ? 'success' : 'denied', details: { address, agent, outcome, method },
    }),
  ])
}

async function checkPassword(ctx: Ctx, key: string, password: string): Promise<Account> {
  const account = await accountOf(ctx, key)
  const throttles = throttlesOf(ctx, key, account)
  limitOne(throttles[0]?.key ?? key, attemptsOfAccount)
  await refuseHasty(throttles, ctx.now)
  const fits = await passwordFits(account?.passwordHash, password)
  if (account !== undefined && fits && account.user.is_active) {
    await forgetFailures(throttles[0]?.key ?? '')
    return account
  }
  const outcome = fits ? 'inactive' : 'wrong-password'
  await Promise.all([countFailure(throttles, ctx.now), account === undefined ? undefined : logAttempt(ctx, account, outcome, 'password')])
  throw new AppError(peopleErrors.wrong_credentials)
}

// The requirement IAM-4: a hospital with the classic policy lets passwords run out after 90 days. ASVS 5.0 6.2.10 advises against it.
const passwordMilliseconds = 90 * 86_400_000

/** Under the classic policy an old password opens nothing but the way to a new one, once all else was shown. */
async function runOut(ctx: Ctx, account: Pick<Account, 'tenantId' | 'user'>): Promise<{ newPassword: string } | undefined> {
  const { tenantId, user } = account
  const changedAt = await withContext(inTenant(ctx, tenantId), async (tx) => ((await settingsOf(tx)).hasClassicPolicy ? (await people_.readPassword(tx, user.id))?.changed_at : undefined))
  if (changedAt === undefined || ctx.now.getTime() - changedAt.getTime() < passwordMilliseconds) return undefined
  await logAttempt(ctx, account, 'password-expired', 'password')
  return { newPassword: await openChallenge(ctx.now, { kind: 'reset', tenantId, userId: user.id }) }
}

/** Opens the session of somebody who has shown all that is asked. */
export async function enter(ctx: Ctx, account: Pick<Account, 'tenantId' | 'user'>, method: string, hasSecondFactor: boolean) {
  const { tenantId, user } = account
  const device = await withContext(inTenant(ctx, tenantId), async (tx) => {
    const known = await knownDevice(tx, user.id)
    await rememberDevice(tx, ctx, user, known)
    const device = ctx.deviceToken ?? ctx.caller.device
    if (device !== '' && (await settingsOf(tx)).shiftHours > 0) await noteFullSignIn(tx, { device_hash: digest(device), user_id: user.id, has_second_factor: hasSecondFactor })
    return known
  })
  const session = await openSession(tenantId, user.id, ctx.caller, { method, hasSecondFactor })
  await logAttempt(ctx, { tenantId, user, device }, 'success', method)
  ctx.sessionToken = session.token
  return { csrfToken: session.csrfToken, user: presentUser(user) }
}

export async function signIn(ctx: Ctx, { body }: Input<'signIn'>) {
  const key = emailKey(body.email)
  const account = await evenly(() => inTurn(key, () => checkPassword(ctx, key, body.password)))
  const { tenantId, user } = account
  const methods = await withContext(inTenant(ctx, tenantId), (tx) => methodsOf(tx, user.id))
  if (methods.length === 0) return (await runOut(ctx, account)) ?? enter(ctx, account, 'password', false)
  await logAttempt(ctx, account, 'second-factor-asked', 'password')
  return { challenge: await openChallenge(ctx.now, { kind: 'second-factor', tenantId, userId: user.id }), methods }
}

async function activeUser(ctx: Ctx, tenantId: string, userId: string): Promise<User> {
  const user = await withContext(inTenant(ctx, tenantId), (tx) => people_.readUser(tx, userId))
  if (user === undefined || !user.is_active) throw new AppError(peopleErrors.wrong_credentials)
  return user
}

/** Tries a second factor, slowed down per account whatever the number of challenges. */
export async function proveFactor(ctx: Ctx, who: { tenantId: string; userId: string }, proof: Proof, question: Question): Promise<void> {
  const throttles: Throttle[] = [{ key: `factor:${who.tenantId}:${who.userId}`, rule: accountRule() }]
  await inTurn(`factor:${who.userId}`, async () => {
    await refuseHasty(throttles, ctx.now)
    try {
      await withContext(inTenant(ctx, who.tenantId), (tx) => passFactor(tx, who.userId, proof, question))
    } catch (error) {
      await Promise.all([countFailure(throttles, ctx.now), logAttempt(ctx, { tenantId: who.tenantId, user: { id: who.userId } }, 'wrong-second-factor', proof.method)])
      throw error
    }
    await forgetFailures(throttles[0]?.key ?? '')
  })
}

export async function passSecondFactor(ctx: Ctx, { body }: Input<'passSecondFactor'>) {
  const asked = await tryChallenge(ctx.now, body.challenge, 'second-factor')
  const who = { tenantId: asked.tenantId ?? '', userId: asked.userId ?? '' }
  const user = await activeUser(ctx, who.tenantId, who.userId)
  await proveFactor(ctx, who, body, asked)
  await useChallenge(ctx.now, asked.id)
  const account = { tenantId: who.tenantId, user }
  return (await runOut(ctx, account)) ?? enter(ctx, account, `password+${body.method}`, true)
}

export async function askPasskey(ctx: Ctx, { body }: Input<'askPasskey'>) {
  if (body.challenge === undefined) {
    const options = await passkeyOptions([])
    return { token: await openChallenge(ctx.now, { kind: 'passkey', challenge: options.challenge }), options: { ...options } }
  }
  const asked = await tryChallenge(ctx.now, body.challenge, 'second-factor')
  const factors = await withContext(inTenant(ctx, asked.tenantId ?? ''), (tx) => factorsOf(tx, asked.userId ?? ''))
  const options = await passkeyOptions(factors.filter((one) => one.kind === 'passkey'))
  await setQuestion(asked.id, { challenge: options.challenge })
  return { token: body.challenge, options: { ...options } }
}

/** A passkey alone is both: something one has, and a finger or PIN that was verified on it. */
export async function signInWithPasskey(ctx: Ctx, { body }: Input<'signInWithPasskey'>) {
  const asked = await tryChallenge(ctx.now, body.token, 'passkey')
  const who = ownerOf(body.assertion)
  const user = await activeUser(ctx, who.tenantId, who.userId).catch(() => {
    throw new AppError(peopleErrors.passkey_refused)
  })
  await useChallenge(ctx.now, asked.id)
  await proveFactor(ctx, who, { method: 'passkey', assertion: body.assertion }, asked).catch((error: unknown) => {
    throw error instanceof AppError && error.spec === peopleErrors.wrong_code ? new AppError(peopleErrors.passkey_refused) : error
  })
  return enter(ctx, { tenantId: who.tenantId, user }, 'passkey', true)
}
