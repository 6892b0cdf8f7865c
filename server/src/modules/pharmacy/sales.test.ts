import { beforeAll, describe, expect, it } from 'vitest'
import { extractText, getDocumentProxy } from 'unpdf'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { leftByMethod, refundsOf } from './rules.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let counter: TestClient<typeof pharmacy>
let storeId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const cash = (amount: string) => ({ method: 'cash' as const, amount: inr(amount) })
const card = (amount: string) => ({ method: 'card' as const, amount: inr(amount) })

async function item(name: string, more: { medicationId?: string; taxRatePercent?: string; isTaxIncluded?: boolean } = {}): Promise<string> {
  return (await stock.createItem({ body: { sku: `S-${name}`, name, kind: 'medicine', baseUnit: 'tablet', packs: [{ unit: 'strip', factor: '10' }], taxCode: '3004', taxRatePercent: '12', ...more } })).body.id
}

async function receive(itemId: string, batch: string, expiresOn: string, more: { store?: string; mrp?: string } = {}): Promise<string> {
  const answer = await stock.bookDocument({ body: { kind: 'purchase', storeId: more.store ?? storeId, lines: [{ itemId, lot: { batch, expiresOn, mrp: inr(more.mrp ?? '50.00'), mrpUnit: 'strip', unitCost: inr('3.10') }, quantity: '2', unit: 'strip' }] } })
  return answer.body.movements[0]?.lotId ?? ''
}

const textOf = async (body: unknown): Promise<string> => (await extractText(await getDocumentProxy(new Uint8Array(Buffer.from(body as Buffer))), { mergePages: true })).text

const balance = async (lotId: string) => (await hospital.query<{ q: string }>('select coalesce(sum(quantity), 0)::float8::text as q from stock_balances where lot_id = $1', [lotId]))[0]?.q

beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
  stock = await hospital.as(inventory, 'pharmacist')
  counter = await hospital.as(pharmacy, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'PS', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
})

