import { z } from 'zod'
import { amountIn, paidIn, paymentMethod, takenMethod } from './billing-money.ts'
import { shiftErrors, shiftRoutes } from './billing-shifts.ts'
import { actions, date, emptyBody, id, idParams, instant, money, optionalText, positiveDecimal, printQuery, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { encounterClass, medicineSystem } from './encounters.ts'
import { patientsErrors } from './patients.ts'
import { defineErrors, route } from './define.ts'

export const billingErrors = defineErrors('billing', {
  code_taken: 409, price_exists: 409, unknown_tax_code: 422, wrong_currency: 422, too_fine: 422, inactive: 422, nothing_to_bill: 422, discount_above_price: 422, already_invoiced: 409, above_balance: 422, above_creditable: 422, above_deposit: 422, above_refundable: 422, other_patient: 422, other_facility: 422,
})

const quantityIn = positiveDecimal.regex(/^\d{1,9}(\.\d{1,3})?$/)
const percent = z.string().regex(/^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)$/)
/** HSN or SAC number, or a class that names its rate: `GST18`, `VAT5`, `EXEMPT`. */
const taxCode = z.string().max(20).regex(/^[A-Za-z0-9.-]*$/)

export { type PaymentMethod, paymentMethod } from './billing-money.ts'

export const service = z.object({ id, version, code: z.string(), name: z.string(), category: z.string(), price: money, taxCode: z.string(), taxRatePercent: z.string(), isTaxIncluded: z.boolean(), isActive: z.boolean() })
const price = z.object({ id, serviceId: id, facilityId: id.nullable(), price: money, taxRatePercent: z.string(), isTaxIncluded: z.boolean(), validFrom: date })
const priced = { taxCode: taxCode.optional(), taxRatePercent: percent.optional(), isTaxIncluded: z.boolean().optional() }
const serviceBody = z.strictObject({ code: z.string().max(40).regex(/^[A-Za-z0-9._/-]+$/), name: text(200), category: optionalText(60).optional(), price: amountIn, ...priced })
const servicePatch = z.strictObject({ name: text(200).optional(), category: optionalText(60).optional(), taxCode: taxCode.optional(), isActive: z.boolean().optional() })

export const chargeTrigger = z.enum(['encounter-opened', 'encounter-started', 'encounter-closed'])
const ruleMatch = { encounterClass: encounterClass.nullable(), system: medicineSystem.nullable(), facilityId: id.nullable() }
const chargeRule = z.object({ id, version, trigger: chargeTrigger, ...ruleMatch, serviceId: id, serviceName: z.string(), isActive: z.boolean() })

export const chargeState = z.enum(['open', 'invoiced', 'cancelled'])
const charge = z.object({
  id, version, patientId: id, encounterId: id.nullable(), facilityId: id, service: z.object({ id, code: z.string(), name: z.string() }), quantity: z.string(), unitPrice: money, amount: money, taxRatePercent: z.string(), isTaxIncluded: z.boolean(),
  source: z.object({ type: z.string(), id: id.nullable() }), state: chargeState, invoiceId: id.optional(), occurredAt: z.string(), actions,
})

/** A draft has no number; the number is given when it is issued, without gaps. What is issued never changes: it is corrected by a credit note. */
export const invoiceLifecycle = lifecycle({
  initial: 'draft',
  states: ['draft', 'issued', 'part-paid', 'paid', 'credited', 'cancelled'],
  steps: {
    update: { from: ['draft'], to: 'draft' },
    issue: { from: ['draft'], to: 'issued' },
    cancel: { from: ['draft'], to: 'cancelled' },
    pay: { from: ['issued', 'part-paid'], to: 'paid' },
    credit: { from: ['issued', 'part-paid', 'paid'], to: 'credited' },
    refund: { from: ['issued', 'part-paid', 'paid', 'credited'], to: 'issued' },
  },
})
export const invoiceState = z.enum(['draft', 'issued', 'part-paid', 'paid', 'credited', 'cancelled'])
/** Taxable supply gets a tax invoice, exempt care a bill of supply: CGST Act 2017, section 31(1) and (3)(c). */
export const invoiceKind = z.enum(['tax-invoice', 'bill-of-supply'])

