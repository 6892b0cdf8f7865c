import { orders } from '#contract/orders.ts'
import { defineModule } from '#kernel/module.ts'
import { encounterTimelinePort } from '../encounters/index.ts'
import { erasurePort, mergePort, timelinePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { timelineOf } from './service.ts'

export { type Placed, placedOrder } from './placed.ts'
export { urgentCursor, urgentFirst } from './urgency.ts'
export { type CatalogueEntry, orderCataloguePort } from './ports.ts'
export { advanceItems, endUndone, lockOrderOf, lockOrdersOf, orderItemContinued, orderItemEnded, orderPlaced, placeOutside } from './service.ts'
export { itemsOf as orderItemsOf, type OrderItemRow, type OrderRow, ordersByIds } from './repo.ts'

const encounterLimit = 500

/** Orders of every kind from one basket, their sets and favourites; charges follow the order. */
export const ordersModule = defineModule({
  name: 'orders',
  contract: orders,
  handlers,
  permissions: {
    'orders.read': ['admin', 'doctor', 'nurse', 'therapist', 'lab-technician', 'radiologist', 'pharmacist', 'receptionist', 'cashier', 'auditor'],
    'orders.write': ['admin', 'doctor', 'nurse', 'therapist'],
    // Who answers for an order, and may take over another's.
    'orders.sign': ['admin', 'doctor'],
    'orders.fulfil': ['admin', 'doctor', 'nurse', 'therapist', 'radiologist', 'cook'],
  },
  provides: [
    erasurePort.of(forgetPatients),
    timelinePort.of((tx, patientId, request) => timelineOf(tx, { patientId }, request)),
    encounterTimelinePort.of((tx, encounterId) => timelineOf(tx, { encounterId }, { before: null, limit: encounterLimit })),
    mergePort.of({ table: 'orders', column: 'patient_id' }),
    mergePort.of({ table: 'order_items', column: 'patient_id' }),
  ],
})
