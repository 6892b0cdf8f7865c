import type { Cause, EffectiveRights } from '#contract/rights.ts'
import type { Tx } from '#kernel/db.ts'
import { grantsOf, knownPermissions, shippedPermissions, withRights } from './grants.ts'
import { holdersByIds } from './holders.ts'
import * as repo from './repo.ts'
import { type RightRow, rightsInForce } from './rights-repo.ts'

interface Membership {
  facility_id: string
  role: string
}

const customOf = async (tx: Tx): Promise<Map<string, readonly string[]>> => new Map((await repo.customRoles(tx)).map((role) => [role.name, role.permissions]))

/** Facility → what a user may do there now: by roles, with what was given to or taken from this user. */
export async function grantsFor(tx: Tx, userId: string, memberships: readonly Membership[]): Promise<Map<string, Set<string>>> {
  const [custom, rights] = await Promise.all([customOf(tx), rightsInForce(tx, userId)])
  return withRights(grantsOf(memberships, custom), rights)
}

/** Whether somebody who is active holds a permission in one of the facilities now. */
export async function isHolder(tx: Tx, { userId, permission, facilityIds }: { userId: string; permission: string; facilityIds: readonly string[] }): Promise<boolean> {
  const [[user], memberships] = await Promise.all([holdersByIds(tx, [userId]), repo.membershipsOf(tx, userId)])
  if (user === undefined || memberships.length === 0) return false
  const grants = await grantsFor(tx, userId, memberships)
  return facilityIds.some((facilityId) => grants.get(facilityId)?.has(permission) === true)
}

function causesOf(permission: string, facilityId: string, roles: readonly { role: string; permissions: ReadonlySet<string> }[], rights: readonly RightRow[]): Cause[] {
  const byRole = roles.filter((one) => one.permissions.has(permission)).map((one): Cause => ({ kind: 'role', name: one.role, until: null }))
  const byRight = rights
    .filter((right) => right.permission === permission && (right.facility_id === null || right.facility_id === facilityId))
    .map((right): Cause => ({ kind: right.effect === 'deny' ? 'deny' : 'grant', name: right.reason, until: right.ends_at?.toISOString() ?? null }))
  return [...byRole, ...byRight]
}

/** What a user may do in each facility, what is denied, and why; the same rules that open or refuse a request. */
export async function effectiveRights(tx: Tx, userId: string): Promise<EffectiveRights[]> {
  const [rows, custom, rights] = await Promise.all([repo.facilityAccess(tx, userId), customOf(tx), rightsInForce(tx, userId)])
  const held = withRights(grantsOf(rows.map((row) => ({ facility_id: row.id, role: row.role })), custom), rights)
  return [...Map.groupBy(rows, (row) => row.id)].map(([facilityId, members]) => {
    const roles = members.map(({ role }) => ({ role, permissions: new Set(shippedPermissions(role) ?? custom.get(role) ?? []) }))
    const named = [...knownPermissions()].toSorted().flatMap((permission) => {
      const because = causesOf(permission, facilityId, roles, rights)
      return because.length === 0 ? [] : [{ permission, isHeld: held.get(facilityId)?.has(permission) === true, because }]
    })
    return { facilityId, facilityName: members[0]?.name ?? '', rights: named }
  })
}
