import { z } from 'zod'
import type { Coding } from '#contract/common/values.ts'

const short = z.string().max(10_000)
const codingShape = z.looseObject({ system: short.optional(), code: short.optional(), display: short.optional() })
const concept = z.looseObject({ coding: z.array(codingShape).optional(), text: short.optional() })
const reference = z.looseObject({ reference: short.optional(), identifier: z.looseObject({ system: short.optional(), value: short.optional() }).optional(), display: short.optional() })
const period = z.looseObject({ start: short.optional(), end: short.optional() })
const identifier = z.looseObject({ system: short.optional(), value: short.optional(), type: concept.optional() })
const name = z.looseObject({ use: short.optional(), text: short.optional(), family: short.optional(), given: z.array(short).optional(), prefix: z.array(short).optional() })
const quantity = z.looseObject({ value: z.number().optional(), comparator: short.optional(), unit: short.optional(), code: short.optional() })
const valued = {
  valueQuantity: quantity.optional(), valueCodeableConcept: concept.optional(), valueString: short.optional(), valueBoolean: z.boolean().optional(), valueInteger: z.number().optional(), valueDateTime: short.optional(), valueTime: short.optional(),
  valueRange: z.looseObject({ low: quantity.optional(), high: quantity.optional() }).optional(), valueRatio: z.looseObject({ numerator: quantity.optional(), denominator: quantity.optional() }).optional(), valuePeriod: period.optional(),
}

const part = z.looseObject({ code: concept, ...valued })

/** What we read of each resource; everything else is kept as it came. */
export const shapes = {
  Patient: z.looseObject({
    name: z.array(name).optional(), gender: short.optional(), birthDate: z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/).optional(), identifier: z.array(identifier).optional(),
    telecom: z.array(z.looseObject({ system: short.optional(), value: short.optional() })).optional(), deceasedDateTime: short.optional(), deceasedBoolean: z.boolean().optional(),
    address: z.array(z.looseObject({ line: z.array(short).optional(), city: short.optional(), state: short.optional(), postalCode: short.optional(), country: short.optional() })).optional(),
  }),
  Practitioner: z.looseObject({ name: z.array(name).optional(), identifier: z.array(identifier).optional() }),
  Encounter: z.looseObject({ status: short, class: codingShape.optional(), type: z.array(concept).optional(), subject: reference, participant: z.array(z.looseObject({ individual: reference.optional() })).optional(), period: period.optional(), reasonCode: z.array(concept).optional() }),
  Condition: z.looseObject({ clinicalStatus: concept.optional(), verificationStatus: concept.optional(), code: concept.optional(), subject: reference, encounter: reference.optional(), recordedDate: short.optional(), onsetDateTime: short.optional() }),
  AllergyIntolerance: z.looseObject({ clinicalStatus: concept.optional(), verificationStatus: concept.optional(), code: concept.optional(), patient: reference, criticality: short.optional(), recordedDate: short.optional(), onsetDateTime: short.optional(), reaction: z.array(z.looseObject({ manifestation: z.array(concept).optional(), severity: short.optional() })).optional() }),
  Observation: z.looseObject({
    status: short, code: concept, subject: reference, encounter: reference.optional(), effectiveDateTime: short.optional(), effectivePeriod: period.optional(), issued: short.optional(),
    ...valued, component: z.array(part).optional(),
  }),
  MedicationRequest: z.looseObject({ status: short, contained: z.array(z.unknown()).optional(), medicationCodeableConcept: concept.optional(), medicationReference: reference.optional(), subject: reference, authoredOn: short.optional() }),
  Immunization: z.looseObject({ status: short, vaccineCode: concept, patient: reference, occurrenceDateTime: short.optional(), recorded: short.optional() }),
  Procedure: z.looseObject({ status: short, code: concept.optional(), subject: reference, performedDateTime: short.optional(), performedPeriod: period.optional() }),
} as const

export type MappedType = keyof typeof shapes
export type Shape<T extends MappedType> = z.output<(typeof shapes)[T]>
export const isMapped = (type: string): type is MappedType => Object.hasOwn(shapes, type)

export type Reference = z.output<typeof reference>
type Concept = z.output<typeof concept>

/** The first coding as ours, bounded; null without a code. */
export function codingOf(one: Concept | undefined): Coding | null {
  const [first] = one?.coding ?? []
  return first?.code === undefined ? null : { system: (first.system ?? '').slice(0, 300), code: first.code.slice(0, 100), ...(first.display === undefined ? {} : { display: first.display.slice(0, 500) }) }
}

/** A concept in words: its text, else the display of its coding, else its code. */
export const wordsOf = (one: Concept | undefined): string => (one?.text ?? one?.coding?.[0]?.display ?? one?.coding?.[0]?.code ?? '').trim().slice(0, 300)

const codeOf = (one: Concept | undefined): string => one?.coding?.[0]?.code ?? ''

/** An instant of a FHIR date or date-time of the years 1800 to 2199, partial ones at their beginning; undefined when it is none. */
export function instantOf(text: string | undefined): Date | undefined {
  const at = text === undefined || !/^(1[89]|2[01])\d\d(-|$)/.test(text) ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at)
}

