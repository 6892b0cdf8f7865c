import { z } from 'zod'
import { actions, coding, date, emptyBody, id, idParams, instant, locale, optionalText, reasonBody, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const patientsErrors = defineErrors('patients', { merged: 409, merge_same: 422, merge_blocked: 409, not_merged: 409, identifier_taken: 409, birth_required: 422, birth_in_future: 422, phone_invalid: 422, search_too_short: 422, label_stands: 409, label_ended: 409, label_not_seen: 403 })

export const sex = z.enum(['female', 'male', 'intersex', 'unknown'])
export const birthPrecision = z.enum(['day', 'month', 'year', 'estimated'])
export const identifier = z.strictObject({ type: z.enum(['national-id', 'abha', 'passport', 'insurance', 'driving-licence', 'other']), issuer: optionalText(100).default(''), value: text(100) })
export const address = z.strictObject({ lines: optionalText(300).default(''), city: optionalText(100).default(''), state: optionalText(100).default(''), postcode: optionalText(20).default(''), country: optionalText(60).default('') })
const contact = z.strictObject({ name: text(200), relation: optionalText(60).default(''), phone: optionalText(40).default('') })

const fields = {
  familyName: optionalText(150).optional(),
  localName: optionalText(300).optional(),
  sex,
  birthDate: date.optional(),
  ageYears: z.int().min(0).max(130).optional(),
  phones: z.array(optionalText(40)).max(5).optional(),
  email: optionalText(200).optional(),
  identifiers: z.array(identifier).max(10).optional(),
  address: address.optional(),
  contacts: z.array(contact).max(5).optional(),
  language: locale.optional(),
  occupation: optionalText(100).optional(),
  diet: z.enum(['vegetarian', 'vegan', 'eggetarian', 'non-vegetarian', 'jain', 'unknown']).optional(),
  referralSource: optionalText(150).optional(),
  isConfidential: z.boolean().optional(),
  motherId: id.optional(),
  birthOrder: z.int().min(1).max(10).optional(),
}
export const registerPatientBody = z.strictObject({ givenName: text(150), ...fields, facilityId: id.optional() })
export const registerUnknownBody = z.strictObject({ facilityId: id.optional(), sex: sex.default('unknown'), ageYears: z.int().min(0).max(130).optional() })
const patchBody = z.strictObject({ givenName: text(150).optional(), ...fields, sex: sex.optional(), deceasedAt: instant.nullable().optional() })

/** Why a record has a wall around it: known to the public, of the staff, care for the mind, HIV, a child whose parents are not to see all. */
export const sensitivity = z.enum(['vip', 'staff', 'mental-health', 'hiv', 'minor'])
export type Sensitivity = z.output<typeof sensitivity>

/** The short shape of lists, the banner and search. */
/** Hours are not known: days below a month, months below two years. */
const age = z.object({ count: z.int(), unit: z.enum(['year', 'month', 'day']), isEstimated: z.boolean() })
export type Age = z.output<typeof age>
export const patientSummary = z.object({ id, version, mrn: z.string(), givenName: z.string(), familyName: z.string(), localName: z.string(), sex, birthDate: z.string().nullable(), birthPrecision: birthPrecision.nullable(), ageText: z.string(), age: age.nullable(), phone: z.string(), isDeceased: z.boolean(), isConfidential: z.boolean(), mergedInto: id.nullable() })
export type PatientSummary = z.output<typeof patientSummary>
export const duplicateHint = z.object({ patientId: id, mrn: z.string(), name: z.string(), score: z.number(), reasons: z.array(z.string()) })
export const patient = patientSummary.extend({
  phones: z.array(z.string()),
  email: z.string(),
  identifiers: z.array(z.object({ type: z.string(), issuer: z.string(), value: z.string() })),
  mrns: z.array(z.object({ facilityId: id, mrn: z.string() })),
  address,
  contacts: z.array(contact),
  language: locale.nullable(),
  occupation: z.string(),
  diet: z.string(),
  referralSource: z.string(),
  /** Names the picture that stands; another picture has another. */
  photoId: id.nullable(),
  deceasedAt: z.string().nullable(),
  motherId: id.nullable(),
  birthOrder: z.number().int().nullable(),
  isUnidentified: z.boolean(),
  allergyStatus: z.enum(['not-asked', 'none-known', 'recorded']),
  registeredAt: z.string(),
  mergedFrom: z.array(id),
  labels: z.array(sensitivity),
  actions,
})
export type Patient = z.output<typeof patient>

export const listKind = z.enum(['allergy', 'problem', 'medication', 'history', 'immunization'])
export const listEntry = z.object({ id, version, kind: listKind, text: z.string(), coding: coding.nullable(), state: z.enum(['active', 'resolved', 'entered-in-error']), severity: z.string(), reaction: z.string(), onsetOn: z.string().nullable(), recordedAt: z.string() })
const listBody = z.strictObject({ kind: listKind, text: text(300), coding: coding.optional(), severity: z.enum(['mild', 'moderate', 'severe']).optional(), reaction: optionalText(300).optional(), onsetOn: date.optional() })
const relation = z.object({ id, version, relatedPatientId: id.nullable(), name: z.string(), relation: z.string(), phone: z.string() })
export const timelineItem = z.object({ at: z.string(), kind: z.string(), title: z.string(), ref: z.object({ type: z.string(), id }) })
export type TimelineItem = z.output<typeof timelineItem>
const label = z.object({ id, version, patientId: id, label: sensitivity, reason: z.string(), addedAt: z.string(), addedBy: z.string(), endedAt: z.string().nullable(), endReason: z.string() })
export type PatientLabel = z.output<typeof label>
const searchBody = z.strictObject({ text: z.string().max(200), limit: z.int().min(1).max(50).optional(), facilityId: id.optional() })

export const patients = {
  register: route({ method: 'POST', path: '/patients', summary: 'Register a patient', description: 'Give birthDate or ageYears. Possible duplicates come back in `warnings`; they never stop the registration.', permission: 'patients.write', audit: 'create', phi: true, body: registerPatientBody, status: 201, response: patient.extend({ warnings: z.array(duplicateHint) }), errors: [patientsErrors.identifier_taken, patientsErrors.birth_required, patientsErrors.phone_invalid] }),
  registerUnknown: route({ method: 'POST', path: '/patients/unknown', summary: 'Register an unidentified patient under an alias', permission: 'patients.write', audit: 'create', phi: true, body: registerUnknownBody, status: 201, response: patient, errors: [] }),
  list: route({ method: 'GET', path: '/patients', summary: 'Patients, newest first, or found by `search` (for programs; the web posts)', permission: 'patients.read', audit: 'search', phi: true, query: pageQuery.extend({ search: z.string().max(200).optional(), facilityId: id.optional(), registeredFrom: date.optional(), registeredTo: date.optional(), sex: sex.optional(), sort: z.enum(['-registeredAt', 'registeredAt']).default('-registeredAt') }), response: page(patientSummary), errors: [patientsErrors.search_too_short] }),
  search: route({ method: 'POST', path: '/patients/search', summary: 'Find patients by MRN, name in any order and script, phone or identifier; best first', permission: 'patients.read', audit: 'search', phi: true, body: searchBody, response: z.object({ items: z.array(patientSummary), nextCursor: z.null() }), errors: [patientsErrors.search_too_short] }),
  checkDuplicates: route({ method: 'POST', path: '/patients/check-duplicates', summary: 'Possible duplicates of what is being typed', permission: 'patients.write', audit: 'search', phi: true, body: z.strictObject({ givenName: z.string().max(150), familyName: z.string().max(150).optional(), birthDate: date.optional(), sex: sex.optional(), phones: z.array(z.string().max(40)).max(5).optional() }), response: z.object({ items: z.array(duplicateHint) }), errors: [] }),
  duplicates: route({ method: 'GET', path: '/patients/duplicates', summary: 'Work-list of likely duplicates, highest score first', permission: 'patients.merge', audit: 'search', phi: true, query: pageQuery, response: page(z.object({ a: patientSummary, b: patientSummary, score: z.number(), reasons: z.array(z.string()) })), errors: [] }),
  dismissDuplicate: route({ method: 'POST', path: '/patients/duplicates/dismiss', summary: 'Say that two records are two people', permission: 'patients.merge', audit: 'step', phi: true, body: z.strictObject({ a: id, b: id }), status: 204, response: null, errors: [] }),
  read: route({ method: 'GET', path: '/patients/{id}', summary: 'Read a patient; a merged id answers the survivor', permission: 'patients.read', audit: 'read', phi: true, params: idParams, subject: 'id', response: patient, errors: [] }),
  update: route({ method: 'PATCH', path: '/patients/{id}', summary: 'Change a patient', permission: 'patients.write', audit: 'update', phi: true, params: idParams, subject: 'id', ifMatch: 'required', body: patchBody, response: patient, errors: [patientsErrors.merged] }),
  setPhoto: route({ method: 'POST', path: '/patients/{id}/photo', summary: 'A picture of the patient; it takes the place of the one before', description: 'Multipart: `file` (JPEG, PNG or WebP, 24 megapixels at most). It is drawn anew, 600 pixels at most, so that place, time and camera are gone.', permission: 'patients.write', audit: 'update', phi: true, params: idParams, subject: 'id', upload: { maxBytes: 10 * 2 ** 20 }, transaction: 'none', response: patient, errors: [patientsErrors.merged] }),
  removePhoto: route({ method: 'POST', path: '/patients/{id}/photo/remove', summary: 'Take the picture away, from the store too', permission: 'patients.write', audit: 'step', phi: true, params: idParams, subject: 'id', body: emptyBody, transaction: 'none', response: patient, errors: [patientsErrors.merged] }),
  readPhoto: route({ method: 'GET', path: '/patients/{id}/photo', summary: 'The picture of the patient', permission: 'patients.read', audit: 'read', phi: true, params: idParams, subject: 'id', response: 'binary', transaction: 'none', errors: [] }),
  merge: route({ method: 'POST', path: '/patients/{id}/merge', summary: 'Merge this record into another; nothing is deleted', permission: 'patients.merge', audit: 'step', phi: true, params: idParams, subject: 'id', body: z.strictObject({ intoPatientId: id, reason: text(500).optional() }), response: patient, errors: [patientsErrors.merge_same, patientsErrors.merge_blocked, patientsErrors.merged] }),
  unmerge: route({ method: 'POST', path: '/patients/{id}/unmerge', summary: 'Undo the merge of this record', permission: 'patients.merge', audit: 'step', phi: true, params: idParams, subject: 'id', body: emptyBody, response: patient, errors: [patientsErrors.not_merged] }),
  timeline: route({ method: 'GET', path: '/patients/{id}/timeline', summary: 'Everything that happened, newest first', permission: 'patients.read', audit: 'read', phi: true, params: idParams, subject: 'id', query: pageQuery.extend({ kind: z.string().max(40).optional() }), response: page(timelineItem), errors: [] }),
  listEntries: route({ method: 'GET', path: '/patients/{id}/lists', summary: 'Allergies, problems, medicines, history, immunisations', permission: 'patients.read', audit: 'read', phi: true, params: idParams, subject: 'id', query: z.strictObject({ kind: listKind.optional() }), response: z.object({ items: z.array(listEntry), nextCursor: z.null() }), errors: [] }),
  addEntry: route({ method: 'POST', path: '/patients/{id}/lists', summary: 'Add to a list', permission: 'patients.lists', audit: 'create', phi: true, params: idParams, subject: 'id', body: listBody, status: 201, response: listEntry, errors: [patientsErrors.merged] }),
  resolveEntry: route({ method: 'POST', path: '/patient-lists/{id}/resolve', summary: 'It was true and has ended', permission: 'patients.lists', audit: 'step', phi: true, params: idParams, body: emptyBody, response: listEntry, errors: [] }),
  entryInError: route({ method: 'POST', path: '/patient-lists/{id}/entered-in-error', summary: 'It was never true', permission: 'patients.lists', audit: 'step', phi: true, params: idParams, body: reasonBody, response: listEntry, errors: [] }),
  setAllergyStatus: route({ method: 'POST', path: '/patients/{id}/no-known-allergies', summary: 'Asked: no known allergies', permission: 'patients.lists', audit: 'step', phi: true, params: idParams, subject: 'id', body: emptyBody, response: patient, errors: [] }),
  listLabels: route({ method: 'GET', path: '/patients/{id}/labels', summary: 'Labels that wall the record, those that ended too', permission: 'patients.labels', audit: 'read', phi: true, params: idParams, subject: 'id', query: pageQuery, response: page(label), errors: [] }),
  addLabel: route({ method: 'POST', path: '/patients/{id}/labels', summary: 'Wall the record: from now on only the roles of the label see it', permission: 'patients.labels', audit: 'create', phi: true, params: idParams, subject: 'id', body: z.strictObject({ label: sensitivity, reason: text(500) }), status: 201, response: label, errors: [patientsErrors.merged, patientsErrors.label_stands, patientsErrors.label_not_seen] }),
  endLabel: route({ method: 'POST', path: '/patient-labels/{id}/end', summary: 'Take a label away', permission: 'patients.labels', audit: 'step', phi: true, params: idParams, body: reasonBody, response: label, errors: [patientsErrors.label_ended] }),
  listRelations: route({ method: 'GET', path: '/patients/{id}/relations', summary: 'Family and bystanders', permission: 'patients.read', audit: 'read', phi: true, params: idParams, subject: 'id', response: z.object({ items: z.array(relation), nextCursor: z.null() }), errors: [] }),
  addRelation: route({ method: 'POST', path: '/patients/{id}/relations', summary: 'Add a relation or bystander', permission: 'patients.write', audit: 'create', phi: true, params: idParams, subject: 'id', body: z.strictObject({ relatedPatientId: id.optional(), name: optionalText(200).default(''), relation: text(60), phone: optionalText(40).default('') }), status: 201, response: relation, errors: [] }),
  printLabel: route({ method: 'GET', path: '/patients/{id}/label', summary: 'Wristband (250×25 mm), label (50×25 mm) or card (85×54 mm) with a code of the record number', permission: 'patients.read', audit: 'print', phi: true, params: idParams, subject: 'id', query: z.strictObject({ kind: z.enum(['wristband', 'label', 'card']).default('label') }), response: 'binary', transaction: 'none', errors: [] }),
}
