import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import type { Page } from 'playwright-core'
import { extractText, getDocumentProxy } from 'unpdf'
import { watchStock } from '../server/src/modules/inventory/watch.ts'
import { reorder } from '../server/src/modules/purchasing/reordering.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { stableId } from '../server/src/seed/random.ts'
import { openMailbox } from '../server/src/testing/mailbox.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
let page: Page
beforeAll(async () => {
  session = await startSession({ withCare: true })
  page = await session.admitted('admin')
})

const itemOf = (name: string) => stableId(1, `stock:general:item:${name}`)
const go = (path: string) => page.goto(session.base + path)
const asJob = () => makeContext({ tenantId: session.hospital.tenantId, now: new Date() })
const choose = async (name: string | RegExp, option: string | RegExp) => {
  await page.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).first().click()
}
/** Lots of which the books and the shelf disagree: none, ever. */
const disagreeing = () => session.hospital.query('select b.lot_id from stock_balances b where b.quantity <> (select sum(m.quantity) from stock_movements m where m.store_id = b.store_id and m.lot_id = b.lot_id)')

async function booked(kind: string, quantity: string, more: { reason?: string; batch?: RegExp; lot?: { batch: string; expires: string } } = {}) {
  await go('/stock/book')
  if (kind !== 'Issue') await choose('Movement', kind)
  if (more.reason !== undefined) await page.getByLabel('Reason').fill(more.reason)
  await page.getByLabel('Add an item or scan it').fill('telmi')
  await page.getByRole('option', { name: /Telmisartan 40/ }).click()
  await page.getByLabel('Quantity: Telmisartan 40').fill(quantity)
  if (more.batch !== undefined) await choose('Batch: Telmisartan 40', more.batch)
  if (more.lot !== undefined) {
    await page.getByLabel('Batch: Telmisartan 40').fill(more.lot.batch)
    await page.getByLabel('Expires: Telmisartan 40').fill(more.lot.expires)
  }
  await page.getByRole('button', { name: 'Book stock' }).click()
  await page.getByRole('link', { name: /Booked as/ }).waitFor()
}

describe('stock is the sum of its documents', () => {
  it('purchase, issue, return, adjustment and expiry each leave a document that can be opened and printed', async () => {
    // Near its end: what is good for years is not written off as expired.
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    await booked('Purchase', '50', { lot: { batch: 'SUM1', expires: soon } })
    await booked('Issue', '20', { batch: /SUM1/ })
    await booked('Return', '5', { batch: /SUM1/ })
    await booked('Adjustment: less', '3', { batch: /SUM1/, reason: 'broken' })
    await booked('Expired', '32', { batch: /SUM1/, reason: 'to be destroyed' })
    await page.getByRole('link', { name: /Booked as/ }).click()
    await page.getByRole('heading', { name: /GH1-EXP-/ }).waitFor()
    const [paper] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/pdf')), page.getByRole('button', { name: 'Print' }).click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await page.getByRole('link', { name: 'SUM1' }).click()
    await page.getByRole('heading', { name: 'Batch SUM1', exact: true }).waitFor()
    await page.getByRole('row', { name: /Purchase/ }).waitFor()
    expect((await page.getByRole('row', { name: /Purchase|Issue|Return|Adjustment|Expired/ }).allInnerTexts()).map((row) => /[+−]\d+/.exec(row)?.[0]).toSorted()).toEqual(['+5', '+50', '−20', '−3', '−32'])
    await page.getByText('None of it is left in a store.').waitFor()
    expect(await disagreeing()).toEqual([])
  })
})

