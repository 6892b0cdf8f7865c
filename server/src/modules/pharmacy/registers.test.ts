import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { hsnOf, isService, merged, quantityCodeOf } from './register-rules.ts'

let hospital: TestHospital
let counter: TestClient<typeof pharmacy>
let cashier: TestClient<typeof billing>
let query = { facilityId: '', from: '2026-01-01', to: '2099-01-01' }
const inr = (amount: string) => ({ amount, currency: 'INR' })

/** At 12 % inside: a tablet of 11.20 is 10.00 and 0.60 twice. */
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  const { facilityId } = hospital
  query = { ...query, facilityId }
  const stock = await hospital.as(inventory, 'pharmacist')
  counter = await hospital.as(pharmacy, 'pharmacist')
  cashier = await hospital.as(billing, 'cashier')
  const admin = await hospital.as(billing, 'admin')
  const dispensary = await hospital.as(medications, 'pharmacist')
  const doctor = await hospital.as(medications, 'doctor')
  const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Devi', sex: 'female', ageYears: 40 } })).body.id
  const encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
  const storeId = (await stock.createStore({ body: { facilityId, code: 'GST', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
  const medicationId = (await dispensary.createMedication({ body: { name: 'Registrol 10', genericName: 'Registrol', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '10 mg' } } })).body.id
  const itemId = (await stock.createItem({ body: { sku: 'Reg-1', name: 'Registrol', kind: 'medicine', medicationId, baseUnit: 'tablet', taxCode: '3004', taxRatePercent: '12' } })).body.id
  await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch: 'R1', expiresOn: '2031-01', mrp: inr('11.20'), unitCost: inr('5.00') }, quantity: '100' }] } })

  const prescribed = (await doctor.prescribe({ body: { encounterId, items: [{ medicationId, dosage: '1 tablet', frequency: '1-0-1', durationDays: 10, quantity: '20', instructions: {} }] } })).body
  const signed = (await doctor.finalize({ params: { id: prescribed.id }, body: { overrides: prescribed.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })).body
  await dispensary.dispense({ params: { id: signed.id }, body: { storeId, lines: [{ prescriptionItemId: signed.items[0]?.id ?? '', quantity: '20' }] } })
  const bill = (await cashier.draftInvoice({ body: { encounterId } })).body
  await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
  const [handed] = (await counter.listDispenses({ query: { patientId } })).body.items
  expect((await counter.returnDispense({ params: { id: handed?.id ?? '' }, body: { reason: 'stopped', lines: [{ dispenseItemId: handed?.lines[0]?.id ?? '', quantity: '5' }] } })).body.creditNoteIds).toHaveLength(1)

  const sale = (await counter.sell({ body: { storeId, lines: [{ itemId, quantity: '10' }] } })).body
  await counter.returnSale({ params: { id: sale.id }, body: { reason: 'wrong', lines: [{ saleLineId: sale.lines[0]?.id ?? '', quantity: '2' }] } })
  await counter.sell({ body: { storeId, customer: { name: 'Clinic of Mumbai', taxNumber: '27AAAPL1234C1ZV', stateCode: '27' }, lines: [{ itemId, quantity: '5' }] } })

  const consultation = (await admin.createService({ body: { code: 'R-OPD', name: 'Consultation', price: inr('500.00'), taxCode: '999312' } })).body.id
  const copy = (await admin.createService({ body: { code: 'R-COPY', name: 'Copies', price: inr('100.00'), taxCode: 'GST18' } })).body.id
  const services = (await cashier.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId: consultation, quantity: '1' }, { serviceId: copy, quantity: '1' }] } })).body
  await cashier.issueInvoice({ params: { id: services.id }, body: {} })
  await cashier.draftInvoice({ body: { patientId, facilityId, lines: [{ serviceId: copy, quantity: '9' }] } })
})

