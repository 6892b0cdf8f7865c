import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { localDate } from '#kernel/zoned-time.ts'
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

const day = () => localDate(new Date(), 'Asia/Kolkata')

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

describe('why tubes are rejected', () => {
  it('is counted by the list, whatever the words beside it; other reasons by their words', async () => {
    const reject = async (body: Parameters<Bench['lab']['reject']>[0]['body']) => {
      const { tubes } = await bench.received(['K'])
      return bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body })
    }
    const first = await reject({ reason: 'Haemolysed: at the second try', cause: 'haemolysed' })
    expect(first.body).toMatchObject({ state: 'rejected', reason: 'Haemolysed: at the second try', cause: 'haemolysed' })
    expect(first.body.recollection).not.toHaveProperty('cause')
    await reject({ reason: 'hémolysé', cause: 'haemolysed', isRecollected: false })
    await reject({ reason: 'came warm', cause: 'other' })
    await reject({ reason: 'label torn' })
    const { body } = await bench.lab.statistics({ query: { facilityId: hospital.facilityId, from: day(), to: day() } })
    expect(body.rejections).toEqual([{ reason: 'haemolysed', cause: 'haemolysed', count: 2 }, { reason: 'came warm', cause: 'other', count: 1 }, { reason: 'label torn', count: 1 }])
    expect((await reject({ reason: 'x', cause: 'ugly' as 'other' })).status).toBe(422)
  })
})
