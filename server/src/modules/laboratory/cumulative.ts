import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { type CumulativeTest, resultFlag, resultStatus } from '#contract/laboratory-flow.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { cumulativeOf, type CumulativeColumns } from './cumulative-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

/** Results of one panel were taken at one time: each time is read once. */
function instantsOf(takenAt: readonly string[]): string[] {
  const read = new Map<string, string>()
  return takenAt.map((at) => {
    const known = read.get(at) ?? new Date(at).toISOString()
    read.set(at, known)
    return known
  })
}

type Seen = CumulativeTest['values'][number]
const flags = new Map<string, Seen['flag']>(resultFlag.options.map((flag) => [flag, flag]))

function seenOf(columns: CumulativeColumns, index: number, { at, unit, isHidden }: { at: string; unit: string; isHidden: boolean }): Seen {
  const seen: Seen = { id: columns.ids[index] ?? '', at, value: isHidden ? '' : (columns.values[index] ?? ''), flag: isHidden ? '' : (flags.get(columns.flags[index] ?? '') ?? '') }
  const own = columns.units[index] ?? ''
  if (own !== unit && !isHidden) seen.unit = own
  if (columns.statuses[index] !== 'final') seen.status = resultStatus.parse(columns.statuses[index])
  return seen
}

/** Columns → a row a test, its values newest first; the newest says the unit and range of the row. */
export function testsOf(columns: CumulativeColumns, count: number, isHiddenAt: (facilityId: string) => boolean): CumulativeTest[] {
  const tests = new Map<string, CumulativeTest>()
  const instants = instantsOf(columns.takenAt)
  for (let index = 0; index < count; index += 1) {
    const testId = columns.testIds[index] ?? ''
    const sensitiveAt = columns.sensitiveAt[index] ?? null
    const isHidden = sensitiveAt !== null && isHiddenAt(sensitiveAt)
    let test = tests.get(testId)
    if (test === undefined) {
      const range = { low: columns.lows[index] ?? null, high: columns.highs[index] ?? null, text: columns.rangeTexts[index] ?? '', note: '' }
      test = { testId, code: columns.codes[index] ?? '', name: columns.names[index] ?? '', panelName: columns.panels[index] ?? '', unit: columns.units[index] ?? '', range, isHidden, values: [] }
      tests.set(testId, test)
    }
    test.values.push(seenOf(columns, index, { at: instants[index] ?? '', unit: test.unit, isHidden }))
  }
  return [...tests.values()]
}

/** All that is out of a patient, side by side: one statement, and nothing that a grid does not show. */
export function cumulative(ctx: Ctx, { params, query }: Input<'cumulative'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const columns = await cumulativeOf(tx, { patientId: params.id, testId: query.testId }, page)
    if (columns === undefined) return { tests: [], nextCursor: null }
    const { nextCursor } = toPage(columns.ids, page.limit, (id) => ({ at: new Date(columns.takenAt[columns.ids.indexOf(id)] ?? 0).toISOString(), id }), (id) => id)
    return { tests: testsOf(columns, Math.min(page.limit, columns.ids.length), (facilityId) => !ctx.can('laboratory.sensitive', facilityId)), nextCursor }
  })
}
