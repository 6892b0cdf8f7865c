import { setTimeout as wait } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'
import { findings } from './axe.ts'
import { heightOf, type View } from './browser.ts'
import type { BrowserSession } from './session.ts'

/** Many pages, each drawn and looked at in several views. */
export const sweepMilliseconds = 600_000

const isFull = process.env['TRIVENI_FULL'] === '1'

interface Fault {
  path: string
  view: View
  serious: readonly string[]
  errors: readonly string[]
  isTooWide: boolean
}

/**
 * What is wrong with the pages that somebody of a role opens: what axe finds serious, what is logged, thrown or refused by the policy of pages, what scrolls sideways.
 * A page is loaded once a language and then turned to the other views where it stands, every second one the other way round, so that each view is also one that pages are loaded in.
 * The short form looks at each page in one of the views, in turn.
 */
export async function sweep(session: BrowserSession, role: string, paths: readonly string[], views: readonly View[]): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const ofLanguage of Map.groupBy(views, (view) => view.locale).values()) {
    const page = await session.admitted(role, { view: ofLanguage[0] ?? { width: 1440 } })
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))
    const settled = settling(page)
    for (const [index, path] of paths.entries()) {
      const chosen = ofLanguage.filter((view) => isFull || view === views[index % views.length])
      for (const [step, view] of (index % 2 === 0 ? chosen : chosen.toReversed()).entries()) {
        await turn(page, view)
        if (step === 0) await page.goto(session.base + path)
        await settled()
        const serious = await findings(page)
        const isTooWide = Boolean(await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1'))
        if (serious.length > 0 || errors.length > 0 || isTooWide) faults.push({ path, view, serious, errors: errors.splice(0), isTooWide })
      }
    }
    await page.context().close()
  }
  return faults
}

async function turn(page: Page, view: View): Promise<void> {
  await page.setViewportSize({ width: view.width, height: heightOf(view) })
  await page.emulateMedia({ colorScheme: view.colorScheme ?? 'light', reducedMotion: 'reduce' })
}

// Two frames drawn, and nothing that ends still moves.
const isStill = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity)))))`

/** Resolves when the page has a heading, the server has answered all that was asked, and what came of it is drawn. */
function settling(page: Page): () => Promise<void> {
  const open = new Set<Request>()
  page.on('request', (request) => void (request.url().includes('/socket.io/') || open.add(request)))
  // A request whose answer nobody reads to its end never finishes.
  page.on('response', (answer) => void open.delete(answer.request()))
  page.on('requestfailed', (request) => void open.delete(request))
  return async () => {
    await page.locator('h1, h2').first().waitFor()
    const end = Date.now() + 60_000
    for (let quiet = 0; quiet < 3; ) {
      if (Date.now() > end) throw new Error(`${page.url()} does not come to rest: ${[...open].map((request) => request.url()).join(', ')}`)
      const isQuiet = open.size === 0 && Boolean(await page.evaluate(isStill))
      quiet = isQuiet && open.size === 0 ? quiet + 1 : 0
      if (!isQuiet) await wait(20)
    }
  }
}
