import { operations } from '#contract/operations.ts'
import { cleanLogs } from '#kernel/request-log.ts'
import { hasInstallation, theInstallation } from '#kernel/installation.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'
import { backUpNightly, performRun } from './runs.ts'

const logDays = 90

/** Looking after the installation: health and alerts, backups, jobs. */
export const operationsModule = defineModule({
  name: 'operations',
  contract: operations,
  handlers,
  permissions: { 'operations.manage': ['admin'] },
  installationJobs: {
    run: { run: (payload) => performRun(String(payload['runId'])) },
    nightly: { run: backUpNightly, schedule: () => (hasInstallation() && theInstallation().config.hasBackups ? theInstallation().config.backup.schedule : undefined) },
    logs: { run: async () => void (await cleanLogs(theInstallation().config.logDir, logDays, new Date())), schedule: () => '15 21 * * *' },
  },
})
