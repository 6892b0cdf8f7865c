import { beforeAll, describe, expect, it } from 'vitest'
import type { RouteSpec } from '#contract/define.ts'
import { modules } from '../modules.ts'
import { demoPassword } from '../seed/seed.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { multipart } from '../testing/multipart.ts'
import { png } from '../testing/pictures.ts'
import { sampleFor } from '../testing/sample.ts'

type Headers = Record<string, string>
let hospital: TestHospital
const unknown = '01a1fc2d-1507-7b51-846e-c138651e46ba'
const another = '01a1fc2d-1507-7b51-846e-c138651e46bb'
const routes = modules.flatMap((module) => Object.entries(module.contract).map(([name, spec]): [string, RouteSpec] => [`${module.name}.${name}`, spec])).filter(([, spec]) => spec.permission !== 'public')
let strangers: Headers[] = []
let ids: { table: string; id: string }[] = []

async function signIn(email: string): Promise<Headers> {
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email, password: demoPassword } })
  return { cookie: `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`, 'x-csrf-token': answer.json().csrfToken ?? '' }
}

/** One row of every table of the first hospital that is told apart by an id. */
async function everyRecord(): Promise<{ table: string; id: string }[]> {
  const tables = await hospital.query<{ name: string }>("select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' where c.relrowsecurity and c.relkind = 'r' and not c.relispartition and c.relnamespace = 'public'::regnamespace order by 1")
  const found: { table: string; id: string }[] = []
  for (const { name } of tables) {
    const [row] = await hospital.query<{ id: string }>(`select id from "${name}" where tenant_id = $1 limit 1`, [hospital.tenantId])
    if (row !== undefined) found.push({ table: name, id: row.id })
  }
  return found
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 6, withCare: true })
  strangers = [await signIn('admin@ayurveda.example'), await signIn('doctor@ayurveda.example')]
  ids = await everyRecord()
})

