import { raiseAlerts } from '#kernel/alerts.ts'
import { backupInput } from '#kernel/backup/installation.ts'
import { takeLogical } from '#kernel/backup/logical.ts'
import { type BackupStep, takePhysical } from '#kernel/backup/physical.ts'
import { prune } from '#kernel/backup/retention.ts'
import { verifyBackup } from '#kernel/backup/verify.ts'
import { theInstallation } from '#kernel/installation.ts'
import { errorFields, log } from '#kernel/log.ts'
import * as repo from './repo.ts'

interface Ended {
  subject: string
  isGood: boolean
  message: string
}

/** Progress at most once a second: it is read by people. */
function progress(id: string): (step: string, bytes?: number) => void {
  let last = 0
  let name = ''
  return (step, bytes = 0) => {
    if (step === name && Date.now() - last < 1000) return
    last = Date.now()
    name = step
    void repo.stepRun(id, step, bytes).catch(() => {})
  }
}

async function work(run: repo.RunRow): Promise<Ended> {
  const { config, ownerUrl } = theInstallation()
  const note = progress(run.id)
  const input = { ...backupInput(config, ownerUrl), onProgress: (step: BackupStep) => note(step.name, step.bytes) }
  if (run.kind === 'verify') {
    const result = await verifyBackup({ store: input.store, key: input.key, id: run.subject, onProgress: note })
    return { subject: run.subject, isGood: result.isGood, message: result.findings.join('; ') }
  }
  const tenant = run.tenant_id === null ? undefined : { id: run.tenant_id, name: await repo.tenantName(run.tenant_id) }
  const manifest = run.kind === 'backup' ? await takePhysical(input) : await takeLogical(input, tenant)
  return { subject: manifest.id, isGood: true, message: '' }
}

/** Does what a queued run asks for, and keeps how it ended. */
export async function performRun(id: string): Promise<void> {
  const run = await repo.readRun(id)
  if (run === undefined || run.state !== 'queued') return
  await repo.beginRun(id)
  try {
    const ended = await work(run)
    await repo.endRun(id, ended.isGood ? 'done' : 'failed', ended.subject, ended.message)
  } catch (error) {
    log('error', 'a backup run failed', errorFields(error))
    await repo.endRun(id, 'failed', run.subject, error instanceof Error ? error.message : 'failed')
  }
  await raiseAlerts(theInstallation()).catch(() => {})
}

/** Back up, prove it by restoring, then let old ones go. */
export async function backUpNightly(): Promise<void> {
  const { config, ownerUrl } = theInstallation()
  const now = new Date()
  const run = await repo.addRun({ kind: 'backup', subject: '', tenantId: null, by: 'schedule', at: now, isOwn: true })
  if (run === undefined) return
  await performRun(run.id)
  const done = await repo.readRun(run.id)
  if (done?.state !== 'done') return
  const { store, key } = backupInput(config, ownerUrl)
  const verified = await verifyBackup({ store, key, id: done.subject })
  if (verified.isGood) await prune(store, key, { keep: config.backup.keep, keepDays: config.backup.keepDays }, now)
  else log('error', 'the new backup cannot be restored', { backup: done.subject })
  await raiseAlerts(theInstallation()).catch(() => {})
}
