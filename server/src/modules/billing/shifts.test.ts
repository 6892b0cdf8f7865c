import { beforeAll, describe, expect, it } from 'vitest'
import { extractText, getDocumentProxy } from 'unpdf'
import { billing } from '#contract/billing.ts'
import { inventory } from '#contract/inventory.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { deviationOf, expectedOf, sumOfPieces } from './shift-rules.ts'

let hospital: TestHospital
let cashier: TestClient<typeof billing>
let admin: TestClient<typeof billing>
let facilityId = ''
let patientId = ''
let serviceId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const textOf = async (body: unknown): Promise<string> => (await extractText(await getDocumentProxy(new Uint8Array(Buffer.from(body as Buffer))), { mergePages: true })).text

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  facilityId = hospital.facilityId
  cashier = await hospital.as(billing, 'cashier')
  admin = await hospital.as(billing, 'admin')
  patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Uma', sex: 'female', ageYears: 40 } })).body.id
  serviceId = (await admin.createService({ body: { code: 'SH', name: 'Consultation', price: inr('1000.00') } })).body.id
})

async function bill(): Promise<string> {
  const { id } = (await cashier.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] } })).body
  await cashier.issueInvoice({ params: { id }, body: {} })
  return id
}
const pay = async (amount: string, method: 'cash' | 'upi' = 'cash') => cashier.pay({ params: { id: await bill() }, body: { method, amount: inr(amount) } })
const shiftOf = async (number: string) => (await hospital.query<{ shift_id: string | null }>('select shift_id from payments where number = $1', [number]))[0]?.shift_id
const open = async (float = '500.00', till = 'Desk 1') => (await cashier.openCashierShift({ body: { facilityId, till, openingFloat: inr(float) } })).body

describe('what is expected', () => {
  it.each([
    ['nothing happened', '500', [], [], '500'],
    ['taken and given back', '500', [{ method: 'cash', received: '1200.50', refunded: '200', count: 3 }], [], '1500.5'],
    ['other ways do not touch cash', '0', [{ method: 'upi', received: '900', refunded: '0', count: 1 }], [], '0'],
    ['of bills and of the counter', '100', [{ method: 'cash', received: '50', refunded: '0', count: 1 }, { method: 'cash', received: '25', refunded: '5', count: 2 }], [], '170'],
    ['handed over and taken in', '100', [], [{ kind: 'handed-over', amount: '70', is_closing: false }, { kind: 'topped-up', amount: '20', is_closing: false }], '50'],
    ['what goes after the count does not count', '100', [], [{ kind: 'handed-over', amount: '100', is_closing: true }], '100'],
  ])('%s', (_name, float, rows, moves, cash) => {
    expect(Number(expectedOf(float, rows, moves).find((one) => one.method === 'cash')?.expected)).toBe(Number(cash))
  })

  it('a surplus of one way does not hide what another lacks', () => {
    expect(Number(deviationOf([{ expected: '100', counted: '90' }, { expected: '50', counted: '60' }]))).toBe(20)
    expect(Number(sumOfPieces([{ value: '500', pieces: 3 }, { value: '0.50', pieces: 5 }]))).toBe(1502.5)
  })
})

