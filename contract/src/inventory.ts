import { z } from 'zod'
import { importOutcome } from './common/import-outcome.ts'
import { actions, date, decimalText, emptyBody, id, idParams, instant, money, optionalText, positiveDecimal, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { billingErrors } from './billing.ts'
import { defineErrors, route } from './define.ts'
import { keepingRoutes } from './inventory-keeping.ts'
import { reachedRoutes } from './inventory-reached.ts'
import { reportRoutes } from './inventory-reports.ts'
import { taxRateRoutes } from './inventory-tax-rates.ts'

export const inventoryErrors = defineErrors('inventory', {
  sku_taken: 409, barcode_taken: 409, vendor_taken: 409, store_taken: 409, count_open: 409, store_frozen: 409, being_counted: 409,
  insufficient_stock: 409, negative_later: 409, closed_period: 422, in_future: 422, indivisible: 422, unknown_unit: 422, lot_required: 422, wrong_item: 422, lot_held: 409, made_of_held: 409, expired: 409, not_expiring: 422, witness_required: 422, reason_required: 422, too_fine: 422, not_counted: 422, own_count: 403, own_shortage: 403, over_received: 422, wrong_code: 422, wrong_sign: 422, levels_order: 422, above_issued: 422, sealed: 409,
})

/** At most three decimals: what the database keeps exactly. */
export const stockQuantity = positiveDecimal.regex(/^\d{1,9}(\.\d{1,3})?$/)
const countedQuantity = z.string().max(13).regex(/^\d{1,9}(\.\d{1,3})?$/)
const signedQuantity = decimalText.regex(/^-?\d{1,9}(\.\d{1,3})?$/).refine((value) => Number(value) !== 0, { error: 'number.not_zero' })
const costIn = z.strictObject({ amount: decimalText.refine((value) => !value.startsWith('-'), { error: 'number.positive' }), currency: money.shape.currency })
const percent = z.string().regex(/^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)$/)
const taxCode = z.string().max(20).regex(/^[A-Za-z0-9.-]*$/)
const unit = text(40)

export const itemKind = z.enum(['medicine', 'consumable', 'reagent', 'equipment', 'linen', 'food'])
export const storeKind = z.enum(['main', 'pharmacy', 'ward', 'theatre', 'emergency-box', 'transit'])
export const storage = z.enum(['room', 'cool', 'refrigerated', 'frozen'])
export const importance = z.enum(['', 'vital', 'essential', 'desirable'])
export const movementKind = z.enum(['opening', 'purchase', 'purchase-return', 'issue', 'dispense', 'sale', 'return', 'transfer', 'adjustment', 'expiry', 'wastage', 'count', 'preparation'])
export type MovementKind = z.output<typeof movementKind>
/** Kinds a person books by hand; the others come with their own documents. */
export const documentKind = movementKind.extract(['opening', 'purchase', 'issue', 'return', 'adjustment', 'expiry', 'wastage'])
export const lotState = z.enum(['available', 'quarantined', 'recalled'])

const pack = z.strictObject({ unit, factor: stockQuantity })
const barcode = z.strictObject({ code: z.string().max(60).regex(/^[\x21-\x7e]+$/), unit: unit.optional() })
const itemFields = {
  name: text(200), kind: itemKind, medicationId: id.nullable().optional(), manufacturer: optionalText(120).optional(), taxCode: taxCode.optional(), taxRatePercent: percent.optional(), isTaxIncluded: z.boolean().optional(), isDivisible: z.boolean().optional(),
  storage: storage.optional(), controlledClass: optionalText(40).optional(), isReturnable: z.boolean().optional(), importance: importance.optional(), reorderLevel: countedQuantity.nullable().optional(), maximumLevel: countedQuantity.nullable().optional(), leadTimeDays: z.int().min(0).max(365).optional(),
  packs: z.array(pack).max(20).optional(), barcodes: z.array(barcode).max(20).optional(), isActive: z.boolean().optional(),
}
export const itemBody = z.strictObject({ sku: z.string().max(40).regex(/^[A-Za-z0-9._/-]+$/), baseUnit: unit.default('piece'), ...itemFields })
export type ItemBody = z.output<typeof itemBody>
export const item = z.object({
  id, version, sku: z.string(), name: z.string(), kind: itemKind, medicationId: id.nullable(), manufacturer: z.string(), taxCode: z.string(), taxRatePercent: z.string(), isTaxIncluded: z.boolean(), baseUnit: z.string(), isDivisible: z.boolean(), storage, controlledClass: z.string(), isReturnable: z.boolean(), importance,
  reorderLevel: z.string().nullable(), maximumLevel: z.string().nullable(), leadTimeDays: z.int(), isActive: z.boolean(), averageCost: z.string(), onHand: z.string(), packs: z.array(z.object({ unit: z.string(), factor: z.string(), revision: z.int() })), barcodes: z.array(z.object({ code: z.string(), unit: z.string() })),
})
export type Item = z.output<typeof item>

