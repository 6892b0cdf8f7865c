import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { orders } from '#contract/orders.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from '../laboratory/testing/bench.ts'
import { continued, orderStateOf } from './rules.ts'

let hospital: TestHospital
let bench: Bench
let doctor: TestClient<typeof orders>
let money: TestClient<typeof billing>
let serviceId = ''

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  doctor = await hospital.as(orders, 'doctor')
  money = await hospital.as(billing, 'admin')
  serviceId = (await money.createService({ body: { code: 'LAB-K', name: 'Potassium', price: { amount: '150.00', currency: 'INR' } } })).body.id
  const [potassium] = (await bench.admin.listTests({ query: { search: 'Potassium' } })).body.items
  await bench.admin.updateTest({ params: { id: potassium?.id ?? '' }, ifMatch: potassium?.version ?? 0, body: { serviceId } })
})

const visit = async () => bench.visit(await bench.person())
const chargesOf = async (encounterId: string) => (await money.listCharges({ query: { encounterId } })).body.items.filter((charge) => charge.service.code === 'LAB-K')

describe('one basket', () => {
  it('takes every kind, and says what it does not know', async () => {
    const encounterId = await visit()
    const placed = await doctor.placeOrder({ body: { encounterId, priority: 'urgent', indication: 'weakness', items: [{ kind: 'laboratory', code: 'K' }, { kind: 'imaging', name: 'Chest X-ray' }, { kind: 'diet', name: 'Soft diet' }, { kind: 'nursing', name: 'Turn every two hours' }, { kind: 'procedure', name: 'ECG' }, { kind: 'medication', name: 'Saline 500 ml' }] } })
    expect(placed.body).toMatchObject({ state: 'active', priority: 'urgent', ordererId: hospital.userId('doctor'), isSignatureDue: false, warnings: [], actions: expect.arrayContaining(['cancel', 'revise', 'discontinue', 'entered-in-error']) })
    expect(placed.body.items.map((item) => item.kind)).toEqual(['laboratory', 'imaging', 'diet', 'nursing', 'procedure', 'medication'])
    const wrong = await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }, { kind: 'laboratory', code: 'NOPE' }, { kind: 'diet' }] } })
    expect([wrong.status, wrong.problem.code, wrong.problem.errors?.map((field) => field.path)]).toEqual([422, 'orders.unknown_item', ['items.1', 'items.2']])
  })

  it('warns of the same test within a day, and takes it', async () => {
    const encounterId = await visit()
    await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }] } })
    const again = await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }, { kind: 'laboratory', code: 'NA' }] } })
    expect([again.status, again.body.warnings.map((warning) => warning.name)]).toEqual([201, ['Potassium']])
  })

  it('knows a panel by its members: after it, beside it, when it is revised, and before it is placed', async () => {
    const patientId = await bench.person()
    const encounterId = await bench.visit(patientId)
    const of = (...codes: string[]) => codes.map((code) => ({ kind: 'laboratory' as const, code }))
    const place = async (...codes: string[]) => (await doctor.placeOrder({ body: { encounterId, items: of(...codes) } })).body
    const said = (warnings: readonly { item: string; name: string; isInBasket: boolean }[]) => warnings.map((one) => [one.item, one.name, one.isInBasket])
    const check = async (codes: string[], revises?: string) => said((await doctor.checkOrder({ body: { patientId, items: of(...codes), ...(revises === undefined ? {} : { revises }) } })).body.warnings)
    const [blood, haemoglobin] = ['Complete blood count', 'Haemoglobin']
    const beside = await check(['HGB', 'CBC'])
    expect(beside).toEqual([[blood, haemoglobin, true]])
    const first = await place('CBC')
    expect(first.warnings).toEqual([])
    expect(await check(['HGB'])).toEqual([[haemoglobin, blood, false]])
    const second = await place('HGB')
    expect(said(second.warnings)).toEqual([[haemoglobin, blood, false]])
    expect(await check(['CBC', 'NA'], first.id)).toEqual([])
    const other = await place('NA')
    const revised = await doctor.reviseOrder({ params: { id: other.id }, body: { reason: 'more', items: of('NA', 'CBC') } })
    expect(said(revised.body.warnings).toSorted()).toEqual([[blood, blood, false], [blood, haemoglobin, false]])
    expect((await (await hospital.as(orders, 'lab-technician')).checkOrder({ body: { patientId, items: of('NA') } })).status).toBe(403)
  })

  it('the same key orders once', async () => {
    const encounterId = await visit()
    const body = { encounterId, items: [{ kind: 'laboratory' as const, code: 'K' }] }
    const [first, second] = await Promise.all([doctor.placeOrder({ body, idempotencyKey: 'order-1' }), doctor.placeOrder({ body, idempotencyKey: 'order-1' })])
    expect(second?.body.id).toBe(first?.body.id)
    expect((await doctor.listOrders({ query: { encounterId } })).body.items).toHaveLength(1)
    expect(await chargesOf(encounterId)).toHaveLength(1)
  })
})

