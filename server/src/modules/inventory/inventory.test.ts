import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { patients } from '#contract/patients.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let main = ''
let ward = ''
let itemId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  main = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'MAIN', name: 'Main', kind: 'main' } })).body.id
  ward = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'W1', name: 'Ward 1', kind: 'ward' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'SYR', name: 'Syringe', kind: 'consumable', baseUnit: 'piece', packs: [{ unit: 'box', factor: '100' }], barcodes: [{ code: '8901234567890', unit: 'box' }] } })).body.id
})

let serial = 0
async function fill(quantity: string, more: { expiresOn?: string; storeId?: string; of?: string; unitCost?: string } = {}): Promise<string> {
  serial += 1
  const answer = await stock.bookDocument({ body: { kind: 'opening', storeId: more.storeId ?? main, lines: [{ itemId: more.of ?? itemId, lot: { batch: `B${serial}`, expiresOn: more.expiresOn ?? '2031-01', mrp: inr('9.00'), unitCost: inr(more.unitCost ?? '2.00') }, quantity }] } })
  return answer.body.movements[0]?.lotId ?? ''
}
const held = async (lotId: string) => Object.fromEntries((await stock.listStock({ query: { lotId } })).body.items.map((one) => [one.storeName, one.quantity]))

describe('an item', () => {
  it('has units, codes and revisions of its packs; its SKU and codes are its own', async () => {
    const body = { sku: 'GLV', name: 'Gloves', kind: 'consumable' as const, baseUnit: 'pair', packs: [{ unit: 'box', factor: '50' }], barcodes: [{ code: '4006381333931' }] }
    expect((await hospital.anonymous(inventory).createItem({ body })).status).toBe(401)
    expect((await (await hospital.as(inventory, 'nurse')).createItem({ body })).status).toBe(403)
    const made = await stock.createItem({ body })
    expect(made.body).toMatchObject({ sku: 'GLV', onHand: '0', packs: [{ unit: 'box', factor: '50', revision: 1 }], barcodes: [{ code: '4006381333931', unit: 'pair' }] })
    expect((await stock.createItem({ body: { ...body, sku: 'glv', barcodes: [] } })).problem.code).toBe('inventory.sku_taken')
    expect((await stock.createItem({ body: { ...body, sku: 'GLV2' } })).problem.code).toBe('inventory.barcode_taken')
    expect((await stock.createItem({ body: { ...body, sku: 'G3', barcodes: [{ code: 'X', unit: 'crate' }] } })).problem.errors?.[0]?.path).toBe('barcodes.0.unit')
    const params = { id: made.body.id }
    expect((await stock.updateItem({ params, body: { name: 'Gloves, nitrile' } })).status).toBe(428)
    const changed = await stock.updateItem({ params, body: { packs: [{ unit: 'box', factor: '100' }] }, ifMatch: made.body.version })
    expect(changed.body.packs).toEqual([{ unit: 'box', factor: '100', revision: 2 }])
    expect((await stock.updateItem({ params, body: { name: 'x' }, ifMatch: made.body.version })).status).toBe(412)
    expect((await (await hospital.as(inventory, 'pharmacist', 'ayurveda')).readItem({ params })).status).toBe(404)
    expect(await hospital.query("select 1 from audit_entries where action = 'inventory.createItem:create' and subject_id = $1", [made.body.id])).toHaveLength(1)
  })

  it('is found by name, SKU and every form of its code; a GS1 code says batch and expiry', async () => {
    for (const query of [{ search: 'syr' }, { search: 'SYRIN' }, { barcode: '8901234567890' }, { barcode: '08901234567890' }, { barcode: ']d201089012345678901728063010LOT7' }]) expect([query, (await stock.listItems({ query })).body.items.map((one) => one.id)]).toEqual([query, [itemId]])
    const scanned = await stock.scan({ query: { code: '(01)08901234567890(17)280600(10)LOT7(21)S1' } })
    expect(scanned.body).toMatchObject({ item: { id: itemId }, unit: 'box', batch: 'LOT7', expiresOn: '2028-06-30', serial: 'S1' })
    expect((await stock.scan({ query: { code: 'nothing' } })).body.item).toBeNull()
  })
})

