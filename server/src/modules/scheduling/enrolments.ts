import type { RouteInput } from '#contract/define.ts'
import { enrolmentLifecycle, groupErrors, type groupRoutes } from '#contract/scheduling-groups.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientNames } from '../patients/index.ts'
import * as repo from './enrolments-repo.ts'
import { presentEnrolment } from './present.ts'
import { lockCourse, lockSession, readSession, type SessionRow } from './groups-repo.ts'
import { readableSession, requireDay } from './groups.ts'
import { settlePlaces } from './places.ts'
import { patientForBooking } from './service.ts'

/** Somebody's place in a session took a step; `state` is the one it has now. */
export const enrolmentChanged = defineEvent<{ enrolmentId: string; sessionId: string; patientId: string; facilityId: string; state: string }>('scheduling.enrolment-changed')

type Input<K extends keyof typeof groupRoutes> = RouteInput<(typeof groupRoutes)[K]>
type EnrolmentRow = repo.EnrolmentRow
type Step = keyof typeof enrolmentLifecycle.steps

const isOpen = (session: SessionRow): boolean => session.state === 'scheduled' || session.state === 'in-progress'

const shown = async (tx: Tx, rows: readonly EnrolmentRow[], isClosed: boolean) => {
  const names = await patientNames(tx, rows.map((row) => row.patient_id))
  return rows.map((row) => presentEnrolment(row, names, isClosed))
}

const one = async (tx: Tx, row: EnrolmentRow, isClosed = false) => found((await shown(tx, [row], isClosed))[0])

export function listEnrolments(ctx: Ctx, { params, query }: Input<'listEnrolments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const session = await readableSession(tx, params.id)
    const rows = await repo.listEnrolments(tx, session.id, page)
    const names = await patientNames(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentEnrolment(row, names, session.state === 'cancelled'))
  })
}

interface Wish {
  patientId: string
  mayWait: boolean
  note: string
}

/** Gives a place of a session whose row is held, else a place on its waiting list, else 409. */
async function place(tx: Tx, session: SessionRow, wish: Wish): Promise<EnrolmentRow> {
  const isFull = session.taken >= session.places
  if (isFull && !wish.mayWait) throw new AppError(groupErrors.session_full)
  const row = await repo.insertEnrolment(tx, { session_id: session.id, patient_id: wish.patientId, facility_id: session.facility_id, state: isFull ? 'waiting' : 'enrolled', note: wish.note })
  await emit(tx, enrolmentChanged, { enrolmentId: row.id, sessionId: session.id, patientId: row.patient_id, facilityId: row.facility_id, state: row.state })
  await settlePlaces(tx, session)
  return row
}

/** The sessions a wish is for, their rows held in the order of their ids. */
async function wanted(tx: Tx, id: string, scope: 'session' | 'course'): Promise<SessionRow[]> {
  const session = found(await readSession(tx, id))
  requirePermission(tx.ctx, 'scheduling.write', session.facility_id)
  const rows = scope === 'course' ? await lockCourse(tx, session) : [found(await lockSession(tx, id))]
  if (rows.length === 0 || !rows.every(isOpen)) throw new AppError(groupErrors.session_closed)
  return rows
}

export function enrol(ctx: Ctx, { params, body }: Input<'enrol'>) {
  return withContext(ctx, async (tx) => {
    await patientForBooking(tx, body.patientId)
    const sessions = await wanted(tx, params.id, body.scope)
    const already = new Set((await repo.enrolmentsOf(tx, body.patientId, sessions.map((session) => session.id))).map((row) => row.session_id))
    const left = sessions.filter((session) => !already.has(session.id))
    if (left.length === 0) throw new AppError(groupErrors.already_enrolled)
    const rows: EnrolmentRow[] = []
    for (const session of left.toSorted((a, b) => a.starts_at.getTime() - b.starts_at.getTime())) rows.push(await place(tx, session, { patientId: body.patientId, mayWait: body.mayWait, note: body.note ?? '' }))
    const [first] = rows
    return { id: first?.id ?? params.id, items: await shown(tx, rows, false) }
  })
}

interface Held {
  session: SessionRow
  row: EnrolmentRow
}

