import { z } from 'zod'
import type { BackupStore } from './store.ts'
import { BackupDamage, type BackupKey, isSigned, signature } from './vault.ts'

const part = z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })
const digests = z.object({ tables: z.record(z.string(), z.object({ rows: z.number(), hash: z.string() })), catalogue: z.record(z.string(), z.string()) })

const manifest = z.object({
  format: z.literal(1),
  id: z.string(),
  kind: z.enum(['physical', 'logical']),
  /** The one hospital of a logical export, or all. */
  tenantId: z.string().nullable(),
  tenantName: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string(),
  /** The instant the content stands at. */
  at: z.string(),
  program: z.string(),
  postgres: z.number(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  rolePrefix: z.string(),
  keyId: z.string(),
  keys: z.object({ master: z.string(), passphrase: z.object({ salt: z.string(), sealed: z.string() }).optional() }),
  /** The owner's password of an embedded database, sealed with the backup's key. */
  secrets: z.string().nullable(),
  data: z.array(part),
  /** The list of files, and their number and size. */
  files: z.object({ list: z.array(part), count: z.number(), bytes: z.number() }),
  digests,
  physical: z
    .object({ systemId: z.string(), timeline: z.number(), startLsn: z.number(), endLsn: z.number(), markLsn: z.number(), mark: z.string(), segmentBytes: z.number(), database: z.string() })
    .nullable(),
})

/** What a backup is and holds; it is written last, so a backup without it was never finished. */
export type Manifest = z.output<typeof manifest>

const verification = z.object({ at: z.string(), isGood: z.boolean(), findings: z.array(z.string()), seconds: z.number(), tables: z.number(), rows: z.number() })
export type Verification = z.output<typeof verification>

export const folderOf = (id: string): string => `${id}/`
const signedText = (body: string, own: BackupKey): string => JSON.stringify({ signature: signature(own, body), keyId: own.id, body })
const envelope = z.object({ signature: z.string(), keyId: z.string(), body: z.string() })

async function readSigned(store: BackupStore, own: BackupKey, name: string): Promise<unknown> {
  const text = (await store.get(name)).toString('utf8')
  const parsed = envelope.safeParse(safeJson(text))
  if (!parsed.success) throw new BackupDamage(`${name} cannot be read`)
  const { keyId, body, signature: given } = parsed.data
  if (keyId !== own.id) throw new BackupDamage(`${name} was made with the master key ${keyId}, this one is ${own.id}`)
  if (!isSigned(own, body, given)) throw new BackupDamage(`${name} was changed: its signature does not fit`)
  return safeJson(body)
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function writeManifest(store: BackupStore, own: BackupKey, value: Manifest): Promise<void> {
  await store.put(`${folderOf(value.id)}manifest.json`, Buffer.from(signedText(JSON.stringify(value), own)))
}

/** The signed manifest of a backup; a changed one, or one of another master key, is refused by name. */
export async function readManifest(store: BackupStore, own: BackupKey, id: string): Promise<Manifest> {
  const parsed = manifest.safeParse(await readSigned(store, own, `${folderOf(id)}manifest.json`))
  if (!parsed.success) throw new BackupDamage(`${folderOf(id)}manifest.json has a form this program does not know`)
  return parsed.data
}

/** The wrapped keys of a manifest without checking it: for the day the master key is lost. */
export async function readWrappedKeys(store: BackupStore, id: string): Promise<Manifest['keys']> {
  const text = envelope.parse(safeJson((await store.get(`${folderOf(id)}manifest.json`)).toString('utf8')))
  return manifest.shape.keys.parse((safeJson(text.body) as { keys: unknown }).keys)
}

export async function writeVerification(store: BackupStore, own: BackupKey, id: string, value: Verification): Promise<void> {
  await store.put(`${folderOf(id)}verified.json`, Buffer.from(signedText(JSON.stringify(value), own)))
}

export async function readVerification(store: BackupStore, own: BackupKey, id: string): Promise<Verification | undefined> {
  if (!(await store.has(`${folderOf(id)}verified.json`))) return undefined
  return verification.parse(await readSigned(store, own, `${folderOf(id)}verified.json`))
}

export interface BackupSummary {
  id: string
  manifest: Manifest | undefined
  verification: Verification | undefined
  /** Why the manifest cannot be used. */
  problem: string
  bytes: number
}

const idShape = /^(\d{8}T\d{6}Z-[a-z0-9-]+)\/manifest\.json$/

/** Every finished backup of the store, newest first; one that cannot be read is listed with its problem. */
export async function listBackups(store: BackupStore, own: BackupKey): Promise<BackupSummary[]> {
  const names = (await store.list('')).map(({ name }) => idShape.exec(name)?.[1]).filter((id) => id !== undefined)
  const found = await Promise.all(
    names.map(async (id): Promise<BackupSummary> => {
      try {
        const read = await readManifest(store, own, id)
        const verified = await readVerification(store, own, id)
        return { id, manifest: read, verification: verified, problem: '', bytes: [...read.data, ...read.files.list].reduce((sum, one) => sum + one.bytes, 0) }
      } catch (error) {
        return { id, manifest: undefined, verification: undefined, problem: error instanceof Error ? error.message : 'unreadable', bytes: 0 }
      }
    }),
  )
  return found.toSorted((a, b) => (a.id < b.id ? 1 : -1))
}
