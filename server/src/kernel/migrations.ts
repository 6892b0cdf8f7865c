import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { StartError } from './config.ts'

export const roleParts = ['app', 'auditor', 'audit_writer', 'jobs'] as const
export type RolePart = (typeof roleParts)[number]

const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Migrations of the program, in order. */
export function readMigrations(): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .toSorted()
    .map((name) => {
      const sql = readFileSync(`${folder}${name}`, 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** Makes the logins of the installation, each with its password; safe to repeat. */
export async function makeRoles(ownerUrl: string, prefix: string, passwordOf: (part: RolePart) => string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    for (const part of roleParts) {
      const name = client.escapeIdentifier(`${prefix}_${part}`)
      const known = await client.query('select 1 from pg_roles where rolname = $1', [`${prefix}_${part}`])
      await client.query(`${known.rowCount === 0 ? 'create' : 'alter'} role ${name} login nosuperuser nobypassrls password ${client.escapeLiteral(passwordOf(part))}`)
    }
  } finally {
    await client.end()
  }
}

/**
 * Brings the schema to the program's version, each file in one transaction, under a lock.
 * A file that changed after it ran, or a schema newer than the program, stops the start.
 */
export async function migrate(ownerUrl: string, prefix: string, onStep: (name: string) => void = () => {}, all: readonly Migration[] = readMigrations()): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(727274)')
    await client.query('create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())')
    await client.query('select set_config($1, $2, false)', ['triveni.role_prefix', prefix])
    const applied = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations')
    const known = new Map(applied.rows.map((row) => [row.name, row.checksum]))
    checkHistory(known, all)
    const pending = all.filter((migration) => !known.has(migration.name))
    for (const migration of pending) {
      onStep(migration.name)
      await apply(client, migration)
    }
    return pending.length
  } finally {
    await client.end()
  }
}

export interface PlannedMigration {
  name: string
  /** First lines of its statements. */
  statements: string[]
  /** What may hold others up while it runs. */
  warnings: string[]
}

const heavy: readonly [RegExp, string][] = [
  [/^alter table (\S+) .*\b(?:alter column .* type|add constraint .*(?:check|foreign key)(?!.*not valid))/is, 'reads the whole table while nobody can write to it'],
  [/^create (?:unique )?index (?!concurrently)/i, 'holds up writes to the table while the index is built'],
  [/^update (\S+)/i, 'changes rows: its time grows with the table'],
  [/^(?:drop|truncate)\b/i, 'removes something the previous version may still use'],
]

/** What would be applied: statements and, on tables that exist already, what may hold the running version up. Changes nothing. */
export async function planMigrations(ownerUrl: string, all: readonly Migration[] = readMigrations()): Promise<PlannedMigration[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ has: boolean }>("select to_regclass('public.schema_migrations') is not null as has")
    const applied = rows[0]?.has === true ? (await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations')).rows : []
    const known = new Map(applied.map((row) => [row.name, row.checksum]))
    checkHistory(known, all)
    return all.filter((one) => !known.has(one.name)).map(planOf)
  } finally {
    await client.end()
  }
}

function planOf({ name, sql }: Migration): PlannedMigration {
  const statements = sql.replaceAll(/--[^\n]*/g, '').split(/;\s*\n/).map((one) => one.trim().replaceAll(/\s+/g, ' ')).filter(Boolean)
  const made = new Set([...sql.matchAll(/create table (?:if not exists )?(\S+)/gi)].map((match) => match[1]))
  const tableOf = (statement: string) => /(?:alter table|update|on|truncate|drop table(?: if exists)?) (?:only )?([a-z_.]+)/i.exec(statement)?.[1]
  const warnings = statements.flatMap((statement) => (made.has(tableOf(statement) ?? '') ? [] : heavy.flatMap(([pattern, why]) => (pattern.test(statement) ? [`${statement.slice(0, 60)}: ${why}`] : []))))
  return { name, statements: statements.map((statement) => statement.slice(0, 100)), warnings }
}

function checkHistory(known: ReadonlyMap<string, string>, all: readonly Migration[]): void {
  const names = new Set(all.map((migration) => migration.name))
  const newer = [...known.keys()].filter((name) => !names.has(name))
  if (newer.length > 0) throw new StartError(`The database schema is newer than this program (it has ${newer.toSorted().at(-1)}). Start the newer version, or restore a backup made before it.`)
  const changed = all.find((migration) => known.has(migration.name) && known.get(migration.name) !== migration.checksum)
  if (changed !== undefined) throw new StartError(`Migration ${changed.name} was changed after it had been applied. Restore the file; changes to the schema go into a new migration.`)
}

const lockMilliseconds = 1500
const lockTries = 200

const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '55P03'

/** Behind a migration that waits for a lock everybody else queues: it gives way after a moment and tries again. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await applyOnce(client, migration)
    } catch (error) {
      if (!isLockTimeout(error) || tries === lockTries) throw new Error(`migration ${migration.name} failed: ${error instanceof Error ? error.message : ''}`, { cause: error })
      await new Promise((done) => setTimeout(done, 500))
    }
  }
}

async function applyOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query(`begin; set local lock_timeout = '${lockMilliseconds}ms'`)
    await client.query(migration.sql)
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [migration.name, migration.checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
