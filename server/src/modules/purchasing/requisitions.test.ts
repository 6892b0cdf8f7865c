import { beforeAll, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let buyer: TestClient<typeof purchasing>
let storeId = ''
let [vendorId, otherVendorId, tablet, syrup] = ['', '', '', '']
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  const stock = await hospital.as(inventory, 'pharmacist')
  buyer = await hospital.as(purchasing, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'M', name: 'Main', kind: 'main' } })).body.id
  vendorId = (await stock.createVendor({ body: { name: 'Kerala Drug House' } })).body.id
  otherVendorId = (await stock.createVendor({ body: { name: 'Malabar Pharma' } })).body.id
  tablet = (await stock.createItem({ body: { sku: 'T1', name: 'Tablet', kind: 'medicine', baseUnit: 'tablet', packs: [{ unit: 'box', factor: '100' }], taxRatePercent: '12' } })).body.id
  syrup = (await stock.createItem({ body: { sku: 'S1', name: 'Syrup', kind: 'medicine', baseUnit: 'bottle', taxRatePercent: '12' } })).body.id
})

/** Tablets cheaper of the one vendor, syrup of the other. */
async function quoted() {
  const asked = (await buyer.requisition({ body: { storeId, lines: [{ itemId: tablet, quantity: '5', unit: 'box' }, { itemId: syrup, quantity: '20' }] } })).body
  const params = { id: asked.id }
  await buyer.addQuotation({ params, body: { vendorId, lines: [{ itemId: tablet, unitCost: inr('3.00'), leadTimeDays: 3 }, { itemId: syrup, unitCost: inr('50.00'), leadTimeDays: 3 }] } })
  await buyer.addQuotation({ params, body: { vendorId: otherVendorId, lines: [{ itemId: tablet, unitCost: inr('3.20') }, { itemId: syrup, unitCost: inr('45.00') }] } })
  const lineOf = (itemId: string) => asked.lines.find((line) => line.itemId === itemId)?.id ?? ''
  const now = async () => (await buyer.listRequisitions({ query: {} })).body.items.find((one) => one.id === asked.id)
  return { id: asked.id, params, tablets: lineOf(tablet), bottles: lineOf(syrup), now }
}

it('is ordered line by line, each from whom one likes; it is ordered when all its lines are', async () => {
  const { id, now } = await quoted()
  const order = (await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: tablet, quantity: '5', unit: 'box', unitPrice: inr('300.00') }] } })).body
  const half = await now()
  expect(half?.state).toBe('open')
  expect(half?.lines.map((line) => [line.itemName, line.quantity, line.ordered, line.open]).toSorted()).toEqual([['Syrup', '20', '0', '20'], ['Tablet', '500', '500', '0']])
  const twice = await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: syrup, quantity: '1', unitPrice: inr('50.00') }, { itemId: tablet, quantity: '1', unitPrice: inr('3.00') }] } })
  expect([twice.status, twice.problem.code, twice.problem.errors?.[0]?.path]).toEqual([422, 'purchasing.already_ordered', 'lines.1.itemId'])
  await buyer.createOrder({ body: { storeId, vendorId: otherVendorId, requisitionId: id, lines: [{ itemId: syrup, quantity: '12', unitPrice: inr('45.00') }] } })
  expect((await now())?.state).toBe('open')
  await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: syrup, quantity: '8', unitPrice: inr('50.00') }] } })
  expect((await now())?.state).toBe('ordered')
  expect((await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: syrup, quantity: '1', unitPrice: inr('50.00') }] } })).problem.code).toBe('lifecycle.illegal_step')
  // What is not ordered after all is open again: a line taken from a draft, or the whole order.
  await buyer.updateOrder({ params: { id: order.id }, ifMatch: order.version, body: { lines: [{ itemId: tablet, quantity: '2', unit: 'box', unitPrice: inr('300.00') }] } })
  expect((await now())).toMatchObject({ state: 'open', lines: expect.arrayContaining([expect.objectContaining({ itemId: tablet, open: '300' })]) })
  await buyer.cancelOrder({ params: { id: order.id }, body: { reason: 'out of stock there' } })
  expect((await now())).toMatchObject({ state: 'open', lines: expect.arrayContaining([expect.objectContaining({ itemId: tablet, ordered: '0' })]) })
})

