import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../embedded-postgres.ts'
import { prepareJobs } from '../jobs.ts'
import { makeRoles, migrate } from '../migrations.ts'

/** Password of the throw-away roles of the tests. */
export const testPassword = 'test-only'
export const testPrefix = 'triveni'
export const templateName = 'triveni_template'

export interface ScratchServer {
  /** Owner's address of the migrated template. */
  ownerUrl: string
  ownerUrlOf: (database: string) => string
  stop: () => Promise<void>
}

// Nothing of it outlives the run, so it need not wait for the disk; what a crash must not lose is proved on servers of their own.
// Each file has a database, and to look through them all for dead rows is work of nobody: what is asked for its plan is analysed first.
const throwAway = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', max_connections: '300' }

/** Starts a throw-away PostgreSQL with a migrated template database. */
export async function startScratchDatabase(): Promise<ScratchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-test-'))
  chmodSync(dataDir, 0o755)
  const server = await startEmbedded({ dataDir, settings: throwAway })
  await makeTemplate(server.ownerUrl('postgres'), server.ownerUrl(templateName))
  return {
    ownerUrl: server.ownerUrl(templateName),
    ownerUrlOf: server.ownerUrl,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeTemplate(adminUrl: string, templateUrl: string): Promise<void> {
  await asAdmin(adminUrl, `create database ${templateName}`)
  await makeRoles(adminUrl, testPrefix, () => testPassword)
  await migrate(templateUrl, testPrefix)
  const jobsUrl = new URL(templateUrl)
  jobsUrl.username = `${testPrefix}_jobs`
  jobsUrl.password = testPassword
  await prepareJobs(templateUrl, jobsUrl.toString(), `${testPrefix}_jobs`)
}

export async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
