import { beforeAll, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { findings } from './axe.ts'
import { openPage } from './browser.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ patients: 2 })
})

describe('an administrator helps a user', () => {
  it('signs out everywhere, and takes lost second factors away, each after a question', async () => {
    const { hospital } = session
    const nurse = await hospital.as(people, 'nurse')
    const userId = hospital.userId('nurse')
    await hospital.query("insert into second_factors (tenant_id, id, user_id, kind, name, state, created_at) values ($1, gen_random_uuid(), $2, 'email', 'nurse@general.example', 'active', now())", [hospital.tenantId, userId])
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/users/${userId}`)
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(async () => (await nurse.me({})).status).toBe(401)
    await page.getByRole('button', { name: 'Take second factors away' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take second factors away' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(async () => (await hospital.query('select 1 from second_factors where user_id = $1', [userId])).length).toBe(0)
    expect(await page.getByRole('button', { name: 'Send a link' }).count()).toBe(0)
    expect(await findings(page)).toEqual([])
    await page.context().close()
  })
})

describe('an address that leads nowhere', () => {
  it('is a page of the app inside it, and of the server outside, each with the request’s id and the way back', async () => {
    const page = await session.admitted('cashier')
    await page.goto(`${session.base}/no-such-page`)
    await page.getByText('This page does not exist').waitFor()
    await page.getByText(/For support: [0-9a-f-]{36}/).waitFor()
    await page.getByRole('link', { name: 'To the first page', exact: true }).click()
    await page.waitForURL((url) => url.pathname !== '/no-such-page')
    const answer = await page.goto(`${session.base}/api/v1/users`)
    expect(answer?.status()).toBe(403)
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor()
    await page.getByText(answer?.headers()['x-request-id'] ?? 'none').waitFor()
    await page.context().close()
  })

  it('can be read by everybody: on a phone, in the dark, from right to left', async () => {
    for (const view of [{ width: 390 }, { width: 820, colorScheme: 'dark' }, { width: 390, locale: 'ar' }] as const) {
      const page = await openPage(session.browser, view)
      await page.goto(`${session.base}/assets/gone.js`)
      await page.getByRole('heading').waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(await page.evaluate('getComputedStyle(document.querySelector("main")).borderTopWidth')).toBe('1px')
      await page.context().close()
    }
  })
})
