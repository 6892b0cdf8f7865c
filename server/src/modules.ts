import type { AnyModule } from '#kernel/module.ts'
import { billingModule } from './modules/billing/index.ts'
import { clinicalModule } from './modules/clinical/index.ts'
import { encountersModule } from './modules/encounters/index.ts'
import { interopModule } from './modules/interop/index.ts'
import { medicationsModule } from './modules/medications/index.ts'
import { organizationsModule } from './modules/organizations/index.ts'
import { patientsModule } from './modules/patients/index.ts'
import { peopleModule } from './modules/people/index.ts'
import { reportsModule } from './modules/reports/index.ts'
import { schedulingModule } from './modules/scheduling/index.ts'
import { operationsModule } from './modules/operations/index.ts'
import { systemModule } from './modules/system/index.ts'

/** The modules in order: a module imports only those above it. The only wiring. */
export const modules: readonly AnyModule[] = [organizationsModule, peopleModule, patientsModule, schedulingModule, encountersModule, clinicalModule, medicationsModule, billingModule, interopModule, reportsModule, operationsModule, systemModule]