describe('a document', () => {
  it('adds and takes with its sign, in packs, whole or not at all', async () => {
    const lotId = await fill('300')
    const book = (kind: 'issue' | 'return' | 'adjustment' | 'expiry' | 'wastage', quantity: string, more: object = {}) => stock.bookDocument({ body: { kind, storeId: main, lines: [{ itemId, lotId, quantity, ...more }], ...(['issue', 'return'].includes(kind) ? {} : { reason: 'because' }) } })
    const issued = await book('issue', '1', { unit: 'box' })
    expect(issued.body).toMatchObject({ number: expect.stringMatching(/^GH1-ISS-\d{6}$/), movements: [{ kind: 'issue', quantity: '-100', document: { type: 'stock-document' }, recordedBy: 'Naveen Bhat' }] })
    expect((await book('return', '20')).status).toBe(201)
    expect((await book('wastage', '10')).status).toBe(201)
    expect((await book('expiry', '10')).status).toBe(201)
    expect((await book('adjustment', '-5')).status).toBe(403)
    const adjusted = await admin.bookDocument({ body: { kind: 'adjustment', storeId: main, reason: 'found', lines: [{ itemId, lotId, quantity: '-5' }] } })
    expect(adjusted.body.movements.map((one) => one.quantity)).toEqual(['-5'])
    expect(await held(lotId)).toEqual({ Main: '195' })
    const sum = await hospital.query('select sum(quantity)::text as s, count(distinct document_id)::int as n from stock_movements where lot_id = $1', [lotId])
    expect(sum).toEqual([{ s: '195.000', n: 6 }])
    const other = await fill('5')
    const both = await stock.bookDocument({ body: { kind: 'issue', storeId: main, lines: [{ itemId, lotId, quantity: '10' }, { itemId, lotId: other, quantity: '6' }] } })
    expect([both.status, both.problem.errors?.[0]?.path]).toEqual([409, 'lines.1.quantity'])
    expect([await held(lotId), await held(other)]).toEqual([{ Main: '195' }, { Main: '5' }])
  })

  it('refuses by field: unit, part of a piece, sign, reason, lot, store', async () => {
    const lotId = await fill('10')
    const line = { itemId, lotId, quantity: '1' }
    const book = async (body: Record<string, unknown>) => {
      const answer = await stock.bookDocument({ body: { kind: 'issue', storeId: main, lines: [line], ...body } as never })
      return [answer.status, answer.problem.code, answer.problem.errors?.[0]?.path]
    }
    expect(await book({ lines: [{ ...line, unit: 'crate' }] })).toEqual([422, 'inventory.unknown_unit', 'lines.0.unit'])
    expect(await book({ lines: [{ ...line, quantity: '0.5' }] })).toEqual([422, 'inventory.indivisible', 'lines.0.quantity'])
    expect(await book({ lines: [{ ...line, quantity: '-1' }] })).toEqual([422, 'inventory.wrong_sign', 'lines.0.quantity'])
    expect(await book({ lines: [{ ...line, quantity: '0' }] })).toEqual([422, 'kernel.invalid', 'lines.0.quantity'])
    expect(await book({ kind: 'wastage' })).toEqual([422, 'inventory.reason_required', 'reason'])
    expect(await book({ kind: 'return', lines: [{ itemId, quantity: '1' }] })).toEqual([422, 'inventory.lot_required', 'lines.0.lotId'])
    expect(await book({ storeId: itemId })).toEqual([422, 'kernel.invalid', 'storeId'])
    expect(await book({ kind: 'opening', lines: [{ itemId, lot: { batch: 'X', expiresOn: '2027-02-30' }, quantity: '1' }] })).toEqual([422, 'kernel.invalid', 'lines.0.lot.expiresOn'])
    expect(await book({ occurredAt: new Date(Date.now() + 86_400_000).toISOString() })).toEqual([422, 'inventory.in_future', 'occurredAt'])
  })

  it('booked back may not make a later balance negative nor enter closed books', async () => {
    const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString()
    const open = await stock.bookDocument({ body: { kind: 'opening', storeId: ward, occurredAt: day(20), lines: [{ itemId, lot: { batch: 'BACK', expiresOn: '2031-01' }, quantity: '10' }] } })
    const lotId = open.body.movements[0]?.lotId ?? ''
    const issue = (quantity: string, back: number) => stock.bookDocument({ body: { kind: 'issue', storeId: ward, occurredAt: day(back), lines: [{ itemId, lotId, quantity }] } })
    expect((await issue('8', 5)).status).toBe(201)
    const refused = await issue('3', 10)
    expect([refused.status, refused.problem.code]).toEqual([409, 'inventory.insufficient_stock'])
    await stock.bookDocument({ body: { kind: 'return', storeId: ward, lines: [{ itemId, lotId, quantity: '5' }] } })
    const later = await issue('3', 10)
    expect([later.status, later.problem.code, later.problem.errors?.[0]?.path]).toEqual([409, 'inventory.negative_later', 'lines.0'])
    expect((await issue('2', 10)).status).toBe(201)
    expect((await issue('1', 30)).problem.code).toBe('inventory.negative_later')
    const store = (await stock.readStore({ params: { id: ward } })).body
    await stock.updateStore({ params: { id: ward }, body: { closedOn: localDate(new Date(day(8)), 'Asia/Kolkata') }, ifMatch: store.version })
    expect((await issue('1', 10)).problem.code).toBe('inventory.closed_period')
    const on = async (back: number) => (await stock.listStock({ query: { storeId: ward, lotId, on: localDate(new Date(day(back)), 'Asia/Kolkata') } })).body.items.map((one) => one.quantity)
    expect(await Promise.all([on(30), on(15), on(7), on(2), on(0)])).toEqual([[], ['10'], ['8'], [], ['5']])
  })
})

