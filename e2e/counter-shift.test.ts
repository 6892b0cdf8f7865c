import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession()
})

const inr = (amount: string) => ({ amount, currency: 'INR' })
describe('a shift at the counter', () => {
  it('takes a mixed sale with tax and a return, is counted blind, is short, and is approved by another', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const { facilityId } = session.hospital
    const storeId = (await stock.createStore({ body: { facilityId, code: 'SHIFT', name: 'Counter of the shift', kind: 'pharmacy' } })).body.id
    const item = async (name: string, code: string, taxRatePercent: string, isTaxIncluded: boolean, mrp: string) => {
      const made = (await stock.createItem({ body: { sku: name.toUpperCase(), name, kind: 'medicine', baseUnit: 'tablet', barcodes: [{ code }], taxCode: '3004', taxRatePercent, isTaxIncluded } })).body
      await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: made.id, lot: { batch: 'A', expiresOn: '2031-03', mrp: inr(mrp), unitCost: inr('4.00') }, quantity: '50' }] } })
    }
    await item('Inclusine', '8901111111113', '12', true, '11.20')
    await item('Exclusine', '8902222222224', '5', false, '10.50')

    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/pharmacy/counter`)
    await page.getByRole('link', { name: 'No open shift' }).click()
    await page.getByRole('combobox', { name: 'Till' }).fill('Counter 1')
    await page.keyboard.press('Tab')
    await page.getByLabel('Opening float').fill('500')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Shift: Counter 1' }).waitFor()
    await page.getByText(/takes no more money/).waitFor()
    expect(await page.getByText('Expected').count()).toBe(0)

    await page.goto(`${session.base}/pharmacy/counter`)
    await page.getByRole('link', { name: 'Counter 1' }).waitFor()
    const scan = async (code: string) => {
      await page.keyboard.press('F2')
      await page.keyboard.type(code)
      await page.keyboard.press('Enter')
    }
    await page.getByLabel('Scan or find what is sold').waitFor()
    await scan('8901111111113')
    await page.getByLabel('Quantity: Inclusine').fill('10')
    await scan('8902222222224')
    await page.getByLabel('Quantity: Exclusine').fill('10')
    await expect.poll(() => page.getByRole('button', { name: 'Sell' }).isEnabled(), { timeout: 15_000 }).toBe(true)
    await page.keyboard.press('F8')
    await page.getByLabel('By UPI').fill('50')
    await page.getByLabel('By card').fill('17')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Sold: GH1\/S\d\d\/\d{6}.*217/).waitFor()

    await page.goto(`${session.base}/pharmacy/sales`)
    await page.getByRole('row', { name: /GH1\/S\d\d/ }).click()
    await page.getByLabel('Take back: Inclusine').fill('5')
    await page.getByText(/To pay back.*56/).waitFor()
    await page.getByLabel('Reason').fill('wrong strength')
    await page.getByRole('button', { name: 'Take back and pay' }).click()
    await page.getByRole('heading', { name: /GH1\/N\d\d/ }).waitFor()

    await page.goto(`${session.base}/pharmacy/counter`)
    await page.getByRole('link', { name: 'Counter 1' }).click()
    await page.getByLabel('Pieces of 500').fill('1')
    await page.keyboard.press('Enter')
    await page.getByLabel('Pieces of 200').press('Enter')
    await page.keyboard.type('1')
    await page.getByLabel('Card').fill('11')
    await page.getByText(/Cash:.*600/).waitFor()
    await page.getByRole('button', { name: 'Count the till' }).click()
    await page.getByText(/Short by.*50/).first().waitFor()
    expect(await page.getByRole('button', { name: 'Close shift' }).isEnabled()).toBe(false)
    await page.getByLabel('Why it differs').fill('fifty given too much')
    await page.getByRole('button', { name: 'Close shift' }).click()
    await page.getByText('Counted and explained; another person approves it.').waitFor()
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    expect(await session.hospital.query("select method, expected::float8 as expected, counted::float8 as counted from cashier_shift_counts order by method")).toEqual([{ method: 'card', expected: 11, counted: 11 }, { method: 'cash', expected: 650, counted: 600 }, { method: 'upi', expected: 0, counted: 0 }])
    await page.context().close()

    const head = await session.admitted('admin')
    await head.goto(`${session.base}/billing/shifts`)
    await head.getByRole('row', { name: /Counter 1.*Waits for approval.*Short by.*50/ }).waitFor()
    await head.getByRole('row', { name: /Counter 1/ }).click()
    await head.getByRole('button', { name: 'Approve' }).click()
    await head.getByLabel('Reason').fill('the customer brought it back')
    await head.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await head.getByText('the customer brought it back').waitFor()

    await head.goto(`${session.base}/billing/registers`)
    await head.getByRole('row', { name: /Without GSTIN.*3004.*TBS.*5.*12 %.*50/ }).waitFor()
    await head.getByRole('row', { name: /Without GSTIN.*3004.*TBS.*10.*5 %.*100/ }).waitFor()
    await head.getByRole('row', { name: /Counter return.*GH1\/N/ }).waitFor()
    await head.goto(`${session.base}/stock/tax-rates`)
    await head.getByLabel('Old rate in %').fill('12')
    await head.getByLabel('New rate in %').fill('5')
    await head.getByRole('button', { name: 'Look which items' }).click()
    await head.getByRole('link', { name: 'Inclusine' }).waitFor()
    await head.getByRole('button', { name: /^Change \d+ item/ }).click()
    await expect.poll(() => session.hospital.query("select r.tax_rate_percent::float8 as rate from item_tax_rates r join items i on i.id = r.item_id where i.sku = 'INCLUSINE'")).toEqual([{ rate: 5 }])
    await head.context().close()
  })
})