describe('an order by word of mouth', () => {
  it('names who gave it, is read back, and waits for the signature of that person', async () => {
    const nurse = await hospital.as(orders, 'nurse')
    const encounterId = await visit()
    const items = [{ kind: 'laboratory' as const, code: 'K' }]
    expect((await nurse.placeOrder({ body: { encounterId, channel: 'telephone', items } })).problem.code).toBe('orders.orderer_required')
    expect((await nurse.placeOrder({ body: { encounterId, channel: 'telephone', ordererId: hospital.userId('doctor'), items } })).problem.code).toBe('orders.read_back_required')
    const placed = (await nurse.placeOrder({ body: { encounterId, channel: 'telephone', ordererId: hospital.userId('doctor'), isReadBack: true, items } })).body
    expect(placed).toMatchObject({ isSignatureDue: true, signedAt: null, actions: expect.arrayContaining(['sign']) })
    const due = async () => (await doctor.listOrders({ query: { ordererId: hospital.userId('doctor'), signature: 'due', limit: 50 } })).body.items.map((one) => one.id)
    expect(await due()).toContain(placed.id)
    expect((await nurse.signOrder({ params: { id: placed.id }, body: {} })).problem.code).toBe('orders.own_signature')
    expect((await doctor.signOrder({ params: { id: placed.id }, body: {} })).body.isSignatureDue).toBe(false)
    expect((await doctor.signOrder({ params: { id: placed.id }, body: {} })).problem.code).toBe('orders.already_signed')
  })
})

describe('who answers for an order', () => {
  const items = [{ kind: 'laboratory' as const, code: 'K' }]
  it('a written one is one’s own: nobody writes in the name of another', async () => {
    const nurse = await hospital.as(orders, 'nurse')
    const refused = await nurse.placeOrder({ body: { encounterId: await visit(), ordererId: hospital.userId('doctor'), items } })
    expect([refused.status, refused.problem.errors]).toMatchObject([422, [{ path: 'ordererId', code: 'orders.written_own' }]])
    expect((await doctor.placeOrder({ body: { encounterId: await visit(), ordererId: hospital.userId('doctor'), items } })).status).toBe(201)
  })

  it('stays who it is when another one changes it: by word of mouth with a signature due, in writing only by who may take it over', async () => {
    const nurse = await hospital.as(orders, 'nurse')
    const first = (await doctor.placeOrder({ body: { encounterId: await visit(), items } })).body
    const change = { reason: 'urgent now', priority: 'stat' as const, items }
    const params = { id: first.id }
    for (const said of [{}, { channel: 'written' as const }]) expect((await nurse.reviseOrder({ params, body: { ...change, ...said } })).problem.errors).toMatchObject([{ path: 'channel', code: 'orders.source_required' }])
    expect((await nurse.reviseOrder({ params, body: { ...change, channel: 'verbal', ordererId: hospital.userId('nurse'), isReadBack: true } })).problem.errors).toMatchObject([{ path: 'ordererId', code: 'orders.source_required' }])
    const revised = (await nurse.reviseOrder({ params, body: { ...change, channel: 'verbal', ordererId: hospital.userId('doctor'), isReadBack: true } })).body
    expect(revised).toMatchObject({ ordererId: hospital.userId('doctor'), channel: 'verbal', isSignatureDue: true, replacesId: first.id })
    const admin = await hospital.as(orders, 'admin')
    expect((await admin.reviseOrder({ params: { id: revised.id }, body: change })).body).toMatchObject({ ordererId: hospital.userId('admin'), isSignatureDue: false })
  })
})

