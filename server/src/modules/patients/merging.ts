import { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { type patients, patientsErrors } from '#contract/patients.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { recheck } from './checking.ts'
import { mergeBlockPort, mergePort } from './ports.ts'
import { presentSummary } from './present.ts'
import * as repo from './repo.ts'
import { patientForWrite, readPatient } from './service.ts'

export const patientsMerged = defineEvent<{ patientId: string; intoPatientId: string }>('patients.merged')
export const patientsUnmerged = defineEvent<{ patientId: string; fromPatientId: string }>('patients.unmerged')

type Input<K extends keyof typeof patients> = RouteInput<(typeof patients)[K]>
const movedRows = z.record(z.string(), z.array(z.string()))

/** Locks both records in the order of their ids, so that two merges the other way round cannot deadlock. */
async function lockBoth(tx: Tx, a: string, b: string): Promise<void> {
  for (const id of [a, b].toSorted()) found(await repo.lockPatient(tx, id))
}

/** Merges a record into another by pointing every table's rows to the survivor; the old record, its MRN and names stay and find the survivor. */
export async function mergePatients(ctx: Ctx, { params, body }: Input<'merge'>) {
  const { id } = params
  const into = body.intoPatientId
  if (id === into) throw new AppError(patientsErrors.merge_same)
  await withContext(ctx, async (tx) => {
    await lockBoth(tx, id, into)
    const patient = await patientForWrite(tx, id)
    await patientForWrite(tx, into)
    const blocks: string[] = []
    for (const block of mergeBlockPort.all()) blocks.push(...(await block(tx, id, into)))
    if (blocks.length > 0) throw new AppError(patientsErrors.merge_blocked, { missing: blocks })
    const moved: Record<string, string[]> = {}
    for (const table of mergePort.all()) moved[`${table.table}.${table.column}`] = await repo.repoint(tx, table, id, into, null)
    await repo.updatePatient(tx, id, patient.version, { merged_into: into })
    await repo.insertMerge(tx, { patient_id: id, into_patient_id: into, moved: JSON.stringify(moved), before: JSON.stringify(patient), reason: body.reason ?? '' })
    await repo.closeCandidates(tx, id, into, 'merged')
    await recheck(tx, [id, into])
    await emit(tx, patientsMerged, { patientId: id, intoPatientId: into })
  })
  return readPatient(ctx, into)
}

/** Undoes the last merge of a record: exactly the rows it moved come back; what was written since stays with the survivor. */
export async function unmergePatients(ctx: Ctx, id: string) {
  await withContext(ctx, async (tx) => {
    const merge = await repo.lastMerge(tx, id)
    if (merge === undefined) {
      found(await repo.readPatient(tx, id))
      throw new AppError(patientsErrors.not_merged)
    }
    await lockBoth(tx, id, merge.into_patient_id)
    const moved = movedRows.parse(merge.moved)
    for (const table of mergePort.all()) {
      const rows = moved[`${table.table}.${table.column}`] ?? []
      if (rows.length > 0) await repo.repoint(tx, table, merge.into_patient_id, id, rows)
    }
    const patient = found(await repo.readPatient(tx, id))
    await repo.updatePatient(tx, id, patient.version, { merged_into: null })
    await repo.endMerge(tx, merge.id)
    await emit(tx, patientsUnmerged, { patientId: id, fromPatientId: merge.into_patient_id })
  })
  return readPatient(ctx, id)
}

export function listDuplicates(ctx: Ctx, { query }: Input<'duplicates'>) {
  const page = pageOf(query)
  const today = ctx.now.toISOString().slice(0, 10)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listCandidates(tx, page)
    const people = new Map((await repo.patientsByIds(tx, rows.flatMap((row) => [row.a_id, row.b_id]))).map((row) => [row.id, row]))
    const shown = toPage(rows, page.limit, (row) => ({ at: String(row.score), id: row.id }), (row) => ({ a: people.get(row.a_id), b: people.get(row.b_id), score: row.score / 1000, reasons: row.reasons }))
    const items = shown.items.flatMap(({ a, b, score, reasons }) => (a === undefined || b === undefined ? [] : [{ a: presentSummary(a, { today, locale: ctx.locale }), b: presentSummary(b, { today, locale: ctx.locale }), score, reasons }]))
    return { items, nextCursor: shown.nextCursor }
  })
}

export function dismissDuplicate(ctx: Ctx, { body }: Input<'dismissDuplicate'>): Promise<void> {
  return withContext(ctx, async (tx) => {
    const closed = await repo.closeCandidates(tx, body.a, body.b, 'dismissed')
    found(closed[0])
  })
}
