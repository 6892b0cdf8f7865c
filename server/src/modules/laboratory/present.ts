import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type Amendment, amendment, cultureDetail, type LabReport, rejectCause, type Result, resultFlag, resultLifecycle, resultState, resultStatus, type ResultWhole, type Specimen, specimenLifecycle, specimenState } from '#contract/laboratory-flow.ts'
import { valueKind } from '#contract/laboratory-catalogue.ts'
import { orderPriority } from '#contract/orders.ts'
import { subtract } from '#kernel/money.ts'
import { plainNumber } from './number-rules.ts'
import { cascaded } from './microbiology-rules.ts'
import type { ReportRow } from './reports-repo.ts'
import type { PreviousRow, ResultRow, VersionRow } from './repo.ts'
import type { SpecimenRow } from './specimens-repo.ts'
import type { Indices } from './value-rules.ts'

export type Sight = 'whole' | 'cascade' | 'hidden'

export interface Around {
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  /** Specimen id → number. */
  numbers: ReadonlyMap<string, string>
  /** Specimen id → how it looks. */
  indices?: ReadonlyMap<string, Indices>
  /** Test id → the answers it offers. */
  choices: ReadonlyMap<string, string[]>
  /** What the reader may see of a result: everything, what the cascade shows, or only that there is one. */
  sightOf: (row: Pick<ResultRow, 'facility_id' | 'is_sensitive'>) => Sight
}

const placeOf = (place: string): Specimen['place'] => (place === 'ward' || place === 'home' ? place : 'outpatient')

export function presentSpecimen(row: SpecimenRow, patients: Around['patients'], payment?: Specimen['payment']): Specimen {
  const state = specimenState.parse(row.state)
  const patient = patients.get(row.patient_id)
  return {
    id: row.id, version: row.version, number: row.number, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, orderId: row.order_id, type: row.type, container: row.container, timepoint: row.timepoint, contents: row.contents,
    priority: orderPriority.parse(row.priority), place: placeOf(row.place), state, collectedAt: row.collected_at?.toISOString() ?? null, receivedAt: row.received_at?.toISOString() ?? null, reason: row.reason, recollectionOf: row.recollection_of, aliquotOf: row.aliquot_of, rack: row.rack, sentTo: row.sent_to, indices: row.indices, labelsPrinted: row.labels_printed,
    dueAt: row.due_at.toISOString(), createdAt: row.created_at.toISOString(), actions: allowedSteps(specimenLifecycle, state), ...(payment === undefined ? {} : { payment }), ...(row.reject_cause === '' ? {} : { cause: rejectCause.parse(row.reject_cause) }),
  }
}

const rangeOf = (row: Pick<ResultRow, 'range_low' | 'range_high' | 'range_text'>, note: string) => ({ low: plainNumber(row.range_low), high: plainNumber(row.range_high), text: row.range_text, note })

const hiddenValue = { value: '', unit: '', flag: '', isCritical: false } as const

/** A culture shows the second tier of antibiotics to the laboratory alone, until the first is resistant. */
function detailFor(row: Pick<ResultRow, 'value_kind' | 'detail'>, sight: Sight): Record<string, unknown> {
  if (sight === 'hidden') return {}
  const culture = sight === 'cascade' && row.value_kind === 'culture' ? cultureDetail.safeParse(row.detail) : undefined
  return culture?.success === true ? cascaded(culture.data) : row.detail
}

function presentPrevious(row: ResultRow, before: PreviousRow): Result['previous'] {
  const isComparable = row.value_number !== null && row.comparator === '' && before.value_number !== null && before.comparator === '' && before.unit === row.unit
  const change = isComparable ? plainNumber(subtract(row.value_number ?? '0', before.value_number ?? '0')) : null
  return { value: before.value_text, unit: before.unit, at: before.collected_at.toISOString(), change: change === null || change.startsWith('-') ? change : `+${change}` }
}

