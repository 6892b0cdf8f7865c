import { z } from 'zod'
import { date, decimalText, id, idParams, instant, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { laboratoryErrors } from './laboratory-flow.ts'
import { defineErrors, route } from './define.ts'

export const qualityErrors = defineErrors('laboratory', { lot_taken: 409, lot_expired: 422, mixed_tests: 422, lot_twice: 422 })

export const westgardRule = z.enum(['1-2s', '1-3s', '2-2s', 'R-4s', '4-1s', '10-x'])
const runState = z.enum(['accepted', 'warning', 'rejected'])
const lot = z.object({ id, version, facilityId: id, testId: id, testName: z.string(), material: z.string(), lotNumber: z.string(), level: z.string(), mean: z.string(), sd: z.string(), unit: z.string(), expiresOn: date, isActive: z.boolean() })
export type QualityLot = z.output<typeof lot>
const point = z.object({ lotId: id, level: z.string(), value: z.string(), z: z.number() })
const run = z.object({ id, version, facilityId: id, testId: id, testName: z.string(), instrumentId: id.nullable(), state: runState, broken: z.array(westgardRule), action: z.string(), measuredAt: z.string(), points: z.array(point) })
export type QualityRun = z.output<typeof run>
const log = z.object({ id, facilityId: id, instrumentId: id.nullable(), kind: z.enum(['calibration', 'maintenance', 'repair', 'reagent']), note: z.string(), nextDueOn: date.nullable(), occurredAt: z.string(), byName: z.string() })
const positive = decimalText.refine((value) => Number(value) > 0, { error: 'number.positive' })

const monthly = z.strictObject({ facilityId: id, month: z.string().regex(/^(19|20)\d{2}-(0[1-9]|1[0-2])$/), instrumentId: z.union([id, z.literal('by-hand')]).optional(), withRejected: z.enum(['true', 'false']).default('false') })
/** A level of a lot on an instrument, against one target. Figures have two decimals more than the test reports; a lot whose target changed within the month has a line for each. `n` counts what the figures are of, `measured` all that was measured. */
const qualityMonth = z.object({
  testId: id, code: z.string(), testName: z.string(), unit: z.string(), instrumentId: id.nullable(), instrumentName: z.string(), lotId: id, material: z.string(), lotNumber: z.string(), level: z.string(),
  measured: z.int(), n: z.int(), mean: z.string().nullable(), sd: z.string().nullable(), cvPercent: z.string().nullable(), target: z.string().nullable(), targetSd: z.string().nullable(), bias: z.string().nullable(), biasPercent: z.string().nullable(),
  violations: z.array(z.object({ rule: westgardRule, count: z.int() })), rejected: z.int(),
})
export type QualityMonth = z.output<typeof qualityMonth>
const monthEvent = z.object({ runId: id, testName: z.string(), instrumentId: id.nullable(), instrumentName: z.string(), measuredAt: z.string(), state: runState, broken: z.array(westgardRule), points: z.array(point), action: z.string() })
const may = { read: 'laboratory.read', quality: 'laboratory.quality' } as const

export const qualityRoutes = {
  listLots: route({ method: 'GET', path: '/quality-lots', summary: 'Lots of control material, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), testId: id.optional() }), response: page(lot), errors: [] }),
  createLot: route({ method: 'POST', path: '/quality-lots', summary: 'A lot of control material for a test and level, with its mean and standard deviation', permission: may.quality, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, testId: id, material: text(120), lotNumber: text(60), level: text(30), mean: decimalText, sd: positive, expiresOn: date }), status: 201, response: lot, errors: [qualityErrors.lot_taken] }),
  updateLot: route({ method: 'PATCH', path: '/quality-lots/{id}', summary: 'Set mean and standard deviation anew, or take the lot out of use; earlier runs keep how they were judged', permission: may.quality, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ mean: decimalText.optional(), sd: positive.optional(), isActive: z.boolean().optional() }), response: lot, errors: [] }),
  listRuns: route({ method: 'GET', path: '/quality-runs', summary: 'Control runs, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), testId: id.optional() }), response: page(run), errors: [] }),
  recordRun: route({ method: 'POST', path: '/quality-runs', summary: 'Record a control run of one test: judged by the Westgard rules; a rejected run blocks release until each of its levels was measured again on the same instrument and accepted', permission: may.quality, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, instrumentId: id.optional(), measuredAt: instant.optional(), points: z.array(z.strictObject({ lotId: id, value: decimalText })).min(1).max(6), action: optionalText(500).optional() }), status: 201, response: run, errors: [qualityErrors.lot_expired, qualityErrors.mixed_tests, qualityErrors.lot_twice, laboratoryErrors.not_in_future] }),
  noteAction: route({ method: 'POST', path: '/quality-runs/{id}/action', summary: 'Say what was done about a run', permission: may.quality, audit: 'step', phi: false, params: idParams, ifMatch: 'optional', body: z.strictObject({ action: text(500) }), response: run, errors: [] }),
  chart: route({ method: 'GET', path: '/quality-lots/{id}/chart', summary: 'Levey–Jennings: the measurements of a lot, oldest first', permission: may.read, audit: 'none', phi: false, params: idParams, query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(60) }), response: z.object({ lot, points: z.array(z.object({ runId: id, measuredAt: z.string(), value: z.string(), z: z.number(), state: runState, broken: z.array(westgardRule) })) }), errors: [] }),
  qualityMonth: route({ method: 'GET', path: '/quality-months', summary: 'Quality control of a calendar month: per test, level, lot and instrument the number, mean, standard deviation, coefficient of variation and bias, how often each Westgard rule was broken, and what was done', description: 'Figures leave rejected runs out unless `withRejected` says otherwise; violations and rejected runs always count all.', permission: may.read, audit: 'read', phi: false, query: monthly, response: z.object({ items: z.array(qualityMonth), runs: z.int(), rejected: z.int(), events: z.array(monthEvent) }), errors: [] }),
  printQualityMonth: route({ method: 'GET', path: '/quality-months/pdf', summary: 'The quality report of a month on letterhead', permission: may.read, audit: 'print', phi: false, query: monthly, response: 'binary', transaction: 'none', errors: [] }),
  exportQualityMonth: route({ method: 'GET', path: '/quality-months/csv', summary: 'The quality report of a month as CSV', permission: may.read, audit: 'export', phi: false, query: monthly, response: 'binary', errors: [] }),
  listBlocked: route({ method: 'GET', path: '/quality-blocks', summary: 'Tests that may not be released: levels of their control that were rejected on an instrument and have no good run since', permission: may.read, audit: 'none', phi: false, query: z.strictObject({ facilityId: id }), response: z.object({ items: z.array(z.object({ id, testId: id, testName: z.string(), instrumentId: id.nullable(), levels: z.array(z.string()), broken: z.array(westgardRule), measuredAt: z.string() })) }), errors: [] }),
  listLogs: route({ method: 'GET', path: '/lab-logs', summary: 'Calibration and maintenance, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(log), errors: [] }),
  addLog: route({ method: 'POST', path: '/lab-logs', summary: 'Note a calibration, maintenance, repair or change of reagent', permission: may.quality, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, instrumentId: id.optional(), kind: z.enum(['calibration', 'maintenance', 'repair', 'reagent']), note: text(1000), nextDueOn: date.optional(), occurredAt: instant.optional() }), status: 201, response: log, errors: [] }),
}
