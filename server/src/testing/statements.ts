import { statementHook } from '#kernel/db.ts'

/** How many statements a piece of work sends. */
export async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  let seen = 0
  statementHook.onStatement = () => void (seen += 1)
  try {
    await work()
  } finally {
    delete statementHook.onStatement
  }
  return seen
}

/** The least of several counts: rights are looked up again every few seconds, and jobs ask beside; the least is the work's own. */
export async function least(count: () => Promise<number>, times = 4): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY
  for (let time = 0; time < times; time += 1) fewest = Math.min(fewest, await count())
  return fewest
}
