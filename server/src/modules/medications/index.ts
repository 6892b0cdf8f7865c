import { medications } from '#contract/medications.ts'
import { defineModule } from '#kernel/module.ts'
import { encounterTimelinePort } from '../encounters/index.ts'
import { erasurePort, mergePort, timelinePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { timelineOf } from './service.ts'

export { countToDispense } from './counting.ts'
export { checkedOf, dispensePrescription, handOutPrescription } from './dispensing.ts'
export { dispenseOf, finalizePrescription, listPrescriptions, prescribe, prescriptionDispensed, prescriptionFinalized } from './service.ts'
export { checkSafety, safetyPort, stockOutPort, type HandOver, type ResolvedLine, type SafetyQuestion, type Taken } from './ports.ts'
export { itemsOf as prescriptionItemsOf, lockPrescriptionsOf, medicationsBeginning, medicationsByIds, medicationsNamed, medicationsOfGenerics, medicinesAround, prescriptionsByIds, readDispense, type DispenseRow, type ItemRow as PrescriptionItemRow, type MedicationRow, type PrescriptionRow } from './repo.ts'
export { daysText, matchingAllergies, substanceWords } from './rules.ts'

const encounterLimit = 500

/** The register of medicines of three systems; prescriptions from draft to dispensed. */
export const medicationsModule = defineModule({
  name: 'medications',
  contract: medications,
  handlers,
  permissions: {
    'medications.read': ['admin', 'doctor', 'nurse', 'therapist', 'pharmacist', 'receptionist', 'cashier', 'auditor'],
    'medications.write': ['admin', 'pharmacist'],
    'medications.prescribe': ['doctor'],
    'medications.dispense': ['pharmacist', 'admin', 'doctor', 'nurse'],
  },
  provides: [
    erasurePort.of(forgetPatients),
    timelinePort.of((tx, patientId, request) => timelineOf(tx, { patientId }, request)),
    encounterTimelinePort.of((tx, encounterId) => timelineOf(tx, { encounterId }, { before: null, limit: encounterLimit })),
    mergePort.of({ table: 'prescriptions', column: 'patient_id' }),
    mergePort.of({ table: 'prescription_refusals', column: 'patient_id' }),
    mergePort.of({ table: 'prescription_items', column: 'patient_id' }),
    mergePort.of({ table: 'dispenses', column: 'patient_id' }),
    mergePort.of({ table: 'dispense_lines', column: 'patient_id' }),
  ],
})
