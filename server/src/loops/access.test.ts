import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RouteSpec } from '#contract/define.ts'
import { roleName } from '#contract/people.ts'
import { modules } from '../modules.ts'
import { demoPassword } from '../seed/seed.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

type Headers = Record<string, string>
let hospital: TestHospital
const sessions = new Map<string, Headers>()

/** Kept by hand, apart from the code: which shipped role may do what. */
const table = new Map(
  readFileSync(fileURLToPath(new URL('../../../docs/security/permissions.md', import.meta.url)), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, permission, roles] = /^\| `([a-z-]+\.[a-z-]+)` \| (.*) \|$/.exec(line) ?? []
      return permission === undefined ? [] : [[permission, new Set((roles ?? '').split(', ').filter((role) => role !== '–'))] as const]
    }),
)
const routes = modules.flatMap((module) => Object.entries(module.contract).map(([name, spec]): [string, RouteSpec] => [`${module.name}.${name}`, spec]))
const guarded = routes.filter(([, spec]) => spec.permission !== 'public' && spec.permission !== 'signed-in')
const unknown = '01a1fc2d-1507-7b51-846e-c138651e46ba'

async function signIn(email: string): Promise<Headers> {
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email, password: demoPassword } })
  const [cookie] = answer.cookies
  return { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken ?? '' }
}

const ask = (spec: RouteSpec, headers: Headers, id = unknown) =>
  hospital.app.inject({
    method: spec.method, url: `/api/v1${spec.path.replaceAll(/\{role\}/g, 'admin').replaceAll(/\{\w+\}/g, id)}`, headers: { ...headers, 'if-match': '"1"' },
    ...(spec.method === 'GET' || spec.upload !== undefined ? {} : { payload: {} }),
  })

beforeAll(async () => {
  hospital = await testHospital({ patients: 5, withCare: true })
  const rows = await hospital.query<{ email: string; role: string }>("select distinct u.email, m.role from users u join memberships m on m.tenant_id = u.tenant_id and m.user_id = u.id where u.tenant_id = $1", [hospital.tenantId])
  for (const { email, role } of rows) if (!sessions.has(role)) sessions.set(role, await signIn(email))
})
beforeEach(() => hospital.query('delete from sign_in_throttles'))

describe('the table of permissions', () => {
  it('says what the modules declare, and names every role', () => {
    const declared = new Map(modules.flatMap((module) => Object.entries(module.permissions).map(([permission, roles]) => [permission, new Set<string>(roles)] as const)))
    const asLines = (map: ReadonlyMap<string, ReadonlySet<string>>) => [...map].map(([permission, roles]) => `${permission}: ${[...roles].toSorted().join(' ')}`).toSorted()
    expect(asLines(table)).toEqual(asLines(declared))
    const known = new Set<string>(roleName.options)
    expect([...table.values()].flatMap((roles) => [...roles]).filter((role) => !known.has(role))).toEqual([])
    expect(guarded.map(([, spec]) => spec.permission).filter((permission) => !table.has(permission))).toEqual([])
  })
})

describe('every route', () => {
  it('is open to each role exactly as the table says', async () => {
    expect(sessions.size).toBeGreaterThan(8)
    const wrong: string[] = []
    for (const [role, headers] of sessions) {
      for (const [name, spec] of guarded) {
        const answer = await ask(spec, headers)
        const isRefused = answer.statusCode === 403 && answer.json().code === 'kernel.forbidden' && !(table.get(spec.permission)?.has(role) ?? false)
        const mayAsk = table.get(spec.permission)?.has(role) ?? false
        if (answer.statusCode === 401 || (!mayAsk && !isRefused)) wrong.push(`${name} as ${role}: ${answer.statusCode}`)
        if (mayAsk && answer.statusCode === 403 && !['people.confirm_needed', 'operations.not_operator', 'kernel.forbidden'].includes(answer.json().code)) wrong.push(`${name} as ${role}: ${answer.json().code}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('cannot tell another hospital’s record from one that does not exist', async () => {
    const stranger = await signIn('admin@ayurveda.example')
    const tables = await hospital.query<{ name: string }>("select c.relname as name from pg_class c where c.relrowsecurity and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'id')")
    const known = new Set(tables.map((row) => row.name))
    const wrong: string[] = []
    let compared = 0
    for (const [name, spec] of routes.filter(([, one]) => /\{id\}/.test(one.path) && one.permission !== 'public')) {
      const own = (spec.path.split('/')[1] ?? '').replaceAll('-', '_')
      const [row] = known.has(own) ? await hospital.query<{ id: string }>(`select id from "${own}" where tenant_id = $1 limit 1`, [hospital.tenantId]) : []
      if (row === undefined) continue
      compared += 1
      const [theirs, nothing] = [await ask(spec, stranger, row.id), await ask(spec, stranger)]
      const bare = (answer: typeof theirs) => [answer.statusCode, answer.headers['etag'], answer.headers['content-type'], answer.body.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(row.id, unknown)]
      if (JSON.stringify(bare(theirs)) !== JSON.stringify(bare(nothing)) || (theirs.statusCode < 300 && theirs.body.includes(row.id))) wrong.push(`${name}: ${theirs.statusCode} and ${nothing.statusCode}`)
    }
    expect(compared).toBeGreaterThan(40)
    expect(wrong).toEqual([])
  })

  it('answers 401 without a session, with an ended one, and with one of a deactivated user', async () => {
    const ended = await signIn('auditor@general.example')
    await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-out', headers: ended, payload: {} })
    const gone = await signIn('cook@general.example').catch(() => ended)
    await hospital.query("update users set is_active = false where email = 'cook@general.example'")
    await new Promise((done) => setTimeout(done, 3100))
    const wrong: string[] = []
    for (const [name, spec] of routes.filter(([, one]) => one.permission !== 'public')) {
      for (const [who, headers] of Object.entries({ nobody: {}, ended, gone })) {
        const { statusCode } = await ask(spec, headers)
        if (statusCode !== 401) wrong.push(`${name} as ${who}: ${statusCode}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('fields that are not for the caller', () => {
  const protectedFields = { tenantId: unknown, role: 'admin', status: 'signed', price: '0.01', signedBy: unknown, createdAt: '2020-01-01T00:00:00Z', id: unknown, isAdmin: true, state: 'paid', version: 99 }
  const shapeOf = (spec: RouteSpec): ReadonlySet<string> => new Set(spec.body instanceof z.ZodObject ? Object.keys(spec.body.shape) : [])

  it('are refused by name on every write, and change nothing', async () => {
    const admin = sessions.get('admin') ?? {}
    // Every change of a row leaves an entry, by a trigger.
    const changes = async () => (await hospital.query<{ n: number }>("select count(*)::int as n from audit_entries where action like 'row.%'"))[0]?.n
    const before = await changes()
    const wrong: string[] = []
    for (const [name, spec] of routes.filter(([, one]) => one.method !== 'GET' && one.upload === undefined && one.permission !== 'public' && one.path !== '/auth/sign-out')) {
      const known = shapeOf(spec)
      for (const [field, value] of Object.entries(protectedFields)) {
        if (known.has(field)) continue
        const answer = await hospital.app.inject({ method: spec.method, url: `/api/v1${spec.path.replaceAll(/\{\w+\}/g, unknown)}`, headers: { ...admin, 'if-match': '"1"' }, payload: { [field]: value } })
        if (answer.statusCode < 400 || answer.statusCode >= 500) wrong.push(`${name} takes ${field}: ${answer.statusCode}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await changes()).toBe(before)
  })
})
