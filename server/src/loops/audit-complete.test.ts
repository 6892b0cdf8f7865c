import { beforeAll, describe, expect, it } from 'vitest'
import type { RouteSpec } from '#contract/define.ts'
import { billing } from '#contract/billing.ts'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { modules } from '../modules.ts'
import { demoPassword } from '../seed/seed.ts'
import { type Answer, type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
let headers: Record<string, string> = {}
beforeAll(async () => {
  hospital = await testHospital({ patients: 5, withCare: true })
  headers = await signIn('admin@general.example')
})

async function signIn(email: string): Promise<Record<string, string>> {
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email, password: demoPassword } })
  const [cookie] = answer.cookies
  return { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken ?? '' }
}

interface Entry {
  action: string
  outcome: string
  actor_id: string | null
  address: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}
const entriesOf = (requestId: unknown) => hospital.query<Entry>('select action, outcome, actor_id, address, before, after from audit_entries where request_id = $1 order by written_xid', [requestId])
const isRow = (entry: Entry): boolean => entry.action.startsWith('row.')
const outcomeOf = (status: number): string => (status < 400 ? 'success' : status === 403 || status === 404 ? 'denied' : 'failure')

const routes = modules.flatMap((module) => Object.entries(module.contract).map(([name, spec]): [string, RouteSpec] => [`${module.name}.${name}`, spec]))
const asked = routes.filter(([, spec]) => spec.permission !== 'public' && spec.path !== '/auth/sign-out')

/** Ids of records that are there, by the table their path names. */
async function idFor(spec: RouteSpec): Promise<string> {
  // Who asks must be able to go on asking.
  if (spec.path.startsWith('/users/')) return hospital.userId('cashier')
  const table = (spec.path.split('/')[1] ?? '').replaceAll('-', '_')
  const isTable = (await hospital.query<{ there: boolean }>("select exists (select 1 from pg_attribute where attrelid = to_regclass('public.' || quote_ident($1)) and attname = 'id') and exists (select 1 from pg_attribute where attrelid = to_regclass('public.' || quote_ident($1)) and attname = 'tenant_id') as there", [table]))[0]?.there
  const [row] = isTable === true ? await hospital.query<{ id: string }>(`select id from "${table}" where tenant_id = $1 limit 1`, [hospital.tenantId]) : []
  return row?.id ?? hospital.userId('doctor')
}

async function ask(spec: RouteSpec, id: string, session: Record<string, string>) {
  const url = `/api/v1${spec.path.replaceAll(/\{role\}/g, 'admin').replaceAll(/\{\w+\}/g, id)}`
  return hospital.app.inject({ method: spec.method, url, headers: { ...session, 'if-match': '"1"' }, ...(spec.method === 'GET' || spec.upload !== undefined ? {} : { payload: {} }) })
}

describe('every operation', () => {
  it.each(asked)('%s leaves one entry with its outcome', async (name, spec) => {
    const answer = await ask(spec, await idFor(spec), headers)
    const entries = (await entriesOf(answer.headers['x-request-id'])).filter((entry) => !isRow(entry))
    const isQuiet = spec.audit === 'none' && answer.statusCode < 400
    expect([answer.statusCode, entries.map((entry) => [entry.action, entry.outcome, entry.address])]).toEqual([answer.statusCode, isQuiet ? [] : [[`${name}:${spec.audit}`, outcomeOf(answer.statusCode), '127.0.0.1']]])
  })

  it('that is refused to somebody leaves one entry that says so, and changes nothing', async () => {
    const guest = await signIn('guest@general.example')
    const open = new Set(modules.flatMap((module) => Object.entries(module.permissions).flatMap(([permission, roles]) => (roles.includes('guest') ? [permission] : []))))
    const closed = asked.filter(([, spec]) => spec.permission !== 'signed-in' && !open.has(spec.permission) && spec.audit !== 'none')
    expect(closed.length).toBeGreaterThan(100)
    for (const [name, spec] of closed) {
      const answer = await ask(spec, await idFor(spec), guest)
      const entries = await entriesOf(answer.headers['x-request-id'])
      expect([name, answer.statusCode, entries.map((entry) => [entry.action, entry.outcome])]).toEqual([name, 403, [[`${name}:${spec.audit}`, 'denied']]])
    }
  })
})

/** Records that are about nobody, about many, or found by another name than their path. */
const ofNobody = new Set(['breaches', 'ward-documents', 'drafts', 'audit', 'lots', 'stores', 'instruments', 'instrument-messages', 'instrument-bin', 'waitlist', 'patients', 'group-sessions'])

describe('a record that is opened', () => {
  it('tells whose it is, by the table its path names', async () => {
    const rows = await hospital.query<{ name: string }>("select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'patient_id'")
    const named = new Set(rows.map((row) => row.name))
    const lost = routes.filter(([, spec]) => spec.phi && spec.path.includes('{')).filter(([, spec]) => {
      const part = spec.path.split('/')[1] ?? ''
      return !ofNobody.has(part) && !named.has(part.replaceAll('-', '_'))
    })
    expect(lost.map(([name, spec]) => `${name} ${spec.path}`)).toEqual([])
    const [waits] = await hospital.query<{ patient_id: string }>("select s.patient_id from waiting_list w, kernel.audit_subject(w.tenant_id, 'waitlist', w.id) s limit 1")
    expect(waits === undefined || waits.patient_id !== null).toBe(true)
  })
})

