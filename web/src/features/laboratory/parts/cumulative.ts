import type { Result } from '../queries.ts'

export interface CumulativeRow {
  testId: string
  name: string
  unit: string
  range: Result['range']
  /** By column, newest first; undefined where the test was not done then. */
  cells: (Result | undefined)[]
  /** Numbers from old to new. */
  trend: number[]
}

export interface CumulativeTable {
  /** When the specimens were taken, newest first. */
  columns: string[]
  rows: CumulativeRow[]
}

const mostColumns = 8

/** Results as a grid: a row a test, a column a time of collection. */
export function cumulativeOf(results: readonly Result[]): CumulativeTable {
  const times = [...new Set(results.flatMap((result) => (result.collectedAt === null ? [] : [result.collectedAt])))].toSorted().toReversed()
  const columns = times.slice(0, mostColumns)
  const rows = [...Map.groupBy(results, (result) => result.testId)].map(([testId, own]): CumulativeRow => {
    const newest = own.toSorted((a, b) => (b.collectedAt ?? '').localeCompare(a.collectedAt ?? ''))
    const [first] = newest
    const numbers = newest.toReversed().flatMap((result) => (/^-?\d+(\.\d+)?$/.test(result.value) ? [Number(result.value)] : []))
    return { testId, name: first?.name ?? '', unit: first?.unit ?? '', range: first?.range ?? { low: null, high: null, text: '', note: '' }, cells: columns.map((at) => newest.find((result) => result.collectedAt === at)), trend: numbers }
  })
  return { columns, rows: rows.toSorted((a, b) => a.name.localeCompare(b.name)) }
}
