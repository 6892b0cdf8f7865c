import { expect, it } from 'vitest'
import { watchMachine } from './installation.ts'
import { outsideAway } from './outside.ts'

it('nobody notices that mail, webhooks, collectors and the object store are away, and what waited arrives once they are back', async () => {
  const machine = watchMachine()
  const report = await outsideAway({ seconds: 3, moods: ['hanging', 'failing'] })
  expect(report.requests).toBeGreaterThan(5)
  expect(report).toMatchObject({ failures: {}, othersWaiting: 0, mailsWhileAway: 0, mailsAfterwards: report.mailsAsked, archivedAgain: true })
  expect(report.slowestMilliseconds).toBeLessThan(machine.allows(3000))
}, 600_000)
