import type { RouteInput } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type OrderItemBody, orderItemLifecycle, orderLifecycle, orderPriority, type orders, ordersErrors } from '#contract/orders.ts'
import type { TimelineItem } from '#contract/patients.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { chargeOrderItems, moveOrderCharges, priceOrderItems, withdrawOrderCharges, writeOrderCharges } from '../billing/index.ts'
import { encounterForWrite } from '../encounters/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientForWrite, patientLabels } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { placedWarnings, warningsOf } from './duplicates.ts'
import { rememberPlaced } from './placed.ts'
import { orderCataloguePort } from './ports.ts'
import { type Around, presentItem, presentOrder, presentTimeline } from './present.ts'
import * as repo from './repo.ts'
import { continued, endedItems, type Ending, goesOnAs, mayOrder, needsCatalogue, orderFollows } from './rules.ts'
import { readSet } from './sets-repo.ts'
import { urgentCursor } from './urgency.ts'

export const orderPlaced = defineEvent<{ orderId: string; patientId: string; facilityId: string; encounterId: string | null }>('orders.placed')
/** An item will not be done, or was never true. */
export const orderItemEnded = defineEvent<{ orderId: string; itemId: string; state: string; patientId: string; facilityId: string }>('orders.item-ended')
/** An item lives on in the order that replaced its own. */
export const orderItemContinued = defineEvent<{ orderId: string; fromItemId: string; toItemId: string; patientId: string; facilityId: string }>('orders.item-continued')

type Input<K extends keyof typeof orders> = RouteInput<(typeof orders)[K]>
type Details = Pick<Input<'reviseOrder'>['body'], 'priority' | 'indication' | 'timing' | 'pregnancyWeek' | 'items'>

const labelOf = (row: { given_name: string; family_name: string; mrn: string }) => ({ name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn })

async function around(tx: Tx, rows: readonly repo.OrderRow[], items?: readonly repo.OrderItemRow[]): Promise<Around> {
  const [patients, orderers, found] = await Promise.all([
    patientLabels(tx, [...new Set(rows.map((row) => row.patient_id))]),
    userNames(tx, rows.map((row) => row.orderer_id)),
    items ?? repo.itemsOf(tx, rows.map((row) => row.id)),
  ])
  return { items: found, orderers, patients: new Map(patients.map((row) => [row.id, labelOf(row)])) }
}

const shown = async (tx: Tx, row: repo.OrderRow, items?: readonly repo.OrderItemRow[]) => presentOrder(row, await around(tx, [row], items))

/** The items against the catalogue of their kind; every wrong one is named. */
async function checkedItems(tx: Tx, items: readonly OrderItemBody[]): Promise<repo.NewItem[]> {
  const resolved = new Map<OrderItemBody, { catalogue_id: string | null; service_id: string | null; code: string; name: string }>()
  const unknown: { path: string; code: string }[] = []
  const inactive: { path: string; code: string }[] = []
  const many: { path: string; code: string }[] = []
  for (const [kind, asked] of Map.groupBy(items, (item) => item.kind)) {
    const catalogue = orderCataloguePort.all().find((one) => one.kind === kind)
    const entries = catalogue === undefined ? asked.map(() => undefined) : await catalogue.resolve(tx, asked)
    for (const [index, item] of asked.entries()) {
      const entry = entries[index]
      const path = `items.${items.indexOf(item)}`
      if (entry !== undefined && !mayOrder(entry, item.quantity)) many.push({ path: `${path}.quantity`, code: 'orders.quantity_once' })
      if (entry?.isActive === false) inactive.push({ path, code: 'orders.inactive' })
      else if (entry !== undefined) resolved.set(item, { catalogue_id: entry.id, service_id: item.serviceId ?? entry.serviceId, code: entry.code, name: entry.name })
      else if (needsCatalogue(kind) || item.name === undefined) unknown.push({ path, code: 'orders.unknown_item' })
      else resolved.set(item, { catalogue_id: null, service_id: item.serviceId ?? null, code: item.code ?? '', name: item.name })
    }
  }
  if (unknown.length > 0) throw new AppError(ordersErrors.unknown_item, { fields: unknown })
  if (many.length > 0) throw new AppError(ordersErrors.quantity_once, { fields: many })
  if (inactive.length > 0) throw new AppError(ordersErrors.inactive, { fields: inactive })
  return items.map((item) => ({ ...found(resolved.get(item)), id: newId(), kind: item.kind, quantity: item.quantity, instructions: item.instructions ?? '', state: orderItemLifecycle.initial, continues_id: null }))
}

