import { beforeAll, it } from 'vitest'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { stableId } from '../server/src/seed/random.ts'
import { watchStock } from '../server/src/modules/inventory/watch.ts'
import { type BrowserSession, startSession } from './session.ts'
let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
  await withContext(makeContext({ tenantId: session.hospital.tenantId, now: new Date() }), watchStock)
})
const paths = (process.env['SHOT'] ?? '').split(',')
const views = { w: { width: 1440 }, d: { width: 1440, colorScheme: 'dark' as const }, p: { width: 390 }, t: { width: 820 }, a: { width: 1440, language: 'ar' as const }, q: { width: 390, language: 'ar' as const } }
it('shots', async () => {
  for (const key of (process.env['VIEWS'] ?? 'w,p').split(',') as (keyof typeof views)[]) {
    const page = await session.signedIn(process.env['ROLE'] ?? 'admin', { view: views[key] as never })
    for (const path of paths) {
      await page.goto(`${session.base}${path.replace('ITEM', stableId(1, 'stock:general:item:Paracetamol 500'))}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForTimeout(900)
      await page.screenshot({ path: `/tmp/w3/shots/${path.replaceAll('/', '_')}-${key}.png`, fullPage: true })
    }
    await page.context().close()
  }
}, 280_000)
