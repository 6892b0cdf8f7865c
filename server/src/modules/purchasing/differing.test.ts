import { beforeAll, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { matchBill } from './rules.ts'

let hospital: TestHospital
let buyer: TestClient<typeof purchasing>
let [storeId, vendorId, tablet] = ['', '', '']
const inr = (amount: string) => ({ amount, currency: 'INR' })
const lot = (batch: string) => ({ batch, expiresOn: '2030-01' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  const stock = await hospital.as(inventory, 'pharmacist')
  buyer = await hospital.as(purchasing, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'M', name: 'Main', kind: 'main' } })).body.id
  vendorId = (await stock.createVendor({ body: { name: 'Kerala Drug House' } })).body.id
  tablet = (await stock.createItem({ body: { sku: 'T1', name: 'Tablet', kind: 'medicine', baseUnit: 'tablet', packs: [{ unit: 'box', factor: '100' }], taxRatePercent: '12' } })).body.id
})

async function sent(boxes: string) {
  const order = (await buyer.createOrder({ body: { storeId, vendorId, lines: [{ itemId: tablet, quantity: boxes, unit: 'box', unitPrice: inr('300.00') }] } })).body
  await buyer.approveOrder({ params: { id: order.id }, body: {} })
  return { purchaseOrderId: order.id, purchaseOrderLineId: order.lines[0]?.id ?? '', now: async () => (await buyer.readOrder({ params: { id: order.id } })).body }
}

it('more than was ordered is taken when somebody says so, and is recorded as over', async () => {
  const { purchaseOrderId, purchaseOrderLineId, now } = await sent('5')
  const lines = [{ purchaseOrderLineId, lot: lot('A'), quantity: '4' }, { purchaseOrderLineId, lot: lot('B'), quantity: '3' }]
  const refused = await buyer.receiveGoods({ body: { storeId, purchaseOrderId, lines } })
  expect([refused.problem.code, refused.problem.errors?.[0]?.path]).toEqual(['purchasing.above_order', 'lines.1.quantity'])
  const taken = await buyer.receiveGoods({ body: { storeId, purchaseOrderId, isOverAccepted: true, lines } })
  expect(taken.body.lines.map((line) => [line.batch, line.quantity, line.overOrder]).toSorted()).toEqual([['A', '400', '0'], ['B', '300', '200']])
  expect(await now()).toMatchObject({ state: 'received', lines: [{ quantity: '500', received: '700' }] })
})

it('another price and tax stand beside those of the order; a bill dearer than the order waits for who approves', async () => {
  const { purchaseOrderId, purchaseOrderLineId } = await sent('2')
  const come = async (batch: string, more = {}) => (await buyer.receiveGoods({ body: { storeId, purchaseOrderId, lines: [{ purchaseOrderLineId, lot: lot(batch), quantity: '1', ...more }] } })).body
  const dear = await come('C', { unitPrice: inr('340.00'), taxRatePercent: '18' })
  expect(dear.lines).toMatchObject([{ lineCost: inr('340.00'), costByOrder: inr('300.00'), taxRatePercent: '18', taxRateByOrder: '12', overOrder: '0' }])
  const bill = (receiptId: string, billNumber: string, amount: string) => buyer.enterBill({ params: { id: receiptId }, body: { billNumber, billedOn: '2026-11-20', amount: inr(amount) } })
  expect((await bill(dear.id, 'K/1', '401.20')).body).toMatchObject({ state: 'disputed', expected: inr('401.20'), byOrder: inr('336.00'), difference: inr('0.00') })
  const same = await come('D')
  expect((await bill(same.id, 'K/2', '336.00')).body).toMatchObject({ state: 'matched', byOrder: inr('336.00') })
})

it('cheaper than ordered is no dispute, nor is what had no order', () => {
  expect([matchBill('90', '90', '100'), matchBill('102', '102', '100'), matchBill('102', '102')]).toEqual(['matched', 'disputed', 'matched'])
})