describe('codes of table 12', () => {
  it.each([['Tablet', 'TBS'], ['ml', 'MLT'], ['bottle', 'BTL'], ['vial', 'NOS'], ['cauldron', 'OTH'], ['', 'OTH']])('%s is %s', (unit, code) => expect(quantityCodeOf(unit)).toBe(code))
  it.each([['3004', '3004'], ['300490', '300490'], ['30049011', '30049011'], ['999312', '999312'], ['GST18', ''], ['30', ''], ['30041', '']])('%s as HSN is «%s»', (code, hsn) => expect(hsnOf(code)).toBe(hsn))
  it('chapter 99 is services', () => expect([isService('999312'), isService('3004'), isService('')]).toEqual([true, false, false]))
  it('adds what is alike', () => {
    const row = { taxable: '1.10', cgst: '0.1', sgst: '0.1', igst: '0', total: '1.3', quantity: '2', key: 'a' }
    expect(merged([row, { ...row, quantity: '-1' }, { ...row, key: 'b' }], (one) => one.key).map((one) => [one.key, Number(one.quantity), Number(one.taxable)])).toEqual([['a', 1, 2.2], ['b', 2, 1.1]])
  })
})

describe('the register of supplies', () => {
  it('has what was billed after it was handed out beside what was sold, credit notes and returns taken off', async () => {
    const goods = (await counter.salesRegister({ query })).body
    expect(goods).toMatchObject({ scope: 'goods', items: [{ taxCode: '3004', taxRatePercent: '12', taxable: inr('280.00'), cgst: inr('13.80'), sgst: inr('13.80'), igst: inr('6.00'), total: inr('313.60') }] })
    expect(goods.items).toHaveLength(1)
    expect((await counter.salesRegister({ query: { ...query, scope: 'all' } })).status).toBe(403)
    const all = (await (await hospital.as(pharmacy, 'cashier')).salesRegister({ query })).body
    expect(all.scope).toBe('all')
    expect(all.items.map((row) => [row.taxCode, row.taxRatePercent, row.taxable.amount, row.total.amount])).toEqual([['999312', '0', '500.00', '500.00'], ['3004', '12', '280.00', '313.60'], ['GST18', '18', '100.00', '118.00']])
  })

  it('sums by HSN, unit, rate and kind of buyer with quantities; services without', async () => {
    const { items } = (await (await hospital.as(pharmacy, 'cashier')).hsnSummary({ query })).body
    expect(items.map((row) => [row.buyers, row.hsn, row.uqc, row.quantity, row.taxRatePercent, row.taxable.amount, row.cgst.amount, row.sgst.amount, row.igst.amount, row.total.amount])).toEqual([
      ['b2b', '3004', 'TBS', '5', '12', '50.00', '0.00', '0.00', '6.00', '56.00'],
      ['b2c', '', 'OTH', '1', '18', '100.00', '9.00', '9.00', '0.00', '118.00'],
      ['b2c', '3004', 'TBS', '23', '12', '230.00', '13.80', '13.80', '0.00', '257.60'],
      ['b2c', '999312', 'NA', '0', '0', '500.00', '0.00', '0.00', '0.00', '500.00'],
    ])
    expect((await counter.hsnSummary({ query })).body.items.map((row) => row.hsn)).toEqual(['3004', '3004'])
    expect((await counter.hsnSummary({ query: { ...query, to: '2026-01-02' } })).body.items).toEqual([])
  })

  it('names each document once, page by page, and no patient', async () => {
    const reader = await hospital.as(pharmacy, 'cashier')
    expect((await counter.salesDocuments({ query })).status).toBe(403)
    const whole = (await reader.salesDocuments({ query: { ...query, limit: 100 } })).body.items
    expect(whole.map((row) => [row.kind, row.total.amount, row.buyerName]).toSorted()).toEqual([['credit-note', '-56.00', ''], ['invoice', '224.00', ''], ['invoice', '618.00', ''], ['return', '-22.00', ''], ['sale', '112.00', ''], ['sale', '56.00', 'Clinic of Mumbai']])
    expect(whole.find((row) => row.kind === 'return')).toMatchObject({ against: whole.find((row) => row.kind === 'sale' && row.buyerName === '')?.number, roundOff: inr('0.40'), taxable: inr('-20.00') })
    const pages: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await reader.salesDocuments({ query: { ...query, limit: 2, cursor } })
      pages.push(...body.items.map((row) => row.id))
      cursor = body.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(pages).toEqual(whole.map((row) => row.id))
  })
})
