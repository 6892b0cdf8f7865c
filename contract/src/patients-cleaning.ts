import { z } from 'zod'
import { emptyBody, id, idParams, optionalText, reasonBody, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'
import { patientSummary, sex } from './patients.ts'

export const cleaningErrors = defineErrors('patients', { finding_decided: 409, correction_undone: 409, correction_value: 422, check_running: 409 })

/** How grave an inconsistency is: it cannot be so, it is hardly so, or something is not known. */
export const inconsistencyKinds = {
  'birth-in-future': 'impossible',
  'birth-after-registration': 'impossible',
  'death-in-future': 'impossible',
  'death-before-birth': 'impossible',
  'visit-before-birth': 'impossible',
  'visit-after-death': 'impossible',
  'sex-against-pregnancy': 'impossible',
  'identifier-shared': 'impossible',
  'age-above-120': 'doubtful',
  'name-doubtful': 'doubtful',
  'phone-invalid': 'doubtful',
  'email-invalid': 'doubtful',
  'postcode-invalid': 'doubtful',
  'sex-missing': 'missing',
  'birth-missing': 'missing',
} as const
export type Inconsistency = keyof typeof inconsistencyKinds
const isInconsistency = (name: string): name is Inconsistency => name in inconsistencyKinds
export const inconsistencies: readonly Inconsistency[] = Object.keys(inconsistencyKinds).filter(isInconsistency)
export const inconsistency = z.enum(inconsistencies)

const findingState = z.enum(['open', 'accepted'])
const patientFinding = z.object({ id, version, rule: inconsistency, state: findingState, foundAt: z.string(), patientId: id, patient: patientSummary, value: z.string(), reason: z.string(), decidedBy: z.string() })
export type PatientFinding = z.output<typeof patientFinding>
const findingCounts = z.object({ items: z.array(z.object({ rule: inconsistency, open: z.int(), accepted: z.int() })), nextCursor: z.null(), check: z.object({ startedAt: z.string(), finishedAt: z.string().nullable(), patients: z.int() }).nullable() })
export type FindingCounts = z.output<typeof findingCounts>

/** What can be done to many records at once; each says by itself what becomes of a record. */
export const correctionKind = z.enum(['tidy-name', 'set-sex', 'clear-birth-date', 'birth-year-only', 'clear-death', 'drop-invalid-phones', 'clear-email', 'clear-postcode', 'set-place'])
export type CorrectionKind = z.output<typeof correctionKind>
const place = optionalText(100).optional()
/** `sex` belongs to set-sex; what is given of the place, to set-place. */
export const correction = z.strictObject({ kind: correctionKind, sex: sex.optional(), city: place, state: place, postcode: optionalText(20).optional(), country: optionalText(60).optional() })
export type Correction = z.output<typeof correction>

const mostAtOnce = 200
const change = z.object({ field: z.string(), before: z.string(), after: z.string() })
const previewed = z.object({ id, version, patient: patientSummary, changes: z.array(change) })
export type PreviewedCorrection = z.output<typeof previewed>
export const correctionOutcome = z.enum(['corrected', 'unchanged', 'changed-since', 'merged', 'restored', 'not-found'])
export type CorrectionOutcome = z.output<typeof correctionOutcome>
const batch = z.object({ id, version, kind: correctionKind, reason: z.string(), state: z.enum(['applied', 'undone', 'partly-undone']), corrected: z.int(), restored: z.int(), createdAt: z.string(), createdBy: z.string(), undoneAt: z.string().nullable() })
export type CorrectionBatch = z.output<typeof batch>
const batchDone = batch.extend({ outcomes: z.array(z.object({ patientId: id, outcome: correctionOutcome })) })

/** Keeping the register clean: what does not fit together, and the correction of many records with a preview. */
export const patientCleaning = {
  findings: route({ method: 'GET', path: '/patient-findings', summary: 'Work-list of inconsistencies, newest first', permission: 'patients.clean', audit: 'search', phi: true, query: pageQuery.extend({ rule: inconsistency.optional(), state: findingState.default('open') }), response: page(patientFinding), errors: [] }),
  findingCounts: route({ method: 'GET', path: '/patient-findings/counts', summary: 'How many records each rule holds for, and when they were checked last', permission: 'patients.clean', audit: 'search', phi: false, response: findingCounts, errors: [] }),
  checkRecords: route({ method: 'POST', path: '/patient-findings/check', summary: 'Check all records now, in the background', permission: 'patients.clean', audit: 'step', phi: false, body: emptyBody, status: 202, response: z.object({ startedAt: z.string() }), errors: [cleaningErrors.check_running] }),
  acceptFinding: route({ method: 'POST', path: '/patient-findings/{id}/accept', summary: 'It is right as it is', permission: 'patients.clean', audit: 'step', phi: true, params: idParams, body: reasonBody, response: patientFinding, errors: [cleaningErrors.finding_decided] }),
  reopenFinding: route({ method: 'POST', path: '/patient-findings/{id}/reopen', summary: 'It is to be looked at again', permission: 'patients.clean', audit: 'step', phi: true, params: idParams, body: emptyBody, response: patientFinding, errors: [cleaningErrors.finding_decided] }),
  exportFindings: route({ method: 'POST', path: '/patient-findings/export', summary: 'Open inconsistencies as CSV', permission: 'patients.export', audit: 'export', phi: true, body: z.strictObject({ rule: inconsistency.optional() }), response: 'binary', transaction: 'none', errors: [] }),
  previewCorrection: route({ method: 'POST', path: '/patient-corrections/preview', summary: 'What a correction would change in each record', permission: 'patients.clean', audit: 'search', phi: true, body: z.strictObject({ correction, patientIds: z.array(id).min(1).max(mostAtOnce) }), response: page(previewed), errors: [cleaningErrors.correction_value] }),
  correct: route({ method: 'POST', path: '/patient-corrections', summary: 'Correct many records at once', description: 'Each record is named with the version that was previewed; one that changed since is left, and the answer says so.', permission: 'patients.clean', audit: 'update', phi: true, body: z.strictObject({ correction, records: z.array(z.strictObject({ id, version })).min(1).max(mostAtOnce), reason: text(500) }), status: 201, response: batchDone, errors: [cleaningErrors.correction_value] }),
  corrections: route({ method: 'GET', path: '/patient-corrections', summary: 'Corrections of many records, newest first', permission: 'patients.clean', audit: 'search', phi: false, query: pageQuery, response: page(batch), errors: [] }),
  undoCorrection: route({ method: 'POST', path: '/patient-corrections/{id}/undo', summary: 'Give back what the records held, but for those that were changed since', permission: 'patients.clean', audit: 'step', phi: true, params: idParams, body: emptyBody, response: batchDone, errors: [cleaningErrors.correction_undone] }),
}
