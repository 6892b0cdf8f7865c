import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** The owner's address of an installation's embedded database. */
export function ownerUrl(dataDir: string): string {
  const password = readFileSync(join(dataDir, 'database-password'), 'utf8').trim()
  const port = readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3]
  return `postgres://triveni_owner:${password}@127.0.0.1:${port}/triveni`
}

export async function ask<R extends pg.QueryResultRow>(url: string, text: string, values: readonly unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<R>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