describe('a transfer', () => {
  it('is in transit between the books; what does not arrive is a shortage with a reason', async () => {
    const lotId = await fill('50', { expiresOn: '2027-05' })
    const nurse = await hospital.as(inventory, 'nurse')
    const asked = (await nurse.requestTransfer({ body: { fromStoreId: main, toStoreId: ward, lines: [{ itemId, lotId, quantity: '30' }] } })).body
    expect(asked).toMatchObject({ state: 'requested', number: expect.stringMatching(/^GH1-TRF-/), actions: ['dispatch', 'cancel'] })
    const params = { id: asked.id }
    expect((await nurse.dispatchTransfer({ params, body: {} })).status).toBe(403)
    const sent = (await stock.dispatchTransfer({ params, body: {} })).body
    expect(await held(lotId)).toEqual({ Main: '20', 'In transit': '30' })
    const line = sent.lines[0]?.id ?? ''
    expect((await nurse.receiveTransfer({ params, body: { lines: [{ transferLineId: line, quantity: '31' }] } })).problem.code).toBe('inventory.over_received')
    expect((await nurse.receiveTransfer({ params, body: { lines: [{ transferLineId: line, quantity: '28' }] } })).problem.code).toBe('inventory.reason_required')
    const got = await nurse.receiveTransfer({ params, body: { lines: [{ transferLineId: line, quantity: '28', reason: 'broken' }] } })
    expect(got.body).toMatchObject({ state: 'received', lines: [{ dispatched: '30', received: '28', short: '2', reason: 'broken' }] })
    expect(await held(lotId)).toEqual({ Main: '20', 'Ward 1': '28' })
    expect((await nurse.receiveTransfer({ params, body: {} })).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: [] })
  })

  it('of more than there is is refused whole; an emergency box loses its seal', async () => {
    const box = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'BOX1', name: 'Crash cart', kind: 'emergency-box' } })).body
    const lotId = await fill('5', { storeId: box.id })
    const nurse = await hospital.as(inventory, 'nurse')
    expect((await nurse.sealStore({ params: { id: box.id }, body: { sealNumber: 'S-991' } })).body.sealNumber).toBe('S-991')
    await stock.bookDocument({ body: { kind: 'issue', storeId: box.id, lines: [{ itemId, lotId, quantity: '1' }] } })
    expect((await stock.readStore({ params: { id: box.id } })).body.sealNumber).toBe('')
    expect((await nurse.breakSeal({ params: { id: box.id }, body: { reason: 'used' } })).status).toBe(409)
    const asked = (await nurse.requestTransfer({ body: { fromStoreId: box.id, toStoreId: ward, lines: [{ itemId, quantity: '9' }] } })).body
    expect((await stock.dispatchTransfer({ params: { id: asked.id }, body: {} })).problem.code).toBe('inventory.insufficient_stock')
    expect((await nurse.cancelTransfer({ params: { id: asked.id }, body: { reason: 'none there' } })).body.state).toBe('cancelled')
  })
})

