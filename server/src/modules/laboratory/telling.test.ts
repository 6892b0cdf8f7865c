import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { laboratory } from '#contract/laboratory.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { sendQueued } from '#kernel/mail.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Mailbox, openMailbox } from '../../testing/mailbox.ts'
import { mailPatient } from './telling.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let mailbox: Mailbox
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  mailbox = await openMailbox()
})
afterAll(() => mailbox.close())

const registered = async (body: { language?: 'ar' | 'hi'; email?: string }) => (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Salma', familyName: 'Haddad', sex: 'female', ageYears: 40, ...body } })).body.id
const reportOf = async (orderId: string) => (await bench.lab.listReports({ query: { orderId } })).body.items[0]
async function paper(id: string, query: string): Promise<string> {
  const answer = await (await hospital.session('lab-technician')).get(`/api/v1/lab-reports/${id}/pdf${query}`)
  expect(answer.statusCode).toBe(200)
  return (await extractText(await getDocumentProxy(new Uint8Array(answer.rawPayload)), { mergePages: true })).text.normalize('NFKC')
}

describe('a report', () => {
  it('speaks the patient’s language, whoever prints it, or the one asked for; a reprint says so', async () => {
    const { order } = await bench.released('NA', '140', { patientId: await registered({ language: 'ar' }) })
    const report = await reportOf(order.id)
    const own = await paper(report?.id ?? '', '')
    expect(own).toMatch(/[\u0600-\u06ff]{3}/)
    expect(own).not.toContain('Laboratory report')
    expect(await paper(report?.id ?? '', '?language=en')).toContain('Laboratory report')
    expect(await paper(report?.id ?? '', '?language=en&copy=duplicate')).toContain('DUPLICATE')
  })

  it('is told by mail in the patient’s language: that it is ready, and nothing of what it says', async () => {
    const patientId = await registered({ language: 'hi', email: 'salma@mail.example' })
    const { order } = await bench.released('NA', '151', { patientId })
    const report = await reportOf(order.id)
    const ctx = makeContext({ tenantId: hospital.tenantId })
    await withContext(ctx, (tx) => mailPatient(tx, { reportId: report?.id ?? '', patientId, facilityId: hospital.facilityId }))
    const [queued] = await hospital.query<{ id: string }>("select id from outgoing_mails where tenant_id = $1 and state = 'queued' order by created_at desc limit 1", [hospital.tenantId])
    await sendQueued(makeContext({ tenantId: hospital.tenantId }), { mailId: queued?.id ?? '' })
    const letter = mailbox.letters.at(-1)
    expect(letter?.to).toContain('salma@mail.example')
    expect(letter?.text).toContain(report?.number ?? '')
    expect(letter?.text).toContain('रिपोर्ट')
    expect(letter?.text).not.toMatch(/151|Sodium|Haddad/)
  })

  it('says which specimen, when it was received, who verified it, and who measured it where that was another laboratory', async () => {
    const { order, tubes, results } = await bench.received(['VITD'])
    await bench.lab.send({ params: { id: tubes[0]?.id ?? '' }, body: { sentTo: 'Reference Laboratory East' } })
    const [row] = results
    await bench.lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value: '30' } })
    await bench.lab.verify({ params: { id: row?.id ?? '' }, body: { isHoldAccepted: true } })
    await bench.lab.release({ params: { id: row?.id ?? '' }, body: {} })
    const text = (await paper((await reportOf(order.id))?.id ?? '', '?language=en')).replaceAll(/\s+/g, ' ')
    for (const said of ['Specimen serum', 'Received 20', 'Verified by', 'Measured by another laboratory', `Reference Laboratory East: ${row?.name}`]) expect(text).toContain(said)
    const [lab] = await hospital.query<{ name: string }>('select display_name as name from users where id = $1', [hospital.userId('lab-technician')])
    expect(text).toContain(`Verified by ${lab?.name}`)
  })

  it('is told again when it is corrected, as its own rule says, and the first print of a version is an original', async () => {
    const patientId = await registered({ language: 'hi', email: 'salma@mail.example' })
    const events = async (id: string) => (await hospital.query<{ n: number }>("select count(*)::int as n from events where name = 'laboratory.report-for-patient' and payload ->> 'reportId' = $1", [id]))[0]?.n
    const { order, result } = await bench.released('NA', '140', { patientId })
    const id = (await reportOf(order.id))?.id ?? ''
    await paper(id, '')
    expect([await events(id), (await reportOf(order.id))?.prints]).toEqual([1, 1])
    await bench.lab.amend({ params: { id: result.id }, body: { value: '128', reason: 'typing error', status: 'corrected' } })
    expect(await events(id)).toBe(2)
    expect(await reportOf(order.id)).toMatchObject({ status: 'corrected', prints: 0, patientToldAt: expect.any(String) })
    await withContext(makeContext({ tenantId: hospital.tenantId }), (tx) => mailPatient(tx, { reportId: id, patientId, facilityId: hospital.facilityId }))
    const [mail] = await hospital.query<{ id: string }>("select id from outgoing_mails where tenant_id = $1 order by created_at desc, id desc limit 1", [hospital.tenantId])
    await sendQueued(makeContext({ tenantId: hospital.tenantId }), { mailId: mail?.id ?? '' })
    expect(mailbox.letters.at(-1)?.text).toContain('बदली गई')
  })

  it('of a sensitive test waits again for somebody to say so when it is corrected', async () => {
    const { order, result } = await bench.released('HIV', 'reactive')
    const report = await reportOf(order.id)
    await bench.lab.tellPatient({ params: { id: report?.id ?? '' }, body: {} })
    expect((await reportOf(order.id))?.patientToldAt).not.toBeNull()
    await bench.lab.amend({ params: { id: result.id }, body: { value: 'negative', reason: 'wrong tube', status: 'corrected' } })
    expect(await reportOf(order.id)).toMatchObject({ patientToldAt: null, actions: ['tell-patient'] })
  })

  it('goes to nobody who has no address', async () => {
    const patientId = await registered({})
    const { order } = await bench.released('NA', '141', { patientId })
    const before = await hospital.query<{ n: number }>('select count(*)::int as n from outgoing_mails')
    await withContext(makeContext({ tenantId: hospital.tenantId }), async (tx) => mailPatient(tx, { reportId: (await reportOf(order.id))?.id ?? '', patientId, facilityId: hospital.facilityId }))
    expect(await hospital.query('select count(*)::int as n from outgoing_mails')).toEqual(before)
  })
})

