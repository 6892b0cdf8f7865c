import { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { type Correction, type CorrectionBatch, cleaningErrors, correctionKind, type CorrectionOutcome, type patientCleaning } from '#contract/patients-cleaning.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { pairsOf, reindexSubject } from '#kernel/search.ts'
import { together } from '#kernel/together.ts'
import { userNames } from '../people/index.ts'
import { corrected, correctableOf, refuseEmpty } from './corrections.ts'
import * as repo from './corrections-repo.ts'
import { checkRecordsOf } from './checking.ts'
import { searchKind, termsOf } from './finding.ts'
import { presentSummary } from './present.ts'
import { type PatientRow, patientsByIds } from './repo.ts'

type Input<K extends keyof typeof patientCleaning> = RouteInput<(typeof patientCleaning)[K]>
type Outcomes = { patientId: string; outcome: CorrectionOutcome }[]

const batchState = z.enum(['applied', 'undone', 'partly-undone'])
const present = (row: repo.CorrectionRow, names: ReadonlyMap<string, string>): CorrectionBatch => ({
  id: row.id, version: row.version, kind: correctionKind.parse(row.kind), reason: row.reason, state: batchState.parse(row.state), corrected: row.corrected, restored: row.restored,
  createdAt: row.created_at.toISOString(), createdBy: names.get(row.created_by) ?? '', undoneAt: row.undone_at?.toISOString() ?? null,
})

/** What would become of each record; nothing is written. */
export function previewCorrection(ctx: Ctx, { body }: Input<'previewCorrection'>) {
  refuseEmpty(body.correction)
  const today = ctx.now.toISOString().slice(0, 10)
  return withContext(ctx, async (tx) => {
    const rows = (await patientsByIds(tx, body.patientIds)).filter((row) => row.merged_into === null)
    const place = new Map(body.patientIds.map((id, index) => [id, index]))
    const sorted = rows.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
    return { items: sorted.map((row) => ({ id: row.id, version: row.version, patient: presentSummary(row, { today, locale: ctx.locale }), changes: corrected(row, body.correction).changes })), nextCursor: null }
  })
}

interface Judged {
  outcome: CorrectionOutcome
  row?: PatientRow
  after?: repo.Correctable
}

function judge(row: PatientRow, version: number, correction: Correction): Judged {
  if (row.merged_into !== null) return { outcome: 'merged' }
  if (row.version !== version) return { outcome: 'changed-since' }
  const { after, changes } = corrected(row, correction)
  return changes.length === 0 ? { outcome: 'unchanged' } : { outcome: 'corrected', row, after }
}

/** Writes records, makes them found by what they say now, and judges them anew. */
async function write(tx: Tx, records: readonly { row: PatientRow; after: repo.Correctable }[]): Promise<void> {
  await repo.writeRecords(tx, records.map(({ row, after }) => ({ ...after, id: row.id })))
  const terms = records.map(({ row, after }) => ({ id: row.id, before: termsOf(row, []), after: termsOf({ ...after, mrn: row.mrn }, []) }))
  const moved = terms.filter((one) => JSON.stringify(pairsOf(one.before)) !== JSON.stringify(pairsOf(one.after)))
  await together(moved.map((one) => reindexSubject(tx, searchKind, one.id, one.before, one.after)))
  await checkRecordsOf(tx, records.map(({ row }) => row.id))
}

/** Corrects many records at once, each only as it was previewed: one that has another version now is left, and told. */
export function correctRecords(ctx: Ctx, { body }: Input<'correct'>) {
  refuseEmpty(body.correction)
  return withContext(ctx, async (tx) => {
    const versions = new Map(body.records.map((record) => [record.id, record.version]))
    const rows = new Map((await repo.lockRecords(tx, [...versions.keys()])).map((row) => [row.id, row]))
    const unknown = body.records.findIndex((record) => !rows.has(record.id))
    if (unknown >= 0) throw invalidField(`records.${unknown}.id`, 'reference.unknown')
    const judged = [...versions].map(([id, version]) => ({ id, ...judge(found(rows.get(id)), version, body.correction) }))
    const changed = judged.flatMap(({ row, after }) => (row === undefined || after === undefined ? [] : [{ row, after }]))
    const batch = await repo.insertCorrection(tx, { kind: body.correction.kind, reason: body.reason, corrected: changed.length })
    await write(tx, changed)
    await repo.insertItems(tx, batch.id, changed.map(({ row }) => ({ patientId: row.id, versionAfter: row.version + 1, before: correctableOf(row) })))
    return { ...present(batch, await userNames(tx, [batch.created_by])), outcomes: judged.map(({ id, outcome }) => ({ patientId: id, outcome })) }
  })
}

const kept = z.object({
  given_name: z.string(), family_name: z.string(), local_name: z.string(), sex: z.string(), birth_date: z.string().nullable(), birth_precision: z.string().nullable(), birth_estimated_on: z.string().nullable(),
  phones: z.array(z.string()), email: z.string(), address: z.record(z.string(), z.string()), deceased_at: z.string().nullable(),
})

/** Gives back what the records held, of those that nothing has changed since; once. */
export function undoCorrection(ctx: Ctx, { params }: Input<'undoCorrection'>) {
  return withContext(ctx, async (tx) => {
    const batch = found(await repo.lockCorrection(tx, params.id))
    if (batch.state !== 'applied') throw new AppError(cleaningErrors.correction_undone)
    const items = await repo.itemsOf(tx, batch.id)
    const rows = new Map((await repo.lockRecords(tx, items.map((item) => item.patient_id))).map((row) => [row.id, row]))
    const restored: { row: PatientRow; after: repo.Correctable; itemId: string }[] = []
    const outcomes: Outcomes = []
    for (const item of items) {
      const row = rows.get(item.patient_id)
      const before = kept.safeParse(item.before)
      const isSame = row !== undefined && row.version === item.version_after && row.merged_into === null && before.success
      if (isSame) restored.push({ row, after: before.data, itemId: item.id })
      outcomes.push({ patientId: item.patient_id, outcome: isSame ? 'restored' : row === undefined ? 'not-found' : row.merged_into === null ? 'changed-since' : 'merged' })
    }
    await write(tx, restored)
    await repo.markRestored(tx, restored.map((one) => one.itemId))
    const ended = await repo.endCorrection(tx, batch, restored.length)
    return { ...present(ended, await userNames(tx, [ended.created_by])), outcomes }
  })
}

export function listCorrections(ctx: Ctx, { query }: Input<'corrections'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listCorrections(tx, page)
    const names = await userNames(tx, rows.map((row) => row.created_by))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => present(row, names))
  })
}
