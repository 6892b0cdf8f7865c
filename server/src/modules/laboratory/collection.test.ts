import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

async function charged(code: string): Promise<void> {
  const money = await hospital.as(billing, 'admin')
  const serviceId = (await money.createService({ body: { code: `LAB-${code}`, name: `Test ${code}`, price: { amount: '150.00', currency: 'INR' } } })).body.id
  const test = (await bench.admin.listTests({ query: { search: code } })).body.items.find((one) => one.code === code)
  await bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { serviceId } })
}

const toCollect = async (id: string | undefined) => (await bench.lab.listSpecimens({ query: { facilityId: hospital.facilityId, state: 'requested', limit: 100 } })).body.items.find((row) => row.id === id)

describe('what is to be collected', () => {
  it('says whether it is paid: not while the charge is open or its bill is, and nothing where nothing is charged', async () => {
    await charged('MG')
    const order = await bench.order(['MG'])
    const [tube] = await bench.tubesOf(order.id)
    expect(await toCollect(tube?.id)).toMatchObject({ payment: 'due' })
    const desk = await hospital.as(billing, 'cashier')
    const draft = (await desk.draftInvoice({ body: { encounterId: order.encounterId } })).body
    const bill = (await desk.issueInvoice({ params: { id: draft.id }, ifMatch: draft.version, body: {} })).body
    expect(await toCollect(tube?.id)).toMatchObject({ payment: 'due' })
    await desk.pay({ params: { id: bill.id }, body: { method: 'cash', amount: bill.balance } })
    expect(await toCollect(tube?.id)).toMatchObject({ payment: 'paid' })
    expect((await bench.lab.readSpecimen({ params: { id: tube?.id ?? '' } })).body.payment).toBe('paid')
    const free = await bench.order(['K'])
    expect(await toCollect((await bench.tubesOf(free.id))[0]?.id)).toMatchObject({ payment: null })
  })

  it('is not paid while one of several tests on the tube is not', async () => {
    await charged('CA')
    const order = await bench.order(['CA', 'MG'])
    const desk = await hospital.as(billing, 'cashier')
    const open = (await desk.listCharges({ query: { encounterId: order.encounterId, state: 'open' } })).body.items
    const magnesium = open.find((charge) => charge.service.code === 'LAB-MG')
    const draft = (await desk.draftInvoice({ body: { encounterId: order.encounterId } })).body
    const lines = draft.lines.filter((line) => line.chargeId === magnesium?.id).map((line) => ({ serviceId: line.serviceId, quantity: line.quantity, chargeId: line.chargeId ?? '' }))
    const smaller = (await desk.updateInvoice({ params: { id: draft.id }, ifMatch: draft.version, body: { lines } })).body
    const bill = (await desk.issueInvoice({ params: { id: draft.id }, ifMatch: smaller.version, body: {} })).body
    await desk.pay({ params: { id: bill.id }, body: { method: 'cash', amount: bill.balance } })
    expect(await toCollect((await bench.tubesOf(order.id))[0]?.id)).toMatchObject({ payment: 'due' })
  })
})
