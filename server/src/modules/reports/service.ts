import type { RouteInput } from '#contract/define.ts'
import type { reports } from '#contract/reports.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { addDays, localDate, zonedToInstant } from '#kernel/zoned-time.ts'
import { countMoney } from '../billing/index.ts'
import { countUnsigned } from '../clinical/index.ts'
import { countVisits } from '../encounters/index.ts'
import { countToDispense } from '../medications/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { countPatients } from '../patients/index.ts'
import { countDay } from '../scheduling/index.ts'
import { type Counted, keyPermission, numbersOf, shownTo } from './rules.ts'

/** Counts what happened today in a facility: one statement a module, whatever the role. */
async function countAll(tx: Tx, facility: Facility, on: string): Promise<Counted> {
  const start = zonedToInstant(on, '00:00', facility.timeZone)
  const day = { from: start, to: zonedToInstant(addDays(on, 1), '00:00', facility.timeZone) }
  const month = zonedToInstant(`${on.slice(0, 7)}-01`, '00:00', facility.timeZone)
  return {
    ...(await countDay(tx, facility.id, day)),
    ...(await countVisits(tx, facility.id, { day: start, month })),
    ...(await countPatients(tx, facility.id, start)),
    ...(await countToDispense(tx, facility.id)),
    ...(await countMoney(tx, facility.id, on)),
    unsigned: await countUnsigned(tx),
  }
}

export function dashboard(ctx: Ctx, { params, query }: RouteInput<(typeof reports)['dashboard']>) {
  return withContext(ctx, async (tx) => {
    const facilityId = query.facilityId ?? ctx.facilityIds[0]
    if (facilityId === undefined || !ctx.facilityIds.includes(facilityId)) throw new AppError(kernelErrors.forbidden)
    const needed = keyPermission[params.role]
    if (needed !== undefined) requirePermission(ctx, needed, facilityId)
    const facility = await facilityOf(tx, facilityId)
    const on = localDate(ctx.now, facility.timeZone)
    const numbers = shownTo[params.role].length === 0 ? [] : numbersOf(params.role, await countAll(tx, facility, on), facility.currency)
    return { role: params.role, facilityId, on, numbers }
  })
}
