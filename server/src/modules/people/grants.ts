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
