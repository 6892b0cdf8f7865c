import type { RouteInput } from '#contract/define.ts'
import { cleaningErrors, inconsistencies, inconsistency, type patientCleaning, type PatientFinding } from '#contract/patients-cleaning.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { userNames } from '../people/index.ts'
import { gather, wantCheck } from './checking.ts'
import * as repo from './findings-repo.ts'
import { type Judged, valueOf } from './inconsistencies.ts'
import { presentSummary } from './present.ts'
import { patientsByIds } from './repo.ts'

type Input<K extends keyof typeof patientCleaning> = RouteInput<(typeof patientCleaning)[K]>

function present(row: repo.FindingRow, one: Judged, { names, locale }: { names: ReadonlyMap<string, string>; locale: string }): PatientFinding {
  const rule = inconsistency.parse(row.rule)
  const state = row.state === 'accepted' ? 'accepted' : 'open'
  return { id: row.id, version: row.version, rule, state, foundAt: row.found_at.toISOString(), patientId: row.patient_id, patient: presentSummary(one.row, { today: one.today, locale }), value: valueOf(rule, one), reason: row.reason, decidedBy: names.get(row.decided_by ?? '') ?? '' }
}

/** Findings with their patients, as far as the user may see these. */
export async function withPatients(tx: Tx, rows: readonly repo.FindingRow[]): Promise<PatientFinding[]> {
  if (rows.length === 0) return []
  const people = new Map((await gather(tx, await patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]))).map((one) => [one.row.id, one]))
  const names = await userNames(tx, rows.flatMap((row) => row.decided_by ?? []))
  return rows.flatMap((row) => {
    const one = people.get(row.patient_id)
    return one === undefined ? [] : [present(row, one, { names, locale: tx.ctx.locale })]
  })
}

export function listFindings(ctx: Ctx, { query }: Input<'findings'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const shown = toPage(await repo.listFindings(tx, query, page), page.limit, (row) => ({ at: row.found_at.toISOString(), id: row.id }), (row) => row)
    return { items: await withPatients(tx, shown.items), nextCursor: shown.nextCursor }
  })
}

export function countFindings(ctx: Ctx) {
  return withContext(ctx, async (tx) => {
    const [counts, check] = await together([repo.countFindings(tx), repo.lastCheck(tx)])
    const of = (rule: string, state: string) => counts.find((one) => one.rule === rule && one.state === state)?.n ?? 0
    return {
      items: inconsistencies.map((rule) => ({ rule, open: of(rule, 'open'), accepted: of(rule, 'accepted') })),
      nextCursor: null,
      check: check === undefined ? null : { startedAt: check.started_at.toISOString(), finishedAt: check.finished_at?.toISOString() ?? null, patients: check.patients },
    }
  })
}

export function checkRecords(ctx: Ctx) {
  return withContext(ctx, async (tx) => {
    const begun = await wantCheck(tx)
    if (begun === undefined) throw new AppError(cleaningErrors.check_running)
    return { startedAt: begun.started_at.toISOString() }
  })
}

async function decide(ctx: Ctx, id: string, change: { state: 'open' | 'accepted'; reason: string }) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockFinding(tx, id))
    if (row.state === change.state) throw new AppError(cleaningErrors.finding_decided)
    const [shown] = await withPatients(tx, [await repo.decideFinding(tx, row, change)])
    return found(shown)
  })
}

/** It is right as it is: off the work-list for as long as it holds. */
export const acceptFinding = (ctx: Ctx, { params, body }: Input<'acceptFinding'>) => decide(ctx, params.id, { state: 'accepted', reason: body.reason })
export const reopenFinding = (ctx: Ctx, id: string) => decide(ctx, id, { state: 'open', reason: '' })