/** Who is ordered for, and where: the visit's, or as named. */
async function subjectOf(tx: Tx, body: Input<'placeOrder'>['body']) {
  if ('encounterId' in body) {
    const visit = await encounterForWrite(tx, body.encounterId)
    return { visitClass: visit.class, subject: { encounter_id: visit.id, patient_id: visit.patient_id, facility_id: visit.facility_id } }
  }
  const facility = await knownFacility(tx, body.facilityId)
  return { visitClass: null, subject: { encounter_id: null, patient_id: body.patientId, facility_id: facility.id } }
}

type Source = Pick<Input<'placeOrder'>['body'], 'channel' | 'ordererId' | 'isReadBack'>

/** Who gives the order: oneself in writing; by word of mouth a named clinician, read back to them. */
function sourceOf(ctx: Ctx, body: Source) {
  if (body.channel === 'written') {
    if (body.ordererId !== undefined && body.ordererId !== ctx.userId) throw invalidField('ordererId', 'orders.written_own', ordersErrors.written_own)
    return { orderer_id: ctx.userId, channel: body.channel, is_read_back: body.isReadBack === true, signed_at: ctx.now }
  }
  if (body.ordererId === undefined) throw invalidField('ordererId', 'orders.orderer_required', ordersErrors.orderer_required)
  if (body.isReadBack !== true) throw invalidField('isReadBack', 'orders.read_back_required', ordersErrors.read_back_required)
  return { orderer_id: body.ordererId, channel: body.channel, is_read_back: true, signed_at: body.ordererId === ctx.userId ? ctx.now : null }
}

/** Who gives a change: of one's own order oneself; another's is taken over in writing by who may answer for it, or changed by word of mouth. */
function revisionSource(ctx: Ctx, before: repo.OrderRow, { channel, ordererId, isReadBack }: Input<'reviseOrder'>['body']) {
  const said = channel ?? 'written'
  const isOwn = before.orderer_id === ctx.userId || ctx.can('orders.sign', before.facility_id)
  if (said === 'written' && !isOwn) throw invalidField('channel', 'orders.source_required', ordersErrors.source_required)
  if (ordererId === ctx.userId && !isOwn) throw invalidField('ordererId', 'orders.source_required', ordersErrors.source_required)
  return sourceOf(ctx, { channel: said, ordererId, isReadBack })
}

const detailsOf = (body: Details) => ({ priority: body.priority, indication: body.indication ?? '', timing: body.timing ?? '', pregnancy_week: body.pregnancyWeek ?? null })
const chargesOf = (items: readonly repo.NewItem[]) => items.flatMap((item) => (item.service_id === null ? [] : [{ itemId: item.id, serviceId: item.service_id, quantity: item.quantity }]))
const subjectIds = (row: repo.OrderRow) => ({ patientId: row.patient_id, facilityId: row.facility_id })

/** Everything is asked before and written after, each in one go: three round trips with the end of the transaction. */
export function placeOrder(ctx: Ctx, { body }: Input<'placeOrder'>) {
  return withContext(ctx, async (tx) => {
    const source = sourceOf(ctx, body)
    const { subject, visitClass } = await subjectOf(tx, body)
    requirePermission(ctx, 'orders.write', subject.facility_id)
    const fresh = await checkedItems(tx, body.items)
    const charged = { patientId: subject.patient_id, facilityId: subject.facility_id, encounterId: subject.encounter_id }
    const [patient, named, warnings, orderers, charges] = await together([
      patientForWrite(tx, subject.patient_id), body.orderSetId === undefined ? Promise.resolve(undefined) : readSet(tx, body.orderSetId), warningsOf(tx, subject.patient_id, { items: fresh }), userNames(tx, [source.orderer_id]), priceOrderItems(tx, charged, chargesOf(fresh)),
    ])
    const set = body.orderSetId === undefined ? undefined : found(named)
    const row = repo.orderRow(tx, {
      ...subject, ...detailsOf(body), ...source, replaces_id: null, order_set_id: set?.id ?? null, order_set_version: set?.set_version ?? null, occurred_at: body.occurredAt === undefined ? ctx.now : new Date(body.occurredAt),
    })
    const items = repo.itemRows(row, fresh)
    rememberPlaced(tx, { order: row, items, visitClass })
    await together([repo.insertOrder(tx, row), repo.insertItems(tx, items), writeOrderCharges(tx, charges), emit(tx, orderPlaced, { ...subjectIds(row), orderId: row.id, encounterId: row.encounter_id })])
    return { ...presentOrder(row, { items, orderers, patients: new Map([[patient.id, labelOf(patient)]]) }), warnings: placedWarnings(row, warnings) }
  })
}

