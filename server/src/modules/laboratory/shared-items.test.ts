import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let money: Awaited<ReturnType<typeof cashDesk>>
const cashDesk = () => hospital.as(billing, 'admin')
const prices: Record<string, string> = { LFT: '600.00', RFT: '400.00', HGB: '100.00', CBC: '300.00', BLCUL: '900.00', PA: '200.00', PB: '250.00' }

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  money = await cashDesk()
  const base = { category: 'chemistry', bench: 'chemistry', specimenType: 'serum', container: 'serum gel', turnaroundMinutes: 240 }
  for (const [code, members] of [['PA', ['NA', 'K']], ['PB', ['K', 'CL']]] as const) await bench.admin.createTest({ body: { ...base, code, name: `Panel ${code}`, kind: 'panel', members: [...members] } })
  for (const [code, amount] of Object.entries(prices)) {
    const service = (await money.createService({ body: { code: `LAB-${code}`, name: code, price: { amount, currency: 'INR' } } })).body
    const test = (await bench.admin.listTests({ query: { search: code } })).body.items.find((one) => one.code === code)
    await bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { serviceId: service.id } })
  }
})

const owed = async (encounterId: string) => (await money.listCharges({ query: { encounterId } })).body.items.filter((charge) => charge.state !== 'cancelled').map((charge) => `${charge.service.code} ${charge.amount.amount}`).toSorted()
const waiting = async (orderId: string) => (await bench.resultsOf(orderId)).filter((row) => row.state !== 'cancelled').map((row) => row.code).toSorted()
const of = (...codes: string[]) => codes.map((code) => ({ kind: 'laboratory' as const, code }))
type Placed = Awaited<ReturnType<Bench['order']>>
const cancel = (order: Placed, code: string) => bench.doctor.cancelItem({ params: { id: order.items.find((item) => item.code === code)?.id ?? '' }, body: { reason: 'not needed' } })

describe('two panels of one order that share an analyte', () => {
  it('measure it once and are each charged', async () => {
    const order = await bench.order(['PA', 'PB'])
    expect(await waiting(order.id)).toEqual(['CL', 'K', 'NA'])
    expect(await owed(order.encounterId)).toEqual(['LAB-PA 200.00', 'LAB-PB 250.00'])
  })

  it.each([['PA', ['CL', 'K'], 'PB'], ['PB', ['K', 'NA'], 'PA']] as const)('when %s is cancelled the other has all of its own', async (gone, left, other) => {
    const order = await bench.order(['PA', 'PB'])
    expect((await cancel(order, gone)).status).toBe(200)
    expect(await waiting(order.id)).toEqual(left)
    expect((await bench.resultsOf(order.id)).filter((row) => row.state !== 'cancelled').map((row) => row.panelName)).toEqual([`Panel ${other}`, `Panel ${other}`])
    expect(await owed(order.encounterId)).toEqual([`LAB-${other} ${prices[other]}`])
    const [tube] = await bench.receive(order.id)
    for (const row of (await bench.resultsOf(order.id)).filter((one) => one.state !== 'cancelled')) {
      await bench.lab.enterResult({ body: { specimenId: tube?.id ?? '', testId: row.testId, value: row.code === 'K' ? '4.1' : row.code === 'NA' ? '140' : '101' } })
      await bench.lab.verify({ params: { id: row.id }, body: { isHoldAccepted: true } })
      await bench.lab.release({ params: { id: row.id }, body: {} })
    }
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body.items.map((item) => [item.code, item.state])).toEqual([['PA', gone === 'PA' ? 'cancelled' : 'completed'], ['PB', gone === 'PB' ? 'cancelled' : 'completed']])
  })

  it('when a revision drops one the other goes on with all of its own', async () => {
    const order = await bench.order(['PA', 'PB'])
    const revised = (await bench.doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'fewer', items: of('PB') } })).body
    expect(await waiting(revised.id)).toEqual(['CL', 'K'])
    expect(await owed(order.encounterId)).toEqual(['LAB-PB 250.00'])
  })

  it('both cancelled, nothing waits', async () => {
    const order = await bench.order(['PA', 'PB'])
    await bench.doctor.cancelOrder({ params: { id: order.id }, body: { reason: 'not needed' } })
    expect([await waiting(order.id), await owed(order.encounterId), (await bench.tubesOf(order.id)).map((tube) => tube.state)]).toEqual([[], [], ['cancelled']])
  })
})

