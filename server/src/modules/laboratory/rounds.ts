import type { RouteInput } from '#contract/define.ts'
import { type Collection, collectionErrors, missedCause } from '#contract/laboratory-collection.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { specimenLifecycle } from '#contract/laboratory-flow.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { urgentCursor } from '../orders/index.ts'
import { patientsByIds, type PatientRow } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { paymentsOf } from './collection.ts'
import { presentSpecimen } from './present.ts'
import { tellMissed } from './telling.ts'
import * as specimens from './specimens-repo.ts'

mapConstraint('specimens_window', collectionErrors.window_order)

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

export const nameOf = (patient: PatientRow): string => `${patient.given_name} ${patient.family_name}`.trim()
const addressOf = ({ address }: PatientRow): string => [address.lines, address.city, address.state, address.postcode].filter(Boolean).join(', ').replaceAll(/\s*\n\s*/g, ', ')

/** Where one lives is shown of whoever is visited at home alone. */
function homeOf(row: specimens.SpecimenRow, patient: PatientRow | undefined): Pick<Collection['plan'], 'address' | 'postcode' | 'phone'> {
  if (row.place !== 'home' || patient === undefined) return { address: '', postcode: '', phone: '' }
  return { address: row.address === '' ? addressOf(patient) : row.address, postcode: row.address === '' ? (patient.address.postcode ?? '') : '', phone: row.phone === '' ? (patient.phones[0] ?? '') : row.phone }
}

/** Tubes to be taken, with their plan, in the order they are given. */
export async function shownCollections(tx: Tx, rows: readonly specimens.SpecimenRow[]): Promise<Collection[]> {
  const [patients, payments, users] = await together([patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]), paymentsOf(tx, rows), userNames(tx, rows.flatMap((row) => row.collector_id ?? []))])
  const byId = new Map(patients.map((patient) => [patient.id, patient]))
  const labels = new Map(patients.map((patient) => [patient.id, { name: nameOf(patient), mrn: patient.mrn }]))
  return rows.map((row) => ({
    ...presentSpecimen(row, labels, payments.get(row.id)),
    plan: {
      ward: row.ward, bed: row.bed, ...homeOf(row, byId.get(row.patient_id)), at: row.collect_at?.toISOString() ?? null, until: row.collect_until?.toISOString() ?? null, collectorId: row.collector_id, collectorName: users.get(row.collector_id ?? '') ?? '', attempts: row.attempts,
      missed: row.missed_at === null ? null : { cause: missedCause.parse(row.missed_cause), note: row.missed_note, at: row.missed_at.toISOString() },
    },
  }))
}

export function listCollections(ctx: Ctx, { query }: Input<'listCollections'>) {
  requirePermission(ctx, 'laboratory.collect', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await specimens.listCollections(tx, query, page)
    const shown = new Map((await shownCollections(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => urgentCursor(row, row.created_at), (row) => found(shown.get(row.id)))
  })
}

/** Tubes that are still to be taken, locked; all of them or none. */
async function lockedWaiting(tx: Tx, ids: readonly string[]): Promise<specimens.SpecimenRow[]> {
  const rows = new Map((await specimens.lockSpecimens(tx, [...new Set(ids)])).map((row) => [row.id, row]))
  const locked = [...new Set(ids)].map((id) => found(rows.get(id)))
  for (const facilityId of new Set(locked.map((row) => row.facility_id))) requirePermission(tx.ctx, 'laboratory.collect', facilityId)
  for (const row of locked) takeStep(specimenLifecycle, row.state, 'collect')
  return locked
}

const timeOf = (value: string | null | undefined): Date | null | undefined => (value === undefined || value === null ? value : new Date(value))

export function planCollection(ctx: Ctx, { body }: Input<'planCollection'>) {
  const [at, until] = [timeOf(body.at), timeOf(body.until)]
  return withContext(ctx, async (tx) => {
    if (body.collectorId !== undefined && body.collectorId !== null && !(await userNames(tx, [body.collectorId])).has(body.collectorId)) throw invalidField('collectorId', 'reference.unknown')
    const rows = await lockedWaiting(tx, body.ids)
    const isBackwards = rows.some((row) => {
      const [begin, end] = [at === undefined ? row.collect_at : at, until === undefined ? row.collect_until : until]
      return end !== null && (begin === null || end < begin)
    })
    if (isBackwards) throw invalidField('until', 'laboratory.window_order', collectionErrors.window_order)
    const said = { place: body.place, ward: body.ward, bed: body.bed, address: body.address, phone: body.phone, collect_at: at, collect_until: until, collector_id: body.collectorId }
    const change = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    return { items: await shownCollections(tx, await specimens.planSpecimens(tx, rows.map((row) => row.id), change)) }
  })
}

/** They stay to be taken; without another time they have none until one is said. */
export function missCollection(ctx: Ctx, { body }: Input<'missCollection'>) {
  const at = body.at === undefined ? null : new Date(body.at)
  if (at !== null && at <= ctx.now) throw invalidField('at', 'laboratory.past_time', collectionErrors.past_time)
  if (body.cause === 'other' && body.note === undefined) throw invalidField('note', 'laboratory.words_needed', collectionErrors.words_needed)
  return withContext(ctx, async (tx) => {
    const rows = await lockedWaiting(tx, body.ids)
    const missed = await specimens.planSpecimens(tx, rows.map((row) => row.id), { collect_at: at, collect_until: null, missed_cause: body.cause, missed_note: body.note ?? '', missed_at: ctx.now }, true)
    await tellMissed(tx, missed)
    return { items: await shownCollections(tx, missed) }
  })
}
