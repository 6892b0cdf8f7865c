import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { freePort } from '#kernel/embedded-postgres.ts'
import { addDays, localDate, zonedToInstant } from '#kernel/zoned-time.ts'
import { leave } from '#kernel/testing/left.ts'
import { type TestHospital, testHospital } from '../server/src/testing/hospital.ts'
import { openBrowser, openPage, type View } from './browser.ts'

export interface BrowserSession {
  hospital: TestHospital
  browser: Browser
  base: string
  /** A page of the built app, signed in through the page of sign-in as the first user of a role of one of the demo hospitals. */
  signedIn: (role: string, options?: { view?: View; hospital?: 'general' | 'ayurveda' | 'homeopathy' }) => Promise<Page>
  /** The same with nothing shown yet, and by the cookies of a session of its own: to sign in by hand takes as much work as to load two pages. */
  admitted: BrowserSession['signedIn']
}

/** Takes what is shown for a word by Enter alone: the first option, once it is the one that Enter takes. */
export async function takeFirst(page: Page, name: RegExp): Promise<void> {
  await page.locator('[role=option][data-combobox-selected]').filter({ hasText: name }).waitFor()
  await page.keyboard.press('Enter')
}

const longestJourneyMilliseconds = 180_000

/** What is done today is looked for today: shortly before midnight a journey waits for the new day. */
async function untilDayIsLong(): Promise<void> {
  const left = zonedToInstant(addDays(localDate(new Date(), 'Asia/Kolkata'), 1), '00:00', 'Asia/Kolkata').getTime() - Date.now()
  if (left < longestJourneyMilliseconds) await wait(left + 1000)
}

/** A hospital that listens, and a real browser on it; both end before the next one of the worker. */
export async function startSession(options: Parameters<typeof testHospital>[0] = {}): Promise<BrowserSession> {
  await untilDayIsLong()
  const port = await freePort()
  const base = `http://localhost:${port}`
  const hospital = await testHospital({ ...options, publicUrl: base })
  await hospital.app.listen({ port, host: '127.0.0.1' })
  const browser = await openBrowser()
  leave(() => browser.close())
  return {
    hospital,
    browser,
    base,
    signedIn: async (role, { view = { width: 1440 }, hospital: key = 'general' } = {}) => {
      const page = await openPage(browser, view)
      await page.goto(base)
      await page.locator('input[type=password]').waitFor()
      await page.locator('input').first().fill(`${role}@${key}.example`)
      await page.locator('input[type=password]').fill('three-rivers-meet')
      await page.keyboard.press('Enter')
      await page.locator('header').waitFor()
      return page
    },
    admitted: async (role, { view = { width: 1440 }, hospital: key = 'general' } = {}) => {
      const page = await openPage(browser, view)
      const cookies = await hospital.cookiesOf(`${role}@${key}.example`)
      await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, url: base.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'Lax' as const })))
      return page
    },
  }
}
