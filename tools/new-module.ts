import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Names {
  /** `care-plans` */
  plural: string
  /** `care_plans` */
  table: string
  /** `carePlans` */
  camel: string
  /** `CarePlan` */
  type: string
  /** `Care plans` */
  words: string
}

/** Names of a module from its plural in kebab-case; throws what is wrong with it. */
export function namesOf(plural: string): Names {
  if (!/^[a-z]{2,30}(-[a-z]{2,30}){0,2}$/.test(plural) || !plural.endsWith('s')) throw new Error('A module is a plural noun in kebab-case, such as wards or care-plans.')
  const parts = plural.split('-')
  const pascal = parts.map((part) => part[0]?.toUpperCase() + part.slice(1)).join('')
  return { plural, table: parts.join('_'), camel: (pascal[0] ?? '').toLowerCase() + pascal.slice(1), type: pascal.replace(/ies$/, 'y').replace(/s$/, ''), words: parts.join(' ').replace(/^./, (letter) => letter.toUpperCase()) }
}

/** The next free number of a migration, in steps of two so that a module may add one beside. */
export function nextMigration(files: readonly string[]): string {
  const last = Math.max(0, ...files.map((file) => Number(file.slice(0, 4))).filter((number) => !Number.isNaN(number)))
  return String(last + 2).padStart(4, '0')
}

const contractText = (n: Names): string => `import { z } from 'zod'
import { id, idParams, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const ${n.camel}Errors = defineErrors('${n.plural}', { name_taken: 409 })

const one = z.object({ id, version, facilityId: id, name: z.string(), isActive: z.boolean(), createdAt: z.string() })
export type ${n.type} = z.output<typeof one>

export const ${n.camel} = {
  list: route({ method: 'GET', path: '/${n.plural}', summary: '${n.words}, newest first', permission: '${n.plural}.read', audit: 'search', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(one), errors: [] }),
  create: route({ method: 'POST', path: '/${n.plural}', summary: 'Add one', permission: '${n.plural}.write', audit: 'create', phi: false, body: z.strictObject({ facilityId: id, name: text(200) }), status: 201, response: one, errors: [${n.camel}Errors.name_taken] }),
  read: route({ method: 'GET', path: '/${n.plural}/{id}', summary: 'Read one', permission: '${n.plural}.read', audit: 'read', phi: false, params: idParams, response: one, errors: [] }),
  update: route({ method: 'PATCH', path: '/${n.plural}/{id}', summary: 'Rename, or switch on and off', permission: '${n.plural}.write', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(200).optional(), isActive: z.boolean().optional() }), response: one, errors: [${n.camel}Errors.name_taken] }),
}
`

const migrationText = (n: Names): string => `create table ${n.table} (
  tenant_id uuid not null,
  id uuid not null,
  version int not null default 1,
  facility_id uuid not null,
  name text not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  created_by uuid,
  primary key (tenant_id, id),
  constraint ${n.table}_name unique (tenant_id, facility_id, name)
);
create index ${n.table}_time on ${n.table} (tenant_id, created_at desc, id);
create index ${n.table}_facility on ${n.table} (tenant_id, facility_id, created_at desc, id);
select tenant_table('${n.table}');
alter table ${n.table} add constraint ${n.table}_facility_fk foreign key (tenant_id, facility_id) references facilities (tenant_id, id);
`

const repoText = (n: Names): string => `import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'facility_id', 'name', 'is_active', 'created_at'] as const

export interface ${n.type}Row {
  id: string
  version: number
  facility_id: string
  name: string
  is_active: boolean
  created_at: Date
}

export function insert${n.type}(tx: Tx, row: Pick<${n.type}Row, 'facility_id' | 'name'>): Promise<${n.type}Row> {
  return tx.db.insertInto('${n.table}').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function read${n.type}(tx: Tx, id: string): Promise<${n.type}Row | undefined> {
  return tx.db.selectFrom('${n.table}').select(columns).where('id', '=', id).executeTakeFirst()
}

export function lock${n.type}(tx: Tx, id: string): Promise<${n.type}Row | undefined> {
  return tx.db.selectFrom('${n.table}').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function update${n.type}(tx: Tx, id: string, version: number, change: Partial<Pick<${n.type}Row, 'name' | 'is_active'>>): Promise<${n.type}Row> {
  return tx.db.updateTable('${n.table}').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export function list${n.type}s(tx: Tx, filter: { facilityId?: string | undefined }, page: PageRequest): Promise<${n.type}Row[]> {
  let query = tx.db.selectFrom('${n.table}').select(columns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}
`

const presentText = (n: Names): string => `import type { ${n.type} } from '#contract/${n.plural}.ts'
import type { ${n.type}Row } from './repo.ts'

export const present${n.type} = (row: ${n.type}Row): ${n.type} => ({ id: row.id, version: row.version, facilityId: row.facility_id, name: row.name, isActive: row.is_active, createdAt: row.created_at.toISOString() })
`

