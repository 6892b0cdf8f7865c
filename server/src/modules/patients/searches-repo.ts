import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

const columns = ['id', 'version', 'name', 'criteria', 'created_at'] as const

export interface SearchRow {
  id: string
  version: number
  name: string
  criteria: unknown
  created_at: Date
}

/** A user's own searches, fifty at most, by name. */
export function savedSearches(tx: Tx): Promise<SearchRow[]> {
  return tx.db.selectFrom('saved_searches').select(columns).where('user_id', '=', tx.ctx.userId).orderBy('name').execute()
}

/** Saves in the first free place of the user; undefined when there is none. Two at once for one place: the second is refused. */
export async function insertSearch(tx: Tx, search: { name: string; criteria: string }): Promise<SearchRow | undefined> {
  const [row] = await rawInTenant<SearchRow>(
    tx,
    `insert into saved_searches (tenant_id, id, user_id, slot, name, criteria, created_at)
     select $1::uuid, $2, $3::uuid, free.slot, $4, $5::jsonb, $6 from (
       select s.slot from generate_series(1, 50) s(slot) where not exists (select 1 from saved_searches o where o.tenant_id = $1::uuid and o.user_id = $3::uuid and o.slot = s.slot) order by 1 limit 1) free
     returning ${columns.join(', ')}`,
    [tx.ctx.tenantId, newId(), tx.ctx.userId, search.name, search.criteria, tx.ctx.now],
  )
  return row
}

export function deleteSearch(tx: Tx, id: string): Promise<{ id: string } | undefined> {
  return tx.db.deleteFrom('saved_searches').where('id', '=', id).where('user_id', '=', tx.ctx.userId).returning(['id']).executeTakeFirst()
}

/** Puts a patient first among those the user opened; twenty are kept. */
export async function noteOpened(tx: Tx, patientId: string): Promise<void> {
  await rawInTenant(
    tx,
    `insert into recent_patients (tenant_id, id, user_id, patient_ids, updated_at) values ($1, $2, $3, array[$4::uuid], $5)
     on conflict (tenant_id, user_id) do update set patient_ids = (array[$4::uuid] || array_remove(recent_patients.patient_ids, $4::uuid))[1:20], updated_at = excluded.updated_at`,
    [tx.ctx.tenantId, newId(), tx.ctx.userId, patientId, tx.ctx.now],
  )
}

export async function openedIds(tx: Tx): Promise<string[]> {
  const row = await tx.db.selectFrom('recent_patients').select('patient_ids').where('user_id', '=', tx.ctx.userId).executeTakeFirst()
  return row?.patient_ids ?? []
}
