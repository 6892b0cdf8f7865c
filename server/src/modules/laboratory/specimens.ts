import type { RouteInput } from '#contract/define.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors, specimenLifecycle, specimenState } from '#contract/laboratory-flow.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { facilityOf } from '../organizations/index.ts'
import { advanceItems, lockOrderOf, urgentCursor } from '../orders/index.ts'
import { lockedFamily, type LockedSpecimen, lockedSpecimen, patientsAround, shownSpecimen, shownWithPrevious } from './around.ts'
import { type Payments, paymentsOf } from './collection.ts'
import { settleEnded } from './completing.ts'
import { nextSpecimenNumber } from './planning.ts'
import { presentSpecimen } from './present.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'

/** A tube was not fit, and a new one is asked for: for messaging and the ward. */
export const specimenRejected = defineEvent<{ specimenId: string; recollectionId: string | null; orderId: string | null; patientId: string; facilityId: string }>('laboratory.specimen-rejected')

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>
type Step = keyof typeof specimenLifecycle.steps

const noPayments: Payments = new Map()

export function listSpecimens(ctx: Ctx, { query }: Input<'listSpecimens'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'laboratory.read', query.facilityId)
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await specimens.listSpecimens(tx, query, page)
    const [patients, payments] = await together([patientsAround(tx, rows), specimens.isWorkList(query) ? paymentsOf(tx, rows) : Promise.resolve(noPayments)])
    return toPage(rows, page.limit, (row) => (specimens.isWorkList(query) ? urgentCursor(row, row.created_at) : { at: row.created_at.toISOString(), id: row.id }), (row) => presentSpecimen(row, patients, payments.get(row.id)))
  })
}

export function readSpecimen(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await specimens.readSpecimen(tx, id))
    requirePermission(ctx, 'laboratory.read', row.facility_id)
    const payment = (await paymentsOf(tx, [row])).get(id)
    return { ...(await shownSpecimen(tx, row)), ...(payment === undefined ? {} : { payment }), results: await shownWithPrevious(tx, await repo.resultsOfSpecimens(tx, [id])) }
  })
}

interface StepInput {
  id: string
  ifMatch: number | undefined
  permission: string
}

/** Takes a step of a tube; `change` says what goes with it. */
export async function stepSpecimen(tx: Tx, name: Step, { id, ifMatch, permission }: StepInput, change: (locked: LockedSpecimen) => specimens.SpecimenChange): Promise<LockedSpecimen> {
  const locked = await lockedSpecimen(tx, id, permission)
  checkVersion(locked.specimen, ifMatch)
  const state = takeStep(specimenLifecycle, locked.specimen.state, name)
  const specimen = await specimens.updateSpecimen(tx, id, locked.specimen.version, { ...change(locked), state })
  return { ...locked, specimen }
}

const itemsOf = (results: readonly repo.ResultRow[], orderId: string): string[] => results.filter((row) => row.order_id === orderId).flatMap((row) => row.order_item_id ?? [])

export function collectSpecimen(ctx: Ctx, { params, body, ifMatch }: Input<'collect'>) {
  const at = body?.collectedAt === undefined ? ctx.now : new Date(body.collectedAt)
  if (at.getTime() > ctx.now.getTime() + 60_000) throw invalidField('collectedAt', 'laboratory.not_in_future', laboratoryErrors.not_in_future)
  return withContext(ctx, async (tx) => shownSpecimen(tx, await takeSpecimen(tx, { id: params.id, ifMatch, at, place: body?.place })))
}

/** A tube is taken from the patient: what it is for begins. */
export async function takeSpecimen(tx: Tx, { id, ifMatch, at, place }: { id: string; ifMatch: number | undefined; at: Date; place?: string | undefined }): Promise<specimens.SpecimenRow> {
  const { specimen, results, orders } = await stepSpecimen(tx, 'collect', { id, ifMatch, permission: 'laboratory.collect' }, () => ({ collected_at: at, collected_by: tx.ctx.userId, ...(place === undefined ? {} : { place }) }))
  await repo.changeResults(tx, results.map((row) => row.id), { collected_at: at })
  for (const order of orders.values()) await advanceItems(tx, order, { itemIds: itemsOf(results, order.id), step: 'start' })
  return specimen
}

