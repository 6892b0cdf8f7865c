import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext, withSystem } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { canMail } from '#kernel/mail.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { grantsFor } from './effective.ts'
import { enabledModules, shippedPermissions, shippedRoles } from './grants.ts'
import { keepNewPassword, refuseWeak } from './new-password.ts'
import { hashPassword } from './passwords.ts'
import { presentMembership, presentUser } from './present.ts'
import * as repo from './repo.ts'
import { emailKey } from './rules.ts'
import { forgetSessions, mustEnrol } from './sessions.ts'
import { invite } from './sign-in/recovery.ts'

mapConstraint('sign_in_names_pkey', peopleErrors.email_taken)

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>
const byId = (row: { id: string }) => ({ at: '', id: row.id })

export function signOut(ctx: Ctx): Promise<void> {
  ctx.sessionToken = null
  return withContext(ctx, async (tx) => {
    await repo.endSession(tx, ctx.sessionId)
    forgetSessions()
  })
}

export async function me(ctx: Ctx, isDemo: boolean, csrfToken: string) {
  const tenant = await withSystem(async (query) => (await query('select id, name from tenants where id = $1', [ctx.tenantId])).rows[0])
  return withContext(ctx, async (tx) => {
    const user = found(await repo.readUser(tx, ctx.userId))
    const rows = await repo.facilityAccess(tx, ctx.userId)
    const grants = await grantsFor(tx, ctx.userId, rows.map((row) => ({ facility_id: row.id, role: row.role })))
    const facilities = [...Map.groupBy(rows, (row) => row.id).values()].flatMap(([first, ...rest]) =>
      first === undefined ? [] : [{ id: first.id, code: first.code, name: first.name, timeZone: first.time_zone, currency: first.currency, roles: [first, ...rest].map((row) => row.role), permissions: [...(grants.get(first.id) ?? [])].toSorted() }],
    )
    return { user: presentUser(user), tenant: { id: ctx.tenantId, name: String(tenant?.name ?? '') }, modules: enabledModules(), facilities, csrfToken, isDemo, mustEnrol: await mustEnrol(tx, ctx.userId, rows) }
  })
}

export function listUsers(ctx: Ctx, { query }: Input<'listUsers'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listUsers(tx, query, page), page.limit, byId, presentUser))
}

export function readUser(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => presentUser(found(await repo.readUser(tx, id))))
}

interface StaffFields {
  displayName?: string | undefined
  isActive?: boolean | undefined
  title?: string | undefined
  specialty?: string | undefined
  licenceNumber?: string | undefined
  system?: string | null | undefined
  isPractitioner?: boolean | undefined
  language?: string | undefined
}

