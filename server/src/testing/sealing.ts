import { setTimeout as wait } from 'node:timers/promises'
import { sealAudit, type SealerOptions } from '#kernel/audit-sealer.ts'

const patienceMilliseconds = 200_000
const unsealed = 'select count(*)::int as n from audit_entries e where not exists (select 1 from audit_seals s where s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id)'

/**
 * Seals until no entry waits. A transaction that is open anywhere on the server of the tests, also in the database of another file, holds sealing up
 * as long as it lasts.
 */
export async function sealEverything(options: SealerOptions, query: (text: string) => Promise<{ n: number }[]>): Promise<void> {
  const end = Date.now() + patienceMilliseconds
  for (;;) {
    await sealAudit(options)
    const [row] = await query(unsealed)
    if (row?.n === 0) return
    if (Date.now() > end) throw new Error(`${row?.n} entries could not be sealed`)
    await wait(50)
  }
}