describe('a scanned batch', () => {
  it('is sold from its own lot, with a reason where it passes over what expires earlier', async () => {
    const itemId = await item('scanned')
    const [early, late] = [await receive(itemId, 'EARLY', '2027-03'), await receive(itemId, 'LATE-1', '2029-03')]
    const line = { itemId, batch: 'late-1', expiresOn: '2029-03-31', quantity: '3' }
    const quote = await counter.quoteSale({ body: { storeId, lines: [line, { itemId, quantity: '1' }] } })
    expect(quote.body.lines.map((one) => [one.line, one.batch, one.isPassingOver])).toEqual([[0, 'LATE-1', true], [1, 'EARLY', false]])
    const unsaid = await counter.sell({ body: { storeId, lines: [line] } })
    expect([unsaid.status, unsaid.problem.code, unsaid.problem.errors?.[0]?.path]).toEqual([422, 'medications.lot_reason_required', 'lines.0.reason'])
    expect(await Promise.all([early, late].map(balance))).toEqual(['20', '20'])
    const sold = await counter.sell({ body: { storeId, lines: [{ ...line, reason: 'the customer has this batch' }] } })
    expect([sold.status, sold.body.lines[0]?.batch]).toEqual([201, 'LATE-1'])
    expect(await Promise.all([early, late].map(balance))).toEqual(['20', '17'])
    expect(await hospital.query('select reason from stock_movements where document_id = $1', [sold.body.id])).toEqual([{ reason: 'the customer has this batch' }])
    expect((await counter.sell({ body: { storeId, lines: [{ itemId, lotId: late, quantity: '1' }] } })).problem.code).toBe('medications.lot_reason_required')
    const both = await counter.sell({ body: { storeId, lines: [{ itemId, batch: 'EARLY', quantity: '20' }, { itemId, batch: 'LATE-1', quantity: '17' }] } })
    expect([both.status, await balance(early), await balance(late)]).toEqual([201, '0', '0'])
  })

  it('that is expired, held, recalled, unknown or elsewhere is refused at its line, with the lot and why', async () => {
    const itemId = await item('refused')
    const other = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'PT', name: 'Second', kind: 'pharmacy' } })).body.id
    const good = await receive(itemId, 'GOOD', '2029-01')
    await receive(itemId, 'OLD', '2021-01')
    await receive(itemId, 'ELSE', '2029-01', { store: other })
    const admin = await hospital.as(inventory, 'admin')
    await admin.recallLot({ params: { id: await receive(itemId, 'BACK', '2028-01') }, body: { reason: 'letter of the maker' } })
    await admin.holdLot({ params: { id: await receive(itemId, 'HELD', '2028-02') }, body: { reason: 'colour' } })
    const answers = await Promise.all(['quoteSale', 'sell'].map(async (step) => {
      const refused = async (batch: string, more: object = {}) => (await counter[step === 'sell' ? 'sell' : 'quoteSale']({ body: { storeId, lines: [{ itemId, quantity: '1', batch, ...more }] } })).problem
      return [await refused('OLD'), await refused('BACK'), await refused('HELD'), await refused('NONE'), await refused('ELSE'), await refused('GOOD', { expiresOn: '2020-05-31' })].map((problem) => [problem.errors?.[0]?.path, problem.code, problem.errors?.[0]?.message])
    }))
    const wanted = [
      ['lines.0.batch', 'pharmacy.batch_expired', 'Batch OLD of refused expired on 2021-01-31.'], ['lines.0.batch', 'pharmacy.batch_recalled', 'Batch BACK of refused is recalled: letter of the maker'], ['lines.0.batch', 'pharmacy.batch_held', 'Batch HELD of refused is held back: colour'],
      ['lines.0.batch', 'pharmacy.batch_unknown', 'Batch NONE of refused is not known here.'], ['lines.0.batch', 'pharmacy.batch_not_here', 'Batch ELSE of refused is not in this store.'], ['lines.0.batch', 'pharmacy.batch_expired', 'Batch GOOD of refused expired on 2020-05-31.'],
    ]
    expect(answers).toEqual([wanted, wanted])
    expect(await balance(good)).toBe('20')
    expect((await counter.sell({ body: { storeId, lines: [{ itemId, lotId: good, batch: 'GOOD', quantity: '1' }] } })).problem.errors?.[0]?.path).toBe('lines.0.batch')
  })

  it('that came at two prices is one batch of two lots', async () => {
    const itemId = await item('prices')
    const lots = [await receive(itemId, 'B', '2029-01', { mrp: '50.00' }), await receive(itemId, 'B', '2029-01', { mrp: '60.00' })]
    const sold = await counter.sell({ body: { storeId, lines: [{ itemId, batch: 'B', quantity: '25' }] } })
    expect(sold.body.lines.map((one) => one.quantity).toSorted()).toEqual(['20', '5'])
    expect((await Promise.all(lots.map(balance))).toSorted()).toEqual(['0', '15'])
    expect((await counter.sell({ body: { storeId, lines: [{ itemId, batch: 'B', quantity: '16' }] } })).problem.code).toBe('inventory.insufficient_stock')
  })
})

