import { z } from 'zod'
import type { TableRows } from '#kernel/subject-data.ts'

type Row = Record<string, unknown>
type Resource = Row

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const id = (row: Row): string => String(row['id'])
const fields = z.record(z.string(), z.unknown()).catch({})
const record = (value: unknown): Row => fields.parse(value)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const defined = (resource: Row): Resource => Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)))

const patientOf = (row: Row): { reference: string } => ({ reference: `Patient/${String(row['patient_id'])}` })
const visitOf = (row: Row): { reference: string } | undefined => (row['encounter_id'] === null || row['encounter_id'] === undefined ? undefined : { reference: `Encounter/${String(row['encounter_id'])}` })
const instant = (value: unknown): string | undefined => (text(value) === undefined ? undefined : new Date(String(value)).toISOString())

/** A concept: the coding that was chosen, and always the words that were written. */
function concept(coding: unknown, words: unknown): Row {
  const { system, code, display } = record(coding)
  return { ...(text(code) === undefined ? {} : { coding: [defined({ system: text(system), code, display: text(display) })] }), text: text(words) ?? text(display) ?? 'unknown' }
}

const genders: Readonly<Record<string, string>> = { female: 'female', male: 'male', intersex: 'other' }

function patient(row: Row, identifiers: readonly Row[]): Resource {
  const address = record(row['address'])
  const names = [{ use: 'official', family: text(row['family_name']), given: [text(row['given_name'])].filter((one) => one !== undefined) }, ...(text(row['local_name']) === undefined ? [] : [{ use: 'usual', text: row['local_name'] }])]
  return defined({
    resourceType: 'Patient', id: id(row), active: row['merged_into'] === null,
    identifier: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] }, value: row['mrn'] }, ...identifiers.filter((one) => one['patient_id'] === row['id']).map((one) => ({ type: { text: one['type'] }, value: one['value'] }))],
    name: names.map((one) => defined(one)), gender: genders[String(row['sex'])] ?? 'unknown', birthDate: text(row['birth_date']), deceasedDateTime: instant(row['deceased_at']),
    telecom: [...list(row['phones']).map((value) => ({ system: 'phone', value })), ...(text(row['email']) === undefined ? [] : [{ system: 'email', value: row['email'] }])],
    address: Object.keys(address).length === 0 ? undefined : [defined({ line: text(address['lines']) === undefined ? undefined : [address['lines']], city: text(address['city']), state: text(address['state']), postalCode: text(address['postcode']), country: text(address['country']) })],
    contact: list(row['contacts']).map((one) => ({ name: { text: record(one)['name'] }, relationship: [{ text: record(one)['relation'] }] })),
    link: row['merged_into'] === null ? undefined : [{ other: { reference: `Patient/${String(row['merged_into'])}` }, type: 'replaced-by' }],
  })
}

const classes: Readonly<Record<string, string>> = { outpatient: 'AMB', inpatient: 'IMP', emergency: 'EMER', tele: 'VR', 'day-care': 'SS' }
const visitStates: Readonly<Record<string, string>> = { 'checked-in': 'arrived', 'in-consultation': 'in-progress', closed: 'finished', cancelled: 'cancelled' }

const encounter = (row: Row): Resource => defined({
  resourceType: 'Encounter', id: id(row), status: visitStates[String(row['state'])] ?? 'unknown', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: classes[String(row['class'])] ?? 'AMB' }, subject: patientOf(row),
  period: defined({ start: instant(row['opened_at']), end: instant(row['closed_at']) }), reasonCode: text(row['reason']) === undefined ? undefined : [{ text: row['reason'] }],
})

function observation(row: Row): Resource {
  const value = row['value_number'] === null ? { valueString: text(row['value_text']) } : { valueQuantity: defined({ value: Number(row['value_number']), unit: text(row['unit']), system: text(row['unit']) === undefined ? undefined : 'http://unitsofmeasure.org', code: text(row['unit']) }) }
  return defined({ resourceType: 'Observation', id: id(row), status: row['state'] === 'entered-in-error' ? 'entered-in-error' : 'final', code: concept({ system: 'http://loinc.org', code: row['code'], display: row['display'] }, row['display']), subject: patientOf(row), encounter: visitOf(row), effectiveDateTime: instant(row['occurred_at']), issued: instant(row['recorded_at']), ...value })
}

const certainty: Readonly<Record<string, string>> = { provisional: 'provisional', confirmed: 'confirmed', differential: 'differential' }
const verified = (row: Row, otherwise: string): Row => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: row['state'] === 'entered-in-error' ? 'entered-in-error' : otherwise }] })