export const vendor = z.object({ id, version, name: z.string(), taxNumber: z.string(), stateCode: z.string(), phone: z.string(), email: z.string(), address: z.string(), paymentTermsDays: z.int(), isActive: z.boolean() })
const vendorFields = { taxNumber: optionalText(40).optional(), stateCode: optionalText(10).optional(), phone: optionalText(40).optional(), email: optionalText(200).optional(), address: optionalText(500).optional(), paymentTermsDays: z.int().min(0).max(365).optional(), isActive: z.boolean().optional() }
const storeRow = z.object({ id, version, facilityId: id, code: z.string(), name: z.string(), kind: storeKind, sealNumber: z.string(), unsealedAt: z.string().nullable(), unsealedReason: z.string(), closedOn: date.nullable(), isFrozen: z.boolean(), isActive: z.boolean() })

const contents = z.object({ items: z.array(z.object({ itemId: id, itemName: z.string(), unit: z.string(), quantity: z.string(), usable: z.string(), missing: z.string(), firstExpiresOn: date.nullable() })), nextCursor: z.null() })

const level = z.object({ itemId: id, sku: z.string(), itemName: z.string(), unit: z.string(), reorderLevel: z.string().nullable(), parLevel: z.string().nullable(), maximumLevel: z.string().nullable(), usable: z.string(), coming: z.string(), isLow: z.boolean(), missing: z.string() })
const levelIn = z.strictObject({ itemId: id, reorderLevel: countedQuantity.nullable().optional(), parLevel: stockQuantity.nullable().optional(), maximumLevel: stockQuantity.nullable().optional() })
const topUpLine = z.object({ itemId: id, itemName: z.string(), unit: z.string(), parLevel: z.string(), usable: z.string(), coming: z.string(), quantity: z.string(), available: z.string() })

export const lot = z.object({ id, version, itemId: id, itemName: z.string(), batch: z.string(), expiresOn: date.nullable(), mrp: money.nullable(), mrpQuantity: z.string(), unitCost: money, vendorId: id.nullable(), state: lotState, stateReason: z.string(), actions })
export const stockLine = z.object({ storeId: id, storeName: z.string(), itemId: id, itemName: z.string(), sku: z.string(), unit: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), mrp: money.nullable(), mrpQuantity: z.string(), unitCost: money, state: lotState, bin: z.string() })
export type StockLine = z.output<typeof stockLine>
const overviewLine = z.object({ itemId: id, sku: z.string(), name: z.string(), manufacturer: z.string(), kind: itemKind, unit: z.string(), onHand: z.string(), reorderLevel: z.string().nullable(), maximumLevel: z.string().nullable(), isLow: z.boolean(), firstExpiresOn: date.nullable(), value: money })
export const movement = z.object({ id, kind: movementKind, storeId: id, storeName: z.string(), itemId: id, itemName: z.string(), unit: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), unitCost: money, document: z.object({ type: z.string(), id }), reason: z.string(), patientId: id.nullable(), occurredAt: z.string(), recordedAt: z.string(), recordedBy: z.string() })

