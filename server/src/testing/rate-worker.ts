import { setTimeout as wait } from 'node:timers/promises'
import { cacheLine, joinCaches } from '#kernel/cache-channel.ts'
import { hearBroadcasts, sayToOthers } from '#kernel/caches.ts'
import { openRateLimits, takeBudget } from '#kernel/rate-limit.ts'

// A process of its own that asks as often as it is told, and says how much it was let.
const [databaseUrl = '', limit = '0', windowSeconds = '1', askedPerSecond = '0', total = '0', isJoined = 'yes'] = process.argv.slice(2)
const leave = isJoined === 'yes' ? joinCaches({ databaseUrl, redisUrl: undefined }) : async () => {}
const stop = openRateLimits()
const rule = { limit: Number(limit), windowSeconds: Number(windowSeconds) }
let lateMilliseconds = 0
hearBroadcasts('clock', (sentAt) => void (lateMilliseconds = Math.max(lateMilliseconds, Date.now() - Number(sentAt))))
while (isJoined === 'yes' && !cacheLine().isUp) await wait(50)
process.stdout.write('ready\n')
await new Promise((go) => process.stdin.once('data', go))
let allowed = 0
// So many each turn and no more after a turn that came late: a machine that stalls makes no burst.
const turnMilliseconds = 10
for (let asked = 0; asked < Number(total);) {
  if (asked % 20 === 0) sayToOthers('clock', Date.now())
  for (let turn = 0; turn < (Number(askedPerSecond) * turnMilliseconds) / 1000; turn += 1, asked += 1) if ('remaining' in takeBudget('read:u:somebody', rule, Date.now())) allowed += 1
  await wait(turnMilliseconds)
}
process.stdout.write(`${JSON.stringify({ allowed, lateSeconds: lateMilliseconds / 1000 })}\n`)
await Promise.all([leave(), stop()])
process.exit(0)
