import type { Scope } from '#contract/laboratory-catalogue.ts'

const isIn = (scopes: readonly Scope[], day: string): boolean => scopes.some(({ from, to }) => from <= day && (to === undefined || day <= to))

/** The place of a span that ends before it begins, or has a day in common with another; undefined where there is none. */
export function wrongScope(scopes: readonly Scope[]): number | undefined {
  const wrong = scopes.findIndex((one, index) => (one.to !== undefined && one.to < one.from) || scopes.some((other, at) => at < index && one.from <= (other.to ?? '9999') && other.from <= (one.to ?? '9999')))
  return wrong === -1 ? undefined : wrong
}

interface Measured {
  id: string
  /** The day of the measurement. */
  on: string
  isReferred: boolean
  accredited: readonly Scope[]
}

/** The mark a report bears, and what on it lies outside of the scope: no mark where nothing lies within, and what another laboratory measured is not of this one's scope (ILAC P8 and NABL 133, on the use of the symbol: results outside of the scope are told apart). */
export function scopeOf(results: readonly Measured[], mark: string): { accreditation: string; outside: Set<string> } {
  const outside = new Set(results.filter((one) => one.isReferred || !isIn(one.accredited, one.on)).map((one) => one.id))
  const isBorne = mark !== '' && outside.size < results.length
  return isBorne ? { accreditation: mark, outside } : { accreditation: '', outside: new Set() }
}