export function receiveSpecimen(ctx: Ctx, { params, body, ifMatch }: Input<'receive'>) {
  return withContext(ctx, async (tx) => {
    const { specimen } = await stepSpecimen(tx, 'receive', { id: params.id, ifMatch, permission: 'laboratory.work' }, () => ({ received_at: ctx.now, received_by: ctx.userId, ...(body?.rack === undefined ? {} : { rack: body.rack }), ...(body?.indices === undefined ? {} : { indices: JSON.stringify(body.indices) }) }))
    return shownSpecimen(tx, specimen)
  })
}

const plainStep = (name: Step, change: (ctx: Ctx) => specimens.SpecimenChange, permission = 'laboratory.work') => (ctx: Ctx, id: string, ifMatch: number | undefined) =>
  withContext(ctx, async (tx) => shownSpecimen(tx, (await stepSpecimen(tx, name, { id, ifMatch, permission }, () => change(ctx))).specimen))

export const storeSpecimen = (ctx: Ctx, { params, body, ifMatch }: Input<'store'>) => plainStep('store', () => ({ rack: body.rack }))(ctx, params.id, ifMatch)
export const sendSpecimen = (ctx: Ctx, { params, body, ifMatch }: Input<'send'>) => plainStep('send', () => ({ sent_to: body.sentTo, sent_at: ctx.now }))(ctx, params.id, ifMatch)
export const discardSpecimen = (ctx: Ctx, { params, ifMatch }: Input<'discard'>) => plainStep('discard', () => ({ ended_at: ctx.now }))(ctx, params.id, ifMatch)

const notOut = new Set(['pending', 'received', 'verified', 'approved'])

/** A new tube like another one, with a number of its own. */
async function another(tx: Tx, from: specimens.SpecimenRow, change: Partial<specimens.NewSpecimen>): Promise<specimens.SpecimenRow> {
  const facility = await facilityOf(tx, from.facility_id)
  const id = newId()
  const { patient_id, encounter_id, facility_id, order_id, type, container, timepoint, contents, priority, place, pregnancy_week, due_at, ward, bed, address, phone } = from
  const empty = { collected_at: null, collected_by: null, received_at: null, recollection_of: null, aliquot_of: null, state: specimenLifecycle.initial }
  await specimens.insertSpecimens(tx, [{ patient_id, encounter_id, facility_id, order_id, type, container, timepoint, contents, priority, place, pregnancy_week, due_at, ward, bed, address, phone, ...empty, ...change, id, number: await nextSpecimenNumber(tx, facility) }])
  return found(await specimens.readSpecimen(tx, id))
}

/** What was divided from a rejected tube is the same blood: it is rejected with it, in the rack or at another laboratory. */
async function rejectPortions(tx: Tx, portions: readonly LockedSpecimen[], body: Input<'reject'>['body']): Promise<LockedSpecimen[]> {
  const there = portions.filter(({ specimen }) => specimenLifecycle.steps.reject.from.some((state) => state === specimen.state))
  for (const { specimen } of there) await specimens.updateSpecimen(tx, specimen.id, specimen.version, { ...rejection(tx, body), state: takeStep(specimenLifecycle, specimen.state, 'reject') })
  return there
}

/** The tube that was drawn from the patient, of one that was divided from it: what is asked for again is drawn again. */
async function drawnOf(tx: Tx, specimen: specimens.SpecimenRow): Promise<specimens.SpecimenRow> {
  const mother = specimen.aliquot_of === null ? undefined : await specimens.readSpecimen(tx, specimen.aliquot_of)
  return mother === undefined ? specimen : drawnOf(tx, mother)
}

const rejection = (tx: Tx, body: Input<'reject'>['body']): specimens.SpecimenChange => ({ reason: body.reason, ended_at: tx.ctx.now, ...(body.cause === undefined ? {} : { reject_cause: body.cause }) })

