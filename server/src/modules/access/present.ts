import { type Glass, glassState, type Member } from '#contract/access.ts'
import type { GlassRow } from './glass-repo.ts'
import type { MemberRow } from './members-repo.ts'
import { isRunning } from './rules.ts'

export interface Around {
  /** Names of those whom the reader may see; a name behind a wall stays empty. */
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  users: ReadonlyMap<string, string>
}

export function presentGlass(row: GlassRow, around: Around, { now, actions }: { now: Date; actions: string[] }): Glass {
  const patient = around.patients.get(row.patient_id)
  return {
    id: row.id,
    version: row.version,
    patientId: row.patient_id,
    patientName: patient?.name ?? '',
    mrn: patient?.mrn ?? '',
    userId: row.user_id,
    userName: around.users.get(row.user_id) ?? '',
    reason: row.reason,
    startedAt: row.started_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    isRunning: isRunning(row, now),
    state: glassState.parse(row.state),
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
    reviewedBy: around.users.get(row.reviewed_by ?? '') ?? '',
    reviewNote: row.review_note,
    actions,
  }
}

export const presentMember = (row: MemberRow, users: ReadonlyMap<string, string>): Member => ({
  id: row.id,
  version: row.version,
  patientId: row.patient_id,
  userId: row.user_id,
  userName: users.get(row.user_id) ?? '',
  relation: row.relation === 'own' ? 'own' : 'care-team',
  reason: row.reason,
  addedAt: row.added_at.toISOString(),
  untilAt: row.until_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
})
