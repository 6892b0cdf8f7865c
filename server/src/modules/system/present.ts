import type { z } from 'zod'
import { type AuditExport, auditOutcome, exportFormat, exportState, type system } from '#contract/system.ts'

interface AuditRow {
  id: string
  at: Date
  actor_id: string | null
  role: string | null
  facility_id: string | null
  session_id: string | null
  request_id: string | null
  address: string | null
  agent: string | null
  reason: string | null
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
type Access = z.output<typeof system.chartAccess.response>['items'][number]
type Names = ReadonlyMap<string, string>

const actorOf = (row: { actor_id: string | null; role: string | null }, names: Names): Item['actor'] => ({ id: row.actor_id, name: row.actor_id === null ? '' : (names.get(row.actor_id) ?? ''), role: row.role ?? '' })

export function presentAudit(row: AuditRow, names: Names): Item {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: actorOf(row, names),
    action: row.action,
    subject: { type: row.subject_type ?? '', id: row.subject_id },
    patientId: row.patient_id,
    facilityId: row.facility_id,
    outcome: auditOutcome.parse(row.outcome),
    reason: row.reason ?? '',
    address: row.address ?? '',
    agent: row.agent ?? '',
    sessionId: row.session_id,
    requestId: row.request_id ?? '',
    before: row.before as Item['before'],
    after: row.after as Item['after'],
    details: row.details as Item['details'],
  }
}

interface AccessRow {
  actor_id: string | null
  role: string | null
  first_at: Date
  last_at: Date
  times: number
  reads: number
  writes: number
  prints: number
  denied: number
}

export const presentAccess = (row: AccessRow, names: Names): Access => ({
  actor: actorOf(row, names), firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString(), times: row.times, reads: row.reads, writes: row.writes, prints: row.prints, denied: row.denied,
})

interface ExportRow {
  id: string
  version: number
  format: string
  state: string
  entries: number | null
  created_at: Date
  created_by: string
  finished_at: Date | null
}

export const presentExport = (row: ExportRow, names: Names): AuditExport => ({
  id: row.id, version: row.version, format: exportFormat.parse(row.format), state: exportState.parse(row.state), entries: row.entries, createdAt: row.created_at.toISOString(), createdBy: names.get(row.created_by) ?? '', finishedAt: row.finished_at?.toISOString() ?? null,
})