describe('what is bought', () => {
  it('by SKU and maker from a new vendor is sold with GST on the receipt, and stock falls by what was sold', async () => {
    await go('/stock/setup')
    await page.getByRole('button', { name: 'Add a vendor' }).click()
    const drawer = page.getByRole('dialog')
    for (const [label, value] of [['Name', 'Periyar Distributors'], ['Tax number', '32DDDDD0000D1Z2'], ['Email', 'orders@periyar.example'], ['State code', '32']] as const) await drawer.getByLabel(label).fill(value)
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /Periyar Distributors/ }).waitFor()

    await go('/stock')
    await page.getByRole('button', { name: 'Add an item' }).first().click()
    for (const [label, value] of [['SKU', 'CAL-500'], ['Name', 'Shelcal 500'], ['Manufacturer', 'Torrent'], ['HSN', '3004'], ['Tax rate %', '12']] as const) await drawer.getByLabel(label, { exact: false }).first().fill(value)
    await drawer.getByRole('button', { name: 'Add a pack' }).click()
    await drawer.getByPlaceholder('for example strip').fill('strip')
    await drawer.getByLabel('Units in a pack').fill('15')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Shelcal 500' }).waitFor()

    await go('/purchasing/orders/new')
    await choose('Vendor', 'Periyar Distributors')
    await choose('Deliver to', 'Pharmacy')
    await page.getByLabel('Add an item or scan it').fill('CAL-500')
    await page.getByRole('option', { name: /Shelcal 500/ }).click()
    await page.getByText('CAL-500 · Torrent').waitFor()
    await choose('Unit: Shelcal 500', 'strip')
    await page.getByLabel('Quantity: Shelcal 500').fill('20')
    await page.getByLabel('Price of a unit: Shelcal 500').fill('96.40')
    await page.getByRole('button', { name: 'Draft the order' }).click()
    await page.getByRole('heading', { name: /GH1-PO-/ }).waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('button', { name: 'Mark as sent' }).click()
    await page.getByText('Sent', { exact: true }).waitFor()
    await page.getByLabel('Scan what came').fill('CAL-500')
    await page.getByRole('option', { name: /Shelcal 500/ }).click()
    await expect.poll(() => page.getByLabel('Came: Shelcal 500').inputValue()).toBe('20')
    for (const [field, value] of [['Batch', 'SH1'], ['Expires', '2031-04'], ['Pack price', '134.40']] as const) await page.getByLabel(`${field}: Shelcal 500`).fill(value)
    await page.getByRole('button', { name: 'Receive goods' }).click()
    await page.getByRole('heading', { name: /GH1-GRN-/ }).waitFor()

    await go('/pharmacy/counter')
    await page.getByLabel('Scan or find what is sold').fill('CAL-500')
    await page.getByRole('option', { name: /300 tablet/ }).click()
    await choose('Unit: Shelcal 500', 'strip')
    await page.getByLabel('Quantity: Shelcal 500').fill('2')
    const desk = await session.hospital.as(patients, 'receptionist')
    await desk.register({ body: { givenName: 'Kamalam', familyName: 'Varma', sex: 'female', ageYears: 61, facilityId: session.hospital.facilityId } })
    await page.getByLabel('Patient').fill('kamalam')
    await page.getByRole('option', { name: /Kamalam Varma/ }).click()
    await page.getByRole('row', { name: /CGST.*14\.40/ }).waitFor()
    await page.getByLabel('Discount on the bill').fill('10 %')
    await page.getByRole('row', { name: /Discount.*26\.88/ }).waitFor()
    await page.getByRole('row', { name: /CGST.*12\.96/ }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Sell' }).isEnabled()).toBe(true)
    await page.getByRole('button', { name: 'Sell' }).click()
    await page.getByText(/Sold: GH1\/S\d\d\/\d{6}/).waitFor()
    const [paper] = await Promise.all([page.waitForResponse((response) => response.url().includes('/receipt')), page.getByRole('button', { name: 'Receipt' }).click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    const counter = await session.hospital.as(pharmacy, 'pharmacist')
    const [sale] = (await counter.listSales({ query: { facilityId: session.hospital.facilityId } })).body.items
    const receipt: unknown = (await counter.printSale({ params: { id: sale?.id ?? '' }, query: {} })).body
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(receipt as Buffer)), { mergePages: true })
    for (const said of ['GSTIN 32AAAAA0000A1Z5', 'HSN 3004', 'SH1', 'Kamalam Varma', 'Discount 26.88', 'Taxable 216.00', 'CGST 12.96', 'SGST 12.96', '242.00']) expect(text).toContain(said)
    await go('/pharmacy/sales')
    await page.getByRole('row', { name: /GH1\/S\d\d.*Kamalam Varma.*242/ }).first().click()
    await page.getByRole('row', { name: /SGST.*12\.96/ }).waitFor()

    await go('/stock?kind=medicine')
    await page.getByPlaceholder('Name, SKU or scan a code').first().fill('CAL-500')
    await page.getByRole('row', { name: /Shelcal 500.*270 tablet/ }).click()
    await page.getByRole('row', { name: /Sale.*30/ }).waitFor()
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const [item] = (await stock.stockOverview({ query: { facilityId: session.hospital.facilityId, search: 'CAL-500' } })).body.items
    const moved = (await stock.listMovements({ query: { itemId: item?.itemId ?? '' } })).body.items.map((one) => Number(one.quantity))
    expect([item?.onHand, moved.toSorted((a, b) => a - b), sale?.cgst.amount, sale?.sgst.amount]).toEqual(['270', [-30, 300], '12.96', '12.96'])
    expect(await disagreeing()).toEqual([])
  })
})

