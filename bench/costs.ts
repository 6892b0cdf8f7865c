import pg from 'pg'

interface Cost {
  calls: number
  milliseconds: number
  blocks: number
  text: string
}

/** What the database spent on each statement since `begin`, dearest first: needs pg_stat_statements, which the own database has. */
export function statementCosts(ownerUrl: string) {
  const ask = async <R extends pg.QueryResultRow>(text: string): Promise<R[]> => {
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    try {
      return (await client.query<R>(text)).rows
    } finally {
      await client.end()
    }
  }
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
