import { z } from 'zod'
import { date, emptyBody, id, idParams } from './common/values.ts'
import { defineErrors, route } from './define.ts'

export const taxRateErrors = defineErrors('inventory', { rate_in_force: 409 })

const percent = z.string().max(7).regex(/^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)$/)
/** `validFrom` is null for the rate an item began with. */
const rate = z.object({ id: id.nullable(), validFrom: date.nullable(), taxRatePercent: z.string(), isCurrent: z.boolean(), at: z.string().nullable(), by: z.string() })
export type ItemTaxRate = z.output<typeof rate>
const rates = z.object({ items: z.array(rate), nextCursor: z.null() })
const may = { read: 'inventory.read', master: 'inventory.master' } as const

/** Rates of tax by item and day: what is supplied is taxed by the rate of its day, and what comes back by the rate of its line. */
export const taxRateRoutes = {
  listTaxRates: route({ method: 'GET', path: '/items/{id}/tax-rates', summary: 'Rates of tax of an item, latest first', permission: may.read, audit: 'none', phi: false, params: idParams, response: rates, errors: [] }),
  setTaxRate: route({ method: 'POST', path: '/items/{id}/tax-rates', summary: 'A rate of tax from a day on; of the same day it replaces the rate', description: 'What was sold, charged or billed keeps the rate it was priced by.', permission: may.master, audit: 'create', phi: false, params: idParams, body: z.strictObject({ validFrom: date, taxRatePercent: percent }), status: 201, response: rates, errors: [] }),
  removeTaxRate: route({ method: 'POST', path: '/item-tax-rates/{id}/remove', summary: 'Take a rate back that has not begun', permission: may.master, audit: 'step', phi: false, params: idParams, body: emptyBody, response: rates, errors: [taxRateErrors.rate_in_force] }),
  changeTaxRates: route({ method: 'POST', path: '/items/tax-rates/change', summary: 'Give all items of a rate another from a day on, as when a law changes it', description: 'The rate is the one that counts on the day before. `hsn` is the beginning of the code. Dry, it says which items it would be.', permission: may.master, audit: 'update', phi: false, body: z.strictObject({ validFrom: date, fromPercent: percent, toPercent: percent, hsn: z.string().max(8).regex(/^\d*$/).optional(), isDry: z.boolean().default(true) }), response: z.object({ count: z.int(), examples: z.array(z.object({ id, sku: z.string(), name: z.string(), taxCode: z.string() })) }), errors: [] }),
}
