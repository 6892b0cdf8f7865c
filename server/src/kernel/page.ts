import { type AppError, invalidField } from './errors.ts'

/** Where a page begins: the sort value and id of the last row shown. */
export interface Cursor {
  at: string
  id: string
}

export interface PageRequest {
  limit: number
  after: Cursor | null
}

/** 422: a cursor that is not ours, or of another list, whose place this one cannot have. */
export const unknownCursor = (): AppError => invalidField('cursor', 'cursor.unknown')

/** Reads `limit` and `cursor` of a list query; a cursor that is not ours is 422. */
export function pageOf(query: { limit: number; cursor?: string | undefined }): PageRequest {
  if (query.cursor === undefined) return { limit: query.limit, after: null }
  const [at, id, rest] = Buffer.from(query.cursor, 'base64url').toString('utf8').split('\n')
  if (at === undefined || id === undefined || rest !== undefined || !/^[0-9a-f-]{36}$/.test(id) || at.length > 300) throw unknownCursor()
  return { limit: query.limit, after: { at, id } }
}

/** Makes a page of `limit + 1` rows at most: the extra row says that there is a next page. */
export function toPage<Row, Item>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => Cursor, present: (row: Row) => Item): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const cursor = rows.length > limit && last !== undefined ? cursorOf(last) : null
  return { items: shown.map(present), nextCursor: cursor === null ? null : Buffer.from(`${cursor.at}\n${cursor.id}`).toString('base64url') }
}
