import { type Correction, cleaningErrors, type CorrectionKind } from '#contract/patients-cleaning.ts'
import { AppError } from '#kernel/errors.ts'
import { isValidPhone } from '#kernel/phone.ts'
import type { Correctable } from './corrections-repo.ts'
import type { PatientRow } from './repo.ts'

/** The part of a record that corrections are about. */
export const correctableOf = (row: PatientRow): Correctable => ({
  given_name: row.given_name, family_name: row.family_name, local_name: row.local_name, sex: row.sex, birth_date: row.birth_date, birth_precision: row.birth_precision, birth_estimated_on: row.birth_estimated_on,
  phones: row.phones, email: row.email, address: row.address, deceased_at: row.deceased_at?.toISOString() ?? null,
})

const isShouted = (word: string): boolean => word.length > 1 && (word === word.toLocaleUpperCase() || word === word.toLocaleLowerCase()) && word.toLocaleUpperCase() !== word.toLocaleLowerCase()
const capital = (word: string): string => word.replaceAll(/\p{L}+/gu, (part) => part.slice(0, 1).toLocaleUpperCase() + part.slice(1).toLocaleLowerCase())

/** Without double spaces; of words all in capitals or all in small letters the first letter is a capital. What is mixed (McDonald, D'Souza) stays. */
const tidy = (name: string): string => name.trim().split(/\s+/).map((word) => (isShouted(word) ? capital(word) : word)).join(' ')

const noBirth = { birth_date: null, birth_precision: null, birth_estimated_on: null }

function placeOf(address: PatientRow['address'], { city, state, postcode, country }: Correction): PatientRow['address'] {
  const given = Object.entries({ city, state, postcode, country }).filter(([, value]) => value !== undefined)
  return { ...address, ...Object.fromEntries(given) }
}

type Step = (record: Correctable, correction: Correction) => Partial<Correctable>

const steps: Readonly<Record<CorrectionKind, Step>> = {
  'tidy-name': (one) => ({ given_name: tidy(one.given_name), family_name: tidy(one.family_name), local_name: tidy(one.local_name) }),
  'set-sex': (one, { sex }) => ({ sex: sex ?? one.sex }),
  'clear-birth-date': () => noBirth,
  'birth-year-only': (one) => (one.birth_date === null || one.birth_precision === 'estimated' ? {} : { birth_precision: 'year' }),
  'clear-death': () => ({ deceased_at: null }),
  'drop-invalid-phones': (one) => ({ phones: one.phones.filter(isValidPhone) }),
  'clear-email': () => ({ email: '' }),
  'clear-postcode': (one) => ({ address: { ...one.address, postcode: '' } }),
  'set-place': (one, correction) => ({ address: placeOf(one.address, correction) }),
}

/** A correction that wants a value has it. */
export function refuseEmpty(correction: Correction): void {
  const path = correction.kind === 'set-sex' && correction.sex === undefined ? 'correction.sex' : correction.kind === 'set-place' && [correction.city, correction.state, correction.postcode, correction.country].every((value) => value === undefined) ? 'correction.city' : undefined
  if (path !== undefined) throw new AppError(cleaningErrors.correction_value, { fields: [{ path, code: 'required' }] })
}

const shownOf = (record: Correctable): Record<string, string> => ({
  givenName: record.given_name, familyName: record.family_name, localName: record.local_name, sex: record.sex,
  birthDate: record.birth_date === null ? '' : record.birth_precision === 'year' ? record.birth_date.slice(0, 4) : record.birth_date,
  phones: record.phones.join(', '), email: record.email, city: record.address.city ?? '', state: record.address.state ?? '', postcode: record.address.postcode ?? '', country: record.address.country ?? '',
  deceasedAt: record.deceased_at?.slice(0, 10) ?? '',
})

export interface Change {
  field: string
  before: string
  after: string
}

/** What a correction makes of a record, and which fields it changes. */
export function corrected(row: PatientRow, correction: Correction): { after: Correctable; changes: Change[] } {
  const before = correctableOf(row)
  const after = { ...before, ...steps[correction.kind](before, correction) }
  const [was, is] = [shownOf(before), shownOf(after)]
  return { after, changes: Object.keys(was).flatMap((field) => (was[field] === is[field] ? [] : [{ field, before: was[field] ?? '', after: is[field] ?? '' }])) }
}