/** A lot as it is received: a batch with an expiry `YYYY-MM-DD` or `YYYY-MM` (its last day). */
export const lotIn = z.strictObject({ batch: text(60), expiresOn: z.string().max(10).regex(/^\d{4}-\d\d(-\d\d)?$/).optional(), mrp: costIn.optional(), mrpUnit: unit.optional(), unitCost: costIn.optional(), vendorId: id.optional() })
export type LotIn = z.output<typeof lotIn>
const documentLine = z.strictObject({ itemId: id, lotId: id.optional(), lot: lotIn.optional(), quantity: signedQuantity, unit: unit.optional() })
export type DocumentLine = z.output<typeof documentLine>
const documentBody = z.strictObject({ kind: documentKind, storeId: id, lines: z.array(documentLine).min(1).max(200), reason: optionalText(500).optional(), reference: optionalText(100).optional(), patientId: id.optional(), encounterId: id.optional(), isCharged: z.boolean().optional(), witnessId: id.optional(), occurredAt: instant.optional() })
export type DocumentBody = z.output<typeof documentBody>
const issuedLine = z.object({ id, itemId: id, itemName: z.string(), unit: z.string(), lotId: id, batch: z.string(), quantity: z.string(), returned: z.string(), isCharged: z.boolean() })
const document = z.object({ id, version, number: z.string(), kind: movementKind, storeId: id, storeName: z.string(), reason: z.string(), reference: z.string(), patientId: id.nullable(), occurredAt: z.string(), movements: z.array(movement), issued: z.array(issuedLine) })

/** Goods on the way belong to the transit store: sent is out of one store and in transit; what does not arrive is a shortage. */
export const transferLifecycle = lifecycle({
  initial: 'requested',
  states: ['requested', 'dispatched', 'received', 'cancelled', 'returning', 'returned'],
  steps: { dispatch: { from: ['requested'], to: 'dispatched' }, receive: { from: ['dispatched'], to: 'received' }, callBack: { from: ['dispatched'], to: 'returning' }, refuse: { from: ['dispatched'], to: 'returning' }, takeBack: { from: ['returning'], to: 'returned' }, cancel: { from: ['requested'], to: 'cancelled' } },
})
export const transferState = z.enum(['requested', 'dispatched', 'received', 'cancelled', 'returning', 'returned'])
/** What did not arrive, until another than who noticed it says where it is or that it is lost. */
export const shortageLifecycle = lifecycle({ initial: 'open', states: ['open', 'explained', 'written-off'], steps: { explain: { from: ['open'], to: 'explained' }, writeOff: { from: ['open'], to: 'written-off' } } })
export const shortageState = z.enum(['open', 'explained', 'written-off'])
const shortage = z.object({ id, version, state: shortageState, transferId: id, transferNumber: z.string(), fromStoreId: id, fromStoreName: z.string(), toStoreId: id, toStoreName: z.string(), itemId: id, itemName: z.string(), unit: z.string(), isControlled: z.boolean(), lotId: id, batch: z.string(), quantity: z.string(), value: money, isOnWayBack: z.boolean(), reason: z.string(), explanation: z.string(), foundStoreId: id.nullable(), recordedAt: z.string(), recordedBy: z.string(), settledAt: z.string().nullable(), settledBy: z.string(), actions })
const onTheWay = z.object({ fromStoreId: id, fromStoreName: z.string(), toStoreId: id, toStoreName: z.string(), transfers: z.int(), returning: z.int(), lines: z.int(), value: money, since: z.string() })
const transferLine = z.object({ id, itemId: id, itemName: z.string(), unit: z.string(), isControlled: z.boolean(), requested: z.string(), lotId: id.nullable(), batch: z.string(), dispatched: z.string(), received: z.string(), short: z.string(), sentBack: z.string(), takenBack: z.string(), reason: z.string() })
const transfer = z.object({ id, version, number: z.string(), state: transferState, facilityId: id, fromStoreId: id, fromStoreName: z.string(), toStoreId: id, toStoreName: z.string(), reason: z.string(), createdAt: z.string(), dispatchedAt: z.string().nullable(), receivedAt: z.string().nullable(), backReason: z.string(), returnedAt: z.string().nullable(), lines: z.array(transferLine), actions })

