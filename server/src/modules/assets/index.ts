import { assets } from '#contract/assets.ts'
import { defineModule } from '#kernel/module.ts'
import { type Facts, valueBefore } from './depreciation-rules.ts'
import { handlers } from './routes.ts'
import { watchAssets } from './watch.ts'

export { addMonths, fiscalYearOf, monthOf } from './calendar-rules.ts'
export { usualCategories as usualAssetCategories } from './usual-categories.ts'

/** What a straight line with a residual value of five per cent. charged to an asset before a day, as exact text; nothing was added or written down. */
export const depreciationOf = (facts: Pick<Facts, 'cost' | 'inUseOn' | 'lifeMonths' | 'fiscalYearStartMonth'>, day: string): string => valueBefore({ ...facts, method: 'straight-line', ratePercent: null, residualPercent: '5', decimals: 2, opening: null, changes: [] }, day).depreciated

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
