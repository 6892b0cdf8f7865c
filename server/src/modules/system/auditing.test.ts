import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { system } from '#contract/system.ts'
import { makeContext } from '#kernel/context.ts'
import { csvLine, guardCell, unguardCell } from '#kernel/text.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { makeAuditExport } from './exporting.ts'

let hospital: TestHospital
let auditor: TestClient<typeof system>
beforeAll(async () => {
  hospital = await testHospital({ patients: 5, withCare: true })
  auditor = await hospital.as(system, 'auditor')
})

const person = (givenName: string) => ({ givenName, familyName: 'Audited', sex: 'female' as const, ageYears: 41, facilityId: hospital.facilityId })
const entriesOf = (requestId: unknown) => hospital.query<Record<string, unknown>>('select * from audit_entries where request_id = $1 order by written_xid, action', [requestId])

describe('an entry', () => {
  it('tells who in which role did what to whose record, where, from which address and device, in which session and request, and how it ended', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const headers = { 'user-agent': 'Ward PC 7 — «Ω»' }
    const made = await desk.register({ body: person('Whole'), headers })
    const all = await entriesOf(made.headers['x-request-id'])
    expect(all.map((row) => row['action']).toSorted()).toEqual(['patients.register:create', 'row.insert'])
    for (const row of all) {
      expect(row).toMatchObject({ tenant_id: hospital.tenantId, actor_id: hospital.userId('receptionist'), role: 'receptionist', patient_id: made.body.id, facility_id: hospital.facilityId, address: '127.0.0.1', agent: headers['user-agent'], outcome: 'success' })
      expect(row['session_id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('of a visit, a bill or a note names the patient and the facility, whether it is read or written', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { id: patientId } = (await desk.register({ body: person('Visited') })).body
    const visits = await hospital.as(encounters, 'receptionist')
    const opened = await visits.open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient' } })
    const cashier = await hospital.as(billing, 'cashier')
    const bill = await cashier.draftInvoice({ body: { encounterId: opened.body.id } })
    const answers = [opened, await visits.read({ params: { id: opened.body.id } }), bill, await cashier.readInvoice({ params: { id: bill.body.id } })]
    for (const answer of answers) {
      const request = (await entriesOf(answer.headers['x-request-id'])).filter((row) => !String(row['action']).startsWith('row.'))
      expect(request.map((row) => [row['patient_id'], row['facility_id']])).toEqual([[patientId, hospital.facilityId]])
    }
  })

  it('keeps the reason of a step', async () => {
    const visits = await hospital.as(encounters, 'receptionist')
    const { id: patientId } = (await (await hospital.as(patients, 'receptionist')).register({ body: person('Reasoned') })).body
    const nurse = await hospital.as(patients, 'nurse')
    const entry = (await nurse.addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Penicillin' } })).body
    const undone = await nurse.entryInError({ params: { id: entry.id }, body: { reason: 'Another patient was meant' } })
    expect([undone.status, visits !== undefined]).toEqual([200, true])
    expect((await entriesOf(undone.headers['x-request-id'])).find((row) => row['action'] === 'row.update')).toMatchObject({ reason: 'Another patient was meant', patient_id: patientId })
  })
})

describe('the audit', () => {
  it('is searched by patient, user, record, facility, action, outcome and time, page by page without a gap', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { id } = (await desk.register({ body: person('Searched') })).body
    for (let index = 0; index < 7; index += 1) await desk.read({ params: { id } })
    const from = new Date(Date.now() - 60_000).toISOString()
    const query = { patientId: id, userId: hospital.userId('receptionist'), action: 'patients.read:read', outcome: 'success' as const, from, limit: 3 }
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = (await auditor.listAudit({ query: { ...query, ...(cursor === undefined ? {} : { cursor }) } })).body
      seen.push(...page.items.map((item) => item.id))
      expect(page.items.every((item) => item.patientId === id && item.actor.name !== '' && item.actor.role === 'receptionist')).toBe(true)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect([seen.length, new Set(seen).size]).toEqual([7, 7])
    expect((await auditor.listAudit({ query: { ...query, to: from } })).body.items).toEqual([])
    expect((await auditor.listAudit({ query: { ...query, facilityId: hospital.otherFacilityId } })).body.items).toEqual([])
  })

  it('says who opened a chart, with the records merged into it, and is an entry itself', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const doctor = await hospital.as(patients, 'doctor')
    const [old, kept] = [(await desk.register({ body: person('Opened') })).body.id, (await desk.register({ body: person('Opened') })).body.id]
    await doctor.read({ params: { id: old } })
    await doctor.timeline({ params: { id: kept } })
    await desk.merge({ params: { id: old }, body: { intoPatientId: kept } })
    const answer = await auditor.chartAccess({ params: { id: kept } })
    const who = new Map(answer.body.items.map((item) => [item.actor.role, item]))
    expect(who.get('doctor')).toMatchObject({ actor: { id: hospital.userId('doctor') }, times: 2, reads: 2, writes: 0 })
    expect(who.get('receptionist')?.writes).toBe(3)
    expect((await entriesOf(answer.headers['x-request-id'])).map((row) => [row['action'], row['patient_id']])).toEqual([['system.chartAccess:read', kept]])
    expect((await (await hospital.as(system, 'auditor', 'ayurveda')).chartAccess({ params: { id: kept } })).status).toBe(404)
    expect((await (await hospital.as(system, 'doctor')).chartAccess({ params: { id: kept } })).status).toBe(403)
  })

  it('is kept for three years at least, as the administrator says', async () => {
    const admin = await hospital.as(system, 'admin')
    expect((await admin.readAuditSettings({})).body).toEqual({ retentionMonths: 72, leastMonths: 36 })
    const short = await admin.writeAuditSettings({ body: { retentionMonths: 35 } })
    expect([short.status, short.problem.errors?.[0]?.path]).toEqual([422, 'retentionMonths'])
    expect((await admin.writeAuditSettings({ body: { retentionMonths: 120 } })).body.retentionMonths).toBe(120)
    expect((await admin.writeAuditSettings({ body: { retentionMonths: 96 } })).body.retentionMonths).toBe(96)
    expect((await auditor.writeAuditSettings({ body: { retentionMonths: 48 } })).status).toBe(403)
  })
})

describe('an export', () => {
  const make = async (format: 'csv' | 'pdf', patientId: string) => {
    const asked = await auditor.createAuditExport({ body: { format, patientId } })
    expect([asked.status, asked.body.state]).toEqual([202, 'queued'])
    expect((await auditor.readAuditExport({ params: { id: asked.body.id } })).status).toBe(409)
    await makeAuditExport(makeContext({ tenantId: hospital.tenantId }), { exportId: asked.body.id })
    const file = await auditor.readAuditExport({ params: { id: asked.body.id } })
    return { asked, file, text: Buffer.from(file.body as never).toString('utf8') }
  }

  it('is made by a job, holds what was asked, and is audited when it is asked and when it is taken', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { id } = (await desk.register({ body: { ...person('=HYPERLINK("x")'), occupation: '-Farmer' } })).body
    const { asked, file, text } = await make('csv', id)
    const rows: Record<string, string>[] = parse(text.replace(/^\uFEFF/, ''), { columns: true })
    expect(rows.map((row) => row['action'])).toContain('patients.register:create')
    expect(rows.every((row) => row['patient'] === id && row['role'] === 'receptionist')).toBe(true)
    expect((await auditor.listAuditExports({})).body.items.find((item) => item.id === asked.body.id)).toMatchObject({ state: 'done', entries: rows.length })
    for (const [answer, action] of [[asked, 'system.createAuditExport:export'], [file, 'system.readAuditExport:export']] as const) {
      const entries = (await entriesOf(answer.headers['x-request-id'])).filter((row) => !String(row['action']).startsWith('row.'))
      expect(entries.map((row) => [row['action'], row['outcome']])).toEqual([[action, 'success']])
    }
    expect((await (await hospital.as(system, 'auditor', 'ayurveda')).readAuditExport({ params: { id: asked.body.id } })).status).toBe(404)
    expect((await make('pdf', id)).text.startsWith('%PDF-')).toBe(true)
  })
})

describe('a cell of a table', () => {
  const cells = ['=1+1', '+91 98', '-5', '@x', '\tx', '\rx', "'=x", "''+y", 'plain', "'quoted", 'a,"b"\r\nc', '']

  it('is never a formula, and comes back as it was', () => {
    for (const cell of cells) {
      expect(guardCell(cell)).not.toMatch(/^[=+\-@\t\r]/)
      expect(unguardCell(guardCell(cell))).toBe(cell)
    }
    const [read] = parse(csvLine(cells)) as string[][]
    expect(read?.map((cell) => unguardCell(cell))).toEqual(cells)
  })
})
