import { allowedSteps } from '#contract/common/lifecycle.ts'
import { instructions, type Medication, type Prescription, prescriptionLifecycle, prescriptionState } from '#contract/medications.ts'
import { medicineSystem } from '#contract/encounters.ts'
import type { ItemRow, MedicationRow, PrescriptionRow } from './repo.ts'
import { plainQuantity } from './rules.ts'

export const presentMedication = (row: MedicationRow): Medication => ({
  id: row.id, version: row.version, name: row.name, genericName: row.generic_name, system: medicineSystem.parse(row.system), systemData: row.system_data, isActive: row.is_active,
})

export interface Around {
  items: readonly ItemRow[]
  patients: ReadonlyMap<string, { name: string; mrn: string }>
  prescribers: ReadonlyMap<string, string>
  refusals: ReadonlyMap<string, string>
}

const presentItem = (row: ItemRow): Prescription['items'][number] => ({
  id: row.id,
  medicationId: row.medication_id,
  name: row.name,
  system: medicineSystem.parse(row.system),
  dosage: row.dosage,
  frequency: row.frequency,
  durationDays: row.duration_days,
  quantity: plainQuantity(row.quantity),
  unit: row.unit,
  dispensedQuantity: plainQuantity(row.dispensed_quantity),
  instructions: instructions.parse(row.instructions),
})

export function presentPrescription(row: PrescriptionRow, around: Around): Prescription {
  const state = prescriptionState.parse(row.state)
  const patient = around.patients.get(row.patient_id)
  return {
    id: row.id,
    version: row.version,
    patientId: row.patient_id,
    patientName: patient?.name ?? '',
    patientMrn: patient?.mrn ?? '',
    encounterId: row.encounter_id,
    facilityId: row.facility_id,
    prescriberId: row.prescriber_id,
    prescriberName: around.prescribers.get(row.prescriber_id) ?? '',
    number: row.number,
    state,
    items: around.items.filter((item) => item.prescription_id === row.id).map(presentItem),
    repeatOf: row.repeat_of,
    refills: row.refills,
    refillsLeft: row.refills - row.refills_used,
    validUntil: row.valid_until,
    refusedReason: around.refusals.get(row.id) ?? '',
    cancelReason: row.cancel_reason,
    createdAt: row.created_at.toISOString(),
    finalizedAt: row.finalized_at?.toISOString() ?? null,
    actions: allowedSteps(prescriptionLifecycle, state).filter((step) => step !== 'refill' || row.refills_used < row.refills),
  }
}

/** A prescription on a timeline is called by its medicines. */
export const presentTimeline = (row: PrescriptionRow, items: readonly ItemRow[]) => ({
  at: row.created_at.toISOString(),
  kind: 'prescription',
  title: items.filter((item) => item.prescription_id === row.id).map((item) => item.name).join(', '),
  ref: { type: 'prescription', id: row.id },
})
