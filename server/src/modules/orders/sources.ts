import type { RouteInput } from '#contract/define.ts'
import { orderItemBody, type orders, ordersErrors } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { isHolder } from '../people/index.ts'
import { lookedUp } from './items.ts'
import type { NewItem, OrderRow } from './repo.ts'
import { beyondProtocol } from './rules.ts'
import { readSet, type SetRow } from './sets-repo.ts'

type Body = Pick<RouteInput<(typeof orders)['placeOrder']>['body'], 'channel' | 'ordererId' | 'isReadBack'>
type Change = RouteInput<(typeof orders)['reviseOrder']>['body']

/** Who answers for an order, how it came, and whether it is signed. */
type Source = Pick<OrderRow, 'orderer_id' | 'channel' | 'is_read_back' | 'signed_at'>

interface Said {
  /** Whether whoever orders may prescribe there; a prescription from outside stands for that. */
  maySign: boolean
  facilityId: string
  body: Body
  /** The set the basket was taken from. */
  set: SetRow | undefined
}

const right = 'orders.sign'

/** Whoever is named as having given an order may prescribe where it is given. */
async function refuseOthers(tx: Tx, userId: string, facilityId: string): Promise<void> {
  const may = userId === tx.ctx.userId ? tx.ctx.can(right, facilityId) : await isHolder(tx, { userId, permission: right, facilityIds: [facilityId] })
  if (!may) throw invalidField('ordererId', 'orders.not_prescriber', ordersErrors.not_prescriber)
}

function writtenBy(ctx: Ctx, { maySign, body }: Said): Source {
  if (body.ordererId !== undefined && body.ordererId !== ctx.userId) throw invalidField('ordererId', 'orders.written_own', ordersErrors.written_own)
  if (!maySign) throw invalidField('channel', 'orders.prescriber_required', ordersErrors.prescriber_required)
  return { orderer_id: ctx.userId, channel: 'written', is_read_back: body.isReadBack === true, signed_at: ctx.now }
}

/** By a standing order of the hospital: for the clinician who is named, else for whoever answers for it; their signature is due. */
async function byProtocol(tx: Tx, { facilityId, body, set }: Said): Promise<Source> {
  if (set?.is_standing !== true || !set.is_active || set.authorised_by === null) throw invalidField('orderSetId', 'orders.protocol_required', ordersErrors.protocol_required)
  const ordererId = body.ordererId ?? set.authorised_by
  await refuseOthers(tx, ordererId, facilityId)
  return { orderer_id: ordererId, channel: 'protocol', is_read_back: false, signed_at: ordererId === tx.ctx.userId ? tx.ctx.now : null }
}

/** Who gives the order: who may prescribe, oneself in writing; by word of mouth a named clinician, read back to them; or a standing order. */
export async function sourceOf(tx: Tx, said: Said): Promise<Source> {
  const { ctx } = tx
  const { body } = said
  if (body.channel === 'written') return writtenBy(ctx, said)
  if (body.channel === 'protocol') return byProtocol(tx, said)
  if (body.ordererId === undefined) throw invalidField('ordererId', 'orders.orderer_required', ordersErrors.orderer_required)
  if (body.isReadBack !== true) throw invalidField('isReadBack', 'orders.read_back_required', ordersErrors.read_back_required)
  await refuseOthers(tx, body.ordererId, said.facilityId)
  return { orderer_id: body.ordererId, channel: body.channel, is_read_back: true, signed_at: body.ordererId === ctx.userId ? ctx.now : null }
}

/** Who gives a change: who may prescribe takes the order over in writing; anybody else says who gave it by word of mouth, or keeps to the standing order. */
export async function revisionSource(tx: Tx, before: OrderRow, { channel, ordererId, isReadBack }: Change): Promise<Source> {
  const said = channel ?? 'written'
  const maySign = tx.ctx.can(right, before.facility_id)
  if (said === 'written' && !maySign && before.orderer_id !== tx.ctx.userId) throw invalidField('channel', 'orders.source_required', ordersErrors.source_required)
  if (ordererId === tx.ctx.userId && !maySign) throw invalidField('ordererId', 'orders.source_required', ordersErrors.source_required)
  const set = said === 'protocol' && before.order_set_id !== null ? await readSet(tx, before.order_set_id) : undefined
  return sourceOf(tx, { facilityId: before.facility_id, maySign, body: { channel: said, ordererId, isReadBack }, set })
}

/** What is ordered by a standing order is what it says: nothing else and no more of it. */
export async function refuseBeyond(tx: Tx, set: SetRow | undefined, items: readonly NewItem[]): Promise<void> {
  const allowed = orderItemBody.array().parse(found(set).items)
  const known = await lookedUp(tx, allowed)
  const told = allowed.map((item) => ({ kind: item.kind, catalogue_id: known.get(item)?.named.catalogue_id ?? null, name: known.get(item)?.named.name ?? item.name ?? '', quantity: item.quantity, side: item.side ?? '', timing: item.timing ?? '', instructions: item.instructions ?? '' }))
  const beyond = beyondProtocol(told, items)
  if (beyond.length > 0) throw new AppError(ordersErrors.not_in_protocol, { fields: beyond.map((index) => ({ path: `items.${index}`, code: 'orders.not_in_protocol' })) })
}
