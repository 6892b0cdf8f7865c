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

/** Starts a throw-away PostgreSQL with a migrated template database. */
export async function startScratchDatabase(): Promise<ScratchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-test-'))
  chmodSync(dataDir, 0o755)
  const server = await startEmbedded({ dataDir })
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
