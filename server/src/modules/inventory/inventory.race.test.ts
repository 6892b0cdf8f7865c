import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { makeContext } from '#kernel/context.ts'
import { rawInTenant, withContext } from '#kernel/db.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { meeting } from '../../testing/meeting.ts'

let hospital: TestHospital
let pharmacist: TestClient<typeof inventory>
let storeId = ''
let itemId = ''

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  pharmacist = await hospital.as(inventory, 'pharmacist')
  storeId = (await pharmacist.createStore({ body: { facilityId: hospital.facilityId, code: 'MAIN', name: 'Main', kind: 'main' } })).body.id
  itemId = (await pharmacist.createItem({ body: { sku: 'RACE', name: 'Race tablet', kind: 'medicine', baseUnit: 'tablet' } })).body.id
})

let batch = 0
async function filled(quantity: string): Promise<string> {
  batch += 1
  const made = await pharmacist.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch: `B${batch}`, expiresOn: '2030-01', mrp: { amount: '10.00', currency: 'INR' } }, quantity }] } })
  expect(made.status).toBe(201)
  return made.body.movements[0]?.lotId ?? ''
}

const ledger = async (lotId: string) => (await hospital.query<{ balance: string; sum: string }>('select (select sum(quantity) from stock_balances where lot_id = $1)::text as balance, (select sum(quantity) from stock_movements where lot_id = $1)::text as sum', [lotId]))[0]

/** What many systems do: look, then take, without a lock. */
async function checkThenAct(lotId: string, hasLooked: () => Promise<void>): Promise<boolean> {
  const ctx = makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('pharmacist'), now: new Date() })
  return withContext(ctx, async (tx) => {
    const [row] = await rawInTenant<{ quantity: string }>(tx, 'select quantity from stock_balances where tenant_id = $1 and lot_id = $2', [tx.ctx.tenantId, lotId])
    await hasLooked()
    if (Number(row?.quantity) < 1) return false
    await tx.db.updateTable('stock_balances').set({ quantity: String(Number(row?.quantity) - 1) }).where('lot_id', '=', lotId).execute()
    return true
  })
}

describe('a hundred at once take one each from fifty', () => {
  it('fifty get it, fifty are refused by item and lot, and the ledger sums to the balance', async () => {
    const lotId = await filled('50')
    const answers = await Promise.all(Array.from({ length: 100 }, () => answered(() => pharmacist.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId, quantity: '1' }] } }))))
    const refused = answers.filter((answer) => answer.status !== 201)
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(50)
    expect(new Set(refused.map((answer) => `${answer.status} ${answer.problem.code}`))).toEqual(new Set(['409 inventory.insufficient_stock']))
    expect(refused[0]?.problem.errors?.[0]).toEqual({ path: 'lines.0.quantity', code: 'inventory.insufficient_stock', message: 'Not enough of Race tablet, batch B1: 1 tablet asked, 0 here.' })
    expect(await ledger(lotId)).toEqual({ balance: '0.000', sum: '0.000' })
    const numbers = answers.flatMap((answer) => (answer.status === 201 ? [answer.body.number] : [])).toSorted()
    expect(new Set(numbers).size).toBe(50)
  })

  it('looking first and taking then would hand out more than there is: this test would see it', async () => {
    const lotId = await filled('50')
    const looking = meeting(8)
    const given = (await Promise.all(Array.from({ length: 100 }, () => checkThenAct(lotId, looking)))).filter(Boolean).length
    const left = Number((await ledger(lotId))?.balance)
    expect(given + left).not.toBe(50)
  })

  it('two lots wanted in opposite order never lock each other', async () => {
    const [first, second] = [await filled('200'), await filled('200')]
    const lines = [{ itemId, lotId: first, quantity: '1' }, { itemId, lotId: second, quantity: '1' }]
    const answers = await Promise.all(Array.from({ length: 40 }, (_value, index) => answered(() => pharmacist.bookDocument({ body: { kind: 'issue', storeId, lines: index % 2 === 0 ? lines : lines.toReversed() } }))))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect([await ledger(first), await ledger(second)]).toEqual([{ balance: '160.000', sum: '160.000' }, { balance: '160.000', sum: '160.000' }])
  })

  it('a recall in the middle: after it nothing more is taken', async () => {
    const lotId = await filled('500')
    const admin = await hospital.as(inventory, 'admin')
    const take = () => answered(() => pharmacist.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId, quantity: '1' }] } }))
    const before = Array.from({ length: 20 }, take)
    const recalled = await answered(() => admin.recallLot({ params: { id: lotId }, body: { reason: 'contaminated' } }))
    const taken = (await ledger(lotId))?.balance
    await Promise.all(before)
    const after = await Promise.all(Array.from({ length: 20 }, take))
    expect(recalled.body.state).toBe('recalled')
    expect(new Set(after.map((answer) => answer.problem.code))).toEqual(new Set(['inventory.lot_held']))
    expect((await ledger(lotId))?.balance).toBe(taken)
  })
})
