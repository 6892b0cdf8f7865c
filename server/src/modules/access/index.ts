import { access, accessErrors } from '#contract/access.ts'
import { mapConstraint } from '#kernel/errors.ts'
import { defineModule } from '#kernel/module.ts'
import { hiddenPort, wallsPort } from '#kernel/patient-access.ts'
import { labelSeenPort, mergePort } from '../patients/index.ts'
import { handlers } from './routes.ts'
import { answerFor, isSeenByActor, wallsFor } from './walls.ts'

mapConstraint('break_glass_other', accessErrors.own_review)
mapConstraint('label_rules_told', accessErrors.told_needed)

/** Walls around patients: labels, relations, broken glass and its review. */
export const accessModule = defineModule({
  name: 'access',
  contract: access,
  handlers,
  permissions: {
    'access.rules': ['admin'],
    'access.review': ['admin', 'auditor'],
    'access.break-glass': ['doctor', 'nurse', 'therapist', 'pharmacist', 'lab-technician', 'radiologist', 'receptionist'],
  },
  provides: [wallsPort.of(wallsFor), hiddenPort.of(answerFor), labelSeenPort.of(isSeenByActor), mergePort.of({ table: 'care_team', column: 'patient_id' }), mergePort.of({ table: 'break_glass', column: 'patient_id' })],
})
