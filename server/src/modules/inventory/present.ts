import type { z } from 'zod'
import { type inventory, importance, type Item, itemKind, lotState, movementKind, storage, storeKind } from '#contract/inventory.ts'
import { cost, money, plain } from '#kernel/money.ts'
import type { DocumentRow, MovementRow } from './documents-repo.ts'
import type { IssuedRow } from './issued-repo.ts'
import type { BarcodeRow, ItemRow, PackRow } from './items-repo.ts'
import { neverExpires } from './rules.ts'
import type { LotRow, StoreRow, VendorRow } from './stores-repo.ts'

export type Answer<K extends keyof typeof inventory> = (typeof inventory)[K]['response'] extends z.ZodType ? z.output<(typeof inventory)[K]['response']> : never

export const expiryOf = (expiresOn: string): string | null => (expiresOn === neverExpires ? null : expiresOn)
const orNull = (value: string | null): string | null => (value === null ? null : plain(value))

export interface Beside {
  packs: readonly PackRow[]
  barcodes: readonly BarcodeRow[]
  onHand: ReadonlyMap<string, string>
}

export const presentItem = (row: ItemRow, beside: Beside): Item => ({
  id: row.id, version: row.version, sku: row.sku, name: row.name, kind: itemKind.parse(row.kind), medicationId: row.medication_id, manufacturer: row.manufacturer, taxCode: row.tax_code, taxRatePercent: plain(row.tax_rate_percent), isTaxIncluded: row.is_tax_included, baseUnit: row.base_unit, isDivisible: row.is_divisible,
  storage: storage.parse(row.storage), controlledClass: row.controlled_class, isReturnable: row.is_returnable, importance: importance.parse(row.importance), reorderLevel: orNull(row.reorder_level), maximumLevel: orNull(row.maximum_level), leadTimeDays: row.lead_time_days, isActive: row.is_active, averageCost: plain(row.average_cost),
  onHand: plain(beside.onHand.get(row.id) ?? '0'),
  packs: beside.packs.filter((pack) => pack.item_id === row.id).map((pack) => ({ unit: pack.unit, factor: plain(pack.factor), revision: pack.revision })),
  barcodes: beside.barcodes.filter((code) => code.item_id === row.id).map(({ code, unit }) => ({ code, unit })),
})

export const presentVendor = (row: VendorRow): Answer<'readVendor'> => ({ id: row.id, version: row.version, name: row.name, taxNumber: row.tax_number, stateCode: row.state_code, phone: row.phone, email: row.email, address: row.address, paymentTermsDays: row.payment_terms_days, isActive: row.is_active })

export const presentStore = (row: StoreRow): Answer<'readStore'> => ({ id: row.id, version: row.version, facilityId: row.facility_id, code: row.code, name: row.name, kind: storeKind.parse(row.kind), sealNumber: row.seal_number, unsealedAt: row.unsealed_at?.toISOString() ?? null, unsealedReason: row.unsealed_reason, closedOn: row.closed_on, isFrozen: row.is_frozen, isActive: row.is_active })

const lotSteps = { available: ['quarantine', 'recall'], quarantined: ['release', 'recall'], recalled: [] }

export const presentLot = (row: LotRow, itemName: string): Answer<'readLot'> => {
  const state = lotState.parse(row.state)
  return { id: row.id, version: row.version, itemId: row.item_id, itemName, batch: row.batch, expiresOn: expiryOf(row.expires_on), mrp: row.mrp === null ? null : money(row.mrp, row.currency), mrpQuantity: plain(row.mrp_quantity), unitCost: cost(row.unit_cost, row.currency), vendorId: row.vendor_id, state, stateReason: row.state_reason, actions: lotSteps[state] }
}

export const presentMovement = (row: MovementRow, names: ReadonlyMap<string, string>): Answer<'listMovements'>['items'][number] => ({
  id: row.id, kind: movementKind.parse(row.kind), storeId: row.store_id, storeName: row.store_name, itemId: row.item_id, itemName: row.item_name, unit: row.unit, lotId: row.lot_id, batch: row.batch, expiresOn: expiryOf(row.expires_on), quantity: plain(row.quantity), unitCost: cost(row.unit_cost, row.currency),
  document: { type: row.document_type, id: row.document_id }, reason: row.reason, patientId: row.patient_id, occurredAt: row.occurred_at.toISOString(), recordedAt: row.recorded_at.toISOString(), recordedBy: names.get(row.created_by) ?? '',
})

export const presentDocument = (row: DocumentRow, { movements, names, storeName, issued }: { movements: readonly MovementRow[]; names: ReadonlyMap<string, string>; storeName: string; issued: readonly IssuedRow[] }): Answer<'readDocument'> => ({
  id: row.id, version: row.version, number: row.number, kind: movementKind.parse(row.kind), storeId: row.store_id, storeName, reason: row.reason, reference: row.reference, patientId: row.patient_id, occurredAt: row.occurred_at.toISOString(), movements: movements.map((one) => presentMovement(one, names)),
  issued: issued.map((one) => ({ id: one.id, itemId: one.item_id, itemName: one.item_name, unit: one.unit, lotId: one.lot_id, batch: one.batch, quantity: plain(one.quantity), returned: plain(one.returned), isCharged: one.charge_id !== null })),
})
