import type { Page } from 'playwright-core'
import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { patients } from '#contract/patients.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
let page: Page
let main = ''
let ward = ''
let far = ''
let cannula = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  session = await startSession({ withCare: true })
  const admin = await session.hospital.as(inventory, 'admin')
  const store = async (facilityId: string, code: string, name: string, kind: 'main' | 'ward') => (await admin.createStore({ body: { facilityId, code, name, kind } })).body.id
  main = await store(session.hospital.facilityId, 'ZM', 'Zeta stores', 'main')
  ward = await store(session.hospital.facilityId, 'ZW', 'Zeta ward', 'ward')
  far = await store(session.hospital.otherFacilityId, 'ZF', 'Zeta branch', 'main')
  cannula = (await admin.createItem({ body: { sku: 'ZCAN', name: 'Zeta cannula', kind: 'consumable', baseUnit: 'piece', packs: [{ unit: 'box', factor: '10' }], taxRatePercent: '12' } })).body.id
  await admin.bookDocument({ body: { kind: 'opening', storeId: main, lines: [{ itemId: cannula, quantity: '100', lot: { batch: 'Z1', expiresOn: '2031-01', mrp: inr('50.00'), unitCost: inr('20.00') } }] } })
  page = await session.admitted('admin')
})

const go = (path: string) => page.goto(session.base + path)
const choose = async (name: string | RegExp, option: string | RegExp) => {
  await page.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option }).first().click()
}
const held = async () => Object.fromEntries((await session.hospital.query<{ name: string; q: number }>('select s.name, sum(b.quantity)::float as q from stock_balances b join stores s on s.id = b.store_id where b.item_id = $1 and b.quantity > 0 group by s.name', [cannula])).map((row) => [row.name, row.q]))
const say = async (step: string, reason: string) => {
  await page.getByRole('button', { name: step, exact: true }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill(reason)
  await page.getByRole('dialog').getByRole('button', { name: step, exact: true }).click()
}

async function sent(to: RegExp, quantity: string) {
  await go('/stock/transfers')
  await page.getByRole('button', { name: 'Ask for goods' }).first().click()
  await choose('From', /Zeta stores/)
  await choose('To', to)
  await page.getByRole('dialog').getByLabel('Add an item or scan it').fill('zeta')
  await page.getByRole('option', { name: /Zeta cannula/ }).click()
  await page.getByRole('dialog').getByLabel('Quantity: Zeta cannula').fill(quantity)
  await page.getByRole('dialog').getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('heading', { name: /GH1-TRF-/ }).waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('On its way', { exact: true }).waitFor()
}

describe('a store', () => {
  it('is filled up to its par levels in one go', async () => {
    await go(`/stock/levels?store=${ward}`)
    await page.getByRole('button', { name: 'Set levels' }).click()
    await page.getByRole('dialog').getByLabel('Add an item or scan it').fill('zeta')
    await page.getByRole('option', { name: /Zeta cannula/ }).click()
    await page.getByLabel('Reorder level: Zeta cannula').fill('5')
    await page.getByLabel('Par level: Zeta cannula').fill('20')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /Zeta cannula Low/ }).waitFor()
    await page.getByRole('button', { name: 'Top up' }).click()
    await choose('From', /Zeta stores/)
    await expect.poll(() => page.getByLabel('Ask for: Zeta cannula').inputValue()).toBe('20')
    await page.getByLabel('Ask for: Zeta cannula').fill('15')
    await page.getByRole('button', { name: 'Ask for 1 item' }).click()
    await page.getByRole('heading', { name: /GH1-TRF-/ }).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    await expect.poll(held).toEqual({ 'Zeta stores': 85, 'Zeta ward': 15 })
  })
})

