import type { Tx } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { inputsOf, calculate, toDecimals } from './formula-rules.ts'
import { judgeAgain, judgingFor } from './judging.ts'
import * as repo from './repo.ts'
import { readSpecimen } from './specimens-repo.ts'

/** What a calculated result says now that something it was calculated from says something else; undefined where it can no longer be calculated. */
export interface Recalculated {
  row: repo.ResultRow
  judged: repo.Judged | undefined
}

const deepest = 4
const isThere = (row: repo.ResultRow): boolean => row.entered_at !== null && row.state !== 'cancelled' && row.state !== 'entered-in-error'

/** The calculated results of the same order that read a changed one, and those that read them in turn, as they come out now. The order is locked. */
export async function recalculate(tx: Tx, changed: repo.ResultRow, now: { value_number: string | null; comparator: string } | undefined): Promise<Recalculated[]> {
  if (changed.order_id === null) return []
  const seen = (await repo.resultsOfOrder(tx, changed.order_id)).filter(isThere)
  const specimen = found(await readSpecimen(tx, changed.specimen_id))
  const judging = await judgingFor(tx, specimen, [...new Set(seen.map((row) => row.test_id))])
  const dependents = seen.filter((row) => judging.tests.get(row.test_id)?.kind === 'calculated' && row.id !== changed.id)
  if (dependents.length === 0) return []
  const values = new Map(seen.flatMap((row) => (row.id !== changed.id && row.value_number !== null && row.comparator === '' ? [[row.code, Number(row.value_number)] as const] : [])))
  if (now !== undefined && now.value_number !== null && now.comparator === '') values.set(changed.code, Number(now.value_number))
  const touched = new Set([changed.code])
  const done = new Map<string, Recalculated>()
  for (let round = 0; round < deepest; round += 1) {
    const next = dependents.filter((row) => !done.has(row.id) && inputsOf(found(judging.tests.get(row.test_id)).formula).some((code) => touched.has(code)))
    for (const row of next) {
      const test = found(judging.tests.get(row.test_id))
      const value = calculate(test.formula, { results: values, facts: judging.facts })
      const judged = value === undefined ? undefined : judgeAgain(row, test, { value: toDecimals(value, test.decimals ?? 2) })
      done.set(row.id, { row, judged })
      touched.add(row.code)
      if (judged?.value_number == null) values.delete(row.code)
      else values.set(row.code, Number(judged.value_number))
    }
  }
  const locked = new Map((await repo.lockResults(tx, [...done.keys()])).map((row) => [row.id, row]))
  return [...done.values()].filter(({ row, judged }) => judged?.value_text !== row.value_text).map(({ row, judged }) => ({ row: locked.get(row.id) ?? row, judged }))
}