describe('what a known patient buys', () => {
  it('is checked: a stop needs a reason of somebody who may judge it, and the reason is kept', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const doctor = await hospital.as(patients, 'doctor')
    const { id: patientId } = (await desk.register({ body: { givenName: 'Sheela', sex: 'female', ageYears: 35 } })).body
    await doctor.addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Penicillin', severity: 'severe' } })
    const medicine = (await (await hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Moxil 500', genericName: 'Amoxicillin', system: 'allopathy', systemData: { dosageForm: 'capsule', strength: '500 mg' } } })).body
    const itemId = await item('moxil', { medicationId: medicine.id })
    const lotId = await receive(itemId, 'MX', '2029-01')
    const lines = [{ itemId, quantity: '5' }]
    const refused = await counter.sell({ body: { storeId, patientId, lines } })
    expect([refused.status, refused.problem.code, await balance(lotId)]).toEqual([409, 'safety.override_required', '20'])
    const overrides = refused.problem.missing?.map((key) => ({ key, reason: 'took it last month without harm' })) ?? []
    expect(overrides.length).toBeGreaterThan(0)
    const cashier = await hospital.as(pharmacy, 'cashier')
    expect((await cashier.sell({ body: { storeId, patientId, lines, overrides } })).status).toBe(403)
    expect((await counter.sell({ body: { storeId, lines } })).status).toBe(201)
    const sold = await counter.sell({ body: { storeId, patientId, lines, overrides } })
    expect([sold.status, await balance(lotId)]).toEqual([201, '10'])
    expect(await hospital.query('select subject_type, stage, reason from safety_overrides where subject_id = $1 limit 1', [sold.body.id])).toEqual([{ subject_type: 'sale', stage: 'dispense', reason: 'took it last month without harm' }])
  })
})

describe('money that goes back', () => {
  it('goes by no way more than came by it: first to what leaves a trace, cash last', async () => {
    const itemId = await item('money')
    await receive(itemId, 'MO', '2029-01', { mrp: '100.00' })
    const sold = await counter.sell({ body: { storeId, lines: [{ itemId, quantity: '10' }], payments: [card('10.00'), cash('90.00')] } })
    const params = { id: sold.body.id }
    const lines = (quantity: string) => [{ saleLineId: sold.body.lines[0]?.id ?? '', quantity }]
    const back = (quantity: string, more: object) => counter.returnSale({ params, body: { reason: 'wrong', lines: lines(quantity), ...more } })
    const byCard = await back('10', { method: 'card' })
    expect([byCard.status, byCard.problem.code, byCard.problem.errors?.[0]?.path]).toEqual([422, 'pharmacy.refund_above_paid', 'method'])
    expect((await back('10', { refunds: [card('11.00'), cash('89.00')] })).problem.errors?.[0]?.path).toBe('refunds.0.amount')
    expect((await back('10', { refunds: [card('6.00'), card('6.00'), cash('88.00')] })).problem.code).toBe('pharmacy.refund_above_paid')
    expect((await back('10', { refunds: [card('10.00'), cash('80.00')] })).problem.code).toBe('pharmacy.payment_mismatch')
    expect((await back('10', { refunds: [cash('100.00')], method: 'cash' })).problem.errors?.[0]?.path).toBe('refunds')
    const quote = await counter.quoteReturn({ params, body: { lines: lines('3') } })
    expect(quote.body).toEqual({ total: inr('30.00'), refunds: [card('10.00'), cash('20.00')], refundable: [card('10.00'), cash('90.00')] })
    expect((await back('3', {})).body.payments.map((one) => [one.method, one.amount.amount])).toEqual([['card', '10.00'], ['cash', '20.00']])
    expect((await back('7', { method: 'card' })).problem.code).toBe('pharmacy.refund_above_paid')
    expect((await back('1', { refunds: [cash('10.00')] })).status).toBe(201)
    expect((await back('6', {})).body.payments.map((one) => [one.method, one.amount.amount])).toEqual([['cash', '60.00']])
  })

  it('of what went back wrongly before, nothing goes back again', () => {
    const left = leftByMethod([{ kind: 'payment', method: 'cash', amount: '90' }, { kind: 'payment', method: 'card', amount: '10' }, { kind: 'refund', method: 'card', amount: '50' }])
    expect([left, refundsOf('50', left)]).toEqual([[{ method: 'cash', amount: '90' }], [{ method: 'cash', amount: '50' }]])
  })
})

describe('the maximum retail price', () => {
  it.each([['12', '50.00', '44.64', '2.68'], ['5', '50.00', '47.62', '1.19'], ['18', '118.00', '100.00', '9.00'], ['0', '50.00', '50.00', '0.00']])('at %s %% of tax, %s a strip: the tax is inside', async (taxRatePercent, mrp, taxable, half) => {
    const itemId = await item(`mrp-${taxRatePercent}-${mrp}`, { taxRatePercent, isTaxIncluded: false })
    await receive(itemId, 'P', '2029-01', { mrp })
    const body = { storeId, lines: [{ itemId, quantity: '1', unit: 'strip' }] }
    const amounts = { taxable: inr(taxable), cgst: inr(half), sgst: inr(half), total: inr(mrp) }
    expect((await counter.quoteSale({ body })).body).toMatchObject({ ...amounts, lines: [{ ...amounts, isTaxIncluded: true }] })
    const sold = await counter.sell({ body })
    expect(sold.body).toMatchObject({ ...amounts, lines: [{ unitPrice: inr((Number(mrp) / 10).toFixed(2)), isTaxIncluded: true }] })
    const back = await counter.returnSale({ params: { id: sold.body.id }, body: { reason: 'wrong', lines: [{ saleLineId: sold.body.lines[0]?.id ?? '', quantity: '10' }] } })
    expect(back.body).toMatchObject(amounts)
  })
})

describe('a sale that is looked for', () => {
  it('is found by its number, the last digits of it, a day and the beginning of the customer; its papers name prescriber and sale', async () => {
    const itemId = await item('found')
    await receive(itemId, 'FO', '2029-01')
    const customer = { name: 'Émile & Sons', prescriber: 'Dr. Anand Menon', taxNumber: '29AAAAA0000A1Z5', stateCode: '29' }
    const sold = (await counter.sell({ body: { storeId, customer, lines: [{ itemId, quantity: '2' }] } })).body
    await counter.sell({ body: { storeId, customer: { name: 'Another' }, lines: [{ itemId, quantity: '1' }] } })
    expect(sold).toMatchObject({ isInterState: true, customerTaxNumber: customer.taxNumber, customerStateCode: '29', prescriber: customer.prescriber })
    expect([sold.cgst.amount, Number(sold.igst.amount) > 0]).toEqual(['0.00', true])
    const find = async (query: object) => (await counter.listSales({ query: { facilityId: hospital.facilityId, ...query } })).body.items.map((one) => one.id)
    expect(await find({ search: sold.number.toLowerCase() })).toEqual([sold.id])
    expect(await find({ search: String(Number(sold.number.slice(-6))) })).toContain(sold.id)
    for (const search of ['Émile', ' ÉmILE & s']) expect(await find({ search })).toEqual([sold.id])
    expect(await find({ search: 'mile' })).toEqual([])
    expect([await find({ search: 'Émile', from: sold.soldOn, to: sold.soldOn }), await find({ search: 'Émile', to: '2020-01-01' })]).toEqual([[sold.id], []])
    const back = (await counter.returnSale({ params: { id: sold.id }, body: { reason: 'wrong', lines: [{ saleLineId: sold.lines[0]?.id ?? '', quantity: '1' }] } })).body
    const [receipt, note] = await Promise.all([sold.id, back.id].map(async (id) => textOf((await counter.printSale({ params: { id }, query: {} })).body)))
    for (const text of ['Prescribed by Dr. Anand Menon', 'GSTIN 29AAAAA0000A1Z5', 'Place of supply: 29']) expect(receipt).toContain(text)
    expect(note).toContain(`Against ${sold.number} of ${sold.soldOn}`)
  })
})

describe('a label', () => {
  it('speaks the language of the patient, or the one asked for', async () => {
    const { id: patientId } = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Meena', sex: 'female', ageYears: 40, language: 'hi' } })).body
    const encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
    const [dispensary, doctor] = [await hospital.as(medications, 'pharmacist'), await hospital.as(medications, 'doctor')]
    const medicationId = (await dispensary.createMedication({ body: { name: 'Cetrine 10', genericName: 'Cetirizine', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '10 mg' } } })).body.id
    await receive(await item('cetrine', { medicationId }), 'CE', '2029-01')
    const draft = (await doctor.prescribe({ body: { encounterId, items: [{ medicationId, dosage: '1 tablet', frequency: '0-0-1', durationDays: 5, quantity: '5', instructions: {} }] } })).body
    await doctor.finalize({ params: { id: draft.id }, body: { overrides: draft.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })
    expect((await dispensary.dispense({ params: { id: draft.id }, body: { storeId } })).status).toBe(200)
    const id = (await counter.listDispenses({ query: { prescriptionId: draft.id } })).body.items[0]?.id ?? ''
    const [own, hindi, english] = await Promise.all([{}, { language: 'hi' as const }, { language: 'en' as const }].map(async (query) => textOf((await counter.printLabels({ params: { id }, query })).body)))
    expect(own).toBe(hindi)
    expect(own).not.toContain('Batch')
    expect(english).toContain('Batch CE')
  })
})
