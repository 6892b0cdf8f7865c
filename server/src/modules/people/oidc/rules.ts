/** What is believed of a person that another place vouches for. */
export interface Claims {
  subject: string
  /** Only an address that the place has verified. */
  email: string | undefined
  name: string | undefined
  /** What the claim of roles holds, one or many. */
  groups: readonly string[]
}

export interface Mapping {
  value: string
  facilityId: string
  role: string
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 1000) : typeof value === 'string' ? [value] : [])

/** The claims of a checked ID token, as far as they are used: an address that is not verified is no address. */
export function claimsOf(raw: Record<string, unknown>, roleClaim: string): Claims {
  const { sub, email, email_verified: isVerified, name } = raw
  return {
    subject: typeof sub === 'string' ? sub : '',
    email: isVerified === true && typeof email === 'string' && email.length <= 200 ? email : undefined,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 200) : undefined,
    groups: texts(raw[roleClaim]),
  }
}

/** The roles that a person's groups give; those of administrators only where the hospital has said so. */
export function rolesFor(claims: Claims, mapping: readonly Mapping[], may: { mapAdmins: boolean; isAdmin: (role: string) => boolean }): { facilityId: string; role: string }[] {
  const held = mapping.filter((one) => claims.groups.includes(one.value) && (may.mapAdmins || !may.isAdmin(one.role)))
  return [...new Map(held.map(({ facilityId, role }) => [`${facilityId} ${role}`, { facilityId, role }])).values()]
}
