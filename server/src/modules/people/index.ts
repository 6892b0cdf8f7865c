import { people } from '#contract/people.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { facilityAdded } from '../organizations/index.ts'
import { forgetEnded } from './oauth/repo.ts'
import { purgeSignIns, purgeSteps } from './purging.ts'
import { handlers } from './routes.ts'
import { staffNewFacility } from './service.ts'

export { importPractitioners, type ImportedPractitioner } from './importing.ts'
export { userNames } from './service.ts'
export { activePrograms, holdersByIds, keysOf, knownRoles, programById, rolesOf, usersHolding } from './holders.ts'
export { requireFactors, requireFresh } from './sign-in/settings.ts'
export { addressesOf, practitionerPapers, practitionerSystem, usersWithRole } from './repo.ts'
export { authenticator, cookieName, deviceOf, forgetSessions, setDeviceCookie, setSessionCookie, cookieOptions } from './sessions.ts'
export { hospitalsAllowing } from './ward/origins.ts'
export { learnGrants } from './grants.ts'
export { hashPassword } from './passwords.ts'
export { emailKey } from './rules.ts'
export { demoSignIns, useDemo, type DemoSignIn } from './demo.ts'

/** Users, roles, memberships, sessions and keys: who may do what, where. */
export const peopleModule = defineModule({
  name: 'people',
  contract: people,
  handlers,
  permissions: {
    'people.read': ['admin', 'auditor'],
    'people.write': ['admin'],
    'people.api-keys': ['admin', 'doctor', 'lab-technician', 'pharmacist'],
    'people.clients': ['admin'],
    'people.practitioners': ['admin', 'doctor', 'nurse', 'lab-technician', 'radiologist', 'pharmacist', 'receptionist', 'cashier', 'therapist', 'auditor'],
  },
  jobs: { purge: purgeSignIns, 'purge-tokens': (tx) => forgetEnded(tx) },
  schedules: { purge: '40 21 * * *', 'purge-tokens': '17 * * * *' },
  installationJobs: { 'purge-steps': { run: purgeSteps, schedule: () => '50 21 * * *' } },
  within: [on(facilityAdded, 'people.staff-new-facility', staffNewFacility)],
})
