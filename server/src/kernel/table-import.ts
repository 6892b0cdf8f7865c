import type { z } from 'zod'
import type { importOutcome } from '#contract/common/import-outcome.ts'
import type { Ctx } from './context.ts'
import { planAnew, type Tx, withContext } from './db.ts'
import { AppError } from './errors.ts'
import type { TableRow } from './table-file.ts'
import { message } from './text-i18n.ts'

/** What is wrong with a field of a row. */
export interface RowFault {
  line: number
  path: string
  code: string
}

const rowsAtOnce = 200
const mostErrors = 1000

/** Fields whose bytes were no text in the table's encoding. */
export const garbledOf = (row: TableRow): RowFault[] => Object.entries(row.cells).filter(([, value]) => value.includes('\uFFFD')).map(([path]) => ({ line: row.line, path, code: 'text.malformed' }))

/** The first thing wrong with each field that a rule refused; `depth` is how much of a path names a column. */
export const faultsOf = (line: number, issues: readonly z.core.$ZodIssue[], depth = Number.POSITIVE_INFINITY): RowFault[] =>
  [...new Map(issues.map((issue) => [issue.path.slice(0, depth).map(String).join('.'), issue])).entries()].map(([path, issue]) => ({ line, path, code: issue.code === 'custom' ? issue.message : issue.code }))

export interface TableImport<T extends { line: number }> {
  isDry: boolean
  /** Each row as it is to go in, or what is wrong with it. */
  rows: readonly (T | RowFault[])[]
  /** What tells rows apart: a row that is known, or stood in the table before, is left as it is. Rows without one are always new. */
  keyOf: (row: T) => string | undefined
  known: (tx: Tx, rows: readonly T[]) => Promise<{ has: (key: string) => boolean }>
  add: (tx: Tx, rows: readonly T[]) => Promise<void>
}

class DryRun extends Error {}

/** Adds rows in one transaction; when one of them is refused, each alone, so that a bad row fails alone. */
async function addAll<T extends { line: number }>(ctx: Ctx, rows: readonly T[], table: TableImport<T>): Promise<RowFault[]> {
  try {
    await withContext(ctx, async (tx) => {
      await planAnew(tx)
      await table.add(tx, rows)
      if (table.isDry) throw new DryRun()
    })
    return []
  } catch (error) {
    if (error instanceof DryRun) return []
    if (!(error instanceof AppError) || error.spec.status >= 500) throw error
    if (rows.length > 1) {
      const faults: RowFault[] = []
      for (const row of rows) faults.push(...(await addAll(ctx, [row], table)))
      return faults
    }
    const [field] = error.params.fields ?? []
    return [{ line: rows[0]?.line ?? 0, path: field?.path ?? '', code: field?.code ?? error.spec.code }]
  }
}

/** What became of a table, its first faults in the reader's language. */
export function outcomeOf(ctx: Ctx, { isDry, read, created, unchanged, faults }: { isDry: boolean; read: number; created: number; unchanged: number; faults: readonly RowFault[] }): z.output<typeof importOutcome> {
  const told = faults.toSorted((a, b) => a.line - b.line).slice(0, mostErrors)
  const errors = told.map((fault) => ({ ...fault, message: message(ctx.locale, `fields.${fault.code}`, {}, message(ctx.locale, `errors.${fault.code}`, {}, fault.code)) }))
  return { dryRun: isDry, counts: { read, created, unchanged, failed: new Set(faults.map((fault) => fault.line)).size }, errors, errorCount: faults.length }
}

/** Good rows of a table go in, part by part, bad ones are named, and a second run adds nothing; a dry run does the same and keeps nothing. */
export async function importRows<T extends { line: number }>(ctx: Ctx, table: TableImport<T>) {
  const faults = table.rows.filter((one): one is RowFault[] => Array.isArray(one)).flat()
  const good = table.rows.filter((one): one is T => !Array.isArray(one))
  const seen = new Set<string>()
  let [created, unchanged] = [0, 0]
  for (let from = 0; from < good.length; from += rowsAtOnce) {
    const part = good.slice(from, from + rowsAtOnce)
    const known = await withContext(ctx, (tx) => table.known(tx, part))
    const fresh = part.filter((row) => {
      const key = table.keyOf(row)
      if (key === undefined) return true
      const isNew = !known.has(key) && !seen.has(key)
      seen.add(key)
      return isNew
    })
    const refused = fresh.length === 0 ? [] : await addAll(ctx, fresh, table)
    faults.push(...refused)
    unchanged += part.length - fresh.length
    created += fresh.length - new Set(refused.map((fault) => fault.line)).size
  }
  return outcomeOf(ctx, { isDry: table.isDry, read: table.rows.length, created, unchanged, faults })
}
