import { z } from 'zod'
import { actions, date, decimalText, emptyBody, id, idParams, instant, locale, optionalText, printQuery, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { orderPriority } from './orders.ts'
import { ucumUnit, valueKind } from './laboratory-catalogue.ts'
import { defineErrors, route } from './define.ts'

export const laboratoryErrors = defineErrors('laboratory', {
  specimen_not_received: 409, second_person: 403, quality_blocks: 409, absurd_value: 422, unknown_choice: 422, not_a_number: 422, unit_unknown: 422, no_such_test: 422, held: 409, not_in_future: 422, needs_approval: 409, calculated: 422, wrong_kind: 422, bad_seal: 404, no_breakpoint: 422, sensitive: 403, already_called: 409, ambiguous_number: 422, unit_parentheses: 422,
})

/** A tube and what happens to it. */
export const specimenLifecycle = lifecycle({
  initial: 'requested',
  states: ['requested', 'collected', 'received', 'stored', 'sent-out', 'rejected', 'discarded', 'cancelled'],
  steps: {
    collect: { from: ['requested'], to: 'collected' },
    receive: { from: ['collected'], to: 'received' },
    unreceive: { from: ['received'], to: 'collected' },
    reject: { from: ['collected', 'received', 'stored', 'sent-out'], to: 'rejected' },
    store: { from: ['received', 'stored'], to: 'stored' },
    send: { from: ['received', 'stored'], to: 'sent-out' },
    discard: { from: ['received', 'stored', 'sent-out'], to: 'discarded' },
    cancel: { from: ['requested'], to: 'cancelled' },
  },
})
export const specimenState = z.enum(['requested', 'collected', 'received', 'stored', 'sent-out', 'rejected', 'discarded', 'cancelled'])
/** Why a tube is not fit, as the months are compared by it; `other` says why in the words of its reason. */
export const rejectCause = z.enum(['haemolysed', 'clotted', 'insufficient', 'unlabelled', 'wrong-tube', 'leaked', 'too-old', 'other'])
export type RejectCause = z.output<typeof rejectCause>
export const indices = z.strictObject({ haemolysis: z.int().min(0).max(4).optional(), lipaemia: z.int().min(0).max(4).optional(), icterus: z.int().min(0).max(4).optional() })
export const specimen = z.object({
  id, version, number: z.string(), patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, orderId: id.nullable(), type: z.string(), container: z.string(), timepoint: z.string(), contents: z.string(), priority: orderPriority, place: z.enum(['outpatient', 'ward', 'home']), state: specimenState,
  collectedAt: z.string().nullable(), receivedAt: z.string().nullable(), reason: z.string(), recollectionOf: id.nullable(), aliquotOf: id.nullable(), rack: z.string(), sentTo: z.string(), indices, labelsPrinted: z.int(), dueAt: z.string(), createdAt: z.string(), actions,
  /** Of a tube that is still to be taken or received, on its own and on the lists of a facility: whether what it is for is paid; null where nothing is charged. */
  payment: z.enum(['paid', 'due']).nullable().optional(),
  /** Of a rejected tube, where it was chosen from the list. */
  cause: rejectCause.optional(),
})
export type Specimen = z.output<typeof specimen>

/** One analyte on one tube: waiting, then a result. Verified is the technical check, approved the clinical one. */
export const resultLifecycle = lifecycle({
  initial: 'pending',
  states: ['pending', 'received', 'verified', 'approved', 'released', 'cancelled', 'entered-in-error'],
  steps: {
    enter: { from: ['pending', 'received'], to: 'received' },
    verify: { from: ['received'], to: 'verified' },
    approve: { from: ['verified'], to: 'approved' },
    return: { from: ['verified', 'approved'], to: 'received' },
    release: { from: ['verified', 'approved'], to: 'released' },
    amend: { from: ['released'], to: 'released' },
    cancel: { from: ['pending', 'received', 'verified', 'approved'], to: 'cancelled' },
    'entered-in-error': { from: ['released'], to: 'entered-in-error' },
  },
})
export const resultState = z.enum(['pending', 'received', 'verified', 'approved', 'released', 'cancelled', 'entered-in-error'])
export const resultStatus = z.enum(['preliminary', 'final', 'amended', 'corrected'])
/** N normal, L/H below or above the range, LL/HH beyond a critical limit, A abnormal, AA critical. */
export const resultFlag = z.enum(['', 'N', 'L', 'H', 'LL', 'HH', 'A', 'AA'])
export type ResultFlag = z.output<typeof resultFlag>

const interpretation = z.enum(['S', 'I', 'R'])
/** An antibiotic tested against an isolate; `tier` 2 is shown only where the first tier is resistant (cascade). */
const measured = { antibiotic: text(60), method: z.enum(['mic', 'disk', 'other']).default('disk'), value: optionalText(20).optional() }
/** `breakpoint` says by which limits it was interpreted; empty where a person said so. */
const susceptibility = z.strictObject({ ...measured, interpretation, tier: z.int().min(1).max(3).default(1), breakpoint: optionalText(200).optional(), class: optionalText(40).optional() })
const grown = { organism: text(120), code: optionalText(40).optional(), quantity: optionalText(60).optional() }
const isolate = z.strictObject({ ...grown, susceptibilities: z.array(susceptibility).max(60).default([]) })
/** `isGrowth` says that something grew or was seen before it has a name. */
const seen = { isGrowth: z.boolean().optional(), stage: z.enum(['gram', 'growth-24h', 'growth-48h', 'identification', 'final']), gram: optionalText(500).optional(), growth: optionalText(500).optional() }
export const cultureDetail = z.strictObject({ ...seen, isolates: z.array(isolate).max(10).default([]) })
/** As it is written: what is measured and not interpreted is interpreted by the breakpoints of the laboratory. */
export const cultureEntry = z.strictObject({ ...seen, isolates: z.array(z.strictObject({ ...grown, susceptibilities: z.array(z.strictObject({ ...measured, interpretation: interpretation.optional(), tier: z.int().min(1).max(3).optional(), breakpoint: optionalText(200).optional(), class: optionalText(40).optional() })).max(60).default([]) })).max(10).default([]) })
export type CultureEntry = z.output<typeof cultureEntry>
export type CultureDetail = z.output<typeof cultureDetail>
const slide = z.strictObject({ label: text(40), stain: text(60) })
export const histopathologyDetail = z.strictObject({ gross: optionalText(4000).optional(), blocks: z.array(z.strictObject({ label: text(40), tissue: optionalText(200).optional(), slides: z.array(slide).max(60).default([]) })).max(200).default([]), microscopy: optionalText(8000).optional(), diagnosis: optionalText(2000).optional(), stage: optionalText(60).optional() })
export type HistopathologyDetail = z.output<typeof histopathologyDetail>
const detail = z.union([cultureEntry, histopathologyDetail])

const rangeShown = z.object({ low: z.string().nullable(), high: z.string().nullable(), text: z.string(), note: z.string() })
/** The last released value before this one was taken, and by how much this one differs where both are numbers in one unit. */
const previous = z.object({ value: z.string(), unit: z.string(), at: z.string(), change: z.string().nullable() })
const judged = { value: z.string(), unit: z.string(), flag: resultFlag, isCritical: z.boolean(), range: rangeShown, method: z.string(), comment: z.string() }
/** `indices`: how its tube looks, where that was noted. */
export const result = z.object({
  id, version, resultVersion: z.int(), status: resultStatus.nullable(), state: resultState, patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, orderId: id.nullable(), specimenId: id, specimenNumber: z.string(), testId: id, code: z.string(), name: z.string(), panelName: z.string(), bench: z.string(), priority: orderPriority, valueKind,
  ...judged, reportedUnit: z.string(), holds: z.array(z.string()), reason: z.string(), detail: z.record(z.string(), z.unknown()), indices: indices.optional(), choices: z.array(z.string()).optional(), previous: previous.optional(), isSensitive: z.boolean(), isHidden: z.boolean(), collectedAt: z.string().nullable(), enteredAt: z.string().nullable(), verifiedAt: z.string().nullable(), approvedAt: z.string().nullable(), releasedAt: z.string().nullable(), dueAt: z.string(), actions,
})
export type Result = z.output<typeof result>
export const resultVersion = z.object({ resultVersion: z.int(), status: resultStatus, ...judged, reason: z.string(), detail: z.record(z.string(), z.unknown()), releasedAt: z.string(), releasedByName: z.string() })
/** A correction that waits for a second person. */
const amendmentShown = z.object({ status: z.enum(['final', 'amended', 'corrected']), value: z.string().nullable(), comment: z.string().nullable(), detail: z.record(z.string(), z.unknown()).nullable(), reason: z.string(), byId: id, byName: z.string(), at: z.string() })
const withVersions = result.extend({ versions: z.array(resultVersion), amendment: amendmentShown.nullable() })
export type ResultWhole = z.output<typeof withVersions>

/** A row of the cumulative view: unit and range of the newest value; a value says its own unit and status only where they differ. */
const cumulativeTest = z.object({ testId: id, code: z.string(), name: z.string(), panelName: z.string(), unit: z.string(), range: rangeShown, isHidden: z.boolean(), values: z.array(z.object({ id, at: z.string(), value: z.string(), flag: resultFlag, unit: z.string().optional(), status: resultStatus.optional() })) })
export type CumulativeTest = z.output<typeof cumulativeTest>

/** As the analyser or the person said it: `5.4`, `<0.01`, `>1000`, `+++`, `haemolysed`. */
const reported = { value: text(200).or(z.number().transform(String)), unit: ucumUnit.optional(), comment: optionalText(1000).optional() }
const entry = { ...reported, isConfirmed: z.boolean().optional() }
const enterErrors = [laboratoryErrors.specimen_not_received, laboratoryErrors.absurd_value, laboratoryErrors.unknown_choice, laboratoryErrors.not_a_number, laboratoryErrors.ambiguous_number, laboratoryErrors.unit_unknown, laboratoryErrors.unit_parentheses, laboratoryErrors.no_such_test, laboratoryErrors.calculated, laboratoryErrors.wrong_kind, lifecycleErrors.illegal_step]
const releaseErrors = [laboratoryErrors.second_person, laboratoryErrors.quality_blocks, laboratoryErrors.needs_approval, lifecycleErrors.illegal_step]
const amendErrors = [laboratoryErrors.absurd_value, laboratoryErrors.not_a_number, laboratoryErrors.unknown_choice, laboratoryErrors.unit_unknown, laboratoryErrors.quality_blocks, laboratoryErrors.wrong_kind, laboratoryErrors.no_breakpoint, lifecycleErrors.illegal_step]
/** What a released result is to say: only what changes is named. */
export const amendment = z.strictObject({ value: reported.value.optional(), unit: ucumUnit.optional(), comment: reported.comment, detail: detail.optional(), isConfirmed: z.boolean().optional(), reason: text(500), status: z.enum(['final', 'amended', 'corrected']).default('amended') })
export type Amendment = z.output<typeof amendment>
const many = { ids: z.array(id).min(1).max(200) }

const report = z.object({ id, version, number: z.string(), patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, orderId: id, status: resultStatus, isSensitive: z.boolean(), issuedAt: z.string(), prints: z.int(), patientToldAt: z.string().nullable(), patientDueAt: z.string().nullable(), actions })
export type LabReport = z.output<typeof report>
const reportWhole = report.extend({ results: z.array(result) })
const stage = z.object({ stage: z.string(), count: z.int(), medianMinutes: z.number().nullable(), p90Minutes: z.number().nullable() })

const may = { read: 'laboratory.read', collect: 'laboratory.collect', work: 'laboratory.work', verify: 'laboratory.verify', release: 'laboratory.release', amend: 'laboratory.amend' } as const
const step = { method: 'POST', audit: 'step', phi: true, params: idParams, ifMatch: 'optional' } as const
const ofSpecimen = { ...step, response: specimen, errors: [lifecycleErrors.illegal_step] } as const
const ofResult = { ...step, response: withVersions } as const

export const flowRoutes = {
  listSpecimens: route({ method: 'GET', path: '/specimens', summary: 'Specimens, newest first; what a facility has to collect or to receive, the most urgent first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), patientId: id.optional(), orderId: id.optional(), state: specimenState.optional(), number: z.string().max(40).optional(), place: z.enum(['outpatient', 'ward', 'home']).optional() }), response: page(specimen), errors: [] }),
  addSpecimen: route({ method: 'POST', path: '/specimens', summary: 'A further tube for an order: its own tests, or those named', permission: may.collect, audit: 'create', phi: true, body: z.strictObject({ orderId: id, type: text(60).optional(), container: text(60).optional(), testIds: z.array(id).min(1).max(60).optional() }), status: 201, response: specimen, errors: [laboratoryErrors.no_such_test, lifecycleErrors.illegal_step] }),
  readSpecimen: route({ method: 'GET', path: '/specimens/{id}', summary: 'Read a specimen with what is on it', permission: may.read, audit: 'read', phi: true, params: idParams, response: specimen.extend({ results: z.array(result) }), errors: [] }),
  collect: route({ ...ofSpecimen, path: '/specimens/{id}/collect', summary: 'Taken from the patient', permission: may.collect, body: z.strictObject({ collectedAt: instant.optional(), place: z.enum(['outpatient', 'ward', 'home']).optional() }).optional(), errors: [lifecycleErrors.illegal_step, laboratoryErrors.not_in_future] }),
  receive: route({ ...ofSpecimen, path: '/specimens/{id}/receive', summary: 'Arrived in the laboratory, with its indices', permission: may.work, body: z.strictObject({ rack: optionalText(40).optional(), indices: indices.optional() }).optional() }),
  reject: route({ ...ofSpecimen, path: '/specimens/{id}/reject', summary: 'Not fit: says why, and asks for a new one unless told otherwise', description: 'What was divided from it is rejected with it, wherever it is: `portions` says which, and where each was.', permission: may.work, body: z.strictObject({ reason: text(300), cause: rejectCause.optional(), isRecollected: z.boolean().default(true) }), response: specimen.extend({ recollection: specimen.nullable(), portions: z.array(z.object({ id, number: z.string(), wasState: specimenState, sentTo: z.string() })).optional() }) }),
  store: route({ ...ofSpecimen, path: '/specimens/{id}/store', summary: 'Put away', permission: may.work, body: z.strictObject({ rack: text(40) }) }),
  send: route({ ...ofSpecimen, path: '/specimens/{id}/send', summary: 'Sent to another laboratory', permission: may.work, body: z.strictObject({ sentTo: text(120) }) }),
  discard: route({ ...ofSpecimen, path: '/specimens/{id}/discard', summary: 'Thrown away', permission: may.work, body: emptyBody }),
  aliquot: route({ ...step, path: '/specimens/{id}/aliquots', summary: 'Divide: a tube of its own number for the tests named', permission: may.work, body: z.strictObject({ container: text(60), testIds: z.array(id).min(1).max(60) }), status: 201, response: specimen, errors: [lifecycleErrors.illegal_step, laboratoryErrors.no_such_test] }),
  printLabels: route({ method: 'GET', path: '/specimens/labels', summary: 'Tube labels of 50 × 25 mm: of one specimen or of all of an order', permission: may.read, audit: 'print', phi: true, query: z.strictObject({ specimenId: id.optional(), orderId: id.optional() }), response: 'binary', transaction: 'none', errors: [] }),

  listResults: route({ method: 'GET', path: '/results', summary: 'Results and what waits for one, newest first; the work-list of a facility, the most urgent first', description: '`instrumentId` shows what its driver measures.', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), patientId: id.optional(), orderId: id.optional(), specimenId: id.optional(), encounterId: id.optional(), bench: z.string().max(60).optional(), instrumentId: id.optional(), state: resultState.optional() }), response: page(result), errors: [] }),
  printWorkList: route({ method: 'GET', path: '/results/work-list', summary: 'The work-list on paper, of a bench or of what an instrument measures: tubes in the laboratory with what waits on them, and the value before', permission: may.work, audit: 'print', phi: true, query: z.strictObject({ facilityId: id, bench: z.string().max(60).optional(), instrumentId: id.optional() }), response: 'binary', transaction: 'none', errors: [] }),
  enterResult: route({ method: 'POST', path: '/results', summary: 'Enter one result for a test on a received specimen', permission: may.work, audit: 'create', phi: true, body: z.union([z.strictObject({ specimenId: id, testId: id, ...entry }), z.strictObject({ specimenId: id, code: z.string().max(40), ...entry })]), status: 201, response: withVersions, errors: enterErrors }),
  enterResults: route({ ...step, path: '/specimens/{id}/results', summary: 'Enter many results of a specimen at once; what is calculated from them follows', permission: may.work, body: z.strictObject({ entries: z.array(z.strictObject({ testId: id, ...entry })).min(1).max(100) }), response: z.object({ items: z.array(result) }), errors: enterErrors }),
  enterDetail: route({ ...ofResult, path: '/results/{id}/detail', summary: 'Write a stage of a culture, or a structured histopathology report', permission: may.work, body: z.strictObject({ detail, comment: optionalText(1000).optional() }), errors: [laboratoryErrors.wrong_kind, laboratoryErrors.no_breakpoint, laboratoryErrors.specimen_not_received, lifecycleErrors.illegal_step] }),
  readResult: route({ method: 'GET', path: '/results/{id}', summary: 'Read a result with its versions', permission: may.read, audit: 'read', phi: true, params: idParams, response: withVersions, errors: [] }),
  seeResults: route({ method: 'POST', path: '/results/seen', summary: 'These results stand before one’s eyes: one is told if they change', permission: may.read, audit: 'step', phi: true, body: z.strictObject(many), response: z.object({ seen: z.int() }), errors: [] }),
  verify: route({ ...ofResult, path: '/results/{id}/verify', summary: 'Technically right; a critical value starts its timer', permission: may.verify, body: z.strictObject({ isHoldAccepted: z.boolean().optional() }).optional(), errors: [laboratoryErrors.held, lifecycleErrors.illegal_step] }),
  verifyMany: route({ method: 'POST', path: '/results/verify', summary: 'Verify many: all or none', permission: may.verify, audit: 'step', phi: true, body: z.strictObject({ ...many, isHoldAccepted: z.boolean().optional() }), response: z.object({ items: z.array(result) }), errors: [laboratoryErrors.held, lifecycleErrors.illegal_step] }),
  callBack: route({ ...ofResult, path: '/results/{id}/call-back', summary: 'A verified value that no rule called critical, and that a clinician must know now: an alert that is acknowledged with read-back and escalates like any other', permission: may.verify, body: reasonBody, errors: [laboratoryErrors.already_called, lifecycleErrors.illegal_step] }),
  approve: route({ ...ofResult, path: '/results/{id}/approve', summary: 'Clinically plausible', permission: may.release, body: emptyBody, errors: [laboratoryErrors.second_person, lifecycleErrors.illegal_step] }),
  commentResult: route({ ...ofResult, path: '/results/{id}/comment', summary: 'A comment that is released with the result, written before', permission: may.verify, body: z.strictObject({ comment: optionalText(1000) }), errors: [lifecycleErrors.illegal_step] }),
  returnResult: route({ ...ofResult, path: '/results/{id}/return', summary: 'Back to the bench, to be measured again', permission: may.verify, body: reasonBody, errors: [lifecycleErrors.illegal_step] }),
  release: route({ ...ofResult, path: '/results/{id}/release', summary: 'Let out: version 1, in the report, before the clinician’s eyes', permission: may.release, body: z.strictObject({ status: z.enum(['preliminary', 'final']).default('final') }).optional(), errors: releaseErrors }),
  releaseMany: route({ method: 'POST', path: '/results/release', summary: 'Release many: all or none', permission: may.release, audit: 'step', phi: true, body: z.strictObject({ ...many, status: z.enum(['preliminary', 'final']).default('final') }), response: z.object({ items: z.array(result) }), errors: releaseErrors }),
  amend: route({ ...ofResult, path: '/results/{id}/amend', summary: 'A new version of what was released; those who read the earlier one are told', description: '`final` after a preliminary version, `corrected` where the earlier value was wrong, else `amended`. What does not change is left out: a comment alone is not stopped by a control. Where the hospital asks for two persons it waits in `amendment` until another one lets it out.', permission: may.amend, body: amendment, errors: amendErrors }),
  confirmAmendment: route({ ...ofResult, path: '/results/{id}/amendment/release', summary: 'Let out a correction that another person entered', permission: may.amend, body: emptyBody, errors: [laboratoryErrors.second_person, ...amendErrors] }),
  declineAmendment: route({ ...ofResult, path: '/results/{id}/amendment/decline', summary: 'Take back a correction that is not out: the result says what it said', permission: may.amend, body: emptyBody, errors: [lifecycleErrors.illegal_step] }),
  cancelResult: route({ ...ofResult, path: '/results/{id}/cancel', summary: 'This test will not be done on this specimen', permission: may.verify, body: reasonBody, errors: [lifecycleErrors.illegal_step] }),
  resultInError: route({ ...ofResult, path: '/results/{id}/entered-in-error', summary: 'What was released was never true; those who read it are told', permission: may.amend, body: reasonBody, errors: [lifecycleErrors.illegal_step] }),

  patientResults: route({ method: 'GET', path: '/patients/{id}/lab-results', summary: 'Released results of a patient, newest first, each as a whole', permission: may.read, audit: 'read', phi: true, params: idParams, query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(500).default(200), testId: id.optional() }), response: page(result), errors: [] }),
  cumulative: route({ method: 'GET', path: '/patients/{id}/lab-cumulative', summary: 'The cumulative view: released values of a patient, a row a test, newest first', permission: may.read, audit: 'read', phi: true, params: idParams, query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(500).default(500), testId: id.optional() }), response: z.object({ tests: z.array(cumulativeTest), nextCursor: z.string().nullable() }), errors: [] }),
  listReports: route({ method: 'GET', path: '/lab-reports', summary: 'Reports, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), encounterId: id.optional(), facilityId: id.optional(), orderId: id.optional() }), response: page(report), errors: [] }),
  readReport: route({ method: 'GET', path: '/lab-reports/{id}', summary: 'Read a report with its results', permission: may.read, audit: 'read', phi: true, params: idParams, response: reportWhole, errors: [] }),
  printReport: route({ method: 'GET', path: '/lab-reports/{id}/pdf', summary: 'The report on letterhead with a code that proves it; made once per version and language and kept', description: 'In the language asked for, else the patient’s, else the reader’s.', permission: may.read, audit: 'print', phi: true, params: idParams, query: printQuery.extend({ language: locale.optional() }), response: 'binary', transaction: 'none', errors: [laboratoryErrors.sensitive] }),
  tellPatient: route({ ...step, path: '/lab-reports/{id}/tell-patient', summary: 'The patient may see it and hears that it is ready; a sensitive one only so, others when they are final', permission: may.release, body: emptyBody, response: report, errors: [lifecycleErrors.illegal_step] }),
  checkReport: route({ method: 'GET', path: '/lab-reports/check/{seal}', summary: 'What the code on a report proves: number, version, whether a newer one stands; nothing of the patient', permission: 'public', audit: 'none', phi: false, params: z.strictObject({ seal: z.string().max(160).regex(/^[A-Za-z0-9_.-]{20,160}$/) }), response: z.object({ isGenuine: z.literal(true), number: z.string(), reportVersion: z.int(), currentVersion: z.int(), isCurrent: z.boolean(), facility: z.string(), issuedAt: z.string() }), errors: [laboratoryErrors.bad_seal] }),
  showCheck: route({ method: 'GET', path: '/lab-reports/check/{seal}/page', summary: 'The same as a page for whoever scans the code, in their language', permission: 'public', audit: 'none', phi: false, params: z.strictObject({ seal: z.string().max(160).regex(/^[A-Za-z0-9_.-]{20,160}$/) }), response: 'binary', errors: [laboratoryErrors.bad_seal] }),
  statistics: route({ method: 'GET', path: '/lab-statistics', summary: 'Turnaround by stage, workload, rejections, positivity of a period', permission: may.read, audit: 'read', phi: false, query: z.strictObject({ facilityId: id, from: date, to: date }), response: z.object({ stages: z.array(stage), workload: z.array(z.object({ bench: z.string(), results: z.int(), late: z.int() })), specimens: z.int(), rejected: z.int(), rejections: z.array(z.object({ reason: z.string(), cause: rejectCause.optional(), count: z.int() })), positivity: z.array(z.object({ code: z.string(), name: z.string(), tested: z.int(), positive: z.int() })) }), errors: [] }),
  antibiogram: route({ method: 'GET', path: '/antibiogram', summary: 'Cumulative antibiogram: the first isolate of each patient and organism in the period', description: 'First isolate per patient and organism only: CLSI M39.', permission: may.read, audit: 'read', phi: false, query: z.strictObject({ facilityId: id, from: date, to: date }), response: z.object({ items: z.array(z.object({ organism: z.string(), antibiotic: z.string(), isolates: z.int(), susceptible: z.int(), percentSusceptible: decimalText, isFew: z.boolean() })) }), errors: [] }),
}
