import { damerau, foldText, nameWords, phoneticCode } from '#kernel/text.ts'

export interface Person {
  givenName: string
  familyName: string
  birthDate?: string | undefined
  sex: string
  phones: readonly string[]
  identifiers?: readonly string[]
  address?: string
  postcode?: string
}

export interface Likelihood {
  /** 0 … 1. */
  score: number
  reasons: string[]
}

/** From this score on a pair is shown as a likely duplicate. */
export const duplicateThreshold = 0.9

interface Evidence {
  weight: number
  reason?: string
}

// Weights are log2 odds of agreement among true pairs against chance (Fellegi & Sunter 1969), rounded to halves; tuned on FEBRL dataset 1.
const weights = { given: [6, 4, -2.5], family: [7, 5, -3], birth: [11, 7, -4], phone: [11, 8, -0.5], identifier: [18, 12, -3], address: [8, 4, -1], postcode: [3, 1, -1.5], sex: [1, 0, -4] } as const

const graded = (kind: keyof typeof weights, grade: 0 | 1 | 2): Evidence => (grade === 2 ? { weight: weights[kind][2] } : { weight: weights[kind][grade], reason: kind })

function compareWords(kind: 'given' | 'family' | 'address', a: string, b: string): Evidence {
  const left = nameWords(a).join(' ')
  const right = nameWords(b).join(' ')
  if (left === '' || right === '') return { weight: 0 }
  if (left === right) return graded(kind, 0)
  const isClose = damerau(left, right, 2) <= (Math.min(left.length, right.length) > 5 ? 2 : 1) || phoneticCode(left) === phoneticCode(right)
  const isPart = left.length >= 4 && right.length >= 4 && (left.startsWith(right) || right.startsWith(left))
  return graded(kind, isClose || isPart ? 1 : 2)
}

function compareExact(kind: 'birth' | 'identifier' | 'postcode' | 'phone', a: string | undefined, b: string | undefined): Evidence {
  if (a === undefined || b === undefined || a === '' || b === '') return { weight: 0 }
  if (a === b) return graded(kind, 0)
  return graded(kind, damerau(a, b, 1) <= 1 || isTransposedDate(kind, a, b) ? 1 : 2)
}

// Day and month written the other way round.
const isTransposedDate = (kind: string, a: string, b: string): boolean => kind === 'birth' && a.length === 10 && a.slice(0, 4) === b.slice(0, 4) && a.slice(5, 7) === b.slice(8) && a.slice(8) === b.slice(5, 7)

function best(kind: 'identifier' | 'phone', a: readonly string[], b: readonly string[]): Evidence {
  const all = a.flatMap((one) => b.map((other) => compareExact(kind, one, other)))
  return all.toSorted((x, y) => y.weight - x.weight)[0] ?? { weight: 0 }
}

function names(a: Person, b: Person): Evidence[] {
  const straight = [compareWords('given', a.givenName, b.givenName), compareWords('family', a.familyName, b.familyName)]
  const swapped = [compareWords('given', a.givenName, b.familyName), compareWords('family', a.familyName, b.givenName)]
  const total = (list: readonly Evidence[]) => list.reduce((sum, one) => sum + one.weight, 0)
  return total(swapped) - 1 > total(straight) ? swapped : straight
}

// Odds that a pair of one block is the same person before any field is compared.
const prior = -10

/**
 * How likely two records are one person: the sum of each field's weight as a probability. Agreement in a name that several people
 * bear says less: `namesakes` are those of the other record who bear its name, itself included (frequency weights: Fellegi & Sunter 1969, § 3.3).
 */
export function scorePair(a: Person, b: Person, namesakes = 1): Likelihood {
  const evidence = [
    ...names(a, b),
    compareExact('birth', a.birthDate, b.birthDate),
    best('phone', a.phones, b.phones),
    best('identifier', a.identifiers ?? [], b.identifiers ?? []),
    compareWords('address', a.address ?? '', b.address ?? ''),
    compareExact('postcode', a.postcode, b.postcode),
    a.sex === 'unknown' || b.sex === 'unknown' ? { weight: 0 } : a.sex === b.sex ? { weight: weights.sex[0] } : { weight: weights.sex[2] },
  ]
  const total = evidence.reduce((sum, one) => sum + one.weight, prior - Math.log2(Math.max(1, namesakes)))
  return { score: 1 / (1 + 2 ** -total), reasons: [...new Set(evidence.flatMap((one) => one.reason ?? []))] }
}

const soundOf = (name: string): string => nameWords(name).map((word) => phoneticCode(word)).toSorted().join('')

/**
 * Keys of a record; only records that share one need `scorePair` (blocking: Fellegi & Sunter 1969). Each is prefixed by its kind: identifier, phone (E.164),
 * birth date, the sounds of all names in any order, postcode with the sounds of the family name, folded address. Empty fields give none.
 */
export function blockingKeys(person: Person): string[] {
  const sounds = soundOf(`${person.givenName} ${person.familyName}`)
  const family = soundOf(person.familyName)
  const address = foldText(person.address ?? '')
  const keys = [
    ...(person.identifiers ?? []).filter(Boolean).map((identifier) => `identifier:${identifier}`),
    ...person.phones.filter(Boolean).map((phone) => `phone:${phone}`),
    ...(person.birthDate ? [`birth:${person.birthDate}`] : []),
    ...(sounds === '' ? [] : [`name:${sounds}`]),
    ...(person.postcode && family !== '' ? [`place:${person.postcode}${family}`] : []),
    ...(address === '' ? [] : [`address:${address}`]),
  ]
  return [...new Set(keys)]
}
