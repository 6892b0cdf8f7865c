import type { Handlers } from '#contract/define.ts'
import type { operations } from '#contract/operations.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof operations, Ctx> = {
  readHealth: service.readHealth,
  readInstallation: service.readInstallation,
  listBackups: service.listBackups,
  startBackup: service.startBackup,
  verifyBackup: service.verifyBackup,
  listRuns: service.listRuns,
  readRun: service.readRun,
  listJobs: service.listJobs,
  retryJob: service.retryJob,
  cancelJob: service.cancelJob,
  decideHeldWork: service.decideHeldWork,
  listAlerts: service.listAlerts,
  clearCaches: service.clearCaches,
}
