import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { modules } from '../modules.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { neededQuery } from '../testing/needed-query.ts'
import { least, statementsOf } from '../testing/statements.ts'

let hospital: TestHospital
const filled = 12
// What a list asks at most: its rows, what stands beside them (names, lines, facility), and the audit's own.
const most = 6

beforeAll(async () => {
  hospital = await testHospital({ withCare: true })
  const desk = await hospital.as(patients, 'receptionist')
  const visits = await hospital.as(encounters, 'receptionist')
  const cashier = await hospital.as(billing, 'cashier')
  for (let index = 0; index < filled; index += 1) {
    const { id } = (await desk.register({ body: { givenName: `Many${index}`, sex: 'female', ageYears: 20 + index } })).body
    const visit = (await visits.open({ body: { patientId: id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body
    await visits.createTask({ body: { title: `Task ${index}`, patientId: id } })
    const bill = (await cashier.draftInvoice({ body: { encounterId: visit.id } })).body
    await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
    await cashier.pay({ params: { id: bill.id }, body: { method: 'cash', amount: { amount: '100.00', currency: 'INR' } } })
  }
})

const lists = modules.flatMap((module) =>
  Object.entries(module.contract).flatMap(([name, spec]) => {
    const isList = spec.method === 'GET' && !spec.path.includes('{') && spec.query !== undefined && 'limit' in spec.query.shape && spec.transaction !== 'none'
    return isList ? [{ name: `${module.name}.${name}`, path: spec.path, spec }] : []
  }),
)

describe('a list', () => {
  it('is found in every module that has one', () => expect(lists.length).toBeGreaterThan(20))

  it.each(lists)('$name asks as many statements for one row as for all', async ({ path, spec }) => {
    const query = neededQuery(spec, hospital.facilityId)
    const session = await hospital.session('admin')
    const once = (limit: number) => statementsOf(async () => expect((await session.get(`/api/v1${path}?limit=${limit}${query}`)).statusCode).toBe(200))
    const [one, all] = [await least(() => once(1)), await least(() => once(200))]
    expect(all).toBe(one)
    expect(all).toBeLessThanOrEqual(most)
  })
})
