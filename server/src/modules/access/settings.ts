import { type access, accessErrors, type AccessSettings } from '#contract/access.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { forgetSessions, knownRoles, requireFresh } from '../people/index.ts'
import * as repo from './repo.ts'
import { defaultSettings } from './rules.ts'
import { relationsOf, rulesOf } from './walls.ts'

type Input<K extends keyof typeof access> = RouteInput<(typeof access)[K]>

const checkSeen = (seen: number, ifMatch: number | undefined): void => {
  if (ifMatch !== undefined && ifMatch !== seen) throw new AppError(kernelErrors.stale_version)
}

async function checkRoles(tx: Tx, path: string, roles: readonly string[]): Promise<void> {
  const known = await knownRoles(tx)
  const unknown = roles.findIndex((role) => !known.includes(role))
  if (unknown >= 0) throw invalidField(`${path}.${unknown}`, accessErrors.role_unknown.code, accessErrors.role_unknown)
}

// Walls are kept with the sessions: here they are forgotten at once, elsewhere they end with the three seconds that a session is kept.
function felt(ctx: Ctx): void {
  ctx.afterCommit = [...(ctx.afterCommit ?? []), forgetSessions]
}

export const listLabelRules = (ctx: Ctx) => withContext(ctx, async (tx) => ({ items: await rulesOf(tx), nextCursor: null }))

export function writeLabelRule(ctx: Ctx, { params, body, ifMatch }: Input<'writeLabelRule'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    if (body.breaksGlass && !body.isTold) throw invalidField('isTold', accessErrors.told_needed.code, accessErrors.told_needed)
    await checkRoles(tx, 'roles', body.roles)
    const seen = (await rulesOf(tx)).find((rule) => rule.label === params.label)?.version ?? 1
    checkSeen(seen, ifMatch)
    await repo.writeLabelRule(tx, { label: params.label, roles: [...new Set(body.roles)], is_told: body.isTold, breaks_glass: body.breaksGlass }, seen + 1)
    felt(ctx)
    return { label: params.label, version: seen + 1, roles: [...new Set(body.roles)], isTold: body.isTold, breaksGlass: body.breaksGlass }
  })
}

/** Every role, bound or not. */
export const listRelationRules = (ctx: Ctx) =>
  withContext(ctx, async (tx) => {
    const rules = new Map((await relationsOf(tx)).map((rule) => [rule.role, rule]))
    return { items: (await knownRoles(tx)).toSorted().map((role) => rules.get(role) ?? { role, version: 1, relations: [] }), nextCursor: null }
  })

export function writeRelationRule(ctx: Ctx, { params, body, ifMatch }: Input<'writeRelationRule'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    await checkRoles(tx, 'role', [params.role])
    const seen = (await relationsOf(tx)).find((rule) => rule.role === params.role)?.version ?? 1
    checkSeen(seen, ifMatch)
    const rule = { role: params.role, relations: [...new Set(body.relations)].toSorted() }
    await repo.writeRelationRule(tx, rule, seen + 1)
    felt(ctx)
    return { ...rule, version: seen + 1 }
  })
}

/** Settings of the hospital, or those that hold until it has said otherwise. */
export async function settingsOf(tx: Tx): Promise<AccessSettings> {
  const row = await repo.readSettings(tx)
  if (row === undefined) return { version: 1, ...defaultSettings, officerRoles: [...defaultSettings.officerRoles] }
  return { version: row.version, glassMinutes: row.glass_minutes, officerRoles: row.officer_roles, paceCharts: row.pace_charts, paceMinutes: row.pace_minutes }
}

export const readSettings = (ctx: Ctx) => withContext(ctx, settingsOf)

export function writeSettings(ctx: Ctx, { body, ifMatch }: Input<'writeSettings'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const before = await settingsOf(tx)
    checkSeen(before.version, ifMatch)
    await checkRoles(tx, 'officerRoles', body.officerRoles ?? [])
    const next = { version: before.version + 1, glassMinutes: body.glassMinutes ?? before.glassMinutes, officerRoles: body.officerRoles ?? before.officerRoles, paceCharts: body.paceCharts ?? before.paceCharts, paceMinutes: body.paceMinutes ?? before.paceMinutes }
    await repo.writeSettings(tx, { version: next.version, glass_minutes: next.glassMinutes, officer_roles: next.officerRoles, pace_charts: next.paceCharts, pace_minutes: next.paceMinutes })
    return next
  })
}
