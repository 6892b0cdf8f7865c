import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../../seed/seed.ts'
import { stableId } from '../../seed/random.ts'
import { type EmbeddedPostgres, startEmbedded } from '../embedded-postgres.ts'
import { makeRoles, migrate } from '../migrations.ts'
import { takeLogical } from './logical.ts'
import { listBackups, type Manifest, readManifest, readWrappedKeys } from './manifest.ts'
import { takePhysical } from './physical.ts'
import { restorePhysical } from './restore.ts'
import { restoreExport } from './restore-tenant.ts'
import { expired, prune } from './retention.ts'
import { type BackupStore, diskStore } from './store.ts'
import { backupKeyOf, recoverMasterKey } from './vault.ts'
import { verifyBackup } from './verify.ts'
import { startWalArchive, type WalArchive } from './wal-archive.ts'

const masterText = 'ab'.repeat(32)
const key = backupKeyOf(masterText)
const made: string[] = []
// Each restores once or more: minutes where others work beside.
const patience = 900_000

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'triveni-backup-'))
  chmodSync(path, 0o755)
  made.push(path)
  return path
}

const dataDir = folder()
const root = join(dataDir, 'backups')
const store: BackupStore = diskStore(root)
const general = stableId(1, 'general')
let server: EmbeddedPostgres
let archive: WalArchive
let physical: Manifest

async function ask<R extends pg.QueryResultRow>(url: string, text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<R>(text)).rows
  } finally {
    await client.end()
  }
}

const input = () => ({ ownerUrl: server.ownerUrl('triveni'), store, key, passphrase: 'a long recovery sentence', filesRoot: join(dataDir, 'files'), scratch: join(dataDir, 'scratch'), ownerPassword: readFileSync(join(dataDir, 'database-password'), 'utf8') })

beforeAll(async () => {
  server = await startEmbedded({ dataDir })
  await ask(server.ownerUrl('postgres'), 'create database triveni')
  await makeRoles(server.ownerUrl('triveni'), 'triveni', () => 'test-only')
  await migrate(server.ownerUrl('triveni'), 'triveni')
  await seed({ ownerUrl: server.ownerUrl('triveni'), tenants: 2, patients: 30, seed: 1, on: '2026-11-20' })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(dataDir, 'files', general, '2026'), { recursive: true })
  writeFileSync(join(dataDir, 'files', general, '2026', 'x-ray'), 'sealed bytes of a picture')
  archive = startWalArchive({ url: server.ownerUrl('triveni'), store, key, flushSeconds: 1 })
})
afterAll(async () => {
  await archive.stop()
  await server.stop()
  for (const path of made) rmSync(path, { recursive: true, force: true })
})

