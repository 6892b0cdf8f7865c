import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let storeId = ''
let drug = ''
let lotId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'DUT', name: 'Main', kind: 'main' } })).body.id
  drug = (await stock.createItem({ body: { sku: 'DUT', name: 'Morphine', kind: 'medicine', baseUnit: 'ampoule', controlledClass: 'NDPS' } })).body.id
  lotId = (await stock.bookDocument({ body: { kind: 'opening', storeId, witnessId: hospital.userId('nurse'), lines: [{ itemId: drug, lot: { batch: 'D1', expiresOn: '2031-01' }, quantity: '50' }] } })).body.movements[0]?.lotId ?? ''
})

describe('a count', () => {
  it('is approved by none of those who entered a line of it, whoever entered last', async () => {
    const count = (await admin.startCount({ body: { storeId } })).body
    const params = { id: count.id }
    await admin.enterCount({ params, body: { lines: [{ lotId, counted: '49' }] } })
    await stock.enterCount({ params, body: { lines: [{ lotId, counted: '48' }] } })
    await stock.finishCount({ params, body: {} })
    const refused = await admin.approveCount({ params, body: {} })
    expect([refused.status, refused.problem.code]).toEqual([403, 'inventory.own_count'])
    await stock.cancelCount({ params, body: { reason: 'again' } })
  })
})

describe('a batch that was found', () => {
  it('is described, counted and booked at what the item costs; the sheet of a count is printed', async () => {
    const shelf = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'SHELF', name: 'Shelf', kind: 'ward' } })).body.id
    const itemId = (await stock.createItem({ body: { sku: 'FND', name: 'Found swab', kind: 'consumable', baseUnit: 'piece' } })).body.id
    await stock.bookDocument({ body: { kind: 'opening', storeId: shelf, lines: [{ itemId, lot: { batch: 'F1', expiresOn: '2031-01', unitCost: inr('3.00') }, quantity: '10' }] } })
    const count = (await stock.startCount({ body: { storeId: shelf, itemIds: [itemId] } })).body
    const params = { id: count.id }
    expect((await stock.printCount({ params })).status).toBe(200)
    const enter = (line: object) => stock.enterCount({ params, body: { lines: [{ counted: '4', ...line }] } })
    expect((await enter({ itemId })).problem.errors?.[0]).toMatchObject({ path: 'lines.0.lotId', code: 'inventory.lot_required' })
    expect((await enter({ itemId, lot: { batch: 'F2', expiresOn: '2031-02-30' } })).problem.errors?.[0]?.path).toBe('lines.0.lot.expiresOn')
    expect((await enter({ itemId, lot: { batch: 'F2', expiresOn: '2031-02' }, reason: 'behind the box' })).status).toBe(200)
    await enter({ lotId: count.lines[0]?.lotId, counted: '10' })
    expect((await stock.finishCount({ params, body: {} })).body.lines.map((line) => [line.batch, line.expected, line.counted, line.reason]).toSorted()).toEqual([['F1', '10', '10', ''], ['F2', '0', '4', 'behind the box']])
    expect((await stock.printCount({ params })).status).toBe(200)
    expect((await admin.approveCount({ params, body: {} })).status).toBe(200)
    expect((await stock.listStock({ query: { storeId: shelf } })).body.items.map((one) => [one.batch, one.quantity, one.unitCost.amount])).toEqual([['F1', '10', '3.00'], ['F2', '4', '3.00']])
  })
})

describe('a witness', () => {
  const issue = async (witnessId?: string) => (await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId: drug, lotId, quantity: '1' }], ...(witnessId === undefined ? {} : { witnessId }) } })).problem?.code
  const held = (userId: string, change: string) => hospital.query(`update users set ${change} where id = $1`, [userId])

  it('is another person, who is active, works in that facility and may', async () => {
    const nurse = hospital.userId('nurse')
    expect(await Promise.all([issue(), issue(hospital.userId('pharmacist')), issue(hospital.userId('receptionist')), issue(drug)])).toEqual(Array.from({ length: 4 }, () => 'inventory.witness_required'))
    expect([await issue(nurse), await issue(hospital.userId('doctor'))]).toEqual([undefined, undefined])
    await held(nurse, 'is_active = false')
    expect(await issue(nurse)).toBe('inventory.witness_required')
    await held(nurse, 'is_active = true')
    await hospital.query('delete from memberships where user_id = $1 and facility_id = $2', [nurse, hospital.facilityId])
    expect(await hospital.query('select 1 from memberships where user_id = $1', [nurse])).not.toEqual([])
    expect(await issue(nurse)).toBe('inventory.witness_required')
  })

  it('stands in the ledger of what comes back or in, by a described lot and by a goods receipt too', async () => {
    const witnessId = hospital.userId('doctor')
    const witnesses = (documentId: string) => hospital.query('select witness_id from stock_movements where document_id = $1', [documentId])
    const line = { itemId: drug, lot: { batch: 'D2', expiresOn: '2031-02' }, quantity: '2' }
    for (const kind of ['opening', 'return', 'purchase'] as const) {
      expect((await stock.bookDocument({ body: { kind, storeId, lines: [line] } })).problem.code).toBe('inventory.witness_required')
      const booked = await stock.bookDocument({ body: { kind, storeId, witnessId, lines: [line] } })
      expect([booked.status, await witnesses(booked.body.id)]).toEqual([201, [{ witness_id: witnessId }]])
    }
    const buyer = await hospital.as(purchasing, 'pharmacist')
    const vendorId = (await stock.createVendor({ body: { name: 'Narcotics depot' } })).body.id
    const body = { storeId, vendorId, lines: [{ itemId: drug, lot: { batch: 'D3', expiresOn: '2031-03' }, quantity: '5', unitPrice: inr('10.00') }] }
    expect((await buyer.receiveGoods({ body })).problem).toMatchObject({ code: 'inventory.witness_required', errors: [{ path: 'witnessId' }] })
    const received = await buyer.receiveGoods({ body: { ...body, witnessId } })
    expect([received.status, await witnesses(received.body.id)]).toEqual([201, [{ witness_id: witnessId }]])
  })
})
