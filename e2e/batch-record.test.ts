import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { stableId } from '../server/src/seed/random.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

const inr = (amount: string) => ({ amount, currency: 'INR' })

describe('a preparation of the homoeopathic pharmacy', () => {
  it('writes down what its maker typed and shows it on the page of the batch', async () => {
    const stock = await session.hospital.as(inventory, 'pharmacist')
    const storeId = stableId(1, 'stock:general:GH1:PHARM')
    for (const name of ['Arnica dilution', 'Arnica tincture']) await stock.createItem({ body: { sku: name.replace(' ', '-'), name, kind: 'medicine', baseUnit: 'ml', isDivisible: true } })
    const [tincture] = (await stock.listItems({ query: { search: 'Arnica tincture' } })).body.items
    await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: tincture?.id ?? '', lot: { batch: 'AT-7', expiresOn: '2029-01', unitCost: inr('0.40') }, quantity: '100' }] } })
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/pharmacy/preparations`)
    await page.getByRole('button', { name: 'Write a formula' }).first().click()
    await page.getByLabel('What it makes').fill('arnica dil')
    await page.getByRole('option', { name: /Arnica dilution/ }).click()
    await page.getByRole('combobox', { name: 'System' }).click()
    await page.getByRole('option', { name: 'Homeopathy' }).click()
    await page.getByLabel('Potency').fill('2C')
    await page.getByLabel('Yield in ml').fill('10')
    await page.getByLabel('Add an ingredient').fill('arnica tin')
    await page.getByRole('option', { name: /Arnica tincture/ }).click()
    await page.getByLabel('Quantity: Arnica tincture').fill('1')
    await page.getByLabel('Method').fill('One part to ninety-nine.')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Make a batch' }).first().click()
    await page.getByRole('combobox', { name: 'Formula' }).click()
    await page.getByRole('option', { name: /Arnica dilution/ }).click()
    await page.getByText('One part to ninety-nine.').first().waitFor()
    await page.getByRole('textbox', { name: 'Batch' }).fill('ARN-1')
    await page.getByRole('button', { name: 'Add a step' }).click()
    expect([await page.getByLabel('Vehicle to one part').inputValue(), await page.getByLabel('Succussions').inputValue()]).toEqual(['99', ''])
    await page.getByLabel('Succussions').fill('12')
    await page.getByRole('button', { name: 'Add a step' }).click()
    await page.getByLabel('Vehicle to one part').nth(1).fill('98')
    await page.getByRole('dialog').getByRole('button', { name: 'Make a batch' }).click()
    await page.getByRole('row', { name: /ARN-1/ }).click()
    await page.getByRole('row', { name: /1C 1 : 99.*12/ }).waitFor()
    await page.getByRole('row', { name: /2C 1 : 98/ }).waitFor()
    await page.getByText('One part to ninety-nine.').waitFor()
    const [paper] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/pdf')), page.getByRole('button', { name: 'Batch record' }).click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await page.goto(`${session.base}/pharmacy/formulas`)
    await page.getByRole('row', { name: /Arnica dilution.*Current/ }).waitFor()
    expect(await session.hospital.query('select steps from preparations order by created_at desc limit 1')).toEqual([{ steps: [{ parts: 99, potency: '1C', succussions: 12 }, { parts: 98, potency: '2C' }] }])
    await page.context().close()
  })
})
