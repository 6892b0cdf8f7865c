import type { RouteInput } from '#contract/define.ts'
import { peopleErrors, type people } from '#contract/people.ts'
import { qrSvg } from '#kernel/barcodes.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext, withSystem } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { seal, unseal } from '#kernel/seal.ts'
import { canText } from '#kernel/sms.ts'
import { mailText } from '../mails.ts'
import * as people_ from '../repo.ts'
import { matches, digest } from '../secrets.ts'
import { openChallenge, tryChallenge, useChallenge } from '../sign-in/challenges.ts'
import { needsFactor, requireFresh, settingsOf } from '../sign-in/settings.ts'
import { countFailure, refuseHasty } from '../sign-in/throttle.ts'
import { forgetSessions } from '../sessions.ts'
import { endWardSignIns } from '../ward/repo.ts'
import { secretPlace } from './checking.ts'
import { backupCount, backupHash, newBackupCode, newMailCode, newSecret, otpUri, shownBackupCode, stepOf } from './codes.ts'
import { checkNewPasskey, newPasskeyOptions } from './passkeys.ts'
import * as repo from './repo.ts'
import { hasStronger } from './sms-codes.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

interface Shown {
  id: string
  kind: string
  name: string
  state: string
  created_at: Date
  last_used_at: Date | null
}
export const presentFactor = (row: Shown) => ({ id: row.id, kind: row.kind, name: row.name, state: row.state, createdAt: row.created_at.toISOString(), lastUsedAt: row.last_used_at?.toISOString() ?? null }) as { id: string; kind: 'totp'; name: string; state: 'active'; createdAt: string; lastUsedAt: string | null }

const isRequired = async (tx: Tx): Promise<boolean> => {
  const [settings, roles] = [await settingsOf(tx), await people_.membershipsOf(tx, tx.ctx.userId)]
  return needsFactor(settings, roles)
}

export const listFactors = (ctx: Ctx) =>
  withContext(ctx, async (tx) => ({ items: (await repo.factorsOf(tx, ctx.userId)).map(presentFactor), backupCodesLeft: await repo.codesLeft(tx, ctx.userId), isRequired: await isRequired(tx), canMail: canMail(), canText: canText(), nextCursor: null }))

async function newCodes(tx: Tx): Promise<string[]> {
  const codes = Array.from({ length: backupCount }, newBackupCode)
  await repo.replaceCodes(tx, tx.ctx.userId, await Promise.all(codes.map((code) => backupHash(tx.ctx.userId, code))))
  return codes.map(shownBackupCode)
}

/** Ten codes with the first factor; later ones leave them as they are. */
const firstCodes = async (tx: Tx): Promise<string[]> => ((await repo.codesLeft(tx, tx.ctx.userId)) > 0 ? [] : newCodes(tx))

export async function addAuthenticator(ctx: Ctx, { body }: Input<'addAuthenticator'>) {
  requireFresh(ctx)
  const tenant = await withSystem(async (query) => (await query('select name from tenants where id = $1', [ctx.tenantId])).rows[0])
  return withContext(ctx, async (tx) => {
    const user = found(await people_.readUser(tx, ctx.userId))
    const id = newId()
    const secret = newSecret()
    await repo.insertFactor(tx, id, ctx.userId, { kind: 'totp', name: body.name, state: 'pending', secret_sealed: seal(ctx.tenantId, secretPlace(id), secret) })
    const uri = otpUri(secret, String(tenant?.name ?? 'Triveni'), user.email)
    return { id, secret, uri, qr: await qrSvg(uri) }
  })
}

export function addMail(ctx: Ctx) {
  requireFresh(ctx)
  if (!canMail()) throw new AppError(peopleErrors.no_mail)
  return withContext(ctx, async (tx) => {
    const user = found(await people_.readUser(tx, ctx.userId))
    const id = newId()
    const code = newMailCode()
    const row = await repo.insertFactor(tx, id, ctx.userId, { kind: 'email', name: user.email, state: 'pending', secret_sealed: seal(ctx.tenantId, secretPlace(id), digest(code)) })
    await queueMail(tx, { to: user.email, ...mailText(user.language, 'code', { code }) })
    return presentFactor(row)
  })
}

// ASVS 5.0 6.5.5: what is sent or shown to be typed in ends after ten minutes.
const pendingMilliseconds = 600_000

