import type { RouteInput } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type patients, patientsErrors } from '#contract/patients.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { nextFromBlock } from '#kernel/number-blocks.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { indexSubject, reindexSubject } from '#kernel/search.ts'
import { localDate, zonedToInstant, addDays } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf, knownFacility } from '../organizations/index.ts'
import { recheck } from './checking.ts'
import { identifierHash, likelyDuplicates, openIdentifier, presentHint, readPhones, sealIdentifier, searchKind, termsOf } from './finding.ts'
import { timelinePort } from './ports.ts'
import { byTime, presentPatient, presentSummary } from './present.ts'
import * as repo from './repo.ts'
import { birthOf, formatMrn } from './rules.ts'
import { searchPatients } from './searching.ts'

export const patientRegistered = defineEvent<{ patientId: string; facilityId: string }>('patients.registered')

type Input<K extends keyof typeof patients> = RouteInput<(typeof patients)[K]>
type Body = Input<'register'>['body']

/** The facility a registration belongs to: the one named, else the user's only or first one. */
async function actingFacility(tx: Tx, facilityId: string | undefined): Promise<Facility> {
  const id = facilityId ?? tx.ctx.facilityIds.find((one) => tx.ctx.can('patients.write', one))
  if (id === undefined) throw invalidField('facilityId', 'required')
  requirePermission(tx.ctx, 'patients.write', id)
  return knownFacility(tx, id)
}

/** Record numbers may have gaps, so registrations do not queue for them. */
const nextMrn = async (ctx: Ctx, facility: Facility): Promise<string> => formatMrn(facility.code, await nextFromBlock(ctx, { scope: facility.id, kind: 'mrn', series: '', fiscalYear: '' }))

