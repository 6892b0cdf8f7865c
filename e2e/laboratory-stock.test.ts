import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
let bench: Bench
beforeAll(async () => {
  session = await startSession()
  bench = await openBench(session.hospital)
})

describe('a kit of reagent', () => {
  it('is chosen from the store, and put on board it is taken out of there', async () => {
    const { facilityId } = session.hospital
    const stock = await session.hospital.as(inventory, 'admin')
    const store = (await stock.createStore({ body: { facilityId, name: 'Laboratory store', code: 'LAB', kind: 'main' } })).body
    const item = (await stock.createItem({ body: { sku: 'RMG', name: 'Magnesium kit', kind: 'reagent', baseUnit: 'kit' } })).body
    await stock.bookDocument({ body: { kind: 'opening', storeId: store.id, lines: [{ itemId: item.id, quantity: '2', lot: { batch: 'MG-77', expiresOn: '2099-12' } }] } })
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/bench`)
    await page.getByRole('button', { name: 'Add a lot' }).click()
    const choose = async (list: string, option: RegExp) => {
      await page.getByRole('combobox', { name: list }).click()
      await page.getByRole('option', { name: option }).click()
    }
    await choose('From store', /Laboratory store/)
    await choose('Item in stock', /Magnesium kit/)
    await choose('Batch', /MG-77/)
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Magnesium kit')
    await choose('For tests', /^Magnesium$/)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Put on board' }).click()
    await page.getByText('On board', { exact: true }).waitFor()
    expect((await stock.listStock({ query: { storeId: store.id, itemId: item.id } })).body.items.map((line) => [line.batch, Number(line.quantity)])).toEqual([['MG-77', 1]])
    await page.context().close()
  })
})

describe('a partner', () => {
  it('is changed where it stands, and its hours are taken away again', async () => {
    const made = (await bench.admin.createPartner({ body: { kind: 'send-out', name: 'Reference laboratory', turnaroundHours: 48 } })).body
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/laboratory/bench?view=partners`)
    await page.getByRole('row', { name: /Reference laboratory/ }).getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill('Station road 4')
    await page.getByRole('textbox', { name: 'Hours until they report' }).fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const [partner] = (await bench.lab.listPartners({ query: {} })).body.items
    expect(partner).toMatchObject({ id: made.id, name: 'Reference laboratory', address: 'Station road 4', turnaroundHours: null })
    await page.context().close()
  })
})