function fitsPending(ctx: Ctx, factor: repo.FactorRow, code: string): { step?: number } | undefined {
  if (factor.secret_sealed === null || ctx.now.getTime() - factor.created_at.getTime() > pendingMilliseconds) return undefined
  const secret = unseal(ctx.tenantId, secretPlace(factor.id), factor.secret_sealed)
  if (factor.kind === 'email' || factor.kind === 'sms') return matches(code, secret) ? {} : undefined
  const step = stepOf(secret, code, ctx.now)
  return step === undefined ? undefined : { step }
}

/** How somebody signs in has changed: who sits elsewhere in that name signs in anew. */
async function endOthers(tx: Tx): Promise<void> {
  await people_.endSessionsOf(tx, tx.ctx.userId, tx.ctx.sessionId)
  forgetSessions()
}

export async function activateFactor(ctx: Ctx, { params, body }: Input<'activateFactor'>) {
  requireFresh(ctx)
  const throttles = [{ key: `activate:${ctx.tenantId}:${ctx.userId}`, rule: { freeFailures: 5, firstDelaySeconds: 30, longestDelaySeconds: 300, quietSeconds: 900 } }]
  await refuseHasty(throttles, ctx.now)
  return activate(ctx, params.id, body.code).catch(async (error: unknown) => {
    if (error instanceof AppError && error.spec === peopleErrors.wrong_code) await countFailure(throttles, ctx.now)
    throw error
  })
}

function activate(ctx: Ctx, id: string, code: string) {
  return withContext(ctx, async (tx) => {
    const factor = found(await repo.readFactor(tx, ctx.userId, id))
    const fit = factor.state === 'pending' ? fitsPending(ctx, factor, code) : undefined
    if (fit === undefined || (fit.step !== undefined && !(await repo.spendStep(tx, factor.id, fit.step)))) throw invalidField('code', 'code.wrong', peopleErrors.wrong_code)
    const row = await repo.activateFactor(tx, factor.id)
    await endOthers(tx)
    return { factor: presentFactor(row), backupCodes: await firstCodes(tx) }
  })
}

export function askNewPasskey(ctx: Ctx) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const user = found(await people_.readUser(tx, ctx.userId))
    const options = await newPasskeyOptions({ tenantId: ctx.tenantId, id: user.id, email: user.email, displayName: user.display_name }, await repo.factorsOf(tx, ctx.userId))
    const token = await openChallenge(ctx.now, { kind: 'enrol-passkey', tenantId: ctx.tenantId, userId: ctx.userId, challenge: options.challenge })
    return { token, options: { ...options } }
  })
}

export async function addPasskey(ctx: Ctx, { body }: Input<'addPasskey'>) {
  requireFresh(ctx)
  const asked = await tryChallenge(ctx.now, body.token, 'enrol-passkey')
  if (asked.userId !== ctx.userId || asked.tenantId !== ctx.tenantId) throw new AppError(peopleErrors.link_expired)
  await useChallenge(ctx.now, asked.id)
  const key = await checkNewPasskey(body.attestation, asked.challenge)
  return withContext(ctx, async (tx) => {
    const row = await repo.insertFactor(tx, newId(), ctx.userId, { kind: 'passkey', name: body.name, state: 'active', ...key })
    await endOthers(tx)
    return { factor: presentFactor(row), backupCodes: await firstCodes(tx) }
  })
}

export function removeFactor(ctx: Ctx, { params }: Input<'removeFactor'>): Promise<void> {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    found(await repo.removeFactor(tx, ctx.userId, params.id))
    const left = (await repo.factorsOf(tx, ctx.userId)).filter((one) => one.state === 'active' && one.kind !== 'sms')
    const isLast = left.length === 0
    if (!hasStronger(left)) await repo.removePhones(tx, ctx.userId)
    if (isLast && (await isRequired(tx))) throw new AppError(peopleErrors.last_factor)
    if (isLast) await repo.removeAll(tx, ctx.userId)
    await endOthers(tx)
  })
}

export function renewBackupCodes(ctx: Ctx) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    if (!(await repo.factorsOf(tx, ctx.userId)).some((one) => one.state === 'active')) throw new AppError(peopleErrors.confirm_needed)
    return { codes: await newCodes(tx) }
  })
}

export function resetFactors(ctx: Ctx, { params }: Input<'resetFactors'>): Promise<void> {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    found(await people_.readUser(tx, params.id))
    await repo.removeAll(tx, params.id)
    await endWardSignIns(tx, params.id)
    await people_.endSessionsOf(tx, params.id, '00000000-0000-0000-0000-000000000000')
    forgetSessions()
  })
}