describe('a stock take', () => {
  it('freezes its store, hides what is expected, and another than who counted books the difference', async () => {
    const store = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'CNT', name: 'Counted', kind: 'ward' } })).body.id
    const [first, second] = [await fill('10', { storeId: store }), await fill('20', { storeId: store })]
    const count = (await stock.startCount({ body: { storeId: store } })).body
    const params = { id: count.id }
    expect(count.lines.map((line) => [line.expected, line.counted])).toEqual([[null, null], [null, null]])
    expect((await stock.startCount({ body: { storeId: store } })).problem.code).toBe('inventory.count_open')
    expect((await stock.bookDocument({ body: { kind: 'issue', storeId: store, lines: [{ itemId, lotId: first, quantity: '1' }] } })).problem.code).toBe('inventory.being_counted')
    await stock.enterCount({ params, body: { lines: [{ lotId: first, counted: '8', reason: 'missing' }] } })
    expect((await stock.finishCount({ params, body: {} })).problem.code).toBe('inventory.not_counted')
    await stock.enterCount({ params, body: { lines: [{ lotId: second, counted: '21' }] } })
    const finished = (await stock.finishCount({ params, body: {} })).body
    expect(finished.lines.map((line) => line.variance).toSorted()).toEqual(['-2', '1'])
    expect((await stock.approveCount({ params, body: {} })).status).toBe(403)
    expect((await admin.approveCount({ params, body: {} })).body.state).toBe('approved')
    expect([await held(first), await held(second)]).toEqual([{ Counted: '8' }, { Counted: '21' }])
    expect((await stock.bookDocument({ body: { kind: 'issue', storeId: store, lines: [{ itemId, lotId: first, quantity: '1' }] } })).status).toBe(201)
    const own = (await admin.startCount({ body: { storeId: store, isBlind: false } })).body
    await admin.enterCount({ params: { id: own.id }, body: { lines: own.lines.map((line) => ({ lotId: line.lotId, counted: line.expected ?? '0' })) } })
    await admin.finishCount({ params: { id: own.id }, body: {} })
    expect((await admin.approveCount({ params: { id: own.id }, body: {} })).problem.code).toBe('inventory.own_count')
    expect((await stock.cancelCount({ params: { id: own.id }, body: { reason: 'again' } })).body.state).toBe('cancelled')
  })
})

describe('a recall', () => {
  it('stops the lot everywhere and finds who had it', async () => {
    const lotId = await fill('40', { expiresOn: '2029-01' })
    const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Recalled', sex: 'male', ageYears: 30, phones: ['+919845012345'] } })).body
    const line = { itemId, lotId, quantity: '4' }
    await stock.bookDocument({ body: { kind: 'issue', storeId: main, patientId: patient.id, lines: [line] } })
    expect((await stock.recallLot({ params: { id: lotId }, body: { reason: 'maker’s letter' } })).status).toBe(403)
    expect((await admin.recallLot({ params: { id: lotId }, body: { reason: 'maker’s letter' } })).body).toMatchObject({ state: 'recalled', actions: [] })
    expect((await stock.bookDocument({ body: { kind: 'issue', storeId: main, lines: [line] } })).problem.code).toBe('inventory.lot_held')
    expect((await admin.releaseLot({ params: { id: lotId }, body: { reason: 'x' } })).status).toBe(409)
    const reached = await stock.listReached({ params: { id: lotId }, query: {} })
    expect(reached.body.items).toMatchObject([{ patientId: patient.id, patientName: 'Recalled', quantity: '4', phones: ['+919845012345'] }])
    expect((await stock.bookDocument({ body: { kind: 'wastage', storeId: main, reason: 'destroyed', lines: [{ itemId, lotId, quantity: '36' }] } })).status).toBe(201)
  })
})

describe('the reports', () => {
  it('value by lot and at the moving average, and say what was used', async () => {
    const of = (await stock.createItem({ body: { sku: 'VAL', name: 'Valued', kind: 'reagent', baseUnit: 'ml', isDivisible: true } })).body.id
    const store = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'VAL', name: 'Valued', kind: 'main' } })).body.id
    await fill('100', { of, storeId: store, unitCost: '1.00' })
    await fill('100', { of, storeId: store, unitCost: '2.00' })
    const first = (await stock.listStock({ query: { itemId: of } })).body.items.find((one) => one.unitCost.amount === '1.00')
    await stock.bookDocument({ body: { kind: 'issue', storeId: store, lines: [{ itemId: of, lotId: first?.lotId, quantity: '50.5' }] } })
    const value = await stock.valuation({ query: { storeId: store } })
    expect(value.body).toMatchObject({ byLot: inr('249.50'), atAverage: inr('224.25'), items: [{ kind: 'reagent' }] })
    const month = localDate(new Date(), 'Asia/Kolkata')
    const used = await stock.consumption({ query: { from: month, to: month, storeId: store } })
    expect(used.body.items).toMatchObject([{ name: 'Valued', quantity: '50.5', cost: inr('50.50'), class: 'A' }])
    const overview = await stock.stockOverview({ query: { search: 'valu' } })
    expect(overview.body.items).toMatchObject([{ onHand: '149.5', value: inr('249.50'), isLow: false }])
  })
})
