import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export interface DemoOptions {
  ownerUrl: string
  /** Where the sign-ins are written, for the page of sign-in. */
  file: string
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
}

const folder = fileURLToPath(new URL('.', import.meta.url))
const size = { tenants: 3, patients: 60, seed: 1 }

/** What a demo of this day and these programs is called; the database carries it, so that it goes back with a restored backup. */
function nameOf(on: string): string {
  const hash = createHash('sha256').update(JSON.stringify(size))
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(`${folder}${file}`))
  return `demo of ${on}, ${hash.digest('hex').slice(0, 16)}`
}

async function owned<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Fills in the demo hospitals of a day. A second start on that day finds it done: to see that nothing is missing takes longer than all the rest of a start. */
export async function prepareDemo({ ownerUrl, file, on }: DemoOptions): Promise<void> {
  const name = nameOf(on)
  const found = await owned(ownerUrl, (client) => client.query("select obj_description('kernel'::regnamespace) as name"))
  if (found.rows[0]?.name === name && existsSync(file)) return
  const { seed } = await import('./seed.ts')
  const signIns = await seed({ ownerUrl, ...size, on })
  writeFileSync(file, JSON.stringify(signIns, null, 2), { mode: 0o600 })
  await owned(ownerUrl, (client) => client.query(`comment on schema kernel is ${client.escapeLiteral(name)}`))
}

/** Fills the morning of the demo hospitals with work, where nobody has begun to work. Needs pools and wired modules. */
export async function workDay(): Promise<void> {
  const { workOneDay } = await import('./day.ts')
  await workOneDay(size.tenants, size.seed)
}
