import { setTimeout as wait } from 'node:timers/promises'

const patienceMilliseconds = 60_000

/**
 * Asks until the answer is no more the old one; how long after now the last old one was asked for. However long an answer takes on a busy machine,
 * only a question that was asked too late and still got the old answer counts against the server.
 */
export async function lastOldAsked(isOld: () => Promise<boolean>): Promise<number> {
  const started = Date.now()
  let last = 0
  for (;;) {
    const asked = Date.now() - started
    if (!(await isOld())) return last
    last = asked
    if (asked > patienceMilliseconds) return last
    await wait(100)
  }
}
