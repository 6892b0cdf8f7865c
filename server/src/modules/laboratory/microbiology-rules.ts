import type { CultureDetail, CultureEntry } from '#contract/laboratory-flow.ts'
import { foldText } from '#kernel/text.ts'
import { starterTerms, type Term } from './microbiology-starter-rules.ts'

/** Names are one whatever their case, accents and signs: `Piperacillin/tazobactam` is `piperacillin-tazobactam`. */
export const nameKey = (name: string): string => [...foldText(name).replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()].slice(0, 140).join('')

/** `e coli` for Escherichia coli: how an organism is written short. */
function shortKey(name: string): string {
  const [genus = '', ...rest] = nameKey(name).split(' ')
  return rest.length === 0 ? '' : [genus.slice(0, 1), ...rest].join(' ')
}

export type Terms = ReadonlyMap<string, Term>

/** What each name, alias and short form stands for; a short form that two organisms share stands for none. */
export function termsBy(kind: Term['kind'], terms: readonly Term[]): Terms {
  const own = terms.filter((term) => term.kind === kind)
  const short = kind === 'organism' ? Map.groupBy(own, (term) => shortKey(term.name)) : new Map<string, Term[]>()
  const shortNames = [...short].flatMap(([key, [term, ...others]]): [string, Term][] => (key === '' || term === undefined || others.length > 0 ? [] : [[key, term]]))
  return new Map<string, Term>([...shortNames, ...own.flatMap((term) => term.aliases.map((alias): [string, Term] => [nameKey(alias), term])), ...own.map((term): [string, Term] => [nameKey(term.name), term])])
}

/** The list that a laboratory works with: its own lines in the place of those it started with. */
export function mergedTerms(own: readonly Term[]): Term[] {
  const changed = new Map(own.map((term) => [`${term.kind} ${nameKey(term.name)}`, term]))
  const kept = starterTerms.map((term) => { const other = changed.get(`${term.kind} ${nameKey(term.name)}`); return other === undefined ? term : { ...other, name: term.name, aliases: term.aliases } })
  const known = new Set(starterTerms.map((term) => `${term.kind} ${nameKey(term.name)}`))
  return [...kept, ...own.filter((term) => !known.has(`${term.kind} ${nameKey(term.name)}`))]
}

/** A culture in the names of the list, each antibiotic with its class; what the list does not know stays as it was written. */
export function namedAsListed(entry: CultureEntry, terms: readonly Term[]): CultureEntry {
  const [antibiotics, organisms] = [termsBy('antibiotic', terms), termsBy('organism', terms)]
  return {
    ...entry,
    isolates: entry.isolates.map((isolate) => ({
      ...isolate, organism: organisms.get(nameKey(isolate.organism))?.name ?? isolate.organism,
      susceptibilities: isolate.susceptibilities.map((one) => { const term = antibiotics.get(nameKey(one.antibiotic)); return term === undefined ? one : { ...one, antibiotic: term.name, ...(term.class === '' ? {} : { class: term.class }) } }),
    })),
  }
}

// A broader class is let out by resistance in the one it is kept back for.
const releasedBy: Record<string, readonly string[]> = { carbapenem: ['cephalosporin', 'carbapenem'], oxazolidinone: ['glycopeptide', 'oxazolidinone'], lipopeptide: ['glycopeptide', 'lipopeptide'], polymyxin: ['carbapenem', 'polymyxin'] }
const starterAntibiotics = termsBy('antibiotic', starterTerms)

/**
 * What a clinician is shown of an isolate. Cascade reporting (CLSI M100, instructions for use; CLSI M39): an agent of a higher tier is shown when an agent of a lower one in its class, or in the class it is kept back for, is resistant.
 * Where no agent of these classes was tested in a lower tier, only when everything tested below is resistant.
 */
export function cascaded(detail: CultureDetail): CultureDetail {
  const classOf = (one: CultureDetail['isolates'][number]['susceptibilities'][number]): string => one.class ?? starterAntibiotics.get(nameKey(one.antibiotic))?.class ?? ''
  const isolates = detail.isolates.map((isolate) => ({
    ...isolate,
    susceptibilities: isolate.susceptibilities.filter((one) => {
      const lower = isolate.susceptibilities.filter((other) => other.tier < one.tier)
      const own = classOf(one)
      const related = own === '' ? [] : lower.filter((other) => (releasedBy[own] ?? [own]).includes(classOf(other)))
      return related.length > 0 ? related.some((other) => other.interpretation === 'R') : lower.every((other) => other.interpretation === 'R')
    }),
  }))
  return { ...detail, isolates }
}