describe('charges follow the order', () => {
  it('cancelled before it began: nothing is owed, the tube is not taken', async () => {
    const encounterId = await visit()
    const order = (await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }] } })).body
    expect((await chargesOf(encounterId)).map((charge) => [charge.state, charge.amount.amount])).toEqual([['open', '150.00']])
    expect((await doctor.cancelOrder({ params: { id: order.id }, body: { reason: 'not needed' } })).body).toMatchObject({ state: 'cancelled', items: [{ state: 'cancelled' }] })
    expect((await chargesOf(encounterId)).map((charge) => charge.state)).toEqual(['cancelled'])
    expect((await bench.tubesOf(order.id)).map((tube) => tube.state)).toEqual(['cancelled'])
    expect((await bench.resultsOf(order.id)).map((row) => row.state)).toEqual(['cancelled'])
  })

  it('begun and stopped: what was done in part stays charged; it cannot be cancelled any more', async () => {
    const { order } = await bench.received(['K'])
    const refused = await doctor.cancelOrder({ params: { id: order.id }, body: { reason: 'x' } })
    expect([refused.status, refused.problem.allowed]).toEqual([409, ['complete', 'revise', 'discontinue', 'entered-in-error']])
    expect((await doctor.discontinueOrder({ params: { id: order.id }, body: { reason: 'transferred' } })).body.items[0]?.state).toBe('discontinued')
    expect((await chargesOf(order.encounterId)).map((charge) => charge.state)).toEqual(['open'])
  })

  it('revised: what both name goes on with its tube and charge, the difference is adjusted', async () => {
    const encounterId = await visit()
    const order = (await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }, { kind: 'laboratory', code: 'NA' }] } })).body
    const before = await bench.tubesOf(order.id)
    const revised = await doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'sodium not needed', priority: 'stat', items: [{ kind: 'laboratory', code: 'K' }, { kind: 'laboratory', code: 'CL' }] } })
    expect(revised.body).toMatchObject({ replacesId: order.id, priority: 'stat', state: 'active' })
    expect((await doctor.readOrder({ params: { id: order.id } })).body).toMatchObject({ state: 'revised', items: [{ state: 'discontinued' }, { state: 'discontinued' }] })
    expect((await chargesOf(encounterId)).map((charge) => [charge.state, charge.source.id])).toEqual([['open', revised.body.items[0]?.id]])
    const tubes = await bench.tubesOf(revised.body.id)
    expect(tubes.map((tube) => tube.id)).toEqual(before.map((tube) => tube.id))
    expect((await bench.resultsOf(revised.body.id)).filter((row) => row.state === 'pending').map((row) => row.code).toSorted()).toEqual(['CL', 'K'])
    expect((await doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'again', items: [{ kind: 'laboratory', code: 'K' }] } })).problem.code).toBe('lifecycle.illegal_step')
  })

  it('withdrawn when it is on a bill: a task says so', async () => {
    const encounterId = await visit()
    const order = (await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'laboratory', code: 'K' }] } })).body
    const bill = (await money.draftInvoice({ body: { encounterId } })).body
    await money.issueInvoice({ params: { id: bill.id }, body: {} })
    await doctor.orderInError({ params: { id: order.id }, body: { reason: 'wrong patient' } })
    const tasks = (await (await hospital.as(encounters, 'cashier')).listTasks({ query: { patientId: order.patientId } })).body.items
    expect(tasks.map((task) => task.title)).toEqual(['Potassium: ordered no more; take it off the bill or credit it'])
  })
})

