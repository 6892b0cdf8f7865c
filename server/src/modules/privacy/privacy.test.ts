import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { privacy } from '#contract/privacy.ts'
import { verifyAudit } from '#kernel/audit-verify.ts'
import { makeContext } from '#kernel/context.ts'
import { pools } from '#kernel/db.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { sealEverything } from '../../testing/sealing.ts'
import { makeExport } from './exports.ts'

let hospital: TestHospital
let admin: TestClient<typeof privacy>
let desk: TestClient<typeof privacy>
const folder = mkdtempSync(join(tmpdir(), 'triveni-privacy-'))
beforeAll(async () => {
  hospital = await testHospital({ patients: 5, withCare: true })
  admin = await hospital.as(privacy, 'admin')
  desk = await hospital.as(privacy, 'receptionist')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const register = async (givenName: string, more: object = {}) => (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName, familyName: 'Private', sex: 'female', ageYears: 40, facilityId: hospital.facilityId, ...more } as never })).body
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
const open = async (more: object = {}) => (await admin.openBreach({ body: { title: 'Lost laptop', description: 'A laptop was left in a bus.', regimes: ['dpdp'], dataKinds: ['clinical'], discoveredAt: hoursAgo(1), ...more } as never })).body

describe('a breach', () => {
  it('is for those whose business it is, and stays in its hospital', async () => {
    const { id } = await open()
    expect((await hospital.anonymous(privacy).listBreaches({})).status).toBe(401)
    expect((await desk.listBreaches({})).status).toBe(403)
    expect((await (await hospital.as(privacy, 'auditor')).assessBreach({ params: { id }, body: { risk: 'low', consequences: 'x', measures: 'x' } })).status).toBe(403)
    expect((await (await hospital.as(privacy, 'admin', 'ayurveda')).readBreach({ params: { id } })).status).toBe(404)
    expect((await (await hospital.as(privacy, 'admin', 'ayurveda')).listBreaches({})).body.items.map((item) => item.id)).not.toContain(id)
  })

  it('is refused with a discovery to come or a period turned round, by field', async () => {
    const wrong = await admin.openBreach({ body: { title: 'x', description: 'x', regimes: ['dpdp'], discoveredAt: hoursAgo(-1) } })
    expect([wrong.status, wrong.problem.errors?.[0]?.path]).toEqual([422, 'discoveredAt'])
    const turned = await admin.openBreach({ body: { title: 'x', description: 'x', regimes: ['dpdp'], discoveredAt: hoursAgo(1), occurredFrom: hoursAgo(2), occurredTo: hoursAgo(3) } })
    expect([turned.status, turned.problem.errors?.[0]?.path]).toEqual([422, 'occurredTo'])
  })

  it('runs its clocks from the discovery, and closes when everybody was told', async () => {
    const breach = await open({ discoveredAt: hoursAgo(80), regimes: ['dpdp', 'hipaa'] })
    expect(breach.duties.map((duty) => [duty.key, duty.state])).toEqual(expect.arrayContaining([['dpdp-board', 'overdue'], ['dpdp-individuals', 'overdue'], ['hipaa-individuals', 'running']]))
    expect(breach.nextDueAt).toBe(breach.duties[0]?.dueAt)
    const params = { id: breach.id }
    expect((await admin.closeBreach({ params, body: {} })).problem).toMatchObject({ status: 409, allowed: ['assess', 'dismiss'] })
    expect((await admin.assessBreach({ params, body: { risk: 'high', consequences: 'Fraud', measures: 'Locked' } })).body.state).toBe('assessed')
    const early = await admin.closeBreach({ params, body: {} })
    expect([early.status, early.problem.code, early.problem.missing]).toEqual([409, 'privacy.notices_open', breach.duties.map((duty) => duty.key)])
    expect((await admin.recordNotice({ params, body: { duty: 'cert-in', sentAt: hoursAgo(1) } })).problem.code).toBe('privacy.duty_unknown')
    expect((await admin.recordNotice({ params, body: { duty: 'dpdp-board' } })).problem.code).toBe('privacy.notice_incomplete')
    expect((await admin.recordNotice({ params, body: { duty: 'dpdp-board', sentAt: hoursAgo(90) } })).problem.errors?.[0]?.path).toBe('sentAt')
    for (const duty of breach.duties) expect((await admin.recordNotice({ params, body: duty.key === 'dpdp-board' ? { duty: duty.key, sentAt: hoursAgo(1), reference: 'DPB/1' } : { duty: duty.key, waivedReason: 'The disk was encrypted' } })).status).toBe(200)
    const closed = (await admin.closeBreach({ params, body: {} })).body
    expect([closed.state, closed.nextDueAt, new Set(closed.duties.map((duty) => duty.state))]).toEqual(['closed', null, new Set(['late', 'waived'])])
    expect((await admin.assessBreach({ params, body: { risk: 'low', consequences: 'x', measures: 'x' } })).status).toBe(409)
    expect((await admin.reopenBreach({ params, body: { reason: 'A second laptop' } })).body.state).toBe('open')
  })

  it('takes a notice once, however many send it at once', async () => {
    const { id } = await open()
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.recordNotice({ params: { id }, body: { duty: 'dpdp-board', sentAt: hoursAgo(0.5) } })))
    expect([answers.filter((answer) => answer.status === 200).length, answers.filter((answer) => answer.status === 409).length]).toEqual([1, 9])
    await hospital.query('alter table breach_notices drop constraint breach_notices_once')
    const again = await Promise.all(Array.from({ length: 3 }, () => admin.recordNotice({ params: { id }, body: { duty: 'dpdp-board', sentAt: hoursAgo(0.5) } })))
    await hospital.query("delete from breach_notices where breach_id = $1", [id])
    await hospital.query('alter table breach_notices add constraint breach_notices_once unique (tenant_id, breach_id, duty)')
    expect(again.filter((answer) => answer.status === 200).length).toBe(3)
  })

  it('finds who is affected in the audit: what a user opened or found, and nobody else', async () => {
    const [seen, found, other] = [await register('Seen'), await register('Foundling'), await register('Other')]
    const from = new Date().toISOString()
    const nurse = await hospital.as(patients, 'nurse')
    await nurse.read({ params: { id: seen.id } })
    await nurse.search({ body: { text: 'Foundling Private' } })
    const { id } = await open()
    const to = new Date(Date.now() + 1000).toISOString()
    expect((await admin.findAffected({ params: { id }, body: { from, to } })).problem.errors?.[0]?.path).toBe('userId')
    expect((await admin.findAffected({ params: { id }, body: { userId: hospital.userId('nurse'), from, to } })).body).toEqual({ added: 2, affected: 2 })
    expect((await admin.findAffected({ params: { id }, body: { userId: hospital.userId('nurse'), from, to } })).body).toEqual({ added: 0, affected: 2 })
    expect((await admin.addAffected({ params: { id }, body: { patientIds: [other.id, seen.id] } })).body).toEqual({ added: 1, affected: 3 })
    expect((await admin.addAffected({ params: { id }, body: { patientIds: [hospital.tenantId] } })).problem.errors?.[0]?.path).toBe('patientIds.0')
    const list = (await admin.listAffected({ params: { id }, query: { limit: 2 } })).body
    const rest = (await admin.listAffected({ params: { id }, query: { limit: 2, cursor: list.nextCursor ?? '' } })).body
    expect([...list.items, ...rest.items].map((item) => item.patientId).toSorted()).toEqual([seen.id, found.id, other.id].toSorted())
    const letter = await admin.printLetter({ params: { id: list.items[0]?.id ?? '' } })
    expect([letter.status, Buffer.from(letter.body as never).subarray(0, 5).toString()]).toEqual([200, '%PDF-'])
    expect((await admin.markNotified({ params: { id }, body: { channel: 'post' } })).body).toMatchObject({ affected: 3, notified: 3 })
  })
})

