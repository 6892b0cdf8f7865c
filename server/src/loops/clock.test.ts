import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { scheduling } from '#contract/scheduling.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'

let hospital: TestHospital
const folder = mkdtempSync(join(tmpdir(), 'triveni-clock-'))
const file = join(folder, 'now')
const usual = process.env['TRIVENI_TEST_CLOCK']
const began = Date.now()
const setClock = (minutes: number): void => writeFileSync(file, new Date(began + minutes * 60_000).toISOString())

beforeAll(async () => {
  setClock(0)
  process.env['TRIVENI_TEST_CLOCK'] = file
  hospital = await testHospital()
})
afterAll(() => {
  if (usual === undefined) delete process.env['TRIVENI_TEST_CLOCK']
  else process.env['TRIVENI_TEST_CLOCK'] = usual
  rmSync(folder, { recursive: true })
})

// An hour forward is an hour without work: it ends sessions, as it should.
describe.each([5, -5, -60])('a clock that jumps by %i minutes in the middle of a visit and its bill', (minutes) => {
  it('stops nobody, makes nothing last less than no time, and leaves what was done in its order', async () => {
    setClock(0)
    const desk = await hospital.as(encounters, 'receptionist')
    const doctor = await hospital.as(encounters, 'doctor')
    const chart = await hospital.as(clinical, 'doctor')
    const cashier = await hospital.as(billing, 'cashier')
    const names = (await hospital.as(patients, 'receptionist'))
    const made = await names.register({ body: { givenName: 'Clock', familyName: `Jump ${minutes}`.replaceAll(/[\d-]/g, 'x'), sex: 'male', ageYears: 40, facilityId: hospital.facilityId } })
    expect(made.status).toBe(201)
    const opened = await desk.open({ body: { patientId: made.body.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
    const params = { id: opened.body.id }
    setClock(minutes)
    const queue = await (await hospital.as(scheduling, 'doctor')).queue({ query: { facilityId: hospital.facilityId } })
    expect(queue.body.items.every((item) => item.waitingMinutes >= 0)).toBe(true)
    const started = await doctor.startConsult({ params, body: {} })
    const diagnosed = await chart.addDiagnosis({ params, body: { text: 'Viral fever', coding: { system: 'http://hl7.org/fhir/sid/icd-10', code: 'B34.9' } } })
    const note = await chart.writeNote({ params, body: { text: 'Fever for two days.', templateId: 'soap' } })
    const signed = await chart.signNote({ params: { id: note.body.id }, body: {} })
    const closed = await doctor.close({ params, body: {} })
    expect([started.status, diagnosed.status, note.status, signed.status, closed.status]).toEqual([200, 201, 201, 200, 200])
    // Times are what the clock said; the order of what was done is the database's own.
    const written = await hospital.query<{ state: string | null }>("select after ->> 'state' as state from audit_entries where subject_id = $1 and action in ('row.insert', 'row.update') order by written_xid", [opened.body.id])
    expect(written.map((row) => row.state).filter((state, index, all) => state !== null && state !== all[index - 1])).toEqual(['checked-in', 'in-consultation', 'closed'])
    const read = (await doctor.read({ params })).body
    expect(JSON.stringify(read)).not.toMatch(/Minutes":-/)
    const service = await (await hospital.as(billing, 'admin')).createService({ body: { code: `CLOCK${minutes + 100}`, name: 'Consultation', price: { amount: '500.00', currency: 'INR' }, taxCode: '999312' } })
    const drafted = await cashier.draftInvoice({ body: { patientId: made.body.id, facilityId: hospital.facilityId, lines: [{ serviceId: service.body.id, quantity: '1' }] } })
    setClock(0)
    const issued = await cashier.issueInvoice({ params: { id: drafted.body.id }, body: {} })
    const paid = await cashier.pay({ params: { id: drafted.body.id }, body: { method: 'cash', amount: issued.body.total } })
    expect([drafted.status, issued.status, paid.status]).toEqual([201, 200, 201])
    const access = await hospital.as(patients, 'admin')
    const labelled = await access.addLabel({ params: { id: made.body.id }, body: { label: 'vip', reason: 'Known in town' } })
    setClock(minutes)
    const taken = await access.endLabel({ params: { id: labelled.body.id }, body: { reason: 'Asked for it' } })
    expect([labelled.status, taken.status]).toEqual([201, 200])
  })
})
