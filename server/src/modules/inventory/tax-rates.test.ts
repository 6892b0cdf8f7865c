import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { rateOn } from './tax-rules.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let counter: TestClient<typeof pharmacy>
let storeId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const today = localDate(new Date(), 'Asia/Kolkata')

async function item(sku: string, taxRatePercent: string, more: { medicationId?: string; taxCode?: string } = {}): Promise<string> {
  const { id } = (await stock.createItem({ body: { sku, name: sku, kind: 'medicine', baseUnit: 'tablet', taxCode: '30049011', taxRatePercent, ...more } })).body
  await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: id, lot: { batch: 'T', expiresOn: '2031-01', mrp: inr('11.20'), unitCost: inr('5.00') }, quantity: '100' }] } })
  return id
}
const sold = async (itemId: string) => (await counter.sell({ body: { storeId, lines: [{ itemId, quantity: '10' }] } })).body
const ratesOf = async (id: string) => (await stock.listTaxRates({ params: { id } })).body.items.map((one) => [one.validFrom, one.taxRatePercent, one.isCurrent])

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  stock = await hospital.as(inventory, 'pharmacist')
  counter = await hospital.as(pharmacy, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'TAX', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
})

describe('the rate of a day', () => {
  // Medicines went from 12 to 5 % on 22 September 2025: Notification 9/2025-Central Tax (Rate).
  const rates = [{ valid_from: '2017-07-01', tax_rate_percent: '12' }, { valid_from: '2025-09-22', tax_rate_percent: '5' }]
  it.each([['2017-06-30', '0'], ['2017-07-01', '12'], ['2025-09-21', '12'], ['2025-09-22', '5'], ['2026-11-22', '5']])('%s: %s %', (on, percent) => expect(rateOn('0', rates, on)).toBe(percent))
  it('without dates is the one the item began with', () => expect(rateOn('18', [], '2026-01-01')).toBe('18'))
})

