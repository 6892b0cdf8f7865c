import { randomBytes } from 'node:crypto'
import { Readable, Writable } from 'node:stream'
import pg from 'pg'
import { runCopy } from './copy-stream.ts'
import { digestTables, tablesOf, type TableDigest } from './digest.ts'
import { mirrorFiles } from './files-mirror.ts'
import { folderOf, type Manifest, writeManifest } from './manifest.ts'
import { readParts, writeParts } from './parts.ts'
import { type BackupInput, backupId, origin } from './physical.ts'
import type { BackupStore } from './store.ts'
import { wrapKey } from './vault.ts'

interface TableHead {
  name: string
  columns: string[]
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const listOf = (columns: readonly string[]): string => columns.map(quoted).join(', ')

// What only this run of the installation has: jobs that wait, open sessions, answers kept for retries.
const notExported = new Set(['event_queue', 'sessions', 'idempotency_keys', 'schema_migrations', 'held_work'])

/** Records of the export: a letter, four bytes of length, content. `T` begins a table, `D` is data of COPY. */
function record(kind: 'T' | 'D', content: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.write(kind, 0, 'latin1')
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

async function exportTables(client: pg.Client, tenantId: string | undefined, sink: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  for (const table of await tablesOf(client)) {
    if (notExported.has(table.name) || (tenantId !== undefined && !table.hasTenant && table.name !== 'tenants')) continue
    await sink(record('T', Buffer.from(JSON.stringify({ name: table.name, columns: table.columns } satisfies TableHead))))
    const where = tenantId === undefined ? '' : ` where ${table.name === 'tenants' ? 'id' : 'tenant_id'} = ${client.escapeLiteral(tenantId)}`
    await runCopy(client, { text: `copy (select ${listOf(table.columns)} from ${quoted(table.name)}${where}) to stdout`, onData: (chunk) => sink(record('D', chunk)) })
  }
}

const isExported = ([name]: [string, TableDigest]): boolean => !notExported.has(name)

/** The fingerprint of what an export holds. */
export async function digestExport(client: pg.Client, tenantId: string | undefined): Promise<Record<string, TableDigest>> {
  return Object.fromEntries(Object.entries(await digestTables(client, tenantId)).filter(isExported))
}

/** COPY of every table in one snapshot, of one hospital or of all, with its files. Works with any PostgreSQL and any login that owns the tables. */
export async function takeLogical(input: BackupInput, tenant?: { id: string; name: string }): Promise<Manifest> {
  const startedAt = new Date()
  const id = backupId(startedAt, tenant === undefined ? 'export' : 'tenant')
  const dataKey = randomBytes(32)
  const { store, key, scratch } = input
  const client = new pg.Client({ connectionString: input.ownerUrl })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read, read only')
    const { rows } = await client.query<{ at: Date }>('select now() as at')
    const from = await origin(client)
    input.onProgress?.({ name: 'copying' })
    const waiting: { resume?: () => void } = {}
    const source = new Readable({ highWaterMark: 8 << 20, read: () => waiting.resume?.() })
    const sink = (chunk: Buffer): Promise<void> | undefined =>
      source.push(chunk) ? undefined : new Promise((resume) => Object.assign(waiting, { resume }))
    const exporting = exportTables(client, tenant?.id, sink).then(
      () => void source.push(null),
      (error: unknown) => void source.destroy(error instanceof Error ? error : new Error('export failed')),
    )
    const [data] = await Promise.all([writeParts({ store, name: `${folderOf(id)}tables`, scratch, dataKey }, source), exporting])
    input.onProgress?.({ name: 'fingerprint' })
    const digests = { tables: await digestExport(client, tenant?.id), catalogue: {} }
    input.onProgress?.({ name: 'files' })
    const files = await mirrorFiles({ store, filesRoot: input.filesRoot, dataKey, scratch, listName: `${folderOf(id)}files`, ...(tenant === undefined ? {} : { tenantId: tenant.id }) })
    const manifest: Manifest = {
      format: 1, id, kind: 'logical', tenantId: tenant?.id ?? null, tenantName: tenant?.name ?? null, startedAt: startedAt.toISOString(), endedAt: new Date().toISOString(), at: rows[0]?.at.toISOString() ?? startedAt.toISOString(), ...from,
      keyId: key.id, keys: wrapKey(dataKey, key, input.passphrase), secrets: null, data, files, digests, physical: null,
    }
    await writeManifest(store, key, manifest)
    input.onProgress?.({ name: 'done' })
    return manifest
  } finally {
    await client.end()
  }
}

export interface LoadInput {
  store: BackupStore
  dataKey: Buffer
  manifest: Manifest
  /** In a transaction with triggers and foreign keys off. */
  client: pg.Client
  /** Rows that are there already stay as they are, in tables that only grow. */
  merged: ReadonlySet<string>
}

/** Puts exported rows into tables that the caller has emptied. */
export async function loadTables(input: LoadInput): Promise<void> {
  const { client, manifest } = input
  let rest: Buffer = Buffer.alloc(0)
  let load: { write: (chunk: Buffer) => Promise<void>; end: () => Promise<void> } | undefined
  const take = async (chunk: Buffer): Promise<void> => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const content = rest.subarray(5, 5 + rest.readUInt32BE(1))
      if (rest[0] === 0x54) {
        await load?.end()
        load = copyInto(client, JSON.parse(content.toString('utf8')), input.merged)
      } else await load?.write(content)
      rest = rest.subarray(5 + content.length)
    }
  }
  const sink = new Writable({ highWaterMark: 4 << 20, write: (chunk: Buffer, _encoding, done) => void take(chunk).then(() => done(), done) })
  await readParts({ store: input.store, name: `${folderOf(manifest.id)}tables`, dataKey: input.dataKey }, manifest.data, sink)
  await load?.end()
}

/** Feeds one COPY; a merged table goes through a temporary one. */
function copyInto(client: pg.Client, { name, columns }: TableHead, merged: ReadonlySet<string>): { write: (chunk: Buffer) => Promise<void>; end: () => Promise<void> } {
  const isMerged = merged.has(name)
  const target = isMerged ? quoted(`load_${name}`) : quoted(name)
  const open = Promise.withResolvers<(chunk: Uint8Array) => Promise<void>>()
  const ended = Promise.withResolvers<void>()
  const prepared = isMerged ? client.query(`create temporary table ${target} (like ${quoted(name)}) on commit drop`).then(() => {}) : Promise.resolve()
  const copying = prepared.then(() =>
    runCopy(client, {
      text: `copy ${target} (${listOf(columns)}) from stdin`,
      onWanted: (write) => {
        open.resolve(write)
        return ended.promise
      },
    }),
  )
  copying.catch(open.reject)
  return {
    write: async (chunk) => (await open.promise)(chunk),
    end: async () => {
      await open.promise
      ended.resolve()
      await copying
      if (isMerged) await client.query(`insert into ${quoted(name)} (${listOf(columns)}) select ${listOf(columns)} from ${target} on conflict do nothing`)
    },
  }
}
