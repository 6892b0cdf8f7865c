import { hasScanner } from './scanner.ts'
import { statfsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { connect } from 'node:tls'
import { backupInput } from './backup/installation.ts'
import { listBackups } from './backup/manifest.ts'
import { cacheLine } from './cache-channel.ts'
import { cacheSizes } from './caches.ts'
import { databaseState, probeTime } from './database-watch.ts'
import { gateState } from './gate.ts'
import type { Installation } from './installation.ts'
import { eventLoopDelay } from './metrics.ts'

export type Level = 'ok' | 'warning' | 'critical'

/** One thing that was looked at. `value` is for people; `number` for thresholds and graphs. */
export interface Check {
  name: string
  level: Level
  value: string
  number: number
  /** Why it is not well, in a plain sentence. */
  message: string
}

export interface Health {
  status: 'ok' | 'degraded' | 'unavailable'
  at: string
  checks: Check[]
}

const megabyte = 2 ** 20
const sizeText = (bytes: number): string => (bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${(bytes / megabyte).toFixed(0)} MB`)

function check(name: string, number: number, value: string, levels: { warning?: boolean; critical?: boolean; message: string }): Check {
  const level = levels.critical === true ? 'critical' : levels.warning === true ? 'warning' : 'ok'
  return { name, number, value, level, message: level === 'ok' ? '' : levels.message }
}

async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const match = /MemAvailable:\s+(\d+)/.exec(text)
  return match === null ? freemem() : Number(match[1]) * 1024
}

/** Free part of the disk that holds a folder. */
export function diskOf(folder: string): { free: number; usedPercent: number } {
  const disk = statfsSync(folder)
  const free = disk.bavail * disk.bsize
  return { free, usedPercent: Math.round((1 - disk.bavail / Math.max(1, disk.blocks)) * 100) }
}

async function machine(dataDir: string): Promise<Check[]> {
  const load = (loadavg()[1] ?? 0) / availableParallelism()
  const memory = await availableMemory()
  const disk = diskOf(dataDir)
  const delay = eventLoopDelay()
  const { open, shed } = gateState()
  return [
    check('cpu', load, `${Math.round(load * 100)} %`, { warning: load > 2, message: 'More work waits for the processors than they can do.' }),
    check('memory', memory / megabyte, `${sizeText(memory)} / ${sizeText(totalmem())}`, { warning: memory < 100 * megabyte, critical: memory < 30 * megabyte, message: 'Less than 100 MB of memory are free.' }),
    check('disk', disk.usedPercent, `${disk.usedPercent} % (${sizeText(disk.free)})`, { warning: disk.usedPercent >= 90, critical: disk.usedPercent >= 97 || disk.free < 200 * megabyte, message: 'The disk of the data folder is nearly full.' }),
    check('event loop', delay, `${delay.toFixed(0)} ms`, { warning: delay > 500, message: 'Answers wait for the program itself.' }),
    check('virus scanner', hasScanner() ? 1 : 0, hasScanner() ? 'scanned' : 'not scanned', { message: '' }),
    check('requests', open, `${open} / ${shed}`, { message: '' }),
  ]
}

function caches(): Check[] {
  const { by, isUp } = cacheLine()
  const entries = cacheSizes().reduce((sum, one) => sum + one.entries, 0)
  if (by === undefined) return [check('cache', 0, 'not in this process', { message: '' })]
  return [check('cache', entries, `${entries} entries, ${by} ${isUp ? 'joins' : 'is away'}`, { warning: !isUp, message: 'Processes cannot tell each other what changed: what is cached is forgotten each second.' })]
}

interface DatabaseRow {
  used: number
  most: number
  size: string
  longest: number
  lag: number | null
  replicas: number
  dead: number
  unsafe: string | null
}

const databaseQuery = `select
  (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
  current_setting('max_connections')::int as most,
  pg_database_size(current_database())::text as size,
  (select coalesce(max(extract(epoch from clock_timestamp() - query_start)), 0)::float from pg_stat_activity where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()) as longest,
  (select max(extract(epoch from replay_lag))::float from pg_stat_replication where application_name <> 'triveni backup') as lag,
  (select count(*)::int from pg_stat_replication where application_name <> 'triveni backup') as replicas,
  (select count(*)::int from pg_stat_user_tables where n_dead_tup > 10000 and n_dead_tup > n_live_tup) as dead,
  (select string_agg(name, ', ' order by name) from pg_settings where (name, setting) in (('fsync', 'off'), ('full_page_writes', 'off'), ('synchronous_commit', 'off'), ('data_checksums', 'off'))
    or (name = 'log_error_verbosity' and setting <> 'terse') or (name = 'log_min_error_statement' and setting <> 'panic') or (name in ('log_parameter_max_length', 'log_parameter_max_length_on_error') and setting <> '0')) as unsafe`

async function database(installation: Installation): Promise<Check[]> {
  const state = databaseState()
  const probe = check('database', probeTime(), state === 'ok' ? `${probeTime().toFixed(1)} ms` : state, { critical: state !== 'ok', message: 'The database does not answer.' })
  const rows = state === 'ok' ? await installation.query<DatabaseRow>(databaseQuery).catch(() => []) : []
  const [row] = rows
  if (row === undefined) return [{ ...probe, level: 'critical', message: 'The database does not answer.' }]
  const used = row.used / row.most
  return [
    probe,
    check('connections', row.used, `${row.used} / ${row.most}`, { warning: used > 0.8, critical: used > 0.95, message: 'The database has few connections left.' }),
    check('statements', row.longest, `${row.longest.toFixed(1)} s`, { warning: row.longest > 60, message: 'A statement has been running for more than a minute.' }),
    check('database size', Number(row.size), sizeText(Number(row.size)), { message: '' }),
    check('bloat', row.dead, String(row.dead), { warning: row.dead > 0, message: 'Tables hold more dead rows than live ones: is autovacuum running?' }),
    check('replicas', row.lag ?? 0, row.replicas === 0 ? 'none' : `${row.replicas}: ${(row.lag ?? 0).toFixed(1)} s`, { warning: (row.lag ?? 0) > 30, message: 'A replica is more than 30 s behind.' }),
    check('settings', row.unsafe === null ? 0 : 1, row.unsafe ?? 'durable', { critical: row.unsafe !== null, message: `The database server can lose data or log values: ${row.unsafe ?? ''}.` }),
  ]
}

async function queue(installation: Installation): Promise<Check[]> {
  const [row] = await installation.query<{ waiting: number; failed: number; oldest: number; events: number; held: number }>(
    `select count(*) filter (where attempts < max_attempts)::int as waiting, count(*) filter (where attempts >= max_attempts and locked_at is null)::int as failed,
       coalesce(extract(epoch from now() - min(run_at) filter (where attempts < max_attempts and run_at <= now())), 0)::float as oldest,
       (select count(*)::int from event_queue) as events, (select count(*)::int from operations.held_work) as held from graphile_worker._private_jobs`,
  )
  if (row === undefined) return []
  return [
    check('jobs', row.waiting, String(row.waiting + row.events), { warning: row.oldest > 300, message: `A job has waited for ${Math.round(row.oldest / 60)} minutes: is a worker running?` }),
    check('failed jobs', row.failed, String(row.failed), { warning: row.failed > 0, message: 'Jobs failed for good: look at them and retry or cancel.' }),
    check('held jobs', row.held, String(row.held), { warning: row.held > 0, message: 'Jobs of before a restore wait for a decision.' }),
  ]
}

const hours = (milliseconds: number): number => milliseconds / 3_600_000

async function backups(installation: Installation): Promise<Check[]> {
  const { config } = installation
  if (!config.hasBackups) return [check('backup', 0, 'not scheduled', { warning: config.isProduction, message: 'Backups are switched off (TRIVENI_BACKUPS).' })]
  const { store, key } = backupInput(config, installation.ownerUrl)
  const all = (await listBackups(store, key)).filter((one) => one.manifest === undefined || one.manifest.tenantId === null)
  const good = all.find((one) => one.verification?.isGood === true)
  const bad = all.find((one) => one.verification?.isGood === false || one.problem !== '')
  const age = good?.manifest === undefined ? Number.POSITIVE_INFINITY : hours(Date.now() - Date.parse(good.manifest.endedAt))
  const young = hours(Date.now() - installation.startedAt.getTime()) < 26
  const isBadNewest = bad !== undefined && (good === undefined || bad.id > good.id)
  const archive = installation.archive?.()
  const lag = archive === undefined || archive.state === 'elsewhere' ? 0 : archive.archivedAt === 0 ? 0 : (Date.now() - archive.archivedAt) / 1000
  return [
    check('backup', Number.isFinite(age) ? age : -1, good === undefined ? 'none verified' : `${age.toFixed(1)} h`, { warning: age > 26 && !(good === undefined && young), critical: age > 50 && good !== undefined, message: 'The last verified backup is more than a day old.' }),
    check('backup verification', isBadNewest ? 1 : 0, isBadNewest ? (bad.verification?.findings[0] ?? bad.problem) : 'good', { critical: isBadNewest, message: `The newest backup cannot be restored: ${bad?.verification?.findings[0] ?? bad?.problem ?? ''}.` }),
    check('log archive', lag, archive === undefined ? 'not in this process' : archive.state, { warning: archive?.state === 'failing' || lag > 60, message: 'The write-ahead log is not being archived.' }),
  ]
}

/** Days until the certificate of the public address ends; undefined where there is none. */
export function certificateDays(publicUrl: string): Promise<number | undefined> {
  const url = new URL(publicUrl)
  if (url.protocol !== 'https:') return Promise.resolve(undefined)
  return new Promise((done) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || 443), servername: url.hostname, rejectUnauthorized: false, timeout: 3000 }, () => {
      const days = (Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / 86_400_000
      socket.destroy()
      done(days)
    })
    for (const event of ['error', 'timeout'] as const) socket.once(event, () => {
      socket.destroy()
      done(undefined)
    })
  })
}

async function certificate(installation: Installation): Promise<Check[]> {
  const days = await certificateDays(installation.config.publicUrl)
  if (days === undefined) return []
  return [check('certificate', days, `${Math.floor(days)} d`, { warning: days < 21, critical: days < 5, message: 'The certificate of the public address ends soon.' })]
}

/** Looks at everything. Nothing here holds data of a hospital. */
export async function collectHealth(installation: Installation): Promise<Health> {
  const parts = await Promise.all([machine(installation.config.dataDir), database(installation), queue(installation).catch(() => []), backups(installation).catch(() => []), certificate(installation)])
  const checks = [...parts.flat(), ...caches()]
  const isDown = checks.some((one) => one.name === 'database' && one.level === 'critical')
  return { status: isDown ? 'unavailable' : checks.some((one) => one.level !== 'ok') ? 'degraded' : 'ok', at: new Date().toISOString(), checks }
}
