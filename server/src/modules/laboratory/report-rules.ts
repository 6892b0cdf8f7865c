import type { TestRules } from '#contract/laboratory-catalogue.ts'
interface Part {
  state: string
  status: string
  result_version: number
}

/** What the report as a whole is: corrected or amended when one of its results is; preliminary while one is, or is still to come; else final. */
export function reportStatus(results: readonly Part[]): 'preliminary' | 'final' | 'amended' | 'corrected' {
  const out = results.filter((row) => row.result_version > 0)
  if (out.some((row) => row.status === 'corrected' || row.state === 'entered-in-error')) return 'corrected'
  if (out.some((row) => row.status === 'amended')) return 'amended'
  const isOpen = results.some((row) => row.state === 'pending' || row.state === 'received' || row.state === 'verified' || row.state === 'approved')
  return isOpen || out.some((row) => row.status === 'preliminary') ? 'preliminary' : 'final'
}

/** How a range is printed: `3.5 – 5.1`, `≤ 5.2`, `≥ 60`, or its words. */
export function rangeText(low: string | null, high: string | null, words: string): string {
  const numbers = low !== null && high !== null ? `${low} – ${high}` : low !== null ? `≥ ${low}` : high !== null ? `≤ ${high}` : ''
  return [numbers, words].filter(Boolean).join(' ')
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** Values from old to new as a line of bars; '' for fewer than two. */
export function sparkline(values: readonly number[]): string {
  if (values.length < 2) return ''
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return values.map((value) => bars[most === least ? 3 : Math.round(((value - least) / (most - least)) * (bars.length - 1))] ?? '▁').join('')
}

/** When the patient may see a report: never by itself where a test is sensitive or asks for a person, else after the longest wait that a test asks for. */
export function patientDueAt(now: Date, tests: readonly { isSensitive: boolean; rules: TestRules }[]): Date | null {
  if (tests.some((test) => test.isSensitive || test.rules.patientRelease === 'by-hand')) return null
  const hours = Math.max(0, ...tests.map((test) => test.rules.patientDelayHours ?? 0))
  return new Date(now.getTime() + hours * 3_600_000)
}
