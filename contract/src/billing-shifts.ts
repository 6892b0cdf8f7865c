import { z } from 'zod'
import { amountIn, paidIn, paymentMethod, takenMethod } from './billing-money.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { actions, date, decimalText, id, idParams, money, optionalText, positiveDecimal, text, version } from './common/values.ts'
import { defineErrors, route } from './define.ts'

export const shiftErrors = defineErrors('billing', { shift_open: 409, till_taken: 409, shift_required: 409, shift_over: 409, shift_unexplained: 422, shift_own: 403, shift_other: 403, above_till: 422, denominations_differ: 422, same_person: 422 })

/** Counting ends the taking; what differs is explained, and above the facility's limit approved by another person. */
export const shiftLifecycle = lifecycle({
  initial: 'open',
  states: ['open', 'counted', 'in-review', 'closed'],
  steps: {
    move: { from: ['open'], to: 'open' },
    count: { from: ['open', 'counted'], to: 'counted' },
    close: { from: ['counted'], to: 'closed' },
    approve: { from: ['in-review'], to: 'closed' },
  },
})
export const shiftState = z.enum(['open', 'counted', 'in-review', 'closed'])
export const cashMoveKind = z.enum(['handed-over', 'topped-up'])

/** Bank notes and coins of one value. */
const denomination = z.strictObject({ value: positiveDecimal, pieces: z.int().min(1).max(100_000) })
const shift = z.object({
  id, version, facilityId: id, till: z.string(), cashierId: id, cashier: z.string(), state: shiftState, openingFloat: money, openedAt: z.string(), countedAt: z.string().nullable(), closedAt: z.string().nullable(),
  expected: money.nullable(), counted: money.nullable(), difference: money.nullable(), leftInTill: money.nullable(), reason: z.string(), approvedBy: z.string(), approvedAt: z.string().nullable(), approvalNote: z.string(), actions,
})
export type CashierShift = z.output<typeof shift>
/** What came and went by one way of paying; of cash with the float and what was moved. */
const byMethod = z.object({ method: paymentMethod, received: money, refunded: money, number: z.int(), expected: money, counted: money.nullable(), difference: money.nullable() })
const count = z.object({ attempt: z.int(), at: z.string(), by: z.string(), amounts: z.array(z.object({ method: paymentMethod, expected: money, counted: money })), denominations: z.array(z.object({ value: z.string(), pieces: z.int() })) })
const move = z.object({ id, kind: cashMoveKind, amount: money, person: z.string(), note: z.string(), isClosing: z.boolean(), at: z.string() })
/** `amounts` is empty for its own cashier until the till is counted: the count is blind. */
const wholeShift = shift.extend({ amounts: z.array(byMethod), counts: z.array(count), moves: z.array(move), isBlind: z.boolean() })
export type WholeCashierShift = z.output<typeof wholeShift>
const entry = z.object({ id, at: z.string(), number: z.string(), kind: z.enum(['payment', 'refund', 'deposit', 'deposit-refund']), method: paymentMethod, amount: money, reference: z.string(), document: z.object({ type: z.enum(['invoice', 'deposit', 'sale']), id }) })
const settings = z.object({ version, facilityId: id, isShiftRequired: z.boolean(), differenceLimit: z.string() })
const till = z.object({ till: z.string(), leftInTill: money.nullable(), takenBy: z.string() })
const limit = decimalText.regex(/^\d{1,11}(\.\d{1,3})?$/)

const may = { own: 'billing.shift', read: 'billing.shifts', approve: 'billing.approve' } as const
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional', response: wholeShift } as const