describe('an export of a record', () => {
  const make = async (format: 'json' | 'fhir' | 'pdf', id: string) => {
    const asked = await admin.createExport({ params: { id }, body: { format } })
    expect(asked.status).toBe(202)
    expect((await admin.readExport({ params: { id: asked.body.id } })).status).toBe(409)
    await makeExport(makeContext({ tenantId: hospital.tenantId }), { exportId: asked.body.id })
    const content: unknown = (await admin.readExport({ params: { id: asked.body.id } })).body
    return Buffer.isBuffer(content) ? content.toString('utf8') : JSON.stringify(content)
  }

  it('holds all that is stored: merged records, sealed numbers, lines of bills, and nobody else', async () => {
    const [old, kept, other] = [await register('Twin'), await register('Whole', { identifiers: [{ type: 'national-id', value: '7777-8888-9999' }], email: 'whole@x.example' }), await register('Somebody')]
    await (await hospital.as(patients, 'receptionist')).merge({ params: { id: old.id }, body: { intoPatientId: kept.id } })
    const visit = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: kept.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body
    await (await hospital.as(encounters, 'doctor')).startConsult({ params: { id: visit.id }, body: {} })
    const notes = await hospital.as(clinical, 'doctor')
    await notes.recordVitals({ params: { id: visit.id }, body: { pulsePerMinute: 71 } })
    await notes.addDiagnosis({ params: { id: visit.id }, body: { text: 'Migraine', kind: 'confirmed' } })
    const text = await make('json', kept.id)
    const { records } = JSON.parse(text) as { records: Record<string, { id: string }[]> }
    expect(Object.keys(records)).toEqual(expect.arrayContaining(['charges', 'diagnoses', 'encounters', 'observations', 'patient_identifiers', 'patients', 'patient_merges', 'patient_exports']))
    expect(records['patients']?.map((row) => row.id).toSorted()).toEqual([old.id, kept.id].toSorted())
    expect([text.includes('7777-8888-9999'), text.includes('value_sealed'), text.includes(other.id), text.includes('whole@x.example')]).toEqual([true, false, false, true])
    const bundle = JSON.parse(await make('fhir', kept.id)) as { resourceType: string; entry: { resource: { resourceType: string } }[] }
    expect(new Set(bundle.entry.map((entry) => entry.resource.resourceType))).toEqual(new Set(['Patient', 'Encounter', 'Observation', 'Condition']))
    expect((await make('pdf', kept.id)).startsWith('%PDF-')).toBe(true)
    expect((await (await hospital.as(privacy, 'auditor')).createExport({ params: { id: kept.id }, body: { format: 'json' } })).status).toBe(403)
    expect((await (await hospital.as(privacy, 'admin', 'ayurveda')).createExport({ params: { id: kept.id }, body: { format: 'json' } })).status).toBe(404)
  })
})

