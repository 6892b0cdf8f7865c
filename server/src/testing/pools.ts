import { openPools, pools } from '#kernel/db.ts'

/** Longer than any test: who waits for a connection on a busy machine is not told that the database is away. */
const patienceMilliseconds = 200_000

/** The pools of the process as the server opens them, but with patience. */
export function openPatientPools(...input: Parameters<typeof openPools>): void {
  openPools(...input)
  const { app, apart, auditWriter, auditor } = pools()
  for (const pool of [app, apart, auditWriter, auditor]) Object.assign(pool.options, { connectionTimeoutMillis: patienceMilliseconds, query_timeout: patienceMilliseconds })
}
