import type { Browser, Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { freePort } from '#kernel/embedded-postgres.ts'
import { type TestHospital, testHospital } from '../server/src/testing/hospital.ts'
import { openBrowser, openPage, type View } from './browser.ts'

export interface BrowserSession {
  hospital: TestHospital
  browser: Browser
  base: string
  /**
   * A page of the built app for the first user of a role of one of the demo hospitals. It has the cookies of a session of its own and shows nothing yet, or what `at` says:
   * the page of sign-in and the first one after it are as much work as a test's own page, and have tests of their own.
   */
  signedIn: (role: string, options?: { view?: View; hospital?: 'general' | 'ayurveda' | 'homeopathy'; at?: string }) => Promise<Page>
  /** The same by hand, through the page of sign-in. */
  signIn: (role: string, view?: View) => Promise<Page>
}

/** A hospital that listens, and a real browser on it; both end with the test file. */
export async function startSession(options: Parameters<typeof testHospital>[0] = {}): Promise<BrowserSession> {
  const port = await freePort()
  const base = `http://localhost:${port}`
  const hospital = await testHospital({ ...options, publicUrl: base })
  await hospital.app.listen({ port, host: '127.0.0.1' })
  const browser = await openBrowser()
  afterAll(() => browser.close())
  const open = async (view: View) => {
    const page = await openPage(browser, view)
    page.setDefaultTimeout(20_000)
    return page
  }
  return {
    hospital,
    browser,
    base,
    signedIn: async (role, { view = { width: 1440 }, hospital: key = 'general', at } = {}) => {
      const page = await open(view)
      const cookies = await hospital.cookiesOf(`${role}@${key}.example`)
      await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, url: base.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'Lax' as const })))
      if (at !== undefined) await page.goto(`${base}${at}`)
      return page
    },
    signIn: async (role, view = { width: 1440 }) => {
      const page = await open(view)
      await page.goto(base)
      await page.locator('input[type=password]').waitFor()
      await page.locator('input').first().fill(`${role}@general.example`)
      await page.locator('input[type=password]').fill('three-rivers-meet')
      await page.keyboard.press('Enter')
      await page.locator('header').waitFor()
      return page
    },
  }
}