describe('a request', () => {
  it('is taken by one and granted by another, and refused with a reason', async () => {
    const { id } = await register('Asker')
    const own = (await admin.receiveRequest({ body: { patientId: id, kind: 'correction', details: 'The street is wrong' } })).body
    expect([own.actions.includes('approve'), (await admin.approveRequest({ params: { id: own.id }, body: {} })).problem.code]).toEqual([false, 'privacy.same_person'])
    const asked = await desk.receiveRequest({ body: { patientId: id, kind: 'correction', details: 'The street is wrong' } })
    expect([asked.status, asked.body.state, (await desk.approveRequest({ params: { id: asked.body.id }, body: {} })).status]).toEqual([201, 'received', 403])
    expect((await admin.completeRequest({ params: { id: asked.body.id }, body: {} })).status).toBe(409)
    expect((await admin.approveRequest({ params: { id: asked.body.id }, body: {} })).body.state).toBe('approved')
    expect((await admin.completeRequest({ params: { id: asked.body.id }, body: {} })).body.state).toBe('done')
    expect((await admin.refuseRequest({ params: { id: own.id }, body: { reason: 'It is right as it stands' } })).body).toMatchObject({ state: 'refused', reason: 'It is right as it stands' })
    expect((await admin.listRequests({ query: { patientId: id, state: 'done' } })).body.items.map((item) => item.id)).toEqual([asked.body.id])
  })
})

