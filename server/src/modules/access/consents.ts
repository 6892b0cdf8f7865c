import type { access } from '#contract/access.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type Consent, consentErrors, type Program, purpose } from '#contract/consents.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientForWrite } from '../patients/index.ts'
import { activePrograms, forgetSessions, programById, requireFresh, userNames } from '../people/index.ts'
import * as repo from './consents-repo.ts'
import { presentConsent } from './present.ts'

type Input<K extends keyof typeof access> = RouteInput<(typeof access)[K]>

const shown = async (tx: Tx, row: repo.ConsentRow): Promise<Consent> => presentConsent(row, await userNames(tx, [row.recorded_by]), tx.ctx.now)

export function listConsents(ctx: Ctx, { params, query }: Input<'listConsents'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, params.id)
    const rows = await repo.listConsents(tx, params.id, page)
    const names = await userNames(tx, rows.map((row) => row.recorded_by))
    return toPage(rows, page.limit, (row) => ({ at: row.recorded_at.toISOString(), id: row.id }), (row) => presentConsent(row, names, ctx.now))
  })
}

export function giveConsent(ctx: Ctx, { params, body }: Input<'giveConsent'>) {
  const startsAt = body.startsAt === undefined ? ctx.now : new Date(body.startsAt)
  const endsAt = body.endsAt === undefined ? null : new Date(body.endsAt)
  if (endsAt !== null && (endsAt <= startsAt || endsAt <= ctx.now)) throw invalidField('endsAt', consentErrors.consent_period.code, consentErrors.consent_period)
  if (body.givenBy !== 'patient' && body.givenName === '') throw invalidField('givenName', consentErrors.name_needed.code, consentErrors.name_needed)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, params.id)
    const { recipientKeyId } = body
    if (recipientKeyId !== undefined && (body.recipientKind !== 'program' || (await programById(tx, recipientKeyId)) === undefined)) throw invalidField('recipientKeyId', consentErrors.key_unknown.code, consentErrors.key_unknown)
    const row = await repo.insertConsent(tx, {
      patient_id: params.id, purpose: body.purpose, recipient_kind: body.recipientKind, recipient_key_id: recipientKeyId ?? null, recipient: body.recipient, scope: [...new Set(body.scope)], given_by: body.givenBy, given_name: body.givenName, starts_at: startsAt, ends_at: endsAt,
    })
    return shown(tx, row)
  })
}

/** Takes a consent back: row security asks for it at each row, so nothing is shared from the COMMIT on. */
export function withdrawConsent(ctx: Ctx, { params, body }: Input<'withdrawConsent'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockConsent(tx, params.id))
    if (row.withdrawn_at !== null) throw new AppError(consentErrors.consent_withdrawn)
    return shown(tx, await repo.withdrawConsent(tx, row, body.reason))
  })
}

/** The consent on which something of a patient is shared now; 403 without one in force. */
export async function consentInForce(tx: Tx, id: string, patientId: string): Promise<Consent> {
  const row = await repo.readConsent(tx, id)
  const consent = row === undefined ? undefined : await shown(tx, row)
  if (consent === undefined || consent.patientId !== patientId || consent.state !== 'in-force') throw new AppError(consentErrors.no_consent)
  return consent
}

export function listPrograms(ctx: Ctx, { query }: Input<'listPrograms'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const [keys, rules] = await Promise.all([activePrograms(tx, page), repo.programRules(tx)])
    const names = await userNames(tx, keys.map((key) => key.user_id))
    const byKey = new Map(rules.map((rule) => [rule.key_id, rule]))
    return toPage(keys, page.limit, (key) => ({ at: '', id: key.id }), (key): Program => {
      const rule = byKey.get(key.id)
      return { keyId: key.id, name: key.name, owner: names.get(key.user_id) ?? '', version: rule?.version ?? 1, purpose: purpose.nullable().parse(rule?.purpose || null) }
    })
  })
}

export function writeProgram(ctx: Ctx, { params, body, ifMatch }: Input<'writeProgram'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const key = found(await programById(tx, params.id))
    const seen = (await repo.programRule(tx, params.id))?.version ?? 1
    if (ifMatch !== undefined && ifMatch !== seen) throw new AppError(kernelErrors.stale_version)
    await repo.writeProgramRule(tx, params.id, body.purpose ?? '', seen + 1)
    ctx.afterCommit = [...(ctx.afterCommit ?? []), forgetSessions]
    return { keyId: key.id, name: key.name, owner: (await userNames(tx, [key.user_id])).get(key.user_id) ?? '', version: seen + 1, purpose: body.purpose }
  })
}
