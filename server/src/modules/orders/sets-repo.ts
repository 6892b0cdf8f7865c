import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

export interface SetRow {
  id: string
  version: number
  name: string
  name_folded: string
  owner_id: string | null
  is_active: boolean
  is_standing: boolean
  authorised_by: string | null
  set_version: number
  items: unknown
}

const selection = (tx: Tx) =>
  tx.db
    .selectFrom('order_sets')
    .innerJoin('order_set_versions', 'order_set_versions.order_set_id', 'order_sets.id')
    .select(['order_sets.id', 'order_sets.version', 'order_sets.name', 'order_sets.name_folded', 'order_sets.owner_id', 'order_sets.is_active', 'order_sets.is_standing', 'order_sets.authorised_by', 'order_set_versions.set_version', 'order_set_versions.items'])
    // The newest version of each set.
    .where((eb) => eb.not(eb.exists(eb.selectFrom('order_set_versions as later').select('later.id').whereRef('later.order_set_id', '=', 'order_sets.id').whereRef('later.set_version', '>', 'order_set_versions.set_version'))))

export function readSet(tx: Tx, id: string): Promise<SetRow | undefined> {
  return selection(tx).where('order_sets.id', '=', id).executeTakeFirst()
}

export async function lockSet(tx: Tx, id: string): Promise<SetRow | undefined> {
  const row = await tx.db.selectFrom('order_sets').select(['id']).where('id', '=', id).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : readSet(tx, id)
}

export function listSets(tx: Tx, filter: { userId: string; kind: 'shared' | 'favourite' | undefined }, page: PageRequest): Promise<SetRow[]> {
  let query = selection(tx).where('order_sets.is_active', '=', true).orderBy('order_sets.name_folded').orderBy('order_sets.id').limit(page.limit + 1)
  if (filter.kind === 'shared') query = query.where('order_sets.owner_id', 'is', null)
  else if (filter.kind === 'favourite') query = query.where('order_sets.owner_id', '=', filter.userId)
  else query = query.where((eb) => eb.or([eb('order_sets.owner_id', 'is', null), eb('order_sets.owner_id', '=', filter.userId)]))
  return afterCursor(query, page.after, 'order_sets.name_folded', { id: 'order_sets.id' }).execute()
}

export async function insertSet(tx: Tx, set: { name: string; name_folded: string; owner_id: string | null; is_standing: boolean; authorised_by: string | null }): Promise<string> {
  const id = newId()
  await tx.db.insertInto('order_sets').values({ ...set, id, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
  return id
}

export async function updateSet(tx: Tx, id: string, version: number, change: { name?: string; name_folded?: string; is_active?: boolean; is_standing?: boolean; authorised_by?: string | null }): Promise<void> {
  await tx.db.updateTable('order_sets').set({ ...change, version: version + 1 }).where('id', '=', id).execute()
}

export async function insertSetVersion(tx: Tx, id: string, setVersion: number, items: unknown): Promise<void> {
  await tx.db.insertInto('order_set_versions').values({ id: newId(), order_set_id: id, set_version: setVersion, items: JSON.stringify(items), created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}
