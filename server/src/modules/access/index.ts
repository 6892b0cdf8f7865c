import { access, accessErrors } from '#contract/access.ts'
import { onManyCharts } from '#kernel/chart-pace.ts'
import { mapConstraint } from '#kernel/errors.ts'
import { defineModule } from '#kernel/module.ts'
import { hiddenPort, wallsPort } from '#kernel/patient-access.ts'
import { erasurePort, labelSeenPort, mergePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { judgePace } from './pace.ts'
import { handlers } from './routes.ts'
import { answerFor, isSeenByActor, wallsFor } from './walls.ts'

onManyCharts(judgePace)
mapConstraint('break_glass_other', accessErrors.own_review)
mapConstraint('label_rules_told', accessErrors.told_needed)

export { consentInForce } from './consents.ts'

/** Walls around patients: labels, relations, broken glass and its review. */
export const accessModule = defineModule({
  name: 'access',
  contract: access,
  handlers,
  permissions: {
    'access.rules': ['admin'],
    'access.review': ['admin', 'auditor'],
    'access.consents': ['admin', 'receptionist', 'doctor', 'nurse', 'therapist'],
    'access.break-glass': ['doctor', 'nurse', 'therapist', 'pharmacist', 'lab-technician', 'radiologist', 'receptionist'],
  },
  provides: [erasurePort.of(forgetPatients), wallsPort.of(wallsFor), hiddenPort.of(answerFor), labelSeenPort.of(isSeenByActor), mergePort.of({ table: 'care_team', column: 'patient_id' }), mergePort.of({ table: 'break_glass', column: 'patient_id' }), mergePort.of({ table: 'consents', column: 'patient_id' })],
})