const serviceText = (n: Names): string => `import type { RouteInput } from '#contract/define.ts'
import { type ${n.camel}, ${n.camel}Errors } from '#contract/${n.plural}.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { found, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { present${n.type} } from './present.ts'
import * as repo from './repo.ts'

mapConstraint('${n.table}_name', ${n.camel}Errors.name_taken)

type Input<K extends keyof typeof ${n.camel}> = RouteInput<(typeof ${n.camel})[K]>

export function create${n.type}(ctx: Ctx, { body }: Input<'create'>) {
  return withContext(ctx, async (tx) => {
    const facility = await facilityOf(tx, body.facilityId)
    requirePermission(ctx, '${n.plural}.write', facility.id)
    return present${n.type}(await repo.insert${n.type}(tx, { facility_id: facility.id, name: body.name }))
  })
}

export function read${n.type}(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => present${n.type}(found(await repo.read${n.type}(tx, id))))
}

export function list${n.type}s(ctx: Ctx, { query }: Input<'list'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.list${n.type}s(tx, query, page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), present${n.type}))
}

export function update${n.type}(ctx: Ctx, { params, body, ifMatch }: Input<'update'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lock${n.type}(tx, params.id))
    requirePermission(ctx, '${n.plural}.write', before.facility_id)
    checkVersion(before, ifMatch)
    const change = { ...(body.name === undefined ? {} : { name: body.name }), ...(body.isActive === undefined ? {} : { is_active: body.isActive }) }
    return present${n.type}(await repo.update${n.type}(tx, before.id, before.version, change))
  })
}
`

const routesText = (n: Names): string => `import type { Handlers } from '#contract/define.ts'
import type { ${n.camel} } from '#contract/${n.plural}.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof ${n.camel}, Ctx> = {
  list: service.list${n.type}s,
  create: service.create${n.type},
  read: (ctx, { params }) => service.read${n.type}(ctx, params.id),
  update: service.update${n.type},
}
`

const indexText = (n: Names): string => `import { ${n.camel} } from '#contract/${n.plural}.ts'
import { defineModule } from '#kernel/module.ts'
import { handlers } from './routes.ts'

/** ${n.words}: say here what the module is for. */
export const ${n.camel}Module = defineModule({ name: '${n.plural}', contract: ${n.camel}, handlers, permissions: { '${n.plural}.read': ['admin', 'doctor', 'nurse', 'receptionist'], '${n.plural}.write': ['admin'] } })
`

const testText = (n: Names): string => `import { beforeAll, describe, expect, it } from 'vitest'
import { ${n.camel} } from '#contract/${n.plural}.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
})

describe('${n.plural}', () => {
  it('are added, changed and listed by those who may, and leave a trace', async () => {
    const body = { facilityId: hospital.facilityId, name: 'First' }
    expect((await hospital.anonymous(${n.camel}).create({ body })).status).toBe(401)
    expect((await (await hospital.as(${n.camel}, 'nurse')).create({ body })).status).toBe(403)
    const admin = await hospital.as(${n.camel}, 'admin')
    const wrong = await admin.create({ body: { ...body, name: ' ' } })
    expect([wrong.status, wrong.problem.errors?.[0]?.path]).toEqual([422, 'name'])
    const made = await admin.create({ body })
    expect([made.status, made.body]).toMatchObject([201, { name: 'First', isActive: true, version: 1 }])
    expect((await admin.create({ body })).problem.code).toBe('${n.plural}.name_taken')
    const params = { id: made.body.id }
    expect((await admin.update({ params, body: { name: 'Second' } })).status).toBe(428)
    expect((await admin.update({ params, body: { name: 'Second' }, ifMatch: 1 })).body).toMatchObject({ name: 'Second', version: 2 })
    expect((await admin.update({ params, body: { name: 'Third' }, ifMatch: 1 })).status).toBe(412)
    expect((await (await hospital.as(${n.camel}, 'nurse')).list({ query: { facilityId: hospital.facilityId } })).body.items.map((item) => item.name)).toEqual(['Second'])
    expect((await (await hospital.as(${n.camel}, 'admin', 'ayurveda')).read({ params })).status).toBe(404)
    expect(await hospital.query("select 1 from audit_entries where action = '${n.plural}.create:create' and outcome = 'success'")).toHaveLength(1)
  })
})
`

const readmeText = (n: Names): string => `# ${n.plural}
Say here in two sentences what the module is for.

- Tables: \`${n.table}\`.
- Events: none yet.

Invariants
- A name is used once in a facility.
`

const queriesText = (n: Names): string => `import { ${n.camel} } from '#contract/${n.plural}.ts'
import { client } from '../../kernel/api.ts'

export const api = client(${n.camel})
export type ${n.type} = Awaited<ReturnType<typeof api.read>>
`

