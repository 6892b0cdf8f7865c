import { z } from 'zod'
import { paymentMethod, billingErrors } from './billing.ts'
import { shiftErrors } from './billing-shifts.ts'
import { date, decimalText, id, idParams, locale, money, optionalText, positiveDecimal, printQuery, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { medicineSystem } from './encounters.ts'
import { inventoryErrors, lotIn, stockErrors, stockQuantity } from './inventory.ts'
import { medicationsErrors } from './medications.ts'
import { overrides, safetyAlert, safetyErrors } from './safety-alerts.ts'
import { patientsErrors } from './patients.ts'
import { goodsErrors, wardRoutes } from './pharmacy-wards.ts'
import { defineErrors, route } from './define.ts'

export const pharmacyErrors = { ...goodsErrors, ...defineErrors('pharmacy', { payment_mismatch: 422, not_returnable: 422, prescriber_required: 422, not_controlled: 422, no_ingredients: 422, difference_unexplained: 422, batch_unknown: 422, batch_not_here: 409, batch_expired: 409, batch_held: 409, batch_recalled: 409, refund_above_paid: 422 }) }

const counted = z.string().max(13).regex(/^\d{1,9}(\.\d{1,3})?$/)
const moneyIn = z.strictObject({ amount: decimalText.refine((value) => !value.startsWith('-'), { error: 'number.positive' }), currency: money.shape.currency })
const paidIn = z.strictObject({ amount: positiveDecimal, currency: money.shape.currency })
const percent = z.string().max(6).regex(/^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$/)
/** Taken off: an amount, or percent of the price; not both. */
const takenOff = { discount: moneyIn.optional(), discountPercent: percent.optional() }
const unit = text(40)

const dispenseItem = z.object({ id, prescriptionItemId: id, itemId: id, itemName: z.string(), unit: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), returned: z.string(), isSubstitute: z.boolean(), reason: z.string(), chargeId: id.nullable() })
const dispense = z.object({ id, version, prescriptionId: id, prescriptionNumber: z.string().nullable(), patientId: id, patientName: z.string(), patientMrn: z.string(), facilityId: id, storeId: id.nullable(), refill: z.int(), counsellingNote: z.string(), createdAt: z.string(), dispensedBy: z.string(), lines: z.array(dispenseItem) })
const returned = dispense.extend({ creditNoteIds: z.array(id) })
const pickLot = z.object({ lotId: id, itemId: id, itemName: z.string(), batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), mrp: money.nullable() })
/** `lots` is all the store may hand out of what is to be given, first expiry first, each with what there is of it. */
const pickLine = z.object({ prescriptionItemId: id, name: z.string(), left: z.string(), itemId: id.nullable(), itemName: z.string(), unit: z.string(), isControlled: z.boolean(), needsConsent: z.boolean(), onHand: z.string(), picks: z.array(pickLot), lots: z.array(pickLot), substitutes: z.array(z.object({ itemId: id, name: z.string(), onHand: z.string() })) })

/** `prescriptionItemId:itemId` of what is given for what was prescribed, with commas between. */
const insteadPairs = z.string().max(4000).regex(/^[0-9a-f-]{36}:[0-9a-f-]{36}(,[0-9a-f-]{36}:[0-9a-f-]{36})*$/)

