import type { SelectQueryBuilder, StringReference } from 'kysely'
import { orderPriority } from '#contract/orders.ts'
import { type Cursor, unknownCursor } from '#kernel/page.ts'
import { byRank, type RankedPlace } from '#kernel/paging.ts'

const first = ['stat', 'urgent', 'routine']

/** Where a page of a list ends that shows what is urgent first, then what is newest: as the column `urgency` of the table counts. */
export const urgentCursor = (row: { id: string; priority: string }, at: Date): Cursor => ({ at: `${first.indexOf(orderPriority.parse(row.priority))} ${at.toISOString()}`, id: row.id })

function placeOf(cursor: Cursor): RankedPlace {
  const [, rank, at] = /^([012]) (\d{4}-\S+)$/.exec(cursor.at) ?? []
  const when = new Date(at ?? '')
  if (rank === undefined || Number.isNaN(when.getTime())) throw unknownCursor()
  return { rank: Number(rank), at: when, id: cursor.id }
}

/** A list whose table has the column `urgency`, from after such an end, in that order; an end of another list is 422. */
export function urgentFirst<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, after: Cursor | null, urgency: StringReference<DB, TB>, column: StringReference<DB, TB>): SelectQueryBuilder<DB, TB, O> {
  return byRank(query, after === null ? null : placeOf(after), urgency, column)
}
