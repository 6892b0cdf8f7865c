import type { RouteInput } from '#contract/define.ts'
import { type patients, patientsErrors, type Sensitivity, sensitivity } from '#contract/patients.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { forgetSessions, userNames } from '../people/index.ts'
import { labelSeenPort } from './ports.ts'
import { presentLabel } from './present.ts'
import * as repo from './sensitivities-repo.ts'
import { lockPatient } from './repo.ts'
import { patientForWrite } from './service.ts'

/** A record was walled or a wall came down. */
export const patientLabelled = defineEvent<{ patientId: string; labelId: string }>('patients.labelled')

type Input<K extends keyof typeof patients> = RouteInput<(typeof patients)[K]>

const namesFor = (tx: Tx, rows: readonly repo.LabelRow[]) => userNames(tx, rows.flatMap((row) => row.added_by ?? []))

export function listLabels(ctx: Ctx, { params, query }: Input<'listLabels'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, params.id)
    const rows = await repo.listLabels(tx, params.id, page)
    const names = await namesFor(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.added_at.toISOString(), id: row.id }), (row) => presentLabel(row, names))
  })
}

/** Walls a record; refused for a label that would hide the record from who sets it, since nobody could see what was done. */
export function addLabel(ctx: Ctx, { params, body }: Input<'addLabel'>) {
  return withContext(ctx, async (tx) => {
    if (!(await isSeenByActor(tx, body.label))) throw new AppError(patientsErrors.label_not_seen)
    found(await lockPatient(tx, params.id))
    await patientForWrite(tx, params.id)
    if ((await repo.liveLabels(tx, params.id)).includes(body.label)) throw new AppError(patientsErrors.label_stands)
    const row = await repo.insertLabel(tx, { patient_id: params.id, label: body.label, reason: body.reason })
    await felt(tx, row)
    return presentLabel(row, await namesFor(tx, [row]))
  })
}

export function endLabel(ctx: Ctx, { params, body }: Input<'endLabel'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockLabel(tx, params.id))
    if (row.ended_at !== null) throw new AppError(patientsErrors.label_ended)
    const ended = await repo.endLabel(tx, row, body.reason)
    await felt(tx, ended)
    return presentLabel(ended, await namesFor(tx, [ended]))
  })
}

const isSeenByActor = async (tx: Tx, label: Sensitivity): Promise<boolean> => (await Promise.all(labelSeenPort.all().map((isSeen) => isSeen(tx, label)))).every(Boolean)

// Row security sees the label at once; who has walls at all is kept with the sessions.
async function felt(tx: Tx, row: repo.LabelRow): Promise<void> {
  await emit(tx, patientLabelled, { patientId: row.patient_id, labelId: row.id })
  tx.ctx.afterCommit = [...(tx.ctx.afterCommit ?? []), forgetSessions]
}

/** Labels that stand on any patient of the hospital: without one there is nothing to wall. */
export async function labelsInUse(tx: Tx): Promise<Sensitivity[]> {
  return sensitivity.array().parse(await repo.labelsInUse(tx, sensitivity.options))
}