const taxes = { taxable: money, cgst: money, sgst: money, igst: money, tax: money, total: money }
const invoiceLine = z.object({ id, serviceId: id, chargeId: id.nullable(), code: z.string(), name: z.string(), taxCode: z.string(), quantity: z.string(), unitPrice: money, isTaxIncluded: z.boolean(), taxRatePercent: z.string(), gross: money, discount: money, ...taxes, creditedQuantity: z.string() })
const sums = { subtotal: money, discount: money, ...taxes, roundOff: money }
const buyer = z.strictObject({ name: optionalText(200).optional(), taxNumber: z.string().max(20).regex(/^[A-Z0-9]*$/).optional(), stateCode: z.string().max(4).regex(/^[A-Z0-9]*$/).optional(), address: optionalText(300).optional() })
export const invoice = z.object({
  id, version, kind: invoiceKind, number: z.string().nullable(), state: invoiceState, patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, buyer, isInterState: z.boolean(),
  ...sums, paid: money, credited: money, refunded: money, balance: money, issuedAt: z.string().nullable(), issuedOn: date.nullable(), createdAt: z.string(), cancelReason: z.string(), actions,
})
export type Invoice = z.output<typeof invoice>
export const invoiceWithLines = invoice.extend({ lines: z.array(invoiceLine) })
export type InvoiceWithLines = z.output<typeof invoiceWithLines>
const lineBody = z.strictObject({ serviceId: id, quantity: quantityIn, discount: amountIn.optional() })
const lines = z.array(lineBody).min(1).max(200)
const bill = { buyer: buyer.optional() }
const invoiceBody = z.union([z.strictObject({ encounterId: id, ...bill }), z.strictObject({ patientId: id, facilityId: id, lines, ...bill }), z.strictObject({ patientId: id, facilityId: id, ...bill })])

const payment = z.object({ id, number: z.string(), invoiceId: id.nullable(), depositId: id.nullable(), patientId: id, facilityId: id, kind: z.enum(['payment', 'refund', 'deposit', 'deposit-refund']), method: paymentMethod, amount: money, reference: z.string(), reason: z.string(), receivedAt: z.string(), receivedBy: z.string() })
export type Payment = z.output<typeof payment>
const deposit = z.object({ id, version, number: z.string(), patientId: id, patientName: z.string(), patientMrn: z.string(), facilityId: id, amount: money, used: money, refunded: money, remaining: money, method: paymentMethod, reference: z.string(), createdAt: z.string() })
const creditLine = z.object({ id, invoiceLineId: id, code: z.string(), name: z.string(), taxCode: z.string(), taxRatePercent: z.string(), quantity: z.string(), gross: money, discount: money, ...taxes })
const creditNote = z.object({ id, version, number: z.string(), invoiceId: id, invoiceNumber: z.string(), patientId: id, facilityId: id, reason: z.string(), ...sums, lines: z.array(creditLine), issuedAt: z.string(), issuedOn: date })
export type CreditNote = z.output<typeof creditNote>
const byMethod = z.object({ method: paymentMethod, received: money, refunded: money, count: z.int() })

const may = { read: 'billing.read', write: 'billing.write', services: 'billing.services' } as const
const pdf = { method: 'GET', audit: 'print', phi: true, permission: may.read, params: idParams, query: printQuery, response: 'binary', transaction: 'none', errors: [lifecycleErrors.illegal_step] } as const
const step = { method: 'POST', permission: may.write, audit: 'step', phi: true, params: idParams, ifMatch: 'optional' } as const
const makeInvoiceErrors = [billingErrors.nothing_to_bill, billingErrors.inactive, billingErrors.discount_above_price, billingErrors.wrong_currency, billingErrors.too_fine, patientsErrors.merged]