describe('how many', () => {
  it('of a service by the piece: the charge follows the quantity, and a revision adjusts it', async () => {
    const encounterId = await visit()
    const session = (await money.createService({ body: { code: 'PHYSIO', name: 'Physiotherapy', price: { amount: '200.00', currency: 'INR' } } })).body
    const owed = async () => (await money.listCharges({ query: { encounterId } })).body.items.filter((charge) => charge.service.code === 'PHYSIO').map((charge) => [charge.state, charge.amount.amount])
    const item = (quantity: string) => ({ kind: 'procedure' as const, name: 'Physiotherapy', serviceId: session.id, quantity })
    const order = (await doctor.placeOrder({ body: { encounterId, items: [item('3')] } })).body
    expect(order.items[0]?.quantity).toBe('3')
    expect(await owed()).toEqual([['open', '600.00']])
    const more = (await doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'longer', items: [item('5')] } })).body
    expect(await owed()).toEqual([['open', '1000.00']])
    const bill = (await money.draftInvoice({ body: { encounterId } })).body
    await money.issueInvoice({ params: { id: bill.id }, body: {} })
    await doctor.reviseOrder({ params: { id: more.id }, body: { reason: 'well again', items: [item('4')] } })
    expect(await owed()).toEqual([['invoiced', '1000.00']])
    const tasks = (await (await hospital.as(encounters, 'cashier')).listTasks({ query: { patientId: order.patientId } })).body.items
    expect(tasks.map((task) => task.title)).toEqual(['Physiotherapy: ordered 4, 5 on the bill; bill or credit the difference'])
  })

  it('of a culture: so many tubes, a further one where more is asked for; what is measured once is refused', async () => {
    const encounterId = await visit()
    const culture = (quantity: string) => ({ kind: 'laboratory' as const, code: 'BLCUL', quantity })
    const order = (await doctor.placeOrder({ body: { encounterId, items: [culture('2'), { kind: 'laboratory', code: 'K' }] } })).body
    const tubes = await bench.tubesOf(order.id)
    expect(tubes.filter((tube) => tube.contents === 'BLCUL')).toHaveLength(2)
    expect((await bench.resultsOf(order.id)).map((row) => row.code).toSorted()).toEqual(['BLCUL', 'BLCUL', 'K'])
    const three = (await doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'one more', items: [culture('3'), { kind: 'laboratory', code: 'K' }] } })).body
    expect((await bench.resultsOf(three.id)).map((row) => row.code).toSorted()).toEqual(['BLCUL', 'BLCUL', 'BLCUL', 'K'])
    expect((await bench.tubesOf(three.id)).map((tube) => tube.number)).toHaveLength(4)
    const one = (await doctor.reviseOrder({ params: { id: three.id }, body: { reason: 'one will do', items: [culture('1')] } })).body
    expect((await bench.resultsOf(one.id)).filter((row) => row.state === 'pending').map((row) => row.code)).toEqual(['BLCUL'])
    for (const item of [{ kind: 'laboratory' as const, code: 'K', quantity: '2' }, culture('1.5'), culture('21')]) {
      const refused = await doctor.placeOrder({ body: { encounterId, items: [item] } })
      expect([refused.status, refused.problem.errors]).toMatchObject([422, [{ path: 'items.0.quantity', code: 'orders.quantity_once' }]])
    }
  })
})

