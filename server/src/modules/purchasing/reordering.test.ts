import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openMailbox } from '../../testing/mailbox.ts'
import { reorder } from './reordering.ts'

let hospital: TestHospital
let keeper: TestClient<typeof inventory>
let buyer: TestClient<typeof purchasing>
const place = { main: '', ward: '', vendor: '' }
const inr = (amount: string) => ({ amount, currency: 'INR' })
const lot = (batch: string) => ({ batch, expiresOn: '2031-01', mrp: inr('9.00') })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  keeper = await hospital.as(inventory, 'admin')
  buyer = await hospital.as(purchasing, 'admin')
  const store = async (code: string, kind: 'main' | 'ward') => (await keeper.createStore({ body: { facilityId: hospital.facilityId, code, name: code, kind } })).body.id
  Object.assign(place, { main: await store('M', 'main'), ward: await store('W', 'ward'), vendor: (await keeper.createVendor({ body: { name: 'Vendor', email: 'orders@vendor.example' } })).body.id })
})

const itemOf = async (sku: string, fields: object = {}) => (await keeper.createItem({ body: { sku, name: sku, kind: 'medicine', baseUnit: 'tablet', ...fields } })).body.id
const receive = (itemId: string, batch: string, quantity: string) => buyer.receiveGoods({ body: { storeId: place.main, witnessId: hospital.userId('pharmacist'), vendorId: place.vendor, lines: [{ itemId, lot: lot(batch), quantity, unitPrice: inr('2.00') }] } })

describe('what is low in the morning', () => {
  const morning = () => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date() }), reorder)
  const settle = async (body: object) => keeper.updateStockSettings({ ifMatch: (await keeper.readStockSettings({})).body.version, body })
  const ordersOf = async (itemId: string) => (await buyer.listOrders({ query: {} })).body.items.filter((order) => order.lines.some((line) => line.itemId === itemId)).map((order) => order.state)

  it('is listed, drafted once by two looks at once, or sent up to the limit of approval', async () => {
    const [drafted, cheap, dear] = [await itemOf('LOW1'), await itemOf('LOW2'), await itemOf('LOW3')]
    for (const [itemId, batch] of [[drafted, 'A'], [cheap, 'B'], [dear, 'C']] as const) await receive(itemId, batch, '10')
    const lack = async (id: string, maximumLevel: string) => keeper.updateItem({ params: { id }, ifMatch: (await keeper.readItem({ params: { id } })).body.version, body: { reorderLevel: '20', maximumLevel } })
    await lack(drafted, '100')
    await morning()
    expect(await ordersOf(drafted)).toEqual([])
    await settle({ reordering: 'draft' })
    await Promise.all([morning(), morning()])
    expect(await ordersOf(drafted)).toEqual(['draft'])

    const mailbox = await openMailbox()
    await settle({ reordering: 'send', approvalLimit: '500' })
    await lack(cheap, '100')
    await morning()
    expect(await ordersOf(cheap)).toEqual(['sent'])
    await lack(dear, '5000')
    await morning()
    expect([await ordersOf(dear), await ordersOf(cheap), await ordersOf(drafted)]).toEqual([['draft'], ['sent'], ['draft']])
    await mailbox.close()
  })
})

describe('a controlled drug', () => {
  it('is sent to a ward, received there and sent back to its vendor before a second person', async () => {
    const itemId = await itemOf('MORPHINE', { controlledClass: 'NDPS' })
    const receipt = (await receive(itemId, 'N1', '50')).body
    const witnessId = hospital.userId('pharmacist')
    const transfer = (await keeper.requestTransfer({ body: { fromStoreId: place.main, toStoreId: place.ward, lines: [{ itemId, quantity: '10' }] } })).body
    const params = { id: transfer.id }
    const said = async (work: Promise<{ status: number; problem: { code?: string } }>) => work.then((answer) => answer.problem?.code ?? answer.status)
    expect(await said(keeper.dispatchTransfer({ params, body: {} }))).toBe('inventory.witness_required')
    expect(await said(keeper.dispatchTransfer({ params, body: { witnessId: hospital.userId('admin') } }))).not.toBe(200)
    expect(await said(keeper.dispatchTransfer({ params, body: { witnessId } }))).toBe(200)
    expect(await said(keeper.receiveTransfer({ params, body: {} }))).toBe('inventory.witness_required')
    expect(await said(keeper.receiveTransfer({ params, body: { witnessId } }))).toBe(200)
    const back = { reason: 'recalled by the maker', lines: [{ goodsReceiptLineId: receipt.lines[0]?.id ?? '', quantity: '40' }] }
    expect(await said(buyer.returnGoods({ params: { id: receipt.id }, body: back }))).toBe('inventory.witness_required')
    expect(await said(buyer.returnGoods({ params: { id: receipt.id }, body: { ...back, witnessId } }))).toBe(201)
    expect((await keeper.listStock({ query: { itemId } })).body.items.map((one) => one.quantity)).toEqual(['10'])
  })
})