export const countLifecycle = lifecycle({
  initial: 'counting',
  states: ['counting', 'counted', 'approved', 'cancelled'],
  steps: { enter: { from: ['counting'], to: 'counting' }, finish: { from: ['counting'], to: 'counted' }, approve: { from: ['counted'], to: 'approved' }, cancel: { from: ['counting', 'counted'], to: 'cancelled' } },
})
export const countState = z.enum(['counting', 'counted', 'approved', 'cancelled'])
const countLine = z.object({ id, itemId: id, itemName: z.string(), unit: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), expected: z.string().nullable(), counted: z.string().nullable(), variance: z.string().nullable(), reason: z.string() })
const stockCount = z.object({ id, version, number: z.string(), state: countState, storeId: id, storeName: z.string(), isBlind: z.boolean(), reason: z.string(), createdAt: z.string(), lines: z.array(countLine), actions })

const may = { read: 'inventory.read', write: 'inventory.write', issue: 'inventory.issue', approve: 'inventory.approve', master: 'inventory.master' } as const
const list = { method: 'GET', permission: may.read, audit: 'none', phi: false, errors: [] } as const
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional' } as const
/** What any booking of stock may be refused with. */
export const stockErrors = [inventoryErrors.insufficient_stock, inventoryErrors.negative_later, inventoryErrors.closed_period, inventoryErrors.in_future, inventoryErrors.indivisible, inventoryErrors.unknown_unit, inventoryErrors.wrong_item, inventoryErrors.lot_required, inventoryErrors.lot_held, inventoryErrors.expired, inventoryErrors.being_counted, inventoryErrors.witness_required]
const flag = z.enum(['true', 'false']).optional()

