import { system } from '#contract/system.ts'
import { onLong } from '#kernel/events.ts'
import { mailQueued, sendQueued } from '#kernel/mail.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'

/** Drafts of forms, the audit and the post: what belongs to no single module. */
export const systemModule = defineModule({ name: 'system', contract: system, handlers, permissions: { 'audit.read': ['admin', 'auditor'] }, after: [onLong(mailQueued, 'system.send-mail', sendQueued)] })
