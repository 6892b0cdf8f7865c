import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { billing } from '#contract/billing.ts'
import { laboratory } from '#contract/laboratory.ts'
import { orders } from '#contract/orders.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let desk: TestClient<typeof laboratory>
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  desk = await hospital.as(laboratory, 'receptionist')
  const service = (await (await hospital.as(billing, 'admin')).createService({ body: { code: 'LAB-K', name: 'Potassium', price: { amount: '150.00', currency: 'INR' } } })).body
  const test = (await bench.admin.listTests({ query: { search: 'K' } })).body.items.find((one) => one.code === 'K')
  await bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { serviceId: service.id } })
})

const wanted = async (code: string) => (await desk.walkInTests({ query: { facilityId: hospital.facilityId, search: code } })).body.items.find((one) => one.code === code)
const prescriber = { name: 'Dr Asha Menon', phone: '+914842345678', registration: 'TCMC 12345' }
const comes = async (codes: string[], body: object = {}) => desk.walkIn({ body: { patientId: await bench.person(), facilityId: hospital.facilityId, testIds: await Promise.all(codes.map(async (code) => (await wanted(code))?.id ?? '')), prescriber, ...body } })

describe('who walks in with a prescription from outside', () => {
  it('is told the price, ordered for, billed, paid and on the way to the tube without a visit', async () => {
    expect(await wanted('K')).toMatchObject({ name: 'Potassium', price: { amount: '150.00', currency: 'INR' } })
    expect((await wanted('MG'))?.price).toBeNull()
    const answer = await comes(['K', 'MG'], { prescribedOn: '2026-01-02' })
    expect(answer.status).toBe(201)
    const { orderId, patientId, tubes } = answer.body
    expect(answer.body).toMatchObject({ prescriber, prescribedOn: '2026-01-02', tubes: [{ state: 'requested', place: 'outpatient', encounterId: null, orderId }] })
    expect(await hospital.query('select id from encounters where patient_id = $1', [patientId])).toEqual([])
    const cashier = await hospital.as(billing, 'cashier')
    const draft = (await cashier.draftInvoice({ body: { patientId, facilityId: hospital.facilityId } })).body
    expect(draft).toMatchObject({ encounterId: null, lines: [{ code: 'LAB-K' }], total: { amount: '150.00' } })
    expect((await cashier.draftInvoice({ body: { patientId, facilityId: hospital.facilityId } })).problem.code).toBe('billing.nothing_to_bill')
    const waiting = async () => (await bench.lab.listCollections({ query: { facilityId: hospital.facilityId, place: 'outpatient', limit: 200 } })).body.items.find((row) => row.id === tubes[0]?.id)?.payment
    expect(await waiting()).toBe('due')
    const bill = (await cashier.issueInvoice({ params: { id: draft.id }, ifMatch: draft.version, body: {} })).body
    await cashier.pay({ params: { id: bill.id }, body: { method: 'cash', amount: bill.balance } })
    expect(await waiting()).toBe('paid')
  })

  it('has the outside doctor on the report, and in the call of a critical value', async () => {
    const { orderId, tubes } = (await comes(['K'])).body
    await bench.receive(orderId)
    const [row] = await bench.resultsOf(orderId)
    await bench.lab.enterResult({ body: { specimenId: tubes[0]?.id ?? '', testId: row?.testId ?? '', value: '7.1' } })
    await bench.lab.verify({ params: { id: row?.id ?? '' }, body: { isHoldAccepted: true } })
    await bench.lab.release({ params: { id: row?.id ?? '' }, body: {} })
    const [told] = (await (await hospital.as(alerts, 'admin')).listAlerts({ query: { facilityId: hospital.facilityId, kind: 'critical-result', limit: 50 } })).body.items.filter((one) => one.subject.id === row?.id)
    expect(told?.detail).toContain('Dr Asha Menon: +914842345678')
    const [report] = (await bench.lab.listReports({ query: { orderId } })).body.items
    const answer = await (await hospital.session('lab-technician')).get(`/api/v1/lab-reports/${report?.id}/pdf?language=en`)
    expect((await extractText(await getDocumentProxy(new Uint8Array(answer.rawPayload)), { mergePages: true })).text).toContain('Dr Asha Menon')
  })

  it('is entered by the desk and the laboratory alone, who order nothing else by it', async () => {
    const nurse = await hospital.as(laboratory, 'pharmacist')
    expect((await nurse.walkIn({ body: { patientId: await bench.person(), facilityId: hospital.facilityId, testIds: [(await wanted('K'))?.id ?? ''], prescriber } })).status).toBe(403)
    const own = await hospital.as(orders, 'receptionist')
    expect((await own.placeOrder({ body: { patientId: await bench.person(), facilityId: hospital.facilityId, items: [{ kind: 'laboratory', code: 'K' }] } })).status).toBe(403)
    expect((await comes(['K'], { testIds: [hospital.facilityId] })).problem.code).toBe('orders.unknown_item')
    expect((await comes(['K'], { prescribedOn: '2099-01-01' })).problem).toMatchObject({ status: 422, code: 'laboratory.not_in_future' })
  })
})
