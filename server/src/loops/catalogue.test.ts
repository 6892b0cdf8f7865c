import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { RouteSpec } from '#contract/define.ts'
import { REFERENCE_TABLES } from '#kernel/tenant-plugin.ts'
import { modules } from '../modules.ts'
import { mergePort } from '../modules/patients/index.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
})

interface TableRow {
  name: string
  security: boolean
  forced: boolean
  owner: string
  policies: number
  checked: number
}

const tables = async (): Promise<TableRow[]> => {
  const rows = await hospital.query<TableRow>(`select c.relname as name, c.relrowsecurity as security, c.relforcerowsecurity as forced, r.rolname as owner,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies, (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polwithcheck is not null) as checked
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`)
  return rows.filter((row) => !REFERENCE_TABLES.has(row.name))
}

describe('every tenant table', () => {
  it('has row security with USING and WITH CHECK, enabled and not forced, and the application owns none', async () => {
    const all = await tables()
    expect(all.length).toBeGreaterThan(25)
    expect(all.filter((row) => !row.security || row.forced || row.policies === 0 || row.checked === 0 || row.owner.endsWith('_app')).map((row) => row.name)).toEqual([])
  })

  it('has a primary key, unique keys and foreign keys that begin with tenant_id', async () => {
    const rows = await hospital.query<{ name: string; table: string }>(`select k.conname as name, c.relname as table from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1] where n.nspname = 'public' and k.contype in ('p', 'u', 'f', 'x') and a.attname <> 'tenant_id'`)
    expect(rows.filter((row) => !REFERENCE_TABLES.has(row.table))).toEqual([])
  })

  it('has an index for every foreign key', async () => {
    const rows = await hospital.query<{ name: string }>(`select k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype = 'f' and k.connamespace = 'public'::regnamespace and not exists (
      select 1 from pg_index i where i.indrelid = k.conrelid and (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey and k.conkey @> (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1])`)
    const allowed = new Set(['schedules_practitioner_fk', 'memberships_user_fk', 'credentials_user_fk', 'departments_facility_fk', 'encounters_practitioner_fk', 'results_order_item_fk'])
    expect(rows.map((row) => row.name).filter((name) => !allowed.has(name))).toEqual([])
  })

  it('that names a patient is reached by a merge', async () => {
    const rows = await hospital.query<{ table: string; column: string }>(`select cl.relname as table, a.attname as column from pg_constraint k join pg_class cl on cl.oid = k.conrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) where k.contype = 'f' and k.confrelid = 'patients'::regclass and a.attname <> 'tenant_id'`)
    const reached = new Set(mergePort.all().map((one) => `${one.table}.${one.column}`))
    // The record's own identifiers, merges and work-list stay with it: they are its history.
    const own = new Set(['patient_identifiers.patient_id', 'patients.merged_into', 'patient_merges.patient_id', 'patient_merges.into_patient_id', 'duplicate_candidates.a_id', 'duplicate_candidates.b_id', 'patient_findings.patient_id', 'patient_correction_items.patient_id'])
    expect(rows.map((row) => `${row.table}.${row.column}`).filter((name) => !reached.has(name) && !own.has(name))).toEqual([])
  })

  it('that holds the audit takes entries from the application and gives none back; its seals are for reading', async () => {
    const rows = await hospital.query<{ table: string; rights: string }>("select table_name as table, string_agg(distinct privilege_type, ',' order by privilege_type) as rights from information_schema.role_table_grants where grantee like '%_app' and table_name ~ '^audit_(entries|seals|heads|archives)' group by 1 order by 1")
    expect(rows.filter((row) => row.rights !== (row.table.startsWith('audit_entries') ? 'INSERT' : 'SELECT'))).toEqual([])
    const [role] = await hospital.query<{ n: number }>("select count(*)::int as n from pg_roles where rolname like '%_app' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)")
    expect(role?.n).toBe(0)
  })

  it('shows nothing without a context, and takes nothing', async () => {
    const app = hospital.ownerUrl.replace(/\/\/[^@]*@/, '//triveni_app:test-only@')
    const { Client } = (await import('pg')).default
    const client = new Client({ connectionString: app })
    await client.connect()
    for (const { name } of (await tables()).filter((row) => row.name !== 'audit_entries')) expect([name, (await client.query(`select count(*)::int as n from "${name}"`)).rows[0].n]).toEqual([name, 0])
    await expect(client.query(`insert into drafts (tenant_id, user_id, form, subject, content, updated_at) values (gen_random_uuid(), gen_random_uuid(), 'a', 'b', '{}', now())`)).rejects.toThrow('row-level security')
    await expect(client.query('select 1 from audit_entries')).rejects.toThrow('permission denied')
    for (const statement of ['update audit_entries set action = $$x$$', 'delete from audit_entries', 'truncate audit_entries', 'alter table patients disable row level security', 'drop table patients']) await expect(client.query(statement)).rejects.toThrow()
    const role = await client.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user')
    expect(role.rows[0]).toEqual({ rolsuper: false, rolbypassrls: false })
    await client.end()
  })
})

