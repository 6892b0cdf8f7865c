import type { RouteInput } from '#contract/define.ts'
import { operationsErrors, type operations } from '#contract/operations.ts'
import { backupInput } from '#kernel/backup/installation.ts'
import { listBackups as listStored } from '#kernel/backup/manifest.ts'
import { cacheSizes, clearCaches as clear } from '#kernel/caches.ts'
import type { Ctx } from '#kernel/context.ts'
import { AppError, found } from '#kernel/errors.ts'
import { collectHealth } from '#kernel/health.ts'
import { theInstallation } from '#kernel/installation.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { program } from '#kernel/version.ts'
import { presentAlert, presentBackup, presentJob, presentRun } from './present.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof operations> = RouteInput<(typeof operations)[K]>

/** Whether the user's hospital looks after the whole installation. */
async function isOperator(ctx: Ctx): Promise<boolean> {
  const { config } = theInstallation()
  if (config.operator !== undefined) return config.operator === ctx.tenantId || config.operator === (await repo.tenantName(ctx.tenantId))
  return config.isDemo || (await repo.firstTenant()) === ctx.tenantId
}

async function requireOperator(ctx: Ctx): Promise<void> {
  if (!(await isOperator(ctx))) throw new AppError(operationsErrors.not_operator)
}

/** Null for who may see everything, else the own hospital. */
const ownTenant = async (ctx: Ctx): Promise<string | null> => ((await isOperator(ctx)) ? null : ctx.tenantId)

export async function readHealth(ctx: Ctx) {
  await requireOperator(ctx)
  return collectHealth(theInstallation())
}

export async function readInstallation(ctx: Ctx) {
  const { config, startedAt, ownerUrl } = theInstallation()
  const [migrations, postgres, operator, held] = await Promise.all([repo.listMigrations(), repo.postgresVersion(), isOperator(ctx), repo.countHeld()])
  return {
    program, node: process.versions.node, postgres, startedAt: startedAt.toISOString(), isOperator: operator, hasBackups: config.hasBackups, backupPlace: operator ? backupInput(config, ownerUrl).store.place : '',
    schedule: config.backup.schedule, keep: config.backup.keep, keepDays: config.backup.keepDays, migrations: migrations.map((one) => ({ name: one.name, appliedAt: one.applied_at.toISOString() })),
    caches: cacheSizes(), cacheKind: config.redisUrl === undefined ? ('process' as const) : ('redis' as const), heldJobs: operator ? held : 0,
  }
}

export async function listBackups(ctx: Ctx) {
  const tenantId = await ownTenant(ctx)
  const { config, ownerUrl } = theInstallation()
  const { store, key } = backupInput(config, ownerUrl)
  const all = await listStored(store, key)
  return { items: all.filter((one) => tenantId === null || one.manifest?.tenantId === tenantId).slice(0, 200).map(presentBackup) }
}

async function start(ctx: Ctx, run: { kind: repo.RunRow['kind']; subject: string; tenantId: string | null }) {
  const added = await repo.addRun({ ...run, by: ctx.userId, at: ctx.now })
  if (added === undefined) throw new AppError(operationsErrors.already_running)
  return presentRun(added)
}

export async function startBackup(ctx: Ctx, { body }: Input<'startBackup'>) {
  if (body.kind === 'hospital') return start(ctx, { kind: 'export', subject: '', tenantId: ctx.tenantId })
  await requireOperator(ctx)
  return start(ctx, { kind: 'backup', subject: '', tenantId: null })
}

export async function verifyBackup(ctx: Ctx, { params }: Input<'verifyBackup'>) {
  await requireOperator(ctx)
  const { config, ownerUrl } = theInstallation()
  const { store, key } = backupInput(config, ownerUrl)
  found((await listStored(store, key)).find((one) => one.id === params.id))
  return start(ctx, { kind: 'verify', subject: params.id, tenantId: null })
}

export async function listRuns(ctx: Ctx) {
  return { items: (await repo.listRuns(await ownTenant(ctx))).map(presentRun) }
}

export async function readRun(ctx: Ctx, { params }: Input<'readRun'>) {
  const tenantId = await ownTenant(ctx)
  const row = await repo.readRun(params.id)
  return presentRun(found(row === undefined || (tenantId !== null && row.tenant_id !== tenantId) ? undefined : row))
}

// A job's id is a number, where a page's cursor holds a UUID: the number stands in the place of the sort value.
const nobody = '00000000-0000-0000-0000-000000000000'
const numberOf = (at: string | undefined): string | null => (at !== undefined && /^\d{1,18}$/.test(at) ? at : null)

export async function listJobs(ctx: Ctx, { query }: Input<'listJobs'>) {
  const page = pageOf(query)
  const rows = await repo.listJobs({ tenantId: await ownTenant(ctx), state: query.state, before: numberOf(page.after?.at), limit: page.limit + 1 })
  return toPage(rows, page.limit, (row) => ({ at: row.id, id: nobody }), presentJob)
}

async function idleJob(ctx: Ctx, id: string): Promise<repo.JobRow> {
  const job = await repo.readJob(id, await ownTenant(ctx))
  if (job === undefined) throw new AppError(operationsErrors.no_such_job)
  if (job.is_locked) throw new AppError(operationsErrors.job_is_running)
  return job
}

export async function retryJob(ctx: Ctx, { params }: Input<'retryJob'>) {
  const job = await idleJob(ctx, params.id)
  await repo.retryJob(job.id)
  return presentJob({ ...job, attempts: 0, error: null })
}

export async function cancelJob(ctx: Ctx, { params }: Input<'cancelJob'>) {
  const job = await idleJob(ctx, params.id)
  await repo.cancelJob(job.id)
}

export async function decideHeldWork(ctx: Ctx, { body }: Input<'decideHeldWork'>) {
  await requireOperator(ctx)
  return { count: body.decision === 'release' ? await repo.releaseHeld() : await repo.discardHeld() }
}

export async function listAlerts(ctx: Ctx) {
  await requireOperator(ctx)
  return { items: (await repo.listAlerts()).map(presentAlert) }
}

export async function clearCaches(ctx: Ctx) {
  await requireOperator(ctx)
  clear()
}