const pageText = (n: Names): string => `import { useState } from 'react'
import { Button, Drawer, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { ${n.camel} } from '#contract/${n.plural}.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

function Add({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const toBody = (values: { name: string }) => ({ facilityId, name: values.name })
  const form = useAppForm({
    initialValues: { name: '' },
    schema: ${n.camel}.create.body,
    toBody,
    submit: (values) => api.create({ body: toBody(values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['${n.plural}'] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('common.add')} cancel={onClose} labels={{ name: t('common.name') }}>
      <TextInput data-autofocus withAsterisk label={t('common.name')} maxLength={200} autoComplete="off" {...form.fields.getInputProps('name')} />
    </Form>
  )
}

/** ${n.words} of the facility. */
export function ${n.type}sPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const load = ({ cursor, limit, signal }: PageRequest) => api.list({ query: { facilityId, cursor, limit }, signal })
  const add = (
    <Can permission="${n.plural}.write">
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t('common.add')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('${n.plural}.title')} actions={add}>
      <DataTable
        name="${n.plural}" queryKey={['${n.plural}', 'list', facilityId]} load={load} rowId={(row) => row.id} empty={{ title: t('${n.plural}.empty'), action: add }}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => row.name },
          { key: 'createdAt', label: t('common.date'), render: (row) => <When at={row.createdAt} /> },
        ]}
      />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" title={t('common.add')}>
        <Add onClose={() => setAdding(false)} />
      </Drawer>
    </Page>
  )
}
`

const featureText = (n: Names): string => `import { IconList } from '@tabler/icons-react'
import type { Feature } from '../../kernel/features.ts'
import { pageRoute } from '../../kernel/routing.tsx'

export const ${n.camel}: Feature = {
  name: '${n.plural}',
  routes: [pageRoute('/${n.plural}', async () => (await import('./pages/${n.plural}.tsx')).${n.type}sPage)],
  nav: [{ path: '/${n.plural}', labelKey: '${n.plural}.title', icon: IconList, permission: '${n.plural}.read' }],
  commands: [],
}
`

const localeText = (n: Names): string => `${JSON.stringify({ [`${n.plural}.title`]: n.words, [`${n.plural}.empty`]: 'Nothing here yet', [`errors.${n.plural}.name_taken`]: 'This name is already in use.' }, null, 2)}\n`

/** Files of a working module by path below the root. */
export function filesOf(n: Names, migration: string): Record<string, string> {
  const server = `server/src/modules/${n.plural}`
  const web = `web/src/features/${n.plural}`
  return {
    [`contract/src/${n.plural}.ts`]: contractText(n),
    [`server/migrations/${migration}-${n.plural}.sql`]: migrationText(n),
    [`${server}/index.ts`]: indexText(n),
    [`${server}/routes.ts`]: routesText(n),
    [`${server}/service.ts`]: serviceText(n),
    [`${server}/repo.ts`]: repoText(n),
    [`${server}/present.ts`]: presentText(n),
    [`${server}/${n.plural}.test.ts`]: testText(n),
    [`${server}/README.md`]: readmeText(n),
    [`${web}/queries.ts`]: queriesText(n),
    [`${web}/routes.tsx`]: featureText(n),
    [`${web}/pages/${n.plural}.tsx`]: pageText(n),
    ...Object.fromEntries(['en', 'hi', 'ar'].map((language) => [`locales/${language}/${n.plural}.json`, localeText(n)])),
  }
}

/** The wiring of server and web with the module in its place: before `system` and at the end of the features. */
export function wired(text: string, n: Names, kind: 'server' | 'web'): string {
  const line = kind === 'server' ? `import { ${n.camel}Module } from './modules/${n.plural}/index.ts'\n` : `import { ${n.camel} } from './features/${n.plural}/routes.tsx'\n`
  const withImport = text.replace(/((?:^import .*\n)+)/m, (imports) => imports + line)
  return kind === 'server' ? withImport.replace(/systemModule(,?\s*\])/, `${n.camel}Module, systemModule$1`) : withImport.replace(/(allFeatures: Feature\[\] = \[[^\]]*)\]/, `$1, ${n.camel}]`)
}

/** Writes a working module into a project; throws when it is there. */
export function writeModule(root: string, plural: string): string[] {
  const n = namesOf(plural)
  if (existsSync(join(root, `server/src/modules/${plural}`))) throw new Error(`There is a module ${plural} already.`)
  const files = filesOf(n, nextMigration(readdirSync(join(root, 'server/migrations'))))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, kind] of [['server/src/modules.ts', 'server'], ['web/src/features.ts', 'web']] as const) writeFileSync(join(root, path), wired(readFileSync(join(root, path), 'utf8'), n, kind))
  return Object.keys(files)
}

const root = fileURLToPath(new URL('..', import.meta.url))
if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const written = writeModule(root, process.argv[2] ?? '')
    process.stdout.write(`${written.join('\n')}\nNow run: npm run gen, then npm run check.\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nnpm run new-module NAME\n`)
    process.exitCode = 1
  }
}
