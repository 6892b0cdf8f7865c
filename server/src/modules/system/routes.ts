import type { Handlers } from '#contract/define.ts'
import type { system } from '#contract/system.ts'
import type { Ctx } from '#kernel/context.ts'
import * as auditing from './auditing.ts'
import { readDraft, writeDraft } from './service.ts'

export const handlers: Handlers<typeof system, Ctx> = {
  readDraft,
  writeDraft,
  listAudit: auditing.listAudit,
  chartAccess: auditing.chartAccess,
  auditSealing: auditing.auditSealing,
  readAuditSettings: auditing.readAuditSettings,
  writeAuditSettings: auditing.writeAuditSettings,
  createAuditExport: auditing.createAuditExport,
  listAuditExports: auditing.listAuditExports,
  readAuditExport: auditing.readAuditExport,
}
