import { z } from 'zod'
import { id, idParams, optionalText, positiveDecimal, text } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { billingErrors } from './billing.ts'
import { inventoryErrors, stockErrors } from './inventory.ts'
import { lifecycleErrors } from './common/problem.ts'
import { medicationsErrors } from './medications.ts'
import { safetyErrors } from './safety-alerts.ts'
import { defineErrors, route } from './define.ts'

/** What handing out and taking back may be refused with, at a counter and for a ward. */
export const goodsErrors = defineErrors('pharmacy', { no_item: 422, no_price: 422, above_returnable: 422, not_of_store: 422 })

const amount = positiveDecimal.regex(/^\d{1,9}(\.\d{1,3})?$/)
const due = z.object({ prescriptionItemId: id, prescriptionId: id, prescriptionNumber: z.string().nullable(), patientId: id, patientName: z.string(), patientMrn: z.string(), ward: z.string(), name: z.string(), dosage: z.string(), frequency: z.string(), perDay: z.string(), left: z.string() })
const line = z.object({ id, patientId: id, patientName: z.string(), patientMrn: z.string(), dispenseId: id, dispenseItemId: id, itemId: id, itemName: z.string(), unit: z.string(), batch: z.string(), quantity: z.string(), returned: z.string(), isBack: z.boolean() })
export const wardKind = z.enum(['issue', 'return'])
const documentRow = z.object({ id, kind: wardKind, number: z.string(), facilityId: id, storeId: id, storeName: z.string(), ward: z.string(), reason: z.string(), createdAt: z.string(), by: z.string() })
const wardDocument = documentRow.extend({ lines: z.array(line) })
const may = { read: 'pharmacy.read', dispense: 'pharmacy.dispense' } as const
const ward = optionalText(80).optional()

/** Unit doses to the wards and what comes back: one paper over many patients. */
export const wardRoutes = {
  listUnitDoses: route({ method: 'GET', path: '/unit-doses', summary: 'What inpatients need for a day by their signed prescriptions, and what is left of each', permission: may.read, audit: 'search', phi: true, description: '`ward` is where their doses last went in this stay, as it was written on the issue; `search` is the beginning of a name, or a record number.', query: pageQuery.extend({ facilityId: id.optional(), ward: optionalText(80).optional(), search: optionalText(120).optional() }), response: page(due), errors: [] }),
  printUnitDoses: route({ method: 'GET', path: '/unit-doses/pdf', summary: 'The pick list of a round on letterhead: what to take from the store, first expiry first, and what each patient gets for a day', permission: may.dispense, audit: 'print', phi: true, query: z.strictObject({ storeId: id, ward: optionalText(80).optional(), search: optionalText(120).optional() }), response: 'binary', transaction: 'none', rate: 'export', errors: [] }),
  issueUnitDoses: route({
    method: 'POST', path: '/unit-doses', summary: 'Issue the doses of a ward from a store: each prescription is dispensed in part, everything or nothing', description: 'First expiry first, checked as every dispense and charged once. What a check stops is dispensed alone, with its reason.', permission: may.dispense, audit: 'create', phi: true,
    body: z.strictObject({ storeId: id, ward, witnessId: id.optional(), lines: z.array(z.strictObject({ prescriptionItemId: id, quantity: amount })).min(1).max(200) }), status: 201, response: wardDocument,
    errors: [goodsErrors.no_item, goodsErrors.no_price, lifecycleErrors.illegal_step, medicationsErrors.over_dispensed, medicationsErrors.no_longer_valid, safetyErrors.override_required, inventoryErrors.witness_required, ...stockErrors],
  }),
  returnFromWard: route({
    method: 'POST', path: '/ward-returns', summary: 'Take back what a ward did not use, from many patients at once: to its lot when sealed and allowed, else wasted; credited as it was charged', permission: may.dispense, audit: 'create', phi: true,
    body: z.strictObject({ storeId: id, ward, reason: text(300), witnessId: id.optional(), lines: z.array(z.strictObject({ dispenseItemId: id, quantity: amount, isSealed: z.boolean(), isChecked: z.boolean().default(false) })).min(1).max(200) }), status: 201, response: wardDocument,
    errors: [goodsErrors.not_of_store, goodsErrors.above_returnable, billingErrors.already_invoiced, inventoryErrors.witness_required, ...stockErrors],
  }),
  listWardDocuments: route({ method: 'GET', path: '/ward-documents', summary: 'Issues to wards and returns from them, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(documentRow), errors: [] }),
  readWardDocument: route({ method: 'GET', path: '/ward-documents/{id}', summary: 'Read an issue to a ward, or a return from it', permission: may.read, audit: 'read', phi: true, params: idParams, response: wardDocument, errors: [] }),
}