/** The shifts of cashiers: a till is opened with a float, counted blind, and what is short or over is accounted for. */
export const shiftRoutes = {
  listCashierShifts: route({ method: 'GET', path: '/cashier-shifts', summary: 'Shifts of cashiers, newest first: one’s own, and all of a facility whose bills one may read', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), cashierId: id.optional(), state: shiftState.optional(), from: date.optional(), to: date.optional() }), response: page(shift), errors: [] }),
  openCashierShift: route({ method: 'POST', path: '/cashier-shifts', summary: 'Open a shift at a till with what is in it', description: 'One shift a person and one person a till. From then on each payment and refund the person takes in the facility belongs to it: of bills, deposits, sales over the counter and their returns.', permission: may.own, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, till: text(60), openingFloat: amountIn }), status: 201, response: wholeShift, errors: [shiftErrors.shift_open, shiftErrors.till_taken] }),
  currentCashierShift: route({ method: 'GET', path: '/cashier-shifts/current', summary: 'The shift one has, what the facility asks, and its tills with what was left in them', permission: may.own, audit: 'none', phi: false, query: z.strictObject({ facilityId: id }), response: z.object({ shift: shift.nullable(), isShiftRequired: z.boolean(), tills: z.array(till) }), errors: [] }),
  readCashierShift: route({ method: 'GET', path: '/cashier-shifts/{id}', summary: 'A shift by way of paying, with its counts and cash moved', permission: may.read, audit: 'read', phi: false, params: idParams, response: wholeShift, errors: [] }),
  listShiftEntries: route({ method: 'GET', path: '/cashier-shifts/{id}/entries', summary: 'Payments and refunds of a shift, newest first', permission: may.read, audit: 'read', phi: false, params: idParams, query: pageQuery, response: page(entry), errors: [] }),
  moveShiftCash: route({ ...step, path: '/cashier-shifts/{id}/cash-moves', summary: 'Hand cash over to another person, or take some into the till', permission: may.own, body: z.strictObject({ kind: cashMoveKind, amount: paidIn, personId: id, note: optionalText(300).optional() }), errors: [shiftErrors.shift_other, shiftErrors.shift_over, shiftErrors.above_till, shiftErrors.same_person, lifecycleErrors.illegal_step] }),
  countCashierShift: route({ ...step, path: '/cashier-shifts/{id}/counts', summary: 'Count the till without seeing what is expected; from then on it takes no more money', description: 'Cash by notes and coins or as a sum, the other ways by the sum of their slips; what is not named was counted as nothing. A second count stands beside the first.', permission: may.own, body: z.strictObject({ amounts: z.array(z.strictObject({ method: takenMethod, amount: amountIn })).max(6).default([]), denominations: z.array(denomination).max(40).optional() }), errors: [shiftErrors.shift_other, shiftErrors.denominations_differ, lifecycleErrors.illegal_step] }),
  closeCashierShift: route({ ...step, path: '/cashier-shifts/{id}/close', summary: 'Close a counted shift: why it differs, and to whom the cash goes', description: 'What differs by more than the facility’s limit waits for another person.', permission: may.own, body: z.strictObject({ reason: optionalText(500).optional(), handOver: z.strictObject({ personId: id, amount: paidIn, note: optionalText(300).optional() }).optional() }), errors: [shiftErrors.shift_other, shiftErrors.shift_unexplained, shiftErrors.above_till, shiftErrors.same_person, lifecycleErrors.illegal_step] }),
  approveCashierShift: route({ ...step, path: '/cashier-shifts/{id}/approve', summary: 'Approve what a shift is short or over', permission: may.approve, body: z.strictObject({ note: text(500) }), errors: [shiftErrors.shift_own, lifecycleErrors.illegal_step] }),
  printCashierShift: route({ method: 'GET', path: '/cashier-shifts/{id}/pdf', summary: 'The paper of a counted shift', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [lifecycleErrors.illegal_step] }),
  readTillSettings: route({ method: 'GET', path: '/facilities/{id}/till-settings', summary: 'Whether cash needs an open shift, and what may differ without approval', permission: may.read, audit: 'none', phi: false, params: idParams, response: settings, errors: [] }),
  updateTillSettings: route({ method: 'PATCH', path: '/facilities/{id}/till-settings', summary: 'Change what a facility asks of its tills', permission: may.approve, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ isShiftRequired: z.boolean().optional(), differenceLimit: limit.optional() }), response: settings, errors: [] }),
}
