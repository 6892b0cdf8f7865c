import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let nurse: TestClient<typeof inventory>
let main = ''
let ward = ''
let swab = ''
let drip = ''

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  nurse = await hospital.as(inventory, 'nurse')
  const store = async (code: string, kind: 'main' | 'ward') => (await stock.createStore({ body: { facilityId: hospital.facilityId, code, name: code, kind } })).body.id
  main = await store('LM', 'main')
  ward = await store('LW', 'ward')
  const item = async (sku: string) => (await stock.createItem({ body: { sku, name: sku, kind: 'consumable', baseUnit: 'piece' } })).body.id
  swab = await item('Swab')
  drip = await item('Drip')
})

const fill = (storeId: string, itemId: string, quantity: string, expiresOn = '2031-01') => stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch: `L${quantity}${expiresOn}`, expiresOn }, quantity }] } })

describe('what a store should have', () => {
  it('is said by item and store, level by level, in order; nothing said takes it off', async () => {
    const params = { id: ward }
    const levels = (item: object) => stock.writeLevels({ params, body: { items: [{ itemId: swab, ...item }] } })
    expect((await nurse.writeLevels({ params, body: { items: [{ itemId: swab, parLevel: '5' }] } })).status).toBe(403)
    expect((await levels({ reorderLevel: '30', parLevel: '20' })).problem.errors?.[0]).toMatchObject({ path: 'items.0.parLevel', code: 'inventory.levels_order' })
    expect((await levels({ parLevel: '2.5' })).problem.errors?.[0]?.path).toMatch(/^items.0/)
    expect((await levels({ reorderLevel: '10', parLevel: '40', maximumLevel: '60' })).body.items).toMatchObject([{ itemName: 'Swab', reorderLevel: '10', parLevel: '40', maximumLevel: '60', usable: '0', coming: '0', isLow: true, missing: '40' }])
    expect((await levels({ maximumLevel: '35' })).problem.errors?.[0]?.path).toBe('items.0.maximumLevel')
    expect((await levels({ maximumLevel: null })).body.items).toMatchObject([{ reorderLevel: '10', parLevel: '40', maximumLevel: null }])
    await stock.writeLevels({ params, body: { items: [{ itemId: drip, parLevel: '6' }] } })
    expect((await stock.listLevels({ params, query: {} })).body.items.map((one) => one.itemName)).toEqual(['Drip', 'Swab'])
    const first = (await stock.listLevels({ params, query: { limit: 1 } })).body
    expect((await stock.listLevels({ params, query: { limit: 1, cursor: first.nextCursor ?? '' } })).body.items.map((one) => one.itemName)).toEqual(['Swab'])
    expect((await stock.listLevels({ params: { id: main }, query: {} })).body.items).toEqual([])
    expect((await levels({ reorderLevel: null, parLevel: null })).body.items).toEqual([])
    expect((await (await hospital.as(inventory, 'pharmacist', 'ayurveda')).listLevels({ params, query: {} })).status).toBe(404)
  })

  it('is topped up from another store: all that is below par, what is coming counted, editable before it is sent', async () => {
    const params = { id: ward }
    await stock.writeLevels({ params, body: { items: [{ itemId: swab, reorderLevel: '10', parLevel: '40' }, { itemId: drip, parLevel: '6' }] } })
    await fill(main, swab, '100')
    await fill(ward, swab, '15')
    await fill(ward, swab, '30', '2020-01')
    await fill(ward, drip, '6')
    // Fifteen can be used, the rest has expired; not low yet, but below par.
    expect((await nurse.listLevels({ params, query: { low: 'true' } })).body.items).toEqual([])
    const proposed = await nurse.proposeTopUp({ params, query: { fromStoreId: main } })
    expect(proposed.body.items).toMatchObject([{ itemName: 'Swab', parLevel: '40', usable: '15', coming: '0', quantity: '25', available: '100' }])
    const asked = (await nurse.requestTransfer({ body: { fromStoreId: main, toStoreId: ward, lines: [{ itemId: swab, quantity: '20' }] } })).body
    expect((await nurse.proposeTopUp({ params, query: { fromStoreId: main } })).body.items).toMatchObject([{ coming: '20', quantity: '5' }])
    await stock.dispatchTransfer({ params: { id: asked.id }, body: {} })
    expect((await nurse.listLevels({ params, query: {} })).body.items.find((one) => one.itemId === swab)).toMatchObject({ usable: '15', coming: '20', missing: '5' })
    await nurse.receiveTransfer({ params: { id: asked.id }, body: {} })
    expect((await nurse.listLevels({ params, query: {} })).body.items.find((one) => one.itemId === swab)).toMatchObject({ usable: '35', coming: '0', missing: '5' })
    await stock.bookDocument({ body: { kind: 'issue', storeId: ward, lines: [{ itemId: swab, quantity: '26' }] } })
    expect((await nurse.listLevels({ params, query: { low: 'true' } })).body.items).toMatchObject([{ itemName: 'Swab', isLow: true, missing: '31' }])
    expect((await nurse.listLevels({ params, query: { low: 'false' } })).body.items.map((one) => one.itemName)).toEqual(['Drip'])
    expect((await nurse.proposeTopUp({ params, query: { fromStoreId: ward } })).problem.errors?.[0]?.path).toBe('fromStoreId')
  })
})
