import { type Glass, glassState, type Member } from '#contract/access.ts'
import { type Consent, consentScope, giver, purpose, recipientKind } from '#contract/consents.ts'
import type { ConsentRow } from './consents-repo.ts'
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

function consentState(row: ConsentRow, now: Date): Consent['state'] {
  if (row.withdrawn_at !== null) return 'withdrawn'
  if (row.ends_at !== null && row.ends_at <= now) return 'over'
  return row.starts_at > now ? 'ahead' : 'in-force'
}

export function presentConsent(row: ConsentRow, users: ReadonlyMap<string, string>, now: Date): Consent {
  const state = consentState(row, now)
  return {
    id: row.id,
    version: row.version,
    patientId: row.patient_id,
    purpose: purpose.parse(row.purpose),
    recipientKind: recipientKind.parse(row.recipient_kind),
    recipientKeyId: row.recipient_key_id,
    recipient: row.recipient,
    scope: consentScope.array().parse(row.scope),
    givenBy: giver.parse(row.given_by),
    givenName: row.given_name,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at?.toISOString() ?? null,
    recordedAt: row.recorded_at.toISOString(),
    recordedBy: users.get(row.recorded_by) ?? '',
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
    withdrawalReason: row.withdrawal_reason,
    state,
    actions: state === 'in-force' || state === 'ahead' ? ['withdraw'] : [],
  }
}
