import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbedded, unprivileged } from '../embedded-postgres.ts'
import { formatLsn, isSegment, segmentStart } from './lsn.ts'
import type { Manifest } from './manifest.ts'
import { folderOf } from './manifest.ts'
import { readParts } from './parts.ts'
import type { BackupStore } from './store.ts'
import { untarTo } from './untar.ts'
import { BackupDamage, type BackupKey, openSmall, unwrapKey } from './vault.ts'
import { readSegment, walFolder } from './wal-archive.ts'

export type Physical = NonNullable<Manifest['physical']>

export interface RestoreTarget {
  /** The instant to come back to; without it, the backup's own named place or the end of the archived log. */
  time?: Date
  isAtMark?: boolean
}

export interface RestoreInput {
  store: BackupStore
  key: BackupKey
  manifest: Manifest
  /** A data folder without a database. */
  dataDir: string
  target: RestoreTarget
  settings?: Record<string, string>
  isWatched?: boolean
  onProgress?: (text: string) => void
}

export const physicalOf = (manifest: Manifest): Physical => {
  if (manifest.physical === null) throw new BackupDamage(`${manifest.id} is an export, not a base backup`)
  return manifest.physical
}

interface Segment {
  name: string
  isPartial: boolean
}

/** The archived log from the beginning of a backup on; a segment that is missing in between is named. */
export async function segmentsFor(store: BackupStore, physical: Physical, untilLsn?: number): Promise<{ segments: Segment[]; endLsn: number; histories: string[] }> {
  const { segmentBytes, startLsn } = physical
  const folder = walFolder(physical.systemId)
  const names = (await store.list(folder)).map(({ name }) => name.slice(folder.length))
  const whole = new Set(names.filter(isSegment))
  const partial = names.filter((name) => name.endsWith('.partial')).map((name) => name.slice(0, 24)).filter((name) => !whole.has(name))
  const first = Math.floor(startLsn / segmentBytes) * segmentBytes
  const isNeeded = (name: string) => segmentStart(name, segmentBytes) >= first && Number.parseInt(name.slice(0, 8), 16) >= physical.timeline
  const segments = [...whole].map((name) => ({ name, isPartial: false })).concat(partial.map((name) => ({ name, isPartial: true }))).filter(({ name }) => isNeeded(name))
  const places = new Set(segments.map(({ name }) => segmentStart(name, segmentBytes)))
  const last = untilLsn === undefined ? Math.max(first, ...places) : Math.floor(untilLsn / segmentBytes) * segmentBytes
  for (let at = first; at <= last; at += segmentBytes) if (!places.has(at)) throw new BackupDamage(`the segment of the write-ahead log at ${formatLsn(at)} is missing in ${folder}`)
  return { segments, endLsn: last + segmentBytes, histories: names.filter((name) => name.endsWith('.history')) }
}

async function unpackLog(input: RestoreInput, folder: string): Promise<void> {
  const { store, key, manifest } = input
  const physical = physicalOf(manifest)
  const { segments, histories } = await segmentsFor(store, physical, input.target.isAtMark === true ? physical.markLsn : undefined)
  await mkdir(folder, { recursive: true })
  for (const { name, isPartial } of segments) {
    const stored = `${walFolder(physical.systemId)}${name}${isPartial ? '.partial' : ''}`
    await writeFile(join(folder, name), await readSegment(store, key, stored, physical.segmentBytes))
  }
  for (const name of histories) await writeFile(join(folder, name), await readSegment(store, key, `${walFolder(physical.systemId)}${name}`, physical.segmentBytes))
}

const stamp = (time: Date): string => time.toISOString().replace('T', ' ').replace('Z', '+00')

function recoverySettings(input: RestoreInput, logFolder: string): string {
  const { time, isAtMark } = input.target
  const copy = process.platform === 'win32' ? `copy "${logFolder}\\%f" "%p"` : `cp "${logFolder}/%f" "%p"`
  const target = isAtMark === true ? [`recovery_target_name = '${physicalOf(input.manifest).mark}'`] : time === undefined ? [] : [`recovery_target_time = '${stamp(time)}'`]
  return ['', `restore_command = '${copy.replaceAll("'", "''")}'`, ...target, "recovery_target_action = 'promote'", "recovery_target_timeline = 'latest'", ''].join('\n')
}

