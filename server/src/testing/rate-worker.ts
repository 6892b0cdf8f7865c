import { setTimeout as wait } from 'node:timers/promises'
import { joinCaches } from '#kernel/cache-channel.ts'
import { openRateLimits, takeBudget } from '#kernel/rate-limit.ts'

// A process of its own that asks as fast as it is told, and says how much it was let.
const [databaseUrl = '', limit = '0', windowSeconds = '1', askedPerSecond = '0', seconds = '0', isJoined = 'yes'] = process.argv.slice(2)
const leave = isJoined === 'yes' ? joinCaches({ databaseUrl, redisUrl: undefined }) : async () => {}
const stop = openRateLimits()
const rule = { limit: Number(limit), windowSeconds: Number(windowSeconds) }
await wait(1000)
process.stdout.write('ready\n')
await new Promise((go) => process.stdin.once('data', go))
const began = Date.now()
let allowed = 0
let asked = 0
while (Date.now() - began < Number(seconds) * 1000) {
  for (const due = ((Date.now() - began) / 1000) * Number(askedPerSecond); asked < due; asked += 1) if ('remaining' in takeBudget('read:u:somebody', rule, Date.now())) allowed += 1
  await wait(10)
}
process.stdout.write(`${JSON.stringify({ allowed, asked })}\n`)
await Promise.all([leave(), stop()])
process.exit(0)
