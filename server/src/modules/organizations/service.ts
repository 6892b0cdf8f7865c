import { kernelErrors } from '#contract/common/problem.ts'
import { type organizations, organizationsErrors } from '#contract/organizations.ts'
import type { RouteInput } from '#contract/define.ts'
import { sharedCache } from '#kernel/caches.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext, withSystem } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { type Facility, presentDepartment, presentFacility } from './present.ts'
import * as repo from './repo.ts'

mapConstraint('facilities_code', organizationsErrors.code_taken)

type Input<K extends keyof typeof organizations> = RouteInput<(typeof organizations)[K]>
const byId = (row: { id: string }) => ({ at: '', id: row.id })

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export function listTenants(ctx: Ctx) {
  return withSystem(async (query) => {
    const { rows } = await query('select id, name, plan, state, created_on from tenants where id = $1', [ctx.tenantId])
    return { items: rows.map((row) => ({ id: row.id, name: row.name, plan: row.plan, state: row.state, createdOn: row.created_on })), nextCursor: null }
  })
}

export function listFacilities(ctx: Ctx, { query }: Input<'listFacilities'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listFacilities(tx, page), page.limit, byId, presentFacility))
}

export function readFacility(ctx: Ctx, id: string) {
  return withContext(ctx, (tx) => facilityOf(tx, id))
}

/** The facility, or 404. */
export async function facilityOf(tx: Tx, id: string): Promise<Facility> {
  return presentFacility(found(await repo.readFacility(tx, id)))
}

const known = sharedCache<Facility>('facilities', { max: 2000, ttlSeconds: 30 })

/** The facility, or 404; cached until it changes, in every process. */
export async function knownFacility(tx: Tx, id: string): Promise<Facility> {
  const key = tx.ctx.tenantId + id
  const facility = known.get(key) ?? (await facilityOf(tx, id))
  known.set(key, facility)
  return facility
}

/** A facility was added: whoever added it must be able to staff it. */
export const facilityAdded = defineEvent<{ facilityId: string }>('organizations.facility-added')

export function createFacility(ctx: Ctx, { body }: Input<'createFacility'>) {
  if (!isTimeZone(body.timeZone)) throw invalidField('timeZone', 'time_zone.unknown')
  const { timeZone, fiscalYearStartMonth, taxRegime, taxNumber, stateCode, ...same } = body
  return withContext(ctx, async (tx) => {
    const row = await repo.insertFacility(tx, { ...same, time_zone: timeZone, fiscal_year_start_month: fiscalYearStartMonth, tax_regime: taxRegime, tax_number: taxNumber, state_code: stateCode })
    await emit(tx, facilityAdded, { facilityId: row.id })
    return presentFacility(row)
  })
}

export function updateFacility(ctx: Ctx, { params, body, ifMatch }: Input<'updateFacility'>) {
  requirePermission(ctx, 'organizations.write', params.id)
  if (body.timeZone !== undefined && !isTimeZone(body.timeZone)) throw invalidField('timeZone', 'time_zone.unknown')
  const { timeZone, fiscalYearStartMonth, taxRegime, taxNumber, stateCode, ...same } = body
  const renamed = { time_zone: timeZone, fiscal_year_start_month: fiscalYearStartMonth, tax_regime: taxRegime, tax_number: taxNumber, state_code: stateCode }
  const change = Object.fromEntries(Object.entries({ ...same, ...renamed }).filter(([, value]) => value !== undefined))
  return withContext(ctx, async (tx) => {
    found(await repo.readFacility(tx, params.id))
    const row = await repo.updateFacility(tx, params.id, ifMatch ?? 0, change)
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    known.forgetAfter(ctx, ctx.tenantId + params.id)
    return presentFacility(row)
  })
}

export function listDepartments(ctx: Ctx, { query }: Input<'listDepartments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listDepartments(tx, query, page), page.limit, byId, presentDepartment))
}

export function createDepartment(ctx: Ctx, { body }: Input<'createDepartment'>) {
  requirePermission(ctx, 'organizations.write', body.facilityId)
  return withContext(ctx, async (tx) =>
    presentDepartment(await repo.insertDepartment(tx, { facility_id: body.facilityId, parent_id: body.parentId ?? null, name: body.name, head_user_id: body.headUserId ?? null })),
  )
}

export function updateDepartment(ctx: Ctx, { params, body, ifMatch }: Input<'updateDepartment'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.readDepartment(tx, params.id))
    requirePermission(ctx, 'organizations.write', before.facility_id)
    if (typeof body.parentId === 'string' && (await repo.ancestors(tx, body.parentId)).includes(params.id)) throw new AppError(organizationsErrors.department_cycle)
    const row = await repo.updateDepartment(tx, params.id, ifMatch ?? 0, {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.parentId === undefined ? {} : { parent_id: body.parentId }),
      ...(body.headUserId === undefined ? {} : { head_user_id: body.headUserId }),
    })
    if (row === undefined) throw new AppError(kernelErrors.stale_version)
    return presentDepartment(row)
  })
}
