import { createHmac } from 'node:crypto'
import pg from 'pg'
import { type Config, StartError } from '#kernel/config.ts'
import { startEmbedded } from '#kernel/embedded-postgres.ts'
import { prepareJobs } from '#kernel/jobs.ts'
import { makeRoles, migrate, type RolePart } from '#kernel/migrations.ts'
import { masterKeyOf } from '#kernel/master-key.ts'
import { holdMasterKey } from '#kernel/seal.ts'
import { ensureTenantKeys, loadTenantKeys } from '#kernel/tenant-keys.ts'
import { servingProcess } from '#kernel/serving.ts'

export interface Database {
  ownerUrl: string
  urlOf: (role: RolePart) => string
  stop: () => Promise<void>
  isEmbedded: boolean
}

/** Passwords of the database's logins follow from the master key, so that nothing else has to be kept. */
function passwordFrom(key: string): (part: RolePart) => string {
  return (part) => createHmac('sha256', key).update(`database-role:${part}`).digest('base64url')
}

async function reach(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const version = Number((await client.query('show server_version_num')).rows[0].server_version_num)
    if (version < 150_000) throw new StartError(`The database is PostgreSQL ${Math.floor(version / 10_000)}; Triveni needs 15 or newer.`)
  } catch (error) {
    if (error instanceof StartError) throw error
    const where = new URL(url)
    throw new StartError(`The database at ${where.hostname}:${where.port || 5432} cannot be reached (DATABASE_OWNER_URL): ${error instanceof Error ? error.message : ''}`)
  } finally {
    await client.end().catch(() => {})
  }
}

const withUser = (url: string, user: string, password: string): string => {
  const changed = new URL(url)
  changed.username = user
  changed.password = password
  return changed.toString()
}

export interface OpenOptions {
  /** For the process that serves: a database that dies is started again. */
  isWatched?: boolean
  /** Called while the embedded database comes up; not when one is adopted. */
  onSpawned?: () => void
  /** Leave the schema as it is: a backup before an update must not update. */
  isAsIs?: boolean
}

/** Starts or reaches the database, makes the logins and brings the schema up to date. A database that a serving process uses is left running by `stop`. */
export async function openDatabase(config: Config, onProgress: (text: string) => void, options: OpenOptions = {}): Promise<Database> {
  const isShared = servingProcess(config.dataDir) !== undefined
  const embedded = config.databaseUrl === undefined && config.databaseOwnerUrl === undefined ? await startEmbedded({ dataDir: config.dataDir, onProgress, isWatched: options.isWatched === true, ...(options.onSpawned === undefined ? {} : { onSpawned: options.onSpawned }) }) : undefined
  const key = masterKeyOf(config)
  holdMasterKey(key)
  const ownerUrl = embedded === undefined ? config.databaseOwnerUrl : await ownDatabase(embedded.ownerUrl)
  if (ownerUrl === undefined) throw new StartError('DATABASE_URL is set but not DATABASE_OWNER_URL, which migrations need.')
  await reach(ownerUrl)
  const prefix = new URL(ownerUrl).pathname.slice(1)
  const passwordOf = passwordFrom(key)
  const urlOf = (role: RolePart) => (role === 'app' && config.databaseUrl !== undefined ? config.databaseUrl : withUser(ownerUrl, `${prefix}_${role}`, passwordOf(role)))
  if (options.isAsIs !== true) {
    await oneAtATime(ownerUrl, async () => {
      await makeRoles(ownerUrl, prefix, passwordOf)
      await migrate(ownerUrl, prefix, (name) => onProgress(`migration ${name}`))
      await prepareJobs(ownerUrl, urlOf('jobs'), `${prefix}_jobs`)
      await withOwner(ownerUrl, (query) => ensureTenantKeys(query))
    })
  }
  await withOwner(ownerUrl, readKeys)
  return { ownerUrl, urlOf, stop: embedded === undefined || isShared ? async () => {} : embedded.stop, isEmbedded: embedded !== undefined }
}

type Query = Parameters<typeof loadTenantKeys>[0]

async function withOwner(ownerUrl: string, work: (query: Query) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await work((text, values = []) => client.query(text, values))
  } finally {
    await client.end()
  }
}

/** A schema that is left as it is may be older than the hospitals' keys. */
async function readKeys(query: Query): Promise<void> {
  const { rows } = await query("select to_regclass('kernel.tenant_keys') is not null as has")
  if (rows[0]?.['has'] === true) await loadTenantKeys(query)
}

/** Several processes may start on one database at once: logins, schema and queue are prepared by one after the other. */
async function oneAtATime(ownerUrl: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(727275)')
    await work()
  } finally {
    await client.end()
  }
}

async function ownDatabase(ownerUrl: (database: string) => string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl('postgres') })
  await client.connect()
  const known = await client.query(`select 1 from pg_database where datname = 'triveni'`)
  if (known.rowCount === 0) await client.query('create database triveni')
  await client.end()
  return ownerUrl('triveni')
}
