import { z } from 'zod'
import { id, instant, optionalText } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { route } from './define.ts'

const draftParams = z.strictObject({ form: z.string().max(100).regex(/^[a-z0-9.-]+$/), subject: z.string().max(100).regex(/^[A-Za-z0-9.-]+$/) })
const draft = z.object({ content: z.json(), updatedAt: z.string().nullable() })
const auditItem = z.object({
  id, at: z.string(), actor: z.object({ id: id.nullable(), name: z.string() }), action: z.string(), subject: z.object({ type: z.string(), id: id.nullable() }), patientId: id.nullable(), outcome: z.string(), before: z.json().nullable(), after: z.json().nullable(), details: z.json().nullable(),
})

/** What belongs to no module: drafts of forms and the audit. */
export const system = {
  readDraft: route({ method: 'GET', path: '/drafts/{form}/{subject}', summary: 'What this user was typing', permission: 'signed-in', audit: 'none', phi: true, params: draftParams, response: draft, errors: [] }),
  writeDraft: route({ method: 'PUT', path: '/drafts/{form}/{subject}', summary: 'Keep what is being typed; null forgets it', permission: 'signed-in', audit: 'none', phi: true, params: draftParams, body: z.strictObject({ content: z.json() }), response: draft, errors: [] }),
  listAudit: route({ method: 'GET', path: '/audit', summary: 'Who did what, newest first', permission: 'audit.read', audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), userId: id.optional(), subjectId: id.optional(), action: optionalText(100).optional(), from: instant.optional(), to: instant.optional() }), response: page(auditItem), errors: [] }),
}
