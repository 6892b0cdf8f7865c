import { z } from 'zod'
import { type Affected, type Breach, type BreachSummary, breachState, dataKind, type Duty, exportFormat, exportState, origin, type privacy, type PrivacyRequest, regime, requestKind, requestState, riskLevel } from '#contract/privacy.ts'
import { openDuties } from './rules.ts'

export interface Counts {
  affected: number
  notified: number
}

interface BreachRow {
  id: string
  version: number
  title: string
  description: string
  state: string
  risk: string | null
  regimes: string[]
  data_kinds: string[]
  consequences: string
  measures: string
  reason: string
  discovered_at: Date
  occurred_from: Date | null
  occurred_to: Date | null
  closed_at: Date | null
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const isOver = (state: string): boolean => state === 'closed' || state === 'dismissed'

export const presentSummary = (row: BreachRow, counts: Counts, duties: readonly Duty[]): BreachSummary => ({
  id: row.id, version: row.version, title: row.title, state: breachState.parse(row.state), risk: riskLevel.nullable().parse(row.risk), regimes: row.regimes.map((one) => regime.parse(one)), discoveredAt: row.discovered_at.toISOString(),
  affected: counts.affected, notified: counts.notified, nextDueAt: isOver(row.state) ? null : (openDuties(duties)[0]?.dueAt ?? null),
})

export const presentBreach = (row: BreachRow, { counts, duties, actions }: { counts: Counts; duties: Duty[]; actions: string[] }): Breach => ({
  ...presentSummary(row, counts, duties), description: row.description, dataKinds: row.data_kinds.map((one) => dataKind.parse(one)), consequences: row.consequences, measures: row.measures, reason: row.reason,
  occurredFrom: iso(row.occurred_from), occurredTo: iso(row.occurred_to), closedAt: iso(row.closed_at), duties, actions,
})

interface Person {
  mrn: string
  given_name: string
  family_name: string
}
export const nameOf = (person: Person | undefined): string => (person === undefined ? '' : [person.given_name, person.family_name].filter(Boolean).join(' '))

export const presentAffected = (row: { id: string; patient_id: string; origin: string; notified_at: Date | null; channel: string | null }, person: Person | undefined): Affected => ({
  id: row.id, patientId: row.patient_id, name: nameOf(person), mrn: person?.mrn ?? '', origin: origin.parse(row.origin), notifiedAt: iso(row.notified_at), channel: row.channel ?? '',
})

const result = z.object({ erased: z.array(z.string()), kept: z.array(z.object({ what: z.string(), until: z.string().nullable(), source: z.string() })) }).catch({ erased: [], kept: [] })

interface RequestRow {
  id: string
  version: number
  patient_id: string
  kind: string
  state: string
  details: string
  reason: string
  result: unknown
  due_on: string
  received_at: Date
  decided_at: Date | null
}

export const presentRequest = (row: RequestRow, person: Person | undefined, actions: string[]): PrivacyRequest => ({
  id: row.id, version: row.version, patientId: row.patient_id, patientName: nameOf(person), mrn: person?.mrn ?? '', kind: requestKind.parse(row.kind), state: requestState.parse(row.state), details: row.details,
  reason: row.reason, dueOn: row.due_on, receivedAt: row.received_at.toISOString(), decidedAt: iso(row.decided_at), ...result.parse(row.result), actions,
})

type Hold = z.output<typeof privacy.placeHold.response>
interface HoldRow {
  id: string
  version: number
  patient_id: string
  reason: string
  reference: string
  placed_at: Date
  placed_by: string
  released_at: Date | null
  release_reason: string
}
export const presentHold = (row: HoldRow, names: ReadonlyMap<string, string>): Hold => ({
  id: row.id, version: row.version, patientId: row.patient_id, reason: row.reason, reference: row.reference, placedAt: row.placed_at.toISOString(), placedBy: names.get(row.placed_by) ?? '', releasedAt: iso(row.released_at), releaseReason: row.release_reason,
})

type PatientExport = z.output<typeof privacy.createExport.response>
interface ExportRow {
  consent_id: string | null
  id: string
  patient_id: string
  format: string
  state: string
  records: number | null
  created_at: Date
  created_by: string
  finished_at: Date | null
}
export const presentExport = (row: ExportRow, names: ReadonlyMap<string, string>): PatientExport => ({
  id: row.id, patientId: row.patient_id, consentId: row.consent_id, format: exportFormat.parse(row.format), state: exportState.parse(row.state), records: row.records, createdAt: row.created_at.toISOString(), createdBy: names.get(row.created_by) ?? '', finishedAt: iso(row.finished_at),
})
