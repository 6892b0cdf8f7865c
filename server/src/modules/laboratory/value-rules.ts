import type { ResultFlag } from '#contract/laboratory-flow.ts'
import type { TestRules, ValueKind } from '#contract/laboratory-catalogue.ts'
import { compare, subtract } from '#kernel/money.ts'

export interface ReadValue {
  text: string
  /** Exact decimal, null where what was reported is not a number. */
  number: string | null
  comparator: '' | '<' | '>' | '<=' | '>='
  /** `12,500` is twelve thousand to one and twelve and a half to another: no number here. */
  isAmbiguous?: true
}

const shape = /^(<=|>=|≤|≥|<|>)?\s*([+-]?\d{1,12}(?:[.,]\d{1,9})?)$/
// A group of thousands never begins with nought: `0,125` can only be a decimal.
const ambiguous = /^(?:<=|>=|≤|≥|<|>)?\s*[+-]?[1-9]\d{0,2},\d{3}$/
const comparators = { '≤': '<=', '≥': '>=', '<=': '<=', '>=': '>=', '<': '<', '>': '>', '': '' } as const
const isComparator = (text: string): text is keyof typeof comparators => Object.hasOwn(comparators, text)

/** What was reported, and the number in it when it is one: `<0.01` is 0.01 with its sign, `+++` stays text. Nothing is coerced. */
export function readValue(reported: string): ReadValue {
  const text = reported.trim()
  if (ambiguous.test(text)) return { text, number: null, comparator: '', isAmbiguous: true }
  const [, sign = '', digits = ''] = shape.exec(text) ?? []
  if (digits === '' || !isComparator(sign)) return { text, number: null, comparator: '' }
  return { text, number: digits.replace(',', '.').replace(/^\+/, ''), comparator: comparators[sign] }
}

/** What a calculated test says that cannot be calculated; its comment says why. */
export const notCalculated = 'not calculated'

/** Words that say why there is no number where one is expected; they are results too. */
export const noNumber = new Set([notCalculated, 'haemolysed', 'hemolysed', 'hemolyzed', 'lipaemic', 'lipemic', 'icteric', 'clotted', 'insufficient', 'not done', 'unsuitable', 'invalid', 'qns', '----', '+++'])

export interface Limits {
  low: string | null
  high: string | null
  criticalLow: string | null
  criticalHigh: string | null
}

const below = (value: ReadValue, limit: string | null): boolean => {
  if (limit === null || value.number === null || value.comparator === '>' || value.comparator === '>=') return false
  const order = compare(value.number, limit)
  return order < 0 || (order === 0 && value.comparator === '<')
}
const above = (value: ReadValue, limit: string | null): boolean => {
  if (limit === null || value.number === null || value.comparator === '<' || value.comparator === '<=') return false
  const order = compare(value.number, limit)
  return order > 0 || (order === 0 && value.comparator === '>')
}

/** `<5` with a range from 10 is low for certain; `<5` with a range from 3 cannot be said. */
function isUncertain(value: ReadValue, limits: Limits): boolean {
  if (value.number === null || value.comparator === '') return false
  const isUpper = value.comparator.startsWith('<')
  return isUpper ? limits.low !== null && compare(value.number, limits.low) > 0 : limits.high !== null && compare(value.number, limits.high) < 0
}

const atOrBelow = (value: ReadValue, limit: string | null): boolean => below(value, limit) || (limit !== null && value.number !== null && (value.comparator === '' || value.comparator === '<=') && compare(value.number, limit) === 0)
const atOrAbove = (value: ReadValue, limit: string | null): boolean => above(value, limit) || (limit !== null && value.number !== null && (value.comparator === '' || value.comparator === '>=') && compare(value.number, limit) === 0)

/** The flag of a number against its range and critical limits (which are critical themselves, as the published lists have it); '' where there is nothing to judge by. */
export function flagOf(value: ReadValue, limits: Limits | undefined): ResultFlag {
  if (limits === undefined || value.number === null) return ''
  if (atOrBelow(value, limits.criticalLow)) return 'LL'
  if (atOrAbove(value, limits.criticalHigh)) return 'HH'
  if (below(value, limits.low)) return 'L'
  if (above(value, limits.high)) return 'H'
  return (limits.low === null && limits.high === null) || isUncertain(value, limits) ? '' : 'N'
}

/** The flag of a qualitative answer; undefined when the set does not know it. */
export function choiceFlag(choices: readonly { value: string; flag: '' | 'A' | 'AA' }[], text: string): ResultFlag | undefined {
  const found = choices.find((choice) => choice.value.toLowerCase() === text.toLowerCase())
  return found === undefined ? undefined : found.flag === '' ? 'N' : found.flag
}

export const isCritical = (flag: ResultFlag): boolean => flag === 'LL' || flag === 'HH' || flag === 'AA'

/** A value nobody has: it is asked about, never taken in silence. */
export function isAbsurd(value: ReadValue, rules: TestRules): boolean {
  return below(value, rules.absurdLow ?? null) || above(value, rules.absurdHigh ?? null)
}

export interface Earlier {
  number: string | null
  comparator: string
  daysAgo: number
}

/** Whether the change since the last result is more than the rules of the test allow (delta check). */
export function isDelta(value: ReadValue, earlier: Earlier | undefined, rules: TestRules): boolean {
  if (earlier === undefined || earlier.number === null || earlier.comparator !== '' || value.number === null || value.comparator !== '' || earlier.daysAgo > (rules.deltaDays ?? 30)) return false
  const change = Math.abs(Number(subtract(value.number, earlier.number)))
  const isMuch = rules.deltaAbsolute !== undefined && change > Number(rules.deltaAbsolute)
  const base = Math.abs(Number(earlier.number))
  return isMuch || (rules.deltaPercent !== undefined && base > 0 && (change / base) * 100 > rules.deltaPercent)
}

export interface Indices {
  haemolysis?: number | undefined
  lipaemia?: number | undefined
  icterus?: number | undefined
}

const interferences = ['haemolysis', 'lipaemia', 'icterus'] as const
export const isInterference = (hold: string): boolean => interferences.some((name) => name === hold)

/** Which looks of a tube disturb a test, by its rules. */
export const interferingOf = (rules: TestRules, indices: Indices): string[] => interferences.filter((name) => rules[name] !== undefined && (indices[name] ?? 0) >= (rules[name] ?? 0))

/** Why a result waits for a person, by name: nothing is hidden, nothing goes on by itself. */
export function holdsOf(value: ReadValue, context: { rules: TestRules; earlier: Earlier | undefined; indices: Indices; flag: ResultFlag }): string[] {
  const { rules, indices } = context
  return [...(isAbsurd(value, rules) ? ['absurd'] : []), ...(isDelta(value, context.earlier, rules) ? ['delta'] : []), ...interferingOf(rules, indices)]
}

/** Whether a result from an instrument verifies itself: the test allows it, nothing holds it, and it is normal. */
export const verifiesItself = (rules: TestRules, flag: ResultFlag, holds: readonly string[]): boolean => rules.isAutoVerified === true && flag === 'N' && holds.length === 0

/** A value of the kind a test wants, or which rule it breaks. */
export function kindError(kind: ValueKind, value: ReadValue): 'not_a_number' | 'ambiguous_number' | undefined {
  if (kind === 'numeric' && value.isAmbiguous === true) return 'ambiguous_number'
  return kind === 'numeric' && value.number === null && !noNumber.has(value.text.toLowerCase()) ? 'not_a_number' : undefined
}