describe('a result that is refused', () => {
  const refusedOf = (subjectId: string) => hospital.query<{ action: string; outcome: string; code: string }>("select action, outcome, details ->> 'code' as code from audit_entries where subject_id = $1 and outcome <> 'success' order by written_xid, at", [subjectId])

  it('is audited as denied, with whose it is: without the right, from another hospital, and a sensitive report', async () => {
    const { order, result } = await bench.released('HIV', 'negative')
    const cashier = await hospital.as(laboratory, 'cashier')
    expect((await cashier.readResult({ params: { id: result.id } })).status).toBe(403)
    expect(await refusedOf(result.id)).toEqual([{ action: 'laboratory.readResult:read', outcome: 'denied', code: 'kernel.forbidden' }])
    expect((await cashier.cumulative({ params: { id: order.patientId } })).status).toBe(403)
    expect(await refusedOf(order.patientId)).toEqual([{ action: 'laboratory.cumulative:read', outcome: 'denied', code: 'kernel.forbidden' }])
    const report = await reportOf(order.id)
    const nurse = await hospital.as(laboratory, 'nurse')
    expect((await nurse.printReport({ params: { id: report?.id ?? '' } })).status).toBe(403)
    expect(await refusedOf(report?.id ?? '')).toEqual([{ action: 'laboratory.printReport:print', outcome: 'denied', code: 'laboratory.sensitive' }])
    const stranger = await hospital.as(laboratory, 'admin', 'ayurveda')
    expect((await stranger.readResult({ params: { id: result.id } })).status).toBe(404)
    const foreign = await hospital.query<{ tenant_id: string; patient_id: string | null }>("select tenant_id, patient_id from audit_entries where subject_id = $1 and outcome = 'denied' and tenant_id <> $2", [result.id, hospital.tenantId])
    expect(foreign).toMatchObject([{ patient_id: null }])
  })
})

