import { z } from 'zod'
import { actions, emptyBody, id, idParams, instant, optionalText, positiveDecimal, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { patientsErrors } from './patients.ts'
import { defineErrors, route } from './define.ts'
import { orderableContrast, orderableErrors, orderCatalogue } from './order-catalogue.ts'

export const ordersErrors = { ...orderableErrors, ...defineErrors('orders', { prescriber_required: 422, not_prescriber: 422, protocol_required: 422, not_in_protocol: 422, standing_shared: 422, side_required: 422, pregnancy_unasked: 422, contrast_unchecked: 422, unknown_item: 422, inactive: 422, read_back_required: 422, orderer_required: 422, own_signature: 403, already_signed: 409, name_taken: 409, other_patient: 422, quantity_once: 422, written_own: 422, source_required: 422 }) }

export const orderKind = z.enum(['laboratory', 'imaging', 'medication', 'procedure', 'diet', 'nursing'])
export type OrderKind = z.output<typeof orderKind>
export const orderPriority = z.enum(['routine', 'urgent', 'stat'])
export type OrderPriority = z.output<typeof orderPriority>
export const orderChannel = z.enum(['written', 'verbal', 'telephone', 'protocol'])

const all = ['active', 'in-progress', 'completed', 'revised', 'discontinued', 'cancelled'] as const
/** Cancelled was not done; discontinued was true and stopped; revised lives on in the order that replaces it; entered in error was never true. */
export const orderLifecycle = lifecycle({
  initial: 'active',
  states: [...all, 'entered-in-error'],
  steps: {
    start: { from: ['active'], to: 'in-progress' },
    complete: { from: ['active', 'in-progress'], to: 'completed' },
    revise: { from: ['active', 'in-progress'], to: 'revised' },
    discontinue: { from: ['active', 'in-progress'], to: 'discontinued' },
    cancel: { from: ['active'], to: 'cancelled' },
    'entered-in-error': { from: all, to: 'entered-in-error' },
  },
})
export const orderState = z.enum(['active', 'in-progress', 'completed', 'revised', 'discontinued', 'cancelled', 'entered-in-error'])

/** An item is worked on by whoever fulfils it; the order follows its items. */
export const orderItemLifecycle = lifecycle({
  initial: 'ordered',
  states: ['ordered', 'in-progress', 'completed', 'discontinued', 'cancelled', 'entered-in-error'],
  steps: {
    start: { from: ['ordered'], to: 'in-progress' },
    complete: { from: ['ordered', 'in-progress'], to: 'completed' },
    discontinue: { from: ['ordered', 'in-progress'], to: 'discontinued' },
    cancel: { from: ['ordered'], to: 'cancelled' },
    'entered-in-error': { from: ['ordered', 'in-progress', 'completed', 'discontinued', 'cancelled'], to: 'entered-in-error' },
  },
})
export const orderItemState = z.enum(['ordered', 'in-progress', 'completed', 'discontinued', 'cancelled', 'entered-in-error'])

export const orderSide = z.enum(['left', 'right', 'bilateral'])
/** What was answered before ionising imaging: not pregnant, perhaps, pregnant, or too urgent to wait for the answer. */
export const pregnancyAnswer = z.enum(['no', 'possible', 'yes', 'emergency'])
const code = z.string().max(40).regex(/^[A-Za-z0-9._/+%#-]+$/)
const quantity = positiveDecimal.regex(/^\d{1,9}(\.\d{1,3})?$/)
/** What is ordered: by its place in the catalogue of its kind (`testId`, `catalogueId` or `code`), by a service, or by name alone. */
export const orderItemBody = z.strictObject({
  kind: orderKind.default('laboratory'), testId: id.optional(), labTestId: id.optional(), catalogueId: id.optional(), code: code.optional(), serviceId: id.optional(), name: text(200).optional(), quantity: quantity.default('1'), instructions: optionalText(500).optional(), timing: optionalText(200).optional(), side: orderSide.optional(), pregnancy: pregnancyAnswer.optional(), isContrastChecked: z.boolean().optional(),
})
export type OrderItemBody = z.output<typeof orderItemBody>
const items = z.array(orderItemBody).min(1).max(100)
const details = { priority: orderPriority.default('routine'), indication: optionalText(500).optional(), timing: optionalText(200).optional(), pregnancyWeek: z.int().min(0).max(45).optional(), items }
const placed = { ...details, channel: orderChannel.default('written'), ordererId: id.optional(), isReadBack: z.boolean().optional(), occurredAt: instant.optional(), orderSetId: id.optional() }
const orderBody = z.union([z.strictObject({ encounterId: id, ...placed }), z.strictObject({ patientId: id, facilityId: id, ...placed })])

export const orderItem = z.object({
  id, version, orderId: id, kind: orderKind, catalogueId: id.nullable(), serviceId: id.nullable(), code: z.string(), name: z.string(), quantity: z.string(), instructions: z.string(), timing: z.string(), side: orderSide.nullable(), pregnancy: pregnancyAnswer.nullable(), isContrastChecked: z.boolean(),
  /** Named in words alone: no catalogue knows it. */
  isOther: z.boolean(), state: orderItemState, continuesId: id.nullable(), actions,
})
export type OrderItem = z.output<typeof orderItem>
export const order = z.object({
  id, version, patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, ordererId: id, ordererName: z.string(), priority: orderPriority, indication: z.string(), timing: z.string(), pregnancyWeek: z.int().nullable(),
  channel: orderChannel, isReadBack: z.boolean(), isSignatureDue: z.boolean(), signatureDueAt: z.string().nullable(), signedAt: z.string().nullable(), state: orderState, reason: z.string(), replacesId: id.nullable(), orderSetId: id.nullable(), orderSetVersion: z.int().nullable(),
  occurredAt: z.string(), placedAt: z.string(), items: z.array(orderItem), actions,
})
export type Order = z.output<typeof order>
/** What is asked for (`item`) and what measures the same: another order, or another line of the same basket. */
export const duplicateWarning = z.object({ code: z.literal('orders.duplicate'), item: z.string(), name: z.string(), orderId: id, placedAt: z.string(), isInBasket: z.boolean() })
const basketWarning = duplicateWarning.extend({ orderId: id.nullable(), placedAt: z.string().nullable() })
export type BasketWarning = z.output<typeof basketWarning>
export type DuplicateWarning = z.output<typeof duplicateWarning>
const warned = order.extend({ warnings: z.array(duplicateWarning) })

const setItems = z.array(orderItemBody).min(1).max(100)
const orderSet = z.object({ id, version, name: z.string(), ownerId: id.nullable(), isActive: z.boolean(), isStanding: z.boolean(), authorisedById: id.nullable(), setVersion: z.int(), items: z.array(z.object({ kind: orderKind, testId: id.optional(), labTestId: id.optional(), catalogueId: id.optional(), code: z.string().optional(), serviceId: id.optional(), name: z.string().optional(), quantity: z.string(), instructions: z.string().optional(), timing: z.string().optional(), side: orderSide.optional() })) })
export type OrderSet = z.output<typeof orderSet>

const step = { method: 'POST', permission: 'orders.write', audit: 'step', phi: true, params: idParams, ifMatch: 'optional' } as const
const placeErrors = [ordersErrors.unknown_item, ordersErrors.quantity_once, ordersErrors.inactive, ordersErrors.side_required, ordersErrors.pregnancy_unasked, ordersErrors.contrast_unchecked, ordersErrors.read_back_required, ordersErrors.orderer_required, ordersErrors.written_own, ordersErrors.prescriber_required, ordersErrors.not_prescriber, ordersErrors.protocol_required, ordersErrors.not_in_protocol, patientsErrors.merged]

/** What is to be said of an item before it is ordered, and what the record knows of it. */
const orderAsk = z.object({ index: z.int(), item: z.string(), side: z.boolean(), pregnancy: z.boolean(), contrast: orderableContrast, allergies: z.array(z.string()), creatinine: z.object({ mgPerDl: z.number(), at: z.string() }).nullable() })
export type OrderAsk = z.output<typeof orderAsk>

export const orders = {
  ...orderCatalogue,
  listOrders: route({ method: 'GET', path: '/orders', summary: 'Orders, newest first; `signature=due` what was ordered by word of mouth and is not signed', permission: 'orders.read', audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), encounterId: id.optional(), facilityId: id.optional(), ordererId: id.optional(), state: orderState.optional(), signature: z.enum(['due']).optional() }), response: page(order), errors: [] }),
  placeOrder: route({ method: 'POST', path: '/orders', summary: 'Place an order of one or many items of any kind', description: 'A written order is one’s own, of who may prescribe (`orders.sign`). A verbal or telephone order names who gave it (`ordererId`), who may prescribe, and was read back; by a standing order (`protocol` with its `orderSetId`) nothing is ordered that it does not say. The signature is then due. What measures the same as something ordered in the last 24 hours or in the same basket comes back in `warnings`, a panel by its members; it never stops the order.', permission: 'orders.write', audit: 'create', phi: true, body: orderBody, status: 201, response: warned, errors: placeErrors }),
  checkOrder: route({ method: 'POST', path: '/orders/check', summary: 'What a basket would be warned of, before it is placed', description: '`revises` names the order it would take the place of: what goes on from it is no repetition.', permission: 'orders.write', audit: 'search', phi: true, body: z.strictObject({ patientId: id, revises: id.optional(), items }), response: z.object({ warnings: z.array(basketWarning), asks: z.array(orderAsk) }), errors: [ordersErrors.unknown_item, ordersErrors.quantity_once, ordersErrors.inactive] }),
  readOrder: route({ method: 'GET', path: '/orders/{id}', summary: 'Read an order', permission: 'orders.read', audit: 'read', phi: true, params: idParams, response: order, errors: [] }),
  listSignatures: route({ method: 'GET', path: '/orders/signatures', summary: 'Orders that wait for a signature, the earliest deadline first', permission: 'orders.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), ordererId: id.optional(), isOverdue: z.enum(['true']).optional() }), response: page(order), errors: [] }),
  countSignatures: route({ method: 'GET', path: '/orders/signatures/counts', summary: 'How many orders wait for whose signature, and of how many the time has passed', permission: 'orders.read', audit: 'none', phi: false, query: z.strictObject({ facilityId: id }), response: z.object({ items: z.array(z.object({ ordererId: id, ordererName: z.string(), due: z.int(), overdue: z.int(), oldestAt: z.string() })), nextCursor: z.null() }), errors: [] }),
  signOrder: route({ ...step, path: '/orders/{id}/sign', summary: 'Sign what was ordered by word of mouth', body: emptyBody, response: order, errors: [ordersErrors.own_signature, ordersErrors.already_signed] }),
  reviseOrder: route({ ...step, path: '/orders/{id}/revise', summary: 'Replace an order: the old one ends, the new one links back, what both name goes on as it is', description: 'Who answers for the order stays it: of another’s order it is said how the change was ordered (`channel`, with `ordererId` and read-back by word of mouth). In writing only who may take an order over (`orders.sign`) becomes its orderer.', body: z.strictObject({ ...details, channel: orderChannel.optional(), ordererId: id.optional(), isReadBack: z.boolean().optional(), reason: text(500) }), status: 201, response: warned, errors: [...placeErrors, ordersErrors.source_required, lifecycleErrors.illegal_step] }),
  discontinueOrder: route({ ...step, path: '/orders/{id}/discontinue', summary: 'Stop: it was true until now; what is done stays done', body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  cancelOrder: route({ ...step, path: '/orders/{id}/cancel', summary: 'Cancel what was not begun', body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  orderInError: route({ ...step, path: '/orders/{id}/entered-in-error', summary: 'It was never true: hidden from decisions, kept in the history', body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  listItems: route({ method: 'GET', path: '/order-items', summary: 'Items of orders, newest first; of a kind in a facility what waits, the most urgent first', permission: 'orders.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), kind: orderKind.optional(), state: orderItemState.optional() }), response: page(orderItem.extend({ priority: orderPriority, patientId: id, patientName: z.string(), patientMrn: z.string() })), errors: [] }),
  startItem: route({ ...step, permission: 'orders.fulfil', path: '/order-items/{id}/start', summary: 'Begin an item that no module of its own fulfils', body: emptyBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  completeItem: route({ ...step, permission: 'orders.fulfil', path: '/order-items/{id}/complete', summary: 'An item is done', body: emptyBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  cancelItem: route({ ...step, path: '/order-items/{id}/cancel', summary: 'Cancel one item that was not begun', body: reasonBody, response: order, errors: [lifecycleErrors.illegal_step] }),
  listSets: route({ method: 'GET', path: '/order-sets', summary: 'Order sets of everybody, and the own favourites, by name', permission: 'orders.read', audit: 'none', phi: false, query: pageQuery.extend({ kind: z.enum(['shared', 'favourite']).optional() }), response: page(orderSet), errors: [] }),
  createSet: route({ method: 'POST', path: '/order-sets', summary: 'Keep a basket under a name: for everybody, or as a favourite of one’s own', description: 'A standing order (`isStanding`) is what others may order without a prescription; who may prescribe says so, and answers for it.', permission: 'orders.write', audit: 'create', phi: false, body: z.strictObject({ name: text(120), isFavourite: z.boolean().default(false), isStanding: z.boolean().optional(), items: setItems }), status: 201, response: orderSet, errors: [ordersErrors.standing_shared, ordersErrors.name_taken, ordersErrors.unknown_item] }),
  readSet: route({ method: 'GET', path: '/order-sets/{id}', summary: 'Read an order set', permission: 'orders.read', audit: 'none', phi: false, params: idParams, response: orderSet, errors: [] }),
  updateSet: route({ method: 'PATCH', path: '/order-sets/{id}', summary: 'Change a set: new items are a new version, the orders made from it keep theirs', permission: 'orders.write', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(120).optional(), isActive: z.boolean().optional(), isStanding: z.boolean().optional(), items: setItems.optional() }), response: orderSet, errors: [ordersErrors.standing_shared, ordersErrors.name_taken, ordersErrors.unknown_item] }),
}
