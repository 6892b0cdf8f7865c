import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import pg from 'pg'
import { watchHealth } from '#kernel/alerts.ts'
import { backupInput } from '#kernel/backup/installation.ts'
import { isArchived, startWalArchive } from '#kernel/backup/wal-archive.ts'
import { joinCaches } from '#kernel/cache-channel.ts'
import type { Config } from '#kernel/config.ts'
import { watchDatabase } from '#kernel/database-watch.ts'
import { closePools, openPools, openReplica } from '#kernel/db.ts'
import { watchDisk } from '#kernel/disk-watch.ts'
import { openStore } from '#kernel/files.ts'
import { beginDraining, limitRequests } from '#kernel/gate.ts'
import { closeInstallation, type Installation, openInstallation } from '#kernel/installation.ts'
import { startJobs } from '#kernel/jobs.ts'
import { errorFields, log } from '#kernel/log.ts'
import { openMail, senderOf } from '#kernel/mail.ts'
import { masterKeyPlace } from '#kernel/master-key.ts'
import { watchEventLoop } from '#kernel/metrics.ts'
import { openOutgoing } from '#kernel/outgoing.ts'
import { openRateLimits } from '#kernel/rate-limit.ts'
import { openRequestLog } from '#kernel/request-log.ts'
import { openScanner } from '#kernel/scanner.ts'
import { openSms } from '#kernel/sms.ts'
import { watchTenantKeys } from '#kernel/tenant-keys.ts'
import { openTelemetry } from '#kernel/telemetry.ts'
import { buildApp } from './app.ts'
import { keepAudit } from './cli-audit.ts'
import type { Database } from './database.ts'
import { registerGauges } from './gauges.ts'
import { modules } from './modules.ts'
import { startListeners } from './modules/instruments/index.ts'
import { requireFactors, useDemo } from './modules/people/index.ts'
import { prepareDemo, workDay } from './seed/demo.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function openDemo(config: Config, database: Database): Promise<void> {
  if (!config.isDemo) return
  const file = join(config.dataDir, 'demo-sign-ins.json')
  say('· demo data')
  await prepareDemo({ ownerUrl: database.ownerUrl, file, on: new Date().toISOString().slice(0, 10) })
  useDemo(file)
}

/** A demo without its morning's work is still a demo: what hinders it is told in the log. */
async function workDemo(config: Config): Promise<void> {
  if (!config.isDemo || config.role === 'web') return
  await workDay().catch((error: unknown) => log('warn', 'the demo has no work of the day', errorFields(error)))
}

/** The replica has the logins of the primary. */
function sameLogin(address: string, from: string): string {
  const url = new URL(address)
  const { username, password } = new URL(from)
  return Object.assign(url, { username, password }).toString()
}

type Step = () => Promise<unknown>

/** What must be undone, last first; a step that hangs is left behind, since a process that was told to stop has fifteen seconds. */
async function undo(steps: readonly Step[]): Promise<void> {
  for (const step of steps.toReversed()) await Promise.race([step().catch(() => {}), wait(10_000)])
}

async function archiveLog(config: Config, database: Database, installation: Installation): Promise<Step[]> {
  if (config.role === 'web' || (!config.hasBackups && !(await isArchived(database.ownerUrl).catch(() => false)))) return []
  const { store, key } = backupInput(config, database.ownerUrl)
  const archive = startWalArchive({ url: database.ownerUrl, store, key })
  installation.archive = archive.status
  return [() => archive.stop()]
}

/** Gives back what only the start needed: V8 keeps it otherwise for a load that may not come for hours. */
function giveBackMemory(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** Migrations and demo data leave much to replay: written down now, a crash in the first minutes is over as soon as a later one. */
async function settle(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('checkpoint')
  } catch (error) {
    // 57P01: the database is being stopped, and writes everything down anyway.
    if (!(error instanceof pg.DatabaseError && error.code === '57P01')) log('warn', 'no checkpoint after the start', errorFields(error))
  } finally {
    await client.end().catch(() => {})
  }
}

