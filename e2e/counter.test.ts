import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { stableId } from '../server/src/seed/random.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

const inr = (amount: string) => ({ amount, currency: 'INR' })

describe('the counter', () => {
  it('refuses a scanned pack that is expired, asks why another is passed over, checks who buys, and pays back as it was paid', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const storeId = stableId(1, 'stock:general:GH1:PHARM')
    const medicine = (await (await session.hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Moxil 500', genericName: 'Amoxicillin', system: 'allopathy', systemData: { dosageForm: 'capsule', strength: '500 mg' } } })).body
    const item = (await stock.createItem({ body: { sku: 'MOXIL', name: 'Moxil 500', kind: 'medicine', medicationId: medicine.id, baseUnit: 'capsule', packs: [{ unit: 'strip', factor: '10' }], barcodes: [{ code: '8901234567890', unit: 'strip' }], taxCode: '3004', taxRatePercent: '12', isTaxIncluded: false } })).body
    for (const [batch, expiresOn] of [['GONE', '2021-03'], ['SOON', '2028-03'], ['LATE', '2031-03']] as const) await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: item.id, lot: { batch, expiresOn, mrp: inr('100.00'), mrpUnit: 'strip', unitCost: inr('4.00') }, quantity: '5', unit: 'strip' }] } })
    const { id: patientId } = (await (await session.hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Sheela', familyName: 'Thampi', sex: 'female', ageYears: 35, facilityId: session.hospital.facilityId } })).body
    await (await session.hospital.as(patients, 'doctor')).addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Penicillin', severity: 'severe' } })
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/pharmacy/counter`)
    await page.getByLabel('Scan or find what is sold').waitFor()
    const scan = async (code: string) => {
      await page.keyboard.press('F2')
      await page.keyboard.type(code)
      await page.keyboard.press('Enter')
    }
    await scan('(01)08901234567890(17)210331(10)GONE')
    await page.getByText('Batch GONE of Moxil 500 expired on 2021-03-31.').first().waitFor()
    await page.getByRole('button', { name: 'Remove: Moxil 500' }).click()
    await scan('(01)08901234567890(17)310331(10)LATE')
    await page.getByLabel('Reason: Moxil 500').fill('she has had this batch')
    await page.getByLabel('Patient').fill('sheela')
    await page.getByRole('option', { name: /Sheela Thampi/ }).click()
    await page.getByText(/Penicillin/).first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Sell' }).isEnabled()).toBe(false)
    for (const reason of await page.getByLabel(/^Reason to go on: /).all()) await reason.fill('took it last month without harm')
    await expect.poll(() => page.getByRole('button', { name: 'Sell' }).isEnabled(), { timeout: 15_000 }).toBe(true)
    await page.keyboard.press('F8')
    await page.getByLabel('By card').fill('10')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Sold: GH1\/S\d\d\/\d{6}.*100/).waitFor()
    expect(await session.hospital.query("select l.batch, m.reason from stock_movements m join lots l on l.id = m.lot_id where m.item_id = $1 and m.kind = 'sale'", [item.id])).toEqual([{ batch: 'LATE', reason: 'she has had this batch' }])

    await page.goto(`${session.base}/pharmacy/sales`)
    await page.getByLabel('Number, code of the receipt, or customer').fill('Sheela')
    await page.getByRole('row', { name: /GH1\/S\d\d.*Sheela Thampi/ }).click()
    await page.getByLabel('Take back: Moxil 500').fill('5')
    await page.getByText(/To pay back.*50.*Card.*10.*Cash.*40/).waitFor()
    await page.getByLabel('Reason').fill('wrong one')
    await page.getByRole('button', { name: 'Take back and pay' }).click()
    await page.getByRole('heading', { name: /GH1\/N\d\d/ }).waitFor()
    await page.getByRole('button', { name: /Against GH1\/S\d\d/ }).waitFor()
    expect(await session.hospital.query("select method, amount::float8 as amount from sale_payments where kind = 'refund' order by method")).toEqual([{ method: 'card', amount: 10 }, { method: 'cash', amount: 40 }])
    await page.context().close()
  })
})
