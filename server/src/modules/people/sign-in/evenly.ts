import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#kernel/errors.ts'

// Longer than the slowest refusal takes on a machine at rest: the hash, the look-ups and the log.
const stepMilliseconds = 200

/** Refuses after the same time whatever the reason, in whole steps: the time does not tell whether there is such an account. Outside of any turn or transaction. */
export async function evenly<T>(work: () => Promise<T>): Promise<T> {
  const since = performance.now()
  try {
    return await work()
  } catch (error) {
    const taken = performance.now() - since
    if (error instanceof AppError) await wait(Math.ceil(taken / stepMilliseconds) * stepMilliseconds - taken)
    throw error
  }
}
