import type { CumulativeTest } from '../queries.ts'

type Value = CumulativeTest['values'][number]

export interface CumulativeRow {
  test: CumulativeTest
  /** By column, newest first; undefined where the test was not done then. */
  cells: (Value | undefined)[]
  /** Numbers from old to new. */
  trend: number[]
}

export interface CumulativeTable {
  /** When the specimens were taken, newest first. */
  columns: string[]
  rows: CumulativeRow[]
}

const mostColumns = 8
const number = /^-?\d+(\.\d+)?$/

/** Tests as a grid: a row a test, a column a time of collection. Panels stay together. */
export function cumulativeOf(tests: readonly CumulativeTest[]): CumulativeTable {
  const columns = [...new Set(tests.flatMap((test) => test.values.map((value) => value.at)))].toSorted().toReversed().slice(0, mostColumns)
  const rows = tests.map((test): CumulativeRow => ({
    test,
    cells: columns.map((at) => test.values.find((value) => value.at === at)),
    trend: test.values.toReversed().flatMap((value) => (number.test(value.value) && value.unit === undefined ? [Number(value.value)] : [])),
  }))
  return { columns, rows: rows.toSorted((a, b) => a.test.panelName.localeCompare(b.test.panelName) || a.test.name.localeCompare(b.test.name)) }
}
