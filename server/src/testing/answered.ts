import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './hospital.ts'

const patienceMilliseconds = 200_000

/** Sends again while the server says it is busy (503: nothing was done), as a client does. */
export async function answered<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (const end = Date.now() + patienceMilliseconds; Date.now() < end; await wait(100)) {
    const answer = await send()
    if (answer.status !== 503) return answer
  }
  throw new Error('the server stayed busy')
}
