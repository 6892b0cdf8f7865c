import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startScratchDatabase } from './template.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    ownerUrl: string
    /** What every file seals with, so that files may clone what another has seeded. */
    masterKey: string
  }
}

/** One PostgreSQL for the whole run; each file clones the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startScratchDatabase()
  project.provide('ownerUrl', server.ownerUrl)
  project.provide('masterKey', randomBytes(32).toString('hex'))
  const client = new pg.Client({ connectionString: server.ownerUrl })
  await client.connect()
  process.stdout.write(`PostgreSQL ${(await client.query('show server_version')).rows[0].server_version}\n`)
  await client.end()
  return server.stop
}
