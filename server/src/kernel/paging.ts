import type { ReferenceExpression, SelectQueryBuilder, StringReference } from 'kysely'
import { anyOf } from './db.ts'
import type { Cursor } from './page.ts'

export interface Sequence<DB, TB extends keyof DB> {
  order?: 'asc' | 'desc'
  /** The key that follows the column, where a join has several. */
  id?: StringReference<DB, TB>
  idOrder?: 'asc' | 'desc'
}

/**
 * The rows of a list that come after the last one shown, which is ordered by a column and then by id.
 * Written so that the index over both is entered at the column's value, whichever way each of them runs.
 */
export function afterCursor<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, after: Cursor | null, column: StringReference<DB, TB>, { order = 'asc', id = 'id' as StringReference<DB, TB>, idOrder = 'asc' }: Sequence<DB, TB> = {}): SelectQueryBuilder<DB, TB, O> {
  if (after === null) return query
  const at = after.at as never
  const by = column as ReferenceExpression<DB, TB>
  return query.where((eb) => eb.and([eb(by, order === 'asc' ? '>=' : '<=', at), eb.or([eb(by, '<>', at), eb(id as ReferenceExpression<DB, TB>, idOrder === 'asc' ? '>' : '<', after.id as never)])]))
}

/** The rows of some facilities (`placesFor`); of one by equality, so that its index gives the order too. */
export function inPlaces<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, places: readonly string[] | undefined, column = 'facility_id' as StringReference<DB, TB>): SelectQueryBuilder<DB, TB, O> {
  if (places === undefined) return query
  const of = column as ReferenceExpression<DB, TB>
  return places.length === 1 ? query.where(of, '=', places[0] as never) : query.where(of, '=', anyOf(places) as never)
}

export interface RankedPlace {
  rank: number
  at: Date
  id: string
}

/** A list by rank, within a rank the newest first, from after the last one shown; ordered so, for the index over all three. */
export function byRank<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, after: RankedPlace | null, rank: StringReference<DB, TB>, column: StringReference<DB, TB>): SelectQueryBuilder<DB, TB, O> {
  const id = 'id' as StringReference<DB, TB>
  const ordered = query.orderBy(rank as never).orderBy(column as never, 'desc').orderBy(id as never)
  if (after === null) return ordered
  const ranked = rank as ReferenceExpression<DB, TB>
  const by = column as ReferenceExpression<DB, TB>
  return ordered.where((eb) => eb.and([eb(ranked, '>=', after.rank as never), eb.or([eb(ranked, '>', after.rank as never), eb(by, '<', after.at as never), eb.and([eb(by, '=', after.at as never), eb(id as ReferenceExpression<DB, TB>, '>', after.id as never)])])]))
}
