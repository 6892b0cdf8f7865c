import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { type Right, rightEffect } from '#contract/rights.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { effectiveRights } from './effective.ts'
import { knownPermissions } from './grants.ts'
import * as users from './repo.ts'
import * as repo from './rights-repo.ts'
import { userNames } from './service.ts'
import { forgetSessions } from './sessions.ts'
import { requireFresh } from './sign-in/settings.ts'

mapConstraint('user_rights_other', peopleErrors.own_rights)
mapConstraint('user_rights_period', peopleErrors.period)

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

const isOver = (row: repo.RightRow, now: Date): boolean => row.ended_at !== null || (row.ends_at !== null && row.ends_at <= now)
const stateOf = (row: repo.RightRow, now: Date): Right['state'] => (isOver(row, now) ? 'over' : row.starts_at > now ? 'ahead' : 'in-force')

const present = (row: repo.RightRow, names: ReadonlyMap<string, string>, now: Date): Right => ({
  id: row.id,
  version: row.version,
  userId: row.user_id,
  facilityId: row.facility_id,
  permission: row.permission,
  effect: rightEffect.parse(row.effect),
  reason: row.reason,
  startsAt: row.starts_at.toISOString(),
  endsAt: row.ends_at?.toISOString() ?? null,
  givenAt: row.given_at.toISOString(),
  givenBy: names.get(row.given_by) ?? '',
  endedAt: row.ended_at?.toISOString() ?? null,
  state: stateOf(row, now),
})
const shown = async (tx: Tx, row: repo.RightRow): Promise<Right> => present(row, await userNames(tx, [row.given_by]), tx.ctx.now)

export function listRights(ctx: Ctx, { params, query }: Input<'listRights'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found(await users.readUser(tx, params.id))
    const rows = await repo.listRights(tx, params.id, page)
    const names = await userNames(tx, rows.map((row) => row.given_by))
    return toPage(rows, page.limit, (row) => ({ at: row.given_at.toISOString(), id: row.id }), (row) => present(row, names, ctx.now))
  })
}

/** Where a right counts: in one facility in which the user works, or in all of them. */
async function checkPlace(tx: Tx, userId: string, facilityId: string | undefined): Promise<void> {
  const places = (await users.membershipsOf(tx, userId)).map((row) => row.facility_id)
  for (const place of facilityId === undefined ? places : [facilityId]) requirePermission(tx.ctx, 'people.write', place)
  if (facilityId !== undefined && !places.includes(facilityId)) throw invalidField('facilityId', peopleErrors.no_membership.code, peopleErrors.no_membership)
}

/** Nobody gives what they do not hold, and nobody changes their own rights. */
export function giveRight(ctx: Ctx, { params, body }: Input<'giveRight'>) {
  requireFresh(ctx)
  if (params.id === ctx.userId) throw new AppError(peopleErrors.own_rights)
  if (!knownPermissions().has(body.permission)) throw invalidField('permission', peopleErrors.permission_unknown.code, peopleErrors.permission_unknown)
  const [startsAt, endsAt] = [body.startsAt === undefined ? ctx.now : new Date(body.startsAt), body.endsAt === undefined ? null : new Date(body.endsAt)]
  if (endsAt !== null && (endsAt <= startsAt || endsAt <= ctx.now)) throw invalidField('endsAt', peopleErrors.period.code, peopleErrors.period)
  return withContext(ctx, async (tx) => {
    found(await users.readUser(tx, params.id))
    await checkPlace(tx, params.id, body.facilityId)
    if (body.effect === 'grant' && !ctx.can(body.permission, body.facilityId)) throw new AppError(peopleErrors.permission_not_held, { missing: [body.permission] })
    const row = await repo.insertRight(tx, { user_id: params.id, facility_id: body.facilityId ?? null, permission: body.permission, effect: body.effect, reason: body.reason, starts_at: startsAt, ends_at: endsAt })
    ctx.afterCommit = [...(ctx.afterCommit ?? []), forgetSessions]
    return shown(tx, row)
  })
}

export function endRight(ctx: Ctx, { params }: Input<'endRight'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRight(tx, params.id))
    if (row.user_id === ctx.userId) throw new AppError(peopleErrors.own_rights)
    await checkPlace(tx, row.user_id, row.facility_id ?? undefined)
    if (row.ended_at !== null) throw new AppError(peopleErrors.right_ended)
    const ended = await repo.endRight(tx, row)
    ctx.afterCommit = [...(ctx.afterCommit ?? []), forgetSessions]
    return shown(tx, ended)
  })
}

export function readEffective(ctx: Ctx, { params }: Input<'readEffective'>) {
  return withContext(ctx, async (tx) => {
    found(await users.readUser(tx, params.id))
    return { items: await effectiveRights(tx, params.id), nextCursor: null, known: [...knownPermissions()].toSorted() }
  })
}
