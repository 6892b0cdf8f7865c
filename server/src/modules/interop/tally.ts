import type { ImportCounts } from '#contract/interop.ts'

export interface Fault {
  line: number | null
  path: string
  code: string
}

export type Counts = Record<string, ImportCounts>

/** What happened to each type, and what went wrong; a document's tally is added to the import's in the same transaction. */
export interface Tally {
  readonly counts: Counts
  readonly faults: Fault[]
  readonly add: (type: string, outcome: 'created' | 'unchanged' | 'kept' | 'failed', times?: number) => void
  readonly fault: (fault: Fault) => void
}

export function newTally(): Tally {
  const counts: Counts = {}
  const faults: Fault[] = []
  return {
    counts,
    faults,
    add: (type, outcome, times = 1) => {
      const of = (counts[type] ??= { read: 0, created: 0, unchanged: 0, kept: 0, failed: 0 })
      of.read += times
      of[outcome] += times
    },
    fault: (fault) => void faults.push(fault),
  }
}

/** The sums of two counts, type by type. */
export function plus(a: Counts, b: Counts): Counts {
  const sums: Counts = structuredClone(a)
  for (const [type, counts] of Object.entries(b)) {
    const of = (sums[type] ??= { read: 0, created: 0, unchanged: 0, kept: 0, failed: 0 })
    for (const key of ['read', 'created', 'unchanged', 'kept', 'failed'] as const) of[key] += counts[key]
  }
  return sums
}
