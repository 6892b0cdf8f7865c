import type { AnyModule } from '#kernel/module.ts'

const shipped = new Map<string, Set<string>>()
let moduleNames: string[] = []

/** Learns from the modules which shipped role holds which permission; called once at start. */
export function learnGrants(modules: readonly AnyModule[]): void {
  shipped.clear()
  moduleNames = modules.map((module) => module.name)
  for (const module of modules) {
    for (const [permission, roles] of Object.entries(module.permissions)) {
      for (const role of roles) shipped.set(role, (shipped.get(role) ?? new Set()).add(permission))
    }
  }
}

/** Permissions of a shipped role; undefined for a custom one. */
export const shippedPermissions = (role: string): ReadonlySet<string> | undefined => shipped.get(role)
export const shippedRoles = (): string[] => [...shipped.keys()]
export const enabledModules = (): string[] => moduleNames

/** Every permission that a route or module asks for. */
export const knownPermissions = (): ReadonlySet<string> => new Set([...shipped.values()].flatMap((held) => [...held]))

/** Whether a role may give rights to others: an administrator's. Custom roles come with their own lists. */
export const administers = (role: string, custom: ReadonlyMap<string, readonly string[]>): boolean => shipped.get(role)?.has('people.write') === true || custom.get(role)?.includes('people.write') === true

interface MembershipRow {
  facility_id: string
  role: string
}

/** Facility → permissions of a user's memberships; custom roles come with their own lists. */
export function grantsOf(memberships: readonly MembershipRow[], custom: ReadonlyMap<string, readonly string[]>): Map<string, Set<string>> {
  const grants = new Map<string, Set<string>>()
  for (const { facility_id, role } of memberships) {
    const held = grants.get(facility_id) ?? new Set<string>()
    for (const permission of shipped.get(role) ?? custom.get(role) ?? []) held.add(permission)
    grants.set(facility_id, held)
  }
  return grants
}

export interface OneRight {
  facility_id: string | null
  permission: string
  effect: string
}

/** Adds what one user was given and takes what was denied: in one facility, or in all in which the user works. A denial wins, whatever else gives it. */
export function withRights(grants: ReadonlyMap<string, ReadonlySet<string>>, rights: readonly OneRight[]): Map<string, Set<string>> {
  const held = new Map([...grants].map(([facility, permissions]) => [facility, new Set(permissions)]))
  const here = (facility: string) => rights.filter((right) => right.facility_id === null || right.facility_id === facility)
  for (const [facility, permissions] of held) {
    for (const { permission, effect } of here(facility)) if (effect === 'grant') permissions.add(permission)
    for (const { permission, effect } of here(facility)) if (effect === 'deny') permissions.delete(permission)
  }
  return held
}