describe('a write', () => {
  const check = async (answer: Answer<unknown>, action: string, changed: readonly string[]) => {
    const entries = await entriesOf(answer.headers['x-request-id'])
    expect([action, answer.status < 300]).toEqual([action, true])
    expect(entries.filter((entry) => !isRow(entry)).map((entry) => [entry.action, entry.outcome])).toEqual([[action, 'success']])
    const kinds = new Set(entries.filter(isRow).map((entry) => entry.action))
    expect([action, changed.filter((kind) => !kinds.has(kind))]).toEqual([action, []])
    for (const entry of entries.filter(isRow)) expect([entry.action, entry.before !== null, entry.after !== null]).toEqual([entry.action, entry.action !== 'row.insert', entry.action !== 'row.delete'])
  }

  it('leaves one entry of the request, and before and after of each row, through a whole visit', async () => {
    const [desk, doctor, visits, notes, cashier] = [await hospital.as(patients, 'receptionist'), await hospital.as(patients, 'doctor'), await hospital.as(encounters, 'doctor'), await hospital.as(clinical, 'doctor'), await hospital.as(billing, 'cashier')]
    const made = await desk.register({ body: { givenName: 'Complete', sex: 'male', ageYears: 50, facilityId: hospital.facilityId } })
    await check(made, 'patients.register:create', ['row.insert'])
    await check(await desk.update({ params: { id: made.body.id }, body: { occupation: 'Potter' }, ifMatch: 1 }), 'patients.update:update', ['row.update'])
    await check(await doctor.addEntry({ params: { id: made.body.id }, body: { kind: 'allergy', text: 'Dust' } }), 'patients.addEntry:create', ['row.insert'])
    const visit = await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: made.body.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
    await check(visit, 'encounters.open:create', ['row.insert'])
    await check(await visits.startConsult({ params: { id: visit.body.id }, body: {} }), 'encounters.startConsult:step', ['row.update'])
    await check(await notes.recordVitals({ params: { id: visit.body.id }, body: { pulsePerMinute: 70 } }), 'clinical.recordVitals:create', ['row.insert'])
    const bill = await cashier.draftInvoice({ body: { encounterId: visit.body.id } })
    await check(bill, 'billing.draftInvoice:create', ['row.insert'])
    await check(await cashier.issueInvoice({ params: { id: bill.body.id }, body: {} }), 'billing.issueInvoice:step', ['row.update'])
    await check(await cashier.pay({ params: { id: bill.body.id }, body: { method: 'cash', amount: { amount: '1.00', currency: 'INR' } } }), 'billing.pay:step', ['row.insert', 'row.update'])
    expect((await entriesOf(visit.headers['x-request-id'])).length).toBeGreaterThan(1)
  })

  it('that fails leaves nothing but the entry that it failed', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const made = (await desk.register({ body: { givenName: 'Kept', sex: 'male', ageYears: 50 } })).body
    const stale = await desk.update({ params: { id: made.id }, body: { occupation: 'Nobody' }, ifMatch: 7 })
    expect([stale.status, (await entriesOf(stale.headers['x-request-id'])).map((entry) => [entry.action, entry.outcome])]).toEqual([412, [['patients.update:update', 'failure']]])
  })

  it('that is rolled back leaves nothing at all', async () => {
    const requestId = 'rolled-back-1'
    const ctx = makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('admin'), requestId })
    const gone = withContext(ctx, async (tx) => {
      await tx.db.updateTable('patients').set({ occupation: 'Ghost' }).execute()
      throw new Error('no')
    })
    await expect(gone).rejects.toThrow('no')
    expect(await entriesOf(requestId)).toEqual([])
  })

  it('and its entry stand or fall together', async () => {
    await hospital.query("alter table audit_entries add constraint audit_entries_planted check (action <> 'patients.register:create') not valid")
    const desk = await hospital.as(patients, 'receptionist')
    const answer = await desk.register({ body: { givenName: 'Unaudited', sex: 'male', ageYears: 50 } })
    await hospital.query('alter table audit_entries drop constraint audit_entries_planted')
    expect([answer.status >= 400, await hospital.query("select 1 from patients where given_name = 'Unaudited'")]).toEqual([true, []])
  })

  it('a read whose entry cannot be written is not answered', async () => {
    await hospital.query("alter table audit_entries add constraint audit_entries_planted check (action <> 'patients.read:read') not valid")
    const desk = await hospital.as(patients, 'receptionist')
    const [row] = await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 limit 1', [hospital.tenantId])
    const answer = await desk.read({ params: { id: row?.id ?? '' } })
    await hospital.query('alter table audit_entries drop constraint audit_entries_planted')
    expect(answer.status).toBe(503)
  })
})

describe('signing in', () => {
  it('leaves an entry, right or wrong, and so does signing out', async () => {
    for (const [password, outcome] of [[demoPassword, 'success'], ['not the password', 'denied']] as const) {
      const answer = await hospital.anonymous(people).signIn({ body: { email: 'cook@general.example', password } })
      expect((await entriesOf(answer.headers['x-request-id'])).filter((entry) => !isRow(entry)).map((entry) => [entry.action, entry.outcome, entry.actor_id])).toEqual([['people.signIn:sign-in', outcome, hospital.userId('cook')]])
    }
    const session = await signIn('housekeeping@general.example')
    const out = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-out', headers: session, payload: {} })
    expect((await entriesOf(out.headers['x-request-id'])).filter((entry) => !isRow(entry)).map((entry) => [entry.action, entry.outcome])).toEqual([['people.signOut:sign-out', 'success']])
  })
})
