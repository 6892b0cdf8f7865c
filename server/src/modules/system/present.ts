import type { z } from 'zod'
import type { system } from '#contract/system.ts'

interface AuditRow {
  id: string
  at: Date
  actor_id: string | null
  action: string
  subject_type: string | null
  subject_id: string | null
  patient_id: string | null
  outcome: string
  before: unknown
  after: unknown
  details: unknown
}

type Item = z.output<typeof system.listAudit.response>['items'][number]

export function presentAudit(row: AuditRow, names: ReadonlyMap<string, string>): Item {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { id: row.actor_id, name: row.actor_id === null ? '' : (names.get(row.actor_id) ?? '') },
    action: row.action,
    subject: { type: row.subject_type ?? '', id: row.subject_id },
    patientId: row.patient_id,
    outcome: row.outcome,
    before: row.before as Item['before'],
    after: row.after as Item['after'],
    details: row.details as Item['details'],
  }
}
