import type { RateClass, RouteSpec } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { hearBroadcasts, sayToOthers } from './caches.ts'
import { AppError } from './errors.ts'

export interface RateRule {
  limit: number
  windowSeconds: number
}

const perMinute = (limit: number): RateRule => ({ limit, windowSeconds: 60 })

/** What one person may ask for; reads and writes as the requirement IAM-7 says. */
const ofUser: Record<RateClass, RateRule> = { read: perMinute(6000), write: perMinute(1200), search: perMinute(3000), export: perMinute(60), 'sign-in': perMinute(300), public: perMinute(600) }
/** What one address may ask for without a session. A hospital behind one address signs many people in. */
const ofAddress: Record<RateClass, RateRule> = { ...ofUser, read: perMinute(600), write: perMinute(600), search: perMinute(600), 'sign-in': perMinute(600), public: { limit: 100, windowSeconds: 3600 } }
/** What a whole hospital may ask for: twenty busy people without a pause. */
const tenantShare = 20
const plans: Readonly<Record<string, RateRule>> = { small: perMinute(600), standard: perMinute(3000), large: perMinute(12_000) }

interface Counter {
  window: number
  current: number
  previous: number
  /** Taken here, and not yet told to the other processes. */
  untold: number
  windowSeconds: number
}

interface Budget {
  remaining: number
  resetSeconds: number
}

const mostCounters = 100_000
const tellMilliseconds = 1000
/** Budgets up to this are told at once: a second's worth of them is too much of the whole. */
const smallBudget = 100
/** Of a larger budget no more than this part stays untold for longer than a second. */
const untoldPart = 50
const entriesOfMessage = 100

const state = { isOn: false, counters: new Map<string, Counter>(), waiting: new Set<string>(), isTelling: false }
const channel = 'rates'

function counterOf(key: string, windowSeconds: number, window: number): Counter {
  let counter = state.counters.get(key)
  if (counter === undefined) {
    counter = { window, current: 0, previous: 0, untold: 0, windowSeconds }
    if (state.counters.size >= mostCounters) state.counters.delete(state.counters.keys().next().value ?? '')
    state.counters.set(key, counter)
  }
  if (counter.window !== window) Object.assign(counter, { previous: counter.window === window - 1 ? counter.current : 0, current: 0, untold: 0, window })
  return counter
}

/**
 * Takes one from a budget: a window that slides, since the one before counts for as much of it as still lies within.
 * Counted here and told to the other processes each second, small budgets at once, without a round trip. With N processes no more is let
 * through than limit × (1 + (N − 1) / 50) and what the others let through since they last told.
 */
export function takeBudget(key: string, rule: RateRule, at: number): Budget | { waitSeconds: number } {
  const length = rule.windowSeconds * 1000
  const window = Math.floor(at / length)
  const counter = counterOf(key, rule.windowSeconds, window)
  const passed = (at - window * length) / length
  const used = counter.previous * (1 - passed) + counter.current
  if (used + 1 > rule.limit) {
    // When nothing more comes: as much of the old window has slid out as is too much, or this one has.
    const slides = counter.current < rule.limit && counter.previous > 0 ? (used + 1 - rule.limit) / counter.previous : 1 - passed + (counter.current + 1 - rule.limit) / Math.max(1, counter.current)
    return { waitSeconds: Math.max(1, Math.ceil(slides * rule.windowSeconds)) }
  }
  counter.current += 1
  counter.untold += 1
  if (rule.limit <= smallBudget || counter.untold * untoldPart >= rule.limit) {
    state.waiting.add(key)
    if (rule.limit <= smallBudget && !state.isTelling) {
      state.isTelling = true
      setImmediate(tellOthers)
    }
  }
  return { remaining: Math.floor(rule.limit - used - 1), resetSeconds: Math.ceil((1 - passed) * rule.windowSeconds) }
}

type Entry = [key: string, windowSeconds: number, window: number, taken: number]

function tellOthers(): void {
  state.isTelling = false
  const entries: Entry[] = []
  for (const key of state.waiting) {
    const counter = state.counters.get(key)
    if (counter === undefined || counter.untold === 0) continue
    entries.push([key, counter.windowSeconds, counter.window, counter.untold])
    counter.untold = 0
  }
  state.waiting.clear()
  for (let from = 0; from < entries.length; from += entriesOfMessage) sayToOthers(channel, entries.slice(from, from + entriesOfMessage))
}

const isEntry = (one: unknown): one is Entry => Array.isArray(one) && typeof one[0] === 'string' && one.slice(1).every((part) => Number.isSafeInteger(part))

