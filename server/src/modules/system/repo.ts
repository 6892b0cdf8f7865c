import type { Ctx } from '#kernel/context.ts'
import { readAudit } from '#kernel/audit-log.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface AuditFilter {
  patientId?: string | undefined
  userId?: string | undefined
  subjectId?: string | undefined
  action?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** Audit entries of the tenant, newest first, through the auditor's login. */
export const listAudit = (ctx: Ctx, filter: AuditFilter, page: PageRequest) => readAudit(ctx, filter, page)
