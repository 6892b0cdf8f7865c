import { unguardCell } from '#kernel/text.ts'

/** Columns we know, by what hospitals call them. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  externalId: ['externalid', 'id', 'patientid', 'mrn', 'registrationnumber', 'recordnumber', 'uhid'],
  givenName: ['givenname', 'firstname', 'given', 'name', 'patientname'],
  familyName: ['familyname', 'lastname', 'surname', 'family'],
  localName: ['localname', 'nameinlocalscript'],
  sex: ['sex', 'gender'],
  birthDate: ['birthdate', 'dateofbirth', 'dob'],
  ageYears: ['age', 'ageyears', 'ageinyears'],
  phone: ['phone', 'mobile', 'phonenumber', 'mobilenumber', 'contact', 'telephone'],
  email: ['email', 'emailaddress', 'mail'],
  identifierType: ['identifiertype', 'idtype'],
  identifierValue: ['identifiervalue', 'idnumber', 'nationalid', 'aadhaar'],
  address: ['address', 'street', 'addressline', 'lines'],
  city: ['city', 'town', 'place'],
  state: ['state', 'province'],
  postcode: ['postcode', 'pincode', 'zip', 'zipcode', 'postalcode'],
}

const plain = (header: string): string => header.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Which field each column holds; a column nobody knows is null. */
export function fieldsOf(headers: readonly string[]): (string | null)[] {
  return headers.map((header) => Object.entries(aliases).find(([, names]) => names.includes(plain(header)))?.[0] ?? null)
}

/** A row by fields; what has no field, or whose field is taken by a column before, stands by its header. Phones of several columns are all phones. */
export function rowOf(headers: readonly string[], fields: readonly (string | null)[], values: readonly string[]): { cells: Record<string, string>; others: Record<string, string> } {
  const cells: Record<string, string> = {}
  const others = new Map<string, string>()
  for (const [index, given] of values.entries()) {
    const value = unguardCell(given.trim()).trim()
    if (value === '') continue
    const field = fields[index] ?? null
    const header = headers[index]?.trim() || `column ${index + 1}`
    const taken = field === null ? undefined : cells[field]
    if (field !== null && taken === undefined) cells[field] = value
    else if (field === 'phone') cells[field] = `${taken};${value}`
    else others.set(others.has(header) ? `${header} (${index + 1})` : header, value)
  }
  return { cells, others: Object.fromEntries(others) }
}

const sexes: Readonly<Record<string, string>> = { f: 'female', female: 'female', woman: 'female', m: 'male', male: 'male', man: 'male', i: 'intersex', intersex: 'intersex', o: 'intersex', other: 'intersex', u: 'unknown', unknown: 'unknown', '': 'unknown' }

const monthFirst = new Set(['US', 'PH', 'PW', 'FM', 'MH'])

/** A date as ISO, or as day, month and year in the order of the hospital's country; anything else as it was, to be refused by name. */
export function dateOf(text: string, region: string): string {
  const local = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(text.trim())
  if (local === null) return text.trim()
  const [, first = '', second = '', year = ''] = local
  const [day, month] = monthFirst.has(region) ? [second, first] : [first, second]
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** A row as the body of a registration, with only what it says; the registration's own rules judge it. */
export function bodyOf(row: Readonly<Record<string, string>>, region: string): Record<string, unknown> {
  const of = (field: string): string => (row[field] ?? '').trim()
  const address = { lines: of('address'), city: of('city'), state: of('state'), postcode: of('postcode') }
  // The number a hospital used before goes on finding the patient.
  const identifiers = [...(of('identifierValue') === '' ? [] : [{ type: of('identifierType') || 'national-id', value: of('identifierValue') }]), ...(of('externalId') === '' ? [] : [{ type: 'other', value: of('externalId') }])]
  const place = Object.fromEntries(Object.entries(address).filter(([, value]) => value !== ''))
  return {
    givenName: of('givenName'),
    sex: sexes[of('sex').toLowerCase()] ?? of('sex'),
    ...(of('familyName') === '' ? {} : { familyName: of('familyName') }),
    ...(of('localName') === '' ? {} : { localName: of('localName') }),
    ...(of('birthDate') === '' ? {} : { birthDate: dateOf(of('birthDate'), region) }),
    ...(of('ageYears') === '' ? {} : { ageYears: Number(of('ageYears')) }),
    ...(of('phone') === '' ? {} : { phones: of('phone').split(/[;|]/).map((one) => one.trim()).filter(Boolean) }),
    ...(of('email') === '' ? {} : { email: of('email') }),
    ...(identifiers.length === 0 ? {} : { identifiers }),
    ...(Object.keys(place).length === 0 ? {} : { address: place }),
  }
}