function hear(body: unknown): void {
  for (const [key, windowSeconds, window, taken] of Array.isArray(body) ? body.filter(isEntry) : []) {
    const known = state.counters.get(key)
    // What was told late of a window that is over counts where it belongs.
    if (known !== undefined && known.window === window + 1) known.previous += taken
    else if (known === undefined || known.window <= window) counterOf(key, windowSeconds, window).current += taken
  }
}

function sweep(): void {
  const at = Date.now()
  for (const [key, counter] of state.counters) if ((counter.window + 2) * counter.windowSeconds * 1000 < at) state.counters.delete(key)
}

/** Limits requests from now on; `stop` ends it. */
export function openRateLimits(): () => Promise<void> {
  state.isOn = true
  hearBroadcasts(channel, hear)
  const timers = [setInterval(tellOthers, tellMilliseconds), setInterval(sweep, 30_000)]
  for (const timer of timers) timer.unref()
  return async () => {
    for (const timer of timers) clearInterval(timer)
    state.isOn = false
    state.counters.clear()
  }
}

export const areRatesLimited = (): boolean => state.isOn

/** The class of a route, where it does not say it itself. */
export function rateClassOf(spec: RouteSpec): RateClass {
  if (spec.rate !== undefined) return spec.rate
  if (spec.permission === 'public') return spec.audit === 'sign-in' ? 'sign-in' : 'public'
  if (spec.audit === 'export') return 'export'
  if (spec.audit === 'search') return 'search'
  return spec.method === 'GET' ? 'read' : 'write'
}

export interface RateCaller {
  kind: string
  tenantId: string
  userId: string
  sessionId: string
  plan?: string
}

/** The first four groups of an IPv6 address: one connection has all the rest. */
const networkOf = (address: string): string => (address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address)

function own(rateClass: RateClass, caller: RateCaller | undefined, address: string): [string, RateRule, string] {
  if (caller === undefined) return [`${rateClass}:a:${networkOf(address)}`, ofAddress[rateClass], rateClass]
  const plan = caller.kind === 'program' ? (plans[caller.plan ?? ''] ?? plans['standard']) : undefined
  return plan === undefined ? [`${rateClass}:u:${caller.userId}`, ofUser[rateClass], rateClass] : [`p:${caller.sessionId}`, plan, 'program']
}

const policies = new Map<RateRule, Map<string, string>>()

/** `RateLimit-Policy` of a rule (draft-ietf-httpapi-ratelimit-headers-10). */
function policyOf(name: string, rule: RateRule): string {
  const known = policies.get(rule)?.get(name)
  if (known !== undefined) return known
  const made = `"${name}";q=${rule.limit};w=${rule.windowSeconds}`
  policies.set(rule, (policies.get(rule) ?? new Map<string, string>()).set(name, made))
  return made
}

const tenantRules = new Map<RateRule, RateRule>(Object.values(ofUser).map((rule) => [rule, { ...rule, limit: rule.limit * tenantShare }]))
const tooMany = (waitSeconds: number) => new AppError(kernelErrors.too_many_requests, { retryAfterSeconds: waitSeconds, values: { seconds: waitSeconds } })

/** Counts a request and writes its headers; 429 with Retry-After when the budget of the caller or of the hospital is spent. */
export function limitRate(rateClass: RateClass, caller: RateCaller | undefined, address: string, header: (name: string, value: string) => unknown): void {
  if (!state.isOn) return
  const at = Date.now()
  const [key, rule, name] = own(rateClass, caller, address)
  const taken = takeBudget(key, rule, at)
  header('ratelimit-policy', policyOf(name, rule))
  header('ratelimit', 'waitSeconds' in taken ? `"${name}";r=0;t=${taken.waitSeconds}` : `"${name}";r=${taken.remaining};t=${taken.resetSeconds}`)
  if ('waitSeconds' in taken) throw tooMany(taken.waitSeconds)
  if (caller === undefined) return
  const whole = takeBudget(`${rateClass}:t:${caller.tenantId}`, tenantRules.get(ofUser[rateClass]) ?? rule, at)
  if ('waitSeconds' in whole) throw tooMany(whole.waitSeconds)
}

/** Counts one thing by a rule of its own, such as attempts on an account; 429 when there were too many. */
export function limitOne(key: string, rule: RateRule): void {
  if (!state.isOn) return
  const taken = takeBudget(key, rule, Date.now())
  if ('waitSeconds' in taken) throw tooMany(taken.waitSeconds)
}