describe('a shift of a cashier', () => {
  it('takes what is paid by its person, is counted blind, explained, and approved by another', async () => {
    const before = await pay('1000.00')
    expect(await shiftOf(before.body.payment.number)).toBeNull()
    expect((await (await hospital.as(billing, 'doctor')).openCashierShift({ body: { facilityId, till: 'X', openingFloat: inr('0.00') } })).status).toBe(403)
    const shift = await open()
    expect(shift).toMatchObject({ state: 'open', till: 'Desk 1', isBlind: true, amounts: [], actions: ['move', 'count'] })
    expect((await cashier.openCashierShift({ body: { facilityId, till: 'Desk 2', openingFloat: inr('0.00') } })).problem.code).toBe('billing.shift_open')
    expect((await admin.openCashierShift({ body: { facilityId, till: ' desk  1', openingFloat: inr('0.00') } })).problem.code).toBe('billing.till_taken')
    const paid = await pay('1000.00')
    expect(await shiftOf(paid.body.payment.number)).toBe(shift.id)
    await pay('400.00', 'upi')
    await cashier.takeDeposit({ body: { patientId, facilityId, amount: inr('300.00'), method: 'cash' } })
    const key = { params: { id: shift.id } }
    expect((await cashier.listShiftEntries({ ...key, query: {} })).status).toBe(403)
    expect((await admin.readCashierShift(key)).body).toMatchObject({ isBlind: false, actions: [], amounts: [{ method: 'cash', expected: inr('1800.00') }, { method: 'upi', expected: inr('400.00') }] })
    expect((await cashier.moveShiftCash({ ...key, body: { kind: 'handed-over', amount: inr('1800.01'), personId: hospital.userId('admin') } })).problem.code).toBe('billing.above_till')
    expect((await cashier.moveShiftCash({ ...key, body: { kind: 'handed-over', amount: inr('1.00'), personId: hospital.userId('cashier') } })).problem.code).toBe('billing.same_person')
    expect((await cashier.moveShiftCash({ ...key, body: { kind: 'handed-over', amount: inr('800.00'), personId: hospital.userId('admin'), note: 'to the safe' } })).body.moves).toMatchObject([{ kind: 'handed-over', amount: inr('800.00'), note: 'to the safe' }])
    expect((await cashier.printCashierShift(key)).status).toBe(409)

    expect((await cashier.countCashierShift({ ...key, body: { amounts: [{ method: 'cash', amount: inr('990.00') }], denominations: [{ value: '500', pieces: 2 }] } })).problem.code).toBe('billing.denominations_differ')
    const counted = await cashier.countCashierShift({ ...key, body: { denominations: [{ value: '500', pieces: 1 }, { value: '100', pieces: 4 }, { value: '10', pieces: 9 }], amounts: [{ method: 'upi', amount: inr('400.00') }] } })
    expect(counted.body).toMatchObject({ state: 'counted', isBlind: false, expected: inr('1400.00'), counted: inr('1390.00'), difference: inr('-10.00'), amounts: [{ method: 'cash', number: 2, counted: inr('990.00'), difference: inr('-10.00') }, { method: 'upi', difference: inr('0.00') }] })
    const late = await pay('1000.00')
    expect([late.status, await shiftOf(late.body.payment.number)]).toEqual([201, null])
    expect((await cashier.closeCashierShift({ ...key, body: {} })).problem.errors?.[0]).toMatchObject({ path: 'reason', code: 'billing.shift_unexplained' })
    const closed = await cashier.closeCashierShift({ ...key, body: { reason: 'ten rupees of change too much', handOver: { personId: hospital.userId('admin'), amount: inr('890.00') } } })
    expect(closed.body).toMatchObject({ state: 'in-review', leftInTill: inr('100.00'), closedAt: null })
    expect((await cashier.approveCashierShift({ ...key, body: { note: 'mine' } })).status).toBe(403)
    expect((await admin.approveCashierShift({ ...key, body: { note: 'seen on the camera' } })).body).toMatchObject({ state: 'closed', approvalNote: 'seen on the camera' })
    expect((await cashier.countCashierShift({ ...key, body: { amounts: [] } })).status).toBe(409)
    expect((await cashier.listShiftEntries({ ...key, query: { limit: 2 } })).body).toMatchObject({ items: [{ kind: 'deposit', method: 'cash' }, { method: 'upi' }], nextCursor: expect.any(String) })
    const paper = await textOf((await cashier.printCashierShift(key)).body)
    for (const word of ['Desk 1', '1,000.00', '−10.00', 'ten rupees of change too much', 'seen on the camera']) expect(paper).toContain(word)
    expect((await cashier.currentCashierShift({ query: { facilityId } })).body).toMatchObject({ shift: null, tills: [{ till: 'Desk 1', leftInTill: inr('100.00'), takenBy: '' }] })
    expect(await hospital.query("select 1 from audit_entries where action like 'billing.%CashierShift:%' and subject_id = $1", [shift.id]).then((rows) => rows.length)).toBeGreaterThan(3)
  })

  it('keeps each count, closes at once what agrees, and by the limit of its facility what nearly does', async () => {
    const shift = await open('200.00')
    const key = { params: { id: shift.id } }
    expect((await cashier.countCashierShift({ ...key, body: { amounts: [{ method: 'cash', amount: inr('20.00') }] } })).body.difference).toEqual(inr('-180.00'))
    expect((await cashier.countCashierShift({ ...key, body: { amounts: [{ method: 'cash', amount: inr('200.00') }] } })).body.counts.map((one) => one.amounts[0]?.counted.amount)).toEqual(['20.00', '200.00'])
    expect((await cashier.closeCashierShift({ ...key, body: {} })).body).toMatchObject({ state: 'closed', approvedBy: '', leftInTill: inr('200.00') })
    expect((await cashier.updateTillSettings({ params: { id: facilityId }, ifMatch: 1, body: { differenceLimit: '5' } })).status).toBe(403)
    expect((await admin.updateTillSettings({ params: { id: facilityId }, ifMatch: 1, body: { differenceLimit: '5' } })).body).toMatchObject({ differenceLimit: '5', isShiftRequired: false })
    const next = { params: { id: (await open('10.00')).id } }
    await cashier.countCashierShift({ ...next, body: { amounts: [{ method: 'cash', amount: inr('7.50') }] } })
    expect((await cashier.closeCashierShift({ ...next, body: { reason: 'coins' } })).body).toMatchObject({ state: 'closed', difference: inr('-2.50') })
  })

  it('is asked for cash where the facility says so, and by the counter as by the desk', async () => {
    const { version } = (await admin.readTillSettings({ params: { id: facilityId } })).body
    await admin.updateTillSettings({ params: { id: facilityId }, ifMatch: version, body: { isShiftRequired: true } })
    expect((await pay('1000.00')).problem.code).toBe('billing.shift_required')
    expect((await pay('1000.00', 'upi')).status).toBe(201)
    const stock = await hospital.as(inventory, 'pharmacist')
    const counter = await hospital.as(pharmacy, 'pharmacist')
    const till = await hospital.as(billing, 'pharmacist')
    const storeId = (await stock.createStore({ body: { facilityId, code: 'SHIFT', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
    const itemId = (await stock.createItem({ body: { sku: 'SHIFT', name: 'Shift', kind: 'medicine', baseUnit: 'tablet', taxCode: '3004', taxRatePercent: '12' } })).body.id
    await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch: 'B', expiresOn: '2031-01', mrp: inr('11.20'), unitCost: inr('5.00') }, quantity: '100' }] } })
    const sell = () => counter.sell({ body: { storeId, lines: [{ itemId, quantity: '10' }], payments: [{ method: 'cash', amount: inr('100.00') }, { method: 'card', amount: inr('12.00') }] } })
    expect((await sell()).problem.code).toBe('billing.shift_required')
    const shift = (await till.openCashierShift({ body: { facilityId, till: 'Counter', openingFloat: inr('50.00') } })).body
    const sale = (await sell()).body
    await counter.returnSale({ params: { id: sale.id }, body: { reason: 'wrong', method: 'cash', lines: [{ saleLineId: sale.lines[0]?.id ?? '', quantity: '5' }] } })
    const counted = (await till.countCashierShift({ params: { id: shift.id }, body: { amounts: [{ method: 'cash', amount: inr('94.00') }, { method: 'card', amount: inr('12.00') }] } })).body
    expect(counted).toMatchObject({ difference: inr('0.00'), amounts: [{ method: 'cash', received: inr('100.00'), refunded: inr('56.00') }, { method: 'card', received: inr('12.00') }] })
    expect((await till.listShiftEntries({ params: { id: shift.id }, query: {} })).body.items.map((one) => [one.kind, one.document.type, one.amount.amount]).toSorted()).toEqual([['payment', 'sale', '100.00'], ['payment', 'sale', '12.00'], ['refund', 'sale', '56.00']])
    await till.closeCashierShift({ params: { id: shift.id }, body: {} })
    expect((await till.listCashierShifts({ query: {} })).body.items.map((one) => one.till)).toEqual(['Counter'])
    expect((await cashier.readCashierShift({ params: { id: shift.id } })).status).toBe(200)
    expect((await till.readCashierShift({ params: { id: (await cashier.listCashierShifts({ query: { cashierId: hospital.userId('cashier') } })).body.items[0]?.id ?? '' } })).status).toBe(404)
  })
})
