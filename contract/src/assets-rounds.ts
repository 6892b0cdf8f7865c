import { z } from 'zod'
import { actions, emptyBody, id, idParams, optionalText, reasonBody, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { assetsErrors, assetState } from './assets-shapes.ts'
import { route } from './define.ts'

export const roundLifecycle = lifecycle({
  initial: 'counting',
  states: ['counting', 'counted', 'approved', 'cancelled'],
  steps: { scan: { from: ['counting'], to: 'counting' }, finish: { from: ['counting'], to: 'counted' }, approve: { from: ['counted'], to: 'approved' }, reopen: { from: ['counted'], to: 'counting' }, cancel: { from: ['counting', 'counted'], to: 'cancelled' } },
})
export const roundState = z.enum(['counting', 'counted', 'approved', 'cancelled'])
/** `elsewhere`: found, but not where the register says. */
export const roundResult = z.enum(['waiting', 'found', 'elsewhere', 'missing'])
const line = z.object({ id, assetId: id, number: z.string(), name: z.string(), serialNumber: z.string(), state: assetState, expectedLocation: z.string(), foundLocation: z.string(), isExpected: z.boolean(), result: roundResult, foundAt: z.string().nullable(), foundBy: z.string(), note: z.string() })
export type RoundLine = z.output<typeof line>
const round = z.object({ id, version, number: z.string(), facilityId: id, departmentId: id.nullable(), departmentName: z.string(), location: z.string(), state: roundState, reason: z.string(), createdAt: z.string(), createdBy: z.string(), approvedBy: z.string(), expected: z.int(), found: z.int(), elsewhere: z.int(), missing: z.int(), actions })
export type AssetRound = z.output<typeof round>

const list = { method: 'GET', permission: 'assets.read', audit: 'none', phi: false, errors: [] } as const
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional' } as const

/** Physical verification: the register against what stands there. */
export const roundRoutes = {
  listRounds: route({ ...list, path: '/asset-rounds', summary: 'Verification rounds, newest first', query: pageQuery.extend({ facilityId: id.optional() }), response: page(round) }),
  startRound: route({ method: 'POST', path: '/asset-rounds', summary: 'Begin a round: what should be in a department or place is its list', permission: 'assets.verify', audit: 'create', phi: false, body: z.strictObject({ facilityId: id, departmentId: id.optional(), location: optionalText(120).optional() }), status: 201, response: round, errors: [] }),
  readRound: route({ ...list, path: '/asset-rounds/{id}', summary: 'Read a round', params: idParams, response: round }),
  listRoundLines: route({ ...list, path: '/asset-rounds/{id}/lines', summary: 'What a round expects and has found, by number', params: idParams, query: pageQuery.extend({ result: roundResult.optional() }), response: page(line) }),
  scanInRound: route({ ...step, path: '/asset-rounds/{id}/scan', summary: 'A code was seen, and where', permission: 'assets.verify', body: z.strictObject({ code: z.string().min(1).max(60), location: optionalText(120).optional(), note: optionalText(200).optional() }), response: z.object({ line, round }), errors: [lifecycleErrors.illegal_step, assetsErrors.unknown_code, assetsErrors.not_of_round] }),
  finishRound: route({ ...step, path: '/asset-rounds/{id}/finish', summary: 'All was walked: what was not seen is missing', permission: 'assets.verify', body: emptyBody, response: round, errors: [lifecycleErrors.illegal_step] }),
  reopenRound: route({ ...step, path: '/asset-rounds/{id}/reopen', summary: 'Look again', permission: 'assets.verify', body: reasonBody, response: round, errors: [lifecycleErrors.illegal_step] }),
  approveRound: route({ ...step, path: '/asset-rounds/{id}/approve', summary: 'Accept what differs: places are set right, what is missing is marked; not by who counted', permission: 'assets.approve', body: emptyBody, response: round, errors: [lifecycleErrors.illegal_step, assetsErrors.own_round] }),
  cancelRound: route({ ...step, path: '/asset-rounds/{id}/cancel', summary: 'Give a round up', permission: 'assets.verify', body: reasonBody, response: round, errors: [lifecycleErrors.illegal_step] }),
}