describe('an erasure', () => {
  const asked = async (patientId: string) => {
    const { id } = (await desk.receiveRequest({ body: { patientId, kind: 'erasure', details: 'I left the country' } })).body
    await admin.approveRequest({ params: { id }, body: {} })
    return id
  }
  const rowOf = async (id: string) => (await hospital.query<Record<string, unknown>>('select * from patients where id = $1', [id]))[0]

  it('takes what no law keeps, and says what stays until when and why', async () => {
    const patient = await register('Recent', { email: 'r@x.example', occupation: 'Sailor' })
    const preview = (await admin.previewErasure({ params: { id: patient.id } })).body
    expect(preview.parts.map((part) => [part.what, part.isErasable])).toEqual([['contact', true], ['clinical', false], ['billing', false], ['identity', false]])
    const done = (await admin.completeRequest({ params: { id: await asked(patient.id) }, body: {} })).body
    expect([done.state, done.erased, done.kept.map((part) => part.what)]).toEqual(['done', ['contact'], ['clinical', 'billing', 'identity']])
    expect(done.kept.every((part) => part.until !== null && part.source !== '')).toBe(true)
    expect(await rowOf(patient.id)).toMatchObject({ given_name: 'Recent', email: '', occupation: '' })
  })

  it('is forbidden by a hold until it is released, and the two never cross', async () => {
    const patient = await register('Held', { occupation: 'Judge' })
    const hold = (await admin.placeHold({ params: { id: patient.id }, body: { reason: 'A claim is in court', reference: 'OS 12/2026' } })).body
    const request = await asked(patient.id)
    expect((await admin.completeRequest({ params: { id: request }, body: {} })).problem.code).toBe('privacy.held')
    expect(await rowOf(patient.id)).toMatchObject({ occupation: 'Judge' })
    await admin.releaseHold({ params: { id: hold.id }, body: { reason: 'The claim is settled' } })
    expect((await admin.releaseHold({ params: { id: hold.id }, body: { reason: 'again' } })).status).toBe(409)
    const [erased, held] = await Promise.all([admin.completeRequest({ params: { id: request }, body: {} }), admin.placeHold({ params: { id: patient.id }, body: { reason: 'Another' } })])
    expect(held.status).toBe(201)
    expect([200, 409]).toContain(erased.status)
    expect((await rowOf(patient.id))?.['occupation']).toBe(erased.status === 200 ? '' : 'Judge')
  })

  it('of a record past its time takes who it was everywhere, and of the audit all but who and when', async () => {
    const patient = await register('Forgettable', { birthDate: '1950-02-03', identifiers: [{ type: 'national-id', value: '1212-3434' }], phones: ['+919812345678'] })
    const visit = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body
    const doctor = await hospital.as(clinical, 'doctor')
    await (await hospital.as(encounters, 'doctor')).startConsult({ params: { id: visit.id }, body: {} })
    const note = (await doctor.writeNote({ params: { id: visit.id }, body: { text: 'Forgettable came with fever' } })).body
    await doctor.signNote({ params: { id: note.id }, body: {} })
    expect((await doctor.addAddendum({ params: { id: note.id }, body: { text: 'Forgettable is better' } })).status).toBe(201)
    expect((await doctor.addDiagnosis({ params: { id: visit.id }, body: { text: 'Forgettable fever', kind: 'confirmed' } })).status).toBe(201)
    const exported = (await admin.createExport({ params: { id: patient.id }, body: { format: 'json' } })).body
    await makeExport(makeContext({ tenantId: hospital.tenantId }), { exportId: exported.id })
    await hospital.query("update patients set registered_at = registered_at - interval '9 years' where id = $1", [patient.id])
    await hospital.query("update encounters set opened_at = opened_at - interval '9 years', closed_at = null where id = $1", [visit.id])
    const done = (await admin.completeRequest({ params: { id: await asked(patient.id) }, body: {} })).body
    expect([done.erased, done.kept]).toEqual([['contact', 'clinical', 'billing', 'identity'], []])
    expect(await rowOf(patient.id)).toMatchObject({ given_name: 'Erased', family_name: '', phones: [], birth_date: '1950-01-01', birth_precision: 'year' })
    const finder = await hospital.as(patients, 'receptionist')
    for (const text of ['Forgettable Private', '9812345678', '1212-3434']) expect((await finder.search({ body: { text } })).body.items.filter((item) => item.id === patient.id)).toEqual([])
    const sealer = { pool: pools().auditor, headsDir: join(folder, 'heads') }
    await sealEverything(sealer, (text) => hospital.query<{ n: number }>(text))
    await pools().auditor.query('select kernel.redact_audit()')
    const left = await hospital.query<{ table: string }>(`select c.relname as table from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname !~ '^(search_|idempotency)'`)
    const holding: string[] = []
    for (const { table } of left) if ((await hospital.query(`select 1 from "${table}" t where t::text ~ 'Forgettable' limit 1`)).length > 0) holding.push(table)
    expect(holding).toEqual([])
    const [entry] = await hospital.query<{ n: number; held: number }>("select count(*)::int as n, count(coalesce(before, after))::int as held from audit_entries where patient_id = $1 and actor_id is not null and action ~ '^row' and at < now() - interval '0 seconds'", [patient.id])
    expect([(entry?.n ?? 0) > 5, entry?.held]).toEqual([true, 0])
    const owner = new pg.Client({ connectionString: hospital.ownerUrl })
    await owner.connect()
    const judge = () => verifyAudit({ client: owner, headsDir: sealer.headsDir, archiveDir: join(folder, 'archive') })
    expect((await judge()).tenants.filter((one) => one.finding !== null)).toEqual([])
    await owner.query('begin')
    await owner.query("update audit_entries set before = null, after = null, details = null where id = (select id from audit_entries where tenant_id = $1 and patient_id is not null and patient_id <> $2 and after is not null limit 1)", [hospital.tenantId, patient.id])
    expect((await judge()).tenants.find((one) => one.tenantId === hospital.tenantId)?.finding).toMatchObject({ kind: 'changed' })
    await owner.query('rollback')
    await owner.end()
  })
})