describe('goods on their way', () => {
  it('are called back and taken back; refused in part; a shortage is settled by somebody else', async () => {
    await sent(/Zeta ward/, '10')
    await say('Call back', 'wrong ward')
    await page.getByText('Coming back', { exact: true }).waitFor()
    await go('/stock')
    await page.getByRole('region', { name: 'On the way' }).getByText(/Zeta ward/).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Take back', exact: true }).click()
    await page.getByText('Back at the sender', { exact: true }).first().waitFor()
    await expect.poll(held).toEqual({ 'Zeta stores': 85, 'Zeta ward': 15 })

    await sent(/Zeta ward/, '10')
    await page.getByLabel('Came of 10').fill('6')
    await page.getByLabel('Refused: Zeta cannula').fill('3')
    await page.getByLabel('Why less or refused').fill('boxes wet')
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    await page.getByLabel('Back of 3').waitFor()
    await page.getByRole('button', { name: 'Take back', exact: true }).click()
    await expect.poll(held).toEqual({ 'Zeta stores': 78, 'Zeta ward': 21 })

    // The administrator noticed it, so another who may approve settles it.
    await session.hospital.query('update transfer_shortages set created_by = $1', [session.hospital.userId('pharmacist')])
    await go('/stock/shortages')
    await page.getByRole('row', { name: /Zeta cannula.*Open/ }).waitFor()
    await page.getByRole('button', { name: 'Settle: Zeta cannula' }).click()
    await choose('Found at', /Zeta stores/)
    await page.getByRole('dialog').getByLabel('Reason').last().fill('never packed')
    await page.getByRole('dialog').getByRole('button', { name: 'Explain', exact: true }).click()
    await page.getByRole('row', { name: /Zeta cannula.*Explained/ }).waitFor()
    await expect.poll(held).toEqual({ 'Zeta stores': 79, 'Zeta ward': 21 })
  })

  it('go to a store of another facility, where they are received', async () => {
    await sent(/Zeta branch/, '4')
    expect(await page.getByRole('button', { name: 'Receive', exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Call back' }).waitFor()
    expect(await held()).toEqual({ 'Zeta stores': 75, 'Zeta ward': 21, 'In transit': 4 })
    const [row] = await session.hospital.query<{ to_store_id: string }>("select to_store_id from transfers where state = 'dispatched' and to_store_id = $1", [far])
    expect(row?.to_store_id).toBe(far)
  })
})

describe('goods for a patient', () => {
  it('are issued on the visit, charged, and credited when they come back', async () => {
    const desk = await session.hospital.as(patients, 'receptionist')
    const { id: patientId } = (await desk.register({ body: { givenName: 'Savithri', familyName: 'Nambiar', sex: 'female', ageYears: 58, facilityId: session.hospital.facilityId } })).body
    const { id: encounterId } = (await (await session.hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: session.hospital.facilityId, class: 'inpatient', practitionerId: session.hospital.userId('doctor') } })).body
    await go('/stock/book')
    await choose('Store', 'Zeta ward')
    await page.getByLabel('For the patient').fill('Savithri')
    await page.getByRole('option', { name: /Savithri Nambiar/ }).click()
    await expect.poll(() => page.getByRole('combobox', { name: 'Visit' }).inputValue()).toMatch(/Inpatient/)
    await page.getByLabel('Add an item or scan it').fill('zeta')
    await page.getByRole('option', { name: /Zeta cannula/ }).click()
    await page.getByLabel('Quantity: Zeta cannula').fill('3')
    await page.getByRole('button', { name: 'Book stock' }).click()
    await page.getByRole('link', { name: /Booked as/ }).click()
    await page.getByText(/Savithri Nambiar/).waitFor()
    const charged = () => session.hospital.query("select quantity::float as q, state from charges where encounter_id = $1 and code = 'ZCAN'", [encounterId])
    expect(await charged()).toEqual([{ q: 3, state: 'open' }])
    await page.getByLabel('Take back: Zeta cannula').fill('1')
    await page.getByLabel('Reason').fill('not used')
    await page.getByRole('button', { name: 'Take back and credit' }).click()
    await page.getByRole('heading', { name: /GH1-RET-/ }).waitFor()
    expect(await charged()).toEqual([{ q: 2, state: 'open' }])
  })
})

describe('a delivery', () => {
  it('of which a line came all damaged is received, closed and claimed; its paper says what differs', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const buyer = await session.hospital.as(purchasing, 'pharmacist')
    const vendorId = (await stock.createVendor({ body: { name: 'Zeta Traders', paymentTermsDays: 30 } })).body.id
    const splint = (await stock.createItem({ body: { sku: 'ZSPL', name: 'Zeta splint', kind: 'consumable', baseUnit: 'piece', taxRatePercent: '12' } })).body.id
    const order = (await buyer.createOrder({ body: { storeId: main, vendorId, lines: [{ itemId: cannula, quantity: '2', unit: 'box', unitPrice: inr('200.00') }, { itemId: splint, quantity: '5', unitPrice: inr('90.00') }] } })).body
    await buyer.approveOrder({ params: { id: order.id }, body: {} })
    await go(`/purchasing/orders/${order.id}`)
    await page.getByLabel('Came: Zeta cannula').fill('1')
    await page.getByLabel('Batch: Zeta cannula').fill('ZR1')
    await page.getByLabel('Expires: Zeta cannula').fill('2031-06')
    await page.getByLabel('Price of a unit: Zeta cannula').fill('210')
    await page.getByLabel('Damaged: Zeta splint').fill('5')
    await page.getByLabel('Batch: Zeta splint').fill('ZS1')
    await page.getByLabel('The rest will not come: Zeta splint').check()
    await page.getByRole('button', { name: 'Receive goods' }).click()
    await page.getByRole('heading', { name: /GH1-GRN-/ }).waitFor()
    await page.getByText('all damaged').waitFor()
    const [opened] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/pdf')), page.getByRole('button', { name: 'Print' }).click()])
    expect(opened.headers()['content-type']).toBe('application/pdf')
    const paper = await page.request.get(opened.url())
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(await paper.body())), { mergePages: true })
    expect(text).toMatch(/Ordered.*Received.*Free.*By order.*Billed/s)
    expect(text).toMatch(/Short 10/)
    expect(text).toMatch(/Damaged 5/)
    expect(text).toMatch(/Billed above order\s*10\.00/)
    await page.getByLabel('What is wrong with it').fill('crushed')
    await page.getByRole('button', { name: 'Claim damaged goods' }).click()
    await page.getByText(/damage claim/).waitFor()
    expect(await session.hospital.query("select state from purchase_orders where id = $1", [order.id])).toEqual([{ state: 'partly-received' }])
    await buyer.enterBill({ params: { id: page.url().split('/').at(-1) ?? '' }, body: { billNumber: 'ZT/9', billedOn: '2026-11-20', amount: inr('260.00') } })
  })
})

describe('every page of the movement of goods', () => {
  it('has no serious finding, at any size, dark and in Arabic', async () => {
    const [receipt] = await session.hospital.query<{ id: string }>('select id from goods_receipts order by created_at desc limit 1')
    const [transfer] = await session.hospital.query<{ id: string }>("select id from transfers where state = 'returned' order by created_at desc limit 1")
    const [document] = await session.hospital.query<{ id: string }>('select stock_document_id as id from issued_goods limit 1')
    const paths = ['/stock/shortages', `/stock/levels?store=${ward}`, `/stock/top-up?store=${ward}&from=${main}`, `/stock/transfers/${transfer?.id}`, `/stock/documents/${document?.id}`, `/purchasing/receipts/${receipt?.id}`, '/purchasing/bills', '/purchasing/receipts', '/purchasing/returns']
    expect(await sweep(session, 'admin', paths, [{ width: 1440 }, { width: 390, colorScheme: 'dark' }, { width: 820, locale: 'ar' }])).toEqual([])
  }, sweepMilliseconds)
})
