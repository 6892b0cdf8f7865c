import { describe, expect, it } from 'vitest'
import { blockingKeys, duplicateThreshold, type Person, scorePair } from './duplicates.ts'

describe('a pair', () => {
  const devaki: Person = { givenName: 'Devaki', familyName: 'Nambiar', birthDate: '1980-02-03', sex: 'female', phones: ['+919847055555'] }
  it.each<[string, Person, boolean]>([
    ['the same with another spelling', { ...devaki, givenName: 'Devaky' }, true],
    ['day and month swapped', { ...devaki, birthDate: '1980-03-02' }, true],
    ['names the other way round', { ...devaki, givenName: 'Nambiar', familyName: 'Devaki' }, true],
    ['a sister with the family phone', { ...devaki, givenName: 'Radha', birthDate: '1984-11-20' }, false],
    ['a namesake', { ...devaki, birthDate: '1955-07-30', phones: ['+919999999999'] }, false],
  ])('%s', (_name, other, isDuplicate) => expect(scorePair(devaki, other).score >= duplicateThreshold).toBe(isDuplicate))

  it('with nothing but a name is told of while the name is rare, and not once others bear it', () => {
    const known: Person = { givenName: 'Devaki', familyName: 'Nambiar', sex: 'female', phones: [] }
    expect([1, 2, 12].map((bearers) => scorePair(known, known, bearers).score >= duplicateThreshold)).toEqual([true, false, false])
    expect(scorePair(devaki, devaki, 20).score).toBeGreaterThan(0.99)
  })
})

describe('blocking', () => {
  const devaki: Person = { givenName: 'Devaki', familyName: 'Nambiar', birthDate: '1980-02-03', sex: 'female', phones: ['+919847055555'], identifiers: ['1234'], address: '2 Ellerston Ave.', postcode: '680001' }
  const shared = (other: Partial<Person>) => blockingKeys({ givenName: '', familyName: '', sex: 'unknown', phones: [], ...other }).filter((key) => blockingKeys(devaki).includes(key)).map((key) => key.split(':')[0])
  it.each<[string, Partial<Person>, string[]]>([
    ['the identifier', { identifiers: ['1234'] }, ['identifier']],
    ['a family phone', { phones: ['+911111111111', '+919847055555'] }, ['phone']],
    ['the day of birth', { birthDate: '1980-02-03' }, ['birth']],
    ['the names the other way round, spelt otherwise', { givenName: 'Nambiyar', familyName: 'Devakee' }, ['name']],
    ['the family name in a place', { familyName: 'Nambiar', postcode: '680001' }, ['place']],
    ['the address', { address: '2, ellerston ave' }, ['address']],
    ['nothing', { givenName: 'Radha', postcode: '680001', identifiers: [''], address: '' }, []],
  ])('finds by %s', (_name, other, kinds) => expect(shared(other)).toEqual(kinds))
  it('gives an unknown patient no key', () => expect(blockingKeys({ givenName: '', familyName: '', sex: 'unknown', phones: [] })).toEqual([]))
})
