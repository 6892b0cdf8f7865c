import { beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
let bench: Bench
beforeAll(async () => {
  session = await startSession({ withCare: true })
  bench = await openBench(session.hospital)
})

describe('orders', () => {
  it('given by word of mouth are read back, and signed by who gave them', async () => {
    const visitId = await bench.visit(await bench.person())
    const ward = await session.signedIn('nurse')
    // The first page of the file brings the whole program along.
    ward.setDefaultTimeout(30_000)
    await ward.goto(`${session.base}/encounters/${visitId}`)
    await ward.getByRole('button', { name: 'Order', exact: true }).click()
    await ward.getByRole('textbox', { name: 'Laboratory test' }).fill('sodium')
    await ward.getByRole('option', { name: /Sodium/ }).first().waitFor()
    await ward.keyboard.press('Enter')
    await ward.getByText('By telephone', { exact: true }).click()
    const place = ward.getByRole('button', { name: 'Order 1 item' })
    expect(await place.isDisabled()).toBe(true)
    await ward.getByRole('combobox', { name: 'Who gave it' }).click()
    await ward.getByRole('option', { name: /Anand Menon/ }).click()
    await ward.getByLabel('Read back and confirmed').check()
    await place.click()
    await ward.getByText('Signature due').waitFor()
    await ward.context().close()
    const office = await session.signedIn('doctor')
    await office.goto(`${session.base}/encounters/${visitId}`)
    await office.getByRole('button', { name: 'Sign', exact: true }).first().click()
    await office.getByText('Signature due').waitFor({ state: 'detached' })
    const [order] = (await bench.doctor.listOrders({ query: { encounterId: visitId } })).body.items
    expect(order).toMatchObject({ channel: 'telephone', isReadBack: true, isSignatureDue: false })

    await office.getByRole('button', { name: 'Revise', exact: true }).click()
    await office.getByRole('textbox', { name: 'Laboratory test' }).fill('potassium')
    await office.getByRole('option', { name: /Potassium/ }).first().waitFor()
    await office.keyboard.press('Enter')
    await office.getByLabel('Why it changes').fill('Weakness')
    await office.getByRole('button', { name: 'Replace the order' }).click()
    await office.getByText('Revised', { exact: true }).waitFor()
    const now = (await bench.doctor.listOrders({ query: { encounterId: visitId, state: 'active' } })).body.items
    expect(now.map((one) => one.items.map((item) => item.code).toSorted())).toEqual([['K', 'NA']])
    await office.context().close()
  })
})

describe('the bench', () => {
  it('keeps reagents, partners and breakpoints', async () => {
    const page = await session.signedIn('admin')
    await page.goto(`${session.base}/laboratory/bench`)
    await page.getByRole('button', { name: 'Add a lot' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Name').fill('Magnesium reagent')
    await drawer.getByLabel('Lot number').fill('MG-77')
    await drawer.getByLabel('Expires').fill('2030-01-31')
    await drawer.getByLabel('Tests it is enough for').fill('40')
    await drawer.getByRole('combobox', { name: 'For tests' }).fill('magnes')
    await page.getByRole('option', { name: /Magnesium/ }).first().click()
    await page.keyboard.press('Escape')
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    const row = page.getByRole('row', { name: /MG-77/ })
    await row.getByRole('button', { name: 'Put on board' }).click()
    await row.getByText('On board', { exact: true }).waitFor()
    await bench.entered('MG', '2.0')
    await page.reload()
    await page.getByRole('row', { name: /MG-77/ }).getByText('39 / 40').waitFor()

    await page.getByText('Partners', { exact: true }).click()
    await page.getByRole('button', { name: 'Add a partner' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Reference Laboratory Pune')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('row', { name: /Reference Laboratory Pune/ }).waitFor()
    const { tubes } = await bench.received(['VITD'])
    await page.goto(`${session.base}/laboratory/specimens/${tubes[0]?.id}`)
    await page.getByRole('combobox', { name: 'Send to' }).click()
    await page.getByRole('option', { name: 'Reference Laboratory Pune' }).click()
    await page.getByRole('button', { name: 'Set out' }).click()
    await page.getByText('Sent out', { exact: true }).first().waitFor()

    await page.goto(`${session.base}/laboratory/bench?view=breakpoints`)
    await page.locator('input[type=file]').setInputFiles({ name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from('organism,antibiotic,method,susceptible,resistant,tier\nEscherichia coli,Gentamicin,mic,2,2,1\n') })
    await page.getByLabel('Where they are from').fill('Own, 2026')
    await page.getByRole('button', { name: 'Replace all' }).click()
    await page.getByText('S ≤ 2 · R > 2 mg/L').waitFor()
    expect((await bench.lab.listBreakpoints({ query: { limit: 50 } })).body.items.map((one) => one.source)).toEqual(['Own, 2026'])
    await page.context().close()
  })

  it('connects an instrument with its driver', async () => {
    const page = await session.signedIn('admin')
    await page.goto(`${session.base}/laboratory/instruments?view=lines`)
    await page.getByRole('button', { name: 'Connect an instrument' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Name').fill('Immunoassay line')
    await drawer.getByLabel('Listens on port').fill('24871')
    await drawer.getByRole('button', { name: 'Add a mapping' }).click()
    await drawer.getByLabel('Code').fill('TSH3')
    await drawer.getByRole('combobox', { name: 'Test' }).fill('TSH')
    await page.getByRole('option', { name: /^TSH/ }).first().click()
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Immunoassay line').first().waitFor()
    const { items } = (await (await session.hospital.as(instruments, 'admin')).listInstruments({ query: { limit: 50 } })).body
    expect(items.find((one) => one.name === 'Immunoassay line')?.codes[0]).toMatchObject({ code: 'TSH3', factor: '1' })
    await page.context().close()
  })

  it('a biopsy is cut, stained, read and reported; the month can be taken away', async () => {
    const { tubes } = await bench.received(['HISTO'])
    const page = await session.signedIn('lab-technician')
    await page.goto(`${session.base}/laboratory/specimens/${tubes[0]?.id}`)
    await page.getByLabel('Gross examination').fill('Skin ellipse 12 × 8 mm')
    for (const label of ['A1', 'A2']) {
      await page.getByRole('button', { name: 'Add a block' }).click()
      await page.getByRole('group', { name: `Block ${label}` }).getByLabel('Tissue').fill('skin')
    }
    await page.getByText('Blocks: 2 · slides: 2').waitFor()
    await page.getByLabel('Diagnosis').fill('Naevus, margins free')
    await page.getByRole('region', { name: /Histopathology/ }).getByRole('button', { name: 'Keep results' }).click()
    await page.getByRole('button', { name: 'Verify 1 result' }).click()
    await page.getByRole('button', { name: 'Release 1 result' }).click()
    await page.getByText('Released', { exact: true }).first().waitFor()
    await page.goto(`${session.base}/laboratory/statistics`)
    await page.getByRole('table', { name: 'Workload' }).waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()])
    expect(file.suggestedFilename()).toMatch(/^laboratory-\d{4}-\d\d-01-/)
    expect(await findings(page)).toEqual([])
    await page.getByRole('button', { name: 'Month before' }).click()
    await page.getByText('Nothing in this period').first().waitFor()
    await page.context().close()
  })
})
