import { type Patient, type PatientSummary, birthPrecision, listEntry, type PatientLabel, sensitivity, sex, type TimelineItem } from '#contract/patients.ts'
import { locale } from '#contract/common/values.ts'
import type { z } from 'zod'
import type { PatientRow } from './repo.ts'
import { ageOf, ageText, type Reading } from './rules.ts'

export function presentSummary(row: PatientRow, reading: Reading): PatientSummary {
  return {
    id: row.id,
    version: row.version,
    mrn: row.mrn,
    givenName: row.given_name,
    familyName: row.family_name,
    localName: row.local_name,
    sex: sex.parse(row.sex),
    birthDate: row.birth_precision === 'estimated' ? null : row.birth_date,
    birthPrecision: birthPrecision.nullable().parse(row.birth_precision),
    ageText: ageText({ birthDate: row.birth_date, precision: row.birth_precision }, reading),
    age: ageOf({ birthDate: row.birth_date, precision: row.birth_precision }, reading.today),
    phone: row.phones[0] ?? '',
    isDeceased: row.deceased_at !== null,
    isConfidential: row.is_confidential,
    mergedInto: row.merged_into,
  }
}

export interface PatientParts {
  row: PatientRow
  identifiers: { type: string; issuer: string; value: string }[]
  merged: { id: string; mrn: string; facility_id: string }[]
  labels?: readonly string[]
  reading: Reading
  actions: string[]
}

export function presentPatient({ row, identifiers, merged, labels, reading, actions }: PatientParts): Patient {
  return {
    ...presentSummary(row, reading),
    phones: row.phones,
    email: row.email,
    identifiers,
    mrns: [{ facilityId: row.facility_id, mrn: row.mrn }, ...merged.map((one) => ({ facilityId: one.facility_id, mrn: one.mrn }))],
    address: { lines: row.address.lines ?? '', city: row.address.city ?? '', state: row.address.state ?? '', postcode: row.address.postcode ?? '', country: row.address.country ?? '' },
    contacts: row.contacts,
    language: locale.nullable().parse(row.language),
    occupation: row.occupation,
    diet: row.diet,
    referralSource: row.referral_source,
    photoId: row.photo_id,
    deceasedAt: row.deceased_at?.toISOString() ?? null,
    motherId: row.mother_id,
    birthOrder: row.birth_order,
    isUnidentified: row.is_unidentified,
    allergyStatus: row.allergy_status === 'recorded' || row.allergy_status === 'none-known' ? row.allergy_status : 'not-asked',
    registeredAt: row.registered_at.toISOString(),
    mergedFrom: merged.map((one) => one.id),
    labels: sensitivity.array().parse(labels ?? []),
    actions,
  }
}

interface EntryRow {
  id: string
  version: number
  kind: string
  text: string
  coding: z.output<typeof listEntry>['coding']
  state: string
  severity: string
  reaction: string
  onset_on: string | null
  recorded_at: Date
}

export const presentEntry = (row: EntryRow): z.output<typeof listEntry> => ({
  id: row.id,
  version: row.version,
  kind: listEntry.shape.kind.parse(row.kind),
  text: row.text,
  coding: row.coding,
  state: listEntry.shape.state.parse(row.state),
  severity: row.severity,
  reaction: row.reaction,
  onsetOn: row.onset_on,
  recordedAt: row.recorded_at.toISOString(),
})

interface RelationRow {
  id: string
  version: number
  related_patient_id: string | null
  name: string
  relation: string
  phone: string
}
export const presentRelation = (row: RelationRow) => ({ id: row.id, version: row.version, relatedPatientId: row.related_patient_id, name: row.name, relation: row.relation, phone: row.phone })

interface LabelRow {
  id: string
  version: number
  patient_id: string
  label: string
  reason: string
  added_at: Date
  added_by: string | null
  ended_at: Date | null
  end_reason: string
}
export const presentLabel = (row: LabelRow, names: ReadonlyMap<string, string>): PatientLabel => ({
  id: row.id,
  version: row.version,
  patientId: row.patient_id,
  label: sensitivity.parse(row.label),
  reason: row.reason,
  addedAt: row.added_at.toISOString(),
  addedBy: names.get(row.added_by ?? '') ?? '',
  endedAt: row.ended_at?.toISOString() ?? null,
  endReason: row.end_reason,
})

/** Newest first; the same instant keeps a stable order by kind. */
export const byTime = (items: readonly TimelineItem[]): TimelineItem[] => items.toSorted((a, b) => b.at.localeCompare(a.at) || a.kind.localeCompare(b.kind))
