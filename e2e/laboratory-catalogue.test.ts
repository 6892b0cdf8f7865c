import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { type Bench, openBench } from '../server/src/modules/laboratory/testing/bench.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

let session: BrowserSession
let bench: Bench
beforeAll(async () => {
  session = await startSession({ withCare: true })
  bench = await openBench(session.hospital)
  await (await session.hospital.as(billing, 'admin')).createService({ body: { code: 'LAB-ZN', name: 'Zinc in serum', price: { amount: '750.00', currency: 'INR' } } })
})

const read = async (code: string) => {
  const test = (await bench.admin.listTests({ query: { search: code } })).body.items.find((one) => one.code === code)
  return (await bench.admin.readTest({ params: { id: test?.id ?? '' } })).body
}

describe('the catalogue of the laboratory', () => {
  it('takes a new test with its ranges, refuses those that overlap, and links its price, names and scope', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/laboratory/tests`)
    await page.getByRole('button', { name: 'Add a test' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Code').fill('ZN')
    await drawer.getByLabel('Name').fill('Zinc')
    await drawer.getByLabel('Unit').fill('ug/dL')
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('heading', { name: 'Zinc', level: 1 }).waitFor()
    await page.getByText('Not in scope').waitFor()

    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Name in Hindi').fill('जस्ता')
    await page.getByLabel('Name in Arabic').fill('زنك')
    await page.getByRole('textbox', { name: 'Find the service it is charged by' }).fill('zinc')
    await takeFirst(page, /Zinc in serum/)
    await page.getByRole('button', { name: 'Add days in scope' }).click()
    await page.getByLabel('In scope from, 1').fill('2026-01-01')
    const range = (number: number) => page.getByRole('group', { name: `Range ${number}`, exact: true })
    for (const [number, low, high] of [[1, '60', '110'], [2, '70', '120']] as const) {
      await page.getByRole('button', { name: 'Add a range' }).click()
      await range(number).getByLabel('Low', { exact: true }).fill(low)
      await range(number).getByLabel('High', { exact: true }).fill(high)
    }
    await page.getByText(/Ranges 1 and 2/).waitFor()
    expect(await findings(page)).toEqual([])
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Two ranges hold for the same people.').waitFor()
    expect((await read('ZN')).ranges).toEqual([])
    await range(1).getByLabel('To age, days').fill('6570')
    await range(2).getByLabel('From age, days').fill('6570')
    await page.getByText(/Ranges 1 and 2/).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('region', { name: 'Reference ranges' }).getByText('60 – 110').waitFor()
    await page.getByText('Zinc in serum').waitFor()
    await page.getByText('जस्ता').waitFor()
    expect(await read('ZN')).toMatchObject({ names: { hi: 'जस्ता', ar: 'زنك' }, service: { code: 'LAB-ZN' }, accredited: [{ from: '2026-01-01' }], ranges: [{ low: '60', ageToDays: 6570 }, { low: '70', ageFromDays: 6570 }] })
    await page.context().close()
  })

  it('takes a panel, which opens its members', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/laboratory/tests`)
    await page.getByRole('button', { name: 'Add a test' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Code').fill('TRACE')
    await drawer.getByLabel('Name').fill('Trace elements')
    await drawer.getByRole('combobox', { name: 'Kind', exact: true }).click()
    await page.getByRole('option', { name: 'Panel' }).click()
    for (const code of ['ZN', 'MG']) {
      await drawer.getByRole('combobox', { name: 'What is in it' }).fill(code)
      await page.keyboard.press('Enter')
    }
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('heading', { name: 'Trace elements', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Zinc' }).click()
    await page.getByRole('heading', { name: 'Zinc', level: 1 }).waitFor()
    expect((await read('TRACE')).members.map((member) => member.code)).toEqual(['ZN', 'MG'])
    await page.context().close()
  })

  it('is saved as a table, which is checked before it is kept', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/laboratory/tests`)
    await page.getByRole('button', { name: 'Catalogue', exact: true }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Save as CSV' }).click()])
    const csv = readFileSync(await file.path(), 'utf8')
    expect(csv.split('\n').find((line) => line.startsWith('ZN,Zinc,'))).toMatch(/,जस्ता,.*,زنك,LAB-ZN,,2026-01-01\/,/)
    const changed = csv.replace('\nZN,Zinc,', '\nZN,"Zinc, serum",')
    await page.getByRole('button', { name: 'Catalogue', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Import a table' }).click()
    const drawer = page.getByRole('dialog')
    await page.locator('input[type=file]').setInputFiles({ name: 'lab-tests.csv', mimeType: 'text/csv', buffer: Buffer.from(changed) })
    await drawer.getByLabel('Check only').check()
    await drawer.getByRole('button', { name: 'Import a table' }).click()
    await drawer.getByText(/The table is good: 0 new, \d+ changed/).waitFor()
    expect((await read('ZN')).name).toBe('Zinc')
    await drawer.getByLabel('Check only').uncheck()
    await drawer.getByRole('button', { name: 'Import a table' }).click()
    await drawer.waitFor({ state: 'detached' })
    expect(await read('ZN')).toMatchObject({ name: 'Zinc, serum', accredited: [{ from: '2026-01-01' }], ranges: [{ low: '60' }, { low: '70' }] })
    await page.context().close()
  })
})

describe('the month of quality control', () => {
  it('is summed up, tells what was not looked after, and is taken away as CSV', async () => {
    const { facilityId } = session.hospital
    const { id: testId } = await read('NA')
    const lot = (await bench.lab.createLot({ body: { facilityId, testId, material: 'Multiqual', lotNumber: 'M9', level: 'low', mean: '140', sd: '1.5', expiresOn: '2099-12-31' } })).body
    for (const [day, value] of [[3, '141'], [4, '139'], [5, '147']] as const) await bench.lab.recordRun({ body: { facilityId, measuredAt: `2025-06-0${day}T06:30:00.000Z`, points: [{ lotId: lot.id, value }] } })
    const page = await session.admitted('lab-technician')
    await page.goto(`${session.base}/laboratory/quality`)
    await page.getByRole('link', { name: 'Quality control of the month' }).click()
    await page.getByLabel('Month').fill('2025-06')
    const row = page.getByRole('row', { name: /Sodium · low/ })
    await row.getByText('2 of 3').waitFor()
    await row.getByText('140.00').waitFor()
    await row.getByText('1-2s × 1, 1-3s × 1').waitFor()
    await page.getByRole('row', { name: /Rejected: 1-2s, 1-3s/ }).getByText('nothing noted').waitFor()
    expect(await findings(page)).toEqual([])
    await page.getByLabel('Count rejected runs in the figures').check()
    await row.getByText('142.33').waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    expect(readFileSync(await file.path(), 'utf8')).toContain('NA,Sodium,mmol/L,,Multiqual,M9,low,3,3,142.33,')
    await page.context().close()
  })
})