/**
 * Unpacks a base backup into an empty data folder, replays the archived log to the target and ends the recovery.
 * The server it leaves running is the restored one. Throws a BackupDamage that names what is missing or changed.
 */
export async function restorePhysical(input: RestoreInput): Promise<EmbeddedPostgres> {
  const { store, manifest, dataDir, key } = input
  const identity = unprivileged()
  const own = (paths: readonly string[]) => {
    if (identity !== undefined) for (const path of paths) chownSync(path, identity.uid, identity.gid)
  }
  const root = join(dataDir, 'postgres')
  const cluster = join(root, 'cluster')
  if (existsSync(cluster)) throw new Error(`there is a database in ${dataDir}`)
  const dataKey = unwrapKey(manifest.keys, key)
  mkdirSync(cluster, { recursive: true, mode: 0o700 })
  own([root, cluster])
  input.onProgress?.('unpacking the base backup')
  await readParts({ store, name: `${folderOf(manifest.id)}base`, dataKey }, manifest.data, untarTo(cluster, identity))
  input.onProgress?.('unpacking the log')
  const logFolder = join(root, 'restore-log')
  await unpackLog(input, logFolder)
  own([logFolder])
  chmodSync(logFolder, 0o755)
  await appendFile(join(cluster, 'postgresql.auto.conf'), recoverySettings(input, logFolder))
  await writeFile(join(cluster, 'recovery.signal'), '')
  own([join(cluster, 'recovery.signal')])
  if (manifest.secrets !== null) await writeFile(join(dataDir, 'database-password'), openSmall(dataKey, 'secrets', Buffer.from(manifest.secrets, 'base64')), { mode: 0o600 })
  input.onProgress?.('replaying the log')
  const server = await startRecovering(input, cluster)
  await untilRecovered(server, input)
  await rm(logFolder, { recursive: true, force: true })
  return server
}

const options = (input: RestoreInput) => ({ dataDir: input.dataDir, startSeconds: 3600, ...(input.settings === undefined ? {} : { settings: input.settings }), ...(input.isWatched === undefined ? {} : { isWatched: input.isWatched }) })

/** When nothing was written after the instant asked for, the log ends before it: then all of it is right. */
async function startRecovering(input: RestoreInput, cluster: string): Promise<EmbeddedPostgres> {
  const { time } = input.target
  try {
    const server = await startEmbedded(options(input))
    if (time === undefined || !(await diedBeforeTarget(server))) return server
  } catch (error) {
    if (time === undefined) throw error
  }
  input.onProgress?.('the log ends before the instant asked for: all of it is replayed')
  await appendFile(join(cluster, 'postgresql.auto.conf'), "\nrecovery_target_time = ''\n")
  return startEmbedded(options(input))
}

async function isInRecovery(server: EmbeddedPostgres): Promise<boolean> {
  const client = new pg.Client({ connectionString: server.ownerUrl('postgres'), connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<{ is: boolean }>('select pg_is_in_recovery() as is')).rows[0]?.is === true
  } finally {
    await client.end().catch(() => {})
  }
}

async function diedBeforeTarget(server: EmbeddedPostgres): Promise<boolean> {
  try {
    while (await isInRecovery(server)) await wait(100)
    return false
  } catch {
    return true
  }
}

async function untilRecovered(server: EmbeddedPostgres, input: RestoreInput): Promise<void> {
  while (await isInRecovery(server)) await wait(50)
  const client = new pg.Client({ connectionString: server.ownerUrl('postgres') })
  await client.connect()
  try {
    for (const name of ['restore_command', 'recovery_target_name', 'recovery_target_time', 'recovery_target_action', 'recovery_target_timeline']) await client.query(`alter system reset ${name}`)
    await client.query('checkpoint')
    input.onProgress?.('the database is restored')
  } finally {
    await client.end()
  }
}
