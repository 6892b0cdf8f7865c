import { beforeAll, describe, expect, it } from 'vitest'
import { laboratory } from '#contract/laboratory.ts'
import { resultLifecycle, specimenLifecycle } from '#contract/laboratory-flow.ts'
import { orderItemLifecycle, orderLifecycle, orders } from '#contract/orders.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let clients: { doctor: TestClient<typeof orders>; lab: TestClient<typeof laboratory> }
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  clients = { doctor: await hospital.as(orders, 'doctor'), lab: await hospital.as(laboratory, 'admin') }
})

interface Case {
  state: string
  step: string
  isLegal: boolean
}
/** Every pair of a state and a step of a table, whether it may be taken or not. */
const pairs = (table: { states: readonly string[]; steps: Record<string, { from: readonly string[] }> }): Case[] => table.states.flatMap((state) => Object.entries(table.steps).map(([step, { from }]) => ({ state, step, isLegal: from.includes(state) })))

const reason = { reason: 'said so' }
// What each state needs besides its name, so that the database takes it.
const put = (table: string, id: string, state: string) => hospital.query(`update ${table} set state = $2 where id = $1`, [id, state])

describe('an order', () => {
  const steps: Record<string, (id: string) => Promise<{ status: number; problem: { code: string } }>> = {
    revise: (id) => clients.doctor.reviseOrder({ params: { id }, body: { ...reason, items: [{ kind: 'nursing', name: 'Turn every two hours' }] } }),
    discontinue: (id) => clients.doctor.discontinueOrder({ params: { id }, body: reason }),
    cancel: (id) => clients.doctor.cancelOrder({ params: { id }, body: reason }),
    'entered-in-error': (id) => clients.doctor.orderInError({ params: { id }, body: reason }),
  }
  const cases = pairs(orderLifecycle).filter(({ step }) => step in steps)
  it('has all its steps but those its items take', () => expect(cases.length).toBe(orderLifecycle.states.length * 4))
  it.each(cases)('$state: $step is legal: $isLegal', async ({ state, step, isLegal }) => {
    const placed = await clients.doctor.placeOrder({ body: { patientId: hospital.userId('doctor'), facilityId: hospital.facilityId, items: [{ kind: 'nursing', name: 'Turn' }] } })
    expect(placed.status).toBe(404)
    const order = await bench.order(['K'])
    await put('orders', order.id, state)
    const answer = await steps[step]?.(order.id)
    if (isLegal) expect([answer?.status === 200 || answer?.status === 201, answer?.problem.code]).toEqual([true, undefined])
    else expect([answer?.status, answer?.problem.code]).toEqual([409, 'lifecycle.illegal_step'])
  })
})

describe('an item of an order', () => {
  const steps: Record<string, (id: string) => Promise<{ status: number; problem: { code: string } }>> = {
    start: (id) => clients.doctor.startItem({ params: { id }, body: {} }),
    complete: (id) => clients.doctor.completeItem({ params: { id }, body: {} }),
    cancel: (id) => clients.doctor.cancelItem({ params: { id }, body: reason }),
  }
  it.each(pairs(orderItemLifecycle).filter(({ step }) => step in steps))('$state: $step is legal: $isLegal', async ({ state, step, isLegal }) => {
    const patientId = await bench.person()
    const order = (await clients.doctor.placeOrder({ body: { patientId, facilityId: hospital.facilityId, items: [{ kind: 'nursing', name: 'Turn' }, { kind: 'diet', name: 'Soft' }] } })).body
    const id = order.items[0]?.id ?? ''
    await put('order_items', id, state)
    const answer = await steps[step]?.(id)
    expect(isLegal ? [answer?.status] : [answer?.status, answer?.problem.code]).toEqual(isLegal ? [200] : [409, 'lifecycle.illegal_step'])
  })
  it('of the laboratory is begun and completed there alone', async () => {
    const order = await bench.order(['K'])
    expect((await clients.doctor.completeItem({ params: { id: order.items[0]?.id ?? '' }, body: {} })).status).toBe(403)
  })
})

