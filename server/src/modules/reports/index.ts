import { reports } from '#contract/reports.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'

/** Numbers of the day for each role. */
export const reportsModule = defineModule({ name: 'reports', contract: reports, handlers, permissions: {} })
