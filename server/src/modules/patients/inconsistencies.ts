import { type Inconsistency, inconsistencies } from '#contract/patients-cleaning.ts'
import { isValidPhone } from '#kernel/phone.ts'
import { foldText } from '#kernel/text.ts'
import { addDays, ageOn } from '#kernel/zoned-time.ts'
import type { PatientRow } from './repo.ts'

/** A record with what else is known of the patient; days are the facility's. */
export interface Judged {
  row: PatientRow
  today: string
  registeredOn: string
  deceasedOn: string | null
  region: string
  firstVisitOn: string | null
  lastVisitOn: string | null
  hasPregnancy: boolean
  sharesIdentifier: boolean
}

interface Rule {
  holds: (one: Judged) => boolean
  /** What the record says that does not fit. */
  value: (one: Judged) => string
}

/** The first day on which the patient can have been born, as exactly as it is known; an estimate contradicts nothing. */
function bornNotBefore({ row }: Judged): string | null {
  const { birth_date: date, birth_precision: precision } = row
  if (date === null || precision === 'estimated') return null
  return precision === 'year' ? `${date.slice(0, 4)}-01-01` : precision === 'month' ? `${date.slice(0, 7)}-01` : date
}

const isAfter = (a: string | null, b: string | null): boolean => a !== null && b !== null && a > b
const birth = ({ row }: Judged): string => row.birth_date ?? ''

// The oldest person whose age was proven lived 122 years (J. Calment, 1875–1997); beyond 120 a slip of the pen is likelier.
const oldestAge = 120

// Unicode CLDR 42, supplemental/postalCodeData; a country that is not here is not judged.
const postcodes: Readonly<Record<string, RegExp>> = {
  IN: /^[1-9]\d{5}$/, NP: /^\d{5}$/, BD: /^\d{4}$/, LK: /^\d{5}$/, PK: /^\d{5}$/, SA: /^\d{5}(-\d{4})?$/, OM: /^(PC )?\d{3}$/, KW: /^\d{5}$/,
  US: /^\d{5}([ -]\d{4})?$/, DE: /^\d{5}$/, FR: /^\d{2} ?\d{3}$/, ES: /^\d{5}$/, GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
}
const countries: Readonly<Record<string, string>> = { india: 'IN', bharat: 'IN', nepal: 'NP', bangladesh: 'BD', 'sri lanka': 'LK', pakistan: 'PK', 'saudi arabia': 'SA', oman: 'OM', kuwait: 'KW', usa: 'US', 'united states': 'US', germany: 'DE', france: 'FR', spain: 'ES', 'united kingdom': 'GB', uk: 'GB' }

function postcodePattern({ row, region }: Judged): RegExp | undefined {
  const country = (row.address.country ?? '').trim()
  if (country === '') return postcodes[region]
  return postcodes[countries[country.toLowerCase()] ?? country.toUpperCase()]
}

/** A postcode as it may be written: in India a space after the third digit is usual. */
const written = (one: Judged): string => (one.row.address.postcode ?? '').trim()
const plainPostcode = (one: Judged): string => (one.region === 'IN' ? written(one).replaceAll(/\s/g, '') : written(one))

const testWords = new Set(['test', 'testing', 'tester', 'dummy', 'sample', 'demo', 'asdf', 'qwerty', 'abc', 'xyz', 'xxx', 'aaa', 'na', 'none', 'nil', 'null', 'patient', 'noname'])
const wholeName = ({ row }: Judged): string => `${row.given_name} ${row.family_name}`.trim()

/** A name without a letter, of one letter again and again, or of words that people type to try something. */
function isDoubtfulName(one: Judged): boolean {
  if (one.row.is_unidentified) return false
  const name = wholeName(one)
  const words = foldText(name).split(/\s+/).filter(Boolean)
  return !/\p{L}/u.test(name) || /\d{3,}/.test(name) || words.some((word) => /^(.)\1{2,}$/.test(word)) || (words.length > 0 && words.every((word) => testWords.has(word.replaceAll(/\d/g, ''))))
}

const invalidPhones = ({ row }: Judged): string[] => row.phones.filter((phone) => !isValidPhone(phone))

/** The rules, each with what it judges; why each is one is told in the texts `patients.finding.<rule>.why`. */
const rules: Readonly<Record<Inconsistency, Rule>> = {
  'birth-in-future': { holds: (one) => isAfter(bornNotBefore(one), one.today), value: birth },
  'birth-after-registration': { holds: (one) => isAfter(bornNotBefore(one), one.registeredOn) && !isAfter(bornNotBefore(one), one.today), value: (one) => `${birth(one)} > ${one.registeredOn}` },
  'death-in-future': { holds: (one) => isAfter(one.deceasedOn, one.today), value: (one) => one.deceasedOn ?? '' },
  'death-before-birth': { holds: (one) => isAfter(bornNotBefore(one), one.deceasedOn), value: (one) => `${one.deceasedOn ?? ''} < ${birth(one)}` },
  'visit-before-birth': { holds: (one) => isAfter(bornNotBefore(one), one.firstVisitOn), value: (one) => `${one.firstVisitOn ?? ''} < ${birth(one)}` },
  // The body may be seen on the day after.
  'visit-after-death': { holds: (one) => one.deceasedOn !== null && isAfter(one.lastVisitOn, addDays(one.deceasedOn, 1)), value: (one) => `${one.lastVisitOn ?? ''} > ${one.deceasedOn ?? ''}` },
  'sex-against-pregnancy': { holds: (one) => one.hasPregnancy && one.row.sex === 'male', value: () => '' },
  'identifier-shared': { holds: (one) => one.sharesIdentifier, value: () => '' },
  'age-above-120': { holds: (one) => one.row.deceased_at === null && one.row.birth_date !== null && one.row.birth_date <= one.today && ageOn(one.row.birth_date, one.today).years > oldestAge, value: birth },
  'name-doubtful': { holds: isDoubtfulName, value: wholeName },
  'phone-invalid': { holds: (one) => invalidPhones(one).length > 0, value: (one) => invalidPhones(one).join(', ') },
  'email-invalid': { holds: ({ row }) => row.email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(row.email), value: ({ row }) => row.email },
  'postcode-invalid': { holds: (one) => plainPostcode(one) !== '' && postcodePattern(one)?.test(plainPostcode(one)) === false, value: written },
  'sex-missing': { holds: ({ row }) => row.sex === 'unknown' && !row.is_unidentified, value: () => '' },
  'birth-missing': { holds: ({ row }) => row.birth_date === null && !row.is_unidentified, value: () => '' },
}

/** What does not fit in a record; of one that was merged, nothing is asked any more. */
export const judge = (one: Judged): Inconsistency[] => (one.row.merged_into === null ? inconsistencies.filter((name) => rules[name].holds(one)) : [])

export const valueOf = (name: Inconsistency, one: Judged): string => rules[name].value(one)
