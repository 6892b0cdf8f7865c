import { z } from 'zod'
import { date, id, idParams, instant, money, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { amountIn, asset, assetsErrors, criticality } from './assets-shapes.ts'
import { route } from './define.ts'

const may = { read: 'assets.read', care: 'assets.maintain', report: 'assets.report' } as const
export const planKind = z.enum(['maintenance', 'calibration', 'inspection'])
export const workKind = z.enum(['maintenance', 'calibration', 'inspection', 'repair'])
export const workResult = z.enum(['done', 'pass', 'fail'])
const counter = z.string().max(14).regex(/^\d{1,11}(\.\d)?$/)
const plan = z.object({ id, version, assetId: id, kind: planKind, name: z.string(), everyDays: z.int().nullable(), everyMonths: z.int().nullable(), everyCount: z.string().nullable(), nextDueOn: date.nullable(), nextDueCount: z.string().nullable(), lastDoneOn: date.nullable(), isActive: z.boolean() })
export type AssetPlan = z.output<typeof plan>
const due = plan.extend({ assetNumber: z.string(), assetName: z.string(), location: z.string(), criticality, counterReading: z.string(), counterUnit: z.string(), isOverdue: z.boolean(), daysLeft: z.int().nullable() })
export type DuePlan = z.output<typeof due>
const work = z.object({ id, assetId: id, planId: id.nullable(), planName: z.string(), kind: workKind, result: workResult, doneOn: date, doneBy: z.string(), vendorName: z.string(), findings: z.string(), parts: z.string(), partsCost: money, labourCost: money, certificateNumber: z.string(), validUntil: date.nullable(), counterReading: z.string().nullable(), createdAt: z.string(), createdBy: z.string() })
export type AssetWork = z.output<typeof work>
const contract = z.object({ id, version, assetId: id, vendorId: id, vendorName: z.string(), kind: z.enum(['amc', 'cmc']), number: z.string(), fromOn: date, untilOn: date, cost: money, isCurrent: z.boolean() })
export type AssetContract = z.output<typeof contract>
const downtime = z.object({ id, cause: z.enum(['breakdown', 'calibration', 'maintenance']), reason: z.string(), startedAt: z.string(), endedAt: z.string().nullable(), minutes: z.int() })
const labLog = z.object({ id, kind: z.enum(['calibration', 'maintenance', 'repair', 'reagent']), note: z.string(), nextDueOn: date.nullable(), occurredAt: z.string(), byName: z.string() })

const list = { method: 'GET', permission: may.read, audit: 'none', phi: false, errors: [] } as const
const write = { method: 'POST', audit: 'create', phi: false, params: idParams } as const
const rhythm = { everyDays: z.int().min(1).max(3660).optional(), everyMonths: z.int().min(1).max(120).optional(), everyCount: counter.optional() }

/** Maintenance, calibration and breakdowns. */
export const careRoutes = {
  listDue: route({ ...list, path: '/asset-plans/due', summary: 'What is to be maintained, calibrated or inspected, the most overdue first', query: pageQuery.extend({ facilityId: id, kind: planKind.optional(), until: date.optional() }), response: page(due) }),
  listPlans: route({ ...list, path: '/assets/{id}/plans', summary: 'Plans of an asset', params: idParams, response: z.object({ items: z.array(plan), nextCursor: z.null() }) }),
  addPlan: route({ ...write, path: '/assets/{id}/plans', summary: 'Plan maintenance or calibration: every so many days or months, or by the counter', permission: may.care, body: z.strictObject({ kind: planKind, name: text(120), ...rhythm, nextDueOn: date.optional() }), status: 201, response: plan, errors: [assetsErrors.one_rhythm, assetsErrors.no_counter, assetsErrors.is_disposed] }),
  updatePlan: route({ method: 'PATCH', path: '/asset-plans/{id}', summary: 'Change when it is due, or end a plan', permission: may.care, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(120).optional(), nextDueOn: date.optional(), isActive: z.boolean().optional() }), response: plan, errors: [assetsErrors.one_rhythm] }),
  listWorks: route({ ...list, path: '/assets/{id}/works', summary: 'Work that was done on an asset, newest first', params: idParams, query: pageQuery, response: page(work) }),
  recordWork: route({
    ...write, path: '/assets/{id}/works', summary: 'Record maintenance, calibration, inspection or repair', description: 'A calibration that fails puts the asset out of order until one passes. Work of a plan says when it is due next. `isBackInUse` puts it into use again.', permission: may.care, status: 201,
    body: z.strictObject({ planId: id.optional(), kind: workKind, result: workResult.optional(), doneOn: date, doneBy: optionalText(120).optional(), vendorId: id.optional(), findings: optionalText(1000).optional(), parts: optionalText(500).optional(), partsCost: amountIn.optional(), labourCost: amountIn.optional(), certificateNumber: optionalText(80).optional(), validUntil: date.optional(), counterReading: counter.optional(), isBackInUse: z.boolean().optional() }),
    response: z.object({ work, asset, plan: plan.nullable() }), errors: [assetsErrors.result_needed, assetsErrors.other_plan, assetsErrors.in_future, assetsErrors.counter_back, assetsErrors.wrong_currency, assetsErrors.is_disposed, assetsErrors.calibration_failed, lifecycleErrors.illegal_step],
  }),
  reportBreakdown: route({ ...write, path: '/assets/{id}/breakdown', summary: 'Say that it does not work: out of order from now on, and a task for who mends it', permission: may.report, body: z.strictObject({ reason: text(500) }), response: asset, errors: [lifecycleErrors.illegal_step] }),
  readCounter: route({ ...write, path: '/assets/{id}/reading', audit: 'update', summary: 'What the counter shows: hours, tests or exposures', permission: may.report, body: z.strictObject({ reading: counter, unit: optionalText(20).optional() }), response: asset, errors: [assetsErrors.counter_back, assetsErrors.no_counter, assetsErrors.is_disposed] }),
  listContracts: route({ ...list, path: '/assets/{id}/contracts', summary: 'AMC and CMC of an asset, newest first', params: idParams, response: z.object({ items: z.array(contract), nextCursor: z.null() }) }),
  addContract: route({ ...write, path: '/assets/{id}/contracts', summary: 'An annual (AMC) or comprehensive (CMC) maintenance contract', permission: may.care, body: z.strictObject({ vendorId: id, kind: z.enum(['amc', 'cmc']), number: optionalText(60).optional(), fromOn: date, untilOn: date, cost: amountIn }), status: 201, response: contract, errors: [assetsErrors.contract_overlaps, assetsErrors.contract_order, assetsErrors.wrong_currency, assetsErrors.is_disposed] }),
  listDowntimes: route({ ...list, path: '/assets/{id}/downtimes', summary: 'When an asset could not be used, newest first', params: idParams, query: pageQuery, response: page(downtime) }),
  listInstrumentLogs: route({ ...list, path: '/assets/{id}/instrument-logs', summary: 'What the laboratory noted of the instrument this asset is', params: idParams, query: pageQuery, response: page(labLog) }),
  downtimeReport: route({ ...list, path: '/assets/downtime', summary: 'Downtime of a time by asset, the longest first', query: z.strictObject({ facilityId: id, from: instant, to: instant }), response: z.object({ items: z.array(z.object({ assetId: id, number: z.string(), name: z.string(), stretches: z.int(), minutes: z.int(), availablePercent: z.string() })), nextCursor: z.null() }), errors: [assetsErrors.wrong_end] }),
}