it('orders each line from its vendor in one go, a draft for each vendor, at what was quoted and by its lead time', async () => {
  const { id, params, tablets, bottles, now } = await quoted()
  const made = await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: tablets, vendorId }, { requisitionLineId: bottles, vendorId: otherVendorId }] } })
  expect(made.status).toBe(201)
  expect(made.body.items.map((order) => [order.vendorName, order.state, order.requisitionId, order.total.amount, order.expectedOn !== null]).toSorted()).toEqual([['Kerala Drug House', 'draft', id, '1500.00', true], ['Malabar Pharma', 'draft', id, '900.00', false]])
  expect((await now())?.state).toBe('ordered')
  expect((await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: tablets, vendorId }] } })).problem.code).toBe('lifecycle.illegal_step')
})

it('orders of a line only what is open, and only from who quoted it', async () => {
  const { id, params, tablets, bottles } = await quoted()
  await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: tablet, quantity: '2', unit: 'box', unitPrice: inr('300.00') }] } })
  const stranger = await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: bottles, vendorId }, { requisitionLineId: tablets, vendorId: tablet }] } })
  expect([stranger.status, stranger.problem.errors?.[0]?.path]).toEqual([422, 'lines.1.vendorId'])
  const twice = await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: tablets, vendorId }, { requisitionLineId: tablets, vendorId: otherVendorId }] } })
  expect([twice.problem.code, twice.problem.errors?.[0]?.path]).toEqual(['purchasing.already_ordered', 'lines.1.requisitionLineId'])
  expect((await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: id, vendorId }] } })).problem.errors?.[0]?.path).toBe('lines.0.requisitionLineId')
  const made = await buyer.orderQuotations({ params, body: { lines: [{ requisitionLineId: tablets, vendorId: otherVendorId }] } })
  expect(made.body.items[0]?.lines.map((line) => [line.quantity, line.unitPrice.amount])).toEqual([['300', '3.20']])
})

it('two who order at once: one', async () => {
  const { params, tablets, bottles } = await quoted()
  const body = { lines: [{ requisitionLineId: tablets, vendorId }, { requisitionLineId: bottles, vendorId: otherVendorId }] }
  const answers = await Promise.all(Array.from({ length: 6 }, () => buyer.orderQuotations({ params, body })))
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409, 409, 409])
})

it('is cancelled with a reason while something is open; what was ordered stays ordered', async () => {
  const { id, params, now } = await quoted()
  const order = (await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: tablet, quantity: '5', unit: 'box', unitPrice: inr('300.00') }] } })).body
  expect((await buyer.cancelRequisition({ params, ifMatch: 99, body: { reason: 'late' } })).status).toBe(412)
  expect((await (await hospital.as(purchasing, 'auditor')).cancelRequisition({ params, body: { reason: 'late' } })).status).toBe(403)
  const gone = await buyer.cancelRequisition({ params, body: { reason: 'The other store lends it' } })
  expect(gone.body).toMatchObject({ state: 'cancelled', cancelReason: 'The other store lends it' })
  expect((await buyer.cancelRequisition({ params, body: { reason: 'again' } })).problem.code).toBe('lifecycle.illegal_step')
  expect((await buyer.addQuotation({ params, body: { vendorId, lines: [{ itemId: syrup, unitCost: inr('1.00') }] } })).problem.code).toBe('lifecycle.illegal_step')
  expect((await buyer.createOrder({ body: { storeId, vendorId, requisitionId: id, lines: [{ itemId: syrup, quantity: '20', unitPrice: inr('50.00') }] } })).problem.code).toBe('lifecycle.illegal_step')
  await buyer.cancelOrder({ params: { id: order.id }, body: { reason: 'neither' } })
  expect((await now())?.state).toBe('cancelled')
})
