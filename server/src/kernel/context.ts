import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'
import type { Tx } from './db.ts'
import { noWalls, type Walls } from './walls.ts'

/** Who asks, where, and when. Made once per request by the kernel; never by a module. */
export interface Ctx {
  readonly tenantId: string
  readonly userId: string
  /** Facilities in which the user has a role. */
  readonly facilityIds: readonly string[]
  readonly sessionId: string
  readonly requestId: string
  readonly locale: string
  /** Business time: the one clock of a request. */
  readonly now: Date
  /** Whether the user holds a permission in a facility, or in any when none is named. */
  can(permission: string, facilityId?: string): boolean
  /** What keeps this user from patients; row security reads it. */
  readonly walls: Walls
  /** The open transaction of a write request; `withContext` joins it. */
  tx?: Tx
  /** Address and program of the caller. */
  readonly caller: Caller
  /** Roles and place in which the audit says that the user acts; looked up where they are not known. */
  readonly actor: Actor | undefined
  /** The token a browser's writes carry; empty for programs. */
  readonly csrfToken: string
  /** When the person last proved to be there; null for programs. */
  readonly confirmedAt: Date | null
  /** A device that signed in for the first time is remembered by this token. */
  deviceToken?: string
  /** What a sign-in or sign-out leaves for the cookie: the new token, or null to clear it. */
  sessionToken?: string | null
  /** A read: its transactions can write nothing, whatever the module tries. */
  isReadOnly?: boolean
  /** Work outside the transaction of the request, such as numbers that may have gaps: on connections of its own, so that it never waits for those that wait for it. */
  isApart?: boolean
  /** Statements that probe by key only: one plan serves all values, and planning each time costs more than running them. Lists are planned for their values. */
  isProbing?: boolean
  /** A read that may show what was so a moment ago: a replica may answer it. */
  mayLag?: boolean
  /** Set when there is work for the outbox: the kernel wakes the dispatcher after COMMIT. */
  hasEvents?: boolean
  /** Run once the transaction is committed: nothing that can fail. */
  afterCommit?: (() => void)[]
}

/** 403 unless the user holds the permission in that facility. */
export function requirePermission(ctx: Ctx, permission: string, facilityId?: string): void {
  if (!ctx.can(permission, facilityId)) throw new AppError(kernelErrors.forbidden)
}

/** Of which facilities a list is: the one asked for, else all in which the user holds the permission; 403 for one where he does not. Undefined for the system's own work, which stands behind no wall. */
export function placesFor(ctx: Ctx, permission: string, facilityId?: string): readonly string[] | undefined {
  if (facilityId !== undefined) {
    requirePermission(ctx, permission, facilityId)
    return [facilityId]
  }
  const isSystem = ctx.facilityIds.length === 0 && ctx.can(permission)
  return isSystem ? undefined : ctx.facilityIds.filter((id) => ctx.can(permission, id))
}

/** In which roles somebody acts, and where when it can be one place only. */
export interface Actor {
  readonly role: string | null
  readonly facilityId: string | null
}

/** Who calls, as far as the connection tells. */
export interface Caller {
  readonly address: string
  readonly agent: string
  /** The token of a device that has signed in before; empty when there is none. */
  readonly device: string
}

export interface ContextInput {
  tenantId: string
  userId?: string
  sessionId?: string
  requestId?: string
  locale?: string
  now?: Date
  caller?: Caller
  actor?: Actor
  confirmedAt?: Date | null
  csrfToken?: string
  walls?: Walls
  /** Facility id → permissions. */
  grants?: ReadonlyMap<string, ReadonlySet<string>>
}

const nobody = '00000000-0000-0000-0000-000000000000'

/** Makes a context; jobs and listeners act as the system user `nobody` with every permission. */
export function makeContext(input: ContextInput): Ctx {
  const { grants } = input
  return {
    tenantId: input.tenantId,
    userId: input.userId ?? nobody,
    facilityIds: [...(grants?.keys() ?? [])],
    sessionId: input.sessionId ?? nobody,
    requestId: input.requestId ?? 'system',
    locale: input.locale ?? 'en',
    now: input.now ?? new Date(),
    csrfToken: input.csrfToken ?? '',
    caller: input.caller ?? { address: '', agent: '', device: '' },
    actor: input.actor,
    confirmedAt: input.confirmedAt ?? null,
    walls: input.walls ?? noWalls,
    can: (permission, facilityId) => grants === undefined || holds(grants, permission, facilityId),
  }
}

function holds(grants: ReadonlyMap<string, ReadonlySet<string>>, permission: string, facilityId?: string): boolean {
  if (facilityId !== undefined) return grants.get(facilityId)?.has(permission) === true
  for (const permissions of grants.values()) if (permissions.has(permission)) return true
  return false
}
