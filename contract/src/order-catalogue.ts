import { z } from 'zod'
import { id, idParams, optionalText, text, version } from './common/values.ts'
import { importOutcome } from './common/import-outcome.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const orderableErrors = defineErrors('orders', { code_taken: 409, unknown_service: 422 })

/** Kinds of orders whose catalogue stands with the orders themselves. */
export const orderableKind = z.enum(['imaging', 'procedure', 'diet', 'nursing'])
export type OrderableKind = z.output<typeof orderableKind>
export const orderableContrast = z.enum(['none', 'iodinated', 'gadolinium'])
export const standardSystem = z.enum(['LOINC', 'RadLex', 'SNOMED', 'ICD-10-PCS'])
export const orderableCode = z.string().min(1).max(40).regex(/^[A-Za-z0-9._/+%#-]+$/)

const standard = z.strictObject({ system: standardSystem, code: z.string().min(1).max(40).regex(/^[A-Za-z0-9.-]+$/) })
const described = {
  name: text(200), names: z.partialRecord(z.enum(['en', 'hi', 'es', 'fr', 'ar']), text(200)).optional(), standard: standard.nullable().optional(), category: optionalText(60).optional(), bodySite: optionalText(80).optional(), hasSide: z.boolean().optional(),
  isIonising: z.boolean().optional(), contrast: orderableContrast.optional(), instructions: optionalText(500).optional(), serviceId: id.nullable().optional(),
}
export const orderableBody = z.strictObject({ kind: orderableKind, code: orderableCode, ...described })
export type OrderableBody = z.output<typeof orderableBody>
const patch = z.strictObject({ ...described, name: described.name.optional(), isActive: z.boolean().optional() })
export type OrderablePatch = z.output<typeof patch>

export const orderable = z.object({
  id, version, kind: orderableKind, code: z.string(), standard: z.object({ system: standardSystem, code: z.string() }).nullable(), name: z.string(), names: z.record(z.string(), z.string()), category: z.string(), bodySite: z.string(), hasSide: z.boolean(), isIonising: z.boolean(), contrast: orderableContrast, instructions: z.string(), serviceId: id.nullable(), isActive: z.boolean(),
})
export type Orderable = z.output<typeof orderable>
const whole = orderable.extend({ service: z.object({ id, code: z.string(), name: z.string(), isActive: z.boolean() }).nullable() })
export type OrderableWhole = z.output<typeof whole>

const settings = z.object({ version, signatureHours: z.int(), pregnancyFromYears: z.int(), pregnancyToYears: z.int() })
const may = { read: 'orders.read', catalogue: 'orders.catalogue' } as const

export const orderCatalogue = {
  listOrderables: route({ method: 'GET', path: '/orderables', summary: 'What may be ordered besides tests and medicines, by name; `search` is the beginning of the code or of a word of the name in any language', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ search: z.string().max(120).optional(), kind: orderableKind.optional(), isActive: z.enum(['true', 'false']).optional() }), response: page(orderable), errors: [] }),
  createOrderable: route({ method: 'POST', path: '/orderables', summary: 'Add imaging, a procedure, a diet or nursing care to what may be ordered', permission: may.catalogue, audit: 'create', phi: false, body: orderableBody, status: 201, response: whole, errors: Object.values(orderableErrors) }),
  exportOrderables: route({ method: 'GET', path: '/orderables/export', summary: 'The whole catalogue as CSV, as the import reads it', permission: may.read, audit: 'export', phi: false, response: 'binary', errors: [] }),
  importOrderables: route({ method: 'POST', path: '/orderables/import', summary: 'What may be ordered from a table', description: 'Multipart: `file` (CSV or Excel) with columns kind, code, name and, if there are, nameEn, nameHi, nameAr, nameEs, nameFr, category, bodySite, hasSide, isIonising, contrast, standardSystem, standardCode, instructions, serviceCode; `dryRun` (`true` writes nothing). A kind and code that are known are left as they are.', permission: may.catalogue, audit: 'create', phi: false, upload: { maxBytes: 10 * 2 ** 20 }, transaction: 'none', response: importOutcome, errors: [] }),
  addStarterOrderables: route({ method: 'POST', path: '/orderables/starter', summary: 'Add the starter catalogue; what is there stays as it is', permission: may.catalogue, audit: 'create', phi: false, body: z.strictObject({}).optional(), response: z.object({ created: z.int() }), errors: [] }),
  readOrderable: route({ method: 'GET', path: '/orderables/{id}', summary: 'Read one with the service it is charged by', permission: may.read, audit: 'none', phi: false, params: idParams, response: whole, errors: [] }),
  updateOrderable: route({ method: 'PATCH', path: '/orderables/{id}', summary: 'Change one; orders that were placed keep what they said', permission: may.catalogue, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: patch, response: whole, errors: Object.values(orderableErrors) }),
  readOrderSettings: route({ method: 'GET', path: '/order-settings', summary: 'What the hospital decides of its orders', permission: may.read, audit: 'none', phi: false, response: settings, errors: [] }),
  updateOrderSettings: route({ method: 'PATCH', path: '/order-settings', summary: 'Hours until an order by word of mouth is to be signed; at which ages pregnancy is asked for before ionising imaging', permission: may.catalogue, audit: 'update', phi: false, ifMatch: 'required', body: z.strictObject({ signatureHours: z.int().min(1).max(720).optional(), pregnancyFromYears: z.int().min(8).max(20).optional(), pregnancyToYears: z.int().min(40).max(70).optional() }), response: settings, errors: [] }),
}