function columnsOf(body: Partial<Body>, facility: Facility, today: string): repo.PatientChange {
  const birth = body.birthDate === undefined && body.ageYears === undefined ? undefined : birthOf(body, today)
  if (body.birthDate !== undefined && body.birthDate > today) throw invalidField('birthDate', 'patients.birth_in_future', patientsErrors.birth_in_future)
  const columns: Record<string, unknown> = {
    given_name: body.givenName, family_name: body.familyName, local_name: body.localName, sex: body.sex, birth_date: birth?.birthDate, birth_precision: birth?.precision, birth_estimated_on: birth?.estimatedOn,
    phones: body.phones === undefined ? undefined : readPhones(body.phones, facility.region), email: body.email, address: body.address === undefined ? undefined : JSON.stringify(body.address),
    contacts: body.contacts === undefined ? undefined : JSON.stringify(body.contacts), language: body.language, occupation: body.occupation, diet: body.diet, referral_source: body.referralSource,
    is_confidential: body.isConfidential, mother_id: body.motherId, birth_order: body.birthOrder,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

const identifierRows = (ctx: Ctx, identifiers: Body['identifiers']) =>
  (identifiers ?? []).map((one) => {
    const id = newId()
    return { id, type: one.type, issuer: one.issuer, value_sealed: sealIdentifier(ctx.tenantId, id, one.value), value_index: identifierHash(ctx.tenantId, one.value) }
  })

export function registerPatient(ctx: Ctx, { body }: Input<'register'>) {
  return withContext(ctx, async (tx) => {
    if (body.birthDate === undefined && body.ageYears === undefined) throw invalidField('birthDate', 'patients.birth_required', patientsErrors.birth_required)
    const facility = await actingFacility(tx, body.facilityId)
    const id = newId()
    const today = localDate(ctx.now, facility.timeZone)
    const likeness = { id, givenName: body.givenName, familyName: body.familyName ?? '', birthDate: birthOf(body, today).birthDate, sex: body.sex, phones: readPhones(body.phones, facility.region) }
    const [row, hints] = await Promise.all([insertPatient(tx, facility, body, id), likelyDuplicates(tx, likeness)])
    await repo.noteCandidates(tx, hints.map((hint) => ({ a: row.id, b: hint.row.id, score: Math.round(hint.score * 1000), reasons: hint.reasons })))
    return { ...presentPatient({ row, identifiers: body.identifiers ?? [], merged: [], reading: { today, locale: ctx.locale }, actions: actionsFor(ctx, row) }), warnings: hints.map(presentHint) }
  })
}

/** Registers in an open transaction: number, identifiers, index and event; what does not wait for each other is sent at once. */
export async function insertPatient(tx: Tx, facility: Facility, body: Body, id = newId()): Promise<repo.PatientRow> {
  const columns = columnsOf(body, facility, localDate(tx.ctx.now, facility.timeZone))
  const mrn = await nextMrn(tx.ctx, facility)
  const identifiers = identifierRows(tx.ctx, body.identifiers)
  const findable = { given_name: body.givenName, family_name: body.familyName ?? '', local_name: body.localName ?? '', mrn, phones: columns.phones ?? [] }
  const [row] = await Promise.all([
    repo.insertPatient(tx, { ...columns, id, facility_id: facility.id, mrn, given_name: body.givenName, sex: body.sex }),
    indexSubject(tx, searchKind, id, termsOf(findable, identifiers.map((one) => one.value_index))),
    emit(tx, patientRegistered, { patientId: id, facilityId: facility.id }),
  ])
  await repo.insertIdentifiers(tx, id, identifiers)
  return row
}

export function registerUnknown(ctx: Ctx, { body }: Input<'registerUnknown'>) {
  return withContext(ctx, async (tx) => {
    const facility = await actingFacility(tx, body.facilityId)
    const today = localDate(ctx.now, facility.timeZone)
    const row = await insertPatient(tx, facility, { givenName: `Unknown ${today.slice(5)}-${newId().slice(-4).toUpperCase()}`, sex: body.sex, ageYears: body.ageYears })
    const marked = await repo.updatePatient(tx, row.id, row.version, { is_unidentified: true })
    return presentPatient({ row: marked ?? row, identifiers: [], merged: [], reading: { today, locale: ctx.locale }, actions: actionsFor(ctx, row) })
  })
}

function actionsFor(ctx: Ctx, row: repo.PatientRow): string[] {
  const actions = row.merged_into === null ? ['update', 'add-to-list', 'book', 'start-visit'] : []
  return ctx.can('patients.merge') ? [...actions, row.merged_into === null ? 'merge' : 'unmerge'] : actions
}

/** The patient with identifiers; the survivor when the record was merged. */
async function whole(tx: Tx, id: string) {
  const row = found(await repo.readWhole(tx, id))
  const identifiers = row.identifiers.map((one) => ({ type: one.type, issuer: one.issuer, value: openIdentifier(tx.ctx.tenantId, one.id, Buffer.from(one.sealed, 'base64')) }))
  return presentPatient({ row, identifiers, merged: row.merged, labels: row.labels, reading: { today: tx.ctx.now.toISOString().slice(0, 10), locale: tx.ctx.locale }, actions: actionsFor(tx.ctx, row) })
}

export const readPatient = (ctx: Ctx, id: string) => withContext(ctx, (tx) => whole(tx, id))

/** The patient's row locked against a merge: 404, or 409 when it was merged into another. */
export async function patientForWrite(tx: Tx, id: string): Promise<repo.PatientRow> {
  const row = found(await repo.readPatient(tx, id))
  if (row.merged_into !== null) throw new AppError(patientsErrors.merged)
  return row
}

export function listPatients(ctx: Ctx, { query }: Input<'list'>) {
  if (query.search !== undefined) return searchPatients(ctx, { text: query.search, limit: Math.min(50, query.limit) })
  const page = pageOf(query)
  const bound = (on: string | undefined) => (on === undefined ? null : zonedToInstant(on, '00:00', 'UTC'))
  const filter = { facilityId: query.facilityId, sex: query.sex, from: bound(query.registeredFrom), to: query.registeredTo === undefined ? null : bound(addDays(query.registeredTo, 1)), isAscending: query.sort === 'registeredAt' }
  const today = ctx.now.toISOString().slice(0, 10)
  return withContext(ctx, async (tx) => toPage(await repo.listPatients(tx, filter, page), page.limit, (row) => ({ at: row.registered_at.toISOString(), id: row.id }), (row) => presentSummary(row, { today, locale: ctx.locale })))
}

export function updatePatient(ctx: Ctx, { params, body, ifMatch }: Input<'update'>) {
  return withContext(ctx, async (tx) => {
    const before = await patientForWrite(tx, params.id)
    if (ifMatch !== before.version) throw new AppError(kernelErrors.stale_version)
    const facility = await facilityOf(tx, before.facility_id)
    const { deceasedAt, identifiers, ...rest } = body
    const change = { ...columnsOf(rest, facility, localDate(ctx.now, facility.timeZone)), ...(deceasedAt === undefined ? {} : { deceased_at: deceasedAt === null ? null : new Date(deceasedAt) }) }
    const row = await repo.updatePatient(tx, params.id, before.version, change)
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    await replaceTerms(tx, before, row, identifiers)
    await recheck(tx, [row.id])
    return whole(tx, params.id)
  })
}

async function replaceTerms(tx: Tx, before: repo.PatientRow, after: repo.PatientRow, identifiers: Body['identifiers']): Promise<void> {
  const stored = await repo.identifiersOf(tx, before.id)
  const oldHashes = stored.map((one) => identifierHash(tx.ctx.tenantId, openIdentifier(tx.ctx.tenantId, one.id, one.value_sealed)))
  const rows = identifierRows(tx.ctx, identifiers)
  if (identifiers !== undefined) {
    await repo.deleteIdentifiers(tx, before.id)
    await repo.insertIdentifiers(tx, before.id, rows)
  }
  await reindexSubject(tx, searchKind, before.id, termsOf(before, oldHashes), termsOf(after, identifiers === undefined ? oldHashes : rows.map((one) => one.value_index)))
}

export function checkDuplicates(ctx: Ctx, { body }: Input<'checkDuplicates'>) {
  return withContext(ctx, async (tx) => {
    const hints = await likelyDuplicates(tx, { givenName: body.givenName, familyName: body.familyName ?? '', birthDate: body.birthDate ?? null, sex: body.sex ?? 'unknown', phones: (body.phones ?? []).filter((phone) => phone.length >= 4) })
    return { items: hints.map(presentHint) }
  })
}

export function timeline(ctx: Ctx, { params, query }: Input<'timeline'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const patient = found(await repo.readPatient(tx, params.id))
    const request = { before: page.after === null ? null : new Date(page.after.at), limit: page.limit + 1 }
    const items = [{ at: patient.registered_at.toISOString(), kind: 'registration', title: patient.mrn, ref: { type: 'patient', id: patient.id } }].filter((item) => request.before === null || new Date(item.at) < request.before)
    for (const found of await Promise.all(timelinePort.all().map((source) => source(tx, patient.merged_into ?? patient.id, request)))) items.push(...found)
    const chosen = byTime(items).filter((item) => query.kind === undefined || item.kind === query.kind)
    return toPage(chosen.slice(0, page.limit + 1), page.limit, (item) => ({ at: item.at, id: item.ref.id }), (item) => item)
  })
}
