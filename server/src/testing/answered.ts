import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './hospital.ts'

/** Sends again while the server says it is busy (503: nothing was done), as a client does. */
export async function answered<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let tries = 0; tries < 40; tries += 1) {
    const answer = await send()
    if (answer.status !== 503) return answer
    await wait(100)
  }
  throw new Error('the server stayed busy')
}
