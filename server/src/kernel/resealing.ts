import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { isCurrent, seal, sealBytes, unseal, unsealBytes } from './seal.ts'

/** A column that holds sealed values: how its rows are named, and where they are bound to. */
interface SealedColumn {
  table: string
  column: string
  /** The columns that name a row, in the order of the place. */
  key: readonly string[]
  place: (key: readonly string[]) => string
  /** The place of the first layout, where it lacked the row. */
  oldPlace?: string
}

/** Every column with sealed values. A test finds those that are missing here. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'patient_identifiers', column: 'value_sealed', key: ['id'], place: ([id]) => `patient_identifiers.value.${id}`, oldPlace: 'patient_identifiers.value' },
  { table: 'second_factors', column: 'secret_sealed', key: ['id'], place: ([id]) => `second_factors.secret_sealed.${id}` },
  { table: 'second_factors', column: 'target_sealed', key: ['id'], place: ([id]) => `second_factors.target_sealed.${id}` },
  { table: 'identity_providers', column: 'secret_sealed', key: ['id'], place: ([id]) => `identity_providers.secret_sealed.${id}` },
  { table: 'outgoing_mails', column: 'content_sealed', key: ['id'], place: ([id]) => `outgoing_mails.content_sealed.${id}`, oldPlace: 'outgoing_mails.content_sealed' },
  { table: 'idempotency_keys', column: 'answer', key: ['user_id', 'key'], place: ([user, key]) => `idempotency_keys.answer.${user}.${key}`, oldPlace: 'idempotency_keys.answer' },
]

export interface Resealed {
  values: number
  files: number
  /** Values and files that still need an older key. */
  left: number
}

const batch = 500

/** Goes through one column; a value that somebody else writes meanwhile is left to them. */
async function resealColumn(client: pg.Client, tenantId: string, one: SealedColumn): Promise<number> {
  const names = one.key.map((name) => `"${name}"`).join(', ')
  let after: string[] | undefined
  let done = 0
  for (;;) {
    const beyond = after === undefined ? '' : `and (${names}) > (${one.key.map((_name, index) => `$${index + 2}`).join(', ')})`
    const { rows } = await client.query<Record<string, string> & { sealed: Buffer }>(`select ${names}, "${one.column}" as sealed from "${one.table}" where tenant_id = $1 and "${one.column}" is not null ${beyond} order by ${names} limit ${batch}`, [tenantId, ...(after ?? [])])
    for (const row of rows) {
      after = one.key.map((name) => String(row[name]))
      if (isCurrent(tenantId, row.sealed)) continue
      const next = sealBytes(tenantId, one.place(after), unsealBytes(tenantId, one.place(after), row.sealed, one.oldPlace))
      const changed = await client.query(`update "${one.table}" set "${one.column}" = $2 where tenant_id = $1 and "${one.column}" = $3 and ${one.key.map((name, index) => `"${name}" = $${index + 4}`).join(' and ')}`, [tenantId, next, row.sealed, ...after])
      done += changed.rowCount ?? 0
    }
    if (rows.length < batch) return done
  }
}

const keptPlaces = { identifier: 'kept_resources.identifier', row: 'kept_resources.patients-csv' }

/** Seals again what stands sealed inside an imported record: its numbers, or the whole row of a table. */
function resealInside(tenantId: string, value: unknown, counted: { done: number }): unknown {
  const again = (place: string, text: string): string => {
    const sealed = Buffer.from(text, 'base64')
    if (isCurrent(tenantId, sealed)) return text
    counted.done += 1
    return seal(tenantId, place, unseal(tenantId, place, sealed)).toString('base64')
  }
  if (typeof value === 'string') return value.startsWith('sealed:') ? `sealed:${again(keptPlaces.identifier, value.slice(7))}` : value
  if (Array.isArray(value)) return value.map((one) => resealInside(tenantId, one, counted))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === 'sealed' && typeof one === 'string' ? again(keptPlaces.row, one) : resealInside(tenantId, one, counted)]))
}

async function resealKept(client: pg.Client, tenantId: string): Promise<number> {
  const counted = { done: 0 }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await client.query<{ id: string; text: string }>(`select id, resource::text as text from kept_resources where tenant_id = $1 and id > $2 order by id limit ${batch}`, [tenantId, after])
    for (const { id, text } of rows) {
      after = id
      const before = counted.done
      if (!text.includes('sealed')) continue
      const next = JSON.stringify(resealInside(tenantId, JSON.parse(text), counted))
      if (counted.done > before) await client.query('update kept_resources set resource = $3::jsonb where tenant_id = $1 and id = $2 and resource = $4::jsonb', [tenantId, id, next, text])
    }
    if (rows.length < batch) return counted.done
  }
}

const uuid = /^[0-9a-f-]{36}$/

/** Goes through the hospital's files; each is replaced whole, so that a reader sees the one or the other. */
async function resealFiles(root: string, tenantId: string): Promise<number> {
  let done = 0
  const folder = join(root, tenantId)
  for (const year of await readdir(folder).catch(() => [])) {
    for (const id of (await readdir(join(folder, year))).filter((name) => uuid.test(name))) {
      const path = join(folder, year, id)
      const sealed = await readFile(path).catch(() => undefined)
      if (sealed === undefined || isCurrent(tenantId, sealed)) continue
      await writeFile(`${path}.next`, sealBytes(tenantId, `files.${id}`, unsealBytes(tenantId, `files.${id}`, sealed)), { mode: 0o600 })
      await rename(`${path}.next`, path)
      done += 1
    }
  }
  return done
}

async function countLeft(client: pg.Client, tenantId: string): Promise<number> {
  let left = 0
  for (const one of sealedColumns) {
    const { rows } = await client.query<{ head: Buffer; n: number }>(`select substring("${one.column}" from 1 for 3) as head, count(*)::int as n from "${one.table}" where tenant_id = $1 and "${one.column}" is not null group by 1`, [tenantId])
    left += rows.filter((row) => !isCurrent(tenantId, row.head)).reduce((sum, row) => sum + row.n, 0)
  }
  return left
}

/** Seals everything of a hospital with its key of today, while it is used. */
export async function resealTenant(client: pg.Client, options: { tenantId: string; filesRoot: string }): Promise<Resealed> {
  const { tenantId, filesRoot } = options
  let values = await resealKept(client, tenantId)
  for (const one of sealedColumns) values += await resealColumn(client, tenantId, one)
  return { values, files: await resealFiles(filesRoot, tenantId), left: await countLeft(client, tenantId) }
}