/** A prescription from outside, entered by whoever may register it: `permission` counts in place of those to order. */
export const placeOutside = (ctx: Ctx, permission: string, body: Input<'placeOrder'>['body']) =>
  placeOrder({ ...ctx, can: (asked, facilityId) => ctx.can(asked.startsWith('orders.') ? permission : asked, facilityId) }, { body, params: undefined, query: undefined, ifMatch: undefined, upload: undefined })

/** What placing a basket, or revising an order by it, would warn of. */
export function checkOrder(ctx: Ctx, { body }: Input<'checkOrder'>) {
  return withContext(ctx, async (tx) => {
    const fresh = await checkedItems(tx, body.items)
    const replaced = body.revises === undefined ? undefined : found(await repo.readOrder(tx, body.revises))
    if (replaced !== undefined) requirePermission(ctx, 'orders.write', replaced.facility_id)
    const pairs = replaced === undefined ? undefined : continued(await repo.itemsOf(tx, [replaced.id]), fresh)
    return { warnings: await warningsOf(tx, body.patientId, { items: fresh, isKnown: (item) => pairs?.has(item) === true, replaces: replaced?.id }) }
  })
}

/** The order locked, before anything that belongs to it: the fixed order of locks is order, specimen, result. */
async function locked(tx: Tx, id: string, permission: string, ifMatch: number | undefined): Promise<repo.OrderRow> {
  const row = found(await repo.lockOrder(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

async function endItems(tx: Tx, order: repo.OrderRow, items: readonly repo.OrderItemRow[], ending: Ending, reason: string): Promise<void> {
  const ended = endedItems(items, ending)
  const state = orderItemLifecycle.steps[ending].to
  if (ended.length === 0) return
  await repo.stepItems(tx, ended.map((item) => item.id), state)
  // What was begun and is stopped was done in part: it stays charged.
  await withdrawOrderCharges(tx, ended.filter((item) => ending !== 'discontinue' || item.state === 'ordered').map((item) => item.id), reason)
  for (const item of ended) await emit(tx, orderItemEnded, { ...subjectIds(order), orderId: order.id, itemId: item.id, state })
}

export function endOrder(ctx: Ctx, ending: Ending, { params, body, ifMatch }: Pick<Input<'cancelOrder'>, 'params' | 'body' | 'ifMatch'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'orders.write', ifMatch)
    const state = takeStep(orderLifecycle, before.state, ending)
    // Written first: what fulfils the items reads the reason there.
    const ended = await repo.updateOrder(tx, before.id, before.version, { state, reason: body.reason })
    await endItems(tx, before, await repo.itemsOf(tx, [before.id]), ending, body.reason)
    return shown(tx, ended)
  })
}

