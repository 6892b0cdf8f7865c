import type { RouteInput } from '#contract/define.ts'
import type { safety } from '#contract/safety.ts'
import { type SafetyAlert, safetyErrors } from '#contract/safety-alerts.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { userNames } from '../people/index.ts'
import { passedOver } from './repo.ts'
import * as repo from './retired-repo.ts'

mapConstraint('retired_alerts_key', safetyErrors.retired_already)

type Input<K extends keyof typeof safety> = RouteInput<(typeof safety)[K]>

/** Alerts as they are to be shown: what was retired is only read. What stops cannot be retired, nor what has come to stop since. */
export async function withoutRetired(tx: Tx, alerts: readonly SafetyAlert[]): Promise<SafetyAlert[]> {
  const retired = await repo.retiredAmong(tx, alerts.filter((one) => one.severity === 'warn').map((one) => one.key))
  return alerts.map((one) => (one.severity === 'warn' && retired.has(one.key) ? { ...one, severity: 'inform' } : one))
}

const present = (row: repo.RetiredRow, names: ReadonlyMap<string, string>) => ({ id: row.id, version: 1, alertKey: row.alert_key, message: row.message, reason: row.reason, at: row.created_at.toISOString(), by: names.get(row.created_by) ?? '' })

export function listRetired(ctx: Ctx, { query }: Input<'listRetired'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listRetired(tx, page)
    const names = await userNames(tx, [...new Set(rows.map((row) => row.created_by))])
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => present(row, names))
  })
}

/** Retires an alert that was passed over before; what stops stays. */
export function retireAlert(ctx: Ctx, { body }: Input<'retireAlert'>) {
  return withContext(ctx, async (tx) => {
    const known = await passedOver(tx, body.alertKey)
    if (known === undefined) throw invalidField('alertKey', 'reference.unknown')
    if (known.severity === 'stop') throw invalidField('alertKey', 'safety.stops', safetyErrors.stops)
    const row = await repo.insertRetired(tx, { alert_key: body.alertKey, message: known.message, reason: body.reason })
    return present(row, await userNames(tx, [row.created_by]))
  })
}

export function restoreAlert(ctx: Ctx, { params }: Input<'restoreAlert'>) {
  return withContext(ctx, async (tx) => ({ alertKey: found(await repo.deleteRetired(tx, params.id)).alert_key }))
}
