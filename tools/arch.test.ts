import { describe, expect, it } from 'vitest'
import { checkFiles, checkImports, checkMigration, checkTables, moduleOrder } from './arch.ts'

const order = ['organizations', 'people', 'patients', 'billing']
const planted = (path: string, target: string) => checkImports([{ path, text: `import { x } from '${target}'\n` }], order).map((violation) => violation.rule)

describe('a planted import is found', () => {
  it.each([
    ['contract/src/a.ts', 'pg', 'the contract imports zod only'],
    ['web/src/a.tsx', '../../server/src/app.ts', 'web never imports the server'],
    ['server/src/app.ts', '../../web/src/main.tsx', 'the server never imports web'],
    ['server/src/kernel/db.ts', '../modules/patients/index.ts', 'the kernel imports no module'],
    ['server/src/modules/patients/routes.ts', './repo.ts', 'routes call the service, not the repo'],
    ['server/src/modules/patients/rules.ts', '#kernel/db.ts', 'rules.ts is pure: contract types, money, time and text only'],
    ['server/src/modules/patients/service.ts', '../people/repo.ts', 'module patients may import only index.ts of people'],
    ['server/src/modules/patients/service.ts', '../billing/index.ts', 'module patients stands above billing: emit an event'],
    ['web/src/features/patients/a.tsx', '../billing/parts/b.tsx', 'feature patients imports the insides of billing'],
    ['web/src/ui/a.tsx', '../features/billing/parts/b.tsx', 'ui imports no feature'],
  ])('%s → %s', (path, target, rule) => expect(planted(path, target)).toContain(rule))

  it('and a good one is not', () => {
    expect(planted('server/src/modules/billing/service.ts', '../patients/index.ts')).toEqual([])
    expect(planted('server/src/modules/billing/rules.ts', '#kernel/money.ts')).toEqual([])
  })
})

describe('a planted file is found', () => {
  it('too long, any, a lonely test', () => {
    expect(checkFiles([{ path: 'server/src/a.ts', text: 'x\n'.repeat(401) }])[0]?.rule).toBe('longer than 400 lines')
    expect(checkFiles([{ path: 'server/src/a.ts', text: 'const a: any = 1' }])[0]?.rule).toBe('no any')
    expect(checkFiles([{ path: 'server/src/a.test.ts', text: 'it.only(() => {})' }])[0]?.rule).toBe('no skipped or lonely test')
  })
})

describe('a planted migration is found', () => {
  const good = "create table beds (\n  tenant_id uuid not null,\n  id uuid not null,\n  primary key (tenant_id, id)\n);\nselect tenant_table('beds');"
  it.each([
    [good, undefined],
    [good.replace('tenant_id uuid not null', 'tenant uuid not null'), 'table beds has no tenant_id'],
    [good.replace('primary key (tenant_id, id)', 'primary key (id)'), 'primary key of beds does not begin with tenant_id'],
    [good.replace("select tenant_table('beds');", ''), 'table beds is not given to tenant_table'],
    [good.replace('id uuid not null,\n  primary', 'id uuid not null,\n  unique (code),\n  primary'), 'a unique key of beds does not begin with tenant_id'],
    [`${good}\nalter table beds add constraint b foreign key (ward_id) references wards (id);`, 'a foreign key begins with tenant_id'],
    [`${good}\nalter table beds add constraint b foreign key (tenant_id, w) references wards (tenant_id, id) on delete set null;`, 'no on delete set null'],
  ])('%#', (sql, rule) => expect(checkMigration('m.sql', sql).map((violation) => violation.rule)).toEqual(rule === undefined ? [] : [rule]))
})

it("finds a statement on another module's table", () => {
  const owners = new Map([['invoices', 'billing'], ['patients', 'patients']])
  const source = { path: 'server/src/modules/patients/repo.ts', text: "tx.db.selectFrom('invoices')" }
  expect(checkTables([source], owners)[0]?.rule).toBe('table invoices belongs to billing')
})

it('reads the order of the modules', () => {
  expect(moduleOrder('export const modules: readonly AnyModule[] = [organizationsModule, bloodBankModule]')).toEqual(['organizations', 'blood-bank'])
})
