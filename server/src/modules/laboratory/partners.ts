import { benchErrors, type Journey, journeyLifecycle, journeyState, type LabPartner } from '#contract/laboratory-bench.ts'
import { specimenLifecycle } from '#contract/laboratory-flow.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { lockedSpecimen, patientsAround } from './around.ts'
import * as repo from './partners-repo.ts'
import { receiveSpecimen, rejectSpecimen } from './specimens.ts'
import { specimensByIds, updateSpecimen } from './specimens-repo.ts'

mapConstraint('lab_partners_name', benchErrors.partner_taken)
mapConstraint('specimen_journeys_one_open', benchErrors.journey_open)

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const folded = (name: string): string => [...foldText(name)].slice(0, 140).join('')
const presentPartner = (row: repo.PartnerRow): LabPartner => ({ id: row.id, version: row.version, kind: row.kind === 'send-out' ? 'send-out' : 'collecting-centre', name: row.name, accreditation: row.accreditation, phone: row.phone, address: row.address, turnaroundHours: row.turnaround_hours, isActive: row.is_active })

export function listPartners(ctx: Ctx, { query }: Input<'listPartners'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listPartners(tx, query.kind, page), page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentPartner))
}

export function createPartner(ctx: Ctx, { body }: Input<'createPartner'>) {
  return withContext(ctx, async (tx) => presentPartner(await repo.insertPartner(tx, { kind: body.kind, name: body.name, name_folded: folded(body.name), accreditation: body.accreditation ?? '', phone: body.phone ?? '', address: body.address ?? '', turnaround_hours: body.turnaroundHours ?? null })))
}

export function updatePartner(ctx: Ctx, { params, body, ifMatch }: Input<'updatePartner'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockPartner(tx, params.id))
    checkVersion(before, ifMatch)
    const change = { name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), accreditation: body.accreditation, phone: body.phone, address: body.address, turnaround_hours: body.turnaroundHours, is_active: body.isActive }
    return presentPartner(await repo.updatePartner(tx, before, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))))
  })
}

async function shown(tx: Tx, rows: readonly repo.JourneyRow[]): Promise<Map<string, Journey>> {
  const [patients, tubes, partners] = await Promise.all([patientsAround(tx, rows), specimensByIds(tx, rows.map((row) => row.specimen_id)), repo.partnersByIds(tx, rows.map((row) => row.partner_id))])
  const numbers = new Map(tubes.map((row) => [row.id, row.number]))
  const names = new Map(partners.map((row) => [row.id, row.name]))
  return new Map(rows.map((row): [string, Journey] => {
    const state = journeyState.parse(row.state)
    const isOpen = state === 'on-the-way' || state === 'arrived'
    const patient = patients.get(row.patient_id)
    return [row.id, {
      id: row.id, version: row.version, specimenId: row.specimen_id, specimenNumber: numbers.get(row.specimen_id) ?? '', patientId: row.patient_id, patientName: patient?.name ?? '', patientMrn: patient?.mrn ?? '', facilityId: row.facility_id, partnerId: row.partner_id, partnerName: names.get(row.partner_id) ?? '', direction: row.direction === 'in' ? 'in' : 'out', state,
      courier: row.courier, temperature: row.temperature, theirReference: row.their_reference, sentAt: row.sent_at.toISOString(), dueAt: row.due_at?.toISOString() ?? null, isLate: isOpen && row.due_at !== null && row.due_at < tx.ctx.now, arrivedAt: row.arrived_at?.toISOString() ?? null, endedAt: row.ended_at?.toISOString() ?? null, note: row.note,
      // What comes from a collecting centre is worked on here: nobody there reports.
      actions: allowedSteps(journeyLifecycle, state).filter((step) => row.direction === 'out' || (step !== 'report' && state !== 'arrived')),
    }]
  }))
}

const shownOne = async (tx: Tx, row: repo.JourneyRow): Promise<Journey> => found((await shown(tx, [row])).get(row.id))

export function listJourneys(ctx: Ctx, { query }: Input<'listJourneys'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'laboratory.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listJourneys(tx, query, page)
    const made = await shown(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.sent_at.toISOString(), id: row.id }), (row) => found(made.get(row.id)))
  })
}

