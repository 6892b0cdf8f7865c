import type { RouteInput } from '#contract/define.ts'
import { type encounters, taskLifecycle } from '#contract/encounters.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { presentTask } from './present.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof encounters> = RouteInput<(typeof encounters)[K]>

const shown = async (tx: Tx, row: repo.TaskRow) => presentTask(row, await userNames(tx, row.assignee_id === null ? [] : [row.assignee_id]), tx.ctx.now)

export function listTasks(ctx: Ctx, { query }: Input<'listTasks'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listTasks(tx, query, page)
    const names = await userNames(tx, rows.flatMap((row) => row.assignee_id ?? []))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentTask(row, names, ctx.now))
  })
}

export function createTask(ctx: Ctx, { body }: Input<'createTask'>) {
  return withContext(ctx, async (tx) => {
    if (body.patientId !== undefined) await patientForWrite(tx, body.patientId)
    return shown(tx, await repo.insertTask(tx, { title: body.title, note: body.note ?? '', patient_id: body.patientId ?? null, assignee_id: body.assigneeId ?? null, due_at: body.dueAt === undefined ? null : new Date(body.dueAt) }))
  })
}

export function stepTask(ctx: Ctx, id: string, step: keyof typeof taskLifecycle.steps, options: { ifMatch: number | undefined; assigneeId?: string }) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockTask(tx, id))
    checkVersion(row, options.ifMatch)
    const state = takeStep(taskLifecycle, row.state, step)
    return shown(tx, await repo.updateTask(tx, id, row.version, { state, ...(options.assigneeId === undefined ? {} : { assignee_id: options.assigneeId }) }))
  })
}
