import type { Tx } from '#kernel/db.ts'
import { localDate } from '#kernel/zoned-time.ts'
import * as repo from './carrying-repo.ts'
import { facilitiesOf } from './watch-repo.ts'

/** Job: carries what the stores have over into a new month, once a facility and month, and what was missed while nothing ran. */
export async function carryMonths(tx: Tx): Promise<void> {
  for (const facility of await facilitiesOf(tx)) {
    const month = `${localDate(tx.ctx.now, facility.time_zone).slice(0, 7)}-01`
    const after = await repo.lockCarried(tx, facility.id)
    if (after === undefined || after < month) await repo.carryOver(tx, { facilityId: facility.id, timeZone: facility.time_zone, after, month })
  }
}