export function startJourney(ctx: Ctx, { body }: Input<'startJourney'>) {
  const sentAt = body.sentAt === undefined ? ctx.now : new Date(body.sentAt)
  return withContext(ctx, async (tx) => {
    const [partner] = await repo.partnersByIds(tx, [body.partnerId])
    if (partner === undefined) throw invalidField('partnerId', 'reference.unknown')
    if (!partner.is_active) throw invalidField('partnerId', 'laboratory.partner_inactive', benchErrors.partner_inactive)
    const { specimen } = await lockedSpecimen(tx, body.specimenId, 'laboratory.work')
    const isOut = partner.kind === 'send-out'
    // From a collecting centre a tube is taken already; received is what it will be once it is here.
    const state = takeStep(specimenLifecycle, specimen.state, isOut ? 'send' : 'receive')
    if (isOut) await updateSpecimen(tx, specimen.id, specimen.version, { state, sent_to: partner.name, sent_at: sentAt })
    const due = partner.turnaround_hours === null ? null : new Date(sentAt.getTime() + partner.turnaround_hours * 3_600_000)
    return shownOne(tx, await repo.insertJourney(tx, { specimen_id: specimen.id, patient_id: specimen.patient_id, facility_id: specimen.facility_id, partner_id: partner.id, direction: isOut ? 'out' : 'in', courier: body.courier ?? '', temperature: body.temperature ?? '', their_reference: body.theirReference ?? '', sent_at: sentAt, due_at: due }))
  })
}

interface Locked {
  row: repo.JourneyRow
  state: repo.JourneyRow['state']
}

async function locked(tx: Tx, id: string, ifMatch: number | undefined, step: keyof typeof journeyLifecycle.steps): Promise<Locked> {
  const seen = found(await repo.readJourney(tx, id))
  await lockedSpecimen(tx, seen.specimen_id, 'laboratory.work')
  const row = found(await repo.lockJourney(tx, id))
  checkVersion(row, ifMatch)
  return { row, state: takeStep(journeyLifecycle, row.state, step) }
}

const onWay = (body: { courier?: string | undefined; temperature?: string | undefined; theirReference?: string | undefined } | undefined) =>
  Object.fromEntries(Object.entries({ courier: body?.courier, temperature: body?.temperature, their_reference: body?.theirReference }).filter(([, value]) => value !== undefined))

export function arriveJourney(ctx: Ctx, { params, body, ifMatch }: Input<'arriveJourney'>) {
  return withContext(ctx, async (tx) => {
    const { row, state } = await locked(tx, params.id, ifMatch, 'arrive')
    if (row.direction === 'in') await receiveSpecimen(ctx, { params: { id: row.specimen_id }, body: {}, query: undefined, ifMatch: undefined, upload: undefined })
    return shownOne(tx, await repo.updateJourney(tx, row, { ...onWay(body), state, arrived_at: ctx.now, ...(row.direction === 'in' ? { ended_at: ctx.now } : {}) }))
  })
}

export function reportJourney(ctx: Ctx, { params, body, ifMatch }: Input<'reportJourney'>) {
  return withContext(ctx, async (tx) => {
    const { row, state } = await locked(tx, params.id, ifMatch, 'report')
    return shownOne(tx, await repo.updateJourney(tx, row, { ...onWay(body), state, ended_at: ctx.now }))
  })
}

/** A tube that is lost is asked for again, unless it was rejected on its way. */
export function loseJourney(ctx: Ctx, { params, body, ifMatch }: Input<'loseJourney'>) {
  return withContext(ctx, async (tx) => {
    const { row, state } = await locked(tx, params.id, ifMatch, 'lose')
    const [tube] = await specimensByIds(tx, [row.specimen_id])
    if (tube?.state !== 'rejected') await rejectSpecimen(ctx, { params: { id: row.specimen_id }, body: { reason: body.reason, isRecollected: true }, query: undefined, ifMatch: undefined, upload: undefined })
    return shownOne(tx, await repo.updateJourney(tx, row, { state, ended_at: ctx.now, note: body.reason }))
  })
}
