import type { TestRules } from '#contract/laboratory-catalogue.ts'
import { inputsOf } from './formula-rules.ts'
import { convertUnit } from './unit-rules.ts'

interface Measured {
  code: string
  unit: string
  rules: TestRules
}

/** A value as a formula reads it: in the unit it was written for. Undefined where the two do not measure the same. */
export function inUnitOfFormula(value: number, from: string, { test, unit }: { test: Measured; unit: string | undefined }): number | undefined {
  if (unit === undefined || unit === from) return value
  // A line leads to the unit of the test, and to no other.
  const { molarMass, valence, conversions } = test.rules
  return convertUnit(value, from, unit, { molarMass, valence, conversions: unit === test.unit ? conversions : undefined })
}

const isRead = (test: Measured, unit: string | undefined): boolean => inUnitOfFormula(1, test.unit, { test, unit }) !== undefined

interface Formula {
  formula: string
  formula_units: Readonly<Record<string, string>>
}

/** The unit of each input: as it is said, else as it was said of the same formula, else as the test has it now. */
export function unitsOfFormula(formula: string, { said = {}, before, tests }: { said?: Readonly<Record<string, string>> | undefined; before: Formula | undefined; tests: readonly Measured[] }): Record<string, string> {
  const kept = before?.formula === formula ? before.formula_units : {}
  return Object.fromEntries(inputsOf(formula).flatMap((code): [string, string][] => {
    const unit = said[code] ?? kept[code] ?? tests.find((test) => test.code === code)?.unit
    return unit === undefined ? [] : [[code, unit]]
  }))
}

/** Inputs whose unit cannot be converted to what the formula was written for. */
export const unreadInputs = (units: Readonly<Record<string, string>>, tests: readonly Measured[]): string[] => tests.filter((test) => !isRead(test, units[test.code])).map((test) => test.code)

/** The formulas that can no longer read a test as it is to be. */
export const blindFormulas = <Test extends Formula>(test: Measured, calculated: readonly Test[]): Test[] => calculated.filter((one) => one.formula_units[test.code] !== undefined && !isRead(test, one.formula_units[test.code]))
