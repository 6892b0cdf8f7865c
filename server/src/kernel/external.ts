import { createHash } from 'node:crypto'
import { insertMany, rawInTenant, type Tx } from './db.ts'
import { blindIndex } from './seal.ts'

/** What is known of a record that came from elsewhere. */
export interface External {
  type: string
  value: string
  id: string
  hash: string
}

/** Fingerprint of what was imported, whatever the order of its keys. */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(sorted(content))).digest('base64url')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}

const longest = 300

/** Long values stand by their fingerprint: an index entry has a bound. */
const bounded = (value: string): string => (value.length <= longest ? value : `sha256:${createHash('sha256').update(value).digest('base64url')}`)

export const externalKey = (type: string, value: string): string => `${type}\n${value}`

const place = 'external_ids.value'

/** As a value stands in the table: what identifies a person elsewhere (`Patient?identifier`) only as a keyed hash. */
const stored = (tx: Tx, one: { type: string; value: string }): string => (one.type.endsWith('?identifier') ? `#${blindIndex(tx.ctx.tenantId, place, one.value)}` : bounded(one.value))

/** Known external ids by `externalKey`, asked with one statement. */
export async function externalsOf(tx: Tx, source: string, wanted: readonly { type: string; value: string }[]): Promise<Map<string, External>> {
  if (wanted.length === 0) return new Map()
  const values = wanted.map((one) => stored(tx, one))
  const rows = await rawInTenant<External>(
    tx,
    `select e.type, e.value, e.internal_id as id, e.content_hash as hash from unnest($3::text[], $4::text[]) as w(type, value)
     join external_ids e on e.tenant_id = $1 and e.source = $2 and e.type = w.type and e.value = w.value`,
    [tx.ctx.tenantId, source, wanted.map((one) => one.type), values],
  )
  const found = new Map(rows.map((row) => [externalKey(row.type, row.value), row]))
  return new Map(
    wanted.flatMap((one, index): [string, External][] => {
      const row = found.get(externalKey(one.type, values[index] ?? ''))
      return row === undefined ? [] : [[externalKey(one.type, one.value), { ...row, value: one.value }]]
    }),
  )
}

/** Remembers where records came from; of one that is known the fingerprint is renewed. */
export async function rememberExternals(tx: Tx, source: string, rows: readonly (External & { internalType: string })[]): Promise<void> {
  if (rows.length === 0) return
  await rawInTenant(
    tx,
    `insert into external_ids (tenant_id, source, type, value, internal_type, internal_id, content_hash)
     select distinct on (type, value) $1::uuid, $2, type, value, internal_type, internal_id, content_hash from unnest($3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[]) as e(type, value, internal_type, internal_id, content_hash)
     on conflict (tenant_id, source, type, value) do update set content_hash = excluded.content_hash`,
    [tx.ctx.tenantId, source, rows.map((row) => row.type), rows.map((row) => stored(tx, row)), rows.map((row) => row.internalType), rows.map((row) => row.id), rows.map((row) => row.hash)],
  )
}

export interface KeptResource {
  id: string
  type: string
  patientId: string | null
  resource: unknown
}

/** Keeps what was imported whole, so that nothing of it is lost. */
export async function keepResources(tx: Tx, rows: readonly KeptResource[]): Promise<void> {
  await insertMany(tx, 'kept_resources', { id: 'uuid', type: 'text', patient_id: 'uuid', resource: 'jsonb', recorded_at: 'timestamptz' }, rows.map((row) => ({ id: row.id, type: row.type, patient_id: row.patientId, resource: row.resource, recorded_at: tx.ctx.now })))
}

/** Resources that were kept, by our id. */
export async function keptOf(tx: Tx, ids: readonly string[]): Promise<Map<string, unknown>> {
  if (ids.length === 0) return new Map()
  const rows = await rawInTenant<{ id: string; resource: unknown }>(tx, 'select id, resource from kept_resources where tenant_id = $1 and id = any($2::uuid[])', [tx.ctx.tenantId, ids])
  return new Map(rows.map((row) => [row.id, row.resource]))
}