describe('a controlled drug', () => {
  it('is counted by two where shifts hand over: what is missing is named and needs a reason', async () => {
    await go('/pharmacy/register')
    await page.getByRole('row', { name: /Wastage.*39/ }).waitFor()
    await page.getByRole('button', { name: 'Count at shift' }).click()
    await page.getByLabel('Counted: Morphine 10').fill('38')
    await expect.poll(() => page.getByRole('button', { name: 'Record count' }).isDisabled()).toBe(true)
    await choose('Second person', /Mini Joseph/)
    await page.getByRole('button', { name: 'Record count' }).click()
    await page.getByText('1 missing: the register says 39. Why?').waitFor()
    await page.getByLabel('Reason: Morphine 10').fill('given in theatre, not entered yet')
    await page.getByRole('button', { name: 'Record count' }).click()
    await page.getByRole('heading', { level: 1, name: 'Controlled drugs' }).waitFor()
    await page.getByRole('row', { name: /Morphine 10.*39.*38.*−1.*given in theatre.*Mini Joseph/ }).waitFor()
  })
})

describe('low stock', () => {
  it('writes the order in the morning and sends it; it comes in two batches, goes on to a ward and in part back to the vendor', async () => {
    const mailbox = await openMailbox()
    const stock = await session.hospital.as(inventory, 'admin')
    const settings = (await stock.readStockSettings({})).body
    await stock.updateStockSettings({ ifMatch: settings.version, body: { reordering: 'send' } })
    const item = (await stock.readItem({ params: { id: itemOf('Metformin 500') } })).body
    await stock.updateItem({ params: { id: item.id }, ifMatch: item.version, body: { reorderLevel: '5000', maximumLevel: '5100', barcodes: [{ code: '4006381333931', unit: 'strip' }] } })
    await withContext(asJob(), watchStock)
    await withContext(asJob(), reorder)
    await withContext(asJob(), reorder)
    await go('/stock/to-see-to?kind=low')
    await page.getByRole('row', { name: /Metformin 500/ }).first().waitFor()
    await go('/purchasing/orders?state=sent')
    await page.getByRole('row', { name: /GH1-PO-.*Sent/ }).first().click()
    await page.getByText(/Mailed to/).waitFor()
    await page.getByLabel('Batch: Metformin 500').first().waitFor()
    await page.getByLabel('Scan what came').fill('(01)04006381333931(17)300131(10)TWO1')
    await page.getByLabel('Scan what came').press('Enter')
    await expect.poll(() => page.getByLabel('Batch: Metformin 500').first().inputValue()).toBe('TWO1')
    const all = Number(await page.getByLabel('Came: Metformin 500').first().inputValue())
    expect(all).toBeGreaterThan(100)
    await page.getByLabel('Came: Metformin 500').first().fill(String(all - 10))
    await page.getByLabel('Scan what came').fill('(01)04006381333931(17)300228(10)TWO2')
    await page.getByLabel('Scan what came').press('Enter')
    await expect.poll(() => page.getByLabel('Batch: Metformin 500').last().inputValue()).toBe('TWO2')
    await page.getByLabel('Came: Metformin 500').last().fill('10')
    await page.getByLabel('Damaged: Metformin 500').last().fill('2')
    await page.getByRole('button', { name: 'Receive goods' }).click()
    await page.getByRole('heading', { name: /GH1-GRN-/ }).waitFor()
    await page.getByRole('row', { name: /TWO1/ }).waitFor()
    await page.getByLabel('Send back: Metformin 500').last().fill('4')
    await page.getByLabel('Reason').fill('strips wet')
    await page.getByRole('button', { name: 'Send back' }).click()
    await page.getByText(/GH1-PRT-/).waitFor()
    const [note] = await Promise.all([page.waitForResponse((response) => response.url().includes('/purchase-returns/')), page.getByRole('button', { name: 'Debit note' }).click()])
    expect(note.headers()['content-type']).toBe('application/pdf')
    await mailbox.close()

    await go('/stock/transfers')
    await page.getByRole('button', { name: 'Ask for goods' }).first().click()
    await choose('From', 'Main store')
    await choose('To', 'Ward 1')
    await page.getByRole('dialog').getByLabel('Add an item or scan it').fill('metf')
    await page.getByRole('option', { name: /Metformin 500/ }).click()
    await page.getByRole('dialog').getByLabel('Quantity: Metformin 500').fill('30')
    await page.getByRole('dialog').getByRole('button', { name: 'Ask', exact: true }).click()
    await page.getByRole('heading', { name: /GH1-TRF-/ }).waitFor()
    await page.getByLabel('Send: Metformin 500').fill('20')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByLabel('Came of 20').fill('19')
    await page.getByLabel('Why less').fill('one lost')
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    const inWard = () => session.hospital.query("select b.quantity::float as q from stock_balances b join stores s on s.id = b.store_id where s.code = 'WARD1' and b.item_id = $1 and b.quantity > 0", [item.id])
    await expect.poll(inWard).toEqual([{ q: 19 }])
    expect(await disagreeing()).toEqual([])
  })
})

