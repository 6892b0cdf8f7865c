import { testRules } from '#contract/laboratory-catalogue.ts'
import { found } from '#kernel/errors.ts'
import { message } from '#kernel/text-i18n.ts'
import { inUnitOfFormula } from './formula-unit-rules.ts'
import { calculate, factsOf, inputsOf, toDecimals } from './formula-rules.ts'
import type { Judging } from './judging.ts'
import type { Judged, ResultRow } from './repo.ts'
import { notCalculated } from './value-rules.ts'

/** A result as far as others are calculated from it. */
export type Input = Pick<ResultRow, 'id' | 'code' | 'name' | 'test_id' | 'state' | 'is_sensitive'> & Pick<Judged, 'value_text' | 'value_number' | 'comparator' | 'unit'>

/** Why there is no value: a text by its key. */
export interface Why {
  key: string
  values?: Record<string, string>
}

/** What becomes of a calculated result: a value, words that say why there is none, waiting for an input, or nothing more since an input will never come. */
export type Outcome = { kind: 'value'; value: string } | { kind: 'none'; why: Why } | { kind: 'waiting' } | { kind: 'never'; why: Why }

const gone: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error'])
const isNumber = (input: Input): boolean => input.value_number !== null && input.comparator === ''

/** The inputs of an order by code; of several the one that still counts. */
function inputsByCode(order: readonly Input[]): Map<string, Input> {
  const byCode = new Map<string, Input>()
  for (const row of order) if (!byCode.has(row.code) || !gone.has(row.state)) byCode.set(row.code, row)
  return byCode
}

function whyNot(inputs: readonly Input[], needs: { facts: readonly string[]; years: number | undefined }, facts: Judging['facts']): Why | undefined {
  const odd = inputs.find((input) => !isNumber(input))
  if (odd !== undefined) return odd.is_sensitive ? { key: 'formula' } : { key: 'input', values: { name: odd.name, value: odd.value_text } }
  const { years } = needs
  if ((years !== undefined || needs.facts.includes('age')) && facts.age === undefined) return { key: 'age' }
  if (years !== undefined && (facts.age ?? 0) < years) return { key: 'years', values: { years: String(years) } }
  return needs.facts.includes('female') && facts.female === undefined ? { key: 'sex' } : undefined
}

function outcomeOf(judging: Judging, row: Input, byCode: ReadonlyMap<string, Input>): Outcome {
  const test = found(judging.tests.get(row.test_id))
  const codes = inputsOf(test.formula)
  const inputs = codes.flatMap((code) => byCode.get(code) ?? [])
  const lost = inputs.find((input) => gone.has(input.state))
  if (lost !== undefined) return { kind: 'never', why: { key: 'cancelled', values: { name: lost.name } } }
  if (inputs.length < codes.length || inputs.some((input) => input.state === 'pending')) return { kind: 'waiting' }
  const facts = factsOf(test.formula).map((name) => (name === 'male' ? 'female' : name))
  const why = whyNot(inputs, { facts, years: testRules.parse(test.rules).calculatedFromYears }, judging.facts)
  if (why !== undefined) return { kind: 'none', why }
  const read = inputs.map((input) => ({ input, value: inUnitOfFormula(Number(input.value_number), input.unit, { test: found(judging.tests.get(input.test_id)), unit: test.formula_units[input.code] }) }))
  const unread = read.find((one) => one.value === undefined)
  if (unread !== undefined) return { kind: 'none', why: { key: 'unit', values: { name: unread.input.name, unit: unread.input.unit, needed: test.formula_units[unread.input.code] ?? '' } } }
  const value = calculate(test.formula, { results: new Map(read.map((one) => [one.input.code, one.value ?? Number.NaN])), facts: judging.facts })
  return value === undefined ? { kind: 'none', why: { key: 'formula' } } : { kind: 'value', value: toDecimals(value, test.decimals ?? 2) }
}

/** A calculated result as the next one reads it. */
function after(row: Input, outcome: Outcome, unit: string): Input {
  if (outcome.kind === 'value') return { ...row, state: 'received', value_text: outcome.value, value_number: outcome.value, comparator: '', unit }
  const nothing = { ...row, value_number: null, comparator: '' }
  return outcome.kind === 'none' ? { ...nothing, state: 'received', value_text: notCalculated } : { ...nothing, state: outcome.kind === 'waiting' ? 'pending' : 'cancelled', value_text: '' }
}

const deepest = 4

/** What becomes of every calculated result of an order that reads one of the changed codes, or reads what does. */
export function outcomesOf<Row extends Input>(judging: Judging, order: readonly Row[], changed: readonly string[]): { row: Row; outcome: Outcome }[] {
  const byCode = inputsByCode(order)
  const calculated = order.filter((row) => !gone.has(row.state) && judging.tests.get(row.test_id)?.kind === 'calculated')
  const made = new Map<string, { row: Row; outcome: Outcome }>()
  let touched = new Set(changed)
  for (let round = 0; round < deepest && touched.size > 0; round += 1) {
    const next = calculated.filter((row) => inputsOf(found(judging.tests.get(row.test_id)).formula).some((code) => touched.has(code)))
    for (const row of next) {
      const outcome = outcomeOf(judging, row, byCode)
      made.set(row.id, { row, outcome })
      byCode.set(row.code, after(row, outcome, found(judging.tests.get(row.test_id)).unit))
    }
    touched = new Set(next.map((row) => row.code))
  }
  return [...made.values()]
}

export const wordsOf = (language: string, { key, values }: Why): string => message(language, `laboratory.notCalculated.${key}`, values)
