import { LRUCache } from 'lru-cache'
import { errorFields, log } from './log.ts'

interface Seen {
  patients: Set<string>
  askedAt: number
}

/** How many new charts of one user in this process are worth a question to the audit, which knows those of all processes. */
const worthAsking = 10
const askAgainMilliseconds = 5000
// What was opened longer ago than this is counted by the audit alone.
const recent = new LRUCache<string, Seen>({ max: 5000, ttl: 600_000 })
const mostRemembered = 500

type Listener = (opened: { tenantId: string; userId: string }) => Promise<void>
const listening: { listener?: Listener } = {}

/** Says who judges whether a person opens charts too fast. */
export function onManyCharts(listener: Listener): void {
  listening.listener = listener
}

/** Notes that a person opened a chart; for every ten new ones, at most each five seconds, the listener is asked. */
export function noteChart(tenantId: string, userId: string, patientId: string): void {
  const key = `${tenantId}${userId}`
  const seen = recent.get(key) ?? { patients: new Set<string>(), askedAt: 0 }
  if (seen.patients.has(patientId)) return
  if (seen.patients.size >= mostRemembered) seen.patients.clear()
  seen.patients.add(patientId)
  recent.set(key, seen)
  const now = Date.now()
  if (seen.patients.size < worthAsking || now - seen.askedAt < askAgainMilliseconds) return
  seen.askedAt = now
  listening.listener?.({ tenantId, userId }).catch((error: unknown) => log('warn', 'the pace of a reader could not be judged', errorFields(error)))
}