describe('a test beside a panel that holds it', () => {
  it.each([[['HGB', 'CBC']], [['CBC', 'HGB']]])('is not charged beside it, and is owed once the panel is cancelled: %j', async (codes) => {
    const order = await bench.order(codes)
    expect(await owed(order.encounterId)).toEqual(['LAB-CBC 300.00'])
    await cancel(order, 'CBC')
    expect(await waiting(order.id)).toEqual(['HGB'])
    expect(await owed(order.encounterId)).toEqual(['LAB-HGB 100.00'])
  })

  it('follows revisions by difference: the panel added, and taken away again', async () => {
    const order = await bench.order(['HGB'])
    const both = (await bench.doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'more', items: of('HGB', 'CBC') } })).body
    expect(await owed(order.encounterId)).toEqual(['LAB-CBC 300.00'])
    expect((await waiting(both.id)).filter((code) => code === 'HGB')).toHaveLength(1)
    const alone = (await bench.doctor.reviseOrder({ params: { id: both.id }, body: { reason: 'fewer', items: of('HGB') } })).body
    expect(await owed(order.encounterId)).toEqual(['LAB-HGB 100.00'])
    expect(await waiting(alone.id)).toEqual(['HGB'])
    const again = (await bench.doctor.reviseOrder({ params: { id: alone.id }, body: { reason: 'more', items: of('HGB', 'CBC') } })).body
    await bench.doctor.cancelItem({ params: { id: again.items.find((item) => item.code === 'CBC')?.id ?? '' }, body: { reason: 'not needed' } })
    expect(await owed(order.encounterId)).toEqual(['LAB-HGB 100.00'])
  })
})

describe('a test that is taken twice', () => {
  const twice = async () => {
    const encounterId = await bench.visit(await bench.person())
    const order = (await bench.doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'BLCUL', quantity: '2' }] } })).body
    return { order, encounterId, tubes: await bench.receive(order.id) }
  }

  it('is owed twice while a rejected tube is taken again', async () => {
    const { encounterId, tubes } = await twice()
    await bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body: { reason: 'leaked' } })
    expect(await owed(encounterId)).toEqual(['LAB-BLCUL 1800.00'])
  })

  it('is owed once where a rejected tube is not, and not at all where neither is', async () => {
    const { order, encounterId, tubes } = await twice()
    await bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body: { reason: 'leaked', isRecollected: false } })
    expect(await owed(encounterId)).toEqual(['LAB-BLCUL 900.00'])
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body.items).toMatchObject([{ quantity: '1', state: 'in-progress' }])
    await bench.lab.reject({ params: { id: tubes[1]?.id ?? '' }, body: { reason: 'leaked', isRecollected: false } })
    expect([await owed(encounterId), (await bench.doctor.readOrder({ params: { id: order.id } })).body.state]).toEqual([[], 'discontinued'])
  })

  it('is asked for again by a revision, which takes and charges the one that is missing', async () => {
    const { order, encounterId, tubes } = await twice()
    await bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body: { reason: 'leaked', isRecollected: false } })
    const revised = (await bench.doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'second set', items: [{ kind: 'laboratory', code: 'BLCUL', quantity: '2' }] } })).body
    expect(await owed(encounterId)).toEqual(['LAB-BLCUL 1800.00'])
    expect((await bench.tubesOf(revised.id)).filter((tube) => tube.state === 'requested')).toHaveLength(1)
  })
})
