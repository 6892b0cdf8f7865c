import type { RouteInput } from '#contract/define.ts'
import { type encounters, taskLifecycle } from '#contract/encounters.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientForWrite, patientNames } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { ofPatient, presentTask } from './present.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof encounters> = RouteInput<(typeof encounters)[K]>

const shown = async (tx: Tx, row: repo.TaskRow) => presentTask(row, await userNames(tx, row.assignee_id === null ? [] : [row.assignee_id]), tx.ctx.now)

const placeOf = (row: repo.TaskRow, order: repo.TaskOrder) => (order === 'newest' ? row.created_at.toISOString() : (row.due_at ?? repo.neverDue).toISOString())

export function listTasks(ctx: Ctx, { query }: Input<'listTasks'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listTasks(tx, query, page)
    const names = await userNames(tx, rows.flatMap((row) => row.assignee_id ?? []))
    const patients = await patientNames(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: placeOf(row, query.order), id: row.id }), (row) => ({ ...presentTask(row, names, ctx.now), ...ofPatient(row.patient_id, patients) }))
  })
}

export function createTask(ctx: Ctx, { body }: Input<'createTask'>) {
  return withContext(ctx, async (tx) => {
    if (body.patientId !== undefined) await patientForWrite(tx, body.patientId)
    return shown(tx, await repo.insertTask(tx, { title: body.title, note: body.note ?? '', patient_id: body.patientId ?? null, assignee_id: body.assigneeId ?? null, due_at: body.dueAt === undefined ? null : new Date(body.dueAt) }))
  })
}

/** Adds a task in an open transaction: for what a module leaves to a person. */
export async function openTask(tx: Tx, task: { title: string; note?: string; patientId: string | null; assigneeId?: string | null; dueAt?: Date | null }): Promise<void> {
  await repo.insertTask(tx, { title: task.title, note: task.note ?? '', patient_id: task.patientId, assignee_id: task.assigneeId ?? null, due_at: task.dueAt ?? null })
}

interface TaskStep {
  ifMatch: number | undefined
  assigneeId?: string
  reason?: string | undefined
}

export function stepTask(ctx: Ctx, id: string, step: keyof typeof taskLifecycle.steps, { ifMatch, assigneeId, reason }: TaskStep) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockTask(tx, id))
    checkVersion(row, ifMatch)
    const state = takeStep(taskLifecycle, row.state, step)
    const note = reason === undefined ? row.note : [row.note, reason].filter(Boolean).join('\n')
    return shown(tx, await repo.updateTask(tx, id, row.version, { state, note, ...(assigneeId === undefined ? {} : { assignee_id: assigneeId }) }))
  })
}

/** A task is past its time; told once, for messaging to pass on. */
export const taskOverdue = defineEvent<{ taskId: string; assigneeId: string | null; patientId: string | null }>('encounters.task-overdue')

const escalatedAtOnce = 200

/** Job: tells of every open task whose time has passed. Safe to run twice and in parallel. */
export async function escalateOverdue(tx: Tx): Promise<void> {
  const overdue = await repo.lockOverdue(tx, escalatedAtOnce)
  if (overdue.length === 0) return
  await repo.markEscalated(tx, overdue.map((row) => row.id))
  for (const row of overdue) await emit(tx, taskOverdue, { taskId: row.id, assigneeId: row.assignee_id, patientId: row.patient_id })
}
