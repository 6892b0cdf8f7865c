import { allowedSteps } from '#contract/common/lifecycle.ts'
import { orderItemBody, orderChannel, orderItemLifecycle, orderItemState, orderKind, orderLifecycle, orderSide, orderPriority, orderState, pregnancyAnswer, type Order, type OrderItem, type OrderSet } from '#contract/orders.ts'
import type { OrderItemRow, OrderRow } from './repo.ts'
import type { SetRow } from './sets-repo.ts'

export interface Around {
  items: readonly OrderItemRow[]
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  orderers: ReadonlyMap<string, string>
  /** Hours a signature may wait, where one is due. */
  signatureHours: number | undefined
}

const plain = (quantity: string): string => (quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity)

export function presentItem(row: OrderItemRow): OrderItem {
  const state = orderItemState.parse(row.state)
  return {
    id: row.id, version: row.version, orderId: row.order_id, kind: orderKind.parse(row.kind), catalogueId: row.catalogue_id, serviceId: row.service_id, code: row.code, name: row.name, quantity: plain(row.quantity), instructions: row.instructions, timing: row.timing, side: row.side === '' ? null : orderSide.parse(row.side), pregnancy: row.pregnancy === null ? null : pregnancyAnswer.parse(row.pregnancy), isContrastChecked: row.is_contrast_checked, isOther: row.catalogue_id === null, state, continuesId: row.continues_id,
    actions: row.kind === 'laboratory' ? allowedSteps(orderItemLifecycle, state).filter((step) => step === 'cancel') : allowedSteps(orderItemLifecycle, state).filter((step) => step === 'start' || step === 'complete' || step === 'cancel'),
  }
}

const offered = new Set(['revise', 'discontinue', 'cancel', 'entered-in-error'])

export function presentOrder(row: OrderRow, around: Around): Order {
  const state = orderState.parse(row.state)
  const patient = around.patients.get(row.patient_id)
  const isSignatureDue = row.channel !== 'written' && row.signed_at === null && row.state !== 'entered-in-error'
  const signatureDueAt = isSignatureDue && around.signatureHours !== undefined ? new Date(row.placed_at.getTime() + around.signatureHours * 3_600_000).toISOString() : null
  const steps = allowedSteps(orderLifecycle, state).filter((step) => offered.has(step))
  return {
    id: row.id, version: row.version, patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', encounterId: row.encounter_id, facilityId: row.facility_id, ordererId: row.orderer_id, ordererName: around.orderers.get(row.orderer_id) ?? '',
    priority: orderPriority.parse(row.priority), indication: row.indication, timing: row.timing, pregnancyWeek: row.pregnancy_week, channel: orderChannel.parse(row.channel), isReadBack: row.is_read_back, isSignatureDue, signatureDueAt, signedAt: row.signed_at?.toISOString() ?? null,
    state, reason: row.reason, replacesId: row.replaces_id, orderSetId: row.order_set_id, orderSetVersion: row.order_set_version, occurredAt: row.occurred_at.toISOString(), placedAt: row.placed_at.toISOString(),
    items: around.items.filter((item) => item.order_id === row.id).map(presentItem),
    actions: isSignatureDue ? ['sign', ...steps] : steps,
  }
}

export const presentSet = (row: SetRow): OrderSet => ({ id: row.id, version: row.version, name: row.name, ownerId: row.owner_id, isActive: row.is_active, isStanding: row.is_standing, authorisedById: row.authorised_by, setVersion: row.set_version, items: orderItemBody.array().parse(row.items) })

/** An order on a timeline is called by what was ordered. */
export const presentTimeline = (row: OrderRow, items: readonly OrderItemRow[]) => ({ at: row.placed_at.toISOString(), kind: 'order', title: items.filter((item) => item.order_id === row.id).map((item) => item.name).join(', ') || row.state, ref: { type: 'order', id: row.id } })