/** Logs, metrics, traces, alerts and the archive of the log: what looks after the installation while it serves. */
async function lookAfter(config: Config, database: Database): Promise<Step[]> {
  const installation = openInstallation({ config, ownerUrl: database.ownerUrl, jobsUrl: database.urlOf('jobs') })
  const closeLog = await openRequestLog({ folder: config.logDir, slowMilliseconds: config.slowMilliseconds, echoes: process.env['TRIVENI_LOG'] === 'requests' })
  const closeTelemetry = openTelemetry(config.telemetry)
  watchEventLoop()
  registerGauges(installation)
  const archive = await archiveLog(config, database, installation)
  const alerts = config.role === 'web' ? [] : [watchHealth(installation)]
  const disk = watchDisk(config.dataDir, { hasReserve: database.isEmbedded })
  return [closeInstallation, closeLog, closeTelemetry, disk, ...archive, ...alerts]
}

/** Serves on a database that is open, until it is told to stop; `release` gives back the claim on the data folder. */
export async function serve(config: Config, { database, release }: { database: Database; release: () => void }): Promise<void> {
  const stopping: Step[] = [async () => release(), () => database.stop()]
  try {
    await openDemo(config, database)
    openStore(join(config.dataDir, 'files'))
    const { smtpUrl } = config.alerts
    openMail(smtpUrl, smtpUrl === undefined ? '' : senderOf(smtpUrl))
    openPools(database.urlOf, config.poolSize)
    if (config.replicaUrl !== undefined) openReplica(sameLogin(config.replicaUrl, database.urlOf('app')))
    stopping.push(closePools, watchDatabase(database.urlOf('app')), watchTenantKeys(), joinCaches({ databaseUrl: database.urlOf('app'), redisUrl: config.redisUrl }), ...(await lookAfter(config, database)))
    if (config.role !== 'web') {
      const auditKeeper = keepAudit(config)
      stopping.push(() => auditKeeper.stop())
      const jobs = await startJobs(database.urlOf('jobs'), modules)
      stopping.push(() => jobs.stop())
    }
    openScanner(config.clamd)
    openSms(config.sms)
    requireFactors(config.isFactorRequired)
    openOutgoing({ allow: config.outgoingAllow })
    limitRequests(config.maxRequests)
    if (config.isRateLimited) stopping.push(openRateLimits())
    const app = await buildApp(config)
    await workDemo(config)
    giveBackMemory()
    await app.listen({ port: config.port, host: config.host, backlog: 2048 })
    stopping.push(() => app.close())
    const listeners = await startListeners(config.host)
    stopping.push(() => listeners.stop())
    announce(config)
    if (database.isEmbedded) void settle(database.ownerUrl)
  } catch (error) {
    await undo(stopping)
    throw error
  }
  stopOnSignal(config, stopping)
}

/** A busy process may have taken a connection and not read its request yet: to close would cut it. Turns of the event loop take and read what has come. */
async function untilRead(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((done) => setImmediate(done))
}

/** Readiness goes first, so that no new request is sent here; what is begun is answered; then everything is closed. */
function stopOnSignal(config: Config, stopping: readonly Step[]): void {
  const life = { isStopping: false }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (life.isStopping) return
      life.isStopping = true
      say('\nTriveni is stopping')
      beginDraining()
      setTimeout(() => process.exit(0), 14_000).unref()
      void wait(signal === 'SIGTERM' ? config.drainSeconds * 1000 : 0)
        .then(untilRead)
        .then(() => undo(stopping))
        .then(() => process.exit(0))
    })
  }
}

function announce(config: Config): void {
  say(`\nTriveni runs at ${config.publicUrl}`)
  if (config.isDemo) {
    for (const email of ['doctor@general.example', 'receptionist@ayurveda.example', 'admin@homeopathy.example']) say(`  sign in as ${email}   password three-rivers-meet`)
  }
  say(`  data folder ${config.dataDir}`)
  say(`  master key  ${masterKeyPlace(config)} (backups are worthless without it)`)
}
