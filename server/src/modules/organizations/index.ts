import { organizations } from '#contract/organizations.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'

export { departmentHeads } from './repo.ts'
export { facilityAdded, facilityOf, knownFacility } from './service.ts'
export { type Facility, letterheadOf } from './present.ts'

const everyone = ['admin', 'doctor', 'nurse', 'lab-technician', 'radiologist', 'pharmacist', 'receptionist', 'cashier', 'therapist', 'biomedical-engineer', 'housekeeping', 'cook', 'auditor', 'guest'] as const

/** Tenants, facilities and departments: where everything else happens. */
export const organizationsModule = defineModule({
  name: 'organizations',
  contract: organizations,
  handlers,
  permissions: { 'organizations.read': everyone, 'organizations.write': ['admin'] },
})
