import { z } from 'zod'
import { lifecycle } from './common/lifecycle.ts'
import { kernelErrors, lifecycleErrors } from './common/problem.ts'
import { actions, emptyBody, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { consentErrors } from './consents.ts'
import { defineErrors, route } from './define.ts'

export const privacyErrors = defineErrors('privacy', { notices_open: 409, notice_recorded: 409, duty_unknown: 422, future: 422, period: 422, same_person: 409, held: 409, export_not_ready: 409, notice_incomplete: 422, nothing_to_erase: 409 })

/** The law by which a breach is told; its duties and clocks are in the server's rules, each with its source. */
export const regime = z.enum(['dpdp', 'cert-in', 'hipaa', 'gdpr'])
export const breachState = z.enum(['open', 'assessed', 'closed', 'dismissed'])
export const breachLifecycle = lifecycle({
  initial: 'open',
  states: ['open', 'assessed', 'closed', 'dismissed'],
  steps: { assess: { from: ['open', 'assessed'], to: 'assessed' }, close: { from: ['assessed'], to: 'closed' }, dismiss: { from: ['open', 'assessed'], to: 'dismissed' }, reopen: { from: ['closed', 'dismissed'], to: 'open' } },
})
export const requestState = z.enum(['received', 'approved', 'done', 'refused'])
export const requestLifecycle = lifecycle({
  initial: 'received',
  states: ['received', 'approved', 'done', 'refused'],
  steps: { approve: { from: ['received'], to: 'approved' }, complete: { from: ['approved'], to: 'done' }, refuse: { from: ['received', 'approved'], to: 'refused' } },
})

export const riskLevel = z.enum(['low', 'high'])
export const origin = z.enum(['audit', 'named'])
export const requestKind = z.enum(['correction', 'erasure'])
export const exportFormat = z.enum(['json', 'fhir', 'pdf'])
export const exportState = z.enum(['queued', 'done', 'failed'])
export const dataKind = z.enum(['identity', 'contact', 'clinical', 'billing', 'credentials'])
const duty = z.object({ key: z.string(), regime, to: z.enum(['authority', 'individuals', 'media']), dueAt: z.string(), hours: z.number(), source: z.string(), state: z.enum(['running', 'overdue', 'sent', 'late', 'waived']), sentAt: z.string().nullable(), reference: z.string(), waivedReason: z.string() })
export type Duty = z.output<typeof duty>
const breachSummary = z.object({ id, version, title: z.string(), state: breachState, risk: riskLevel.nullable(), regimes: z.array(regime), discoveredAt: z.string(), affected: z.number().int(), notified: z.number().int(), nextDueAt: z.string().nullable() })
export type BreachSummary = z.output<typeof breachSummary>
const breach = breachSummary.extend({ description: z.string(), dataKinds: z.array(dataKind), consequences: z.string(), measures: z.string(), reason: z.string(), occurredFrom: z.string().nullable(), occurredTo: z.string().nullable(), closedAt: z.string().nullable(), duties: z.array(duty), actions })
export type Breach = z.output<typeof breach>
const affected = z.object({ id, patientId: id, name: z.string(), mrn: z.string(), origin, notifiedAt: z.string().nullable(), channel: z.string() })
export type Affected = z.output<typeof affected>

const breachFields = { title: text(200), description: text(4000), regimes: z.array(regime).min(1).max(4), dataKinds: z.array(dataKind).max(5).default([]), discoveredAt: instant, occurredFrom: instant.optional(), occurredTo: instant.optional() }
const request = z.object({ id, version, patientId: id, patientName: z.string(), mrn: z.string(), kind: requestKind, state: requestState, details: z.string(), reason: z.string(), dueOn: z.string(), receivedAt: z.string(), decidedAt: z.string().nullable(), erased: z.array(z.string()), kept: z.array(z.object({ what: z.string(), until: z.string().nullable(), source: z.string() })), actions })
export type PrivacyRequest = z.output<typeof request>
const hold = z.object({ id, version, patientId: id, reason: z.string(), reference: z.string(), placedAt: z.string(), placedBy: z.string(), releasedAt: z.string().nullable(), releaseReason: z.string() })
const patientExport = z.object({ id, patientId: id, format: exportFormat, consentId: id.nullable(), state: exportState, records: z.number().int().nullable(), createdAt: z.string(), createdBy: z.string(), finishedAt: z.string().nullable() })
const part = z.object({ what: z.enum(['contact', 'clinical', 'billing', 'identity']), isErasable: z.boolean(), until: z.string().nullable(), source: z.string() })
export type ErasurePart = z.output<typeof part>

const read = { permission: 'privacy.read', phi: true } as const
const write = { permission: 'privacy.write', phi: true } as const
const step = { method: 'POST', audit: 'step', ...write, params: idParams } as const

/** Breaches with their clocks, what patients may ask for, and what may not be erased. */
export const privacy = {
  listBreaches: route({ method: 'GET', path: '/breaches', summary: 'Register of data breaches, newest first', ...read, audit: 'search', query: pageQuery.extend({ state: breachState.optional() }), response: page(breachSummary), errors: [] }),
  openBreach: route({ method: 'POST', path: '/breaches', summary: 'Enter a breach; its clocks run from its discovery', ...write, audit: 'create', body: z.strictObject(breachFields), status: 201, response: breach, errors: [privacyErrors.future, privacyErrors.period] }),
  readBreach: route({ method: 'GET', path: '/breaches/{id}', summary: 'A breach with what is due to whom, when, and by which law', ...read, audit: 'read', params: idParams, response: breach, errors: [] }),
  updateBreach: route({ method: 'PATCH', path: '/breaches/{id}', summary: 'Change what is known of a breach', ...write, audit: 'update', params: idParams, ifMatch: 'required', body: z.strictObject({ title: text(200).optional(), description: text(4000).optional(), regimes: z.array(regime).min(1).max(4).optional(), dataKinds: z.array(dataKind).max(5).optional(), occurredFrom: instant.optional(), occurredTo: instant.optional() }), response: breach, errors: [privacyErrors.period, lifecycleErrors.illegal_step] }),
  assessBreach: route({ ...step, path: '/breaches/{id}/assess', summary: 'Say how grave it is and what is done', body: z.strictObject({ risk: riskLevel, consequences: text(4000), measures: text(4000) }), response: breach, errors: [lifecycleErrors.illegal_step] }),
  recordNotice: route({ ...step, path: '/breaches/{id}/notices', summary: 'Say that somebody was told, or why nobody has to be', body: z.strictObject({ duty: z.string().max(60).regex(/^[a-z-]{1,60}$/), sentAt: instant.optional(), reference: optionalText(200).default(''), waivedReason: optionalText(1000).default('') }), response: breach, errors: [privacyErrors.duty_unknown, privacyErrors.notice_recorded, privacyErrors.notice_incomplete, privacyErrors.future, lifecycleErrors.illegal_step] }),
  closeBreach: route({ ...step, path: '/breaches/{id}/close', summary: 'Close it: everybody was told', body: emptyBody, response: breach, errors: [privacyErrors.notices_open, lifecycleErrors.illegal_step] }),
  dismissBreach: route({ ...step, path: '/breaches/{id}/dismiss', summary: 'It was no breach', body: reasonBody, response: breach, errors: [lifecycleErrors.illegal_step] }),
  reopenBreach: route({ ...step, path: '/breaches/{id}/reopen', summary: 'Open it again', body: reasonBody, response: breach, errors: [lifecycleErrors.illegal_step] }),
  listAffected: route({ method: 'GET', path: '/breaches/{id}/affected', summary: 'Patients whose data it was', ...read, audit: 'read', params: idParams, query: pageQuery, response: page(affected), errors: [] }),
  addAffected: route({ ...step, path: '/breaches/{id}/affected', summary: 'Name patients', body: z.strictObject({ patientIds: z.array(id).min(1).max(500) }), response: z.object({ added: z.number().int(), affected: z.number().int() }), errors: [lifecycleErrors.illegal_step] }),
  findAffected: route({ ...step, path: '/breaches/{id}/find-affected', summary: 'Take whose records the audit says were opened by a user, in a session or from an address', body: z.strictObject({ userId: id.optional(), sessionId: id.optional(), address: z.string().max(80).regex(/^[0-9A-Fa-f.:]{2,80}$/).optional(), from: instant, to: instant }), response: z.object({ added: z.number().int(), affected: z.number().int() }), errors: [privacyErrors.period, lifecycleErrors.illegal_step, kernelErrors.invalid] }),
  printLetter: route({ method: 'GET', path: '/breach-patients/{id}/letter', summary: 'The letter to a patient, in the patient’s language', ...write, audit: 'print', params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  markNotified: route({ ...step, path: '/breaches/{id}/mark-notified', summary: 'Say that all who are not told yet have been', body: z.strictObject({ channel: z.enum(['post', 'e-mail', 'in-person', 'phone']) }), response: breach, errors: [lifecycleErrors.illegal_step] }),
  listRequests: route({ method: 'GET', path: '/privacy-requests', summary: 'Requests of patients for correction and erasure, newest first', ...read, audit: 'search', query: pageQuery.extend({ state: requestState.optional(), patientId: id.optional() }), response: page(request), errors: [] }),
  receiveRequest: route({ method: 'POST', path: '/privacy-requests', summary: 'Take a request of a patient', permission: 'privacy.receive', phi: true, audit: 'create', body: z.strictObject({ patientId: id, kind: requestKind, details: text(2000) }), status: 201, response: request, errors: [] }),
  readRequest: route({ method: 'GET', path: '/privacy-requests/{id}', summary: 'A request', ...read, audit: 'read', params: idParams, response: request, errors: [] }),
  approveRequest: route({ ...step, path: '/privacy-requests/{id}/approve', summary: 'Grant it; another person than who took it', body: emptyBody, response: request, errors: [lifecycleErrors.illegal_step, privacyErrors.same_person] }),
  refuseRequest: route({ ...step, path: '/privacy-requests/{id}/refuse', summary: 'Refuse it, with the reason the patient is told', body: reasonBody, response: request, errors: [lifecycleErrors.illegal_step] }),
  completeRequest: route({ ...step, path: '/privacy-requests/{id}/complete', summary: 'The record was corrected; or erase now what the law lets go', body: emptyBody, response: request, errors: [lifecycleErrors.illegal_step, privacyErrors.held, privacyErrors.nothing_to_erase] }),
  previewErasure: route({ method: 'GET', path: '/patients/{id}/erasure', summary: 'What could be erased today, and what must stay until when', ...read, audit: 'read', params: idParams, subject: 'id', response: z.object({ parts: z.array(part), holds: z.number().int() }), errors: [] }),
  listHolds: route({ method: 'GET', path: '/patients/{id}/holds', summary: 'Legal holds on a record', ...read, audit: 'read', params: idParams, subject: 'id', query: pageQuery, response: page(hold), errors: [] }),
  placeHold: route({ method: 'POST', path: '/patients/{id}/holds', summary: 'Forbid the erasure of a record', ...write, audit: 'create', params: idParams, subject: 'id', body: z.strictObject({ reason: text(500), reference: optionalText(200).default('') }), status: 201, response: hold, errors: [] }),
  releaseHold: route({ ...step, path: '/legal-holds/{id}/release', summary: 'End a hold', body: reasonBody, response: hold, errors: [lifecycleErrors.illegal_step] }),
  listExports: route({ method: 'GET', path: '/patients/{id}/exports', summary: 'Files made of all that is stored on a patient', ...read, audit: 'read', params: idParams, subject: 'id', query: pageQuery, response: page(patientExport), errors: [] }),
  createExport: route({ method: 'POST', path: '/patients/{id}/exports', summary: 'Have all that is stored on a patient made into a file', permission: 'privacy.export', phi: true, audit: 'export', params: idParams, subject: 'id', description: 'For the patient; with `consentId` for somebody else: only the parts the consent names, as long as it stands.', body: z.strictObject({ format: exportFormat, consentId: id.optional() }), status: 202, response: patientExport, errors: [consentErrors.no_consent] }),
  readExport: route({ method: 'GET', path: '/patient-exports/{id}/file', summary: 'The file', permission: 'privacy.export', phi: true, audit: 'export', params: idParams, response: 'binary', transaction: 'none', errors: [privacyErrors.export_not_ready, consentErrors.no_consent] }),
}
