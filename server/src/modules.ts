import type { AnyModule } from '#kernel/module.ts'
import { accessModule } from './modules/access/index.ts'
import { alertsModule } from './modules/alerts/index.ts'
import { assetsModule } from './modules/assets/index.ts'
import { billingModule } from './modules/billing/index.ts'
import { clinicalModule } from './modules/clinical/index.ts'
import { encountersModule } from './modules/encounters/index.ts'
import { instrumentsModule } from './modules/instruments/index.ts'
import { interopModule } from './modules/interop/index.ts'
import { inventoryModule } from './modules/inventory/index.ts'
import { laboratoryModule } from './modules/laboratory/index.ts'
import { medicationsModule } from './modules/medications/index.ts'
import { operationsModule } from './modules/operations/index.ts'
import { ordersModule } from './modules/orders/index.ts'
import { organizationsModule } from './modules/organizations/index.ts'
import { patientsModule } from './modules/patients/index.ts'
import { peopleModule } from './modules/people/index.ts'
import { pharmacyModule } from './modules/pharmacy/index.ts'
import { purchasingModule } from './modules/purchasing/index.ts'
import { privacyModule } from './modules/privacy/index.ts'
import { reportsModule } from './modules/reports/index.ts'
import { safetyModule } from './modules/safety/index.ts'
import { schedulingModule } from './modules/scheduling/index.ts'
import { systemModule } from './modules/system/index.ts'

/** The modules in order: a module imports only those above it. The only wiring. */
export const modules: readonly AnyModule[] = [
  organizationsModule, peopleModule, patientsModule, schedulingModule, encountersModule, accessModule, clinicalModule, medicationsModule, safetyModule, billingModule, inventoryModule, purchasingModule, pharmacyModule,
  ordersModule, alertsModule, laboratoryModule, instrumentsModule, assetsModule, interopModule, reportsModule, operationsModule, privacyModule, systemModule,
]
