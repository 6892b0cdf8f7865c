import { chmodSync, existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../embedded-postgres.ts'
import { makeRoles, migrate } from '../migrations.ts'
import { differences, digestAll, type Digests } from './digest.ts'
import { checkFiles, readFileList } from './files-mirror.ts'
import { digestExport, loadTables } from './logical.ts'
import { folderOf, type Manifest, readManifest, type Verification, writeVerification } from './manifest.ts'
import { checkParts } from './parts.ts'
import { physicalOf, restorePhysical } from './restore.ts'
import type { BackupStore } from './store.ts'
import { BackupDamage, type BackupKey, unwrapKey } from './vault.ts'

export interface VerifyInput {
  store: BackupStore
  key: BackupKey
  id: string
  /** Where the scratch database is made; it is removed at the end. */
  scratch?: string
  onProgress?: (text: string) => void
}

// A scratch database is thrown away: it needs no disk that holds.
const scratchSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB', archive_mode: 'off' }

function scratchFolder(parent: string | undefined): string {
  const folder = mkdtempSync(join(parent !== undefined && existsSync(parent) ? parent : tmpdir(), 'triveni-verify-'))
  chmodSync(folder, 0o755)
  return folder
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function restoredPhysical(input: VerifyInput, manifest: Manifest, dataDir: string): Promise<Digests> {
  const server = await restorePhysical({ store: input.store, key: input.key, manifest, dataDir, target: { isAtMark: true }, settings: scratchSettings, ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }) })
  try {
    return await withClient(server.ownerUrl(physicalOf(manifest).database), digestAll)
  } finally {
    await server.stop()
  }
}

async function restoredLogical(input: VerifyInput, manifest: Manifest, dataDir: string): Promise<Digests> {
  const server = await startEmbedded({ dataDir, settings: scratchSettings })
  const prefix = 'verify'
  try {
    await withClient(server.ownerUrl('postgres'), (client) => client.query(`create database ${prefix}`))
    const url = server.ownerUrl(prefix)
    await makeRoles(url, prefix, () => 'scratch')
    await migrate(url, prefix)
    return await withClient(url, async (client) => {
      const { rows } = await client.query<{ name: string }>('select name from schema_migrations order by name')
      const names = manifest.migrations.map((one) => one.name)
      if (JSON.stringify(rows.map((row) => row.name)) !== JSON.stringify(names)) throw new BackupDamage(`${manifest.id} was made by another version of the program: verify it with that one`)
      await client.query("begin; set local session_replication_role = 'replica'")
      for (const name of Object.keys(manifest.digests.tables)) await client.query(`delete from "${name}"`)
      await loadTables({ store: input.store, dataKey: unwrapKey(manifest.keys, input.key), manifest, client, merged: new Set() })
      await client.query('commit')
      return { tables: await digestExport(client, manifest.tenantId ?? undefined), catalogue: {} }
    })
  } finally {
    await server.stop()
  }
}

async function findings(input: VerifyInput, manifest: Manifest, dataDir: string): Promise<string[]> {
  const { store, key } = input
  input.onProgress?.('checksums')
  await checkParts(store, [...manifest.data, ...manifest.files.list])
  const dataKey = unwrapKey(manifest.keys, key)
  const files = await checkFiles(store, await readFileList(store, dataKey, `${folderOf(manifest.id)}files`, manifest.files.list))
  input.onProgress?.('restoring into a scratch database')
  const restored = manifest.kind === 'physical' ? await restoredPhysical(input, manifest, dataDir) : await restoredLogical(input, manifest, dataDir)
  input.onProgress?.('comparing')
  return [...files, ...differences(manifest.digests, restored)]
}

/**
 * Restores a backup into a scratch database and compares every table, the catalogue, the logins and the files with what the backup says.
 * The result is kept with the backup; only a verified one lets older ones go. Damage is a finding, not an error.
 */
export async function verifyBackup(input: VerifyInput): Promise<Verification> {
  const started = Date.now()
  const dataDir = scratchFolder(input.scratch)
  let manifest: Manifest | undefined
  const result = { isGood: false, findings: [] as string[] }
  try {
    manifest = await readManifest(input.store, input.key, input.id)
    result.findings = await findings(input, manifest, dataDir)
    result.isGood = result.findings.length === 0
  } catch (error) {
    result.findings = [error instanceof BackupDamage ? error.message : `it cannot be restored: ${error instanceof Error ? error.message : 'failed'}`]
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
  const tables = Object.values(manifest?.digests.tables ?? {})
  const verification: Verification = { at: new Date().toISOString(), ...result, seconds: (Date.now() - started) / 1000, tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) }
  await writeVerification(input.store, input.key, input.id, verification)
  return verification
}
