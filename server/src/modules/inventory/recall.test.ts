import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let storeId = ''
let itemId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'RCL', name: 'Main', kind: 'main' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'RCL', name: 'Recalled syrup', kind: 'medicine', baseUnit: 'bottle' } })).body.id
})

const bring = (batch: string, unitCost: string, kind: 'opening' | 'purchase' | 'return' = 'opening') => stock.bookDocument({ body: { kind, storeId, lines: [{ itemId, lot: { batch, expiresOn: '2031-01', unitCost: inr(unitCost) }, quantity: '10' }] } })
const lotOf = async (answer: ReturnType<typeof bring>) => (await answer).body.movements[0]?.lotId ?? ''
const stateOf = async (id: string) => (await stock.readLot({ params: { id } })).body.state
const take = (lotId: string) => answered(() => stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId, quantity: '1' }] } }))

describe('a batch', () => {
  it('is held, freed and recalled in all its lots, whatever they cost and however its number was typed', async () => {
    const [first, twin, typed, other] = [await lotOf(bring('AB 12', '1.00')), await lotOf(bring('AB 12', '2.00')), await lotOf(bring('ab12', '1.00')), await lotOf(bring('AB13', '1.00'))]
    const states = () => Promise.all([first, twin, typed, other].map(stateOf))
    await admin.holdLot({ params: { id: first }, body: { reason: 'looks odd' } })
    expect(await states()).toEqual(['quarantined', 'quarantined', 'quarantined', 'available'])
    const later = await lotOf(bring('AB12', '3.00'))
    expect(await stateOf(later)).toBe('quarantined')
    expect((await take(later)).problem.code).toBe('inventory.lot_held')
    await admin.releaseLot({ params: { id: twin }, body: { reason: 'is good' } })
    expect([...(await states()), await stateOf(later)]).toEqual(['available', 'available', 'available', 'available', 'available'])
    await admin.recallLot({ params: { id: typed }, body: { reason: 'maker’s letter' } })
    expect(await states()).toEqual(['recalled', 'recalled', 'recalled', 'available'])
    expect([(await take(first)).problem.code, (await take(twin)).problem.code, (await take(other)).status]).toEqual(['inventory.lot_held', 'inventory.lot_held', 201])
  })

  it('that is recalled does not come in again, and its goods that come back stay held', async () => {
    const lotId = await lotOf(bring('GONE', '1.00'))
    await admin.recallLot({ params: { id: lotId }, body: { reason: 'maker’s letter' } })
    const refused = await bring('gone', '4.00', 'purchase')
    expect([refused.status, refused.problem.code, refused.problem.errors?.[0]]).toEqual([409, 'inventory.lot_held', { path: 'lines.0.lot.batch', code: 'inventory.batch_recalled', message: 'Batch gone is recalled: maker’s letter' }])
    const back = await lotOf(bring('gone', '4.00', 'return'))
    expect([await stateOf(back), (await take(back)).problem.code]).toEqual(['recalled', 'inventory.lot_held'])
  })

  it('that comes in while it is recalled is recalled or refused, never free', async () => {
    for (let round = 0; round < 5; round += 1) {
      const lotId = await lotOf(bring(`RACE${round}`, '1.00'))
      const [recalled] = await Promise.all([answered(() => admin.recallLot({ params: { id: lotId }, body: { reason: 'at once' } })), ...['2.00', '3.00', '4.00'].map((cost) => answered(() => bring(`RACE${round}`, cost, 'purchase')))])
      expect(recalled.status).toBe(200)
      const lots = (await stock.listLots({ query: { itemId, batch: `RACE${round}` } })).body.items
      expect(new Set(lots.map((lot) => lot.state))).toEqual(new Set(['recalled']))
    }
  })
})
