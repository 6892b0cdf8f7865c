import { LRUCache } from 'lru-cache'
import { peopleErrors } from '#contract/people.ts'
import { AppError } from '#kernel/errors.ts'
import { type Attempts, waitSeconds } from './rules.ts'

const attempts = new LRUCache<string, Attempts>({ max: 100_000, ttl: 600_000 })
const lastOf = new Map<string, Promise<unknown>>()

function refuseHasty(key: string, at: number): void {
  const wait = waitSeconds(attempts.get(key), at)
  if (wait > 0) throw new AppError(peopleErrors.too_many_attempts, { retryAfterSeconds: wait, values: { seconds: wait } })
}

export function rememberFailure(key: string, at: number): void {
  const known = attempts.get(key)
  const isRecent = known !== undefined && at - known.firstAt <= 600_000
  attempts.set(key, isRecent ? { failures: known.failures + 1, firstAt: known.failures >= 5 ? at : known.firstAt } : { failures: 1, firstAt: at })
}

export const forgetFailures = (key: string): void => void attempts.delete(key)

/**
 * Tries a password when the attempts of a key before it have ended; 429 while their failures ask for a pause.
 * Side by side, all guesses sent at once would be let through before the first is known to be wrong.
 */
export async function attempt<T>(key: string, at: number, tryOnce: () => Promise<T>): Promise<T> {
  const run = async () => {
    refuseHasty(key, at)
    return tryOnce()
  }
  const mine = (lastOf.get(key) ?? Promise.resolve()).then(run, run)
  lastOf.set(key, mine)
  try {
    return await mine
  } finally {
    if (lastOf.get(key) === mine) lastOf.delete(key)
  }
}
