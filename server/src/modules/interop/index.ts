import { interop } from '#contract/interop.ts'
import { onLong } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { forgetUploads, importFilesForgotten, removeUploads } from './forgetting.ts'
import { handlers } from './routes.ts'
import { runImport } from './running.ts'
import { importQueued, resumeStalled } from './queue.ts'

export { openImport, readImport } from './service.ts'
export { runImport } from './running.ts'
export type { ImportFile } from './documents-in.ts'

/** Imports from other systems: FHIR R4 and tables of patients. */
export const interopModule = defineModule({
  name: 'interop',
  contract: interop,
  handlers,
  permissions: { 'interop.import': ['admin'] },
  after: [onLong(importQueued, 'interop.run', runImport), onLong(importFilesForgotten, 'interop.remove-uploads', removeUploads)],
  jobs: { 'resume-stalled': resumeStalled, 'forget-uploads': forgetUploads },
  schedules: { 'resume-stalled': '* * * * *', 'forget-uploads': '40 21 * * *' },
})