export function reviseOrder(ctx: Ctx, { params, body, ifMatch }: Input<'reviseOrder'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'orders.write', ifMatch)
    const state = takeStep(orderLifecycle, before.state, 'revise')
    const source = revisionSource(ctx, before, body)
    const old = await repo.itemsOf(tx, [before.id])
    const fresh = await checkedItems(tx, body.items)
    const pairs = continued(old, fresh)
    const warnings = await warningsOf(tx, before.patient_id, { items: fresh, isKnown: (item) => pairs.has(item), replaces: before.id })
    await repo.updateOrder(tx, before.id, before.version, { state, reason: body.reason })
    const same = { patient_id: before.patient_id, encounter_id: before.encounter_id, facility_id: before.facility_id, order_set_id: before.order_set_id, order_set_version: before.order_set_version, occurred_at: before.occurred_at }
    const row = repo.orderRow(tx, { ...same, ...detailsOf(body), ...source, replaces_id: before.id })
    await repo.insertOrder(tx, row)
    const items = repo.itemRows(row, fresh.map((item) => ({ ...item, state: goesOnAs(item, pairs.get(item)), continues_id: pairs.get(item)?.id ?? null })))
    await repo.insertItems(tx, items)
    const goingOn = items.flatMap((item) => (item.continues_id === null ? [] : [{ from: item.continues_id, to: item.id, quantity: item.quantity }]))
    const taken = new Set(goingOn.map((move) => move.from))
    const charged = await moveOrderCharges(tx, goingOn)
    await chargeOrderItems(tx, { ...subjectIds(row), encounterId: row.encounter_id }, chargesOf(items).filter((item) => !charged.has(item.itemId)))
    await endItems(tx, before, old.filter((item) => !taken.has(item.id)), 'discontinue', body.reason)
    await repo.stepItems(tx, [...taken], 'discontinued')
    for (const move of goingOn) await emit(tx, orderItemContinued, { ...subjectIds(row), orderId: row.id, fromItemId: move.from, toItemId: move.to })
    await emit(tx, orderPlaced, { ...subjectIds(row), orderId: row.id, encounterId: row.encounter_id })
    return { ...(await shown(tx, await followItems(tx, row, items), items)), warnings: placedWarnings(row, warnings) }
  })
}

export function signOrder(ctx: Ctx, { params, ifMatch }: Input<'signOrder'>) {
  return withContext(ctx, async (tx) => {
    const before = await locked(tx, params.id, 'orders.write', ifMatch)
    if (before.signed_at !== null) throw new AppError(ordersErrors.already_signed)
    if (before.orderer_id !== ctx.userId) throw new AppError(ordersErrors.own_signature)
    return shown(tx, await repo.updateOrder(tx, before.id, before.version, { signed_at: ctx.now }))
  })
}

/** The order follows its items: begun, completed. */
async function followItems(tx: Tx, order: repo.OrderRow, items: readonly repo.OrderItemRow[], reason?: string): Promise<repo.OrderRow> {
  if (order.state !== 'active' && order.state !== 'in-progress') return order
  const state = orderFollows(items.map((item) => item.state))
  return state === order.state ? order : repo.updateOrder(tx, order.id, order.version, { state, ...(reason === undefined ? {} : { reason }) })
}

/** Locks an order for the module that fulfils its items; first of all locks of what belongs to it. */
export const lockOrderOf = async (tx: Tx, orderId: string): Promise<repo.OrderRow> => found(await repo.lockOrder(tx, orderId))

/** As `lockOrderOf`, for many, in the order of their ids. */
export const lockOrdersOf = async (tx: Tx, orderIds: readonly string[]): Promise<repo.OrderRow[]> => (orderIds.length === 0 ? [] : repo.lockOrders(tx, orderIds))

export interface Advance {
  itemIds: readonly string[]
  step: 'start' | 'complete'
  /** The items of the order as they were read since it is locked, where they were. */
  items?: readonly repo.OrderItemRow[]
}

/** Begins or completes items of a locked order where they are not already so; the order follows. */
export async function advanceItems(tx: Tx, order: repo.OrderRow, { itemIds, step, items: known }: Advance): Promise<void> {
  const items = known ?? (await repo.itemsOf(tx, [order.id]))
  const wanted = items.filter((item) => itemIds.includes(item.id) && orderItemLifecycle.steps[step].from.some((from) => from === item.state))
  if (wanted.length === 0) return
  const state = orderItemLifecycle.steps[step].to
  await together([repo.stepItems(tx, wanted.map((item) => item.id), state), followItems(tx, order, items.map((item) => (wanted.includes(item) ? { ...item, state } : item)))])
}

