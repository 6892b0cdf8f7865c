import { z } from 'zod'
import { date, id, idParams, money, optionalText, text } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { amountIn, asset, assetsErrors, depreciationMethod, disposalKind, entryKind, lifeMonths, positiveAmount, ratePercent, residualPercent } from './assets-shapes.ts'
import { route } from './define.ts'

const may = { read: 'assets.read', books: 'assets.books', approve: 'assets.approve' } as const
/** A month by its first day. */
export const month = date.refine((value) => value.endsWith('-01'), { error: 'value.refused' })
const run = z.object({ id, facilityId: id, period: date, total: money, assets: z.int(), createdAt: z.string(), createdBy: z.string() })
export type DepreciationRun = z.output<typeof run>
const entry = z.object({ id, assetId: id, kind: entryKind, on: date, period: date.nullable(), gross: money, depreciated: money, impaired: money, net: money, reason: z.string(), createdAt: z.string(), createdBy: z.string() })
const disposal = z.object({ id, assetId: id, kind: disposalKind, on: date, gross: money, net: money, proceeds: money, gain: money, takenBy: z.string(), reason: z.string(), createdAt: z.string() })
const registerLine = z.object({ assetId: id, number: z.string(), name: z.string(), categoryName: z.string(), purchasedOn: date, gross: money, accumulated: money, net: money })
const block = z.object({ categoryId: id, categoryName: z.string(), method: depreciationMethod, openingGross: money, additions: money, disposals: money, closingGross: money, openingAccumulated: money, depreciation: money, impairment: money, onDisposals: money, closingAccumulated: money, openingNet: money, closingNet: money, count: z.int() })
export type ScheduleBlock = z.output<typeof block>
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional' } as const
const list = { method: 'GET', permission: may.read, audit: 'none', phi: false, errors: [] } as const
const ofPlace = { facilityId: id }

/** The books: what an asset is worth, month by month. */
export const bookRoutes = {
  readBooks: route({ ...list, path: '/depreciation-runs/next', summary: 'Up to which day the books are closed, and which month comes next', query: z.strictObject(ofPlace), response: z.object({ closedUntil: date.nullable(), nextPeriod: date.nullable(), canRun: z.boolean(), expected: money, assets: z.int() }) }),
  listRuns: route({ ...list, path: '/depreciation-runs', summary: 'Months that were depreciated, newest first', query: pageQuery.extend({ facilityId: id.optional() }), response: page(run) }),
  runDepreciation: route({ method: 'POST', path: '/depreciation-runs', summary: 'Depreciate a month: an entry for every asset, once; the month is closed by it', description: 'Months follow each other and have ended. A closed month takes no more entries: what was wrong is set right by the entry of a month that follows.', permission: may.books, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, period: month }), status: 201, response: run, errors: [assetsErrors.period_done, assetsErrors.period_not_ended, assetsErrors.period_not_next] }),
  listRunEntries: route({ ...list, path: '/depreciation-runs/{id}/entries', summary: 'Entries of a month', params: idParams, query: pageQuery, response: page(z.object({ id, assetId: id, number: z.string(), name: z.string(), amount: money })) }),
  listEntries: route({ ...list, path: '/assets/{id}/entries', summary: 'The books of an asset, newest first', params: idParams, query: pageQuery, response: page(entry) }),
  forecast: route({ ...list, path: '/assets/{id}/forecast', summary: 'What the coming years will charge, as things stand', params: idParams, response: z.object({ items: z.array(z.object({ from: date, to: date, opening: money, depreciation: money, closing: money })), nextCursor: z.null() }) }),
  addCost: route({ ...step, path: '/assets/{id}/additions', summary: 'Add to the cost of an asset: depreciated from that day on over what is left of its life', permission: may.books, body: z.strictObject({ amount: positiveAmount, on: date, reason: text(300) }), response: asset, errors: [assetsErrors.period_closed, assetsErrors.in_future, assetsErrors.wrong_currency, assetsErrors.life_over, assetsErrors.is_disposed, assetsErrors.before_purchase] }),
  impair: route({ ...step, path: '/assets/{id}/impairments', summary: 'Write an asset down: it is worth less than its books say', permission: may.books, body: z.strictObject({ amount: positiveAmount, on: date, reason: text(300) }), response: asset, errors: [assetsErrors.period_closed, assetsErrors.in_future, assetsErrors.wrong_currency, assetsErrors.above_value, assetsErrors.is_disposed, assetsErrors.before_purchase] }),
  correctTerms: route({ ...step, path: '/assets/{id}/terms', summary: 'Set right how an asset is depreciated; the next month takes the difference', permission: may.books, body: z.strictObject({ method: depreciationMethod.optional(), lifeMonths: lifeMonths.optional(), ratePercent: ratePercent.optional(), residualPercent: residualPercent.optional(), inUseOn: date.optional(), reason: text(300) }), response: asset, errors: [assetsErrors.rate_needed, assetsErrors.before_purchase, assetsErrors.is_disposed, assetsErrors.in_future] }),
  dispose: route({ ...step, path: '/assets/{id}/dispose', summary: 'Sale, scrap, theft or donation: depreciated to that day, with gain or loss; for good', permission: may.approve, body: z.strictObject({ kind: disposalKind, on: date, proceeds: amountIn.optional(), takenBy: optionalText(200).optional(), reason: text(300) }), response: z.object({ asset, disposal }), errors: [lifecycleErrors.illegal_step, assetsErrors.period_closed, assetsErrors.in_future, assetsErrors.wrong_currency, assetsErrors.before_purchase] }),
  readDisposal: route({ ...list, path: '/assets/{id}/disposal', summary: 'How an asset went', params: idParams, response: z.object({ disposal: disposal.nullable() }) }),

  registerOn: route({ ...list, path: '/assets/register', summary: 'The register on a day: gross, accumulated and net of each asset', query: pageQuery.extend({ ...ofPlace, on: date }), response: page(registerLine) }),
  schedule: route({ ...list, path: '/assets/schedule', summary: 'Schedule of fixed assets: opening, additions, disposals, depreciation and closing of each block', query: z.strictObject({ ...ofPlace, from: date, to: date }), response: z.object({ items: z.array(block), total: block.omit({ categoryId: true, categoryName: true, method: true }), nextCursor: z.null() }), errors: [assetsErrors.wrong_end] }),
  exportRegister: route({ method: 'GET', path: '/assets/register/csv', summary: 'The register on a day as CSV', permission: may.read, audit: 'export', phi: false, query: z.strictObject({ ...ofPlace, on: date }), response: 'binary', transaction: 'none', rate: 'export', errors: [] }),
}
export type AssetEntry = z.output<typeof entry>
export type AssetDisposal = z.output<typeof disposal>
