import { beforeAll, describe, expect, it } from 'vitest'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ patients: 5 })
  await session.hospital.runJobs()
})

describe('an administrator', () => {
  it('sees how the installation is, presses backup, and has it proved by restoring', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/operations`)
    await page.getByText('Database', { exact: true }).waitFor()
    await page.getByText('Disk', { exact: true }).waitFor()
    await page.getByRole('tab', { name: 'Backups' }).click()
    await page.getByText('No backups yet').waitFor()
    await page.getByRole('button', { name: 'Export this hospital' }).click()
    await page.getByRole('cell', { name: 'Not yet restored' }).waitFor({ timeout: 120_000 })
    await page.getByRole('button', { name: 'Prove by restoring' }).click()
    await page.getByRole('cell', { name: 'Restored and equal' }).waitFor({ timeout: 120_000 })
    await page.getByRole('tab', { name: 'Background jobs' }).click()
    await page.getByText('Nothing waits').waitFor()
    await page.getByRole('tab', { name: 'Versions and caches' }).click()
    await page.getByText('0050-operations.sql').waitFor()
    expect(page.url()).toContain('tab=about')
    await page.context().close()
  })

  it('of another hospital sees backups of the own one only', async () => {
    const page = await session.admitted('admin', { hospital: 'ayurveda' })
    await page.goto(`${session.base}/operations`)
    await page.getByText('No backups yet').waitFor()
    expect(await page.getByRole('tab', { name: 'Health' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Back up now' }).count()).toBe(0)
    await page.context().close()
  })
})
