import { patients } from '#contract/patients.ts'
import { patientCleaning } from '#contract/patients-cleaning.ts'
import { patientFinding } from '#contract/patients-finding.ts'
import { onLong } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { checkAll, checkNightly, checkWanted } from './checking.ts'
import { mergePort } from './ports.ts'
import { handlers } from './routes.ts'

export { labelsInUse, patientLabelled } from './sensitivities.ts'
export { countAllPatients, countRegistered } from './counting.ts'
export { importEntries, importNoKnownAllergies, importPatient, survivorsOf, type ImportedEntry, type ImportedPatient, type ImportedPatientBody } from './importing.ts'
export { patientRegistered, patientForWrite } from './service.ts'
export { patientsMerged, patientsUnmerged } from './merging.ts'
export { eraseContact, eraseIdentity } from './erasing.ts'
export { openIdentifier } from './finding.ts'
export { codingPort, erasurePort, labelSeenPort, mergeBlockPort, mergePort, retentionPort, timelinePort, visitPort, type TimelineRequest } from './ports.ts'
export { activeAllergies, activeProblems, addEntry, patientWithLists } from './lists.ts'
export { patientNames, searchKind, termsOf } from './finding.ts'
export { searchPatients } from './searching.ts'
export { idsWithMerged, patientLabels, patientsByIds, type PatientRow } from './repo.ts'
export { formatMrn, ageText } from './rules.ts'
export { byTime as byTimeNewest } from './present.ts'

const clinical = ['admin', 'doctor', 'nurse', 'therapist'] as const

/** Patients: registration, search, lists, relations, duplicates and merge. */
export const patientsModule = defineModule({
  name: 'patients',
  contract: { ...patients, ...patientFinding, ...patientCleaning },
  handlers,
  permissions: {
    'patients.read': [...clinical, 'receptionist', 'cashier', 'pharmacist', 'lab-technician', 'radiologist', 'auditor'],
    'patients.write': ['admin', 'receptionist', 'doctor', 'nurse'],
    'patients.lists': [...clinical, 'pharmacist'],
    'patients.merge': ['admin', 'receptionist'],
    'patients.labels': ['admin', 'doctor'],
    'patients.clean': ['admin', 'receptionist'],
    'patients.export': ['admin'],
  },
  after: [onLong(checkWanted, 'patients.check-all', checkAll)],
  jobs: { 'check-nightly': checkNightly },
  schedules: { 'check-nightly': '10 20 * * *' },
  provides: [
    mergePort.of({ table: 'patient_lists', column: 'patient_id' }),
    mergePort.of({ table: 'patient_labels', column: 'patient_id' }),
    mergePort.of({ table: 'patient_relations', column: 'patient_id' }),
    mergePort.of({ table: 'patient_relations', column: 'related_patient_id' }),
    mergePort.of({ table: 'patients', column: 'mother_id' }),
    mergePort.of({ table: 'kept_resources', column: 'patient_id' }),
  ],
})
