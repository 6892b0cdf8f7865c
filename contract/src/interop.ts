import { z } from 'zod'
import { actions, emptyBody, id, idParams, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { defineErrors, route } from './define.ts'

export const interopErrors = defineErrors('interop', { no_files: 422, unknown_kind: 422, unreadable: 422, busy: 409 })

export const importKind = z.enum(['fhir', 'patients-csv'])
export const importLifecycle = lifecycle({
  initial: 'queued',
  states: ['queued', 'running', 'done', 'failed', 'cancelled'],
  steps: {
    run: { from: ['queued'], to: 'running' },
    requeue: { from: ['running'], to: 'queued' },
    finish: { from: ['running'], to: 'done' },
    fail: { from: ['queued', 'running'], to: 'failed' },
    cancel: { from: ['queued', 'running'], to: 'cancelled' },
  },
})
export const importState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled'])
/** For every type: read = created + unchanged + kept + failed. */
export const importCounts = z.object({ read: z.int(), created: z.int(), unchanged: z.int(), kept: z.int(), failed: z.int() })
export type ImportCounts = z.output<typeof importCounts>
const importError = z.object({ file: z.string(), line: z.int().nullable(), path: z.string(), code: z.string(), message: z.string() })
const importRun = z.object({
  id, version, kind: importKind, state: importState, source: z.string(), dryRun: z.boolean(), facilityId: id, files: z.int(), progress: z.object({ filesDone: z.int(), filesTotal: z.int() }), counts: z.record(z.string(), importCounts),
  errors: z.array(importError), errorCount: z.int(), createdAt: z.string(), startedAt: z.string().nullable(), finishedAt: z.string().nullable(), actions,
})
export type ImportRun = z.output<typeof importRun>

const mostBytes = 300 * 2 ** 20
const may = 'interop.import'

export const interop = {
  listImports: route({ method: 'GET', path: '/imports', summary: 'Imports, newest first, without their errors', permission: may, audit: 'search', phi: false, query: pageQuery, response: page(importRun), errors: [] }),
  startImport: route({
    method: 'POST', path: '/imports', summary: 'Import files in the background',
    description: 'Multipart fields: `kind` (fhir: R4 bundles, resources or NDJSON, each also gzipped, or a zip of them; patients-csv: CSV or Excel), `facilityId` (else the first of the user), `dryRun` (`true` writes nothing), `source` (the system the records come from: name it when there is more than one, for ids of two systems are two records), `file` repeated. Imports of a hospital run one after another. What has no column is kept with the record, a type without a module is kept whole.',
    permission: may, audit: 'create', phi: true, upload: { maxBytes: mostBytes }, transaction: 'none', status: 202, response: importRun, errors: [interopErrors.no_files, interopErrors.unknown_kind],
  }),
  readImport: route({ method: 'GET', path: '/imports/{id}', summary: 'How an import stands, with its first thousand errors', permission: may, audit: 'read', phi: false, params: idParams, response: importRun, errors: [] }),
  importErrors: route({ method: 'GET', path: '/imports/{id}/errors.csv', summary: 'All errors of an import', permission: may, audit: 'export', phi: false, params: idParams, response: 'binary', errors: [] }),
  cancelImport: route({ method: 'POST', path: '/imports/{id}/cancel', summary: 'Stop an import; what it has written stays', permission: may, audit: 'step', phi: false, params: idParams, body: emptyBody, ifMatch: 'optional', response: importRun, errors: [lifecycleErrors.illegal_step] }),
}