describe('a specimen', () => {
  const steps: Record<string, (id: string) => Promise<{ status: number; problem: { code: string } }>> = {
    collect: (id) => clients.lab.collect({ params: { id }, body: {} }),
    receive: (id) => clients.lab.receive({ params: { id }, body: {} }),
    unreceive: (id) => clients.lab.unreceive({ params: { id } }),
    reject: (id) => clients.lab.reject({ params: { id }, body: { reason: 'clotted' } }),
    store: (id) => clients.lab.store({ params: { id }, body: { rack: 'A1' } }),
    send: (id) => clients.lab.send({ params: { id }, body: { sentTo: 'Reference laboratory' } }),
    discard: (id) => clients.lab.discard({ params: { id }, body: {} }),
  }
  // Cancelled with its order: there is no route of its own.
  const cases = pairs(specimenLifecycle).filter(({ step }) => step !== 'cancel')
  it('has a route for every step', () => expect(cases.every(({ step }) => step in steps)).toBe(true))
  it.each(cases)('$state: $step is legal: $isLegal', async ({ state, step, isLegal }) => {
    const order = await bench.order(['K'])
    const [tube] = await bench.tubesOf(order.id)
    const id = tube?.id ?? ''
    await hospital.query(`update specimens set state = $2, reason = case when $2 = 'rejected' then 'x' else '' end, collected_at = case when $2 in ('requested', 'cancelled') then null else now() end, received_at = case when $2 in ('received', 'stored', 'sent-out', 'discarded') then now() end where id = $1`, [id, state])
    const answer = await steps[step]?.(id)
    expect(isLegal ? [answer?.status] : [answer?.status, answer?.problem.code]).toEqual(isLegal ? [200] : [409, 'lifecycle.illegal_step'])
  })
})

describe('a result', () => {
  const row = { specimenId: '', testId: '' }
  const steps: Record<string, (id: string) => Promise<{ status: number; problem: { code: string } }>> = {
    enter: () => clients.lab.enterResult({ body: { ...row, value: '4.1' } }),
    verify: (id) => clients.lab.verify({ params: { id }, body: { isHoldAccepted: true } }),
    approve: (id) => clients.lab.approve({ params: { id }, body: {} }),
    return: (id) => clients.lab.returnResult({ params: { id }, body: reason }),
    release: (id) => clients.lab.release({ params: { id }, body: {} }),
    amend: (id) => clients.lab.amend({ params: { id }, body: { ...reason, value: '4.2' } }),
    cancel: (id) => clients.lab.cancelResult({ params: { id }, body: reason }),
    'entered-in-error': (id) => clients.lab.resultInError({ params: { id }, body: reason }),
  }
  it('has a route for every step', () => expect(Object.keys(resultLifecycle.steps).filter((step) => !(step in steps))).toEqual([]))
  it.each(pairs(resultLifecycle))('$state: $step is legal: $isLegal', async ({ state, step, isLegal }) => {
    const { results } = await bench.received(['K'])
    const [result] = results
    Object.assign(row, { specimenId: result?.specimenId, testId: result?.testId })
    const id = result?.id ?? ''
    const isOut = state === 'released' || state === 'entered-in-error'
    await hospital.query(`update results set state = $2, entered_at = case when $2 not in ('pending', 'cancelled') then now() end, verified_at = case when $2 in ('verified', 'approved', 'released', 'entered-in-error') then now() end, value_text = '4.0', value_number = 4.0, result_version = $3, status = $4, released_at = case when $3 = 1 then now() end where id = $1`, [id, state, isOut ? 1 : 0, isOut ? 'final' : ''])
    const answer = await steps[step]?.(id)
    // What is cancelled is no longer on the specimen at all.
    const refused = step === 'enter' && state === 'cancelled' ? [422, 'laboratory.no_such_test'] : [409, 'lifecycle.illegal_step']
    expect(isLegal ? [answer?.status] : [answer?.status, answer?.problem.code]).toEqual(isLegal ? [step === 'enter' ? 201 : 200] : refused)
  })
})