const classes: Readonly<Record<string, 'outpatient' | 'inpatient' | 'emergency' | 'tele' | 'day-care'>> = { EMER: 'emergency', IMP: 'inpatient', ACUTE: 'inpatient', NONAC: 'inpatient', SS: 'day-care', VR: 'tele' }
/** Our class of a visit for a code of v3-ActEncounterCode; ambulatory and unknown ones are outpatient. */
export const classOf = (code: string | undefined) => classes[code ?? ''] ?? 'outpatient'

/** Whether a record was never true. */
export const isInError = (status: string | undefined, verification?: Concept): boolean => status === 'entered-in-error' || codeOf(verification) === 'entered-in-error'

/** State of a condition or allergy: what has ended is resolved, what was never true is in error. */
export function stateOf(clinical: Concept | undefined, verification: Concept | undefined): 'active' | 'resolved' | 'entered-in-error' {
  if (isInError(undefined, verification)) return 'entered-in-error'
  return ['resolved', 'inactive', 'remission'].includes(codeOf(clinical)) ? 'resolved' : 'active'
}

/** Certainty of a condition. */
export function kindOf(verification: Concept | undefined): 'provisional' | 'confirmed' | 'differential' {
  const code = codeOf(verification)
  return code === 'confirmed' ? 'confirmed' : code === 'differential' ? 'differential' : 'provisional'
}

const numeric = (value: number | undefined): string | null => (value === undefined || !Number.isFinite(value) || Math.abs(value) >= 1e12 ? null : String(Math.round(value * 1e6) / 1e6))

export interface ObservedValue {
  number: string | null
  text: string
  unit: string
}

const amountInWords = (one: z.output<typeof quantity> | undefined): string => (one?.value === undefined ? '' : `${one.comparator ?? ''}${one.value} ${one.unit ?? one.code ?? ''}`.trim())

const joined = (parts: readonly string[], between: string): string => (parts.every((part) => part === '') ? '' : parts.map((part) => part || '?').join(between))

/** A value in words, whatever its kind. */
function valueInWords(one: z.output<typeof part>): string {
  if (one.valueCodeableConcept !== undefined) return wordsOf(one.valueCodeableConcept)
  if (one.valueRange !== undefined) return joined([amountInWords(one.valueRange.low), amountInWords(one.valueRange.high)], ' – ')
  if (one.valueRatio !== undefined) return joined([amountInWords(one.valueRatio.numerator), amountInWords(one.valueRatio.denominator)], ' : ')
  if (one.valuePeriod !== undefined) return joined([one.valuePeriod.start ?? '', one.valuePeriod.end ?? ''], ' – ')
  return String(one.valueString ?? one.valueDateTime ?? one.valueTime ?? one.valueBoolean ?? one.valueInteger ?? amountInWords(one.valueQuantity))
}

/** The value of an observation: a plain number, or in words when it is qualified, coded or text; one that has only parts says them. */
export function valueOf(one: Shape<'Observation'>): ObservedValue {
  const { valueQuantity: amount } = one
  if (amount !== undefined) {
    const number = amount.comparator === undefined ? numeric(amount.value) : null
    return { number, text: number === null ? `${amount.comparator ?? ''}${amount.value ?? ''}` : '', unit: (amount.code ?? amount.unit ?? '').slice(0, 40) }
  }
  const number = numeric(one.valueInteger)
  const own = number === null ? valueInWords(one) : ''
  const parts = number === null && own === '' ? (one.component ?? []).map((each) => `${wordsOf(each.code)} ${valueInWords(each)}`.trim()).filter(Boolean).join('; ') : ''
  return { number, text: (own || parts).slice(0, 2000), unit: '' }
}

/** Values of the parts of an observation such as a blood pressure. */
export const componentsOf = (one: Shape<'Observation'>): { code: string; display: string; value: number | null; text: string; unit: string }[] | null =>
  one.component === undefined ? null : one.component.map((each) => ({ code: codeOf(each.code), display: wordsOf(each.code), value: each.valueQuantity?.value ?? null, text: each.valueQuantity === undefined ? valueInWords(each).slice(0, 2000) : '', unit: each.valueQuantity?.code ?? each.valueQuantity?.unit ?? '' }))

const medicine = z.looseObject({ id: short.optional(), code: concept.optional() })

/** What a medicine is called: by the order itself, by a resource inside it, or by the one it names, when that is known. */
export function medicineOf(one: Shape<'MedicationRequest'>, named: unknown): { text: string; coding: Coding | null } {
  const inner = one.contained?.map((each) => medicine.safeParse(each).data).find((each) => each?.id !== undefined && one.medicationReference?.reference === `#${each.id}`)
  const concepts = [one.medicationCodeableConcept, inner?.code, medicine.safeParse(named).data?.code]
  const known = concepts.find((each) => wordsOf(each) !== '')
  return { text: wordsOf(known) || (one.medicationReference?.display ?? '').slice(0, 300) || 'Medication', coding: codingOf(known) }
}

