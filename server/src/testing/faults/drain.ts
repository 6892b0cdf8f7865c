import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, signIn } from './installation.ts'
import { type AwayRig } from './database-away.ts'

export interface DrainReport {
  requests: number
  answered: Record<string, number>
  cut: number
  readinessLeftMilliseconds: number
  exitMilliseconds: number
}

/** Counts what this process has sent: only a request that was on its way can be cut. */
function countSent() {
  const sent = { count: 0 }
  const add = () => (sent.count += 1)
  subscribe('undici:client:sendHeaders', add)
  return {
    until: async (count: number) => {
      while (sent.count < count) await wait(5)
      unsubscribe('undici:client:sendHeaders', add)
    },
  }
}

/** Sends many requests that take a while, tells the process to stop in the middle of them, and counts what was cut. */
export async function drainUnderLoad(rig: AwayRig, options: { requests: number; signal?: NodeJS.Signals }): Promise<DrainReport> {
  const { installation } = rig
  const caller = await signIn(installation.base, 'receptionist@general.example')
  rig.proxy.set({ delayMilliseconds: 5 })
  const sent = countSent()
  const open: Promise<Answer>[] = Array.from({ length: options.requests }, (_value, index) => caller.call('GET', `/patients?limit=${1 + (index % 20)}`))
  await sent.until(options.requests)
  const told = Date.now()
  installation.signal(options.signal ?? 'SIGTERM')
  let left = 0
  const life = { isOver: false }
  const watching = (async () => {
    while (left === 0 && !life.isOver) {
      const status = await fetch(`${installation.base}/health/ready`, { signal: AbortSignal.timeout(3000) }).then((answer) => answer.status, () => 0)
      if (status === 503) left = Date.now() - told
      await wait(10)
    }
  })()
  const answers = await Promise.all(open)
  await installation.exited()
  life.isOver = true
  await watching
  const answered: Record<string, number> = {}
  for (const { status } of answers) answered[status] = (answered[status] ?? 0) + 1
  return { requests: options.requests, answered, cut: answers.filter(({ status }) => status === 0).length, readinessLeftMilliseconds: left, exitMilliseconds: Date.now() - told }
}
