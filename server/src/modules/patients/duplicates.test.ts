import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { foldText, phoneticCode } from '#kernel/text.ts'
import { duplicateThreshold, type Person, scorePair } from './duplicates.ts'

const folder = fileURLToPath(new URL('../../../../../shared/data/people/febrl/', import.meta.url))

interface Record_ extends Person {
  id: string
  keys: string[]
}

function read(file: string): Record<string, string>[] {
  const bytes = readFileSync(folder + file)
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true, trim: true, skip_empty_lines: true })
}

function toPerson(row: Record<string, string>): Record_ {
  const born = row['date_of_birth'] ?? ''
  const birthDate = born.length === 8 ? `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}` : undefined
  const given = row['given_name'] ?? ''
  const family = row['surname'] ?? ''
  const identifier = row['soc_sec_id'] ?? ''
  const address = `${row['street_number'] ?? ''} ${row['address_1'] ?? ''}`.trim()
  const keys = [`i${identifier}`, `b${born}`, `n${phoneticCode(foldText(given))}${phoneticCode(foldText(family))}`, `p${row['postcode'] ?? ''}${phoneticCode(foldText(family))}`, `a${foldText(address)}`]
  return { id: row['rec_id'] ?? '', givenName: given, familyName: family, birthDate, sex: 'unknown', phones: [], identifiers: [identifier], address, postcode: row['postcode'] ?? '', keys: keys.filter((key) => key.length > 3) }
}

function candidatePairs(people: readonly Record_[]): [Record_, Record_][] {
  const blocks = Map.groupBy(people.flatMap((one) => one.keys.map((key) => ({ key, one }))), (entry) => entry.key)
  const pairs = new Map<string, [Record_, Record_]>()
  for (const block of blocks.values()) {
    for (const [index, { one: a }] of block.entries()) for (const { one: b } of block.slice(index + 1)) if (a.id !== b.id) pairs.set([a.id, b.id].toSorted().join('|'), [a, b])
  }
  return [...pairs.values()]
}

function measure(people: readonly Record_[], truth: ReadonlySet<string>, isLinkage: boolean) {
  const found = candidatePairs(people)
    .filter(([a, b]) => !isLinkage || a.id.includes('org') !== b.id.includes('org'))
    .filter(([a, b]) => scorePair(a, b).score >= duplicateThreshold)
    .map(([a, b]) => [a.id, b.id].toSorted().join('|'))
  const right = found.filter((pair) => truth.has(pair)).length
  const precision = right / found.length
  const recall = right / truth.size
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) }
}

const truthOf = (file: string): Set<string> => new Set(read(file).map((row) => [row['rec_id_a'] ?? '', row['rec_id_b'] ?? ''].toSorted().join('|')))

describe.runIf(existsSync(folder))('on FEBRL', () => {
  it.each([
    ['dataset 1', ['febrl-dataset1.csv'], 'febrl-dataset1.truth-pairs.csv', false],
    ['dataset 4', ['febrl-dataset4a.csv.gz', 'febrl-dataset4b.csv.gz'], 'febrl-dataset4.truth-pairs.csv.gz', true],
  ])('%s: precision 0.98 at least, F1 0.95 aimed at', (name, files, truth, isLinkage) => {
    const result = measure(files.flatMap((file) => read(file).map(toPerson)), truthOf(truth), isLinkage)
    process.stdout.write(`FEBRL ${name}: precision ${result.precision.toFixed(4)}, recall ${result.recall.toFixed(4)}, F1 ${result.f1.toFixed(4)}\n`)
    expect(result.precision).toBeGreaterThanOrEqual(0.98)
    expect(result.f1).toBeGreaterThanOrEqual(0.95)
  })
})

describe('a pair', () => {
  const devaki: Person = { givenName: 'Devaki', familyName: 'Nambiar', birthDate: '1980-02-03', sex: 'female', phones: ['+919847055555'] }
  it.each<[string, Person, boolean]>([
    ['the same with another spelling', { ...devaki, givenName: 'Devaky' }, true],
    ['day and month swapped', { ...devaki, birthDate: '1980-03-02' }, true],
    ['names the other way round', { ...devaki, givenName: 'Nambiar', familyName: 'Devaki' }, true],
    ['a sister with the family phone', { ...devaki, givenName: 'Radha', birthDate: '1984-11-20' }, false],
    ['a namesake', { ...devaki, birthDate: '1955-07-30', phones: ['+919999999999'] }, false],
  ])('%s', (_name, other, isDuplicate) => expect(scorePair(devaki, other).score >= duplicateThreshold).toBe(isDuplicate))
})