const noKnownAllergy = '716186003'
// Of drugs, of food, of the environment: SNOMED CT
const noneKnown = new Set([noKnownAllergy, '409137002', '429625007', '428607008'])
const negating = z.looseObject({ status: short.optional(), doNotPerform: z.boolean().optional(), clinicalStatus: concept.optional(), verificationStatus: concept.optional(), code: concept.optional() })
const neverDone: Readonly<Record<string, string>> = { Procedure: 'not-done', Immunization: 'not-done', Observation: 'cancelled' }
const codesOf = (one: Concept | undefined): string[] => (one?.coding ?? []).flatMap((each) => each.code ?? [])

/**
 * Whether a resource says that something is not so: not done, not to be given, refuted, no known allergy. Such a one makes no row of its
 * own, where it would be read as its opposite; it is kept whole.
 */
export function saysNot(type: string, resource: unknown): boolean {
  const { data } = negating.safeParse(resource)
  if (data === undefined) return false
  const isNoAllergy = type === 'AllergyIntolerance' && codesOf(data.code).some((code) => noneKnown.has(code))
  return isNoAllergy || (type === 'MedicationRequest' && data.doNotPerform === true) || codesOf(data.verificationStatus).includes('refuted') || (data.status !== undefined && neverDone[type] === data.status)
}

/** Whether it says that no allergy of any kind is known, and says so still. */
export function saysNoKnownAllergy(type: string, resource: unknown): boolean {
  const { data } = negating.safeParse(resource)
  return type === 'AllergyIntolerance' && codesOf(data?.code).includes(noKnownAllergy) && !codesOf(data?.verificationStatus).includes('refuted') && stateOf(data?.clinicalStatus, data?.verificationStatus) === 'active'
}

const identifierTypes: Readonly<Record<string, string>> = { SS: 'national-id', NI: 'national-id', DL: 'driving-licence', PPN: 'passport' }

/** Identifiers with a value, by the type code of HL7 table 0203 where there is one. */
export const identifiersOf = (one: Shape<'Patient'>): { type: string; issuer: string; value: string }[] =>
  (one.identifier ?? []).flatMap((each) => (each.value === undefined ? [] : [{ type: identifierTypes[codeOf(each.type)] ?? 'other', issuer: (each.system ?? '').slice(0, 100), value: each.value.slice(0, 100) }]))

/** The official name, else the first: given names joined, and the family name. */
export function nameOf(names: readonly z.output<typeof name>[] | undefined): { given: string; family: string; prefix: string } {
  const chosen = names?.find((one) => one.use === 'official') ?? names?.[0]
  const given = (chosen?.given ?? []).join(' ').trim()
  const family = (chosen?.family ?? '').trim()
  const words = given === '' && family === '' ? (chosen?.text ?? '').trim() : given
  return { given: (words === '' ? family : words).slice(0, 150), family: words === '' ? '' : family.slice(0, 150), prefix: (chosen?.prefix?.[0] ?? '').slice(0, 40) }
}

export type Target = { type: string; value: string }

/** The text of a part of an address; undefined when its escapes are broken. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * What a reference to a `type` names: an id, or an identifier (`Practitioner?identifier=system|value`). Undefined when it names nothing we
 * can find, or something of another type: a group or device may have the id of a patient.
 */
export function targetOf(one: Reference | undefined, type: string): Target | undefined {
  const text = one?.reference
  if (text === undefined) return one?.identifier?.value === undefined ? undefined : { type: `${type}?identifier`, value: `${one.identifier.system ?? ''}|${one.identifier.value}` }
  const address = /^urn:(?:uuid|oid):(.+)$/.exec(text)?.[1]
  if (address !== undefined) return { type, value: address }
  const [, conditionalType, condition = ''] = /^([A-Z][A-Za-z]+)\?identifier=([^&]+)$/.exec(text) ?? []
  const value = decoded(condition)
  if (conditionalType !== undefined) return conditionalType === type && value !== undefined ? { type: `${type}?identifier`, value } : undefined
  const [, namedType, id] = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]*)?$/.exec(text) ?? []
  return id === undefined || namedType !== type ? undefined : { type, value: id }
}

const deepest = 100

interface Flaw {
  path: string
  code: string
}

const under = (key: string, flaw: Flaw): Flaw => ({ ...flaw, path: flaw.path === '' ? key : `${key}.${flaw.path}` })
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

/** What of a resource could not be stored: text that is no text, or nesting without end; undefined when all can. */
export function flawOf(value: unknown, depth = 0): Flaw | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : { path: '', code: 'text.malformed' }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > deepest) return { path: '', code: 'interop.too_deep' }
  for (const [key, inner] of Object.entries(value)) {
    const flaw = isStorable(key) ? flawOf(inner, depth + 1) : { path: '', code: 'text.malformed' }
    if (flaw !== undefined) return flaw.code === 'interop.too_deep' && depth > 0 ? flaw : under(key, flaw)
  }
  return undefined
}