function staffColumns(body: StaffFields): repo.UserChange {
  const columns = { display_name: body.displayName, is_active: body.isActive, title: body.title, specialty: body.specialty, licence_number: body.licenceNumber, system: body.system, is_practitioner: body.isPractitioner, language: body.language }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

export async function createUser(ctx: Ctx, { body }: Input<'createUser'>) {
  const { email, password, ...staff } = body
  if (password === undefined && !canMail()) throw invalidField('password', 'required')
  const id = newId()
  if (password !== undefined) await refuseWeak(ctx, { id, email, display_name: body.displayName }, password, 'password')
  const hash = password === undefined ? undefined : await hashPassword(password)
  const user = await withContext(ctx, async (tx) => {
    await repo.insertSignInName(tx, emailKey(email), id)
    const row = await repo.insertUser(tx, { ...staffColumns(staff), id, email, display_name: staff.displayName })
    if (hash !== undefined) await keepNewPassword(tx, id, hash)
    return presentUser(row)
  })
  if (hash === undefined) await invite(ctx, { params: { id }, query: undefined, body: undefined, ifMatch: undefined, upload: undefined })
  return user
}

export function updateUser(ctx: Ctx, { params, body, ifMatch }: Input<'updateUser'>) {
  return withContext(ctx, async (tx) => {
    found(await repo.readUser(tx, params.id))
    const row = await repo.updateUser(tx, params.id, ifMatch ?? 0, staffColumns(body))
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    if (!row.is_active) await repo.endSessionsOf(tx, params.id, params.id)
    forgetSessions()
    return presentUser(row)
  })
}

export function listRoles(ctx: Ctx) {
  return withContext(ctx, async (tx) => {
    const shipped = shippedRoles().toSorted().map((name) => ({ id: roleId(name), version: 1, name, isSystem: true, permissions: [...(shippedPermissions(name) ?? [])].toSorted() }))
    const custom = (await repo.customRoles(tx)).map((row) => ({ ...row, isSystem: false }))
    return { items: [...shipped, ...custom], nextCursor: null }
  })
}

// Shipped roles have no row: a stable id made of their name.
const roleId = (name: string): string => `00000000-0000-7000-8000-${Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12)}`

export function createRole(ctx: Ctx, { body }: Input<'createRole'>) {
  const missing = body.permissions.filter((permission) => !ctx.can(permission))
  if (missing.length > 0) throw new AppError(peopleErrors.permission_not_held, { missing })
  return withContext(ctx, async (tx) => ({ ...(await repo.insertRole(tx, body)), isSystem: false }))
}

export function listMemberships(ctx: Ctx, { query }: Input<'listMemberships'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listMemberships(tx, query, page), page.limit, byId, presentMembership))
}

/** Of what administrators may do, nobody gives more than they hold there: else who gives roles could give themselves all. */
function refuseBeyond(ctx: Ctx, permissions: Iterable<string>, facilityId: string): void {
  const ofAdmins = shippedPermissions('admin') ?? new Set<string>()
  const missing = [...permissions].filter((permission) => ofAdmins.has(permission) && !ctx.can(permission, facilityId))
  if (missing.length > 0) throw new AppError(peopleErrors.permission_not_held, { missing })
}

export function createMembership(ctx: Ctx, { body }: Input<'createMembership'>) {
  requirePermission(ctx, 'people.write', body.facilityId)
  return withContext(ctx, async (tx) => {
    const permissions = shippedPermissions(body.role) ?? (await repo.customRoles(tx)).find((role) => role.name === body.role)?.permissions
    if (permissions === undefined) throw invalidField('role', 'reference.unknown')
    refuseBeyond(ctx, permissions, body.facilityId)
    const row = await repo.insertMembership(tx, { user_id: body.userId, facility_id: body.facilityId, role: body.role })
    forgetSessions()
    return presentMembership(row)
  })
}

/** Who added a facility administers it, so that somebody can give roles there. */
export async function staffNewFacility(tx: Tx, { facilityId }: { facilityId: string }): Promise<void> {
  await repo.insertMembership(tx, { user_id: tx.ctx.userId, facility_id: facilityId, role: 'admin' })
  forgetSessions()
}

export function endMembership(ctx: Ctx, id: string): Promise<void> {
  return withContext(ctx, async (tx) => {
    const ended = found(await repo.deleteMembership(tx, id))
    requirePermission(ctx, 'people.write', ended.facility_id)
    forgetSessions()
  })
}

export function listPractitioners(ctx: Ctx, { query }: Input<'listPractitioners'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listPractitioners(tx, query, page)
    const facilities = Map.groupBy(await repo.facilitiesOfUsers(tx, rows.map((row) => row.id)), (row) => row.user_id)
    return toPage(rows, page.limit, byId, (row) => ({ id: row.id, name: row.display_name, title: row.title, specialty: row.specialty, system: row.system, facilityIds: (facilities.get(row.id) ?? []).map((one) => one.facility_id) }))
  })
}

/** Display names with title by user id. */
export async function userNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await repo.userNames(tx, [...new Set(ids)])
  return new Map(rows.map((row) => [row.id, [row.title, row.display_name].filter(Boolean).join(' ')]))
}
