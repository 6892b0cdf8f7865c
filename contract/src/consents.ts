import { z } from 'zod'
import { actions, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'
import { signInErrors } from './sign-in.ts'

export const consentErrors = defineErrors('access', { no_consent: 403, consent_withdrawn: 409, consent_period: 422, key_unknown: 422, name_needed: 422 })

export const purpose = z.enum(['treatment', 'payment', 'insurance', 'research', 'public-health', 'family', 'legal'])
export type Purpose = z.output<typeof purpose>
export const recipientKind = z.enum(['organisation', 'person', 'program'])
/** Parts of a record; who a patient is goes with each of them. */
export const consentScope = z.enum(['clinical', 'billing'])
export const giver = z.enum(['patient', 'guardian', 'representative'])
const consent = z.object({
  id, version, patientId: id, purpose, recipientKind, recipientKeyId: id.nullable(), recipient: z.string(), scope: z.array(consentScope), givenBy: giver, givenName: z.string(), startsAt: z.string(), endsAt: z.string().nullable(), recordedAt: z.string(), recordedBy: z.string(),
  withdrawnAt: z.string().nullable(), withdrawalReason: z.string(), state: z.enum(['ahead', 'in-force', 'over', 'withdrawn']), actions,
})
export type Consent = z.output<typeof consent>
const program = z.object({ keyId: id, name: z.string(), owner: z.string(), version: z.number().int(), purpose: purpose.nullable() })
export type Program = z.output<typeof program>

const fields = { purpose, recipientKind, recipientKeyId: id.optional(), recipient: text(200), scope: z.array(consentScope).max(2), givenBy: giver.default('patient'), givenName: optionalText(200).default(''), startsAt: instant.optional(), endsAt: instant.optional() }

/** What patients allowed to be shared, and the programs that need it. */
export const consents = {
  listConsents: route({ method: 'GET', path: '/patients/{id}/consents', summary: 'What the patient allowed, newest first, with what was withdrawn', permission: 'access.consents', phi: true, audit: 'read', params: idParams, subject: 'id', query: pageQuery, response: page(consent), errors: [] }),
  giveConsent: route({ method: 'POST', path: '/patients/{id}/consents', summary: 'Record what the patient allows: who, what for, which part, how long', permission: 'access.consents', phi: true, audit: 'create', params: idParams, subject: 'id', body: z.strictObject(fields), status: 201, response: consent, errors: [consentErrors.consent_period, consentErrors.key_unknown, consentErrors.name_needed] }),
  withdrawConsent: route({ method: 'POST', path: '/consents/{id}/withdraw', summary: 'The patient takes it back: nothing is shared from now on', permission: 'access.consents', phi: true, audit: 'step', params: idParams, body: reasonBody, response: consent, errors: [consentErrors.consent_withdrawn] }),
  printConsent: route({ method: 'GET', path: '/consents/{id}/form', summary: 'The form to sign, in the patient’s language', permission: 'access.consents', phi: true, audit: 'print', params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  listPrograms: route({ method: 'GET', path: '/program-rules', summary: 'Keys of programs, and for which purpose each needs the consent of patients', permission: 'access.rules', phi: false, audit: 'search', query: pageQuery, response: page(program), errors: [] }),
  writeProgram: route({ method: 'PUT', path: '/program-rules/{id}', summary: 'Let a program read only patients who allowed the purpose, or all with null', permission: 'access.rules', phi: false, audit: 'update', params: idParams, ifMatch: 'optional', body: z.strictObject({ purpose: purpose.nullable() }), response: program, errors: [signInErrors.confirm_needed] }),
}