describe('a report of an accredited laboratory', () => {
  const said = async (orderId: string, query = '?language=en') => (await paper((await reportOf(orderId))?.id ?? '', query)).replaceAll(/\s+/g, ' ')
  const scoped = async (code: string, accredited: { from: string; to?: string }[]) => {
    const test = (await bench.admin.listTests({ query: { search: code } })).body.items.find((one) => one.code === code)
    return bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { accredited } })
  }
  const both = async () => {
    const { order, results } = await bench.received(['CL', 'PHOS'])
    for (const row of results) {
      await bench.lab.enterResult({ body: { specimenId: row.specimenId, testId: row.testId, value: row.code === 'CL' ? '101' : '3.5' } })
      await bench.lab.verify({ params: { id: row.id }, body: { isHoldAccepted: true } })
      await bench.lab.release({ params: { id: row.id }, body: {} })
    }
    return order.id
  }

  it('bears the mark only where something was measured in scope, and tells what was not', async () => {
    const settings = (await bench.admin.readSettings({})).body
    await bench.admin.updateSettings({ ifMatch: settings.version, body: { accreditation: 'NABL MC-0000' } })
    expect(await said(await both())).not.toMatch(/NABL|scope/)
    expect((await scoped('CL', [{ from: '2020-01-01' }])).status).toBe(200)
    await scoped('PHOS', [{ from: '2020-01-01', to: '2024-12-31' }, { from: '2999-01-01' }])
    const mixed = await said(await both())
    for (const words of ['NABL MC-0000', 'Phosphate, inorganic *', '* Not in the scope of accreditation (NABL MC-0000).']) expect(mixed).toContain(words)
    expect(mixed).not.toContain('Chloride *')
    await scoped('PHOS', [{ from: '2020-01-01' }])
    const whole = await said(await both())
    expect(whole).toContain('NABL MC-0000')
    expect(whole).not.toMatch(/\*/)
  })

  it('names no days twice, and none that end before they begin; its table carries them', async () => {
    for (const days of [[{ from: '2024-01-01' }, { from: '2025-01-01' }], [{ from: '2024-02-01', to: '2024-01-01' }]]) expect((await scoped('CL', days)).problem).toMatchObject({ code: 'laboratory.scope_days', errors: [{ code: 'laboratory.scope_days' }] })
    await scoped('CL', [{ from: '2024-01-01', to: '2024-06-30' }, { from: '2025-01-01' }])
    const csv = Buffer.from((await bench.admin.exportTests({})).body as never).toString()
    expect(csv).toContain('2024-01-01/2024-06-30;2025-01-01/')
    await scoped('CL', [])
    expect((await bench.admin.importTests({ body: { csv, dryRun: true } })).body).toMatchObject({ dryRun: true, created: 0 })
    const read = async () => (await bench.admin.listTests({ query: { search: 'Chloride' } })).body.items[0]?.accredited
    expect(await read()).toEqual([])
    expect((await bench.admin.importTests({ body: { csv } })).body).toEqual({ created: 0, updated: expect.any(Number) })
    expect(await read()).toEqual([{ from: '2024-01-01', to: '2024-06-30' }, { from: '2025-01-01' }])
  })

  it('in another language has the English name of a test beside its own', async () => {
    const { order } = await bench.released('MG', '2.0')
    expect(await said(order.id, '?language=ar')).toContain('Magnesium')
    expect(await said(order.id, '?language=hi')).toContain('Magnesium')
    expect((await said(order.id)).match(/Magnesium/g)).toHaveLength(1)
  })
})