/** Ends items of a locked order of which nothing will be done any more: what was begun as well, so that nothing of them is owed. The order follows. */
export async function endUndone(tx: Tx, order: repo.OrderRow, { itemIds, reason }: { itemIds: readonly string[]; reason: string }): Promise<repo.OrderRow> {
  const items = await repo.itemsOf(tx, [order.id])
  const open = items.filter((item) => itemIds.includes(item.id) && (item.state === 'ordered' || item.state === 'in-progress'))
  if (open.length === 0) return order
  const stateOf = (item: repo.OrderItemRow): string => (item.state === 'ordered' ? 'cancelled' : 'discontinued')
  for (const [state, ended] of Map.groupBy(open, stateOf)) await repo.stepItems(tx, ended.map((item) => item.id), state)
  await withdrawOrderCharges(tx, open.map((item) => item.id), reason)
  for (const item of open) await emit(tx, orderItemEnded, { ...subjectIds(order), orderId: order.id, itemId: item.id, state: stateOf(item) })
  return followItems(tx, order, items.map((item) => (open.includes(item) ? { ...item, state: stateOf(item) } : item)), reason)
}

async function stepItem(tx: Tx, itemId: string, step: 'start' | 'complete' | 'cancel', { permission, ifMatch, reason }: { permission: string; ifMatch: number | undefined; reason: string }) {
  const seen = found(await repo.readItem(tx, itemId))
  const order = await locked(tx, seen.order_id, permission, undefined)
  const items = await repo.itemsOf(tx, [order.id])
  const item = found(items.find((one) => one.id === itemId))
  checkVersion(item, ifMatch)
  // What a module of its own fulfils is begun and completed there, never by hand.
  if (step !== 'cancel' && needsCatalogue(presentItem(item).kind)) throw new AppError(kernelErrors.forbidden)
  const state = takeStep(orderItemLifecycle, item.state, step)
  if (step === 'cancel') await endItems(tx, order, [item], 'cancel', reason)
  else await repo.stepItems(tx, [item.id], state)
  const now = items.map((one) => (one.id === itemId ? { ...one, state, version: one.version + 1 } : one))
  return shown(tx, await followItems(tx, order, now), now)
}

export const startItem = (ctx: Ctx, { params, ifMatch }: Input<'startItem'>) => withContext(ctx, (tx) => stepItem(tx, params.id, 'start', { permission: 'orders.fulfil', ifMatch, reason: '' }))
export const completeItem = (ctx: Ctx, { params, ifMatch }: Input<'completeItem'>) => withContext(ctx, (tx) => stepItem(tx, params.id, 'complete', { permission: 'orders.fulfil', ifMatch, reason: '' }))
export const cancelItem = (ctx: Ctx, { params, body, ifMatch }: Input<'cancelItem'>) => withContext(ctx, (tx) => stepItem(tx, params.id, 'cancel', { permission: 'orders.write', ifMatch, reason: body.reason }))

export function readOrder(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readOrder(tx, id))
    requirePermission(ctx, 'orders.read', row.facility_id)
    return shown(tx, row)
  })
}

export function listOrders(ctx: Ctx, { query }: Input<'listOrders'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'orders.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listOrders(tx, query, page)
    const beside = await around(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.placed_at.toISOString(), id: row.id }), (row) => presentOrder(row, beside))
  })
}

export function listItems(ctx: Ctx, { query }: Input<'listItems'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'orders.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listItems(tx, query, page)
    const patients = new Map((await patientLabels(tx, [...new Set(rows.map((row) => row.patient_id))])).map((row) => [row.id, row]))
    return toPage(rows, page.limit, (row) => (repo.isWorkList(query) ? urgentCursor(row, row.placed_at) : { at: row.placed_at.toISOString(), id: row.id }), (row) => {
      const patient = patients.get(row.patient_id)
      return { ...presentItem(row), priority: orderPriority.parse(row.priority), patientId: row.patient_id, patientName: `${patient?.given_name ?? ''} ${patient?.family_name ?? ''}`.trim(), patientMrn: patient?.mrn ?? '' }
    })
  })
}

/** Orders of a patient or a visit as timeline items, newest first; what was never true is left out. */
export async function timelineOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, { before, limit }: { before: Date | null; limit: number }): Promise<TimelineItem[]> {
  const rows = (await repo.newestOf(tx, subject, before, limit)).filter((row) => row.state !== 'entered-in-error')
  const items = await repo.itemsOf(tx, rows.map((row) => row.id))
  return rows.map((row) => presentTimeline(row, items))
}