/** An enrolment and its session, both held; the session first, as everywhere. */
async function held(tx: Tx, id: string, ifMatch: number | undefined): Promise<Held> {
  const before = found(await repo.readEnrolment(tx, id))
  requirePermission(tx.ctx, 'scheduling.write', before.facility_id)
  const session = found(await lockSession(tx, before.session_id))
  const row = found(await repo.readEnrolment(tx, id))
  checkVersion(row, ifMatch)
  return { session, row }
}

interface StepOptions {
  ifMatch: number | undefined
  change?: (held: Held) => repo.EnrolmentChange
}

async function stepOf(tx: Tx, { session, row }: Held, step: Step, change: repo.EnrolmentChange): Promise<EnrolmentRow> {
  const state = takeStep(enrolmentLifecycle, row.state, step)
  const changed = await repo.updateEnrolment(tx, row, { ...change, state })
  await emit(tx, enrolmentChanged, { enrolmentId: row.id, sessionId: session.id, patientId: row.patient_id, facilityId: row.facility_id, state })
  await settlePlaces(tx, session)
  return changed
}

function takeEnrolmentStep(ctx: Ctx, id: string, step: Step, { ifMatch, change }: StepOptions) {
  return withContext(ctx, async (tx) => {
    const both = await held(tx, id, ifMatch)
    if (both.session.state === 'cancelled') throw new AppError(groupErrors.session_closed)
    const changes = change?.(both) ?? {}
    if (step !== 'accept' && step !== 'cancel') requireDay(tx, both.session)
    return one(tx, await stepOf(tx, both, step, changes))
  })
}

export const acceptPlace = (ctx: Ctx, { params, ifMatch }: Input<'acceptPlace'>) =>
  takeEnrolmentStep(ctx, params.id, 'accept', {
    ifMatch,
    change: ({ session }) => {
      if (!isOpen(session)) throw new AppError(groupErrors.session_closed)
      if (session.taken >= session.places) throw new AppError(groupErrors.session_full)
      return {}
    },
  })

export const checkInEnrolment = (ctx: Ctx, { params, ifMatch }: Input<'checkInEnrolment'>) => takeEnrolmentStep(ctx, params.id, 'check-in', { ifMatch, change: () => ({ checked_in_at: ctx.now }) })

export const markAbsent = (ctx: Ctx, { params, ifMatch }: Input<'markAbsent'>) =>
  takeEnrolmentStep(ctx, params.id, 'absent', {
    ifMatch,
    change: ({ session }) => {
      if (session.starts_at > ctx.now) throw new AppError(groupErrors.session_not_yet)
      return { checked_in_at: null }
    },
  })

export const reopenEnrolment = (ctx: Ctx, { params, ifMatch }: Input<'reopenEnrolment'>) => takeEnrolmentStep(ctx, params.id, 'reopen', { ifMatch, change: () => ({ checked_in_at: null }) })

export function leaveGroup(ctx: Ctx, { params, body, ifMatch }: Input<'leaveGroup'>) {
  const change = { cancelled_by: body.by, cancel_reason: body.reason }
  return withContext(ctx, async (tx) => {
    const before = found(await repo.readEnrolment(tx, params.id))
    requirePermission(ctx, 'scheduling.write', before.facility_id)
    const session = found(await readSession(tx, before.session_id))
    const later = body.scope === 'course' ? await lockCourse(tx, session) : []
    const both = await held(tx, params.id, ifMatch)
    const left = await stepOf(tx, both, 'cancel', change)
    for (const row of await repo.enrolmentsOf(tx, before.patient_id, later.map((other) => other.id))) {
      const other = later.find((candidate) => candidate.id === row.session_id)
      if (other !== undefined && enrolmentLifecycle.steps.cancel.from.some((state) => state === row.state)) await stepOf(tx, { session: other, row }, 'cancel', change)
    }
    return one(tx, left)
  })
}

export function markTold(ctx: Ctx, { params, ifMatch }: Input<'markTold'>) {
  return withContext(ctx, async (tx) => {
    const { session, row } = await held(tx, params.id, ifMatch)
    return one(tx, await repo.updateEnrolment(tx, row, { is_to_tell: false, told_at: ctx.now }), session.state === 'cancelled')
  })
}
