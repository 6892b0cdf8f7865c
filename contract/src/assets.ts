import { z } from 'zod'
import { date, id, idParams, money, optionalText, reasonBody, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { bookRoutes } from './assets-books.ts'
import { careRoutes } from './assets-care.ts'
import { roundRoutes } from './assets-rounds.ts'
import { amountIn, asset, assetFileKind, assetsErrors, assetState, criticality, depreciationMethod, lifeMonths, ratePercent, residualPercent, terms } from './assets-shapes.ts'
import { importOutcome } from './common/import-outcome.ts'
import { defineErrors, route } from './define.ts'

const may = { read: 'assets.read', write: 'assets.write', care: 'assets.maintain', master: 'assets.master' } as const
const list = { method: 'GET', permission: may.read, audit: 'none', phi: false, errors: [] } as const
const step = { method: 'POST', audit: 'step', phi: false, params: idParams, ifMatch: 'optional', permission: may.care, body: reasonBody.partial().optional(), response: asset } as const

const category = z.object({ id, version, name: z.string(), ...terms, source: z.string(), isActive: z.boolean() })
export type AssetCategory = z.output<typeof category>
const categoryFields = { method: depreciationMethod, lifeMonths, ratePercent: ratePercent.nullable().optional(), residualPercent, source: optionalText(200).optional(), isActive: z.boolean().optional() }
const placeFields = { departmentId: id.nullable().optional(), location: optionalText(120).optional(), custodianId: id.nullable().optional() }
const thingFields = { maker: optionalText(120).optional(), model: optionalText(120).optional(), serialNumber: optionalText(80).optional(), warrantyUntil: date.nullable().optional(), counterUnit: optionalText(20).optional(), note: optionalText(1000).optional(), vendorId: id.nullable().optional(), instrumentId: id.nullable().optional(), invoiceNumber: optionalText(60).optional() }
/** An asset as it is entered; what its books rest on is set right by `correctTerms` alone. */
export const assetBody = z.strictObject({
  facilityId: id, categoryId: id, name: text(200), ...thingFields, ...placeFields, criticality: criticality.default('medium'), purchasedOn: date, inUseOn: date.optional(), cost: amountIn, tax: amountIn.optional(), isTaxCredited: z.boolean().optional(),
  lifeMonths: lifeMonths.optional(), ratePercent: ratePercent.optional(), residualPercent: residualPercent.optional(), openingOn: date.optional(), openingDepreciated: amountIn.optional(),
})
export type AssetBody = z.output<typeof assetBody>
const change = z.object({ id, kind: z.enum(['state', 'place', 'custodian', 'terms']), before: z.string(), after: z.string(), reason: z.string(), occurredAt: z.string(), byName: z.string() })
const file = z.object({ id, assetId: id, kind: assetFileKind, name: z.string(), contentType: z.string(), sizeBytes: z.int(), createdAt: z.string() })
const equipment = z.object({ goodsReceiptLineId: id, goodsReceiptId: id, receiptNumber: z.string(), receivedOn: date, itemName: z.string(), maker: z.string(), batch: z.string(), quantity: z.string(), unit: z.string(), vendorName: z.string(), cost: money, tax: money, isCapitalised: z.boolean() })
export type ReceivedEquipment = z.output<typeof equipment>
const registerErrors = [assetsErrors.serial_taken, assetsErrors.instrument_linked, assetsErrors.wrong_currency, assetsErrors.before_purchase, assetsErrors.in_future, assetsErrors.above_value, assetsErrors.rate_needed]
export const assetFileErrors = defineErrors('assets', { file_kind: 422 })

export const assets = {
  ...bookRoutes,
  ...careRoutes,
  ...roundRoutes,
  listCategories: route({ ...list, path: '/asset-categories', summary: 'Categories of assets by name, with life, method and rate', query: pageQuery.extend({ isActive: z.enum(['true', 'false']).optional() }), response: page(category) }),
  addCategory: route({ method: 'POST', path: '/asset-categories', summary: 'Add a category; without a rate the one that leaves the residual value at the end of the life', permission: may.master, audit: 'create', phi: false, body: z.strictObject({ name: text(120), ...categoryFields }), status: 201, response: category, errors: [assetsErrors.category_taken, assetsErrors.rate_needed] }),
  updateCategory: route({ method: 'PATCH', path: '/asset-categories/{id}', summary: 'Change a category, for assets to come: those that are there keep their terms', permission: may.master, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ ...categoryFields, name: text(120) }).partial(), response: category, errors: [assetsErrors.category_taken, assetsErrors.rate_needed] }),
  addUsualCategories: route({ method: 'POST', path: '/asset-categories/usual', summary: 'Add the categories a hospital has, with the useful lives of Schedule II of the Companies Act 2013; those that are there stay', permission: may.master, audit: 'create', phi: false, body: z.strictObject({ method: depreciationMethod.default('straight-line') }), status: 201, response: z.object({ added: z.int() }), errors: [] }),

  listAssets: route({ ...list, path: '/assets', summary: 'Assets by name; `search` is the beginning of name, number or serial number', query: pageQuery.extend({ facilityId: id.optional(), search: optionalText(120).optional(), categoryId: id.optional(), departmentId: id.optional(), location: optionalText(120).optional(), state: assetState.optional(), criticality: criticality.optional(), isMissing: z.enum(['true', 'false']).optional() }), response: page(asset) }),
  registerAsset: route({ method: 'POST', path: '/assets', summary: 'Enter an asset; `openingOn` takes over one with what it was depreciated by until then', permission: may.write, audit: 'create', phi: false, body: assetBody, status: 201, response: asset, errors: registerErrors }),
  scanAsset: route({ ...list, path: '/assets/scan', summary: 'The asset of a scanned label', query: z.strictObject({ code: z.string().min(1).max(60) }), response: asset, errors: [assetsErrors.unknown_code] }),
  readAsset: route({ method: 'GET', path: '/assets/{id}', summary: 'Read an asset', permission: may.read, audit: 'none', phi: false, params: idParams, response: asset, errors: [] }),
  updateAsset: route({ method: 'PATCH', path: '/assets/{id}', summary: 'Change what an asset is, where it is and who answers for it', permission: may.write, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(200).optional(), criticality: criticality.optional(), ...thingFields, ...placeFields }), response: asset, errors: [assetsErrors.serial_taken, assetsErrors.instrument_linked, assetsErrors.is_disposed] }),
  useAsset: route({ ...step, path: '/assets/{id}/use', summary: 'Put it to use, or back into use', body: z.strictObject({ reason: optionalText(500).optional(), on: date.optional() }).optional(), errors: [lifecycleErrors.illegal_step, assetsErrors.calibration_failed, assetsErrors.before_purchase, assetsErrors.in_future] }),
  storeAsset: route({ ...step, path: '/assets/{id}/store', summary: 'Take it to the store', errors: [lifecycleErrors.illegal_step] }),
  maintainAsset: route({ ...step, path: '/assets/{id}/maintain', summary: 'Take it out of use for maintenance', errors: [lifecycleErrors.illegal_step] }),
  listChanges: route({ ...list, path: '/assets/{id}/changes', summary: 'What happened to an asset, newest first', params: idParams, query: pageQuery, response: page(change) }),
  assetLabel: route({ method: 'GET', path: '/assets/{id}/label', summary: 'The label of an asset, 70 × 40 mm, with its number as a code', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  importAssets: route({ method: 'POST', path: '/assets/import', summary: 'Assets from a table', description: 'Multipart: `file` (CSV or Excel) with columns name, category, purchased, cost and, if there are, tax, maker, model, serial, location, department, inUse, warranty, invoice, criticality, openingOn, openingDepreciated; `facilityId`; `dryRun` (`true` writes nothing). A maker, model and serial number that are known are left as they are.', permission: may.write, audit: 'create', phi: false, upload: { maxBytes: 30 * 2 ** 20 }, transaction: 'none', response: importOutcome, errors: [] }),

  listEquipment: route({ ...list, path: '/assets/received', summary: 'Equipment that was received, newest first, and whether it is in the register', query: pageQuery.extend({ facilityId: id }), response: page(equipment) }),
  capitalise: route({ method: 'POST', path: '/assets/capitalise', summary: 'Make assets of a line of a goods receipt, one a piece: it leaves the store with what it cost', permission: may.write, audit: 'create', phi: false, body: z.strictObject({ goodsReceiptLineId: id, categoryId: id, serialNumbers: z.array(text(80)).max(100).optional(), inUseOn: date.optional(), isTaxCredited: z.boolean().optional(), name: text(200).optional(), model: optionalText(120).optional(), criticality: criticality.optional(), warrantyUntil: date.optional(), ...placeFields }), status: 201, response: z.object({ items: z.array(asset), nextCursor: z.null() }), errors: [...registerErrors, assetsErrors.already_capitalised, assetsErrors.not_equipment, assetsErrors.not_whole, assetsErrors.serial_count] }),

  listFiles: route({ ...list, path: '/assets/{id}/files', summary: 'Documents of an asset', params: idParams, response: z.object({ items: z.array(file), nextCursor: z.null() }) }),
  addFile: route({ method: 'POST', path: '/assets/{id}/files', summary: 'Keep an invoice, manual, certificate or picture', description: 'Multipart: `file` (PDF, JPEG, PNG or WebP), `kind`.', permission: may.care, audit: 'create', phi: false, params: idParams, upload: { maxBytes: 15 * 2 ** 20 }, transaction: 'none', status: 201, response: file, errors: [assetFileErrors.file_kind] }),
  readFile: route({ method: 'GET', path: '/asset-files/{id}', summary: 'A document of an asset', permission: may.read, audit: 'read', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
}
