import type { Handlers } from '#contract/define.ts'
import type { system } from '#contract/system.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof system, Ctx> = { readDraft: service.readDraft, writeDraft: service.writeDraft, listAudit: service.listAudit }
