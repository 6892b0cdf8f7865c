import { system } from '#contract/system.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'

/** Drafts of forms and the audit: what belongs to no single module. */
export const systemModule = defineModule({ name: 'system', contract: system, handlers, permissions: { 'audit.read': ['admin', 'auditor'] } })
