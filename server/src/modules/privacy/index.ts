import { privacy } from '#contract/privacy.ts'
import { onLong } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { mergePort } from '../patients/index.ts'
import { makeExport, patientExportAsked } from './exports.ts'
import { filesErased } from './gathering.ts'
import { handlers } from './routes.ts'
import { removeErased } from './service.ts'

const tables = ['privacy_requests', 'legal_holds', 'patient_exports'] as const

/** Breaches with their clocks, and what patients may ask for: all that is stored on them, correction, erasure. */
export const privacyModule = defineModule({
  name: 'privacy',
  contract: privacy,
  handlers,
  permissions: { 'privacy.read': ['admin', 'auditor'], 'privacy.write': ['admin'], 'privacy.receive': ['admin', 'receptionist'], 'privacy.export': ['admin'] },
  after: [onLong(patientExportAsked, 'privacy.make-export', makeExport), onLong(filesErased, 'privacy.remove-erased', removeErased)],
  provides: tables.map((table) => mergePort.of({ table, column: 'patient_id' })),
})