interface JsonSchema {
  type?: string
  maxLength?: number
  format?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  prefixItems?: JsonSchema[]
  maxItems?: number
}

const boundedFormats = new Set(['uuid', 'date', 'date-time', 'email'])
// A pattern without an open-ended repeat bounds the text as well.
const isBoundedPattern = (pattern: string | undefined): boolean => pattern !== undefined && pattern.startsWith('^') && pattern.endsWith('$') && !/[*+]|,\}/.test(pattern)

function unbounded(schema: JsonSchema, path: string): string[] {
  const own = schema.type === 'string' && schema.maxLength === undefined && !boundedFormats.has(schema.format ?? '') && schema.enum === undefined && schema.const === undefined && !isBoundedPattern(schema.pattern) ? [path] : []
  const lists = schema.type === 'array' && schema.maxItems === undefined ? [`${path}[]`] : []
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => unbounded(field, `${path}.${name}`))
  return [...own, ...lists, ...inner, ...(schema.items === undefined ? [] : unbounded(schema.items, `${path}[]`)), ...[...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((one) => unbounded(one, path))]
}

const routes: [string, RouteSpec][] = modules.flatMap((module) => Object.entries(module.contract).map(([name, spec]): [string, RouteSpec] => [`${module.name}.${name}`, spec]))
const inputsOf = (spec: RouteSpec): z.ZodType[] => [spec.body, spec.query, spec.params].filter((schema) => schema !== undefined)

describe('every route', () => {
  it('has permission, audit, errors and a summary, and reads of patients are audited', () => {
    const wrong = routes.filter(([, spec]) => spec.permission === '' || spec.summary === '' || (spec.phi && spec.audit === 'none' && !spec.path.startsWith('/drafts')))
    expect(wrong.map(([name]) => name)).toEqual([])
  })

  it('names a permission that some role holds', () => {
    const held = new Set(modules.flatMap((module) => Object.keys(module.permissions)))
    expect(routes.filter(([, spec]) => !['public', 'signed-in'].includes(spec.permission) && !held.has(spec.permission)).map(([name]) => name)).toEqual([])
  })

  it('bounds every text and list it takes', () => {
    const open = routes.flatMap(([name, spec]) => inputsOf(spec).flatMap((schema) => unbounded(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, name)))
    expect(open.filter((path) => !path.startsWith('system.writeDraft'))).toEqual([])
  })

  it('answers 401 to a stranger, unless it is public', async () => {
    for (const [name, spec] of routes.filter(([, one]) => one.permission !== 'public')) {
      const url = `/api/v1${spec.path.replaceAll(/\{\w+\}/g, '01a1fc2d-1507-7b51-846e-c138651e46ba')}`
      const answer = await hospital.app.inject({ method: spec.method, url, ...(spec.method === 'GET' ? {} : { payload: {} }) })
      expect([name, answer.statusCode]).toEqual([name, 401])
    }
  })
})
