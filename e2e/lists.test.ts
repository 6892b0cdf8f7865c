import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ patients: 2 })
})

describe('alerts', () => {
  const count = 205

  it('ring on every page until they are answered', async () => {
    const admin = await session.hospital.as(alerts, 'admin')
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/patients`)
    await page.getByRole('link', { name: 'Alerts: nothing waits for you' }).waitFor()
    await admin.raiseAlert({ body: { facilityId: session.hospital.facilityId, severity: 'critical', title: 'Potassium 7.1 mmol/L', responsibleId: session.hospital.userId('doctor') } })
    await page.getByRole('link', { name: 'Alerts: 1 waits for you' }).waitFor()
    await page.getByRole('alert').getByText('A critical alert waits for your answer').waitFor()
    expect(await findings(page)).toEqual([])
    await page.getByRole('alert').getByRole('link', { name: 'Open' }).click()
    await page.getByRole('row', { name: /Potassium/ }).click()
    await page.getByRole('button', { name: 'I know' }).click()
    await page.getByRole('link', { name: 'Alerts: nothing waits for you' }).waitFor()
    await page.goto(`${session.base}/patients`)
    await page.getByRole('link', { name: 'Alerts: nothing waits for you' }).waitFor()
    expect(await page.getByText('A critical alert waits').count()).toBe(0)
    await page.context().close()
  })

  it('are saved as one file, all pages of the list, each cell as it is shown', async () => {
    const admin = await session.hospital.as(alerts, 'admin')
    for (let number = 1; number <= count; number += 1) await admin.raiseAlert({ body: { facilityId: session.hospital.facilityId, title: `Look, number ${number}`, responsibleId: session.hospital.userId('doctor') } })
    const page = await session.admitted('doctor')
    await page.goto(`${session.base}/alerts`)
    await page.getByRole('row', { name: /Look/ }).first().waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the whole list as CSV' }).click()])
    const lines = (await readFile(await saved.path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(1 + count)
    expect(new Set(lines.slice(1).map((line) => /number (\d+)/.exec(line)?.[1])).size).toBe(count)
    expect(lines[1]).toMatch(/^Warning,"?Look, number \d+"?,–,.+,Open$/)
    await page.context().close()
  })
})
