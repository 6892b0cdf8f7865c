import { clinical } from '#contract/clinical.ts'
import { defineModule } from '#kernel/module.ts'
import { closeRulePort } from '../encounters/index.ts'
import { codingPort, erasurePort, mergePort, timelinePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { listObservations, patientDiagnoses, patientNotes } from './repo.ts'
import { handlers } from './routes.ts'
import { missingForClose } from './service.ts'

export { countUnsigned } from './counting.ts'
export { addDiagnosis, signNote, writeNote } from './service.ts'
export { standingFacts } from './repo.ts'
export { importDiagnoses, importObservations, type ImportedDiagnosis, type ImportedObservation } from './importing.ts'

const care = ['admin', 'doctor', 'nurse', 'therapist'] as const

/** Vital signs, notes and diagnoses of a visit. */
export const clinicalModule = defineModule({
  name: 'clinical',
  contract: clinical,
  handlers,
  permissions: {
    'clinical.read': [...care, 'pharmacist', 'lab-technician', 'radiologist', 'auditor'],
    'clinical.vitals': care,
    'clinical.notes': ['doctor', 'nurse', 'therapist'],
    'clinical.diagnoses': ['doctor'],
  },
  provides: [
    erasurePort.of(forgetPatients),
    codingPort.of({ table: 'diagnoses', counted: "state <> 'entered-in-error'" }),
    closeRulePort.of((tx, encounter) => (encounter.class === 'outpatient' || encounter.class === 'tele' ? missingForClose(tx, encounter.id) : Promise.resolve([]))),
    timelinePort.of(async (tx, patientId, { before, limit }) => (await patientNotes(tx, patientId, before, limit)).map((row) => ({ at: row.created_at.toISOString(), kind: 'note', title: row.state, ref: { type: 'note', id: row.id } }))),
    timelinePort.of(async (tx, patientId, { before, limit }) => (await patientDiagnoses(tx, patientId, before, limit)).map((row) => ({ at: row.recorded_at.toISOString(), kind: 'diagnosis', title: row.text, ref: { type: 'diagnosis', id: row.id } }))),
    timelinePort.of(async (tx, patientId, { before, limit }) => {
      const page = { limit: limit - 1, after: before === null ? null : { at: before.toISOString(), id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' } }
      return (await listObservations(tx, patientId, undefined, page)).map((row) => ({ at: row.occurred_at.toISOString(), kind: 'observation', title: row.display, ref: { type: 'observation', id: row.id } }))
    }),
    mergePort.of({ table: 'observations', column: 'patient_id' }),
    mergePort.of({ table: 'notes', column: 'patient_id' }),
    mergePort.of({ table: 'diagnoses', column: 'patient_id' }),
  ],
})