describe('a rate that changes by law', () => {
  it('counts from its day on; what was sold comes back at the rate of its line', async () => {
    const id = await item('LAW', '12')
    const before = await sold(id)
    expect([before.lines[0]?.taxRatePercent, before.cgst, before.total]).toEqual(['12', inr('6.00'), inr('112.00')])
    expect((await (await hospital.as(inventory, 'cashier')).setTaxRate({ params: { id }, body: { validFrom: today, taxRatePercent: '5' } })).status).toBe(403)
    await stock.setTaxRate({ params: { id }, body: { validFrom: addDays(today, 1), taxRatePercent: '5' } })
    expect((await sold(id)).lines[0]?.taxRatePercent).toBe('12')
    expect((await stock.setTaxRate({ params: { id }, body: { validFrom: today, taxRatePercent: '5' } })).body.items.map((one) => [one.validFrom, one.isCurrent])).toEqual([[addDays(today, 1), false], [today, true], [null, false]])
    const after = await sold(id)
    expect([after.lines[0]?.taxRatePercent, after.cgst, after.total]).toEqual(['5', inr('2.67'), inr('112.00')])
    const back = (await counter.returnSale({ params: { id: before.id }, body: { reason: 'wrong', lines: [{ saleLineId: before.lines[0]?.id ?? '', quantity: '10' }] } })).body
    expect([back.lines[0]?.taxRatePercent, back.cgst]).toEqual(['12', inr('6.00')])
    expect((await stock.readItem({ params: { id } })).body.taxRatePercent).toBe('5')
  })

  it('is taken back while it has not begun, and not after', async () => {
    const id = await item('BACK', '12')
    const coming = (await stock.setTaxRate({ params: { id }, body: { validFrom: addDays(today, 30), taxRatePercent: '40' } })).body.items[0]?.id ?? ''
    expect((await stock.removeTaxRate({ params: { id: coming }, body: {} })).body.items).toHaveLength(1)
    const begun = (await stock.setTaxRate({ params: { id }, body: { validFrom: addDays(today, -1), taxRatePercent: '5' } })).body.items[0]?.id ?? ''
    expect((await stock.removeTaxRate({ params: { id: begun }, body: {} })).problem.code).toBe('inventory.rate_in_force')
    const known = (await stock.readItem({ params: { id } })).body
    const changed = await stock.updateItem({ params: { id }, ifMatch: known.version, body: { taxRatePercent: '18' } })
    expect([changed.body.taxRatePercent, await ratesOf(id)]).toEqual(['18', [[today, '18', true], [addDays(today, -1), '5', false], [null, '12', false]]])
    await stock.updateItem({ params: { id }, ifMatch: changed.body.version, body: { taxRatePercent: '18', name: 'Same' } })
    expect(await ratesOf(id)).toHaveLength(3)
  })

  it('is changed for all items of a rate and HSN at once, first dry, and once', async () => {
    const [one, other] = [await item('BULK-1', '12.5'), await item('BULK-2', '12.5', { taxCode: '96190030' })]
    const body = { validFrom: addDays(today, -2), fromPercent: '12.5', toPercent: '5', hsn: '30' }
    expect((await stock.changeTaxRates({ body })).body).toMatchObject({ count: 1, examples: [{ sku: 'BULK-1' }] })
    expect(await ratesOf(one)).toHaveLength(1)
    expect((await stock.changeTaxRates({ body: { ...body, isDry: false } })).body.count).toBe(1)
    expect((await stock.changeTaxRates({ body: { ...body, isDry: false } })).body.count).toBe(0)
    expect([await ratesOf(one), await ratesOf(other)]).toEqual([[[addDays(today, -2), '5', true], [null, '12.5', false]], [[null, '12.5', true]]])
  })

  it('is the one of the day a medicine was handed out, however late it is billed and credited', async () => {
    const dispensary = await hospital.as(medications, 'pharmacist')
    const doctor = await hospital.as(medications, 'doctor')
    const cashier = await hospital.as(billing, 'cashier')
    const medicationId = (await dispensary.createMedication({ body: { name: 'Taxol 10', genericName: 'Taxolin', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '10 mg' } } })).body.id
    const id = await item('WARD', '12', { medicationId })
    const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Meera', sex: 'female', ageYears: 40 } })).body.id
    const encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
    const prescribed = (await doctor.prescribe({ body: { encounterId, items: [{ medicationId, dosage: '1 tablet', frequency: '1-0-1', durationDays: 10, quantity: '20', instructions: {} }] } })).body
    const signed = (await doctor.finalize({ params: { id: prescribed.id }, body: { overrides: prescribed.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })).body
    const handOut = () => dispensary.dispense({ params: { id: signed.id }, body: { storeId, lines: [{ prescriptionItemId: signed.items[0]?.id ?? '', quantity: '10' }] } })
    expect((await handOut()).status).toBe(200)
    await stock.setTaxRate({ params: { id }, body: { validFrom: today, taxRatePercent: '5' } })
    expect((await handOut()).status).toBe(200)
    const bill = (await cashier.draftInvoice({ body: { encounterId } })).body
    expect(bill.lines.map((line) => [line.taxRatePercent, line.cgst.amount])).toEqual([['12', '6.00'], ['5', '2.67']])
    await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
    const first = (await counter.listDispenses({ query: { patientId } })).body.items.at(-1)
    const back = (await counter.returnDispense({ params: { id: first?.id ?? '' }, body: { reason: 'stopped', lines: [{ dispenseItemId: first?.lines[0]?.id ?? '', quantity: '10' }] } })).body
    expect((await cashier.listCreditNotes({ query: { invoiceId: bill.id } })).body.items.find((note) => note.id === back.creditNoteIds[0])?.lines.map((line) => [line.taxRatePercent, line.cgst.amount])).toEqual([['12', '6.00']])
  })
})
