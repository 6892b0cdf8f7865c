import type { CultureDetail, CultureEntry } from '#contract/laboratory-flow.ts'
import { plainNumber } from './number-rules.ts'
import { readValue } from './value-rules.ts'

export interface BreakpointLike {
  organism: string
  organism_folded: string
  antibiotic_folded: string
  method: string
  susceptible: string
  resistant: string
  tier: number
  source: string
}

/** S, I or R of a measured value, or undefined where it cannot be said: a MIC beside the limits with a sign, no number. */
export function interpret(value: string, { method, susceptible, resistant }: Pick<BreakpointLike, 'method' | 'susceptible' | 'resistant'>): 'S' | 'I' | 'R' | undefined {
  const { number, comparator } = readValue(value)
  if (number === null) return undefined
  const [measured, low, high] = [Number(number), Number(susceptible), Number(resistant)]
  if (method === 'disk') return comparator !== '' ? undefined : measured >= low ? 'S' : measured < high ? 'R' : 'I'
  if (comparator === '<' || comparator === '<=') return measured <= low ? 'S' : undefined
  if (comparator === '>') return measured >= high ? 'R' : undefined
  if (comparator === '>=') return measured > high ? 'R' : undefined
  return measured <= low ? 'S' : measured > high ? 'R' : 'I'
}

/** The breakpoint of an organism: of its own name, else of its genus, else of all. */
export function breakpointFor<Row extends BreakpointLike>(rows: readonly Row[], { organism, antibiotic, method }: { organism: string; antibiotic: string; method: string }): Row | undefined {
  const own = rows.filter((row) => row.antibiotic_folded === antibiotic && row.method === method)
  return [organism, organism.split(' ')[0] ?? '', '*'].map((name) => own.find((row) => row.organism_folded === name)).find((row) => row !== undefined)
}

const said = (row: BreakpointLike): string => {
  const [s, r] = [plainNumber(row.susceptible), plainNumber(row.resistant)]
  return row.method === 'mic' ? `${row.organism}: S ≤ ${s}, R > ${r} mg/L (${row.source})` : `${row.organism}: S ≥ ${s}, R < ${r} mm (${row.source})`
}

export interface Interpreted {
  detail: CultureDetail
  /** Fields that could not be interpreted. */
  missing: string[]
}

/** Fills in what was measured and not interpreted; what a person said stays. `fold` makes names alike. */
export function interpreted(entry: CultureEntry, rows: readonly BreakpointLike[], fold: (text: string) => string): Interpreted {
  const missing: string[] = []
  const isolates = entry.isolates.map((isolate, i) => ({
    ...isolate,
    susceptibilities: isolate.susceptibilities.flatMap((one, j): CultureDetail['isolates'][number]['susceptibilities'] => {
      const row = breakpointFor(rows, { organism: fold(isolate.organism), antibiotic: fold(one.antibiotic), method: one.method })
      const tier = one.tier ?? row?.tier ?? 1
      if (one.interpretation !== undefined) return [{ ...one, interpretation: one.interpretation, tier }]
      const found = row === undefined || one.value === undefined ? undefined : interpret(one.value, row)
      if (found === undefined || row === undefined) missing.push(`detail.isolates.${i}.susceptibilities.${j}.interpretation`)
      return found === undefined || row === undefined ? [] : [{ ...one, interpretation: found, tier, breakpoint: said(row) }]
    }),
  }))
  return { detail: { ...entry, isolates }, missing }
}
