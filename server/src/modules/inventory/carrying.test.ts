import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { randomFrom } from '../../seed/random.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { carryMonths } from './carrying.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let storeId = ''
let itemId = ''
const dayMs = 86_400_000
const at = (daysAgo: number) => new Date(Date.now() - daysAgo * dayMs).toISOString()
const carry = (daysAhead: number) => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date(Date.now() + daysAhead * dayMs) }), carryMonths)

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'C', name: 'Carried', kind: 'main' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'C1', name: 'Carried tablet', kind: 'medicine', baseUnit: 'tablet' } })).body.id
})

const shown = async (query: { storeId: string; on: string; itemId?: string }) => (await stock.listStock({ query: { ...query, limit: 200 } })).body.items.map((line) => `${line.batch} ${line.quantity}`)

/** Every day of the months around: the list of the store, by the months that were carried, against the one of its only item, by the ledger. */
async function differing(): Promise<string[]> {
  const wrong: string[] = []
  for (let daysAgo = 150; daysAgo >= -70; daysAgo -= 3) {
    const on = at(daysAgo).slice(0, 10)
    const [carried, summed] = await Promise.all([shown({ storeId, on }), shown({ storeId, on, itemId })])
    if (carried.join() !== summed.join()) wrong.push(`${on}: ${carried.join()} is not ${summed.join()}`)
  }
  return wrong
}

describe('stock of a past day from the months that are carried over', () => {
  it('is what the ledger says, for lots that came, went, were booked back and stayed', async () => {
    const random = randomFrom(11)
    const few = () => 1 + Math.floor(random() * 20)
    for (let lot = 0; lot < 24; lot += 1) {
      const opened = 20 + Math.floor(random() * 120)
      const made = await stock.bookDocument({ body: { kind: 'opening', storeId, occurredAt: at(opened), lines: [{ itemId, lot: { batch: `L${lot}`, expiresOn: `20${30 + (lot % 5)}-0${1 + (lot % 9)}` }, quantity: '40' }] } })
      const lotId = made.body.movements[0]?.lotId ?? ''
      for (let step = 0; step < 4; step += 1) await stock.bookDocument({ body: { kind: random() < 0.75 ? 'issue' : 'return', storeId, occurredAt: at(Math.floor(random() * opened)), lines: [{ itemId, lotId, quantity: String(few()) }] } })
      if (lot % 3 === 0) await stock.bookDocument({ body: { kind: 'issue', storeId, occurredAt: at(Math.floor(opened / 3)), lines: [{ itemId, lotId, quantity: '40' }] } })
    }
    await carry(0)
    expect(await differing()).toEqual([])
    await Promise.all([carry(40), carry(40)])
    await carry(75)
    expect(await differing()).toEqual([])
    const [first] = (await stock.listStock({ query: { storeId } })).body.items
    await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId: first?.lotId ?? '', quantity: first?.quantity ?? '1' }] } })
    expect(await differing()).toEqual([])
    const [months] = await hospital.query<{ n: number }>('select count(distinct month)::int as n from stock_alive')
    expect(months?.n).toBeGreaterThan(5)
  })

  it('what was there before this was kept is carried over from the first movement', async () => {
    await hospital.query('delete from stock_alive')
    await hospital.query('delete from stock_carries')
    expect(await differing()).toEqual([])
    await carry(75)
    expect(await differing()).toEqual([])
  })
})
