import { type Alert, alertLifecycle, alertState, escalationStep } from '#contract/alerts.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { AlertRow, RecipientRow, RuleRow } from './repo.ts'

export interface Around {
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  users: ReadonlyMap<string, string>
}

const severityOf = (severity: string): Alert['severity'] => (severity === 'critical' || severity === 'warning' ? severity : 'info')

export function presentAlert(row: AlertRow, around: Around): Alert {
  const state = alertState.parse(row.state)
  const patient = row.patient_id === null ? undefined : around.patients.get(row.patient_id)
  return {
    id: row.id, version: row.version, kind: row.kind, severity: severityOf(row.severity), patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, subject: { type: row.subject_type, id: row.subject_id, version: row.subject_version },
    title: row.title, detail: row.detail, needsReadBack: row.needs_read_back, state, level: row.level, raisedAt: row.raised_at.toISOString(), dueAt: row.due_at?.toISOString() ?? null, firstSeenAt: row.first_seen_at?.toISOString() ?? null,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null, acknowledgedByName: (row.acknowledged_by === null ? undefined : around.users.get(row.acknowledged_by)) ?? '', toldName: row.told_name, toldUserId: row.told_user_id, toldRole: row.told_role, toldPhone: row.told_phone, readBack: row.read_back, note: row.note,
    minutesToAcknowledge: row.acknowledged_at === null ? null : Math.round((row.acknowledged_at.getTime() - row.raised_at.getTime()) / 6000) / 10,
    topic: row.topic, visitClass: row.visit_class, limitMinutes: row.limit_minutes, withdrawnAt: row.withdrawn_at?.toISOString() ?? null, withdrawnByName: (row.withdrawn_by === null ? undefined : around.users.get(row.withdrawn_by)) ?? '', withdrawnReason: row.withdrawn_reason,
    actions: allowedSteps(alertLifecycle, state).filter((step) => step === 'acknowledge'),
  }
}

export const presentRecipient = (row: RecipientRow, users: ReadonlyMap<string, string>) => ({ userId: row.user_id, name: users.get(row.user_id) ?? '', level: row.level, seenAt: row.seen_at?.toISOString() ?? null, withdrawalSeenAt: row.withdrawal_seen_at?.toISOString() ?? null })

export const presentRule = (row: RuleRow) => ({ id: row.id, version: row.version, kind: row.kind, facilityId: row.facility_id, steps: escalationStep.array().parse(row.steps), limitMinutes: row.limit_minutes })
