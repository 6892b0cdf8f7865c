import { cultureDetail } from '#contract/laboratory-flow.ts'
import { nameKey, termsBy } from './microbiology-rules.ts'
import type { Term } from './microbiology-starter-rules.ts'

export interface AntibiogramLine {
  organism: string
  antibiotic: string
  isolates: number
  susceptible: number
  percentSusceptible: string
  /** Fewer than thirty isolates say little (CLSI M39). */
  isFew: boolean
}

const fewIsolates = 30

function firstSaid(first: Map<string, string>, name: string): string {
  const key = nameKey(name)
  const there = first.get(key) ?? name
  first.set(key, there)
  return there
}

/** The one name of each spelling: the list's, else how it was first written. */
function namer(kind: Term['kind'], terms: readonly Term[]): (name: string) => string {
  const listed = termsBy(kind, terms)
  const first = new Map<string, string>()
  return (name) => listed.get(nameKey(name))?.name ?? firstSaid(first, name)
}

/** The cumulative antibiogram: of each patient and organism the first isolate alone counts (CLSI M39), so that a repeated culture does not weigh twice. Spellings of one name are one. */
export function cumulativeAntibiogram(cultures: readonly { patient_id: string; detail: unknown }[], terms: readonly Term[] = []): AntibiogramLine[] {
  const [organismOf, antibioticOf] = [namer('organism', terms), namer('antibiotic', terms)]
  const seen = new Set<string>()
  const counts = new Map<string, { isolates: number; susceptible: number }>()
  for (const culture of cultures) {
    const detail = cultureDetail.safeParse(culture.detail)
    for (const isolate of detail.success ? detail.data.isolates : []) {
      const organism = organismOf(isolate.organism)
      const key = `${culture.patient_id}\n${organism}`
      if (seen.has(key)) continue
      seen.add(key)
      for (const { antibiotic, interpretation } of isolate.susceptibilities) {
        const line = `${organism}\n${antibioticOf(antibiotic)}`
        const count = counts.get(line) ?? { isolates: 0, susceptible: 0 }
        counts.set(line, { isolates: count.isolates + 1, susceptible: count.susceptible + (interpretation === 'S' ? 1 : 0) })
      }
    }
  }
  return [...counts].map(([line, { isolates, susceptible }]) => {
    const [organism = '', antibiotic = ''] = line.split('\n')
    return { organism, antibiotic, isolates, susceptible, percentSusceptible: ((susceptible / isolates) * 100).toFixed(1), isFew: isolates < fewIsolates }
  }).toSorted((a, b) => a.organism.localeCompare(b.organism) || a.antibiotic.localeCompare(b.antibiotic))
}