const amounts = { gross: money, discount: money, taxable: money, cgst: money, sgst: money, igst: money, tax: money, total: money }
const saleLine = z.object({ id, itemId: id, name: z.string(), taxCode: z.string(), lotId: id, batch: z.string(), expiresOn: date.nullable(), quantity: z.string(), returned: z.string(), unitPrice: money, isTaxIncluded: z.boolean(), taxRatePercent: z.string(), ...amounts })
const salePayment = z.object({ kind: z.enum(['payment', 'refund']), method: paymentMethod, amount: money, reference: z.string() })
const sale = z.object({
  id, version, number: z.string(), kind: z.enum(['sale', 'return']), saleId: id.nullable(), facilityId: id, storeId: id, patientId: id.nullable(), customerName: z.string(), customerTaxNumber: z.string(), customerStateCode: z.string(), prescriber: z.string(), isInterState: z.boolean(), subtotal: money, discount: money, taxable: money, cgst: money, sgst: money, igst: money, tax: money, roundOff: money, total: money, returnedTotal: money,
  reason: z.string(), soldOn: date, createdAt: z.string(), soldBy: z.string(), actions: z.array(z.string()),
})
export type Sale = z.output<typeof sale>
const wholeSale = sale.extend({ lines: z.array(saleLine), payments: z.array(salePayment) })
export type WholeSale = z.output<typeof wholeSale>
const taken = paymentMethod.exclude(['deposit'])
const refund = z.object({ method: paymentMethod, amount: money })
const returnLines = z.array(z.strictObject({ saleLineId: id, quantity: stockQuantity, isSealed: z.boolean().default(true), isChecked: z.boolean().default(false) })).min(1).max(100)
const saleBody = {
  storeId: id, patientId: id.optional(), customer: z.strictObject({ name: optionalText(120).optional(), stateCode: z.string().max(4).regex(/^[A-Z0-9]*$/).optional(), taxNumber: z.string().max(20).regex(/^[A-Z0-9]*$/).optional(), prescriber: optionalText(120).optional() }).optional(), witnessId: id.optional(),
  lines: z.array(z.strictObject({ itemId: id, lotId: id.optional(), batch: text(60).optional(), expiresOn: date.optional(), quantity: stockQuantity, unit: unit.optional(), reason: optionalText(300).optional(), ...takenOff })).min(1).max(100), ...takenOff,
}
/** Of which line asked it is a part, and whether some of the item that expires earlier stays on the shelf: then the sale needs a reason at that line. */
const quotedLine = saleLine.omit({ id: true, returned: true }).extend({ line: z.int(), isPassingOver: z.boolean() })
const batchErrors = [pharmacyErrors.batch_unknown, pharmacyErrors.batch_not_here, pharmacyErrors.batch_expired, pharmacyErrors.batch_held, pharmacyErrors.batch_recalled]
const quoted = z.object({ lines: z.array(quotedLine), subtotal: money, discount: money, taxable: money, cgst: money, sgst: money, igst: money, tax: money, roundOff: money, total: money })

const supplyAmounts = { taxable: money, cgst: money, sgst: money, igst: money, total: money }
const registerScope = z.enum(['all', 'goods'])
const registerQuery = z.strictObject({ facilityId: id, from: date, to: date, scope: registerScope.optional() })
const supplyDocument = z.object({ id, kind: z.enum(['invoice', 'credit-note', 'sale', 'return']), number: z.string(), on: date, against: z.string(), buyerName: z.string(), buyerTaxNumber: z.string(), stateCode: z.string(), ...supplyAmounts, roundOff: money })

const registerEntry = z.object({ id, at: z.string(), kind: z.string(), itemId: id, batch: z.string(), quantity: z.string(), balance: z.string(), patientId: id.nullable(), patientName: z.string(), document: z.object({ type: z.string(), id }), reason: z.string(), by: z.string(), witness: z.string() })
const registerCount = z.object({ id, storeId: id, itemId: id, itemName: z.string(), expected: z.string(), counted: z.string(), difference: z.string(), note: z.string(), by: z.string(), witness: z.string(), at: z.string() })

const countLine = { itemId: id, counted, note: optionalText(300).optional() }
const controlledDrug = z.object({ itemId: id, name: z.string(), unit: z.string(), controlledClass: z.string(), lastCount: registerCount.nullable() })

const formulaLine = z.object({ itemId: id, itemName: z.string(), unit: z.string(), quantity: z.string() })
const formula = z.object({ id, version, itemId: id, itemName: z.string(), unit: z.string(), formulaVersion: z.int(), system: medicineSystem, name: z.string(), yieldQuantity: z.string(), shelfLifeDays: z.int(), method: z.string(), potency: z.string(), isCurrent: z.boolean(), lines: z.array(formulaLine) })
/** One step of potentisation as its maker wrote it down: one part of what is there to so many parts of vehicle, and the succussions that were given. */
const potencyStep = z.strictObject({ potency: text(20), parts: z.int().min(1).max(50_000), vehicle: optionalText(60).optional(), succussions: z.int().min(0).max(10_000).optional() })
const preparation = z.object({ id, version, number: z.string(), formulaId: id, formulaVersion: z.int(), itemId: id, itemName: z.string(), unit: z.string(), storeId: id, lotId: id, batch: z.string(), expiresOn: date.nullable(), planned: z.string(), yielded: z.string(), yieldPercent: z.string(), steps: z.array(potencyStep), note: z.string(), madeOn: date, madeBy: z.string(), witness: z.string(), consumed: z.array(formulaLine.extend({ batch: z.string() })) })

