import { z } from 'zod'
import { id, idParams, instant, optionalText } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const systemErrors = defineErrors('system', { export_not_ready: 409, retention_too_short: 422 })

const draftParams = z.strictObject({ form: z.string().max(100).regex(/^[a-z0-9.-]+$/), subject: z.string().max(100).regex(/^[A-Za-z0-9.-]+$/) })
const draft = z.object({ content: z.json(), updatedAt: z.string().nullable() })

export const exportFormat = z.enum(['csv', 'pdf'])
export const exportState = z.enum(['queued', 'done', 'failed'])
export const auditOutcome = z.enum(['success', 'denied', 'failure'])
const actor = z.object({ id: id.nullable(), name: z.string(), role: z.string() })
const auditItem = z.object({
  id, at: z.string(), actor, action: z.string(), subject: z.object({ type: z.string(), id: id.nullable() }), patientId: id.nullable(), facilityId: id.nullable(), outcome: auditOutcome, reason: z.string(),
  address: z.string(), agent: z.string(), sessionId: id.nullable(), requestId: z.string(), before: z.json().nullable(), after: z.json().nullable(), details: z.json().nullable(),
})
const filterFields = { patientId: id.optional(), userId: id.optional(), subjectId: id.optional(), facilityId: id.optional(), action: optionalText(100).optional(), outcome: auditOutcome.optional(), from: instant.optional(), to: instant.optional() }
const chartAccess = z.object({ actor, firstAt: z.string(), lastAt: z.string(), times: z.number().int(), reads: z.number().int(), writes: z.number().int(), prints: z.number().int(), denied: z.number().int() })
const auditExport = z.object({ id, version: z.number().int(), format: exportFormat, state: exportState, entries: z.number().int().nullable(), createdAt: z.string(), createdBy: z.string(), finishedAt: z.string().nullable() })
export type AuditExport = z.output<typeof auditExport>
const auditSettings = z.object({ retentionMonths: z.number().int(), leastMonths: z.number().int() })

/** What belongs to no module: drafts of forms and the audit. */
export const system = {
  readDraft: route({ method: 'GET', path: '/drafts/{form}/{subject}', summary: 'What this user was typing', permission: 'signed-in', audit: 'none', phi: true, params: draftParams, response: draft, errors: [] }),
  writeDraft: route({ method: 'PUT', path: '/drafts/{form}/{subject}', summary: 'Keep what is being typed; null forgets it', permission: 'signed-in', audit: 'none', phi: true, params: draftParams, body: z.strictObject({ content: z.json() }), response: draft, errors: [] }),
  listAudit: route({ method: 'GET', path: '/audit', summary: 'Who did what, newest first', permission: 'audit.read', audit: 'search', phi: true, query: pageQuery.extend({ ...filterFields, isRequest: z.enum(['true', 'false']).transform((value) => value === 'true').optional() }), response: page(auditItem), errors: [] }),
  chartAccess: route({ method: 'GET', path: '/patients/{id}/access', summary: 'Who opened this chart, the last first', description: 'One row a person and role, with records that were merged into this one.', permission: 'audit.read', audit: 'read', phi: true, params: idParams, subject: 'id', query: z.strictObject({ from: instant.optional(), to: instant.optional() }), response: z.object({ items: z.array(chartAccess), nextCursor: z.null() }), errors: [] }),
  auditSealing: route({ method: 'GET', path: '/audit/sealing', summary: 'How far the audit is sealed', description: '`triveni audit verify` walks the chain and names the first entry that was tampered with.', permission: 'audit.read', audit: 'read', phi: false, response: z.object({ entries: z.number().int(), hash: z.string(), sealedAt: z.string().nullable() }), errors: [] }),
  readAuditSettings: route({ method: 'GET', path: '/audit/settings', summary: 'How long the audit is kept in the database', permission: 'audit.read', audit: 'read', phi: false, response: auditSettings, errors: [] }),
  writeAuditSettings: route({ method: 'PUT', path: '/audit/settings', summary: 'Change how long it is kept', description: 'Three years at least. Older months move to sealed files; nothing is deleted.', permission: 'audit.settings', audit: 'update', phi: false, body: z.strictObject({ retentionMonths: z.int().min(1).max(1200) }), response: auditSettings, errors: [systemErrors.retention_too_short] }),
  createAuditExport: route({ method: 'POST', path: '/audit/exports', summary: 'Have a part of the audit made into a file', permission: 'audit.export', audit: 'export', phi: true, body: z.strictObject({ format: exportFormat, ...filterFields }), status: 202, response: auditExport, errors: [] }),
  listAuditExports: route({ method: 'GET', path: '/audit/exports', summary: 'Files made of the audit, newest first', permission: 'audit.export', audit: 'search', phi: false, query: pageQuery, response: page(auditExport), errors: [] }),
  readAuditExport: route({ method: 'GET', path: '/audit/exports/{id}/file', summary: 'The file', permission: 'audit.export', audit: 'export', phi: true, params: idParams, response: 'binary', transaction: 'none', errors: [systemErrors.export_not_ready] }),
}
