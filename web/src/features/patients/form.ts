import type { Patient, patients } from '#contract/patients.ts'
import type { z } from 'zod'

type Body = z.input<typeof patients.register.body>
type Diet = NonNullable<Body['diet']>
type IdentifierType = NonNullable<Body['identifiers']>[number]['type']
interface ContactValues {
  name: string
  relation: string
  phone: string
}
interface IdentifierValues {
  type: string
  issuer: string
  value: string
}

export interface PatientValues extends Record<string, unknown> {
  givenName: string
  familyName: string
  localName: string
  sex: Patient['sex']
  ageYears: string | number
  birthDate: string
  phone: string
  otherPhone: string
  email: string
  identifiers: IdentifierValues[]
  address: Patient['address']
  contacts: ContactValues[]
  language: Patient['language']
  occupation: string
  diet: Diet
  referralSource: string
  isConfidential: boolean
}

export const identifierTypes: IdentifierType[] = ['national-id', 'abha', 'passport', 'insurance', 'driving-licence', 'other']
export const diets: Diet[] = ['unknown', 'vegetarian', 'vegan', 'eggetarian', 'non-vegetarian', 'jain']

export const emptyPatient: PatientValues = {
  givenName: '',
  familyName: '',
  localName: '',
  sex: 'unknown',
  ageYears: '',
  birthDate: '',
  phone: '',
  otherPhone: '',
  email: '',
  identifiers: [],
  address: { lines: '', city: '', state: '', postcode: '', country: '' },
  contacts: [],
  language: null,
  occupation: '',
  diet: 'unknown',
  referralSource: '',
  isConfidential: false,
}

const isDiet = (value: string): value is Diet => diets.some((diet) => diet === value)
const isIdentifierType = (value: string): value is IdentifierType => identifierTypes.some((type) => type === value)

export function patientValues(patient: Patient): PatientValues {
  return {
    ...emptyPatient,
    givenName: patient.givenName,
    familyName: patient.familyName,
    localName: patient.localName,
    sex: patient.sex,
    birthDate: patient.birthDate ?? '',
    phone: patient.phones[0] ?? '',
    otherPhone: patient.phones[1] ?? '',
    email: patient.email,
    identifiers: patient.identifiers,
    address: patient.address,
    contacts: patient.contacts,
    language: patient.language,
    occupation: patient.occupation,
    diet: isDiet(patient.diet) ? patient.diet : 'unknown',
    referralSource: patient.referralSource,
    isConfidential: patient.isConfidential,
  }
}

/** Birth date when known, else age; the server asks for one of them. */
function birthOf(values: PatientValues): Pick<Body, 'birthDate' | 'ageYears'> {
  if (values.birthDate !== '') return { birthDate: values.birthDate }
  return values.ageYears === '' ? {} : { ageYears: Number(values.ageYears) }
}

/** Registration sends what was filled in; a change sends the rest too, so that it can be emptied. */
export function patientBody(values: PatientValues): Body {
  return {
    givenName: values.givenName,
    familyName: values.familyName,
    localName: values.localName,
    sex: values.sex,
    ...birthOf(values),
    phones: [values.phone, values.otherPhone].filter((phone) => phone.trim() !== ''),
    email: values.email,
    identifiers: values.identifiers.flatMap((one) => (isIdentifierType(one.type) && one.value !== '' ? [{ type: one.type, issuer: one.issuer, value: one.value }] : [])),
    address: values.address,
    contacts: values.contacts.filter((one) => one.name.trim() !== ''),
    occupation: values.occupation,
    diet: values.diet,
    referralSource: values.referralSource,
    isConfidential: values.isConfidential,
    ...(values.language === null ? {} : { language: values.language }),
  }
}
