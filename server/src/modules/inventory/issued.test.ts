import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { patients } from '#contract/patients.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let cashier: TestClient<typeof billing>
let storeId = ''
let cannula = ''
let patientId = ''
let otherId = ''
let encounterId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  cashier = await hospital.as(billing, 'cashier')
  const desk = await hospital.as(patients, 'receptionist')
  const register = async (givenName: string) => (await desk.register({ body: { givenName, sex: 'female', ageYears: 40, facilityId: hospital.facilityId } })).body.id
  patientId = await register('Latha')
  otherId = await register('Other')
  encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'inpatient', practitionerId: hospital.userId('doctor') } })).body.id
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'IW', name: 'Ward', kind: 'ward' } })).body.id
  cannula = (await stock.createItem({ body: { sku: 'CAN', name: 'Cannula 20G', kind: 'consumable', baseUnit: 'piece', taxRatePercent: '12' } })).body.id
  const lot = (batch: string, expiresOn: string, more: object) => ({ itemId: cannula, quantity: '10', lot: { batch, expiresOn, ...more } })
  await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [lot('C1', '2030-01', { mrp: inr('50.00') }), lot('C2', '2031-01', { mrp: inr('60.00') }), lot('C3', '2032-01', {})] } })
})

const charges = async () => (await hospital.query<{ quantity: number; price: number; state: string }>("select quantity::float as quantity, unit_price::float as price, state from charges where patient_id = $1 and code = 'CAN' order by unit_price, id", [patientId])).map((one) => [one.quantity, one.price, one.state])
const issue = (quantity: string, more: object = {}) => stock.bookDocument({ body: { kind: 'issue', storeId, patientId, lines: [{ itemId: cannula, quantity }], ...more } })
const onHand = async () => Object.fromEntries((await stock.listStock({ query: { itemId: cannula } })).body.items.map((one) => [one.batch, one.quantity]))

describe('goods issued to a patient', () => {
  it('are charged once, lot by lot at the price of the lot, on the visit; what comes back credits the stored line', async () => {
    const body = { kind: 'issue' as const, storeId, patientId, encounterId, lines: [{ itemId: cannula, quantity: '12' }] }
    const made = await stock.bookDocument({ body, headers: { 'idempotency-key': 'issue-once' } })
    expect((await stock.bookDocument({ body, headers: { 'idempotency-key': 'issue-once' } })).body.id).toBe(made.body.id)
    expect(made.body.issued.map((line) => [line.batch, line.quantity, line.returned, line.isCharged])).toEqual(expect.arrayContaining([['C1', '10', '0', true], ['C2', '2', '0', true]]))
    expect(await charges()).toEqual([[10, 50, 'open'], [2, 60, 'open']])
    expect(await hospital.query('select 1 from charges where encounter_id = $1 and source_type = $2', [encounterId, 'stock-issue'])).toHaveLength(2)
    const params = { id: made.body.id }
    const lineOf = (batch: string) => made.body.issued.find((line) => line.batch === batch)?.id ?? ''
    expect((await (await hospital.as(inventory, 'nurse')).returnIssued({ params, body: { reason: 'unused', lines: [{ issuedLineId: lineOf('C1'), quantity: '1' }] } })).status).toBe(403)
    expect((await stock.returnIssued({ params, body: { reason: 'unused', lines: [{ issuedLineId: lineOf('C1'), quantity: '11' }] } })).problem.errors?.[0]).toMatchObject({ path: 'lines.0.quantity', code: 'inventory.above_issued' })
    expect((await stock.returnIssued({ params, body: { reason: 'unused', lines: [{ issuedLineId: lineOf('C1'), quantity: '6' }, { issuedLineId: lineOf('C1'), quantity: '6' }] } })).problem.errors?.[0]?.path).toBe('lines.1.quantity')
    const back = await stock.returnIssued({ params, body: { reason: 'unused', lines: [{ issuedLineId: lineOf('C1'), quantity: '4' }, { issuedLineId: lineOf('C2'), quantity: '2', isSealed: false }] } })
    expect(back.body).toMatchObject({ kind: 'return', number: expect.stringMatching(/-RET-/), reference: made.body.number, patientId })
    // Opened goods came in and were wasted.
    expect(await onHand()).toEqual({ C1: '4', C2: '8', C3: '10' })
    expect((await charges()).filter(([, , state]) => state === 'open')).toEqual([[6, 50, 'open']])
    expect((await stock.readDocument({ params })).body.issued.map((line) => [line.batch, line.returned])).toEqual(expect.arrayContaining([['C1', '4'], ['C2', '2']]))
  })

  it('are credited on the bill where they are billed', async () => {
    const made = await issue('1', { encounterId })
    const bill = (await cashier.draftInvoice({ body: { encounterId } })).body
    const one = { params: { id: made.body.id }, body: { reason: 'not needed', lines: [{ issuedLineId: made.body.issued[0]?.id ?? '', quantity: '1' }] } }
    expect((await stock.returnIssued(one)).problem.code).toBe('billing.already_invoiced')
    await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
    expect((await stock.returnIssued(one)).status).toBe(201)
    const [credited] = await hospital.query<{ total: string }>('select l.taxable + l.tax as total from credit_note_lines l join credit_notes n on n.id = l.credit_note_id where n.invoice_id = $1', [bill.id])
    expect(Number(credited?.total)).toBe(50)
    expect((await stock.returnIssued(one)).problem.code).toBe('inventory.above_issued')
  })

  it('are not charged where somebody says so or the lot has no price; the visit is one of the patient', async () => {
    const before = (await charges()).length
    expect((await issue('1', { isCharged: false })).body.issued).toMatchObject([{ isCharged: false }])
    const lotId = (await stock.listLots({ query: { itemId: cannula, batch: 'C3' } })).body.items[0]?.id ?? ''
    expect((await stock.bookDocument({ body: { kind: 'issue', storeId, patientId, lines: [{ itemId: cannula, lotId, quantity: '1' }] } })).body.issued).toMatchObject([{ batch: 'C3', isCharged: false }])
    expect((await charges()).length).toBe(before)
    expect((await issue('1', { patientId: otherId, encounterId })).problem.errors?.[0]?.path).toBe('encounterId')
    expect((await stock.bookDocument({ body: { kind: 'wastage', reason: 'x', storeId, encounterId, lines: [{ itemId: cannula, quantity: '1' }] } })).problem.errors?.[0]?.path).toBe('encounterId')
    expect((await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId: cannula, quantity: '1' }] } })).body.issued).toEqual([])
  })

  it('come back once, however many say so at the same time', async () => {
    const lotId = (await stock.listLots({ query: { itemId: cannula, batch: 'C2' } })).body.items[0]?.id ?? ''
    const made = await stock.bookDocument({ body: { kind: 'issue', storeId, patientId, lines: [{ itemId: cannula, lotId, quantity: '2' }] } })
    const held = (await onHand())['C2']
    const line = made.body.issued.find((one) => one.batch === 'C2')?.id ?? ''
    const answers = await Promise.all(Array.from({ length: 8 }, () => stock.returnIssued({ params: { id: made.body.id }, body: { reason: 'race', lines: [{ issuedLineId: line, quantity: '1' }] } })))
    expect(answers.filter((one) => one.status === 201)).toHaveLength(2)
    expect(Number((await onHand())['C2'])).toBe(Number(held ?? '0') + 2)
  })
})
