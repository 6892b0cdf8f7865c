import { z } from 'zod'
import { actions, emptyBody, id, idParams, optionalText, positiveDecimal, printQuery, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { medicineSystem } from './encounters.ts'
import { stockErrors } from './inventory.ts'
import { patientsErrors } from './patients.ts'
import { overrides, safetyAlert, safetyErrors } from './safety-alerts.ts'
import { defineErrors, route } from './define.ts'

export const medicationsErrors = defineErrors('medications', { wrong_system: 422, quantity_required: 422, inactive: 422, over_dispensed: 422, other_patient: 422, no_longer_valid: 422, no_refills: 409, not_prescribed: 422, consent_required: 422, lot_reason_required: 422, no_store: 422 })

/** What each system of medicine says about a medicine. */
export const systemData = {
  allopathy: z.strictObject({ dosageForm: text(60), strength: text(60).optional(), route: text(60).optional(), manufacturer: text(120).optional() }),
  ayurveda: z.strictObject({ type: text(60), rasa: text(60).optional(), virya: text(60).optional(), vipaka: text(60).optional() }),
  homeopathy: z.strictObject({ potency: text(30).optional(), source: text(60).optional() }),
}
const named = { name: text(200), genericName: optionalText(200).optional(), isActive: z.boolean().default(true) }
const medicationBody = z.discriminatedUnion('system', [
  z.strictObject({ ...named, system: z.literal('allopathy'), systemData: systemData.allopathy }),
  z.strictObject({ ...named, system: z.literal('ayurveda'), systemData: systemData.ayurveda }),
  z.strictObject({ ...named, system: z.literal('homeopathy'), systemData: systemData.homeopathy }),
])
const medicationPatch = z.strictObject({ name: text(200).optional(), genericName: optionalText(200).optional(), systemData: z.record(z.string().max(40), z.string().max(120)).optional(), isActive: z.boolean().optional() })
export const medication = z.object({ id, version, name: z.string(), genericName: z.string(), system: medicineSystem, systemData: z.record(z.string(), z.string()), isActive: z.boolean() })
/** With what its items of stock are counted in, the first by name first. */
const listed = medication.extend({ countedIn: z.array(z.object({ unit: z.string(), isDivisible: z.boolean(), packs: z.array(z.object({ unit: z.string(), factor: z.string() })) })) })
export type Medication = z.output<typeof medication>

/** States of a prescription; after a dispense the state is computed from what is left. */
export const prescriptionLifecycle = lifecycle({
  initial: 'draft',
  states: ['draft', 'finalized', 'partly-dispensed', 'dispensed', 'cancelled'],
  steps: {
    update: { from: ['draft'], to: 'draft' },
    finalize: { from: ['draft'], to: 'finalized' },
    dispense: { from: ['finalized', 'partly-dispensed'], to: 'dispensed' },
    cancel: { from: ['draft', 'finalized', 'partly-dispensed'], to: 'cancelled' },
    refill: { from: ['dispensed'], to: 'finalized' },
    repeat: { from: ['finalized', 'partly-dispensed', 'dispensed', 'cancelled'], to: 'draft' },
  },
})
export const prescriptionDue = z.enum(['waiting', 'outdated'])
export const prescriptionState = z.enum(['draft', 'finalized', 'partly-dispensed', 'dispensed', 'cancelled'])

/** More than 0, at most three decimals: what the database keeps exactly. */
const amount = positiveDecimal.regex(/^\d{1,9}(\.\d{1,3})?$/)
/** Route and timing suit every system; anupana is Ayurvedic; potency, dilution and repetition are homeopathic. */
export const instructions = z.strictObject({ route: text(60).optional(), timing: text(120).optional(), anupana: text(120).optional(), potency: text(30).optional(), dilution: text(120).optional(), repetition: text(120).optional() })
export type Instructions = z.output<typeof instructions>
export const prescriptionItemBody = z.strictObject({ medicationId: id, dosage: text(120), frequency: text(60), durationDays: z.int().min(1).max(730), quantity: amount.optional(), instructions: instructions.default({}) })
export type PrescriptionItemBody = z.output<typeof prescriptionItemBody>
const items = z.array(prescriptionItemBody).min(1).max(50)
/** `itemId` alone finds the line its medicine was prescribed in; with `prescriptionItemId` it is a substitute: the same generic, or with the prescriber's consent. */
const dispenseLine = z.strictObject({ prescriptionItemId: id.optional(), itemId: id.optional(), quantity: amount, lotId: id.optional(), reason: optionalText(200).optional(), hasConsent: z.boolean().optional() }).refine((line) => line.prescriptionItemId !== undefined || line.itemId !== undefined, { error: 'required', path: ['prescriptionItemId'] })
export type DispenseLineBody = z.output<typeof dispenseLine>
const dispenseBody = z.strictObject({ storeId: id.optional(), witnessId: id.optional(), counsellingNote: optionalText(1000).optional(), overrides, lines: z.array(dispenseLine).min(1).max(200).optional() })
export type DispenseBody = z.output<typeof dispenseBody>

const prescriptionItem = z.object({ id, medicationId: id, name: z.string(), system: medicineSystem, dosage: z.string(), frequency: z.string(), durationDays: z.int(), quantity: z.string(), unit: z.string(), dispensedQuantity: z.string(), instructions })
export const allergyWarning = z.object({ code: z.literal('medications.allergy'), medicationId: id, medicationName: z.string(), allergy: z.string(), severity: z.string() })
export type AllergyWarning = z.output<typeof allergyWarning>
export const prescription = z.object({
  id, version, patientId: id, patientName: z.string(), patientMrn: z.string(), encounterId: id, facilityId: id, prescriberId: id, prescriberName: z.string(), number: z.string().nullable(), state: prescriptionState, items: z.array(prescriptionItem), repeatOf: id.nullable(), refills: z.int(), refillsLeft: z.int(), validUntil: z.string().nullable(), refusedReason: z.string(),
  cancelReason: z.string(), createdAt: z.string(), finalizedAt: z.string().nullable(), actions,
})
export type Prescription = z.output<typeof prescription>
const warned = prescription.extend({ warnings: z.array(allergyWarning), alerts: z.array(safetyAlert) })
const longer = { refills: z.int().min(0).max(11).optional(), validDays: z.int().min(1).max(365).optional() }
const prescriptionSettings = z.object({ version, validDays: z.int() })
const prescribeErrors = [medicationsErrors.wrong_system, medicationsErrors.quantity_required, medicationsErrors.inactive, patientsErrors.merged]
const step = { method: 'POST', audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: prescription } as const

export const medications = {
  listMedications: route({ method: 'GET', path: '/medications', summary: 'Medicines by name; `search` is the beginning of the name or generic name in any script', permission: 'medications.read', audit: 'none', phi: false, query: pageQuery.extend({ search: z.string().max(200).optional(), system: medicineSystem.optional(), isActive: z.enum(['true', 'false']).optional() }), response: page(listed), errors: [] }),
  createMedication: route({ method: 'POST', path: '/medications', summary: 'Add a medicine; `systemData` is checked by `system`', permission: 'medications.write', audit: 'create', phi: false, body: medicationBody, status: 201, response: medication, errors: [] }),
  readMedication: route({ method: 'GET', path: '/medications/{id}', summary: 'Read a medicine', permission: 'medications.read', audit: 'none', phi: false, params: idParams, response: medication, errors: [] }),
  updateMedication: route({ method: 'PATCH', path: '/medications/{id}', summary: 'Change a medicine; its system stays, `systemData` is replaced as a whole', permission: 'medications.write', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: medicationPatch, response: medication, errors: [] }),
  listPrescriptions: route({ method: 'GET', path: '/prescriptions', summary: 'Prescriptions, newest first', description: '`due` is the work-list of a dispensary, the longest waiting first: `waiting` is what is signed and not wholly handed out, also where it is no longer valid; `outdated` only the latter. `number` finds one by its number, in a facility by its running number alone.', permission: 'medications.read', audit: 'search', phi: true, query: pageQuery.extend({ encounterId: id.optional(), patientId: id.optional(), facilityId: id.optional(), state: prescriptionState.optional(), due: prescriptionDue.optional(), number: z.string().max(60).optional() }), response: page(prescription), errors: [] }),
  prescribe: route({ method: 'POST', path: '/prescriptions', summary: 'Draft a prescription in a visit', description: 'A quantity left out is dose × times × days, in the unit the medicine is handed out in: from a dose such as `2 tablets` and a frequency such as 1-0-1. Where they do not say it, it must be given. Allergies that match come back in `warnings`; they never stop the draft.', permission: 'medications.prescribe', audit: 'create', phi: true, body: z.strictObject({ encounterId: id, items, ...longer }), status: 201, response: warned, errors: prescribeErrors }),
  readPrescription: route({ method: 'GET', path: '/prescriptions/{id}', summary: 'Read a prescription', permission: 'medications.read', audit: 'read', phi: true, params: idParams, response: prescription, errors: [] }),
  updatePrescription: route({ method: 'PATCH', path: '/prescriptions/{id}', summary: 'Replace the items of a draft', permission: 'medications.prescribe', audit: 'update', phi: true, params: idParams, ifMatch: 'required', body: z.strictObject({ items, ...longer }), response: warned, errors: [...prescribeErrors, lifecycleErrors.illegal_step] }),
  finalize: route({ ...step, path: '/prescriptions/{id}/finalize', summary: 'Sign the draft; it gets its number and does not change any more', permission: 'medications.prescribe', description: 'What the safety checks stop or warn of needs a reason: `overrides` by the key of the alert.', body: z.strictObject({ overrides }).optional(), errors: [lifecycleErrors.illegal_step, safetyErrors.override_required] }),
  dispense: route({ ...step, path: '/prescriptions/{id}/dispense', summary: 'Hand out lines, or all that is left; never more than prescribed', description: 'With a store, lots leave it by first expiry (another lot only with a reason) and are charged. Without one only the prescription is kept.', permission: 'medications.dispense', body: dispenseBody.optional(), errors: [lifecycleErrors.illegal_step, medicationsErrors.over_dispensed, medicationsErrors.no_longer_valid, medicationsErrors.not_prescribed, medicationsErrors.consent_required, medicationsErrors.lot_reason_required, medicationsErrors.no_store, safetyErrors.override_required, ...stockErrors] }),
  refuse: route({ ...step, path: '/prescriptions/{id}/refuse', summary: 'Say that and why it is not handed out; its prescriber gets a task', permission: 'medications.dispense', body: reasonBody, errors: [lifecycleErrors.illegal_step] }),
  readPrescriptionSettings: route({ method: 'GET', path: '/prescription-settings', summary: 'How long a prescription is good when its prescriber does not say', permission: 'medications.read', audit: 'none', phi: false, response: prescriptionSettings, errors: [] }),
  updatePrescriptionSettings: route({ method: 'PATCH', path: '/prescription-settings', summary: 'Change how long prescriptions are good', permission: 'medications.write', audit: 'update', phi: false, ifMatch: 'required', body: z.strictObject({ validDays: z.int().min(1).max(365) }), response: prescriptionSettings, errors: [] }),
  refill: route({ ...step, path: '/prescriptions/{id}/refill', summary: 'Open what was handed out for another time, as often as was prescribed', permission: 'medications.dispense', body: emptyBody, errors: [lifecycleErrors.illegal_step, medicationsErrors.no_refills, medicationsErrors.no_longer_valid] }),
  cancel: route({ ...step, path: '/prescriptions/{id}/cancel', summary: 'Cancel what is not dispensed', permission: 'medications.prescribe', body: reasonBody, errors: [lifecycleErrors.illegal_step] }),
  printPrescription: route({ method: 'GET', path: '/prescriptions/{id}/pdf', summary: 'The signed prescription on letterhead; `copy=duplicate` says so on the page', permission: 'medications.read', audit: 'print', phi: true, params: idParams, query: printQuery, response: 'binary', transaction: 'none', errors: [lifecycleErrors.illegal_step] }),
  repeat: route({ method: 'POST', path: '/prescriptions/{id}/repeat', summary: 'Draft the same items again in another visit of the patient', permission: 'medications.prescribe', audit: 'create', phi: true, params: idParams, body: z.strictObject({ encounterId: id }), status: 201, response: warned, errors: [...prescribeErrors, medicationsErrors.other_patient, lifecycleErrors.illegal_step] }),
}
