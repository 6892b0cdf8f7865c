import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { sha256 } from './vault.ts'

/** Rows of a table and a sum over the hashes of its rows, whatever their order. */
export interface TableDigest {
  rows: number
  hash: string
}

export interface Digests {
  tables: Record<string, TableDigest>
  /** Policies, grants, triggers, constraints, indexes, functions and logins, as one hash each. */
  catalogue: Record<string, string>
}

const fixedText = "set datestyle = 'ISO'; set timezone = 'UTC'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'; set extra_float_digits = 1; set search_path = public, kernel"

/** Tables of the program in a fixed order: partitions belong to their root. */
export async function tablesOf(client: pg.Client): Promise<{ name: string; hasTenant: boolean; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname order by c.relname`,
  )
  return rows.map(({ name, columns }) => ({ name, columns, hasTenant: columns.includes('tenant_id') }))
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The digest of each table, of one tenant or of all, in the transaction the client is in. */
export async function digestTables(client: pg.Client, tenantId?: string): Promise<Record<string, TableDigest>> {
  await client.query(fixedText)
  const digests: Record<string, TableDigest> = {}
  for (const table of await tablesOf(client)) {
    if (tenantId !== undefined && !table.hasTenant) continue
    const { rows } = await client.query<{ rows: string; hash: string }>({
      text: `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as hash from ${quoted(table.name)} t${tenantId === undefined ? '' : ' where tenant_id = $1'}`,
      values: tenantId === undefined ? [] : [tenantId],
    })
    digests[table.name] = { rows: Number(rows[0]?.rows), hash: rows[0]?.hash ?? '' }
  }
  return digests
}

const catalogueQueries: Record<string, string> = {
  'row security': "select c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) from pg_class c left join pg_policy p on p.polrelid = c.oid where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1, 4",
  grants: "select table_name, grantee, privilege_type from information_schema.role_table_grants where table_schema in ('public', 'kernel') order by 1, 2, 3",
  triggers: 'select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2',
  constraints: "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
  indexes: "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
  functions: "select p.proname, md5(pg_get_functiondef(p.oid)) from pg_proc p where p.pronamespace in ('kernel'::regnamespace, 'public'::regnamespace) and p.prokind = 'f' and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1, 2",
  sequences: "select schemaname, sequencename, last_value from pg_sequences where schemaname = 'public' order by 1, 2",
  logins: "select rolname, rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname not like 'pg\\_%' order by 1",
}

async function digestCatalogue(client: pg.Client): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [name, text] of Object.entries(catalogueQueries)) found[name] = sha256(Buffer.from(JSON.stringify((await client.query({ text, rowMode: 'array' })).rows))).slice(0, 16)
  return found
}

/** Everything a restored database must be equal in. */
export async function digestAll(client: pg.Client): Promise<Digests> {
  return { tables: await digestTables(client), catalogue: await digestCatalogue(client) }
}

/** What differs between two digests, in words; empty when they are equal. */
export function differences(expected: Digests, actual: Digests): string[] {
  const tables = Object.entries(expected.tables).flatMap(([name, want]) => {
    const have = actual.tables[name]
    if (have === undefined) return [`table ${name} is missing`]
    if (have.rows !== want.rows) return [`table ${name} has ${have.rows} rows instead of ${want.rows}`]
    return have.hash === want.hash ? [] : [`table ${name} has other content`]
  })
  const extra = Object.keys(actual.tables).filter((name) => !(name in expected.tables)).map((name) => `table ${name} should not be there`)
  const catalogue = Object.entries(expected.catalogue).flatMap(([name, want]) => (actual.catalogue[name] === want ? [] : [`${name} differ`]))
  return [...tables, ...extra, ...catalogue]
}

/**
 * A snapshot and a named place in the log that show exactly the same: writers wait for the moment between the two.
 * Gives up a try after half a second so that nobody waits longer. The client is left in the snapshot's transaction.
 */
export async function markAndSnapshot(url: string, label: string): Promise<{ client: pg.Client; lsn: string; at: Date }> {
  const gate = new pg.Client({ connectionString: url })
  const reader = new pg.Client({ connectionString: url })
  await gate.connect()
  await reader.connect()
  try {
    const names = (await tablesOf(gate)).map((table) => quoted(table.name)).join(', ')
    for (let tries = 1; ; tries += 1) {
      try {
        await gate.query(`begin; set local lock_timeout = '500ms'; lock table ${names} in share mode`)
        break
      } catch (error) {
        await gate.query('rollback')
        if (tries >= 40) throw error
        await wait(100 + Math.random() * 200)
      }
    }
    await reader.query('begin isolation level repeatable read, read only')
    await reader.query('select 1')
    const { rows } = await gate.query<{ lsn: string; at: Date }>('select pg_create_restore_point($1)::text as lsn, clock_timestamp() as at', [label])
    await gate.query('commit')
    const [mark] = rows
    if (mark === undefined) throw new Error('no restore point')
    return { client: reader, ...mark }
  } catch (error) {
    await reader.end()
    throw error
  } finally {
    await gate.end()
  }
}
