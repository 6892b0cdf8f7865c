import { createHash } from 'node:crypto'
import { peopleErrors } from '#contract/people.ts'
import { withSystem } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { type ThrottleRule, waitSeconds } from '../rules.ts'

export interface Throttle {
  /** What is counted: an account or a source; kept as a hash. */
  key: string
  rule: ThrottleRule
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url')

/** 429 while the failures of one of the keys ask for a pause. Shared by all processes. */
export async function refuseHasty(throttles: readonly Throttle[], now: Date): Promise<void> {
  const hashes = throttles.map(({ key }) => hashOf(key))
  const rows = await withSystem(async (query) => (await query('select key, failures, last_at from sign_in_throttles where key = any($1::text[])', [hashes])).rows)
  const waits = throttles.map(({ rule }, index) => {
    const row = rows.find((one) => one.key === hashes[index])
    return row === undefined ? 0 : waitSeconds({ failures: row.failures, lastAt: row.last_at.getTime() }, now.getTime(), rule)
  })
  const seconds = Math.max(0, ...waits)
  if (seconds > 0) throw new AppError(peopleErrors.too_many_attempts, { retryAfterSeconds: seconds, values: { seconds } })
}

/** Counts a failure; after a quiet window the count begins anew. */
export async function countFailure(throttles: readonly Throttle[], now: Date): Promise<void> {
  await withSystem((query) =>
    query(
      `insert into sign_in_throttles (key, failures, last_at) select t.key, 1, $2 from unnest($1::text[], $3::int[]) as t(key, quiet) order by t.key
       on conflict (key) do update set last_at = excluded.last_at,
         failures = case when sign_in_throttles.last_at < excluded.last_at - make_interval(secs => (select quiet from unnest($1::text[], $3::int[]) as q(key, quiet) where q.key = excluded.key)) then 1 else sign_in_throttles.failures + 1 end`,
      [throttles.map(({ key }) => hashOf(key)), now, throttles.map(({ rule }) => rule.quietSeconds)],
    ),
  )
}

/** Forgets the failures of a key: its owner has come. */
export async function forgetFailures(key: string): Promise<void> {
  await withSystem((query) => query('delete from sign_in_throttles where key = $1', [hashOf(key)]))
}