export function presentResult(row: ResultRow, around: Around, before?: PreviousRow): Result {
  const state = resultState.parse(row.state)
  const patient = around.patients.get(row.patient_id)
  const choices = around.choices.get(row.test_id)
  const sight = around.sightOf(row)
  const isHidden = sight === 'hidden'
  const indices = Object.fromEntries(Object.entries(around.indices?.get(row.specimen_id) ?? {}).filter(([, grade]) => grade > 0))
  return {
    id: row.id, version: row.version, resultVersion: row.result_version, status: row.status === '' ? null : resultStatus.parse(row.status), state, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, orderId: row.order_id, specimenId: row.specimen_id,
    specimenNumber: around.numbers.get(row.specimen_id) ?? '', testId: row.test_id, code: row.code, name: row.name, panelName: row.panel_name, bench: row.bench, priority: orderPriority.parse(row.priority), valueKind: valueKind.parse(row.value_kind), ...(isHidden ? hiddenValue : { value: row.value_text, unit: row.unit, flag: resultFlag.parse(row.flag), isCritical: row.is_critical }),
    range: rangeOf(row, row.range_note), method: row.method, comment: isHidden ? '' : row.comment, reportedUnit: row.reported_unit, holds: row.holds.split(' ').filter(Boolean), reason: isHidden ? '' : row.reason, detail: detailFor(row, sight), ...(Object.keys(indices).length === 0 ? {} : { indices }), ...(choices === undefined || choices.length === 0 ? {} : { choices }), ...(before === undefined || isHidden ? {} : { previous: presentPrevious(row, before) }), isSensitive: row.is_sensitive, isHidden,
    collectedAt: row.collected_at?.toISOString() ?? null, enteredAt: row.entered_at?.toISOString() ?? null, verifiedAt: row.verified_at?.toISOString() ?? null, approvedAt: row.approved_at?.toISOString() ?? null, releasedAt: row.released_at?.toISOString() ?? null, dueAt: row.due_at.toISOString(), actions: allowedSteps(resultLifecycle, state),
  }
}

/** Whether a correction waits for a second person. */
export const isWaiting = (row: Pick<ResultRow, 'amendment'>): boolean => typeof row.amendment['by'] === 'string'

export function readAmendment(row: Pick<ResultRow, 'amendment'>): { by: string; at: string; body: Amendment } {
  const { by, at, ...body } = row.amendment
  return { by: String(by), at: String(at), body: amendment.parse(body) }
}

/** A correction that waits is for those who may let it out: who read the result is told then. */
export function presentAmendment(row: ResultRow, users: ReadonlyMap<string, string>): ResultWhole['amendment'] {
  if (!isWaiting(row)) return null
  const { by, at, body } = readAmendment(row)
  return { status: body.status, value: body.value === undefined ? null : [body.value, body.unit ?? row.unit].filter(Boolean).join(' '), comment: body.comment ?? null, detail: body.detail ?? null, reason: body.reason, byId: by, byName: users.get(by) ?? '', at }
}

export const presentVersion = (row: VersionRow, users: ReadonlyMap<string, string>, of: { sight: Sight; value_kind: string }): ResultWhole['versions'][number] => ({
  resultVersion: row.result_version, status: resultStatus.parse(row.status), value: row.value_text, unit: row.unit, flag: resultFlag.parse(row.flag), isCritical: row.is_critical, range: rangeOf(row, ''), method: row.method, comment: row.comment, reason: row.reason, detail: detailFor({ ...row, value_kind: of.value_kind }, of.sight), releasedAt: row.released_at.toISOString(), releasedByName: users.get(row.released_by) ?? '',
})

export function presentReport(row: ReportRow, patients: Around['patients']): LabReport {
  const patient = patients.get(row.patient_id)
  return {
    id: row.id, version: row.version, number: row.number, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, orderId: row.order_id, status: resultStatus.parse(row.status), isSensitive: row.is_sensitive,
    issuedAt: row.issued_at.toISOString(), prints: row.prints, patientToldAt: row.patient_told_at?.toISOString() ?? null, patientDueAt: row.patient_told_at === null ? (row.patient_due_at?.toISOString() ?? null) : null, actions: row.patient_told_at === null ? ['tell-patient'] : [],
  }
}
