import { z } from 'zod'
import { page, pageQuery } from './common/page.ts'
import { emptyBody, id, idParams } from './common/values.ts'
import { defineErrors, route } from './define.ts'

export const operationsErrors = defineErrors('operations', { not_operator: 403, already_running: 409, no_such_job: 404, job_is_running: 409 })

const level = z.enum(['ok', 'warning', 'critical'])
const check = z.object({ name: z.string(), level, value: z.string(), number: z.number(), message: z.string() })
export const health = z.object({ status: z.enum(['ok', 'degraded', 'unavailable']), at: z.string(), checks: z.array(check) })

export const backup = z.object({
  id: z.string(), kind: z.enum(['physical', 'logical', 'unreadable']), hospital: z.string().nullable(), at: z.string().nullable(), seconds: z.number(), bytes: z.number(), files: z.number(), problem: z.string(),
  verified: z.object({ at: z.string(), isGood: z.boolean(), findings: z.array(z.string()), rows: z.number(), seconds: z.number() }).nullable(),
})

export const runState = z.enum(['queued', 'running', 'done', 'failed'])
export const run = z.object({ id, kind: z.enum(['backup', 'export', 'verify']), subject: z.string(), state: runState, step: z.string(), bytes: z.number(), message: z.string(), createdAt: z.string(), endedAt: z.string().nullable() })

export const jobState = z.enum(['waiting', 'running', 'retrying', 'failed'])
export const job = z.object({ id: z.string(), task: z.string(), state: jobState, attempts: z.number().int(), mostAttempts: z.number().int(), runAt: z.string(), error: z.string(), createdAt: z.string() })
const jobParams = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) })
const backupParams = z.strictObject({ id: z.string().max(60).regex(/^\d{8}T\d{6}Z-[a-z]{1,12}-[0-9a-f]{4}$/) })

export const alert = z.object({ key: z.string(), level: z.enum(['warning', 'critical']), message: z.string(), value: z.string(), since: z.string(), endedAt: z.string().nullable() })

export const installation = z.object({
  program: z.string(), node: z.string(), postgres: z.string(), startedAt: z.string(), isOperator: z.boolean(), hasBackups: z.boolean(), backupPlace: z.string(), schedule: z.string(), keep: z.number(), keepDays: z.number(),
  migrations: z.array(z.object({ name: z.string(), appliedAt: z.string() })),
  caches: z.array(z.object({ name: z.string(), entries: z.number() })), cacheKind: z.enum(['process', 'redis']), heldJobs: z.number().int(),
})

const installationWide = { permission: 'operations.manage', phi: false } as const

/** Looking after the installation: health, backups, jobs, versions. */
export const operations = {
  readHealth: route({ method: 'GET', path: '/operations/health', summary: 'How the machine, the database, jobs and backups are', ...installationWide, audit: 'none', transaction: 'none', response: health, errors: [operationsErrors.not_operator] }),
  readInstallation: route({ method: 'GET', path: '/operations/installation', summary: 'Versions, migrations, schedule and caches', ...installationWide, audit: 'none', transaction: 'none', response: installation, errors: [] }),
  listBackups: route({ method: 'GET', path: '/operations/backups', summary: 'Backups, newest first: of the installation for its operator, of the own hospital for others', ...installationWide, audit: 'search', transaction: 'none', response: z.object({ items: z.array(backup) }), errors: [] }),
  startBackup: route({ method: 'POST', path: '/operations/backups', summary: 'Back up everything, or export the own hospital', ...installationWide, audit: 'export', transaction: 'none', body: z.strictObject({ kind: z.enum(['installation', 'hospital']).default('installation') }), status: 202, response: run, errors: [operationsErrors.not_operator, operationsErrors.already_running] }),
  verifyBackup: route({ method: 'POST', path: '/operations/backups/{id}/verify', summary: 'Restore a backup into a scratch database and compare', ...installationWide, audit: 'step', transaction: 'none', params: backupParams, body: emptyBody, status: 202, response: run, errors: [operationsErrors.not_operator, operationsErrors.already_running] }),
  listRuns: route({ method: 'GET', path: '/operations/runs', summary: 'Backups and verifications under way and done', ...installationWide, audit: 'none', transaction: 'none', response: z.object({ items: z.array(run) }), errors: [] }),
  readRun: route({ method: 'GET', path: '/operations/runs/{id}', summary: 'How a backup or verification goes', ...installationWide, audit: 'none', transaction: 'none', params: idParams, response: run, errors: [] }),
  listJobs: route({ method: 'GET', path: '/operations/jobs', summary: 'Background jobs that wait, run or failed', ...installationWide, audit: 'none', transaction: 'none', query: pageQuery.extend({ state: jobState.optional() }), response: page(job), errors: [] }),
  retryJob: route({ method: 'POST', path: '/operations/jobs/{id}/retry', summary: 'Run a failed job again', ...installationWide, audit: 'step', transaction: 'none', params: jobParams, body: emptyBody, response: job, errors: [operationsErrors.no_such_job, operationsErrors.job_is_running] }),
  cancelJob: route({ method: 'POST', path: '/operations/jobs/{id}/cancel', summary: 'Give a job up', ...installationWide, audit: 'step', transaction: 'none', params: jobParams, body: emptyBody, status: 204, response: null, errors: [operationsErrors.no_such_job, operationsErrors.job_is_running] }),
  decideHeldWork: route({ method: 'POST', path: '/operations/held-work', summary: 'Let jobs of before a restore run, or give them up', ...installationWide, audit: 'step', transaction: 'none', body: z.strictObject({ decision: z.enum(['release', 'discard']) }), response: z.object({ count: z.number().int() }), errors: [operationsErrors.not_operator] }),
  listAlerts: route({ method: 'GET', path: '/operations/alerts', summary: 'What is not well, and what was', ...installationWide, audit: 'none', transaction: 'none', response: z.object({ items: z.array(alert) }), errors: [operationsErrors.not_operator] }),
  clearCaches: route({ method: 'POST', path: '/operations/caches/clear', summary: 'Empty the caches of every process', ...installationWide, audit: 'step', transaction: 'none', body: emptyBody, status: 204, response: null, errors: [operationsErrors.not_operator] }),
}
