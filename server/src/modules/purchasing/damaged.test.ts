import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let buyer: TestClient<typeof purchasing>
let storeId = ''
let vendorId = ''
let ampoule = ''
let tablet = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const lot = (batch: string) => ({ batch, expiresOn: '2031-01' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  buyer = await hospital.as(purchasing, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'DM', name: 'Main', kind: 'main' } })).body.id
  vendorId = (await stock.createVendor({ body: { name: 'Broken Box Traders' } })).body.id
  const item = async (sku: string, more: object = {}) => (await stock.createItem({ body: { sku, name: sku, kind: 'medicine', baseUnit: 'piece', packs: [{ unit: 'box', factor: '10' }], taxRatePercent: '12', ...more } })).body.id
  ampoule = await item('AMP', { storage: 'refrigerated', controlledClass: 'NDPS' })
  tablet = await item('TAB')
})

async function ordered(lines: { itemId: string; quantity: string }[]) {
  const order = (await buyer.createOrder({ body: { storeId, vendorId, lines: lines.map((line) => ({ ...line, unit: 'box', unitPrice: inr('100.00') })) } })).body
  await buyer.approveOrder({ params: { id: order.id }, body: {} })
  const lineOf = (itemId: string) => order.lines.find((line) => line.itemId === itemId)?.id ?? ''
  return { id: order.id, lineOf }
}

const orderNow = async (id: string) => (await buyer.readOrder({ params: { id } })).body

describe('a line that came all damaged', () => {
  it('is a line of the receipt and no stock, leaves its order open, and is claimed once', async () => {
    const order = await ordered([{ itemId: ampoule, quantity: '3' }, { itemId: tablet, quantity: '2' }])
    const receive = (line: object) => buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ purchaseOrderLineId: order.lineOf(ampoule), lot: lot('X1'), quantity: '0', ...line }] } })
    expect((await receive({})).problem.code).toBe('purchasing.nothing_received')
    // Neither cold chain nor witness: none of it comes into the house.
    const got = await receive({ damaged: '3' })
    expect([got.status, got.body.goodsTotal, got.body.taxTotal]).toEqual([201, inr('0.00'), inr('0.00')])
    expect(got.body.lines).toMatchObject([{ batch: 'X1', quantity: '0', free: '0', damaged: '30', damagedCost: inr('300.00'), damagedTax: inr('36.00'), claimed: '0', ordered: '30', short: '30', overOrder: '0' }])
    expect((await stock.listStock({ query: { itemId: ampoule } })).body.items).toEqual([])
    expect((await stock.listMovements({ query: { itemId: ampoule } })).body.items).toEqual([])
    expect(await orderNow(order.id)).toMatchObject({ state: 'partly-received', lines: [{ received: '0', givenUp: '0' }, { received: '0' }] })

    const params = { id: got.body.id }
    expect((await (await hospital.as(purchasing, 'nurse')).claimDamaged({ params, body: { reason: 'crushed' } })).status).toBe(403)
    const note = await buyer.claimDamaged({ params, body: { reason: 'crushed' } })
    expect(note.body).toMatchObject({ isClaim: true, total: inr('336.00'), reason: 'crushed', number: expect.stringMatching(/-PRT-/) })
    expect((await buyer.claimDamaged({ params, body: { reason: 'again' } })).problem.code).toBe('purchasing.nothing_damaged')
    expect((await buyer.readReceipt({ params })).body.lines[0]).toMatchObject({ claimed: '30', returned: '0' })
    expect((await buyer.printReturn({ params: { id: note.body.id } })).headers['content-type']).toBe('application/pdf')
    expect((await buyer.printReceipt({ params })).headers['content-type']).toBe('application/pdf')
    // It was never bought in the register, so nothing of it is taken off.
    const query = { facilityId: hospital.facilityId, from: got.body.receivedOn, to: got.body.receivedOn }
    expect((await buyer.purchaseDocuments({ query })).body.items.filter((one) => one.id === note.body.id)).toEqual([])
    expect(await hospital.query("select 1 from audit_entries where action = 'purchasing.claimDamaged:create' and subject_id = any($1::uuid[]) and outcome = 'success'", [[note.body.id, params.id]])).toHaveLength(1)
  })

  it('closes its line of the order where somebody says the rest will not come', async () => {
    const order = await ordered([{ itemId: ampoule, quantity: '1' }, { itemId: tablet, quantity: '2' }])
    const receive = (itemId: string, line: object) => buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ purchaseOrderLineId: order.lineOf(itemId), lot: lot('Y1'), quantity: '0', ...line }] } })
    await receive(ampoule, { damaged: '1', isRestGivenUp: true })
    const after = await orderNow(order.id)
    expect([after.state, after.lines.find((line) => line.itemId === ampoule)?.givenUp]).toEqual(['partly-received', '10'])
    const part = await receive(tablet, { quantity: '1', damaged: '1' })
    expect(part.body.lines[0]).toMatchObject({ quantity: '10', damaged: '10', short: '10', damagedCost: inr('100.00') })
    expect((await orderNow(order.id)).state).toBe('partly-received')
    const awaited = async () => (await buyer.suggestOrders({ query: { facilityId: hospital.facilityId, all: 'true' } })).body.items.find((one) => one.itemId === ampoule)?.onOrder ?? '0'
    expect(await awaited()).toBe('30')
    await receive(tablet, { quantity: '1' })
    expect((await orderNow(order.id)).state).toBe('closed')
    expect((await receive(tablet, { quantity: '1' })).problem.code).toBe('lifecycle.illegal_step')
  })

  it('stands beside good batches of the same line: the last of them says what is short', async () => {
    const order = await ordered([{ itemId: tablet, quantity: '5' }])
    const line = { purchaseOrderLineId: order.lineOf(tablet) }
    const got = await buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ ...line, lot: lot('Z1'), quantity: '2', free: '1' }, { ...line, lot: lot('Z2'), quantity: '0', damaged: '2' }] } })
    expect(got.body.lines.map((one) => [one.batch, one.quantity, one.free, one.damaged, one.short])).toEqual(expect.arrayContaining([['Z1', '20', '10', '0', '0'], ['Z2', '0', '0', '20', '30']]))
    expect((await stock.listStock({ query: { itemId: tablet } })).body.items.filter((one) => one.batch.startsWith('Z')).map((one) => [one.batch, one.quantity])).toEqual([['Z1', '30']])
    expect((await buyer.printReceipt({ params: { id: got.body.id } })).status).toBe(200)
  })
})