describe('an interaction', () => {
  it('shows its severity and what could be given instead; what is passed over stands in the report', async () => {
    const desk = await session.hospital.as(patients, 'receptionist')
    const patient = (await desk.register({ body: { givenName: 'Bhanumathi', familyName: 'Pillai', sex: 'female', ageYears: 50, facilityId: session.hospital.facilityId } })).body
    const visit = (await (await session.hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: session.hospital.facilityId, class: 'outpatient', practitionerId: stableId(1, 'general:user:doctor:1') } })).body
    const warfarin = (await (await session.hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Warfarin 5', genericName: 'Warfarin', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '5 mg' } } })).body
    const doctor = await session.hospital.as(medications, 'doctor')
    const line = { dosage: '1', frequency: '1-0-0', durationDays: 3, quantity: '3', instructions: {} }
    const draft = (await doctor.prescribe({ body: { encounterId: visit.id, items: [{ ...line, medicationId: stableId(1, 'medicine:general:Ibuprofen 400') }, { ...line, medicationId: warfarin.id }] } })).body
    const clinic = await session.admitted('doctor')
    await clinic.goto(`${session.base}/prescriptions/${draft.id}`)
    await clinic.getByRole('button', { name: 'Finalise and sign' }).first().click()
    const alert = clinic.getByRole('dialog').getByRole('alert').filter({ hasText: 'bleeding' })
    await alert.getByText('Instead of Ibuprofen 400:').waitFor()
    expect(await alert.innerText()).toMatch(/Paracetamol 500/)
    await alert.getByRole('textbox').fill('bridging, INR daily')
    await clinic.getByRole('dialog').getByRole('button', { name: /Sign/ }).click()
    await expect.poll(async () => (await doctor.readPrescription({ params: { id: draft.id } })).body.state).toBe('finalized')
    await clinic.context().close()
    await go('/safety')
    await page.getByRole('row', { name: /Ibuprofen 400 with Warfarin 5.*bridging, INR daily/ }).waitFor()
  })
})
