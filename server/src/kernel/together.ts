/**
 * Runs statements of one transaction at the same time, so that none waits for the answer of another, and waits for all of them, also when one fails:
 * nothing may be sent after the transaction has ended. Throws the first error in the order of the list.
 */
export async function together<T extends readonly unknown[]>(work: readonly [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
  const results = await Promise.allSettled(work)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  }) as unknown as T
}
