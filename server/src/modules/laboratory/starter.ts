import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestBody } from '#contract/laboratory-catalogue.ts'
import { formulaInputs } from './catalogue-rules.ts'
import { bodiesOf } from './transfer.ts'

const file = fileURLToPath(new URL('starter.csv', import.meta.url))
const kept: { tests?: readonly TestBody[] } = {}

/** Its formulas are written for the units of its own tests, whatever the laboratory measures in. */
function withUnits(tests: readonly TestBody[]): TestBody[] {
  const units = new Map(tests.map((test) => [test.code, test.unit ?? '']))
  return tests.map((test) => (test.kind === 'calculated' ? { ...test, formulaUnits: Object.fromEntries((formulaInputs(test.formula ?? '') ?? []).map((code) => [code, units.get(code) ?? ''])) } : test))
}

/** Common tests of haematology, coagulation, chemistry, immunoassay, blood gases, urine, serology, microbiology and histopathology; each range names its source. A laboratory confirms them before use. */
export function starterTests(): readonly TestBody[] {
  kept.tests ??= withUnits(bodiesOf(readFileSync(file, 'utf8')))
  return kept.tests
}
