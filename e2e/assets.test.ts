import { beforeAll, describe, expect, it } from 'vitest'
import { assets } from '#contract/assets.ts'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { addDays, localDate } from '#kernel/zoned-time.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  session = await startSession({ patients: 5, withCare: true })
})

/** Equipment arrives in the store, as the storekeeper books it. */
async function receive(): Promise<void> {
  const { hospital } = session
  const stock = await hospital.as(inventory, 'pharmacist')
  const store = (await stock.listStores({ query: { facilityId: hospital.facilityId } })).body.items.find((one) => one.kind === 'main')
  const [vendor] = (await stock.listVendors({ query: {} })).body.items
  const item = (await stock.createItem({ body: { sku: 'WARMER', name: 'Radiant warmer', kind: 'equipment', baseUnit: 'piece', manufacturer: 'Phoenix' } })).body
  await (await hospital.as(purchasing, 'pharmacist')).receiveGoods({ body: { storeId: store?.id ?? '', vendorId: vendor?.id ?? '', lines: [{ itemId: item.id, lot: { batch: 'W1' }, quantity: '1', unitPrice: inr('180000.00'), taxRatePercent: '12' }] } })
}

describe('the life of an asset', () => {
  it('is received, used, calibrated in vain, mended, depreciated, seen in a round and sold', async () => {
    await receive()
    const today = localDate(new Date(), 'Asia/Kolkata')
    const page = await session.admitted('biomedical-engineer')
    await page.goto(`${session.base}/equipment/received`)
    await page.getByRole('button', { name: 'Put into the register: Radiant warmer' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('combobox', { name: 'Category' }).fill('Medical and diag')
    await page.getByRole('option', { name: /Medical and diagnostic/ }).click()
    await drawer.getByLabel('Serial numbers').fill('PHX-77')
    await drawer.getByLabel('Location').fill('Nursery')
    await drawer.getByLabel('Put to use on').fill(today)
    await drawer.getByRole('button', { name: 'Put into the register' }).click()
    await page.waitForURL(/equipment\/[0-9a-f-]{36}$/)
    const id = /equipment\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? ''
    const engineer = await session.hospital.as(assets, 'biomedical-engineer')
    const { number } = (await engineer.readAsset({ params: { id } })).body
    await engineer.addPlan({ params: { id }, body: { kind: 'calibration', name: 'Skin probe', everyMonths: 12, nextDueOn: addDays(today, -1) } })

    await page.goto(`${session.base}/equipment/due`)
    await page.getByRole('button', { name: 'Record work: Radiant warmer' }).click()
    await drawer.getByRole('combobox', { name: 'Result' }).click()
    await page.getByRole('option', { name: 'Failed' }).click()
    await drawer.getByLabel('Findings').fill('Reads 0.8 °C high')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await drawer.waitFor({ state: 'detached' })
    await page.goto(`${session.base}/equipment/${id}`)
    await page.getByText('The last calibration failed. It may go back into use when one passes.').waitFor()
    expect(await page.getByRole('button', { name: 'Put to use', exact: true }).count()).toBe(0)

    await page.getByRole('tab', { name: 'Maintenance' }).click()
    await page.getByRole('button', { name: 'Record work: Skin probe' }).click()
    await drawer.getByLabel('Certificate').fill('NABL-4711')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByText('NABL-4711').waitFor()
    expect((await engineer.readAsset({ params: { id } })).body.state).toBe('in-use')
    await page.context().close()

    const accounts = await session.admitted('cashier')
    await accounts.goto(`${session.base}/equipment/books`)
    await accounts.getByRole('button', { name: /^Depreciate / }).click()
    await accounts.getByRole('dialog').getByRole('button', { name: /^Depreciate / }).click()
    await accounts.getByText('It can be run when the month has ended.').waitFor()
    await accounts.goto(`${session.base}/equipment/schedule`)
    await accounts.getByRole('row', { name: /Medical and diagnostic equipment/ }).waitFor()
    await accounts.context().close()

    const keeper = await session.admitted('pharmacist')
    await keeper.goto(`${session.base}/equipment/rounds`)
    await keeper.getByRole('button', { name: 'New round' }).first().click()
    await keeper.getByRole('dialog').getByLabel('Location').fill('Nursery')
    await keeper.getByRole('button', { name: 'Begin' }).click()
    await keeper.getByLabel('Scan the next label').fill(number.toLowerCase())
    await keeper.keyboard.press('Enter')
    await keeper.getByRole('status').getByText('Found').waitFor()
    await keeper.getByRole('button', { name: 'All was walked' }).click()
    await keeper.getByRole('dialog').getByRole('button', { name: 'All was walked' }).click()
    await keeper.getByText('To be approved').waitFor()
    const roundPath = new URL(keeper.url()).pathname
    await keeper.context().close()

    const admin = await session.admitted('admin')
    await admin.goto(session.base + roundPath)
    await admin.getByRole('button', { name: 'Approve' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await admin.getByText('Approved').first().waitFor()
    await admin.goto(`${session.base}/equipment/${id}`)
    await admin.getByRole('button', { name: 'More' }).click()
    await admin.getByRole('menuitem', { name: 'Dispose of it' }).click()
    await admin.getByRole('dialog').getByLabel('Proceeds').fill('210000')
    await admin.getByRole('dialog').getByLabel('Reason').fill('Replaced')
    await admin.getByRole('dialog').getByRole('button', { name: 'Dispose of it' }).click()
    await admin.getByText('Disposed of').first().waitFor()
    expect(await session.hospital.query('select kind, gain from asset_disposals where asset_id = $1', [id])).toEqual([{ kind: 'sale', gain: '8400.000' }])
    await admin.context().close()
  })
})

describe('every page of assets', () => {
  it('has no serious finding, on a phone neither', async () => {
    const [first] = await session.hospital.query<{ id: string }>("select id from assets where name = 'Ventilator' limit 1")
    const paths = ['/equipment', '/equipment/due', '/equipment/books', '/equipment/schedule', '/equipment/rounds', '/equipment/categories', '/equipment/received', '/equipment/import', '/equipment/downtime', ...['overview', 'books', 'care'].map((tab) => `/equipment/${first?.id}?tab=${tab}`)]
    expect(await sweep(session, 'admin', paths, [{ width: 1440 }, { width: 390, colorScheme: 'dark' }])).toEqual([])
  }, sweepMilliseconds)
})
