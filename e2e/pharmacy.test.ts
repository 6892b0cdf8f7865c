import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { stableId } from '../server/src/seed/random.ts'
import { watchMachine } from '../server/src/testing/faults/installation.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

const medicineOf = (hospital: string, name: string) => stableId(1, `medicine:${hospital}:${name}`)
const itemOf = (name: string) => stableId(1, `stock:general:item:${name}`)

async function visitOf(givenName: string, hospital: 'general' | 'ayurveda' = 'general'): Promise<{ patientId: string; encounterId: string }> {
  const desk = await session.hospital.as(patients, 'receptionist', hospital)
  const facilityId = hospital === 'general' ? session.hospital.facilityId : stableId(1, 'ayurveda:AY1')
  const patient = (await desk.register({ body: { givenName, familyName: 'Kurup', sex: 'female', ageYears: 41, facilityId } })).body
  const visit = (await (await session.hospital.as(encounters, 'receptionist', hospital)).open({ body: { patientId: patient.id, facilityId, class: 'outpatient', practitionerId: stableId(1, `${hospital}:user:doctor:1`) } })).body
  return { patientId: patient.id, encounterId: visit.id }
}

async function signed(encounterId: string, medicationId: string, quantity: string, refills = 0, hospital: 'general' | 'ayurveda' = 'general') {
  const doctor = await session.hospital.as(medications, 'doctor', hospital)
  const draft = (await doctor.prescribe({ body: { encounterId, refills, items: [{ medicationId, dosage: '1', frequency: '1-0-1', durationDays: 5, quantity, instructions: {} }] } })).body
  return (await doctor.finalize({ params: { id: draft.id }, body: { overrides: draft.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })).body
}

describe('from the order to the credit', () => {
  it('orders, receives by scan, hands out in part, refills, takes back and credits', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const item = (await stock.readItem({ params: { id: itemOf('Cetirizine 10') } })).body
    await stock.updateItem({ params: { id: item.id }, ifMatch: item.version, body: { barcodes: [{ code: '8901234567890', unit: 'strip' }] } })
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/purchasing/orders/new`)
    await page.getByRole('combobox', { name: 'Vendor' }).click()
    await page.getByRole('option', { name: 'Kerala Drug House' }).click()
    await page.getByLabel('Add an item or scan it').fill('ceti')
    await page.getByRole('option', { name: /Cetirizine 10/ }).click()
    await page.getByLabel('Quantity: Cetirizine 10').fill('10')
    await page.getByRole('combobox', { name: 'Unit: Cetirizine 10' }).click()
    await page.getByRole('option', { name: 'strip' }).click()
    await page.getByLabel('Price of a unit: Cetirizine 10').fill('21.50')
    await page.getByRole('button', { name: 'Draft the order' }).click()
    await page.getByRole('heading', { name: /GH1-PO-/ }).waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'Mark as sent' }).click()
    await page.getByText('Sent', { exact: true }).waitFor()
    await page.getByLabel('Scan what came').fill('(01)08901234567890(17)290331(10)NEW7')
    await page.getByLabel('Scan what came').press('Enter')
    await expect.poll(() => page.getByLabel('Batch: Cetirizine 10').inputValue()).toBe('NEW7')
    expect(await page.getByLabel('Expires: Cetirizine 10').inputValue()).toBe('2029-03-31')
    await page.getByLabel('Pack price: Cetirizine 10').fill('36')
    await page.getByRole('button', { name: 'Receive goods' }).click()
    await page.getByRole('heading', { name: /GH1-GRN-/ }).waitFor()
    expect((await stock.listLots({ query: { itemId: item.id } })).body.items.map((lot) => lot.batch)).toContain('NEW7')

    const { encounterId } = await visitOf('Madhavi')
    const prescription = await signed(encounterId, medicineOf('general', 'Cetirizine 10'), '10', 1)
    await page.goto(`${session.base}/prescriptions/${prescription.id}`)
    await page.getByText(/C009GH1/).waitFor()
    await page.getByLabel('Give: Cetirizine 10').fill('4')
    await page.getByRole('button', { name: 'Dispense' }).click()
    await page.getByText('4 of 10 dispensed').waitFor()
    await page.getByRole('button', { name: 'Dispense' }).click()
    await page.getByRole('button', { name: 'Refill' }).click()
    await page.getByText('no refills left').waitFor()
    await page.getByRole('button', { name: 'Dispense' }).click()
    await page.getByText('10 of 10 dispensed').waitFor()

    const cashier = await session.hospital.as(billing, 'cashier')
    const bill = (await cashier.draftInvoice({ body: { encounterId } })).body
    await cashier.issueInvoice({ params: { id: bill.id }, body: {} })
    await page.goto(`${session.base}/pharmacy/dispenses`)
    await page.getByRole('row', { name: /Madhavi.*Cetirizine 10 10/ }).click()
    await page.getByLabel('Take back: Cetirizine 10').fill('3')
    await page.getByLabel('Reason').fill('stopped')
    await page.getByRole('button', { name: 'Take back and pay' }).click()
    await page.getByText('1 credit note made').waitFor()
    expect((await cashier.listCreditNotes({ query: { invoiceId: bill.id } })).body.items[0]?.lines[0]).toMatchObject({ name: 'Cetirizine 10', quantity: '3' })
    expect(await session.hospital.query('select b.lot_id from stock_balances b where b.quantity <> (select sum(m.quantity) from stock_movements m where m.store_id = b.store_id and m.lot_id = b.lot_id)')).toEqual([])
    await page.context().close()
  })
})

describe('the counter', () => {
  it('sells five things by keyboard alone in less than twenty seconds', async () => {
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/pharmacy/counter`)
    await page.getByLabel('Scan or find what is sold').waitFor()
    await page.getByLabel('Scan or find what is sold').focus()
    const machine = watchMachine()
    const began = performance.now()
    for (const name of ['paracetamol 500', 'azith', 'metf', 'panto', 'ibup']) {
      await page.keyboard.type(name, { delay: 40 })
      await takeFirst(page, new RegExp(name, 'i'))
      await expect.poll(() => page.getByLabel('Scan or find what is sold').inputValue()).toBe('')
    }
    await expect.poll(() => page.getByRole('button', { name: 'Sell' }).isEnabled()).toBe(true)
    await expect.poll(() => page.getByRole('row').filter({ hasText: '₹' }).count()).toBeGreaterThan(5)
    await page.getByLabel('Cash given').focus()
    await page.keyboard.type('500', { delay: 40 })
    await page.getByLabel('Change').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(/Sold: GH1\/S\d\d\/\d{6}/).waitFor()
    // Twenty seconds hold for a machine of its own: what others take of it is not the cashier's.
    expect(performance.now() - began).toBeLessThan(machine.allows(20_000))
    expect(await session.hospital.query("select count(*)::int as n from sale_lines l where l.sale_id = (select id from sales where kind = 'sale' order by created_at desc limit 1)")).toEqual([{ n: 5 }])
    const [paper] = await Promise.all([page.waitForResponse((response) => response.url().includes('/receipt')), page.getByRole('button', { name: 'Receipt' }).click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await page.goto(`${session.base}/pharmacy/sales`)
    await page.getByRole('row', { name: /GH1\/S\d\d/ }).first().click()
    await page.getByLabel('Take back: Metformin 500').fill('1')
    await page.getByLabel('Reason').fill('wrong one')
    await page.getByRole('button', { name: 'Take back and pay' }).click()
    await page.getByRole('heading', { name: /GH1\/N\d\d/ }).waitFor()
    await page.context().close()
  })
})

describe('a recall', () => {
  it('stops a lot and shows who had it', async () => {
    const { encounterId } = await visitOf('Nalini')
    const prescription = await signed(encounterId, medicineOf('general', 'Amlodipine 5'), '5')
    const storeId = stableId(1, 'stock:general:GH1:PHARM')
    await (await session.hospital.as(medications, 'pharmacist')).dispense({ params: { id: prescription.id }, body: { storeId } })
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/stock/items/${itemOf('Amlodipine 5')}`)
    const row = page.getByRole('row', { name: /C006GH1/ }).first()
    await row.getByRole('button', { name: 'Recall' }).click()
    await page.getByRole('dialog').getByLabel('Reason').fill('letter of the maker')
    await page.getByRole('dialog').getByRole('button', { name: 'Recall' }).click()
    await page.getByText('Patients who had batch').waitFor()
    await page.getByRole('link', { name: 'Nalini Kurup' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Recalled', { exact: true }).first().waitFor()
    expect(await session.hospital.query("select state from lots where batch = 'C006GH1'")).toEqual([{ state: 'recalled' }])
    await page.context().close()
  })
})

describe('a preparation of the Ayurveda pharmacy', () => {
  it('is written, made and handed out by a prescription', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist', 'ayurveda')
    const storeId = stableId(1, 'stock:ayurveda:AY1:PHARM')
    for (const [sku, name] of [['R-HAR', 'Haritaki'], ['R-VIB', 'Vibhitaki']] as const) {
      const { id } = (await stock.createItem({ body: { sku, name, kind: 'medicine', baseUnit: 'g', isDivisible: true } })).body
      await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: id, lot: { batch: 'RAW', expiresOn: '2029-01', unitCost: { amount: '0.40', currency: 'INR' } }, quantity: '2000' }] } })
    }
    const page = await session.admitted('pharmacist', { hospital: 'ayurveda' })
    await page.goto(`${session.base}/pharmacy/preparations`)
    await page.getByRole('button', { name: 'Write a formula' }).first().click()
    await page.getByLabel('What it makes').fill('triphala')
    await page.getByRole('option', { name: /Triphala choornam/ }).click()
    await page.getByLabel('Yield in g').fill('500')
    for (const [name, quantity] of [['Haritaki', '260'], ['Vibhitaki', '260']] as const) {
      await page.getByLabel('Add an ingredient').fill(name)
      await page.getByRole('option', { name: new RegExp(name) }).click()
      await page.getByLabel(`Quantity: ${name}`).fill(quantity)
    }
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Make a batch' }).first().click()
    await page.getByRole('combobox', { name: 'Formula' }).click()
    await page.getByRole('option', { name: /Triphala choornam/ }).click()
    await page.getByRole('textbox', { name: 'Batch' }).fill('TRI-1')
    await page.getByRole('textbox', { name: 'Yield' }).fill('480')
    await page.getByRole('dialog').getByRole('button', { name: 'Make a batch' }).click()
    await page.getByRole('cell', { name: 'TRI-1' }).waitFor()
    const [lot] = (await stock.listLots({ query: { batch: 'TRI-1' } })).body.items
    const { encounterId } = await visitOf('Omana', 'ayurveda')
    const prescription = await signed(encounterId, medicineOf('ayurveda', 'Triphala choornam'), '50', 0, 'ayurveda')
    const given = await (await session.hospital.as(medications, 'pharmacist', 'ayurveda')).dispense({ params: { id: prescription.id }, body: { storeId, lines: [{ prescriptionItemId: prescription.items[0]?.id ?? '', quantity: '50', lotId: lot?.id, reason: 'made for her' }] } })
    expect(given.body.state).toBe('dispensed')
    expect(await session.hospital.query('select quantity::float as q from stock_balances where lot_id = $1', [lot?.id])).toEqual([{ q: 430 }])
    await page.context().close()
  })
})

describe('a ward', () => {
  it('gets the doses of a day, and gives back what was not used', async () => {
    const desk = await session.hospital.as(patients, 'receptionist')
    const { id: patientId } = (await desk.register({ body: { givenName: 'Ambika', familyName: 'Warrier', sex: 'female', ageYears: 62, facilityId: session.hospital.facilityId } })).body
    const { id: encounterId } = (await (await session.hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: session.hospital.facilityId, class: 'inpatient', practitionerId: stableId(1, 'general:user:doctor:1') } })).body
    await signed(encounterId, medicineOf('general', 'Paracetamol 500'), '10')
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/pharmacy/wards`)
    await page.getByRole('checkbox', { name: /Ambika Warrier/ }).waitFor()
    for (const box of await page.getByRole('checkbox', { name: /^(?!.*Ambika)Issue/ }).all()) await box.uncheck()
    await page.getByRole('textbox', { name: 'Ward' }).fill('Female ward')
    await page.getByRole('button', { name: 'Issue 1 line' }).click()
    await page.getByRole('heading', { level: 1, name: /-WIS-/ }).waitFor()
    await page.getByRole('textbox', { name: /Take back: / }).fill('1')
    await page.getByRole('textbox', { name: 'Reason' }).fill('discharged')
    await page.getByRole('button', { name: 'Take back and pay' }).click()
    await page.getByRole('heading', { level: 1, name: /-WRT-/ }).waitFor()
    expect(await page.getByRole('row', { name: /Ambika Warrier/ }).innerText()).toContain('1 ')
    await page.context().close()
  })
})

describe('every page', () => {
  it('has no serious finding', async () => {
    const paths = ['/stock', '/stock/book', '/stock/expiry', '/stock/transfers', '/stock/counts', '/stock/reports', '/stock/setup', `/stock/items/${stableId(1, 'stock:general:item:Paracetamol 500')}`, '/pharmacy/counter', '/pharmacy/sales', '/pharmacy/dispenses', '/pharmacy/wards', '/stock/reports/movers?speed=still', '/stock/reports/ageing', '/pharmacy/register', '/pharmacy/register/count', '/pharmacy/preparations', '/purchasing/orders', '/purchasing/orders/new', '/purchasing/receipts']
    expect(await sweep(session, 'admin', paths, [{ width: 1440 }])).toEqual([])
  }, sweepMilliseconds)
})
