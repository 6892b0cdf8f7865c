import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { meeting } from '../../testing/meeting.ts'
import { shiftFor } from './shifts.ts'

let hospital: TestHospital
let cashier: TestClient<typeof billing>
let facilityId = ''
let patientId = ''
let serviceId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  facilityId = hospital.facilityId
  cashier = await hospital.as(billing, 'cashier')
  patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Race', sex: 'female', ageYears: 40 } })).body.id
  serviceId = (await (await hospital.as(billing, 'admin')).createService({ body: { code: 'RACE', name: 'Race', price: inr('100.00') } })).body.id
})

async function bill(): Promise<string> {
  const { id } = (await cashier.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] } })).body
  await cashier.issueInvoice({ params: { id }, body: {} })
  return id
}
const open = async (till: string) => (await cashier.openCashierShift({ body: { facilityId, till, openingFloat: inr('0.00') } })).body.id
/** What the count found to be expected, and what stands in the shift now that all has ended. */
const both = async (id: string) => (await hospital.query<{ told: number; there: number }>("select (select sum(expected)::float8 from cashier_shift_counts where shift_id = $1 and method = 'cash') as told, (select coalesce(sum(amount), 0)::float8 from payments where shift_id = $1) as there", [id]))[0]

describe('payments while the till is counted', () => {
  it('are all in the count or in no shift', async () => {
    for (const round of [1, 2, 3]) {
      const bills = await Promise.all(Array.from({ length: 12 }, bill))
      const id = await open(`Race ${round}`)
      const [counted, ...paid] = await Promise.all([
        new Promise((go) => { setTimeout(go, round * 8) }).then(() => answered(() => cashier.countCashierShift({ params: { id }, body: { amounts: [] } }))),
        ...bills.map((one) => answered(() => cashier.pay({ params: { id: one }, body: { method: 'cash', amount: inr('100.00') } }))),
      ])
      expect([counted?.status, new Set(paid.map((one) => one.status))]).toEqual([200, new Set([201])])
      const sums = await both(id)
      expect(sums?.told).toBe(sums?.there)
      await cashier.closeCashierShift({ params: { id }, body: { reason: 'race' } })
    }
  })

  /** A payment whose shift was found in one way or another, written when the till is being counted. */
  async function payAround(shiftOf: (tx: Tx) => Promise<string | null>, hasLooked: () => Promise<void>): Promise<void> {
    const ctx = makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('cashier'), now: new Date() })
    await withContext(ctx, async (tx) => {
      const shiftId = await shiftOf(tx)
      await hasLooked()
      await new Promise((go) => { setTimeout(go, 300) })
      await tx.db.insertInto('payments').values({ id: newId(), number: `X/${newId().slice(-12)}`, kind: 'payment', invoice_id: null, deposit_id: null, patient_id: patientId, facility_id: facilityId, method: 'cash', amount: '100', currency: 'INR', reference: '', reason: '', received_on: '2026-11-22', received_at: new Date(), received_by: ctx.userId, shift_id: shiftId }).execute()
    })
  }
  const looking = async (tx: Tx) => (await tx.db.selectFrom('cashier_shifts').select(['id']).where('cashier_id', '=', tx.ctx.userId).where('state', '=', 'open').executeTakeFirst())?.id ?? null

  async function race(till: string, shiftOf: (tx: Tx) => Promise<string | null>) {
    const id = await open(till)
    const looked = meeting(2)
    const paying = payAround(shiftOf, looked).then(() => 'paid', () => 'refused')
    await looked()
    await cashier.countCashierShift({ params: { id }, body: { amounts: [] } })
    const outcome = await paying
    const sums = await both(id)
    await cashier.closeCashierShift({ params: { id }, body: { reason: 'race' } })
    return { outcome, ...sums }
  }

  it('a count waits for the payment that has found the shift open', async () => {
    expect(await race('Held', (tx) => shiftFor(tx, facilityId, ['cash']))).toEqual({ outcome: 'paid', told: 100, there: 100 })
  })

  it('looking without holding it is refused by the database, and without that would be missed by the count: this test would see it', async () => {
    expect(await race('Looked', looking)).toEqual({ outcome: 'refused', told: 0, there: 0 })
    await hospital.query('alter table payments disable trigger payments_shift_open')
    try {
      expect(await race('Planted', looking)).toEqual({ outcome: 'paid', told: 0, there: 100 })
    } finally {
      await hospital.query('alter table payments enable trigger payments_shift_open')
    }
  })

  it('of many who open at once one person has one shift and one till one person', async () => {
    const mine = await Promise.all(Array.from({ length: 8 }, (_, index) => answered(() => cashier.openCashierShift({ body: { facilityId, till: `Many ${index}`, openingFloat: inr('0.00') } }))))
    expect(mine.map((one) => (one.status === 201 ? 'opened' : one.problem.code)).toSorted()).toEqual([...Array.from({ length: 7 }, () => 'billing.shift_open'), 'opened'])
    expect(await hospital.query("select count(*)::int as n from cashier_shifts where cashier_id = $1 and state = 'open'", [hospital.userId('cashier')])).toEqual([{ n: 1 }])
  })
})
