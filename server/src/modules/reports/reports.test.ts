import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { reports } from '#contract/reports.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { least, statementsOf } from '../../testing/statements.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})

const numbersOf = async (role: 'receptionist' | 'cashier' | 'doctor' | 'admin', key?: 'ayurveda') => {
  const answer = await (await hospital.as(reports, role, key)).dashboard({ params: { role } })
  expect(answer.status).toBe(200)
  return Object.fromEntries(answer.body.numbers.map((number) => [number.key, number.value]))
}

describe('a dashboard', () => {
  it('counts the day of the facility, and of nobody else', async () => {
    const [before, stranger] = [await numbersOf('receptionist'), await numbersOf('receptionist', 'ayurveda')]
    const desk = await hospital.as(patients, 'receptionist')
    const visits = await hospital.as(encounters, 'receptionist')
    for (const givenName of ['Anu', 'Binu']) {
      const patient = (await desk.register({ body: { givenName, sex: 'female', ageYears: 30, facilityId: hospital.facilityId } })).body
      await visits.open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
    }
    const after = await numbersOf('receptionist')
    expect([after['registered'], after['waiting']]).toEqual([(before['registered'] ?? 0) + 2, (before['waiting'] ?? 0) + 2])
    expect(after['arrived']).toBe((before['arrived'] ?? 0) + 2)
    expect(await numbersOf('receptionist', 'ayurveda')).toEqual(stranger)
    const [first] = (await visits.list({ query: { facilityId: hospital.facilityId } })).body.items
    await (await hospital.as(encounters, 'doctor')).startConsult({ params: { id: first?.id ?? '' }, body: {} })
    expect(await numbersOf('doctor')).toMatchObject({ unsigned: 0 })
  })

  it('counts a visit of yesterday that is closed today', async () => {
    const before = await numbersOf('doctor')
    const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Stayer', sex: 'male', ageYears: 60 } })).body
    const visit = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body
    await hospital.query("update encounters set state = 'closed', closed_at = opened_at, opened_at = opened_at - interval '1 day' where id = $1", [visit.id])
    expect((await numbersOf('doctor'))['closed']).toBe((before['closed'] ?? 0) + 1)
  })

  it('counts money as it was taken', async () => {
    const cashier = await hospital.as(billing, 'cashier')
    const admin = await hospital.as(billing, 'admin')
    const service = (await admin.createService({ body: { code: 'DASH', name: 'Dash', price: { amount: '99.50', currency: 'INR' } } })).body
    const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Payer', sex: 'male', ageYears: 50 } })).body
    const bill = (await cashier.draftInvoice({ body: { patientId: patient.id, facilityId: hospital.facilityId, lines: [{ serviceId: service.id, quantity: '2' }] } })).body
    await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
    expect(await numbersOf('cashier')).toMatchObject({ openBills: 1, drafts: 0, issuedToday: 1, takenToday: 0 })
    await cashier.pay({ params: { id: bill.id }, body: { method: 'upi', amount: { amount: '199.00', currency: 'INR' } } })
    expect(await numbersOf('cashier')).toMatchObject({ openBills: 0, takenToday: 199 })
  })

  it('is for those whose business it is', async () => {
    expect((await hospital.anonymous(reports).dashboard({ params: { role: 'admin' } })).status).toBe(401)
    const nurse = await hospital.as(reports, 'nurse')
    expect((await nurse.dashboard({ params: { role: 'cashier' } })).status).toBe(403)
    expect((await nurse.dashboard({ params: { role: 'nurse' }, query: { facilityId: hospital.tenantId } })).status).toBe(403)
    expect((await nurse.dashboard({ params: { role: 'surgeon' as never } })).status).toBe(404)
  })

  it('asks a constant, small number of statements', async () => {
    await numbersOf('admin')
    expect(await least(() => statementsOf(() => numbersOf('admin')))).toBeLessThanOrEqual(8)
  })
})
