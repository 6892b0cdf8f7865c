const lastOf = new Map<string, Promise<unknown>>()

/** Runs one attempt on a key when those before it have ended: side by side, all guesses sent at once would pass before the first is known to be wrong. */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (lastOf.get(key) ?? Promise.resolve()).then(work, work)
  lastOf.set(key, mine)
  try {
    return await mine
  } finally {
    if (lastOf.get(key) === mine) lastOf.delete(key)
  }
}
