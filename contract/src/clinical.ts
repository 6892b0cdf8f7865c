import { z } from 'zod'
import { actions, coding, decimalText, emptyBody, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { growthRoutes } from './clinical-growth.ts'
import { medicineSystem } from './encounters.ts'
import { defineErrors, route } from './define.ts'

export const clinicalErrors = defineErrors('clinical', { implausible: 422, nothing_recorded: 422, note_signed: 409, note_not_signed: 409 })

const reading = z.union([z.number(), decimalText.transform(Number)]).pipe(z.number().finite())
export const vitalsBody = z.strictObject({
  systolicMmHg: reading.optional(), diastolicMmHg: reading.optional(), pulsePerMinute: reading.optional(), respirationsPerMinute: reading.optional(), temperatureCelsius: reading.optional(), spo2Percent: reading.optional(), weightKg: reading.optional(), heightCm: reading.optional(), headCircumferenceCm: reading.optional(),
  consciousness: z.enum(['alert', 'confused', 'voice', 'pain', 'unresponsive']).optional(), isOnOxygen: z.boolean().optional(), occurredAt: instant.optional(),
})
export type Vitals = z.output<typeof vitalsBody>
const vitals = z.object({ id, version, encounterId: id, occurredAt: z.string(), values: z.record(z.string(), z.number()), news2: z.number().int().optional(), news2Risk: z.enum(['low', 'low-medium', 'medium', 'high']).optional(), bmi: z.number().optional() })
export const observation = z.object({ id, code: z.string(), display: z.string(), value: z.string(), unit: z.string(), occurredAt: z.string(), recordedAt: z.string(), state: z.enum(['final', 'entered-in-error']), encounterId: id.nullable(), setId: id.nullable() })

export const noteLifecycle = lifecycle({ initial: 'draft', states: ['draft', 'signed', 'entered-in-error'], steps: { sign: { from: ['draft'], to: 'signed' }, 'entered-in-error': { from: ['draft', 'signed'], to: 'entered-in-error' } } })
const note = z.object({ id, version, encounterId: id, patientId: id, templateId: z.string().nullable(), text: z.string(), state: z.enum(['draft', 'signed', 'entered-in-error']), authorId: id, authorName: z.string(), addendumTo: id.nullable(), createdAt: z.string(), signedAt: z.string().nullable(), actions })
const diagnosis = z.object({ id, version, encounterId: id.nullable(), patientId: id, text: z.string(), coding: coding.nullable(), kind: z.enum(['provisional', 'confirmed', 'differential']), state: z.enum(['active', 'resolved', 'entered-in-error']), recordedAt: z.string() })
const longText = z.string().max(20_000).refine((value) => value.isWellFormed() && !value.includes('\u0000'), { error: 'text.malformed' })
const noteText = longText.refine((value) => value.trim().length > 0, { error: 'too_small' })
const template = z.object({ id: z.string(), name: z.string(), system: medicineSystem.nullable(), version: z.int(), sections: z.array(z.string()) })
const noteStep = { method: 'POST', permission: 'clinical.notes', audit: 'step', phi: true, params: idParams, ifMatch: 'optional' } as const

export const clinical = {
  recordVitals: route({ method: 'POST', path: '/encounters/{id}/vitals', summary: 'Record vital signs; the early-warning score when it can be worked out', description: 'News2 after Royal College of Physicians 2017, scale 1.', permission: 'clinical.vitals', audit: 'create', phi: true, params: idParams, body: vitalsBody, status: 201, response: vitals, errors: [clinicalErrors.implausible, clinicalErrors.nothing_recorded] }),
  listVitals: route({ method: 'GET', path: '/encounters/{id}/vitals', summary: 'Recorded sets of a visit, newest first', permission: 'clinical.read', audit: 'read', phi: true, params: idParams, response: z.object({ items: z.array(vitals), nextCursor: z.null() }), errors: [] }),
  listObservations: route({ method: 'GET', path: '/patients/{id}/observations', summary: 'Observations of a patient, newest first', permission: 'clinical.read', audit: 'read', phi: true, params: idParams, subject: 'id', query: pageQuery.extend({ code: optionalText(100).optional() }), response: page(observation), errors: [] }),
  observationInError: route({ method: 'POST', path: '/observations/{id}/entered-in-error', summary: 'It was never true', permission: 'clinical.vitals', audit: 'step', phi: true, params: idParams, body: reasonBody, response: observation, errors: [] }),
  listTemplates: route({ method: 'GET', path: '/note-templates', summary: 'Templates of notes', permission: 'clinical.read', audit: 'none', phi: false, query: z.strictObject({ system: medicineSystem.optional() }), response: z.object({ items: z.array(template), nextCursor: z.null() }), errors: [] }),
  listNotes: route({ method: 'GET', path: '/encounters/{id}/notes', summary: 'Notes of a visit, oldest first', permission: 'clinical.read', audit: 'read', phi: true, params: idParams, response: z.object({ items: z.array(note), nextCursor: z.null() }), errors: [] }),
  writeNote: route({ method: 'POST', path: '/encounters/{id}/notes', summary: 'Begin a note as a draft', permission: 'clinical.notes', audit: 'create', phi: true, params: idParams, body: z.strictObject({ text: noteText, templateId: optionalText(60).optional() }), status: 201, response: note, errors: [] }),
  updateNote: route({ method: 'PATCH', path: '/notes/{id}', summary: 'Change a draft', permission: 'clinical.notes', audit: 'update', phi: true, params: idParams, ifMatch: 'required', body: z.strictObject({ text: noteText }), response: note, errors: [clinicalErrors.note_signed] }),
  signNote: route({ ...noteStep, path: '/notes/{id}/sign', summary: 'Sign: from now on only an addendum', body: emptyBody, response: note, errors: [lifecycleErrors.illegal_step] }),
  addAddendum: route({ ...noteStep, path: '/notes/{id}/addendum', summary: 'Add to a signed note', body: z.strictObject({ text: noteText }), status: 201, response: note, errors: [clinicalErrors.note_not_signed] }),
  listDiagnoses: route({ method: 'GET', path: '/encounters/{id}/diagnoses', summary: 'Diagnoses of a visit', permission: 'clinical.read', audit: 'read', phi: true, params: idParams, response: z.object({ items: z.array(diagnosis), nextCursor: z.null() }), errors: [] }),
  addDiagnosis: route({ method: 'POST', path: '/encounters/{id}/diagnoses', summary: 'Add a diagnosis, coded or free text', permission: 'clinical.diagnoses', audit: 'create', phi: true, params: idParams, body: z.strictObject({ text: text(300), coding: coding.optional(), kind: z.enum(['provisional', 'confirmed', 'differential']).default('provisional') }), status: 201, response: diagnosis, errors: [] }),
  resolveDiagnosis: route({ method: 'POST', path: '/diagnoses/{id}/resolve', summary: 'It has ended', permission: 'clinical.diagnoses', audit: 'step', phi: true, params: idParams, body: emptyBody, response: diagnosis, errors: [] }),
  diagnosisInError: route({ method: 'POST', path: '/diagnoses/{id}/entered-in-error', summary: 'It was never true', permission: 'clinical.diagnoses', audit: 'step', phi: true, params: idParams, body: reasonBody, response: diagnosis, errors: [] }),
  ...growthRoutes,
}
