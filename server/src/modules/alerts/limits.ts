import type { alerts } from '#contract/alerts.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { knownFacility } from '../organizations/index.ts'
import * as repo from './limits-repo.ts'
import { presentAlert } from './present.ts'
import { around } from './service.ts'

type Input<K extends keyof typeof alerts> = RouteInput<(typeof alerts)[K]>

const usualDays = 31
const dayMs = 86_400_000
const rounded = (minutes: number | null) => (minutes === null ? null : Math.round(minutes * 10) / 10)

export function alertLimits(ctx: Ctx, { query }: Input<'alertLimits'>) {
  requirePermission(ctx, 'alerts.read', query.facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await knownFacility(tx, query.facilityId)
    const rows = await repo.limitsOf(tx, { facilityId: query.facilityId, from: new Date(query.from), to: new Date(query.to), kind: query.kind }, { by: query.by, timeZone })
    return { items: rows.map((row) => ({ key: row.key, count: row.count, open: row.open, withdrawn: row.withdrawn, breached: row.breached, medianMinutes: rounded(row.median_minutes), p90Minutes: rounded(row.p90_minutes) })), nextCursor: null }
  })
}

export function listBreaches(ctx: Ctx, { query }: Input<'listBreaches'>) {
  requirePermission(ctx, 'alerts.read', query.facilityId)
  const page = pageOf(query)
  const to = query.to === undefined ? new Date(ctx.now.getTime() + 1) : new Date(query.to)
  const from = query.from === undefined ? new Date(to.getTime() - usualDays * dayMs) : new Date(query.from)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listBreaches(tx, { facilityId: query.facilityId, from, to, kind: query.kind }, page)
    const beside = await around(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.raised_at.toISOString(), id: row.id }), (row) => presentAlert(row, beside))
  })
}
