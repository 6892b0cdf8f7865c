import { allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { type ErasurePart, type privacy, privacyErrors, type PrivacyRequest, requestLifecycle, requestState } from '#contract/privacy.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { emit } from '#kernel/events.ts'
import { forgetFiles } from '#kernel/files.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { eraseContact, eraseIdentity, idsWithMerged, patientForWrite, patientsByIds, retentionPort } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { filesErased, recordsOf } from './gathering.ts'
import { presentHold, presentRequest } from './present.ts'
import * as repo from './requests-repo.ts'
import { dueOn, erasureParts } from './rules.ts'

type Input<K extends keyof typeof privacy> = RouteInput<(typeof privacy)[K]>

function actionsFor(ctx: Ctx, row: repo.RequestRow): string[] {
  return ctx.can('privacy.write') ? allowedSteps(requestLifecycle, requestState.parse(row.state)).filter((step) => step !== 'approve' || row.created_by !== ctx.userId) : []
}

async function shown(tx: Tx, row: repo.RequestRow): Promise<PrivacyRequest> {
  const [person] = await patientsByIds(tx, [row.patient_id])
  return presentRequest(row, person, actionsFor(tx.ctx, row))
}

export function listRequests(ctx: Ctx, { query }: Input<'listRequests'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listRequests(tx, query, page)
    const people = new Map((await patientsByIds(tx, rows.map((row) => row.patient_id))).map((row) => [row.id, row]))
    return toPage(rows, page.limit, (row) => ({ at: row.received_at.toISOString(), id: row.id }), (row) => presentRequest(row, people.get(row.patient_id), actionsFor(ctx, row)))
  })
}

export function receiveRequest(ctx: Ctx, { body }: Input<'receiveRequest'>) {
  return withContext(ctx, async (tx) => {
    const patient = await patientForWrite(tx, body.patientId)
    const { timeZone } = await facilityOf(tx, patient.facility_id)
    const row = await repo.insertRequest(tx, { patient_id: patient.id, kind: body.kind, state: requestLifecycle.initial, details: body.details, due_on: dueOn(body.kind, localDate(ctx.now, timeZone)) })
    return shown(tx, row)
  })
}

export const readRequest = (ctx: Ctx, { params }: Input<'readRequest'>) => withContext(ctx, async (tx) => shown(tx, found(await repo.readRequest(tx, params.id))))

/** Four eyes: who took a request does not grant it. */
export function approveRequest(ctx: Ctx, { params }: Input<'approveRequest'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRequest(tx, params.id))
    const state = takeStep(requestLifecycle, row.state, 'approve')
    if (row.created_by === ctx.userId) throw new AppError(privacyErrors.same_person)
    return shown(tx, await repo.updateRequest(tx, row, { state, decided_at: ctx.now, decided_by: ctx.userId }))
  })
}

export function refuseRequest(ctx: Ctx, { params, body }: Input<'refuseRequest'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRequest(tx, params.id))
    return shown(tx, await repo.updateRequest(tx, row, { state: takeStep(requestLifecycle, row.state, 'refuse'), reason: body.reason, decided_at: ctx.now, decided_by: ctx.userId }))
  })
}

async function partsOf(tx: Tx, patientIds: readonly string[]): Promise<ErasurePart[]> {
  const [patient] = await patientsByIds(tx, patientIds.slice(0, 1))
  const row = found(patient)
  const facility = await facilityOf(tx, row.facility_id)
  const known = await Promise.all(retentionPort.all().map((ask) => ask(tx, patientIds)))
  const care = known.reduce((latest, one) => (one.careAt !== null && one.careAt > latest ? one.careAt : latest), row.registered_at)
  const bill = known.flatMap((one) => one.billOn ?? []).toSorted().at(-1) ?? null
  return erasureParts({ today: localDate(tx.ctx.now, facility.timeZone), birthDate: row.birth_date, lastCareOn: localDate(care, facility.timeZone), lastBillOn: bill, fiscalYearStartMonth: facility.fiscalYearStartMonth })
}

export function previewErasure(ctx: Ctx, { params }: Input<'previewErasure'>) {
  return withContext(ctx, async (tx) => {
    const ids = await idsWithMerged(tx, params.id)
    found(ids[0])
    return { parts: await partsOf(tx, [params.id, ...ids.filter((id) => id !== params.id)]), holds: await repo.countHolds(tx, ids) }
  })
}

async function erase(tx: Tx, row: repo.RequestRow): Promise<{ erased: string[]; kept: { what: string; until: string | null; source: string }[] }> {
  await repo.lockPatients(tx, [row.patient_id])
  const ids = await idsWithMerged(tx, row.patient_id)
  if ((await repo.countHolds(tx, ids)) > 0) throw new AppError(privacyErrors.held)
  const parts = await partsOf(tx, [row.patient_id, ...ids.filter((id) => id !== row.patient_id)])
  const isWhole = parts.every((part) => part.isErasable)
  if (isWhole) {
    const files = (await repo.deleteExports(tx, ids)).flatMap((one) => one.file_id ?? [])
    const keys = await forgetFiles(tx, { ids: files, subjectIds: await recordsOf(tx, ids) })
    await emit(tx, filesErased, { keys: keys.join(',') })
    // Final rows let go of their words only for who stands here.
    for (const id of ids) await repo.insertRedaction(tx, id, row.id)
    await eraseIdentity(tx, ids)
  } else await eraseContact(tx, ids)
  const erased = isWhole ? parts.map((part) => part.what) : ['contact']
  return { erased, kept: parts.filter((part) => !part.isErasable).map(({ what, until, source }) => ({ what, until, source })) }
}

/** A correction was made in the chart; an erasure happens here, as far as law and holds let it. */
export function completeRequest(ctx: Ctx, { params }: Input<'completeRequest'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRequest(tx, params.id))
    const state = takeStep(requestLifecycle, row.state, 'complete')
    const result = row.kind === 'erasure' ? await erase(tx, row) : null
    return shown(tx, await repo.updateRequest(tx, row, { state, ...(result === null ? {} : { result: JSON.stringify(result) }) }))
  })
}

export function listHolds(ctx: Ctx, { params, query }: Input<'listHolds'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found((await idsWithMerged(tx, params.id))[0])
    const rows = await repo.listHolds(tx, params.id, page)
    const names = await userNames(tx, rows.map((row) => row.placed_by))
    return toPage(rows, page.limit, (row) => ({ at: row.placed_at.toISOString(), id: row.id }), (row) => presentHold(row, names))
  })
}

/** Locks the patient as an erasure does, so that the two come one after the other. */
export function placeHold(ctx: Ctx, { params, body }: Input<'placeHold'>) {
  return withContext(ctx, async (tx) => {
    await repo.lockPatients(tx, [params.id])
    const patient = await patientForWrite(tx, params.id)
    const row = await repo.insertHold(tx, { patient_id: patient.id, ...body })
    return presentHold(row, await userNames(tx, [row.placed_by]))
  })
}

export function releaseHold(ctx: Ctx, { params, body }: Input<'releaseHold'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockHold(tx, params.id))
    if (row.released_at !== null) throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
    const released = await repo.releaseHold(tx, row, body.reason)
    return presentHold(released, await userNames(tx, [released.placed_by]))
  })
}
