import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let nurse: TestClient<typeof inventory>
let box = ''
let itemId = ''
let lotId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  nurse = await hospital.as(inventory, 'nurse')
  box = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'BOX9', name: 'Crash cart', kind: 'emergency-box' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'ADR', name: 'Adrenaline', kind: 'medicine', baseUnit: 'ampoule' } })).body.id
  lotId = (await stock.bookDocument({ body: { kind: 'opening', storeId: box, lines: [{ itemId, lot: { batch: 'A1', expiresOn: '2031-01', mrp: inr('10.00') }, quantity: '6' }] } })).body.movements[0]?.lotId ?? ''
})

const seal = async (sealNumber: string) => expect((await nurse.sealStore({ params: { id: box }, body: { sealNumber } })).body.sealNumber).toBe(sealNumber)
const read = async () => (await nurse.readStore({ params: { id: box } })).body

describe('an emergency box', () => {
  it('is open once anything has left it, by a sale too; why it was opened is kept', async () => {
    await seal('S-1')
    const counter = await hospital.as(pharmacy, 'pharmacist')
    const sold = await counter.sell({ body: { storeId: box, customer: { name: 'Walk-in' }, lines: [{ itemId, quantity: '1' }], payments: [{ method: 'cash', amount: inr('10.00') }] } })
    expect([sold.status, (await read()).sealNumber, (await read()).unsealedAt]).toEqual([201, '', expect.any(String)])
    await seal('S-2')
    await stock.bookDocument({ body: { kind: 'return', storeId: box, lines: [{ itemId, lotId, quantity: '1' }] } })
    expect((await read()).sealNumber).toBe('S-2')
    await stock.bookDocument({ body: { kind: 'wastage', storeId: box, reason: 'ampoule broke', lines: [{ itemId, lotId, quantity: '1' }] } })
    expect(await read()).toMatchObject({ sealNumber: '', unsealedReason: 'ampoule broke' })
    await seal('S-3')
    expect((await nurse.breakSeal({ params: { id: box }, body: { reason: 'checked for the month' } })).body).toMatchObject({ sealNumber: '', unsealedReason: 'checked for the month' })
    expect((await nurse.breakSeal({ params: { id: box }, body: { reason: 'again' } })).status).toBe(409)
  })

  it('has a list of what should be in it, and says what is missing of what can be used', async () => {
    const gauze = (await stock.createItem({ body: { sku: 'GAU', name: 'Gauze', kind: 'consumable', baseUnit: 'piece' } })).body.id
    const params = { id: box }
    expect((await nurse.writeContents({ params, body: { items: [] } })).status).toBe(403)
    expect((await stock.writeContents({ params, body: { items: [{ itemId, quantity: '8' }, { itemId, quantity: '1' }] } })).problem.errors?.[0]?.path).toBe('items.1.itemId')
    expect((await stock.writeContents({ params, body: { items: [{ itemId: gauze, quantity: '0.5' }] } })).problem.code).toBe('inventory.indivisible')
    await stock.writeContents({ params, body: { items: [{ itemId, quantity: '8' }, { itemId: gauze, quantity: '2' }] } })
    await stock.bookDocument({ body: { kind: 'opening', storeId: box, lines: [{ itemId, lot: { batch: 'OLD', expiresOn: '2020-01' }, quantity: '5' }] } })
    const { items } = (await nurse.readContents({ params })).body
    expect(items.map((one) => [one.itemName, one.quantity, one.usable, one.missing, one.firstExpiresOn])).toEqual([['Adrenaline', '8', '5', '3', '2020-01-31'], ['Gauze', '2', '0', '2', null]])
    const left = (await stock.writeContents({ params, body: { items: [] } })).body.items
    expect(left.map((one) => [one.itemName, one.quantity, one.missing])).toEqual([['Adrenaline', '0', '0']])
    expect((await (await hospital.as(inventory, 'pharmacist', 'ayurveda')).readContents({ params })).status).toBe(404)
  })
})
