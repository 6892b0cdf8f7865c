/**
 * Waits for what was sent at once, and fails only when all of it has ended: nothing of it is sent after the rollback.
 * Throws what failed first in the order it was given, which is the order in which the connection does it.
 */
export async function together<T extends readonly Promise<unknown>[]>(work: readonly [...T]): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const ended of await Promise.allSettled(work)) if (ended.status === 'rejected') throw ended.reason
  return Promise.all(work)
}
