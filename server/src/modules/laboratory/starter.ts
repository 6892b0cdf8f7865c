import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestBody } from '#contract/laboratory-catalogue.ts'
import { bodiesOf } from './transfer.ts'

const file = fileURLToPath(new URL('starter.csv', import.meta.url))
const kept: { tests?: readonly TestBody[] } = {}

/** Common tests of haematology, coagulation, chemistry, immunoassay, blood gases, urine, serology, microbiology and histopathology; each range names its source. A laboratory confirms them before use. */
export function starterTests(): readonly TestBody[] {
  kept.tests ??= bodiesOf(readFileSync(file, 'utf8'))
  return kept.tests
}
