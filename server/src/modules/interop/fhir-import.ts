import { patients } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import { contentHash, type External, externalKey, externalsOf, type KeptResource, keepResources, keptOf, rememberExternals } from '#kernel/external.ts'
import { newId } from '#kernel/ids.ts'
import { normalisePhone } from '#kernel/phone.ts'
import { seal } from '#kernel/seal.ts'
import { type ImportedDiagnosis, type ImportedObservation, importDiagnoses, importObservations } from '../clinical/index.ts'
import { type ImportedEncounter, importEncounters } from '../encounters/index.ts'
import type { Facility } from '../organizations/index.ts'
import { type ImportedEntry, importEntries, importNoKnownAllergies, importPatient, survivorsOf } from '../patients/index.ts'
import { type ImportedPractitioner, importPractitioners } from '../people/index.ts'
import type { ReadResource } from './fhir-reading.ts'
import * as fhir from './fhir-rules.ts'
import type { Tally } from './tally.ts'

const passes: readonly ReadonlySet<string>[] = [new Set(['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'Medication', 'Patient']), new Set(['Encounter'])]
export const lastPass = passes.length

/** In which pass a type is imported: who, where and which medicine, then visits, then the rest, so that what others name is there first, whatever the order of the files. */
export function passOf(type: string): number {
  const pass = passes.findIndex((types) => types.has(type))
  return pass === -1 ? lastPass : pass
}

class Refused extends Error {
  readonly path: string
  readonly code: string
  constructor(path: string, code: string) {
    super(code)
    this.path = path
    this.code = code
  }
}

interface Batch {
  practitioners: ImportedPractitioner[]
  encounters: ImportedEncounter[]
  diagnoses: ImportedDiagnosis[]
  observations: ImportedObservation[]
  entries: ImportedEntry[]
  withoutAllergy: string[]
  kept: KeptResource[]
  known: (External & { internalType: string })[]
}

/** Where an import goes and where it comes from. */
export interface Place {
  facility: Facility
  source: string
  /** In a dry run, what would be known by now: nothing is written. */
  dry: Map<string, External> | undefined
}

interface Work extends Place {
  tx: Tx
  /** Everything that is known under an address: from before, and from this batch. */
  ids: Map<string, string>
  /** Medicines that orders name, by our id. */
  medicines: Map<string, unknown>
  batch: Batch
}

const idIn = (work: Work, target: fhir.Target | undefined): string | undefined => (target === undefined ? undefined : work.ids.get(externalKey(target.type, target.value)))

function patientIn(work: Work, reference: fhir.Reference | undefined, path: string): string {
  const id = idIn(work, fhir.targetOf(reference, 'Patient'))
  if (id === undefined) throw new Refused(path, 'interop.unresolved_reference')
  return id
}

function shaped<T extends fhir.MappedType>(type: T, resource: unknown): fhir.Shape<T> {
  const checked = fhir.shapes[type].safeParse(resource)
  if (!checked.success) throw new Refused(checked.error.issues[0]?.path.map(String).join('.') ?? '', 'interop.invalid_resource')
  return checked.data as fhir.Shape<T>
}

function named(words: string, path: string): string {
  if (words === '') throw new Refused(path, 'required')
  return words
}

const sexes: Readonly<Record<string, 'female' | 'male' | 'intersex' | 'unknown'>> = { female: 'female', male: 'male', other: 'intersex' }

async function addPatient(work: Work, resource: unknown): Promise<string> {
  const one = shaped('Patient', resource)
  const { given, family } = fhir.nameOf(one.name)
  const place = one.address?.[0]
  const parts = (one.birthDate ?? '').split('-')
  const raw = {
    // A newborn may have no name yet.
    givenName: given || '–', familyName: family, sex: sexes[one.gender ?? ''] ?? 'unknown', identifiers: fhir.identifiersOf(one).slice(0, 10),
    ...(one.birthDate === undefined ? {} : { birthDate: `${parts[0]}-${parts[1] ?? '01'}-${parts[2] ?? '01'}` }),
    phones: (one.telecom ?? []).flatMap((each) => (each.system === 'phone' && each.value !== undefined && normalisePhone(each.value, work.facility.region) !== null ? [each.value] : [])).slice(0, 5),
    ...(place === undefined ? {} : { address: { ...(place.line === undefined ? {} : { lines: place.line.join(', ').slice(0, 300) }), ...(place.city === undefined ? {} : { city: place.city.slice(0, 100) }), ...(place.state === undefined ? {} : { state: place.state.slice(0, 100) }), ...(place.postalCode === undefined ? {} : { postcode: place.postalCode.slice(0, 20) }) } }),
  }
  const body = patients.register.body.safeParse(raw)
  if (!body.success) throw new Refused(body.error.issues[0]?.path.map(String).join('.') ?? '', 'interop.invalid_resource')
  if (one.birthDate !== undefined && fhir.instantOf(one.birthDate) === undefined) throw new Refused('birthDate', 'interop.invalid_resource')
  if (work.dry !== undefined) return newId()
  // Who is known to have died must not be called in: without a date that can be read, now stands for it.
  const isDead = one.deceasedBoolean === true || one.deceasedDateTime !== undefined
  return importPatient(work.tx, work.facility, { body: body.data, precision: parts.length === 1 ? 'year' : parts.length === 2 ? 'month' : 'day', deceasedAt: fhir.instantOf(one.deceasedDateTime) ?? (isDead ? work.tx.ctx.now : null) })
}

function addEncounter(work: Work, id: string, resource: unknown): void {
  const one = shaped('Encounter', resource)
  const openedAt = fhir.instantOf(one.period?.start) ?? work.tx.ctx.now
  const closedAt = fhir.instantOf(one.period?.end) ?? openedAt
  const practitioner = one.participant?.map((each) => idIn(work, fhir.targetOf(each.individual, 'Practitioner'))).find((found) => found !== undefined)
  work.batch.encounters.push({
    id, patientId: patientIn(work, one.subject, 'subject'), facilityId: work.facility.id, practitionerId: practitioner ?? null, class: fhir.classOf(one.class?.code), state: one.status === 'cancelled' || fhir.isInError(one.status) ? 'cancelled' : 'closed',
    reason: fhir.wordsOf(one.reasonCode?.[0] ?? one.type?.[0]), openedAt, closedAt: closedAt < openedAt ? openedAt : closedAt,
  })
}

function addCondition(work: Work, id: string, resource: unknown): void {
  const one = shaped('Condition', resource)
  work.batch.diagnoses.push({
    id, patientId: patientIn(work, one.subject, 'subject'), encounterId: idIn(work, fhir.targetOf(one.encounter, 'Encounter')) ?? null, text: named(fhir.wordsOf(one.code), 'code'), coding: fhir.codingOf(one.code),
    kind: fhir.kindOf(one.verificationStatus), state: fhir.stateOf(one.clinicalStatus, one.verificationStatus), recordedAt: fhir.instantOf(one.recordedDate) ?? fhir.instantOf(one.onsetDateTime) ?? work.tx.ctx.now,
  })
}

function addObservation(work: Work, id: string, resource: unknown): void {
  const one = shaped('Observation', resource)
  const occurredAt = fhir.instantOf(one.effectiveDateTime) ?? fhir.instantOf(one.effectivePeriod?.start) ?? fhir.instantOf(one.issued) ?? work.tx.ctx.now
  work.batch.observations.push({
    id, patientId: patientIn(work, one.subject, 'subject'), encounterId: idIn(work, fhir.targetOf(one.encounter, 'Encounter')) ?? null, code: (fhir.codingOf(one.code)?.code ?? fhir.wordsOf(one.code)).slice(0, 100), display: named(fhir.wordsOf(one.code), 'code'),
    ...fhir.valueOf(one), components: fhir.componentsOf(one), state: fhir.isInError(one.status) ? 'entered-in-error' : 'final', occurredAt, recordedAt: fhir.instantOf(one.issued) ?? occurredAt,
  })
}

const dayOf = (text: string | undefined): string | null => fhir.instantOf(text)?.toISOString().slice(0, 10) ?? null
const severities: Readonly<Record<string, string>> = { high: 'severe', low: 'mild', mild: 'mild', moderate: 'moderate', severe: 'severe' }
const stopped = new Set(['stopped', 'completed', 'cancelled', 'not-done', 'ended'])

type EntryOf = (work: Work, resource: unknown) => Omit<ImportedEntry, 'id'>

const entryMakers: Readonly<Record<'AllergyIntolerance' | 'MedicationRequest' | 'Immunization' | 'Procedure', EntryOf>> = {
  AllergyIntolerance: (work, resource) => {
    const one = shaped('AllergyIntolerance', resource)
    const reaction = one.reaction?.[0]
    return {
      patientId: patientIn(work, one.patient, 'patient'), kind: 'allergy', text: named(fhir.wordsOf(one.code), 'code'), coding: fhir.codingOf(one.code), state: fhir.stateOf(one.clinicalStatus, one.verificationStatus),
      severity: severities[reaction?.severity ?? one.criticality ?? ''] ?? '', reaction: fhir.wordsOf(reaction?.manifestation?.[0]), onsetOn: dayOf(one.onsetDateTime), recordedAt: fhir.instantOf(one.recordedDate) ?? work.tx.ctx.now,
    }
  },
  MedicationRequest: (work, resource) => {
    const one = shaped('MedicationRequest', resource)
    const id = idIn(work, fhir.targetOf(one.medicationReference, 'Medication'))
    return { patientId: patientIn(work, one.subject, 'subject'), kind: 'medication', ...fhir.medicineOf(one, id === undefined ? undefined : work.medicines.get(id)), state: fhir.isInError(one.status) ? 'entered-in-error' : stopped.has(one.status) ? 'resolved' : 'active', severity: '', reaction: '', onsetOn: dayOf(one.authoredOn), recordedAt: fhir.instantOf(one.authoredOn) ?? work.tx.ctx.now }
  },
  Immunization: (work, resource) => {
    const one = shaped('Immunization', resource)
    const at = one.occurrenceDateTime ?? one.recorded
    return { patientId: patientIn(work, one.patient, 'patient'), kind: 'immunization', text: named(fhir.wordsOf(one.vaccineCode), 'vaccineCode'), coding: fhir.codingOf(one.vaccineCode), state: fhir.isInError(one.status) ? 'entered-in-error' : one.status === 'not-done' ? 'resolved' : 'active', severity: '', reaction: '', onsetOn: dayOf(at), recordedAt: fhir.instantOf(at) ?? work.tx.ctx.now }
  },
  Procedure: (work, resource) => {
    const one = shaped('Procedure', resource)
    const at = one.performedDateTime ?? one.performedPeriod?.start
    return { patientId: patientIn(work, one.subject, 'subject'), kind: 'history', text: named(fhir.wordsOf(one.code), 'code'), coding: fhir.codingOf(one.code), state: fhir.isInError(one.status) ? 'entered-in-error' : 'active', severity: '', reaction: '', onsetOn: dayOf(at), recordedAt: fhir.instantOf(at) ?? work.tx.ctx.now }
  },
}

/** Puts one new resource where it belongs; returns its id. */
async function add(work: Work, type: fhir.MappedType, resource: unknown): Promise<string> {
  if (type === 'Patient') return addPatient(work, resource)
  const id = newId()
  if (type === 'Practitioner') {
    const { given, family, prefix } = fhir.nameOf(shaped('Practitioner', resource).name)
    work.batch.practitioners.push({ id, name: `${given} ${family}`.trim() || '–', title: prefix })
  } else if (type === 'Encounter') addEncounter(work, id, resource)
  else if (type === 'Condition') addCondition(work, id, resource)
  else if (type === 'Observation') addObservation(work, id, resource)
  else work.batch.entries.push({ id, ...entryMakers[type](work, resource) })
  return id
}

const referring = { subject: 'Patient', patient: 'Patient', beneficiary: 'Patient', for: 'Patient', encounter: 'Encounter', medicationReference: 'Medication' } as const

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Hashed extends ReadResource {
  hash: string
}

/** Everything the resources name, so that one statement finds what is known of it. */
function addresses(resources: readonly Hashed[]): fhir.Target[] {
  return resources.flatMap(({ resource, type, value, hash }) => {
    const own = [{ type, value }, { type: `${type}#content`, value: `${value}|${hash}` }]
    const named = Object.entries(referring).flatMap(([key, target]) => {
      const reference = resource[key]
      if (!isRecord(reference)) return []
      return fhir.targetOf(reference as fhir.Reference, target) ?? []
    })
    const participants = Array.isArray(resource['participant']) ? resource['participant'].flatMap((each: unknown) => (isRecord(each) && isRecord(each['individual']) ? (fhir.targetOf(each['individual'] as fhir.Reference, 'Practitioner') ?? []) : [])) : []
    return [...own, ...named, ...participants]
  })
}

/** The patient a resource without a module names, wherever it does. */
const patientOfAny = (work: Work, resource: Record<string, unknown>): string | null => {
  for (const key of ['subject', 'patient', 'beneficiary', 'for'] as const) {
    const reference = resource[key]
    const id = isRecord(reference) ? idIn(work, fhir.targetOf(reference as fhir.Reference, 'Patient')) : undefined
    if (id !== undefined) return id
  }
  return null
}

/** Addresses under which a new record is found from now on. */
function remember(work: Work, read: Hashed, id: string): void {
  const identifiers = Array.isArray(read.resource['identifier']) ? read.resource['identifier'] : []
  const extra = identifiers.flatMap((one: unknown) => (isRecord(one) && typeof one['value'] === 'string' ? [{ type: `${read.type}?identifier`, value: `${typeof one['system'] === 'string' ? one['system'] : ''}|${one['value']}` }] : []))
  const all = [{ type: read.type, value: read.value }, ...(read.alias === null ? [] : [{ type: read.type, value: read.alias }]), ...extra]
  for (const one of all) {
    work.batch.known.push({ ...one, id, hash: one === all[0] ? read.hash : '', internalType: read.type })
    work.ids.set(externalKey(one.type, one.value), id)
  }
}

/** Another content of a record that is known: remembered, so that it is kept beside once. */
function rememberVariant(work: Work, read: Hashed, id: string): void {
  work.batch.known.push({ type: `${read.type}#content`, value: `${read.value}|${read.hash}`, id, hash: read.hash, internalType: read.type })
}

async function flush({ tx, batch, source, dry }: Work): Promise<void> {
  if (dry !== undefined) return void batch.known.forEach((one) => dry.set(externalKey(one.type, one.value), one))
  await importPractitioners(tx, batch.practitioners)
  await importEncounters(tx, batch.encounters)
  await importDiagnoses(tx, batch.diagnoses)
  await importObservations(tx, batch.observations)
  await importEntries(tx, batch.entries)
  await importNoKnownAllergies(tx, batch.withoutAllergy)
  await keepResources(tx, batch.kept)
  await rememberExternals(tx, source, batch.known)
}

/**
 * Imports resources of one pass in the open transaction. What is known with the same content is unchanged; what is known
 * with other content is kept beside, our record is not overwritten; what has no module is kept whole; what cannot be is failed and named.
 */
export async function importResources(tx: Tx, place: Place, read: readonly ReadResource[], tally: Tally): Promise<void> {
  for (const one of read) if (one.flaw !== undefined) fail(one, one.flaw, tally)
  const resources = read.filter((one) => one.flaw === undefined).map((one) => ({ ...one, hash: contentHash(one.resource) }))
  const before = new Map([...(await externalsOf(tx, place.source, addresses(resources))), ...(place.dry ?? [])])
  const idsOf = (...types: readonly string[]): string[] => [...before.values()].filter((one) => types.includes(one.type)).map((one) => one.id)
  const survivors = await survivorsOf(tx, idsOf('Patient', 'Patient?identifier'))
  const medicines = await keptOf(tx, idsOf('Medication', 'Medication?identifier'))
  const work: Work = { ...place, tx, medicines, ids: new Map([...before].map(([key, one]) => [key, survivors.get(one.id) ?? one.id])), batch: { practitioners: [], encounters: [], diagnoses: [], observations: [], entries: [], withoutAllergy: [], kept: [], known: [] } }
  const hashes = new Map([...before].map(([key, one]) => [key, one.hash]))
  for (const one of resources) {
    const key = externalKey(one.type, one.value)
    const variant = externalKey(`${one.type}#content`, `${one.value}|${one.hash}`)
    if (hashes.get(key) === one.hash || hashes.has(variant)) tally.add(one.type, 'unchanged')
    else if (hashes.has(key)) {
      const id = newId()
      rememberVariant(work, one, id)
      hashes.set(variant, one.hash)
      keep(work, one, id)
      tally.add(one.type, 'kept')
    } else await addNew(work, one, tally)
    if (!hashes.has(key) && work.ids.has(key)) hashes.set(key, one.hash)
  }
  await flush(work)
}

function keep(work: Work, read: Hashed, id: string): void {
  const own = read.type === 'Patient' ? (work.ids.get(externalKey(read.type, read.value)) ?? id) : undefined
  work.batch.kept.push({ id, type: read.type, patientId: own ?? patientOfAny(work, read.resource), resource: read.type === 'Patient' ? withSealedNumbers(work.tx, read.resource) : read.resource })
}

/** A patient's numbers are sealed in what is kept whole too, each in its place. */
function withSealedNumbers(tx: Tx, resource: Record<string, unknown>): Record<string, unknown> {
  const { identifier } = resource
  if (!Array.isArray(identifier)) return resource
  const sealed = (one: unknown) => (isRecord(one) && typeof one['value'] === 'string' ? { ...one, value: `sealed:${seal(tx.ctx.tenantId, 'kept_resources.identifier', one['value']).toString('base64')}` } : one)
  return { ...resource, identifier: identifier.map(sealed) }
}

/** What says that something is not so has to name its patient like the rest; it makes no row. */
function addDenial(work: Work, { type, resource }: Hashed): void {
  const path = type === 'AllergyIntolerance' || type === 'Immunization' ? 'patient' : 'subject'
  const reference = resource[path]
  const patientId = patientIn(work, isRecord(reference) ? (reference as fhir.Reference) : undefined, path)
  if (fhir.saysNoKnownAllergy(type, resource)) work.batch.withoutAllergy.push(patientId)
}

async function addNew(work: Work, read: Hashed, tally: Tally): Promise<void> {
  try {
    const isNot = fhir.saysNot(read.type, read.resource)
    const id = fhir.isMapped(read.type) && !isNot ? await add(work, read.type, read.resource) : newId()
    if (fhir.isMapped(read.type) && isNot) addDenial(work, read)
    remember(work, read, id)
    keep(work, read, id)
    tally.add(read.type, fhir.isMapped(read.type) && !isNot ? 'created' : 'kept')
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    fail(read, error, tally)
  }
}

/** Counts a resource as failed and names what is wrong with it. */
export function fail(read: ReadResource, { path, code }: { path: string; code: string }, tally: Tally): void {
  tally.add(read.type, 'failed')
  tally.fault({ line: read.line, path: `${read.type}/${read.value}${path === '' ? '' : `.${path}`}`.slice(0, 300), code })
}