export function rejectSpecimen(ctx: Ctx, { params, body, ifMatch }: Input<'reject'>) {
  return withContext(ctx, async (tx) => {
    const { family: [first, ...portions], orders } = await lockedFamily(tx, params.id, 'laboratory.work')
    const tube = found(first)
    checkVersion(tube.specimen, ifMatch)
    const state = takeStep(specimenLifecycle, tube.specimen.state, 'reject')
    const specimen = await specimens.updateSpecimen(tx, params.id, tube.specimen.version, { ...rejection(tx, body), state })
    const gone = await rejectPortions(tx, portions, body)
    const waiting = [tube, ...gone].flatMap((one) => one.results).filter((row) => notOut.has(row.state))
    const contents = [...new Set([tube, ...gone].flatMap((one) => one.specimen.contents.split(' ')))].filter(Boolean).join(' ')
    const fresh = body.isRecollected && waiting.length > 0 ? await another(tx, await drawnOf(tx, specimen), { recollection_of: specimen.id, contents }) : undefined
    if (fresh === undefined) await repo.changeResults(tx, waiting.map((row) => row.id), { state: 'cancelled', reason: body.reason })
    else await repo.waitAgain(tx, waiting.map((row) => row.id), fresh.id)
    await settleEnded(tx, waiting, orders, body.reason)
    await emit(tx, specimenRejected, { specimenId: specimen.id, recollectionId: fresh?.id ?? null, orderId: specimen.order_id, patientId: specimen.patient_id, facilityId: specimen.facility_id })
    const told = gone.map((one) => ({ id: one.specimen.id, number: one.specimen.number, wasState: specimenState.parse(one.specimen.state), sentTo: one.specimen.sent_to }))
    return { ...(await shownSpecimen(tx, specimen)), recollection: fresh === undefined ? null : await shownSpecimen(tx, fresh), ...(told.length === 0 ? {} : { portions: told }) }
  })
}

/** Moves what waits for the named tests to another tube; 422 names a test that does not wait there. */
async function moveTests(tx: Tx, results: readonly repo.ResultRow[], testIds: readonly string[], to: specimens.SpecimenRow): Promise<void> {
  const waiting = results.filter((row) => row.state === 'pending' && testIds.includes(row.test_id))
  const missing = testIds.flatMap((id, index) => (waiting.some((row) => row.test_id === id) ? [] : [{ path: `testIds.${index}`, code: 'laboratory.no_such_test' }]))
  if (missing.length > 0) throw new AppError(laboratoryErrors.no_such_test, { fields: missing })
  await repo.changeResults(tx, waiting.map((row) => row.id), { specimen_id: to.id, collected_at: to.collected_at })
  await specimens.updateSpecimen(tx, to.id, to.version, { contents: waiting.map((row) => row.code).join(' ') })
}

export function aliquotSpecimen(ctx: Ctx, { params, body, ifMatch }: Input<'aliquot'>) {
  return withContext(ctx, async (tx) => {
    const { specimen, results } = await lockedSpecimen(tx, params.id, 'laboratory.work')
    checkVersion(specimen, ifMatch)
    takeStep(specimenLifecycle, specimen.state, 'store')
    const part = await another(tx, specimen, { container: body.container, aliquot_of: specimen.id, state: 'received', collected_at: specimen.collected_at, collected_by: specimen.collected_by, received_at: specimen.received_at })
    await moveTests(tx, results, body.testIds, part)
    // It looks as what it was divided from.
    if (Object.keys(specimen.indices).length > 0) await specimens.updateSpecimen(tx, part.id, part.version + 1, { indices: JSON.stringify(specimen.indices) })
    return shownSpecimen(tx, found(await specimens.readSpecimen(tx, part.id)))
  })
}

export function addSpecimen(ctx: Ctx, { body }: Input<'addSpecimen'>) {
  return withContext(ctx, async (tx) => {
    const order = await lockOrderOf(tx, body.orderId)
    requirePermission(ctx, 'laboratory.collect', order.facility_id)
    const tubes = await specimens.lockSpecimensOfOrder(tx, order.id)
    const results = await repo.lockResultsOfOrder(tx, order.id)
    if (order.state !== 'active' && order.state !== 'in-progress') throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
    const first = found(tubes[0])
    const tube = await another(tx, first, { contents: '', ...(body.type === undefined ? {} : { type: body.type }), ...(body.container === undefined ? {} : { container: body.container }) })
    if (body.testIds !== undefined) {
      await moveTests(tx, results, body.testIds, tube)
      await forgetEmptied(tx, tubes, results.filter((row) => !(row.state === 'pending' && body.testIds?.includes(row.test_id) === true)))
    }
    return shownSpecimen(tx, found(await specimens.readSpecimen(tx, tube.id)))
  })
}

/** A tube that is still to be taken, and that nothing waits for any more, is not taken. */
async function forgetEmptied(tx: Tx, tubes: readonly specimens.SpecimenRow[], left: readonly repo.ResultRow[]): Promise<void> {
  const needed = new Set(left.filter((row) => row.state !== 'cancelled').map((row) => row.specimen_id))
  for (const tube of tubes.filter((row) => row.state === specimenLifecycle.initial && row.contents !== '' && !needed.has(row.id))) await specimens.updateSpecimen(tx, tube.id, tube.version, { state: 'cancelled', ended_at: tx.ctx.now })
}
