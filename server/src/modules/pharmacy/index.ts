import { pharmacy } from '#contract/pharmacy.ts'
import { defineModule } from '#kernel/module.ts'
import { shiftMoneyPort, takingsPort } from '../billing/index.ts'
import { counterPort } from '../inventory/index.ts'
import { stockOutPort } from '../medications/index.ts'
import { erasurePort, mergePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { salesOfLots } from './sales-reached-repo.ts'
import { counterEntriesOfShift, counterTakings, counterTakingsOfShift } from './sales-repo.ts'
import { countedIn, resolveLines, takeOut } from './service.ts'

export { listDispenses, returnDispense } from './dispenses.ts'
export { goodsSold } from './sales.ts'

/** Handing out from stock, counter sales, the register of controlled drugs and house-made preparations. */
export const pharmacyModule = defineModule({
  name: 'pharmacy',
  contract: pharmacy,
  handlers,
  permissions: {
    'pharmacy.read': ['admin', 'pharmacist', 'cashier', 'doctor', 'nurse', 'auditor'],
    'pharmacy.dispense': ['admin', 'pharmacist', 'nurse', 'doctor'],
    'pharmacy.sell': ['admin', 'pharmacist', 'cashier'],
    'pharmacy.prepare': ['admin', 'pharmacist'],
    'pharmacy.register': ['admin', 'pharmacist', 'nurse', 'auditor'],
  },
  provides: [erasurePort.of(forgetPatients), stockOutPort.of({ resolve: resolveLines, takeOut, countedIn }), takingsPort.of(counterTakings), shiftMoneyPort.of({ takings: counterTakingsOfShift, entries: counterEntriesOfShift }), counterPort.of(salesOfLots), mergePort.of({ table: 'dispense_items', column: 'patient_id' }), mergePort.of({ table: 'sales', column: 'patient_id' }), mergePort.of({ table: 'ward_document_lines', column: 'patient_id' })],
})
