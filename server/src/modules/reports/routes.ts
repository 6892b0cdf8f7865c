import type { Handlers } from '#contract/define.ts'
import type { reports } from '#contract/reports.ts'
import type { Ctx } from '#kernel/context.ts'
import { dashboard } from './service.ts'

export const handlers: Handlers<typeof reports, Ctx> = { dashboard }