const send = (spec: RouteSpec, headers: Headers, parts: { path?: string; query?: Record<string, unknown>; body?: unknown }) => {
  const query = new URLSearchParams(Object.entries(parts.query ?? {}).map(([key, value]): [string, string] => [key, String(value)])).toString()
  const url = `/api/v1${spec.path.replaceAll(/\{role\}/g, 'admin').replaceAll(/\{\w+\}/g, parts.path ?? unknown)}${query === '' ? '' : `?${query}`}`
  return hospital.app.inject({ method: spec.method, url, headers: { ...headers, 'if-match': '"1"' }, ...(spec.method === 'GET' || spec.upload !== undefined ? {} : { payload: (parts.body ?? {}) as object }) })
}
type Answer = Awaited<ReturnType<typeof send>>
const bare = (answer: Answer, id: string): string => JSON.stringify([answer.statusCode, answer.headers['etag'], answer.headers['content-type'], answer.body.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(/"(id|at|createdAt|updatedAt)":"[^"]*"/g, '').replaceAll(id, unknown)])
const changes = async () => (await hospital.query<{ n: number }>("select count(*)::int as n from audit_entries where action like 'row.%' and tenant_id = $1", [hospital.tenantId]))[0]?.n

/** Which of the first hospital's records a name could mean: `patientId` those of patients, `ids` all. */
function meant(path: string): string[] {
  const word = /\.(\w+?)(?:Ids?)?(?:\[\])?$/.exec(path)?.[1]?.replaceAll(/([A-Z])/g, '_$1').toLowerCase() ?? ''
  const own = ids.filter(({ table }) => word !== '' && (table === `${word}s` || table.endsWith(`_${word}s`) || table === word || (/(practitioner|user|witness|prescriber|orderer|responsible)/.test(word) && table === 'users')))
  return (own.length > 0 ? own : ids.slice(0, 3)).map((one) => one.id)
}

describe('a record of another hospital', () => {
  it('is, in every path, one that does not exist', async () => {
    const wrong: string[] = []
    for (const [name, spec] of routes.filter(([, one]) => /\{\w*[iI]d\}/.test(one.path))) {
      const words = spec.path.split('/').filter((part) => !part.startsWith('{')).map((part) => part.replaceAll('-', '_'))
      const own = ids.filter(({ table }) => words.some((word) => table === word || table.endsWith(`_${word}`)))
      for (const { id } of own.length > 0 ? own : ids.slice(0, 2)) {
        for (const stranger of strangers) {
          const [theirs, nothing] = [await send(spec, stranger, { path: id }), await send(spec, stranger, {})]
          if (bare(theirs, id) !== bare(nothing, id)) wrong.push(`${name}: ${theirs.statusCode} and ${nothing.statusCode}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  // The own audit shows what the stranger has just tried, so it is told apart by that alone.
  it('finds nothing when a list is asked by it', async () => {
    const wrong: string[] = []
    let asked = 0
    for (const [name, spec] of routes.filter(([route, one]) => one.method === 'GET' && route !== 'system.listAudit')) {
      const { names } = sampleFor(spec, 'query', unknown)
      for (const path of names) {
        const key = path.slice(1)
        for (const id of meant(path)) {
          asked += 1
          const others = { ...sampleFor(spec, 'query', unknown).value }
          for (const other of names) delete others[other.slice(1)]
          const [theirs, nothing] = [await send(spec, strangers[0] ?? {}, { query: { ...others, [key]: id } }), await send(spec, strangers[0] ?? {}, { query: { ...others, [key]: unknown } })]
          if (bare(theirs, id) !== bare(nothing, id)) wrong.push(`${name}?${key}: ${theirs.statusCode} and ${nothing.statusCode}`)
        }
      }
    }
    expect(asked).toBeGreaterThan(60)
    expect(wrong).toEqual([])
  })

  it('is refused in every body, alone or among many, as one that does not exist, and nothing of it changes', async () => {
    const wrong: string[] = []
    const before = await changes()
    let asked = 0
    for (const [name, spec] of routes.filter(([, one]) => one.method !== 'GET' && one.upload === undefined && one.path !== '/auth/sign-out')) {
      for (const path of new Set(sampleFor(spec, 'body', unknown).names)) {
        for (const id of meant(path)) {
          asked += 1
          const [theirs, nothing] = [await send(spec, strangers[0] ?? {}, { path: another, body: sampleFor(spec, 'body', id).value }), await send(spec, strangers[0] ?? {}, { path: another, body: sampleFor(spec, 'body', unknown).value })]
          if (theirs.statusCode !== nothing.statusCode) wrong.push(`${name} ${path}: ${theirs.statusCode} and ${nothing.statusCode}`)
          if (theirs.body.includes(id) && theirs.statusCode < 300) wrong.push(`${name} ${path}: took it`)
        }
      }
    }
    expect(asked).toBeGreaterThan(60)
    expect(wrong).toEqual([])
    expect(await changes()).toBe(before)
  })

  it('is not reached by a file that is sent up, neither by its path nor by a field beside it', async () => {
    const wrong: string[] = []
    const before = await changes()
    let [asked, lines] = [0, 1000]
    // A line that is known already is answered otherwise: each comes with one of its own.
    const files = [() => ({ name: 'table.csv', bytes: Buffer.from(`sku,name,price,batch,quantity\nX${(lines += 1)},Thing,1,B1,5\n`) }), () => ({ name: 'picture.png', bytes: png(4, 4, () => [1, 2, 3, 255]) })]
    for (const [name, spec] of routes.filter(([, one]) => one.upload !== undefined)) {
      for (const field of [...(spec.path.includes('{') ? ['path'] : []), 'facilityId', 'storeId', 'vendorId', 'patientId']) {
        for (const id of field === 'path' ? ids.filter(({ table }) => table === 'patients').map((one) => one.id) : meant(`.${field}`)) {
          for (const file of files) {
            asked += 1
            const up = async (given: string) => {
              const { body, headers } = multipart(field === 'path' ? {} : { [field]: given, kind: 'patients-csv', name: 'list', listVersion: '1', source: 'x' }, [file()])
              return hospital.app.inject({ method: 'POST', url: `/api/v1${spec.path.replaceAll(/\{\w+\}/g, field === 'path' ? given : unknown)}`, headers: { ...strangers[0], ...headers }, payload: body })
            }
            const [theirs, nothing] = [await up(id), await up(unknown)]
            if (bare(theirs, id) !== bare(nothing, id)) wrong.push(`${name} ${field}: ${theirs.statusCode} and ${nothing.statusCode}`)
          }
        }
      }
    }
    expect(asked).toBeGreaterThan(30)
    expect(wrong).toEqual([])
    expect(await changes()).toBe(before)
  })

  it('is not reached by a header: not by a tenant, a key that was used, or half of another session', async () => {
    const own = await signIn('receptionist@general.example')
    const body = { givenName: 'Keyed', sex: 'female', ageYears: 30 }
    const key = { 'idempotency-key': 'the-same-key' }
    const first = await hospital.app.inject({ method: 'POST', url: '/api/v1/patients', headers: { ...own, ...key }, payload: body })
    const second = await hospital.app.inject({ method: 'POST', url: '/api/v1/patients', headers: { ...(await signIn('receptionist@ayurveda.example')), ...key }, payload: body })
    expect([first.statusCode, second.statusCode, second.headers['idempotency-replayed'], first.json().id === second.json().id]).toEqual([201, 201, undefined, false])
    for (const name of ['x-tenant-id', 'x-tenant', 'x-facility-id', 'x-user-id', 'x-original-url', 'x-rewrite-url', 'x-http-method-override']) {
      const answer = await hospital.app.inject({ method: 'GET', url: `/api/v1/patients/${first.json().id}`, headers: { ...strangers[0], [name]: name.includes('url') ? '/api/v1/me' : hospital.tenantId } })
      expect([name, answer.statusCode]).toEqual([name, 404])
    }
  })
})

describe('a record of another facility', () => {
  // A patient belongs to the hospital and not to a facility: whoever may write there may write about all of its patients.
  it('is not changed by somebody who works elsewhere in the hospital, whatever the role there', async () => {
    const elsewhere = hospital.otherFacilityId
    const userId = hospital.userId('housekeeping')
    await hospital.query('delete from memberships where user_id = $1', [userId])
    for (const role of ['admin', 'doctor', 'nurse', 'lab-technician', 'pharmacist', 'receptionist', 'cashier']) await hospital.query('insert into memberships (tenant_id, id, user_id, facility_id, role, created_at) values ($1, gen_random_uuid(), $2, $3, $4, now())', [hospital.tenantId, userId, elsewhere, role])
    const headers = await signIn('housekeeping@general.example')
    const wrong: string[] = []
    let asked = 0
    for (const [name, spec] of routes.filter(([, one]) => one.method !== 'GET' && one.path.includes('{id}') && !one.path.startsWith('/patients/') && one.upload === undefined)) {
      const [word = ''] = spec.path.split('/').slice(1)
      const table = word.replaceAll('-', '_')
      const columns = await hospital.query<{ n: number }>("select 1 from information_schema.columns where table_name = $1 and column_name = 'facility_id' and table_schema = 'public'", [table])
      if (columns.length === 0) continue
      for (const { id } of await hospital.query<{ id: string }>(`select id from "${table}" where tenant_id = $1 and facility_id = $2 order by id limit 2`, [hospital.tenantId, hospital.facilityId])) {
        asked += 1
        const answer = await send(spec, headers, { path: id, body: sampleFor(spec, 'body', elsewhere).value })
        if (answer.statusCode < 300) wrong.push(`${name}: ${answer.statusCode} ${answer.body.slice(0, 100)}`)
      }
    }
    expect(asked).toBeGreaterThan(20)
    expect(wrong).toEqual([])
  })
})
