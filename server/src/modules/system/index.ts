import { system } from '#contract/system.ts'
import { onLong } from '#kernel/events.ts'
import { purgeKeys } from '#kernel/idempotency.ts'
import { mailQueued, purgeMails, sendQueued } from '#kernel/mail.ts'
import { defineModule } from '#kernel/module.ts'
import { auditExportAsked } from './auditing.ts'
import { makeAuditExport } from './exporting.ts'
import { handlers } from './routes.ts'

/** Drafts of forms, the audit and the post: what belongs to no single module. */
export const systemModule = defineModule({
  name: 'system',
  contract: system,
  handlers,
  permissions: { 'audit.read': ['admin', 'auditor'], 'audit.export': ['admin', 'auditor'], 'audit.settings': ['admin'] },
  jobs: { 'purge-keys': purgeKeys, 'purge-mails': purgeMails },
  schedules: { 'purge-keys': '20 21 * * *', 'purge-mails': '25 21 * * *' },
  after: [onLong(auditExportAsked, 'system.make-audit-export', makeAuditExport), onLong(mailQueued, 'system.send-mail', sendQueued)],
})
