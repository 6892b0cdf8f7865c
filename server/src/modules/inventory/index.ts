import { inventory } from '#contract/inventory.ts'
import { defineModule } from '#kernel/module.ts'
import { erasurePort, mergePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { carryMonths } from './carrying.ts'
import { handlers } from './routes.ts'
import { watchStock } from './watch.ts'

export { controlledIn, heldBalances, movementsOfDocument, registerBalance, registerEntries, type RegisterRow } from './documents-repo.ts'
export { itemsByIds, itemsOfMedications, itemsToWatch, onHandIn, onHandOf, stockItemsOfMedications, taxRateOn, type ItemRow } from './items-repo.ts'
export { itemsBySkus } from './items-repo.ts'
export { settingsOf, type StockSettings } from './keeping.ts'
export { post, shortage, type Entry, type Posting } from './ledger.ts'
export { storekeeperOf } from './watch.ts'
export { addItems, codeForms } from './master.ts'
export { holdShelf, inBase, isPassedOver, pickLots, requireWitness, stockItems, type Picked, type StockItem, type Want } from './picking.ts'
export { counterPort, type CounterDocument } from './ports.ts'
export { landedUnitCost, receive, type Arrival } from './receiving.ts'
export { basePrice, expiryDay, keyOfBatch, neverExpires, packShare, pickFirstExpiry } from './rules.ts'
export { bookDocument, counterOf, stockNumber, storeForUse } from './service.ts'
export { storesOf as storesOfFacilities, usableLots, type UsableLot } from './stock-repo.ts'
export { batchKey, holdStores, lotsByIds, storesByIds, usualStores, vendorsByIds, type LotRow, type StoreRow, type VendorRow } from './stores-repo.ts'

const readers = ['admin', 'pharmacist', 'doctor', 'nurse', 'therapist', 'lab-technician', 'biomedical-engineer', 'cashier', 'auditor'] as const

/** Items, stores, lots and the ledger of stock, with transfers and counts: what every other module takes goods through. */
export const inventoryModule = defineModule({
  name: 'inventory',
  contract: inventory,
  handlers,
  permissions: {
    'inventory.read': readers,
    'inventory.write': ['admin', 'pharmacist'],
    'inventory.issue': ['admin', 'pharmacist', 'nurse', 'lab-technician'],
    'inventory.witness': ['admin', 'pharmacist', 'doctor', 'nurse', 'lab-technician'],
    'inventory.approve': ['admin'],
    'inventory.master': ['admin', 'pharmacist'],
  },
  jobs: { watch: (tx) => watchStock(tx), carry: (tx) => carryMonths(tx) },
  // Six in the morning in India: before the stores open. A month is carried over within the hour, whatever the zone.
  schedules: { watch: '30 0 * * *', carry: '5 * * * *' },
  provides: [erasurePort.of(forgetPatients), mergePort.of({ table: 'stock_documents', column: 'patient_id' }), mergePort.of({ table: 'stock_movements', column: 'patient_id' })],
})
