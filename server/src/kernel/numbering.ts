import { rawInTenant, type Tx } from './db.ts'

export interface NumberSeries {
  /** The registration the series belongs to: a facility id, or `tenant`. */
  scope: string
  kind: string
  series: string
  fiscalYear: string
}

/**
 * The next number of a series, without gaps: the counter row stays locked until the transaction ends.
 * Call it last in the transaction that makes the document final.
 */
export async function nextNumber(tx: Tx, series: NumberSeries): Promise<number> {
  return takeNumbers(tx, series, 1)
}

/** Takes `count` numbers at once and returns the first; for blocks that may have gaps (MRN). */
export async function takeNumbers(tx: Tx, series: NumberSeries, count: number): Promise<number> {
  const rows = await rawInTenant<{ last_number: number }>(
    tx,
    `insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, scope, kind, series, fiscal_year) do update set last_number = number_counters.last_number + excluded.last_number
     returning last_number`,
    [tx.ctx.tenantId, series.scope, series.kind, series.series, series.fiscalYear, count],
  )
  const last = rows[0]?.last_number
  if (last === undefined) throw new Error('counter did not answer')
  return last - count + 1
}
