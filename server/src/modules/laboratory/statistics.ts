import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { cumulativeAntibiogram } from './antibiogram-rules.ts'
import { microbiologyTerms } from './microbiology.ts'
import * as repo from './statistics-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

/** The days of the facility's calendar as a half-open period. */
export async function periodOf(tx: Tx, { facilityId, from, to }: { facilityId: string; from: string; to: string }) {
  const facility = await facilityOf(tx, facilityId)
  return { facilityId, from: zonedToInstant(from, '00:00', facility.timeZone), to: zonedToInstant(addDays(to, 1), '00:00', facility.timeZone) }
}

const rounded = (minutes: number | null): number | null => (minutes === null ? null : Math.round(minutes * 10) / 10)

export function statistics(ctx: Ctx, { query }: Input<'statistics'>) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const period = await periodOf(tx, query)
    const [stages, workload, rejections, positivity] = await Promise.all([repo.stages(tx, period), repo.workload(tx, period), repo.rejections(tx, period), repo.positivity(tx, period)])
    const [counted] = rejections
    return { stages: stages.map((row) => ({ stage: row.stage, count: row.count, medianMinutes: rounded(row.median), p90Minutes: rounded(row.p90) })), workload, specimens: counted?.specimens ?? 0, rejected: counted?.rejected ?? 0, rejections: counted?.reasons ?? [], positivity }
  })
}

export function antibiogram(ctx: Ctx, { query }: Input<'antibiogram'>) {
  requirePermission(ctx, 'laboratory.read', query.facilityId)
  return withContext(ctx, async (tx) => ({ items: cumulativeAntibiogram(await repo.cultures(tx, await periodOf(tx, query)), await microbiologyTerms(tx)) }))
}