const may = { read: 'pharmacy.read', sell: 'pharmacy.sell', dispense: 'pharmacy.dispense', prepare: 'pharmacy.prepare', register: 'pharmacy.register' } as const

export const pharmacy = {
  ...wardRoutes,
  listDispenses: route({ method: 'GET', path: '/dispenses', summary: 'What was handed out, newest first; `search` is a patient, the number of a prescription or its last digits, or the beginning of an item’s name', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ prescriptionId: id.optional(), patientId: id.optional(), facilityId: id.optional(), storeId: id.optional(), search: optionalText(120).optional(), from: date.optional(), to: date.optional() }), response: page(dispense), errors: [] }),
  readDispense: route({ method: 'GET', path: '/dispenses/{id}', summary: 'Read a dispense', permission: may.read, audit: 'read', phi: true, params: idParams, response: dispense, errors: [] }),
  pickList: route({ method: 'GET', path: '/prescriptions/{id}/pick-list', summary: 'What to take from a store for a prescription, lot by lot, and what the safety checks say', description: '`instead` names another item of stock for a prescribed one, as `prescriptionItemId:itemId`, several with commas between: lots and checks are then of what would be given.', permission: may.dispense, audit: 'read', phi: true, params: idParams, query: z.strictObject({ storeId: id, instead: insteadPairs.optional() }), response: z.object({ lines: z.array(pickLine), alerts: z.array(safetyAlert) }), errors: [] }),
  returnDispense: route({
    method: 'POST', path: '/dispenses/{id}/return', summary: 'Take back what was handed out and credit it', description: 'Sealed goods that may go back go to their lot at their price; what is cold, controlled or opened goes back only when it was checked, else it is wasted. The stored charge is credited in proportion.',
    permission: may.dispense, audit: 'step', phi: true, params: idParams, body: z.strictObject({ reason: text(300), witnessId: id.optional(), lines: z.array(z.strictObject({ dispenseItemId: id, quantity: stockQuantity, isSealed: z.boolean().default(true), isChecked: z.boolean().default(false) })).min(1).max(200) }), response: returned, errors: [pharmacyErrors.above_returnable, billingErrors.already_invoiced, inventoryErrors.witness_required, inventoryErrors.being_counted, inventoryErrors.indivisible],
  }),
  printLabels: route({ method: 'GET', path: '/dispenses/{id}/labels', summary: 'A label for each thing handed out', description: 'In the language asked for, else the patient’s, else the reader’s.', permission: may.read, audit: 'print', phi: true, params: idParams, query: z.strictObject({ language: locale.optional() }), response: 'binary', transaction: 'none', errors: [] }),

  quoteSale: route({ method: 'POST', path: '/sales/quote', summary: 'What a sale would come to, lot by lot', permission: may.sell, audit: 'none', phi: false, body: z.strictObject(saleBody), response: quoted, errors: [...stockErrors, ...batchErrors, pharmacyErrors.no_price, billingErrors.discount_above_price, billingErrors.wrong_currency] }),
  sell: route({ method: 'POST', path: '/sales', summary: 'Sell over the counter: stock, tax, payment and receipt at once', description: 'First expiry first, never an expired lot. A scanned `batch` is sold from its own lot; passing over what expires earlier needs a `reason`. What a known patient buys is checked as a dispense is: what stops or warns needs an entry in `overrides`, of somebody who holds `safety.check`. A price under GST holds its tax. Payments add to the total; without any it is paid in cash. A controlled or prescription drug needs the prescriber’s name (Drugs Rules 1945, rule 65).', permission: may.sell, audit: 'create', phi: true, body: z.strictObject({ ...saleBody, overrides, payments: z.array(z.strictObject({ method: taken, amount: paidIn, reference: optionalText(100).optional() })).max(10).optional() }), status: 201, response: wholeSale, errors: [shiftErrors.shift_required, shiftErrors.shift_over, ...stockErrors, ...batchErrors, medicationsErrors.lot_reason_required, safetyErrors.override_required, pharmacyErrors.no_price, pharmacyErrors.payment_mismatch, pharmacyErrors.prescriber_required, billingErrors.discount_above_price, billingErrors.wrong_currency, billingErrors.too_fine, patientsErrors.merged] }),
  listSales: route({ method: 'GET', path: '/sales', summary: 'Sales and their returns, newest first; `search` is the number on the receipt or its code, its last digits, or the beginning of the customer’s name', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), storeId: id.optional(), patientId: id.optional(), search: optionalText(120).optional(), from: date.optional(), to: date.optional() }), response: page(sale), errors: [] }),
  readSale: route({ method: 'GET', path: '/sales/{id}', summary: 'Read a sale', permission: may.read, audit: 'read', phi: true, params: idParams, response: wholeSale, errors: [] }),
  quoteReturn: route({ method: 'POST', path: '/sales/{id}/return/quote', summary: 'What a return would give back, and by which ways of paying', permission: may.sell, audit: 'none', phi: false, params: idParams, body: z.strictObject({ lines: returnLines }), response: z.object({ total: money, refunds: z.array(refund), refundable: z.array(refund) }), errors: [pharmacyErrors.above_returnable, pharmacyErrors.not_returnable] }),
  returnSale: route({
    method: 'POST', path: '/sales/{id}/return', summary: 'Take back against the receipt: the stored amounts in proportion', description: 'Paid back by the ways it was paid, by none more than was paid by it and is not yet back: unless `refunds` or a `method` says otherwise, first to those that leave a trace, cash last.',
    permission: may.sell, audit: 'create', phi: true, params: idParams, body: z.strictObject({ reason: text(300), method: taken.optional(), refunds: z.array(z.strictObject({ method: taken, amount: paidIn, reference: optionalText(100).optional() })).max(10).optional(), witnessId: id.optional(), lines: returnLines }), status: 201, response: wholeSale,
    errors: [shiftErrors.shift_required, shiftErrors.shift_over, pharmacyErrors.above_returnable, pharmacyErrors.not_returnable, pharmacyErrors.refund_above_paid, pharmacyErrors.payment_mismatch, billingErrors.wrong_currency, billingErrors.too_fine, inventoryErrors.witness_required, inventoryErrors.being_counted, inventoryErrors.indivisible],
  }),
  printSale: route({ method: 'GET', path: '/sales/{id}/receipt', summary: 'The receipt for the 80 mm printer; a reprint says so', permission: may.read, audit: 'print', phi: true, params: idParams, query: printQuery, response: 'binary', transaction: 'none', errors: [] }),
  salesRegister: route({ method: 'GET', path: '/sales/register', summary: 'Supplies of days by rate of tax: what a GST return asks', description: 'Bills less credit notes and sales over the counter less returns, each on its own day. `scope=goods` is goods alone, at the counter or on a bill; without it who reads bills is told all.', permission: may.read, audit: 'read', phi: false, query: registerQuery, response: z.object({ scope: registerScope, items: z.array(z.object({ taxRatePercent: z.string(), taxCode: z.string(), ...supplyAmounts })), nextCursor: z.null() }), errors: [] }),
  hsnSummary: route({ method: 'GET', path: '/sales/hsn-summary', summary: 'Supplies of days by HSN with quantities, as table 12 of form GSTR-1 asks', description: 'By kind of buyer, HSN or SAC, unit and rate (CGST Rules 2017, rule 59; Notification 78/2020-Central Tax). Of services no quantity is asked. An empty HSN is to be filled in at the item or the service.', permission: may.read, audit: 'read', phi: false, query: registerQuery, response: z.object({ scope: registerScope, items: z.array(z.object({ buyers: z.enum(['b2b', 'b2c']), hsn: z.string(), uqc: z.string(), quantity: z.string(), taxRatePercent: z.string(), ...supplyAmounts })), nextCursor: z.null() }), errors: [] }),
  salesDocuments: route({ method: 'GET', path: '/sales/register/documents', summary: 'Bills, credit notes, receipts of the counter and their returns of days, one by one', description: 'A buyer is named by a tax number only: no patient stands here.', permission: 'billing.read', audit: 'read', phi: false, query: pageQuery.extend({ facilityId: id, from: date, to: date }), response: page(supplyDocument), errors: [] }),

  readRegister: route({ method: 'GET', path: '/stores/{id}/controlled-register', summary: 'The running register of a controlled drug in a store, newest first', permission: may.register, audit: 'read', phi: true, params: idParams, query: pageQuery.extend({ itemId: id }), response: page(registerEntry), errors: [pharmacyErrors.not_controlled] }),
  listRegisterCounts: route({ method: 'GET', path: '/controlled-register/counts', summary: 'Counts at shift, newest first', permission: may.register, audit: 'none', phi: false, query: pageQuery.extend({ storeId: id.optional() }), response: page(registerCount), errors: [] }),
  countRegister: route({ method: 'POST', path: '/controlled-register/counts', summary: 'Count a controlled drug at shift, two persons', permission: may.register, audit: 'create', phi: false, body: z.strictObject({ storeId: id, witnessId: id, ...countLine }), status: 201, response: registerCount, errors: [pharmacyErrors.not_controlled, pharmacyErrors.difference_unexplained, inventoryErrors.witness_required] }),
  countShift: route({ method: 'POST', path: '/controlled-register/shift-counts', summary: 'Count the controlled drugs of a store where a shift hands over, two persons', description: 'Blind: what the register says is told only where the count differs, and a difference needs a reason. All lines are written down, or none.', permission: may.register, audit: 'create', phi: false, body: z.strictObject({ storeId: id, witnessId: id, lines: z.array(z.strictObject(countLine)).min(1).max(200) }), status: 201, response: z.object({ items: z.array(registerCount) }), errors: [pharmacyErrors.not_controlled, pharmacyErrors.difference_unexplained, inventoryErrors.witness_required] }),
  listControlled: route({ method: 'GET', path: '/stores/{id}/controlled-drugs', summary: 'The controlled drugs a store has or had, and when each was counted last', permission: may.register, audit: 'none', phi: false, params: idParams, response: z.object({ items: z.array(controlledDrug), nextCursor: z.null() }), errors: [] }),

  listFormulas: route({ method: 'GET', path: '/formulas', summary: 'Formulas of house-made preparations, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ itemId: id.optional() }), response: page(formula), errors: [] }),
  writeFormula: route({ method: 'POST', path: '/formulas', summary: 'Write a formula; of a known item it is the next version', permission: may.prepare, audit: 'create', phi: false, body: z.strictObject({ itemId: id, system: medicineSystem, name: text(200), yieldQuantity: stockQuantity, shelfLifeDays: z.int().min(1).max(7300), method: optionalText(4000).optional(), potency: optionalText(30).optional(), lines: z.array(z.strictObject({ itemId: id, quantity: stockQuantity, unit: unit.optional() })).min(1).max(60) }), status: 201, response: formula, errors: [inventoryErrors.indivisible, inventoryErrors.unknown_unit, pharmacyErrors.no_ingredients] }),
  listPreparations: route({ method: 'GET', path: '/preparations', summary: 'Batch records, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(preparation), errors: [] }),
  prepare: route({ method: 'POST', path: '/preparations', summary: 'Make a batch: ingredients leave the store, the batch enters it with its own lot and expiry', permission: may.prepare, audit: 'create', phi: false, body: z.strictObject({ formulaId: id, storeId: id, batch: text(60), batches: stockQuantity.default('1'), yielded: stockQuantity.optional(), mrp: lotIn.shape.mrp, mrpUnit: unit.optional(), steps: z.array(potencyStep).max(60).default([]), note: optionalText(2000).optional(), witnessId: id.optional(), lotIds: z.record(z.string().max(40), id).optional() }), status: 201, response: preparation, errors: [...stockErrors, inventoryErrors.too_fine] }),
  printPreparation: route({ method: 'GET', path: '/preparations/{id}/pdf', summary: 'The record of a batch on letterhead: formula and method, ingredients with their lots, steps, yield, who made it', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  printPreparationLabel: route({ method: 'GET', path: '/preparations/{id}/label', summary: 'The label of a batch: what it is, batch, made and expiry', permission: may.read, audit: 'print', phi: false, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
  readPreparation: route({ method: 'GET', path: '/preparations/{id}', summary: 'Read a batch record', permission: may.read, audit: 'none', phi: false, params: idParams, response: preparation, errors: [] }),
}