describe('what is urgent', () => {
  it('stands first where it is done, and page follows page', async () => {
    const nurse = await hospital.as(orders, 'nurse')
    const patientId = await bench.person()
    const place = (priority: 'routine' | 'urgent' | 'stat', name: string) => doctor.placeOrder({ body: { patientId, facilityId: hospital.facilityId, priority, items: [{ kind: 'diet', name }, { kind: 'laboratory', code: 'K' }] } })
    for (const [priority, name] of [['routine', 'a'], ['stat', 'b'], ['urgent', 'c'], ['routine', 'd'], ['stat', 'e']] as const) await place(priority, name)
    const names: string[] = []
    const query = { facilityId: hospital.facilityId, kind: 'diet' as const, state: 'ordered' as const, limit: 2 }
    let cursor: string | undefined
    do {
      const { items, nextCursor } = (await nurse.listItems({ query: { ...query, ...(cursor === undefined ? {} : { cursor }) } })).body
      names.push(...items.map((item) => item.name))
      cursor = nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(names.filter((name) => name.length === 1)).toEqual(['e', 'b', 'c', 'd', 'a'])
    const urgency = ['stat', 'urgent', 'routine']
    const sorted = (rows: readonly { priority: string }[]) => rows.map((row) => urgency.indexOf(row.priority))
    for (const rows of [(await bench.lab.listSpecimens({ query: { facilityId: hospital.facilityId, state: 'requested', limit: 100 } })).body.items, (await bench.lab.listResults({ query: { facilityId: hospital.facilityId, state: 'pending', limit: 100 } })).body.items]) {
      expect(new Set(sorted(rows)).size).toBe(3)
      expect(sorted(rows)).toEqual(sorted(rows).toSorted())
    }
    expect((await nurse.listItems({ query: { ...query, cursor: Buffer.from(`2026-11-22T00:00:00.000Z\n${patientId}`).toString('base64url') } })).problem.errors?.[0]).toMatchObject({ path: 'cursor' })
  })
})

describe('sets', () => {
  it('are kept version by version; a favourite is its owner’s', async () => {
    const made = (await doctor.createSet({ body: { name: 'Chest pain', items: [{ kind: 'laboratory', code: 'TROPI' }, { kind: 'procedure', name: 'ECG' }] } })).body
    const used = (await doctor.placeOrder({ body: { encounterId: await visit(), orderSetId: made.id, items: [{ kind: 'laboratory', code: 'TROPI' }] } })).body
    expect(used).toMatchObject({ orderSetId: made.id, orderSetVersion: 1 })
    const changed = (await doctor.updateSet({ params: { id: made.id }, ifMatch: made.version, body: { items: [{ kind: 'laboratory', code: 'CKMB' }] } })).body
    expect([changed.setVersion, changed.items.map((item) => item.code)]).toEqual([2, ['CKMB']])
    expect((await doctor.readOrder({ params: { id: used.id } })).body.orderSetVersion).toBe(1)
    expect((await doctor.createSet({ body: { name: 'chest  PAIN', items: [{ kind: 'laboratory', code: 'K' }] } })).problem.code).toBe('orders.name_taken')
    const mine = (await doctor.createSet({ body: { name: 'Mine', isFavourite: true, items: [{ kind: 'laboratory', code: 'K' }] } })).body
    const nurse = await hospital.as(orders, 'nurse')
    expect((await nurse.readSet({ params: { id: mine.id } })).status).toBe(404)
    expect((await nurse.listSets({})).body.items.map((set) => set.name)).toEqual(['Chest pain'])
  })
})

describe('rules', () => {
  it.each([[['ordered'], 'active'], [['ordered', 'in-progress'], 'in-progress'], [['ordered', 'completed'], 'in-progress'], [['completed', 'cancelled'], 'completed'], [['cancelled'], 'completed']] as const)('items %o make an order %s', (states, expected) => expect(orderStateOf(states)).toBe(expected))
  it('each old item goes on once', () => {
    const old = [{ id: '1', kind: 'laboratory', code: 'K', name: 'K', quantity: '1', state: 'ordered' }, { id: '2', kind: 'laboratory', code: 'K', name: 'K', quantity: '1', state: 'cancelled' }]
    const fresh = [{ kind: 'laboratory', code: 'K', name: 'K', quantity: '1' }, { kind: 'laboratory', code: 'K', name: 'K', quantity: '1' }]
    expect([...continued(old, fresh).values()].map((item) => item.id)).toEqual(['1'])
  })
})
