import type { RouteInput } from '#contract/define.ts'
import type { RoleName } from '#contract/people.ts'
import type { reports } from '#contract/reports.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { sharedCache } from '#kernel/caches.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { pastWalls } from '#kernel/patient-access.ts'
import { AppError } from '#kernel/errors.ts'
import { addDays, localDate, zonedToInstant } from '#kernel/zoned-time.ts'
import { countMoney } from '../billing/index.ts'
import { countUnsigned } from '../clinical/index.ts'
import { countVisits } from '../encounters/index.ts'
import { countToDispense } from '../medications/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { countAllPatients, countRegistered } from '../patients/index.ts'
import { countDay } from '../scheduling/index.ts'
import { type Counted, type CountName, keyPermission, numbersOf, shownTo } from './rules.ts'

const totals = sharedCache<number>('patient totals', { max: 1000, ttlSeconds: 60 })

/** Patients in all: a slow count on a large hospital, so it may be a minute old. */
async function patientsInAll(tx: Tx): Promise<number> {
  const known = totals.get(tx.ctx.tenantId) ?? (await countAllPatients(tx))
  totals.set(tx.ctx.tenantId, known)
  return known
}

/** Counts what a role looks at, today in a facility: one statement for each module that has a number of it. */
async function count(tx: Tx, facility: Facility, { on, role }: { on: string; role: RoleName }): Promise<Partial<Counted>> {
  const start = zonedToInstant(on, '00:00', facility.timeZone)
  const day = { from: start, to: zonedToInstant(addDays(on, 1), '00:00', facility.timeZone) }
  const month = zonedToInstant(`${on.slice(0, 7)}-01`, '00:00', facility.timeZone)
  const needs = (...names: CountName[]) => names.some((name) => shownTo[role].includes(name))
  const parts = await Promise.all([
    needs('expected', 'arrived', 'waiting', 'consulting', 'completed', 'noShow', 'longestWaitMinutes') ? countDay(tx, facility.id, day) : {},
    needs('opened', 'closed', 'thisMonth', 'myTasks', 'myOverdue') ? countVisits(tx, facility.id, { day: start, month }) : {},
    needs('registered') ? { registered: await countRegistered(tx, facility.id, start) } : {},
    needs('all') ? { all: await patientsInAll(tx) } : {},
    needs('signed', 'partly') ? countToDispense(tx, facility.id) : {},
    needs('openBills', 'drafts', 'issuedToday', 'takenToday') ? countMoney(tx, facility.id, on) : {},
    needs('unsigned') ? { unsigned: await countUnsigned(tx) } : {},
  ])
  return Object.assign({}, ...parts)
}

export function dashboard(ctx: Ctx, { params, query }: RouteInput<(typeof reports)['dashboard']>) {
  return withContext(pastWalls(ctx), async (tx) => {
    const facilityId = query.facilityId ?? ctx.facilityIds[0]
    if (facilityId === undefined || !ctx.facilityIds.includes(facilityId)) throw new AppError(kernelErrors.forbidden)
    const needed = keyPermission[params.role]
    if (needed !== undefined) requirePermission(ctx, needed, facilityId)
    const facility = await facilityOf(tx, facilityId)
    const on = localDate(ctx.now, facility.timeZone)
    const numbers = numbersOf(params.role, await count(tx, facility, { on, role: params.role }), facility.currency)
    return { role: params.role, facilityId, on, numbers }
  })
}
