import { existsSync } from 'node:fs'
import { type Browser, chromium as playwright, type Page } from 'playwright-core'
import { bundledBrowser } from './chromium.ts'

// Nobody looks at the pages: they are drawn without a graphics card's work in software, and their scripts, which run once, are not compiled for speed. Half of a page's load went into both.
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic', '--disable-gpu', '--js-flags=--no-opt --no-maglev']

// Only against waiting for ever: how quick something is, is said where it is promised.
const patienceMilliseconds = 60_000

/** A real Chromium: `CHROMIUM_PATH`, or the one that comes with the npm packages. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env['CHROMIUM_PATH']
  if (own !== undefined && existsSync(own)) return playwright.launch({ executablePath: own, args: ['--no-sandbox'], timeout: patienceMilliseconds })
  const { executablePath, args, env } = await bundledBrowser()
  const unfit = ['--single-process', '--no-zygote', '--ignore-gpu-blocklist']
  return playwright.launch({ executablePath, args: [...args.filter((arg) => !unfit.includes(arg)), ...quiet], env, timeout: patienceMilliseconds })
}

export interface View {
  width: number
  colorScheme?: 'light' | 'dark'
  locale?: string
}

export const heightOf = (view: View): number => (view.width < 500 ? 844 : 900)

/** A page of a size and scheme, in a context of its own. */
export async function openPage(browser: Browser, view: View): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: view.width, height: heightOf(view) }, colorScheme: view.colorScheme ?? 'light', locale: view.locale ?? 'en-GB', timezoneId: 'Asia/Kolkata' })
  context.setDefaultTimeout(patienceMilliseconds)
  return context.newPage()
}
