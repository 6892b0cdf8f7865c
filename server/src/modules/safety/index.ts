import { safety } from '#contract/safety.ts'
import { defineModule } from '#kernel/module.ts'
import { safetyPort } from '../medications/index.ts'
import { erasurePort, mergePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { answer } from './service.ts'

export { contraindicationRows, pairsOf } from './lists.ts'
export { namesOf } from './rules.ts'
export { storeList } from './service.ts'

const clinical = ['admin', 'doctor', 'nurse', 'pharmacist', 'therapist'] as const

/** Checks of medicines before they are signed, handed out and given; lists of interactions; who passed over what. */
export const safetyModule = defineModule({
  name: 'safety',
  contract: safety,
  handlers,
  permissions: { 'safety.check': clinical, 'safety.lists': ['admin'], 'safety.review': ['admin', 'auditor'] },
  provides: [erasurePort.of(forgetPatients), safetyPort.of(answer), mergePort.of({ table: 'safety_overrides', column: 'patient_id' })],
})
