import { assets } from '#contract/assets.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'
import { watchAssets } from './watch.ts'

const keepers = ['admin', 'biomedical-engineer', 'pharmacist'] as const

/** A hospital's equipment and its books: register, depreciation, maintenance and calibration, physical verification. */
export const assetsModule = defineModule({
  name: 'assets',
  contract: assets,
  handlers,
  permissions: {
    'assets.read': [...keepers, 'cashier', 'doctor', 'nurse', 'therapist', 'lab-technician', 'radiologist', 'auditor'],
    'assets.report': [...keepers, 'doctor', 'nurse', 'therapist', 'lab-technician', 'radiologist', 'housekeeping'],
    'assets.write': keepers,
    'assets.maintain': ['admin', 'biomedical-engineer'],
    'assets.verify': keepers,
    'assets.books': ['admin', 'cashier'],
    'assets.master': ['admin', 'cashier'],
    'assets.approve': ['admin'],
  },
  jobs: { watch: (tx) => watchAssets(tx) },
  // A quarter past six in the morning in India: before the engineer's day begins.
  schedules: { watch: '45 0 * * *' },
})
