import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { findingErrors, patientCriteria, type patientFinding, type SavedSearch } from '#contract/patients-finding.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { knownFacility } from '../organizations/index.ts'
import { presentSummary } from './present.ts'
import { patientsByIds, readPatient } from './repo.ts'
import * as repo from './searches-repo.ts'

mapConstraint('saved_searches_name', findingErrors.search_named)

type Input<K extends keyof typeof patientFinding> = RouteInput<(typeof patientFinding)[K]>

const presentSearch = (row: repo.SearchRow): SavedSearch => ({ id: row.id, version: row.version, name: row.name, criteria: patientCriteria.parse(row.criteria), createdAt: row.created_at.toISOString() })

export function savedSearches(ctx: Ctx) {
  return withContext(ctx, async (tx) => ({ items: (await repo.savedSearches(tx)).map(presentSearch), nextCursor: null }))
}

export function saveSearch(ctx: Ctx, { body }: Input<'saveSearch'>) {
  return withContext(ctx, async (tx) => {
    const { facilityId } = body.criteria
    if (facilityId !== undefined) {
      await knownFacility(tx, facilityId).catch((error: unknown) => {
        throw error instanceof AppError && error.spec === kernelErrors.not_found ? invalidField('criteria.facilityId', 'reference.unknown') : error
      })
    }
    const row = await repo.insertSearch(tx, { name: body.name, criteria: JSON.stringify(body.criteria) })
    if (row === undefined) throw new AppError(findingErrors.searches_full)
    return presentSearch(row)
  })
}

export function removeSearch(ctx: Ctx, id: string): Promise<void> {
  return withContext(ctx, async (tx) => void found(await repo.deleteSearch(tx, id)))
}

/** Remembers an open chart. It changes no record, so that no other screen is told (its route has no transaction of its own). */
export function noteOpened(ctx: Ctx, id: string): Promise<void> {
  return withContext(ctx, async (tx) => {
    const patient = found(await readPatient(tx, id))
    await repo.noteOpened(tx, patient.merged_into ?? patient.id)
  })
}

const mostShown = 12

/** Whom the user had open last, as far as they may still be seen; of merged ones the survivor. */
export function recentPatients(ctx: Ctx) {
  return withContext(ctx, async (tx) => {
    const ids = await repo.openedIds(tx)
    const rows = new Map((ids.length === 0 ? [] : await patientsByIds(tx, ids)).map((row) => [row.id, row]))
    const today = ctx.now.toISOString().slice(0, 10)
    const items = ids.flatMap((id) => rows.get(id) ?? []).filter((row) => row.merged_into === null)
    return { items: items.slice(0, mostShown).map((row) => presentSummary(row, { today, locale: ctx.locale })), nextCursor: null }
  })
}
