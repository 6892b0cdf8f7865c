import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { program } from '../version.ts'
import { takeBaseBackup } from './base-backup.ts'
import { replicationClient } from './copy-stream.ts'
import { digestAll, markAndSnapshot } from './digest.ts'
import { mirrorFiles } from './files-mirror.ts'
import { parseLsn, segmentName } from './lsn.ts'
import { folderOf, type Manifest, writeManifest } from './manifest.ts'
import { writeParts } from './parts.ts'
import type { BackupStore } from './store.ts'
import { type BackupKey, closeSmall, wrapKey } from './vault.ts'
import { identify, startWalArchive, walFolder } from './wal-archive.ts'

export interface BackupInput {
  ownerUrl: string
  store: BackupStore
  key: BackupKey
  /** Opens the master key from the backup on the day it is lost. */
  passphrase?: string | undefined
  filesRoot: string
  /** Of an embedded database: without it nobody could sign in to the restored one. */
  ownerPassword?: string | undefined
  /** A folder for what is being written, on a disk with room for 64 MB. */
  scratch: string
  onProgress?: (step: BackupStep) => void
}

export interface BackupStep {
  name: 'copying' | 'fingerprint' | 'files' | 'log' | 'done'
  bytes?: number
}

export const backupId = (at: Date, kind: string): string => `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${kind}-${randomBytes(2).toString('hex')}`

/** Which program made it: migrations, version of PostgreSQL, name of the logins. */
export async function origin(client: pg.Client): Promise<Pick<Manifest, 'program' | 'postgres' | 'migrations' | 'rolePrefix'>> {
  const version = await client.query<{ server_version_num: string }>('show server_version_num')
  const migrations = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations order by name')
  const database = await client.query<{ name: string }>('select current_database() as name')
  return { program, postgres: Number(version.rows[0]?.server_version_num), migrations: migrations.rows, rolePrefix: database.rows[0]?.name ?? '' }
}

/**
 * A base backup of the whole cluster and of every file, with the fingerprint of each table at a named place of the log.
 * The log from its beginning to that place is archived before it counts as finished.
 */
export async function takePhysical(input: BackupInput): Promise<Manifest> {
  const startedAt = new Date()
  const id = backupId(startedAt, 'physical')
  const dataKey = randomBytes(32)
  const { store, key, ownerUrl, scratch } = input
  const server = await serverOf(ownerUrl)
  // Whoever already archives keeps the slot; then this one waits beside it.
  const archive = startWalArchive({ url: ownerUrl, store, key, flushSeconds: 5 })
  try {
    const base = takeBaseBackup(ownerUrl, { label: id, onProgress: (bytes) => input.onProgress?.({ name: 'copying', bytes }) })
    const [data, place] = await Promise.all([writeParts({ store, name: `${folderOf(id)}base`, scratch, dataKey }, base.tar), base.done])
    input.onProgress?.({ name: 'fingerprint' })
    const mark = await markAndSnapshot(ownerUrl, id)
    let digests: Manifest['digests']
    let from: Awaited<ReturnType<typeof origin>>
    try {
      digests = await digestAll(mark.client)
      from = await origin(mark.client)
    } finally {
      await mark.client.end()
    }
    input.onProgress?.({ name: 'files' })
    const files = await mirrorFiles({ store, filesRoot: input.filesRoot, dataKey, scratch, listName: `${folderOf(id)}files` })
    input.onProgress?.({ name: 'log' })
    const markLsn = parseLsn(mark.lsn)
    await untilArchived(input, `${walFolder(server.systemId)}${segmentName(place.timeline, markLsn, server.segmentBytes)}`)
    const manifest: Manifest = {
      format: 1, id, kind: 'physical', tenantId: null, tenantName: null, startedAt: startedAt.toISOString(), endedAt: new Date().toISOString(), at: mark.at.toISOString(), ...from,
      keyId: key.id, keys: wrapKey(dataKey, key, input.passphrase), secrets: input.ownerPassword === undefined ? null : closeSmall(dataKey, 'secrets', Buffer.from(input.ownerPassword)).toString('base64'), data, files, digests,
      physical: { systemId: server.systemId, timeline: place.timeline, startLsn: place.startLsn, endLsn: place.endLsn, markLsn, mark: id, segmentBytes: server.segmentBytes, database: from.rolePrefix },
    }
    await writeManifest(store, key, manifest)
    input.onProgress?.({ name: 'done' })
    return manifest
  } finally {
    await archive.stop()
  }
}

async function serverOf(ownerUrl: string): Promise<{ systemId: string; segmentBytes: number }> {
  const client = await replicationClient(ownerUrl)
  try {
    return await identify(client)
  } finally {
    await client.end()
  }
}

/** Ends the segment and waits until it is kept, by this process or another. */
async function untilArchived(input: BackupInput, segment: string): Promise<void> {
  const client = new pg.Client({ connectionString: input.ownerUrl })
  await client.connect()
  await client.query('select pg_switch_wal()').finally(() => client.end())
  for (let tries = 0; tries < 1200; tries += 1) {
    if (await input.store.has(segment)) return
    await wait(100)
  }
  throw new Error('the write-ahead log is not being archived: the backup is not complete')
}
