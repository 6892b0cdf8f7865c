import { beforeAll, describe, expect, it } from 'vitest'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

describe('a report of the stock', () => {
  it('is narrowed to a store, saved whole and printed', async () => {
    const page = await session.admitted('pharmacist')
    await page.goto(`${session.base}/stock/reports/ageing`)
    await page.getByRole('heading', { level: 1, name: 'How old the stock is' }).waitFor()
    await page.getByRole('combobox', { name: 'Store' }).click()
    await page.getByRole('option', { name: 'Main store' }).click()
    await expect.poll(() => page.url()).toContain('store=')
    await expect.poll(() => page.getByRole('row', { name: /Main store/ }).count()).toBeGreaterThan(0)
    await expect.poll(() => page.getByRole('row', { name: /Pharmacy/ }).count()).toBe(0)
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the whole list as CSV' }).click()])
    expect(saved.suggestedFilename()).toMatch(/\.csv$/)
    const printed = page.waitForResponse((answer) => answer.url().includes('/stock/ageing/pdf'))
    await page.getByRole('button', { name: 'Print' }).click()
    expect((await printed).status()).toBe(200)
    await page.context().close()
  })

  it('has no serious finding', async () => {
    expect(await sweep(session, 'pharmacist', ['/stock/reports', '/stock/reports/movers', '/stock/reports/ageing', '/pharmacy/wards', '/pharmacy/dispenses', '/stock/import'], [{ width: 390 }, { width: 1440 }, { width: 390, locale: 'ar' }])).toEqual([])
  }, sweepMilliseconds)
})
