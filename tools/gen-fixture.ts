// The database of a release, as its own program makes it: what later migrations are tried on. Run at a release:
// node tools/gen-fixture.ts 0.1.0
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zstdCompressSync } from 'node:zlib'
import pg from 'pg'
import { startEmbedded } from '../server/src/kernel/embedded-postgres.ts'
import { makeRoles, migrate } from '../server/src/kernel/migrations.ts'
import { seed } from '../server/src/seed/seed.ts'

const release = process.argv[2] ?? ''
if (!/^\d+\.\d+\.\d+(-[a-z0-9]+)?$/.test(release)) throw new Error('node tools/gen-fixture.ts 0.1.0')

const tablesQuery = `select c.relname as name, array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations' order by 1`

const dataDir = mkdtempSync(join(tmpdir(), 'triveni-fixture-'))
chmodSync(dataDir, 0o755)
const server = await startEmbedded({ dataDir, settings: { fsync: 'off' } })
const client = new pg.Client({ connectionString: server.ownerUrl('postgres') })
await client.connect()
await client.query('create database fixture')
await client.end()
const url = server.ownerUrl('fixture')
await makeRoles(url, 'fixture', () => 'fixture')
await migrate(url, 'fixture')
await seed({ ownerUrl: url, tenants: 1, patients: 8, seed: 1, on: '2026-11-20' })
const owner = new pg.Client({ connectionString: url })
await owner.connect()
const migrations = (await owner.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations order by name')).rows
const tables = []
for (const { name, columns } of (await owner.query<{ name: string; columns: string[] }>(tablesQuery)).rows) {
  const list = columns.map((column) => `"${column}"`).join(', ')
  const { rows } = await owner.query<{ row: string }>(`select row_to_json(t)::text as row from (select ${list} from "${name}") t`)
  if (rows.length > 0) tables.push({ name, columns, rows: `[${rows.map(({ row }) => row).join(',')}]` })
}
await owner.end()
await server.stop()
rmSync(dataDir, { recursive: true, force: true })
const folder = fileURLToPath(new URL('../server/fixtures/', import.meta.url))
mkdirSync(folder, { recursive: true })
const packed = zstdCompressSync(JSON.stringify({ release, migrations, tables }))
writeFileSync(join(folder, `${release}.json.zst`), packed)
process.stdout.write(`${release}: ${migrations.length} migrations, ${tables.length} tables, ${packed.length} bytes\n`)