export const inventory = {
  ...keepingRoutes,
  ...reportRoutes,
  ...reachedRoutes,
  ...taxRateRoutes,
  listItems: route({ ...list, path: '/items', summary: 'Items by name; `search` is the beginning of the name or SKU, `barcode` a scanned code (GS1 too)', query: pageQuery.extend({ search: optionalText(200).optional(), barcode: z.string().max(200).optional(), kind: itemKind.optional(), medicationId: id.optional(), manufacturer: optionalText(120).optional(), isControlled: flag, isActive: flag }), response: page(item) }),
  createItem: route({ method: 'POST', path: '/items', summary: 'Add an item with its units and codes', description: 'The base unit is the smallest that is counted; packs are multiples of it (strip 10, box 100).', permission: may.master, audit: 'create', phi: false, body: itemBody, status: 201, response: item, errors: [inventoryErrors.sku_taken, inventoryErrors.barcode_taken] }),
  readItem: route({ method: 'GET', path: '/items/{id}', summary: 'Read an item', permission: may.read, audit: 'none', phi: false, params: idParams, response: item, errors: [] }),
  updateItem: route({ method: 'PATCH', path: '/items/{id}', summary: 'Change an item; a changed pack is a new revision, the base unit stays', permission: may.master, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ ...itemFields, name: text(200).optional(), kind: itemKind.optional() }), response: item, errors: [inventoryErrors.barcode_taken] }),
  importItems: route({ method: 'POST', path: '/items/import', summary: 'Items and opening stock from a table', description: 'Multipart: `file` (CSV with comma, semicolon or tab in UTF-8 or UTF-16, or Excel) with columns sku, name and, if there are, kind, medicine (its name or generic name), unit, pack, packSize, pack2, pack2Size, barcode, packBarcode, manufacturer, hsn, gst, taxIncluded, reorderLevel, maximum, leadTime, controlled, storage, ved, divisible, returnable, batch, expiry, mrp, cost, quantity; `storeId` takes the opening stock, a row for each batch of an item; `witnessId` is who stood by, without whom rows of controlled drugs are refused; `dryRun` (`true` writes nothing). An item that is known is left as it is, and a lot that the store was opened with too.', permission: may.master, audit: 'create', phi: false, upload: { maxBytes: 30 * 2 ** 20 }, transaction: 'none', response: importOutcome, errors: [inventoryErrors.witness_required] }),
  scan: route({ ...list, path: '/items/scan', summary: 'What a scanned code says: the item, its unit, and from a GS1 code batch, expiry and serial', query: z.strictObject({ code: z.string().min(1).max(200) }), response: z.object({ item: item.nullable(), unit: z.string(), gtin: z.string(), batch: z.string(), expiresOn: date.nullable(), serial: z.string() }), errors: [inventoryErrors.wrong_code] }),

  listVendors: route({ ...list, path: '/vendors', summary: 'Vendors by name', query: pageQuery.extend({ search: optionalText(200).optional() }), response: page(vendor) }),
  createVendor: route({ method: 'POST', path: '/vendors', summary: 'Add a vendor', permission: may.master, audit: 'create', phi: false, body: z.strictObject({ name: text(200), ...vendorFields }), status: 201, response: vendor, errors: [inventoryErrors.vendor_taken] }),
  readVendor: route({ method: 'GET', path: '/vendors/{id}', summary: 'Read a vendor', permission: may.read, audit: 'none', phi: false, params: idParams, response: vendor, errors: [] }),
  updateVendor: route({ method: 'PATCH', path: '/vendors/{id}', summary: 'Change a vendor', permission: may.master, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(200).optional(), ...vendorFields }), response: vendor, errors: [inventoryErrors.vendor_taken] }),

  listStores: route({ ...list, path: '/stores', summary: 'Stores', query: pageQuery.extend({ facilityId: id.optional() }), response: page(storeRow) }),
  createStore: route({ method: 'POST', path: '/stores', summary: 'Add a store', permission: may.master, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, code: z.string().regex(/^[A-Z0-9-]{1,12}$/), name: text(120), kind: storeKind.exclude(['transit']) }), status: 201, response: storeRow, errors: [inventoryErrors.store_taken] }),
  readStore: route({ method: 'GET', path: '/stores/{id}', summary: 'Read a store', permission: may.read, audit: 'none', phi: false, params: idParams, response: storeRow, errors: [] }),
  updateStore: route({ method: 'PATCH', path: '/stores/{id}', summary: 'Rename, switch off, or close its books up to a date', permission: may.master, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(120).optional(), isActive: z.boolean().optional(), closedOn: date.optional() }), response: storeRow, errors: [inventoryErrors.closed_period] }),
  sealStore: route({ ...step, path: '/stores/{id}/seal', summary: 'Seal an emergency box with a number; opened when anything leaves it', permission: may.issue, body: z.strictObject({ sealNumber: text(40) }), response: storeRow, errors: [] }),
  readContents: route({ ...list, path: '/stores/{id}/contents', summary: 'What should be in a box, what can be used of it today and what is missing; what lies there beside the list has a quantity of 0', params: idParams, response: contents }),
  writeContents: route({ method: 'PUT', path: '/stores/{id}/contents', summary: 'Say what should be in a box', permission: may.master, audit: 'update', phi: false, params: idParams, body: z.strictObject({ items: z.array(z.strictObject({ itemId: id, quantity: stockQuantity })).max(200) }), response: contents, errors: [inventoryErrors.indivisible] }),
  listLevels: route({ ...list, path: '/stores/{id}/levels', summary: 'What a store should have by item, by name; `low` those of which it has too little', description: 'Usable is what is neither held nor expired, coming what was asked for or is on its way to the store. Low is at or below the reorder level, else below the par level. Missing is what is lacking to the par level, what is coming counted.', params: idParams, query: pageQuery.extend({ low: flag }), response: page(level) }),
  writeLevels: route({ method: 'PUT', path: '/stores/{id}/levels', summary: 'Say what a store should have of items; an item of which nothing is said any more is taken off', description: 'Only the items named change. Each of the three levels that is given replaces the old one; the reorder level is not above the par level, and that not above the maximum.', permission: may.master, audit: 'update', phi: false, params: idParams, body: z.strictObject({ items: z.array(levelIn).min(1).max(200) }), response: z.object({ items: z.array(level), nextCursor: z.null() }), errors: [inventoryErrors.indivisible, inventoryErrors.levels_order] }),
  proposeTopUp: route({ ...list, path: '/stores/{id}/top-up', summary: 'What to ask another store for, so that all is at its par level again', description: 'Up to 200 items, the emptiest first; to be sent as a transfer, changed or not. `available` is what the other store has that can be used.', params: idParams, query: z.strictObject({ fromStoreId: id }), response: z.object({ items: z.array(topUpLine), nextCursor: z.null() }) }),
  breakSeal: route({ ...step, path: '/stores/{id}/break-seal', summary: 'Open a sealed box', permission: may.issue, body: reasonBody, response: storeRow, errors: [lifecycleErrors.illegal_step] }),

  listLots: route({ ...list, path: '/lots', summary: 'Lots, first expiry first', query: pageQuery.extend({ itemId: id.optional(), state: lotState.optional(), batch: optionalText(60).optional() }), response: page(lot) }),
  readLot: route({ method: 'GET', path: '/lots/{id}', summary: 'Read a lot', permission: may.read, audit: 'none', phi: false, params: idParams, response: lot, errors: [] }),
  holdLot: route({ ...step, path: '/lots/{id}/quarantine', summary: 'Hold a lot’s batch and what was made from it: they are picked no more', permission: may.approve, body: reasonBody, response: lot, errors: [lifecycleErrors.illegal_step] }),
  releaseLot: route({ ...step, path: '/lots/{id}/release', summary: 'Free a held batch; one made from what is held or recalled is refused, and what was made from it is freed by itself', permission: may.approve, body: reasonBody, response: lot, errors: [lifecycleErrors.illegal_step, inventoryErrors.made_of_held] }),
  recallLot: route({ ...step, path: '/lots/{id}/recall', summary: 'Recall a lot’s batch and what was made from it: they are picked no more, and those who had them are found', permission: may.approve, body: reasonBody, response: lot, errors: [lifecycleErrors.illegal_step] }),

  listStock: route({ ...list, path: '/stock', summary: 'What is where, by lot, first expiry first; `on` is the end of a past day', query: pageQuery.extend({ storeId: id.optional(), itemId: id.optional(), lotId: id.optional(), on: date.optional(), expiresBefore: date.optional(), facilityId: id.optional() }), response: page(stockLine) }),
  stockOverview: route({ ...list, path: '/stock/overview', summary: 'Items with what is on hand, its value and first expiry', query: pageQuery.extend({ search: optionalText(200).optional(), kind: itemKind.optional(), manufacturer: optionalText(120).optional(), facilityId: id.optional() }), response: page(overviewLine) }),
  setBin: route({ method: 'POST', path: '/stock/bin', summary: 'Say where in a store a lot lies', permission: may.issue, audit: 'update', phi: false, body: z.strictObject({ storeId: id, lotId: id, bin: optionalText(40) }), response: z.object({ storeId: id, lotId: id, bin: z.string() }), errors: [] }),

  listMovements: route({ method: 'GET', path: '/stock-movements', summary: 'The ledger, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ storeId: id.optional(), itemId: id.optional(), lotId: id.optional(), documentId: id.optional(), patientId: id.optional() }), response: page(movement), errors: [] }),
  bookDocument: route({
    method: 'POST', path: '/stock-movements', summary: 'Book a document: opening, purchase, issue, return, adjustment, expiry or wastage', description: 'A document happens whole or not at all. Opening, purchase and return add, issue, expiry and wastage take, an adjustment has the sign of its quantity and a reason. Without a lot the first to expire is taken; what is booked as expired has expired or is near it by the settings of the stock. Controlled drugs need a `witnessId`, opening stock too. An issue to a patient is charged at the prices of its lots, those without a price apart, unless `isCharged` is false. `occurredAt` books back: no later balance may become negative and no closed day be entered.',
    permission: may.write, audit: 'create', phi: true, body: documentBody, status: 201, response: document, errors: [...stockErrors, inventoryErrors.not_expiring, inventoryErrors.reason_required, inventoryErrors.too_fine, inventoryErrors.wrong_sign],
  }),
  readDocument: route({ method: 'GET', path: '/stock-movements/{id}', summary: 'Read a document with its movements', permission: may.read, audit: 'read', phi: true, params: idParams, response: document, errors: [] }),

  returnIssued: route({ method: 'POST', path: '/stock-movements/{id}/return', summary: 'Take back what was issued to a patient: a document of its own, and what was charged is credited', description: 'To its lot goes what is sealed and may go back; what is cold or controlled only when it was checked. Else the books show it come in and wasted.', permission: may.write, audit: 'create', phi: true, params: idParams, body: z.strictObject({ reason: text(300), witnessId: id.optional(), lines: z.array(z.strictObject({ issuedLineId: id, quantity: stockQuantity, isSealed: z.boolean().default(true), isChecked: z.boolean().default(false) })).min(1).max(200) }), status: 201, response: document, errors: [...stockErrors, inventoryErrors.above_issued, billingErrors.already_invoiced] }),
  printDocument: route({ method: 'GET', path: '/stock-movements/{id}/pdf', summary: 'A stock document on letterhead, to be signed by who gives and who takes', permission: may.read, audit: 'print', phi: true, params: idParams, response: 'binary', transaction: 'none', errors: [] }),

  listTransfers: route({ ...list, path: '/transfers', summary: 'Transfers and indents, newest first', query: pageQuery.extend({ state: transferState.optional(), fromStoreId: id.optional(), toStoreId: id.optional() }), response: page(transfer) }),
  requestTransfer: route({ method: 'POST', path: '/transfers', summary: 'Ask a store for goods: a ward indent or a transfer', permission: may.issue, audit: 'create', phi: false, body: z.strictObject({ fromStoreId: id, toStoreId: id, reason: optionalText(500).optional(), lines: z.array(z.strictObject({ itemId: id, lotId: id.optional(), quantity: stockQuantity, unit: unit.optional() })).min(1).max(200) }), status: 201, response: transfer, errors: [inventoryErrors.indivisible, inventoryErrors.unknown_unit, inventoryErrors.wrong_item] }),
  readTransfer: route({ method: 'GET', path: '/transfers/{id}', summary: 'Read a transfer', permission: may.read, audit: 'none', phi: false, params: idParams, response: transfer, errors: [] }),
  dispatchTransfer: route({ ...step, path: '/transfers/{id}/dispatch', summary: 'Send what was asked, or part of it; it is in transit until it is received', permission: may.write, body: z.strictObject({ witnessId: id.optional(), lines: z.array(z.strictObject({ transferLineId: id, quantity: stockQuantity, lotId: id.optional() })).min(1).max(200).optional() }).optional(), response: transfer, errors: [...stockErrors, lifecycleErrors.illegal_step] }),
  receiveTransfer: route({ ...step, path: '/transfers/{id}/receive', summary: 'Receive all, or less with a reason: what is refused goes back, the rest is a shortage', permission: may.issue, body: z.strictObject({ witnessId: id.optional(), lines: z.array(z.strictObject({ transferLineId: id, quantity: countedQuantity, refused: countedQuantity.optional(), reason: optionalText(200).optional() })).min(1).max(200).optional() }).optional(), response: transfer, errors: [...stockErrors, inventoryErrors.over_received, inventoryErrors.reason_required, lifecycleErrors.illegal_step] }),
  callBackTransfer: route({ ...step, path: '/transfers/{id}/call-back', summary: 'The sender wants what is on its way back: nobody can receive it any more', permission: may.write, body: reasonBody, response: transfer, errors: [lifecycleErrors.illegal_step] }),
  refuseTransfer: route({ ...step, path: '/transfers/{id}/refuse', summary: 'The receiver takes nothing of it: it goes back, in transit until the sender has it', permission: may.issue, body: reasonBody, response: transfer, errors: [lifecycleErrors.illegal_step] }),
  takeBackTransfer: route({ ...step, path: '/transfers/{id}/take-back', summary: 'What comes back goes onto the sender’s shelf, all or less with a reason: the rest is a shortage', permission: may.write, body: z.strictObject({ witnessId: id.optional(), lines: z.array(z.strictObject({ transferLineId: id, quantity: countedQuantity, reason: optionalText(200).optional() })).min(1).max(200).optional() }).optional(), response: transfer, errors: [...stockErrors, inventoryErrors.over_received, inventoryErrors.reason_required, lifecycleErrors.illegal_step] }),
  listShortages: route({ ...list, path: '/transfer-shortages', summary: 'What was sent and did not arrive, newest first', query: pageQuery.extend({ state: shortageState.optional(), facilityId: id.optional(), transferId: id.optional() }), response: page(shortage) }),
  explainShortage: route({ ...step, path: '/transfer-shortages/{id}/explain', summary: 'Say where it is, not by who noticed it: what was found goes onto the shelf of the sender or the receiver', permission: may.approve, body: z.strictObject({ reason: text(500), foundStoreId: id.optional(), witnessId: id.optional() }), response: shortage, errors: [...stockErrors, inventoryErrors.own_shortage, lifecycleErrors.illegal_step] }),
  writeOffShortage: route({ ...step, path: '/transfer-shortages/{id}/write-off', summary: 'It is lost, not by who noticed it: the wastage that was booked stands', permission: may.approve, body: reasonBody, response: shortage, errors: [inventoryErrors.own_shortage, lifecycleErrors.illegal_step] }),
  inTransit: route({ ...list, path: '/stock/in-transit', summary: 'What is on its way, by store it left and store it is for, with its value', query: z.strictObject({ facilityId: id.optional() }), response: z.object({ items: z.array(onTheWay), nextCursor: z.null() }) }),
  printTransfer: route({ method: 'GET', path: '/transfers/{id}/pdf', summary: 'A transfer on letterhead, to go with the goods', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  cancelTransfer: route({ ...step, path: '/transfers/{id}/cancel', summary: 'Cancel what was not sent', permission: may.issue, body: reasonBody, response: transfer, errors: [lifecycleErrors.illegal_step] }),

  listCounts: route({ ...list, path: '/stock-counts', summary: 'Stock takes, newest first', query: pageQuery.extend({ storeId: id.optional() }), response: page(stockCount.omit({ lines: true })) }),
  startCount: route({ method: 'POST', path: '/stock-counts', summary: 'Freeze a store and count it; blind hides what is expected', permission: may.write, audit: 'create', phi: false, body: z.strictObject({ storeId: id, itemIds: z.array(id).max(500).optional(), isBlind: z.boolean().default(true), reason: optionalText(200).optional() }), status: 201, response: stockCount, errors: [inventoryErrors.count_open] }),
  readCount: route({ method: 'GET', path: '/stock-counts/{id}', summary: 'Read a stock take', permission: may.read, audit: 'none', phi: false, params: idParams, response: stockCount, errors: [] }),
  enterCount: route({ ...step, path: '/stock-counts/{id}/enter', summary: 'Enter what was counted; a batch that is not known yet is described by item and lot', permission: may.write, body: z.strictObject({ lines: z.array(z.strictObject({ lotId: id.optional(), itemId: id.optional(), lot: lotIn.optional(), counted: countedQuantity, reason: optionalText(200).optional() })).min(1).max(500) }), response: stockCount, errors: [lifecycleErrors.illegal_step, inventoryErrors.indivisible, inventoryErrors.lot_required, inventoryErrors.too_fine] }),
  printCount: route({ method: 'GET', path: '/stock-counts/{id}/pdf', summary: 'The sheet of a stock take, to be written on; while it is counted blind nothing on it says what is expected', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  finishCount: route({ ...step, path: '/stock-counts/{id}/finish', summary: 'All is counted', permission: may.write, body: emptyBody, response: stockCount, errors: [lifecycleErrors.illegal_step, inventoryErrors.not_counted] }),
  approveCount: route({ ...step, path: '/stock-counts/{id}/approve', summary: 'Book the differences; not by who counted', permission: may.approve, body: reasonBody.partial().optional(), response: stockCount, errors: [lifecycleErrors.illegal_step, inventoryErrors.own_count, ...stockErrors] }),
  cancelCount: route({ ...step, path: '/stock-counts/{id}/cancel', summary: 'Give the count up; the store is free again', permission: may.write, body: reasonBody, response: stockCount, errors: [lifecycleErrors.illegal_step] }),
}