export const billing = {
  ...shiftRoutes,
  listServices: route({ method: 'GET', path: '/services', summary: 'Services by name; `search` is the beginning of the code or name', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ search: z.string().max(200).optional(), category: optionalText(60).optional(), isActive: z.enum(['true', 'false']).optional(), facilityId: id.optional() }), response: page(service), errors: [] }),
  createService: route({ method: 'POST', path: '/services', summary: 'Add a service with its price', description: 'The rate follows from a tax code such as GST18, or is given in taxRatePercent; a service without either is exempt.', permission: may.services, audit: 'create', phi: false, body: serviceBody, status: 201, response: service, errors: [billingErrors.code_taken, billingErrors.unknown_tax_code, billingErrors.wrong_currency, billingErrors.too_fine] }),
  readService: route({ method: 'GET', path: '/services/{id}', summary: 'Read a service', permission: may.read, audit: 'none', phi: false, params: idParams, response: service, errors: [] }),
  updateService: route({ method: 'PATCH', path: '/services/{id}', summary: 'Rename, regroup or switch off; a new price is a row of its own', permission: may.services, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: servicePatch, response: service, errors: [] }),
  listPrices: route({ method: 'GET', path: '/services/{id}/prices', summary: 'Prices of a service, latest first', permission: may.read, audit: 'none', phi: false, params: idParams, response: z.object({ items: z.array(price), nextCursor: z.null() }), errors: [] }),
  addPrice: route({ method: 'POST', path: '/services/{id}/prices', summary: 'A price from a date on, for all facilities or one', permission: may.services, audit: 'create', phi: false, params: idParams, body: z.strictObject({ facilityId: id.optional(), price: amountIn, taxRatePercent: percent.optional(), isTaxIncluded: z.boolean().optional(), validFrom: date }), status: 201, response: price, errors: [billingErrors.price_exists, billingErrors.wrong_currency, billingErrors.too_fine] }),
  listChargeRules: route({ method: 'GET', path: '/charge-rules', summary: 'What is charged by itself', permission: may.read, audit: 'none', phi: false, query: pageQuery, response: page(chargeRule), errors: [] }),
  createChargeRule: route({ method: 'POST', path: '/charge-rules', summary: 'Charge a service when something happens in a visit', permission: may.services, audit: 'create', phi: false, body: z.strictObject({ trigger: chargeTrigger, serviceId: id, encounterClass: encounterClass.optional(), system: medicineSystem.optional(), facilityId: id.optional() }), status: 201, response: chargeRule, errors: [] }),
  updateChargeRule: route({ method: 'PATCH', path: '/charge-rules/{id}', summary: 'Switch a rule on or off', permission: may.services, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ isActive: z.boolean() }), response: chargeRule, errors: [] }),

  listCharges: route({ method: 'GET', path: '/charges', summary: 'Charges of a visit or a patient, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ encounterId: id.optional(), patientId: id.optional(), state: chargeState.optional() }), response: page(charge), errors: [] }),
  addCharge: route({ method: 'POST', path: '/charges', summary: 'Charge a service by hand', permission: may.write, audit: 'create', phi: true, body: z.union([z.strictObject({ encounterId: id, serviceId: id, quantity: quantityIn.default('1') }), z.strictObject({ patientId: id, facilityId: id, serviceId: id, quantity: quantityIn.default('1') })]), status: 201, response: charge, errors: [billingErrors.inactive, patientsErrors.merged] }),
  cancelCharge: route({ ...step, path: '/charges/{id}/cancel', summary: 'Cancel a charge that is on no bill', body: reasonBody, response: charge, errors: [billingErrors.already_invoiced, lifecycleErrors.illegal_step] }),

  listInvoices: route({ method: 'GET', path: '/invoices', summary: 'Bills, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), encounterId: id.optional(), facilityId: id.optional(), state: invoiceState.optional(), number: z.string().max(16).optional(), from: date.optional(), to: date.optional() }), response: page(invoice), errors: [] }),
  draftInvoice: route({ method: 'POST', path: '/invoices', summary: 'Draft a bill from the open charges of a visit, from those of a patient without one, or from lines', permission: may.write, audit: 'create', phi: true, body: invoiceBody, status: 201, response: invoiceWithLines, errors: makeInvoiceErrors }),
  readInvoice: route({ method: 'GET', path: '/invoices/{id}', summary: 'Read a bill', permission: may.read, audit: 'read', phi: true, params: idParams, response: invoiceWithLines, errors: [] }),
  updateInvoice: route({ method: 'PATCH', path: '/invoices/{id}', summary: 'Change a draft: its lines (each may carry a discount) or its buyer', permission: may.write, audit: 'update', phi: true, params: idParams, ifMatch: 'required', body: z.strictObject({ lines: z.array(lineBody.extend({ chargeId: id.optional() })).min(1).max(200).optional(), buyer: buyer.optional() }), response: invoiceWithLines, errors: [...makeInvoiceErrors, billingErrors.already_invoiced, billingErrors.other_patient, lifecycleErrors.illegal_step] }),
  issueInvoice: route({ ...step, path: '/invoices/{id}/issue', summary: 'Make it final: it gets its number', description: 'Numbers run without gaps per facility, series and fiscal year, at most 16 characters: CGST Rules 2017, rule 46(b).', body: emptyBody, response: invoiceWithLines, errors: [lifecycleErrors.illegal_step] }),
  cancelInvoice: route({ ...step, path: '/invoices/{id}/cancel', summary: 'Throw a draft away; its charges are open again', body: reasonBody, response: invoiceWithLines, errors: [lifecycleErrors.illegal_step] }),
  pay: route({ ...step, path: '/invoices/{id}/payments', summary: 'Take a payment; never more than the balance', description: 'Method `deposit` uses up a deposit of the patient.', permission: 'billing.collect', body: z.strictObject({ method: paymentMethod, amount: paidIn, reference: optionalText(100).optional(), depositId: id.optional() }), status: 201, response: z.object({ payment, invoice: invoiceWithLines }), errors: [shiftErrors.shift_required, shiftErrors.shift_over, lifecycleErrors.illegal_step, billingErrors.above_balance, billingErrors.above_deposit, billingErrors.other_patient, billingErrors.wrong_currency, billingErrors.too_fine] }),
  refund: route({ ...step, path: '/invoices/{id}/refunds', summary: 'Give back what a credit note left overpaid', permission: 'billing.collect', body: z.strictObject({ method: takenMethod, amount: paidIn, reference: optionalText(100).optional(), reason: text(500) }), status: 201, response: z.object({ payment, invoice: invoiceWithLines }), errors: [shiftErrors.shift_required, shiftErrors.shift_over, billingErrors.above_refundable, billingErrors.wrong_currency, billingErrors.too_fine, lifecycleErrors.illegal_step] }),
  listPayments: route({ method: 'GET', path: '/payments', summary: 'Receipts, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ invoiceId: id.optional(), patientId: id.optional(), facilityId: id.optional(), from: instant.optional(), to: instant.optional() }), response: page(payment), errors: [] }),
  takings: route({ method: 'GET', path: '/payments/takings', summary: 'What was taken and given back on a day, by method', permission: may.read, audit: 'read', phi: false, query: z.strictObject({ facilityId: id, on: date.optional() }), response: z.object({ facilityId: id, on: date, items: z.array(byMethod), received: money, refunded: money }), errors: [] }),
  printInvoice: route({ ...pdf, path: '/invoices/{id}/pdf', summary: 'The bill on letterhead; made once per version and kept, a reprint says so' }),
  printReceipt: route({ ...pdf, path: '/payments/{id}/pdf', summary: 'The receipt', errors: [] }),

  listCreditNotes: route({ method: 'GET', path: '/credit-notes', summary: 'Credit notes, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ invoiceId: id.optional(), facilityId: id.optional() }), response: page(creditNote), errors: [] }),
  creditInvoice: route({ method: 'POST', path: '/credit-notes', summary: 'Take back quantities of an issued bill; never more than is left', description: 'CGST Act 2017, section 34: the stored amounts return in proportion.', permission: may.write, audit: 'create', phi: true, body: z.strictObject({ invoiceId: id, lines: z.array(z.strictObject({ invoiceLineId: id, quantity: quantityIn })).min(1).max(200), reason: text(500) }), status: 201, response: creditNote, errors: [lifecycleErrors.illegal_step, billingErrors.above_creditable] }),
  printCreditNote: route({ ...pdf, path: '/credit-notes/{id}/pdf', summary: 'The credit note on letterhead', errors: [] }),

  listDeposits: route({ method: 'GET', path: '/deposits', summary: 'Deposits, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), facilityId: id.optional() }), response: page(deposit), errors: [] }),
  takeDeposit: route({ method: 'POST', path: '/deposits', summary: 'Take money in advance: a liability until it is used', permission: 'billing.collect', audit: 'create', phi: true, body: z.strictObject({ patientId: id, facilityId: id, amount: paidIn, method: takenMethod, reference: optionalText(100).optional() }), status: 201, response: deposit, errors: [shiftErrors.shift_required, shiftErrors.shift_over, billingErrors.wrong_currency, billingErrors.too_fine, patientsErrors.merged] }),
  refundDeposit: route({ ...step, path: '/deposits/{id}/refund', summary: 'Give back what is not used', permission: 'billing.collect', body: z.strictObject({ amount: paidIn, method: takenMethod, reason: text(500), reference: optionalText(100).optional() }), response: deposit, errors: [shiftErrors.shift_required, shiftErrors.shift_over, billingErrors.above_deposit, billingErrors.wrong_currency, billingErrors.too_fine] }),
}
