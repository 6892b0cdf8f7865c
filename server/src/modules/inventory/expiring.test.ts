import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let storeId = ''
let itemId = ''
const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'EXP', name: 'Main', kind: 'main' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'EXP', name: 'Expiring tablet', kind: 'medicine', baseUnit: 'tablet' } })).body.id
  await fill('GOOD', 900)
  await fill('SOON', 20)
})

async function fill(batch: string, days: number): Promise<string> {
  return (await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch, expiresOn: dayFromNow(days) }, quantity: '10' }] } })).body.movements[0]?.lotId ?? ''
}

describe('goods that leave the books without a named lot', () => {
  it('are of the lot that expires first', async () => {
    const take = async (kind: 'expiry' | 'wastage' | 'adjustment') => (await admin.bookDocument({ body: { kind, storeId, reason: 'because', lines: [{ itemId, quantity: kind === 'adjustment' ? '-1' : '1' }] } })).body.movements.map((one) => one.batch)
    expect([await take('expiry'), await take('wastage'), await take('adjustment')]).toEqual([['SOON'], ['SOON'], ['SOON']])
  })

  it('are not written off as expired while they are good', async () => {
    const good = await fill('FAR', 300)
    const expire = (line: { lotId?: string; quantity: string }) => stock.bookDocument({ body: { kind: 'expiry', storeId, reason: 'past', lines: [{ itemId, ...line }] } })
    const refused = await expire({ lotId: good, quantity: '1' })
    expect([refused.status, refused.problem.code, refused.problem.errors?.[0]?.path, refused.problem.errors?.[0]?.code]).toEqual([422, 'inventory.not_expiring', 'lines.0.lotId', 'inventory.not_expiring'])
    expect((await expire({ quantity: '8' })).problem.code).toBe('inventory.insufficient_stock')
    const { version, nearExpiryDays } = (await stock.readStockSettings({})).body
    const changed = await admin.updateStockSettings({ body: { nearExpiryDays: 365 }, ifMatch: version })
    expect((await expire({ lotId: good, quantity: '1' })).status).toBe(201)
    await admin.updateStockSettings({ body: { nearExpiryDays }, ifMatch: changed.body.version })
    expect((await stock.bookDocument({ body: { kind: 'wastage', storeId, reason: 'broken', lines: [{ itemId, lotId: good, quantity: '1' }] } })).status).toBe(201)
  })
})
