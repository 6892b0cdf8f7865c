import pg from 'pg'
import { differences, tablesOf } from './digest.ts'
import { readFileList, restoreFiles } from './files-mirror.ts'
import { digestExport, loadTables } from './logical.ts'
import { folderOf, type Manifest } from './manifest.ts'
import type { BackupStore } from './store.ts'
import { BackupDamage, type BackupKey, unwrapKey } from './vault.ts'

// What was recorded since stays recorded: these only grow, and a restored hospital must still show who did what.
const growing: ReadonlySet<string> = new Set(['audit_entries', 'events'])

export interface TenantRestoreInput {
  ownerUrl: string
  store: BackupStore
  key: BackupKey
  manifest: Manifest
  filesRoot: string
  onProgress?: (text: string) => void
}

/** Refuses an export whose tables are of another version than this program's. */
async function checkVersion(client: pg.Client, manifest: Manifest): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
  const here = new Set(rows.map((row) => row.name))
  const then = new Set(manifest.migrations.map((one) => one.name))
  const missing = [...then].filter((name) => !here.has(name))
  const newer = [...here].filter((name) => !then.has(name))
  if (missing.length > 0) throw new BackupDamage(`the export was made by a newer program (${missing.at(-1)}): start that one first`)
  if (newer.length > 0) throw new BackupDamage(`the export was made by an older program (before ${newer[0]}): restore it with that one, then migrate`)
}

/**
 * Sets one hospital, or all of an export, back to what the export holds, in one transaction; other hospitals are not touched.
 * Jobs, sessions and kept answers are not restored, so nothing is sent again. What comes out is compared with the export's fingerprint before COMMIT.
 */
export async function restoreExport(input: TenantRestoreInput): Promise<{ rows: number; files: number }> {
  const { manifest, store, key } = input
  const dataKey = unwrapKey(manifest.keys, key)
  const tenantId = manifest.tenantId ?? undefined
  const client = new pg.Client({ connectionString: input.ownerUrl })
  await client.connect()
  try {
    await client.query("begin; set local session_replication_role = 'replica'; set local synchronous_commit = on")
    await checkVersion(client, manifest)
    input.onProgress?.('putting the rows back')
    const exported = new Set(Object.keys(manifest.digests.tables))
    for (const table of await tablesOf(client)) {
      const isTenants = table.name === 'tenants'
      if (growing.has(table.name) || !(exported.has(table.name) || isTenants || ['sessions', 'event_queue', 'idempotency_keys'].includes(table.name))) continue
      const where = tenantId === undefined ? '' : ` where ${isTenants ? 'id' : 'tenant_id'} = ${client.escapeLiteral(tenantId)}`
      await client.query(`delete from "${table.name}"${where}`)
    }
    await loadTables({ store, dataKey, manifest, client, merged: growing })
    input.onProgress?.('comparing')
    const found = await digestExport(client, tenantId)
    const compared = (tables: Manifest['digests']['tables']) => ({ tables: Object.fromEntries(Object.entries(tables).filter(([name]) => !growing.has(name))), catalogue: {} })
    const wrong = differences(compared(manifest.digests.tables), compared(found))
    if (wrong.length > 0) throw new BackupDamage(`the restored rows are not those of the export: ${wrong.join('; ')}`)
    await client.query('commit')
    const files = await restoreFiles(store, await readFileList(store, dataKey, `${folderOf(manifest.id)}files`, manifest.files.list), input.filesRoot)
    return { rows: Object.values(manifest.digests.tables).reduce((sum, table) => sum + table.rows, 0), files }
  } finally {
    await client.end()
  }
}