const condition = (row: Row): Resource => defined({
  resourceType: 'Condition', id: id(row), verificationStatus: verified(row, certainty[String(row['kind'])] ?? 'confirmed'), subject: patientOf(row), encounter: visitOf(row), code: concept(row['coding'], row['text']), recordedDate: instant(row['recorded_at']),
  clinicalStatus: row['state'] === 'entered-in-error' ? undefined : { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: row['state'] === 'resolved' ? 'resolved' : 'active' }] },
})

function listed(row: Row): Resource | undefined {
  if (row['kind'] === 'problem' || row['kind'] === 'history') return condition({ ...row, kind: 'confirmed' })
  if (row['kind'] === 'allergy') return defined({ resourceType: 'AllergyIntolerance', id: id(row), patient: patientOf(row), code: concept(row['coding'], row['text']), recordedDate: instant(row['recorded_at']), reaction: text(row['reaction']) === undefined ? undefined : [{ manifestation: [{ text: row['reaction'] }] }] })
  if (row['kind'] === 'immunization') return defined({ resourceType: 'Immunization', id: id(row), status: row['state'] === 'entered-in-error' ? 'entered-in-error' : 'completed', patient: patientOf(row), vaccineCode: concept(row['coding'], row['text']), occurrenceDateTime: text(row['onset_on']) ?? instant(row['recorded_at']) })
  return defined({ resourceType: 'MedicationStatement', id: id(row), status: row['state'] === 'resolved' ? 'completed' : row['state'] === 'entered-in-error' ? 'entered-in-error' : 'active', subject: patientOf(row), medicationCodeableConcept: concept(row['coding'], row['text']) })
}

const note = (row: Row): Resource => defined({
  resourceType: 'DocumentReference', id: id(row), status: row['state'] === 'entered-in-error' ? 'entered-in-error' : 'current', docStatus: row['state'] === 'signed' ? 'final' : 'preliminary', subject: patientOf(row), date: instant(row['created_at']),
  type: { coding: [{ system: 'http://loinc.org', code: '11506-3', display: 'Progress note' }] }, content: [{ attachment: { contentType: 'text/plain; charset=utf-8', data: Buffer.from(String(row['text'] ?? '')).toString('base64') } }],
  relatesTo: row['addendum_to'] === null ? undefined : [{ code: 'appends', target: { reference: `DocumentReference/${String(row['addendum_to'])}` } }],
})

const orderStates: Readonly<Record<string, string>> = { draft: 'draft', finalized: 'active', 'partly-dispensed': 'active', dispensed: 'completed', cancelled: 'cancelled' }

function medicationRequest(row: Row, prescriptions: ReadonlyMap<string, Row>): Resource | undefined {
  const order = prescriptions.get(String(row['prescription_id']))
  if (order === undefined) return undefined
  const dosage = [row['dosage'], row['frequency'], row['duration_days'] === null || row['duration_days'] === undefined ? '' : `${String(row['duration_days'])} d`].filter((one) => text(one) !== undefined).join(' · ')
  return defined({ resourceType: 'MedicationRequest', id: id(row), status: orderStates[String(order['state'])] ?? 'unknown', intent: 'order', subject: patientOf(order), encounter: visitOf(order), authoredOn: instant(order['created_at']), medicationCodeableConcept: { text: text(row['medication_name']) ?? text(row['name']) ?? String(row['medication_id']) }, dosageInstruction: dosage === '' ? undefined : [{ text: dosage }] })
}

const keyOf = (resource: Resource): string => `${String(resource['resourceType'])}/${String(resource['id'])}`

/** A collection Bundle (FHIR R4) of what is stored on a patient; what was imported and has no place of its own comes as it came. */
export function bundleOf(tables: readonly TableRows[], at: string): Row {
  const rows = (table: string): Row[] => tables.find((one) => one.table === table)?.rows ?? []
  const prescriptions = new Map(rows('prescriptions').map((row) => [id(row), row]))
  const own = [
    ...rows('patients').map((row) => patient(row, rows('patient_identifiers'))), ...rows('encounters').map(encounter), ...rows('observations').map(observation), ...rows('diagnoses').map(condition), ...rows('patient_lists').map(listed), ...rows('notes').map(note),
    ...rows('prescription_items').map((row) => medicationRequest(row, prescriptions)),
  ].filter((resource) => resource !== undefined)
  const known = new Set(own.map(keyOf))
  const kept = rows('kept_resources').map((row) => record(row['resource'])).filter((resource) => typeof resource['resourceType'] === 'string' && typeof resource['id'] === 'string' && !known.has(keyOf(resource)))
  return { resourceType: 'Bundle', type: 'collection', timestamp: at, entry: [...own, ...kept].map((resource) => ({ fullUrl: `urn:uuid:${String(resource['id'])}`, resource })) }
}
