import { z } from 'zod'
import { coding, emptyBody, id, idParams, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { safetyAlert, safetyErrors } from './safety-alerts.ts'
import { route } from './define.ts'

const stage = z.enum(['order', 'verify', 'dispense', 'administration'])
/** What is known of the patient apart from the record, or instead of it. */
const facts = z.strictObject({ ageYears: z.number().min(0).max(130).optional(), weightKg: z.number().min(0.2).max(500).optional(), creatinineMgPerDl: z.number().min(0.05).max(40).optional(), sex: z.enum(['female', 'male', 'intersex', 'unknown']).optional(), isPregnant: z.boolean().optional(), isLactating: z.boolean().optional(), allergies: z.array(optionalText(200)).max(100).optional(), conditions: z.array(z.strictObject({ text: optionalText(300).optional(), coding: coding.optional() })).max(100).optional() })
export type Facts = z.output<typeof facts>
const asked = z.strictObject({ medicationId: id.optional(), name: optionalText(300).optional(), dosage: optionalText(120).optional(), frequency: optionalText(60).optional() })
const list = z.object({ id, version, name: z.string(), listVersion: z.string(), source: z.string(), kind: z.enum(['interactions', 'contraindications']), pairs: z.int(), isActive: z.boolean(), createdAt: z.string() })
export const interactionList = list
const override = z.object({ id, alertKey: z.string(), kind: z.string(), severity: z.string(), message: z.string(), source: z.string(), stage: z.string(), patientId: id, subjectType: z.string(), subjectId: id.nullable(), reason: z.string(), at: z.string(), by: z.string() })
const useless = z.object({ alertKey: z.string(), kind: z.string(), message: z.string(), source: z.string(), severity: z.string(), times: z.int(), people: z.int(), lastAt: z.string(), retiredId: id.nullable() })
const retired = z.object({ id, version, alertKey: z.string(), message: z.string(), reason: z.string(), at: z.string(), by: z.string() })

const mostBytes = 60 * 2 ** 20

export const safety = {
  checkSafety: route({ method: 'POST', path: '/safety-checks', summary: 'Check medicines against a patient and each other', description: 'Allergy by ingredient and class, interactions by the loaded lists, contraindications with the conditions of now, duplicates, highest dose by age, weight and kidney, pregnancy, lactation, age, herbs, metals, antidotes. Each alert names its source and version.', permission: 'safety.check', audit: 'read', phi: true, body: z.strictObject({ patientId: id.optional(), stage: stage.default('order'), facts: facts.optional(), medications: z.array(asked).min(1).max(60) }), response: z.object({ alerts: z.array(safetyAlert), checked: z.array(z.object({ name: z.string(), substances: z.array(z.string()) })), lists: z.array(z.object({ name: z.string(), version: z.string() })) }), errors: [safetyErrors.unknown_medicine] }),
  listInteractionLists: route({ method: 'GET', path: '/interaction-lists', summary: 'Lists of interactions and of contraindications, newest first', permission: 'safety.check', audit: 'none', phi: false, query: pageQuery, response: page(list), errors: [] }),
  loadInteractions: route({ method: 'POST', path: '/interaction-lists', summary: 'Load a list of interactions or of contraindications', description: 'Multipart: `file`, a CSV with two columns of substances (drug1, drug2) and, if there are, severity and description; with `kind` contraindications one with columns drug and icd10, snomed or condition and, if there are, severity, description and source; `name`, `listVersion`, `source`, `severity` for lists without one. The same name and version replaces what was loaded.', permission: 'safety.lists', audit: 'create', phi: false, upload: { maxBytes: mostBytes }, transaction: 'none', status: 201, response: list, errors: [safetyErrors.bad_list] }),
  activateList: route({ method: 'POST', path: '/interaction-lists/{id}/activate', summary: 'Use a list', permission: 'safety.lists', audit: 'step', phi: false, params: idParams, body: emptyBody, ifMatch: 'optional', response: list, errors: [] }),
  retireList: route({ method: 'POST', path: '/interaction-lists/{id}/retire', summary: 'Use a list no more', permission: 'safety.lists', audit: 'step', phi: false, params: idParams, body: emptyBody, ifMatch: 'optional', response: list, errors: [] }),
  listOverrides: route({ method: 'GET', path: '/safety-overrides', summary: 'Who passed over which alert and why, newest first', permission: 'safety.review', audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional() }), response: page(override), errors: [] }),
  listRetired: route({ method: 'GET', path: '/retired-alerts', summary: 'Alerts that ask for no reason any more, newest first', permission: 'safety.review', audit: 'none', phi: false, query: pageQuery, response: page(retired), errors: [] }),
  retireAlert: route({ method: 'POST', path: '/retired-alerts', summary: 'Retire an alert that nobody heeds: it is still shown, but asks for no reason', description: 'By the key of an alert that was passed over. What stops is not retired.', permission: 'safety.lists', audit: 'create', phi: false, body: z.strictObject({ alertKey: z.string().min(1).max(300), reason: text(300) }), status: 201, response: retired, errors: [safetyErrors.stops, safetyErrors.retired_already] }),
  restoreAlert: route({ method: 'POST', path: '/retired-alerts/{id}/restore', summary: 'Let a retired alert ask again', permission: 'safety.lists', audit: 'step', phi: false, params: idParams, body: emptyBody, response: z.object({ alertKey: z.string() }), errors: [] }),
  countOverrides: route({ method: 'GET', path: '/safety-overrides/counts', summary: 'Alerts by how often they were passed over: what to retire', permission: 'safety.review', audit: 'none', phi: false, query: z.strictObject({}), response: z.object({ items: z.array(useless), nextCursor: z.null() }), errors: [] }),
}
