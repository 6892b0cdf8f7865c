import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { zstdDecompressSync } from 'node:zlib'
import pg from 'pg'
import { startEmbedded } from '#kernel/embedded-postgres.ts'
import { makeRoles, migrate, type Migration, readMigrations } from '#kernel/migrations.ts'
import { ask } from './owner.ts'

/** The database of a release as its own program made it (`tools/gen-fixture.ts`). */
export interface Fixture {
  release: string
  migrations: { name: string; checksum: string }[]
  tables: { name: string; columns: string[]; rows: string }[]
}

const folder = fileURLToPath(new URL('../../../fixtures/', import.meta.url))

export const releases = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.json.zst')).map((name) => name.slice(0, -'.json.zst'.length))

export const readFixture = (release: string): Fixture => JSON.parse(zstdDecompressSync(readFileSync(`${folder}${release}.json.zst`)).toString())

/** Builds the release's schema from the migrations it had, and fills it. */
export async function loadFixture(url: string, prefix: string, fixture: Fixture): Promise<void> {
  const known = new Map(fixture.migrations.map(({ name, checksum }) => [name, checksum]))
  const own = readMigrations().filter(({ name, checksum }) => known.get(name) === checksum)
  if (own.length !== known.size) throw new Error(`migrations of ${fixture.release} were changed or removed`)
  await makeRoles(url, prefix, () => 'test-only')
  await migrate(url, prefix, () => {}, own)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query("begin; set local session_replication_role = 'replica'")
    for (const { name, columns, rows } of fixture.tables) {
      const list = columns.map((column) => `"${column}"`).join(', ')
      await client.query(`delete from "${name}"`)
      await client.query(`insert into "${name}" (${list}) select ${list} from json_populate_recordset(null::"${name}", $1::json)`, [rows])
    }
    await client.query('commit')
  } finally {
    await client.end()
  }
}

const lookMilliseconds = 20
// Locks that make somebody wait who reads or writes.
const locksQuery = `select l.pid, c.relname as name, l.mode from pg_locks l join pg_class c on c.oid = l.relation join pg_stat_activity a on a.pid = l.pid
  where l.granted and c.relkind in ('r', 'p') and c.relname = any($1) and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')`

/** Looks at who locks which of the tables, and keeps how long each was locked in one piece. */
function watchLocks(client: pg.Client, tables: readonly string[], life: { isOver: boolean }): Promise<Map<string, number>> {
  const longest = new Map<string, number>()
  const since = new Map<string, number>()
  const look = async () => {
    const now = Date.now()
    const { rows } = await client.query<{ pid: number; name: string; mode: string }>(locksQuery, [tables])
    const held = new Set(rows.map((row) => `${row.pid} ${row.name} ${row.mode}`))
    for (const key of since.keys()) if (!held.has(key)) since.delete(key)
    for (const key of held) {
      const begun = since.get(key) ?? now
      since.set(key, begun)
      const name = key.split(' ').slice(1).join(' ')
      longest.set(name, Math.max(longest.get(name) ?? 0, Date.now() - begun + lookMilliseconds))
    }
  }
  return (async () => {
    while (!life.isOver) {
      await look()
      await wait(lookMilliseconds)
    }
    return longest
  })()
}

/** Reads and writes a row of each table in turn, as the version before goes on doing, and keeps the longest that one had to wait. */
async function useTables(url: string, tables: readonly string[], life: { isOver: boolean }): Promise<{ statements: number; longestWait: number; failures: string[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const seen = { statements: 0, longestWait: 0, failures: [] as string[] }
  const timed = async (text: string) => {
    const started = performance.now()
    await client.query(text).catch((error: unknown) => void seen.failures.push(`${text}: ${error instanceof Error ? error.message : ''}`))
    seen.longestWait = Math.max(seen.longestWait, Math.round(performance.now() - started))
    seen.statements += 1
  }
  await client.query("set session_replication_role = 'replica'")
  while (!life.isOver) {
    for (const table of tables) {
      await timed(`select 1 from "${table}" limit 1`)
      await timed(`delete from "${table}" where false`)
    }
  }
  await client.end()
  return seen
}

export interface MigrationReport {
  release: string
  migrations: number
  rows: number
  lostRows: string[]
  statements: number
  failures: string[]
  /** The longest any reader or writer had to wait, milliseconds. */
  longestWait: number
  /** Tables of the release that were locked longest, milliseconds. */
  locks: Record<string, number>
  seconds: number
}

const countsQuery = (tables: readonly string[]): string => tables.map((name) => `select '${name}' as name, count(*)::int as n from "${name}"`).join(' union all ')

/** Brings a release to the program's version while its tables are read and written, and watches who has to wait. */
export async function migrateUnderLoad(ownerUrl: string, fixture: Fixture, planted: readonly Migration[] = []): Promise<MigrationReport> {
  const prefix = new URL(ownerUrl).pathname.slice(1)
  await loadFixture(ownerUrl, prefix, fixture)
  const tables = (await ask<{ name: string }>(ownerUrl, "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'schema_migrations' order by 1")).map(({ name }) => name)
  const counts = new Map((await ask<{ name: string; n: number }>(ownerUrl, countsQuery(tables))).map(({ name, n }) => [name, n]))
  const life = { isOver: false }
  const looker = new pg.Client({ connectionString: ownerUrl })
  await looker.connect()
  const watching = watchLocks(looker, tables, life)
  const using = [useTables(ownerUrl, tables, life), useTables(ownerUrl, tables.toReversed(), life)]
  await wait(200)
  const started = Date.now()
  const migrations = await migrate(ownerUrl, prefix, () => {}, [...readMigrations(), ...planted]).finally(() => (life.isOver = true))
  const seconds = (Date.now() - started) / 1000
  const [locks, ...seen] = await Promise.all([watching, ...using])
  await looker.end()
  const after = await ask<{ name: string; n: number }>(ownerUrl, countsQuery(tables))
  return {
    release: fixture.release, migrations, rows: counts.values().reduce((sum, n) => sum + n, 0), lostRows: after.filter(({ name, n }) => n < (counts.get(name) ?? 0)).map(({ name }) => name),
    statements: seen.reduce((sum, one) => sum + one.statements, 0), failures: seen.flatMap((one) => one.failures), longestWait: Math.max(...seen.map((one) => one.longestWait)),
    locks: Object.fromEntries([...locks].toSorted(([, a], [, b]) => b - a).slice(0, 5)), seconds,
  }
}

/** Each release on a server of its own disk. */
export async function migrateReleases(): Promise<MigrationReport[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-migration-'))
  chmodSync(dataDir, 0o755)
  const server = await startEmbedded({ dataDir })
  try {
    const reports: MigrationReport[] = []
    for (const [index, release] of releases().entries()) {
      await ask(server.ownerUrl('postgres'), `create database release${index}`)
      reports.push(await migrateUnderLoad(server.ownerUrl(`release${index}`), readFixture(release)))
    }
    return reports
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
