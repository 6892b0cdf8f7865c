import type { assets } from '#contract/assets.ts'
import { assetLifecycle, assetsErrors } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { userNames } from '../people/index.ts'
import * as downtimes from './downtimes-repo.ts'
import { assetFor, checkLinks, folded, lockedAsset, shown } from './service.ts'
import * as repo from './register-repo.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

const placeOf = (row: { location: string; department_id: string | null }, names: ReadonlyMap<string, string>): string => [row.department_id === null ? '' : (names.get(row.department_id) ?? ''), row.location].filter(Boolean).join(', ')

/** Tells the history where an asset went and who answers for it now. */
export async function noteMoves(tx: Tx, before: repo.AssetRow, after: repo.AssetRow, reason: string): Promise<void> {
  if (before.location !== after.location || before.department_id !== after.department_id) {
    const names = new Map((await repo.departmentsOf(tx, before.facility_id)).map((row) => [row.id, row.name]))
    await repo.insertChange(tx, { id: newId(), asset_id: after.id, kind: 'place', before: placeOf(before, names), after: placeOf(after, names), reason })
  }
  if (before.custodian_id === after.custodian_id) return
  const users = await userNames(tx, [before.custodian_id, after.custodian_id].flatMap((id) => id ?? []))
  await repo.insertChange(tx, { id: newId(), asset_id: after.id, kind: 'custodian', before: users.get(before.custodian_id ?? '') ?? '', after: users.get(after.custodian_id ?? '') ?? '', reason })
}

function changeOf(body: Input<'updateAsset'>['body']): repo.AssetChange {
  const change = {
    name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), criticality: body.criticality, maker: body.maker, maker_folded: body.maker === undefined ? undefined : foldText(body.maker), model: body.model, model_folded: body.model === undefined ? undefined : foldText(body.model), serial_number: body.serialNumber, serial_folded: body.serialNumber === undefined ? undefined : foldText(body.serialNumber),
    warranty_until: body.warrantyUntil, counter_unit: body.counterUnit, note: body.note, vendor_id: body.vendorId, instrument_id: body.instrumentId, invoice_number: body.invoiceNumber, department_id: body.departmentId, location: body.location, location_folded: body.location === undefined ? undefined : folded(body.location), custodian_id: body.custodianId,
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

export function updateAsset(ctx: Ctx, { params, body, ifMatch }: Input<'updateAsset'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedAsset(tx, params.id, 'assets.write', ifMatch)
    if (before.state === 'disposed') throw new AppError(assetsErrors.is_disposed)
    await checkLinks(tx, before.facility_id, body)
    const after = await repo.updateAsset(tx, before, changeOf(body))
    await noteMoves(tx, before, after, '')
    return shown(tx, after)
  })
}

type Cause = 'breakdown' | 'calibration' | 'maintenance'
const causes: Readonly<Record<string, Cause>> = { 'out-of-order': 'breakdown', 'under-maintenance': 'maintenance' }

export interface StateStep {
  step: 'use' | 'maintain' | 'break' | 'store'
  reason: string
  change?: repo.AssetChange
  cause?: Cause
}

/** Takes a step of an asset that is locked: tells its history, and opens or ends its downtime. */
export async function stepAsset(tx: Tx, before: repo.AssetRow, { step, reason, change = {}, cause }: StateStep): Promise<repo.AssetRow> {
  const state = takeStep(assetLifecycle, before.state, step)
  const isFailed = change.is_calibration_failed ?? before.is_calibration_failed
  if (state === 'in-use' && isFailed) throw new AppError(assetsErrors.calibration_failed)
  const after = await repo.updateAsset(tx, before, { ...change, state, state_reason: reason })
  await repo.insertChange(tx, { id: newId(), asset_id: after.id, kind: 'state', before: before.state, after: state, reason })
  const isDown = causes[state] !== undefined
  const wasDown = causes[before.state] !== undefined
  if (!isDown) await downtimes.endDowntime(tx, after.id)
  else if (!wasDown) await downtimes.startDowntime(tx, { asset_id: after.id, facility_id: after.facility_id, cause: cause ?? causes[state] ?? 'breakdown', reason })
  return after
}

/** The first day of use: not before it was bought, not after today. */
async function firstUse(tx: Tx, row: repo.AssetRow, on: string | undefined): Promise<repo.AssetChange> {
  if (row.in_use_on !== null) return {}
  const { timeZone } = await facilityOf(tx, row.facility_id)
  const today = localDate(tx.ctx.now, timeZone)
  const day = on ?? today
  if (day > today) throw invalidField('on', 'assets.in_future', assetsErrors.in_future)
  if (day < row.purchased_on) throw invalidField('on', 'assets.before_purchase', assetsErrors.before_purchase)
  return { in_use_on: day }
}

export function useAsset(ctx: Ctx, { params, body, ifMatch }: Input<'useAsset'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedAsset(tx, params.id, 'assets.maintain', ifMatch)
    return shown(tx, await stepAsset(tx, before, { step: 'use', reason: body?.reason ?? '', change: await firstUse(tx, before, body?.on) }))
  })
}

function simpleStep(step: 'store' | 'maintain') {
  return (ctx: Ctx, { params, body, ifMatch }: { params: { id: string }; body: { reason?: string | undefined } | undefined; ifMatch: number | undefined }) => withContext(ctx, async (tx) => shown(tx, await stepAsset(tx, await lockedAsset(tx, params.id, 'assets.maintain', ifMatch), { step, reason: body?.reason ?? '' })))
}
export const storeAsset = simpleStep('store')
export const maintainAsset = simpleStep('maintain')

const kinds = ['state', 'place', 'custodian', 'terms'] as const

export function listChanges(ctx: Ctx, { params, query }: Input<'listChanges'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const row = await assetFor(tx, params.id)
    const rows = await repo.listChanges(tx, row.id, page)
    const users = await userNames(tx, rows.flatMap((one) => one.created_by ?? []))
    return toPage(rows, page.limit, (one) => ({ at: one.occurred_at.toISOString(), id: one.id }), (one) => ({ id: one.id, kind: kinds.find((kind) => kind === one.kind) ?? 'state', before: one.before, after: one.after, reason: one.reason, occurredAt: one.occurred_at.toISOString(), byName: users.get(one.created_by ?? '') ?? '' }))
  })
}
