import { z } from 'zod'
import { date, emptyBody, id, idParams, optionalText, text } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'
import { patientSummary, patientsErrors, sensitivity, sex } from './patients.ts'

export const findingErrors = defineErrors('patients', { searches_full: 409, search_named: 409 })

const age = z.int().min(0).max(150)

/** What a list of patients is narrowed by, several together. None of it names a person, so that it may be saved. */
export const patientCriteria = z.strictObject({
  sex: sex.optional(),
  ageFrom: age.optional(),
  ageTo: age.optional(),
  bornFrom: date.optional(),
  bornTo: date.optional(),
  registeredFrom: date.optional(),
  registeredTo: date.optional(),
  /** Days between which the patient had a visit. */
  visitedFrom: date.optional(),
  visitedTo: date.optional(),
  /** A town, or how it begins. */
  city: optionalText(100).optional(),
  life: z.enum(['living', 'deceased']).optional(),
  facilityId: id.optional(),
  /** For those who may see labels. */
  label: sensitivity.optional(),
})
export type PatientCriteria = z.output<typeof patientCriteria>

const savedSearch = z.object({ id, version: z.int(), name: z.string(), criteria: patientCriteria, createdAt: z.string() })
export type SavedSearch = z.output<typeof savedSearch>

export const findBody = z.strictObject({
  ...patientCriteria.shape,
  /** Name, record number, phone, identifier, e-mail or birth date. */
  text: z.string().max(200).optional(),
  sort: z.enum(['-registeredAt', 'registeredAt']).default('-registeredAt'),
  limit: z.int().min(1).max(200).default(25),
  cursor: pageQuery.shape.cursor,
})

/** Finding patients: by several criteria together, by searches of one's own, and those one had open last. */
export const patientFinding = {
  find: route({ method: 'POST', path: '/patients/find', summary: 'Patients by several criteria together, newest first; with a text the best fifty', permission: 'patients.read', audit: 'search', phi: true, body: findBody, response: page(patientSummary), errors: [patientsErrors.search_too_short] }),
  exportPatients: route({ method: 'POST', path: '/patients/export', summary: 'The patients that fit, as CSV', description: 'Cells that a spreadsheet would take for a formula are guarded by an apostrophe. Who was exported is audited, a thousand patients an entry.', permission: 'patients.export', audit: 'export', phi: true, body: patientCriteria, response: 'binary', transaction: 'none', errors: [] }),
  noteOpened: route({ method: 'POST', path: '/patients/{id}/opened', summary: 'Remember that one has this chart open', permission: 'patients.read', audit: 'none', phi: false, params: idParams, subject: 'id', body: emptyBody, status: 204, response: null, transaction: 'none', errors: [] }),
  recent: route({ method: 'GET', path: '/recent-patients', summary: 'Patients one had open last, newest first', permission: 'patients.read', audit: 'search', phi: true, response: page(patientSummary), errors: [] }),
  savedSearches: route({ method: 'GET', path: '/saved-searches', summary: "One's own saved searches, by name", permission: 'patients.read', audit: 'search', phi: false, response: page(savedSearch), errors: [] }),
  saveSearch: route({ method: 'POST', path: '/saved-searches', summary: 'Save criteria under a name', permission: 'patients.read', audit: 'create', phi: false, body: z.strictObject({ name: text(80), criteria: patientCriteria }), status: 201, response: savedSearch, errors: [findingErrors.searches_full, findingErrors.search_named] }),
  removeSearch: route({ method: 'POST', path: '/saved-searches/{id}/remove', summary: 'Forget a saved search', permission: 'patients.read', audit: 'step', phi: false, params: idParams, body: emptyBody, status: 204, response: null, errors: [] }),
}
