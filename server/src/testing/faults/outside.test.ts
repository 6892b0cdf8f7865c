import { expect, it } from 'vitest'
import { slowness } from './installation.ts'
import { outsideAway } from './outside.ts'

it('nobody notices that mail, webhooks, collectors and the object store are away, and what waited arrives once they are back', async () => {
  const report = await outsideAway({ seconds: 3, moods: ['hanging', 'failing'] })
  expect(report.requests).toBeGreaterThan(5)
  expect(report).toMatchObject({ failures: {}, othersWaiting: 0, mailsWhileAway: 0, mailsAfterwards: report.mailsAsked, archivedAgain: true })
  expect(report.slowestMilliseconds).toBeLessThan(3000 * slowness())
}, 120_000)
