import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

interface Cost {
  calls: number
  milliseconds: number
  blocks: number
  text: string
}

async function asOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Does at once what the database does in the hours after a large import: statistics, visibility, dirty pages. */
export const tidied = (ownerUrl: string): Promise<void> =>
  asOwner(ownerUrl, async (client) => {
    await client.query('vacuum (analyze)')
    await client.query('checkpoint')
  })

const abreastBytes = 20 * 2 ** 20
// What was written last is sealed every two seconds, and its segment kept.
const settleMilliseconds = 5000
const secondsToCatchUp = 900

/** Waits until the archive of the log has what was loaded: its work is no part of what is measured. */
export const abreast = (ownerUrl: string): Promise<void> =>
  asOwner(ownerUrl, async (client) => {
    for (let second = 0; second < secondsToCatchUp; second += 1) {
      const { rows } = await client.query<{ behind: string }>('select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0) as behind from pg_replication_slots')
      if (Number(rows[0]?.behind) < abreastBytes) return void (await wait(settleMilliseconds))
      await wait(1000)
    }
    throw new Error('the archive of the log does not catch up')
  })

/** What the database spent on each statement since `begin`, dearest first: needs pg_stat_statements, which the own database has. */
export function statementCosts(ownerUrl: string) {
  const ask = <R extends pg.QueryResultRow>(text: string): Promise<R[]> => asOwner(ownerUrl, async (client) => (await client.query<R>(text)).rows)
  return {
    begin: async () => {
      await ask('create extension if not exists pg_stat_statements')
      await ask('select pg_stat_statements_reset()')
    },
    dearest: (count: number) =>
      ask<{ calls: string; milliseconds: number; blocks: string; text: string }>(
        `select calls, total_exec_time as milliseconds, shared_blks_hit + shared_blks_read as blocks, regexp_replace(query, '\\s+', ' ', 'g') as text from pg_stat_statements where toplevel and query not like '%pg_stat_statements%' order by total_exec_time desc limit ${count}`,
      ).then((rows) => rows.map((row): Cost => ({ calls: Number(row.calls), milliseconds: row.milliseconds, blocks: Number(row.blocks), text: row.text }))),
  }
}

/** One line a statement: how often, what one costs in milliseconds and pages, and how it begins. */
export const shownCosts = (costs: readonly Cost[]): string =>
  costs.map(({ calls, milliseconds, blocks, text }) => `  ${String(calls).padStart(7)} × ${(milliseconds / calls).toFixed(3).padStart(8)} ms ${String(Math.round(blocks / calls)).padStart(6)} pages  ${text.slice(0, 150)}`).join('\n')