/** Changes a stored file, has the backup verified, and puts the file back. */
async function damaged(name: string, change: (path: string) => void, id: string): Promise<string> {
  const path = join(root, name)
  const before = readFileSync(path)
  change(path)
  const { findings, isGood } = await verifyBackup({ store, key, id })
  writeFileSync(path, before)
  expect(isGood).toBe(false)
  return findings.join('; ')
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

describe('a physical backup', () => {
  it('is taken while hospitals write, and counts once it was restored and compared', async () => {
    const writer = new pg.Client({ connectionString: server.ownerUrl('triveni') })
    await writer.connect()
    const life = { isOver: false }
    const writing = (async () => {
      while (!life.isOver) await writer.query("insert into drafts (tenant_id, user_id, form, subject, content, updated_at) values ($1, gen_random_uuid(), 'f', 's', '{}', clock_timestamp())", [general])
    })()
    physical = await takePhysical(input())
    life.isOver = true
    await writing
    await writer.end()
    const verified = await verifyBackup({ store, key, id: physical.id })
    expect(verified.findings).toEqual([])
    expect(verified.isGood).toBe(true)
    expect(verified.tables).toBeGreaterThan(40)
    expect(physical.files.count).toBe(1)
    expect((await listBackups(store, key))[0]?.verification?.isGood).toBe(true)
  }, patience)

  it('holds nothing that can be read without the key', () => {
    const bytes = Buffer.concat(physical.data.map((part) => readFileSync(join(root, part.name))))
    expect(bytes.includes('PG_VERSION')).toBe(false)
    expect(bytes.includes('backup_label')).toBe(false)
  })

  it('with a flipped byte, cut short, without a part, or with another key is refused by name', async () => {
    const part = physical.data[0]?.name ?? ''
    const half = (path: string) => Math.floor(statSync(path).size / 2)
    expect(await damaged(part, (path) => flip(path, half(path)), physical.id)).toContain(`${part} was changed`)
    expect(await damaged(part, (path) => truncateSync(path, half(path)), physical.id)).toContain(`${part} has`)
    expect(await damaged(part, (path) => rmSync(path), physical.id)).toContain(`${part} is missing`)
    expect(await damaged(`files/${general}/2026/x-ray`, (path) => flip(path, 3), physical.id)).toContain('x-ray was changed')
    expect(await damaged(`${physical.id}/manifest.json`, (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('triveni', 'trivenj')), physical.id)).toContain('signature')
    const other = await verifyBackup({ store: diskStore(root), key: backupKeyOf('cd'.repeat(32)), id: physical.id })
    expect(other.findings.join()).toContain(`made with the master key ${key.id}`)
  }, patience)

  it('without a segment of its log, or with a changed one, is refused by name', async () => {
    const wal = join(root, 'wal', physical.physical?.systemId ?? '')
    const segments = readdirSync(wal).filter((name) => name.length === 24)
    const needed = segments.find((name) => Number.parseInt(name.slice(16), 16) * 16_777_216 >= Math.floor((physical.physical?.startLsn ?? 0) / 16_777_216) * 16_777_216) ?? ''
    const name = `wal/${physical.physical?.systemId}/${needed}`
    expect(await damaged(name, (path) => rmSync(path), physical.id)).toContain('is missing')
    expect(await damaged(name, (path) => flip(path, 200), physical.id)).toContain(`${name} was changed`)
    expect(await verifyBackup({ store, key, id: physical.id })).toMatchObject({ isGood: true, findings: [] })
  }, patience)

  it('gives the master key back to who has the recovery passphrase, and to nobody else', async () => {
    const keys = await readWrappedKeys(store, physical.id)
    expect(recoverMasterKey(keys, 'a long recovery sentence')).toBe(masterText)
    expect(() => recoverMasterKey(keys, 'a wrong one')).toThrow('passphrase')
  })

  it('comes back to an instant within a second, what came later gone, on an empty machine', async () => {
    const url = server.ownerUrl('triveni')
    const mark = (name: string) => ask(url, `insert into drafts (tenant_id, user_id, form, subject, content, updated_at) values ('${general}', gen_random_uuid(), 'mark', '${name}', '{}', clock_timestamp())`)
    const committedAt: number[] = []
    for (let index = 0; index < 30; index += 1) {
      await mark(String(index))
      committedAt.push(Date.now())
      await wait(50)
    }
    const rows = await ask<{ at: Date }>(url, "select updated_at as at from drafts where form = 'mark' order by at")
    const time = new Date(((rows[15]?.at.getTime() ?? 0) + (rows[16]?.at.getTime() ?? 0)) / 2)
    const [{ lsn: written } = { lsn: Number.NaN }] = await ask<{ lsn: number }>(url, "select (pg_current_wal_lsn() - '0/0')::float8 as lsn")
    await expect.poll(() => archive.status().archivedTo, { timeout: 120_000 }).toBeGreaterThanOrEqual(written)
    const target = folder()
    const restored = await restorePhysical({ store, key, manifest: physical, dataDir: target, target: { time } })
    const found = await ask<{ at: Date }>(restored.ownerUrl('triveni'), "select updated_at as at from drafts where form = 'mark' order by at")
    await restored.stop()
    expect(found.every((row) => row.at <= time)).toBe(true)
    expect(found.length).toBeGreaterThan(0)
    // What was written before the instant may have been committed after it; what had been answered was not.
    expect(found.length).toBeGreaterThanOrEqual(committedAt.filter((at) => at < time.getTime()).length)
  }, patience)
})

describe('the export of one hospital', () => {
  it('is restored beside the others, and its audit keeps what came later', async () => {
    const url = server.ownerUrl('triveni')
    const exported = await takeLogical(input(), { id: general, name: 'General' })
    expect((await verifyBackup({ store, key, id: exported.id })).findings).toEqual([])
    const others = "select count(*)::int as n, coalesce(sum(hashtextextended(p::text, 0)::numeric), 0)::text as hash from patients p where tenant_id <> '" + general + "'"
    const mine = "select count(*)::int as n, sum(hashtextextended(p::text, 0)::numeric)::text as hash from patients p where tenant_id = '" + general + "'"
    const before = [await ask(url, others), await ask(url, mine)]
    await ask(url, `update patients set family_name = 'Overwritten' where tenant_id = '${general}'; delete from drafts where tenant_id = '${general}'`)
    const changed = await ask<{ n: number }>(url, `select count(*)::int as n from audit_entries where tenant_id = '${general}'`)
    await restoreExport({ ownerUrl: url, store, key, manifest: exported, filesRoot: join(dataDir, 'files') })
    expect([await ask(url, others), await ask(url, mine)]).toEqual(before)
    expect((await ask<{ n: number }>(url, `select count(*)::int as n from audit_entries where tenant_id = '${general}'`))[0]?.n).toBeGreaterThanOrEqual(changed[0]?.n ?? 0)
  }, patience)

  it('that was changed is not restored, and nothing of the hospital is touched', async () => {
    const url = server.ownerUrl('triveni')
    const exported = await takeLogical(input(), { id: general, name: 'General' })
    const part = join(root, exported.data[0]?.name ?? '')
    flip(part, 100)
    await ask(url, `insert into drafts (tenant_id, user_id, form, subject, content, updated_at) values ('${general}', gen_random_uuid(), 'late', 's', '{}', clock_timestamp())`)
    await expect(restoreExport({ ownerUrl: url, store, key, manifest: exported, filesRoot: join(dataDir, 'files') })).rejects.toThrow('changed')
    expect(await ask(url, "select 1 from drafts where form = 'late'")).toHaveLength(1)
    rmSync(join(root, exported.id), { recursive: true })
  })
})

describe('old backups', () => {
  const day = (number: number) => new Date(Date.UTC(2026, 10, number))
  const one = (number: number, isGood: boolean | undefined) => ({
    id: `202611${String(number).padStart(2, '0')}T000000Z-physical-aa`, problem: '', bytes: 1,
    manifest: { ...physical, endedAt: day(number).toISOString() },
    verification: isGood === undefined ? undefined : { at: '', isGood, findings: [], seconds: 1, tables: 1, rows: 1 },
  })
  it('go only when enough newer ones were verified', () => {
    const retention = { keep: 2, keepDays: 0 }
    const gone = (all: ReturnType<typeof one>[]) => expired(all, retention, day(28)).map(({ id }) => id.slice(6, 8))
    expect(gone([one(1, true), one(2, true), one(3, true)])).toEqual(['01'])
    expect(gone([one(1, true), one(2, true), one(3, undefined)])).toEqual([])
    expect(gone([one(1, true), one(2, false), one(3, false), one(4, undefined)])).toEqual([])
    expect(expired([one(1, true), one(2, true), one(3, true)], { keep: 2, keepDays: 30 }, day(28))).toEqual([])
  })
  it('take their log with them and leave what is needed', async () => {
    const second = await takePhysical(input())
    expect(await verifyBackup({ store, key, id: second.id })).toMatchObject({ isGood: true, findings: [] })
    const segments = async () => (await store.list('wal/')).map(({ name }) => name).filter((name) => !name.endsWith('.partial'))
    const before = await segments()
    expect(await prune(store, key, { keep: 1, keepDays: 0 }, new Date(Date.now() + 1000))).toContain(physical.id)
    await expect(readManifest(store, key, physical.id)).rejects.toThrow('missing')
    const left = new Set(await segments())
    expect(before.filter((name) => !left.has(name))).not.toEqual([])
    expect(await verifyBackup({ store, key, id: second.id })).toMatchObject({ isGood: true, findings: [] })
  }, patience)
})
