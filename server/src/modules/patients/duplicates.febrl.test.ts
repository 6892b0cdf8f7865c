import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { blockingKeys, duplicateThreshold, type Person, scorePair } from './duplicates.ts'

const folder = fileURLToPath(new URL('../../../../../shared/data/people/febrl/', import.meta.url))

interface Entry extends Person {
  id: string
}

function read(file: string): Record<string, string>[] {
  const bytes = readFileSync(folder + file)
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true, trim: true, skip_empty_lines: true })
}

function toEntry(row: Record<string, string>, hasIdentifier: boolean): Entry {
  const { rec_id: id = '', given_name: givenName = '', surname: familyName = '', date_of_birth: born = '', soc_sec_id: identifier = '', street_number: house = '', address_1: street = '', postcode = '' } = row
  const birthDate = born.length === 8 ? `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}` : undefined
  return { id, givenName, familyName, birthDate, sex: 'unknown', phones: [], identifiers: hasIdentifier ? [identifier] : [], address: `${house} ${street}`.trim(), postcode }
}

const pairKey = (a: string, b: string): string => [a, b].toSorted().join('|')

function candidatePairs(people: readonly Entry[]): [Entry, Entry][] {
  const blocks = Map.groupBy(people.flatMap((one) => blockingKeys(one).map((key) => ({ key, one }))), (entry) => entry.key)
  const pairs = new Map<string, [Entry, Entry]>()
  for (const block of blocks.values()) {
    for (const [index, { one: a }] of block.entries()) for (const { one: b } of block.slice(index + 1)) if (a.id !== b.id) pairs.set(pairKey(a.id, b.id), [a, b])
  }
  return [...pairs.values()]
}

function measure(people: readonly Entry[], truth: ReadonlySet<string>, isLinkage: boolean) {
  const candidates = candidatePairs(people).filter(([a, b]) => !isLinkage || a.id.includes('org') !== b.id.includes('org'))
  const found = candidates.filter(([a, b]) => scorePair(a, b).score >= duplicateThreshold).map(([a, b]) => pairKey(a.id, b.id))
  const right = found.filter((pair) => truth.has(pair)).length
  const precision = right / found.length
  const recall = right / truth.size
  return { candidates: candidates.length, precision, recall, f1: (2 * precision * recall) / (precision + recall) }
}

const truthOf = (file: string): Set<string> => new Set(read(file).map((row) => pairKey(row['rec_id_a'] ?? '', row['rec_id_b'] ?? '')))
const first: [string[], string, boolean] = [['febrl-dataset1.csv'], 'febrl-dataset1.truth-pairs.csv', false]
const fourth: [string[], string, boolean] = [['febrl-dataset4a.csv.gz', 'febrl-dataset4b.csv.gz'], 'febrl-dataset4.truth-pairs.csv.gz', true]

describe.runIf(existsSync(folder))('on FEBRL', () => {
  it.each([
    ['dataset 1', true, 0.95, ...first],
    ['dataset 4', true, 0.95, ...fourth],
    ['dataset 1 without the identifier', false, 0.95, ...first],
    ['dataset 4 without the identifier', false, 0.9, ...fourth],
  ])('%s: precision 0.98 at least', (name, hasIdentifier, leastF1, files, truth, isLinkage) => {
    const result = measure(files.flatMap((file) => read(file).map((row) => toEntry(row, hasIdentifier))), truthOf(truth), isLinkage)
    process.stdout.write(`FEBRL ${name}: ${result.candidates} pairs compared, precision ${result.precision.toFixed(4)}, recall ${result.recall.toFixed(4)}, F1 ${result.f1.toFixed(4)}\n`)
    expect(result.precision).toBeGreaterThanOrEqual(0.98)
    expect(result.f1).toBeGreaterThanOrEqual(leastF1)
  })
})
