import { z } from 'zod'
import { date, decimalText, id, idParams, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const keepingErrors = defineErrors('inventory', { manufacturer_taken: 409 })

/** What is done each morning with what is low: nothing, a draft for each vendor, or an order that goes out by mail where it needs no approval. */
export const reordering = z.enum(['off', 'draft', 'send'])
const settings = z.object({ version, nearExpiryDays: z.int(), approvalLimit: z.string(), storekeeperId: id.nullable(), reordering })
const limit = decimalText.regex(/^\d{1,11}(\.\d{1,3})?$/)
export const manufacturer = z.object({ id, version, name: z.string(), licenceNumber: z.string(), phone: z.string(), email: z.string(), address: z.string(), isActive: z.boolean() })
const manufacturerFields = { licenceNumber: optionalText(60).optional(), phone: optionalText(40).optional(), email: optionalText(200).optional(), address: optionalText(500).optional(), isActive: z.boolean().optional() }
export const stockAlertKind = z.enum(['low', 'expiring', 'expired'])
const stockAlert = z.object({ id, kind: stockAlertKind, itemId: id, itemName: z.string(), unit: z.string(), lotId: id.nullable(), batch: z.string(), quantity: z.string(), expiresOn: date.nullable(), openedAt: z.string() })
const may = { read: 'inventory.read', master: 'inventory.master' } as const

/** How stock is kept: the hospital's own bounds, makers, what the daily look found, labels of shelves. */
export const keepingRoutes = {
  readStockSettings: route({ method: 'GET', path: '/stock-settings', summary: 'From when a lot is near its expiry, what may be ordered without approval, who keeps the stores', permission: may.read, audit: 'none', phi: false, response: settings, errors: [] }),
  updateStockSettings: route({ method: 'PATCH', path: '/stock-settings', summary: 'Change how stock is kept', permission: 'inventory.approve', audit: 'update', phi: false, ifMatch: 'required', body: z.strictObject({ nearExpiryDays: z.int().min(1).max(365).optional(), approvalLimit: limit.optional(), storekeeperId: id.nullable().optional(), reordering: reordering.optional() }), response: settings, errors: [] }),
  listManufacturers: route({ method: 'GET', path: '/manufacturers', summary: 'Makers of goods by name', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ search: optionalText(200).optional() }), response: page(manufacturer), errors: [] }),
  createManufacturer: route({ method: 'POST', path: '/manufacturers', summary: 'Add a maker; one that an item names is added by itself', permission: may.master, audit: 'create', phi: false, body: z.strictObject({ name: text(120), ...manufacturerFields }), status: 201, response: manufacturer, errors: [keepingErrors.manufacturer_taken] }),
  updateManufacturer: route({ method: 'PATCH', path: '/manufacturers/{id}', summary: 'Change a maker; a new name is that of its items too', permission: may.master, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(120).optional(), ...manufacturerFields }), response: manufacturer, errors: [keepingErrors.manufacturer_taken] }),
  listStockAlerts: route({ method: 'GET', path: '/stock-alerts', summary: 'What the storekeeper should see to: low, near its expiry, expired; newest first', description: 'Opened and closed by a look at the stock each morning; what is new is a task of the storekeeper.', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), kind: stockAlertKind.optional() }), response: page(stockAlert), errors: [] }),
  itemLabels: route({ method: 'GET', path: '/items/{id}/label', summary: 'The label of an item’s shelf, 70 × 40 mm, with a code that can be scanned', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  storeLabels: route({ method: 'GET', path: '/stores/{id}/shelf-labels', summary: 'Labels of all that a store has, by bin and name', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
}
