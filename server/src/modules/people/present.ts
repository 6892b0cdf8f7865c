import type { z } from 'zod'
import { locale } from '#contract/common/values.ts'
import { user } from '#contract/people.ts'

interface UserRow {
  id: string
  version: number
  email: string
  display_name: string
  title: string
  specialty: string
  licence_number: string
  system: string | null
  is_practitioner: boolean
  is_active: boolean
  language: string
}

export const presentUser = (row: UserRow): z.output<typeof user> => ({
  id: row.id,
  version: row.version,
  email: row.email,
  displayName: row.display_name,
  title: row.title,
  specialty: row.specialty,
  licenceNumber: row.licence_number,
  system: user.shape.system.parse(row.system),
  isPractitioner: row.is_practitioner,
  isActive: row.is_active,
  language: locale.parse(row.language),
})

interface MembershipRow {
  id: string
  version: number
  user_id: string
  facility_id: string
  role: string
}
export const presentMembership = (row: MembershipRow) => ({ id: row.id, version: row.version, userId: row.user_id, facilityId: row.facility_id, role: row.role })

interface ApiKeyRow {
  id: string
  name: string
  permissions: string[] | null
  expires_at: Date | null
  revoked_at: Date | null
  created_at: Date
  last_used_at: Date | null
}
const keyState = (row: ApiKeyRow, now: Date) => (row.revoked_at !== null ? 'revoked' : row.expires_at !== null && row.expires_at <= now ? 'expired' : 'active')
export const presentApiKey = (row: ApiKeyRow, now: Date) => ({
  id: row.id, name: row.name, permissions: row.permissions, state: keyState(row, now), createdAt: row.created_at.toISOString(), expiresAt: row.expires_at?.toISOString() ?? null, revokedAt: row.revoked_at?.toISOString() ?? null, lastUsedAt: row.last_used_at?.toISOString() ?? null,
} as const)
