import { createInterface } from 'node:readline'
import { cacheLine, joinCaches } from '#kernel/cache-channel.ts'
import { hearBroadcasts, sayToOthers, sharedCache } from '#kernel/caches.ts'

// A process of its own with a cache that it shares; it does what each line of standard input says, and answers with one.
const [redisUrl = ''] = process.argv.slice(2)
const cache = sharedCache<string>('tried', { max: 10, ttlSeconds: 600 })
const heard: unknown[] = []
hearBroadcasts('tried', (payload) => void heard.push(payload))
const leave = joinCaches({ databaseUrl: '', redisUrl })
const does: Record<string, (word: string) => unknown> = {
  line: () => cacheLine().isUp,
  set: (word) => cache.set(word, word),
  get: (word) => cache.get(word) ?? null,
  forget: (word) => cache.forget(word),
  say: (word) => sayToOthers('tried', word),
  heard: () => heard,
}
for await (const line of createInterface({ input: process.stdin })) {
  const [verb = '', word = ''] = line.split(' ')
  process.stdout.write(`${JSON.stringify(does[verb]?.(word) ?? null)}\n`)
}
await leave()
process.exit(0)
