import type { RouteInput } from '#contract/define.ts'
import { groupErrors, type groupRoutes } from '#contract/scheduling-groups.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, withContext } from '#kernel/db.ts'
import { found, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import { presentRoom } from './present.ts'
import * as repo from './groups-repo.ts'

mapConstraint('rooms_name', groupErrors.room_known)

type Input<K extends keyof typeof groupRoutes> = RouteInput<(typeof groupRoutes)[K]>

export function listRooms(ctx: Ctx, { query }: Input<'listRooms'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'scheduling.read', query.facilityId)
  const page = pageOf(query)
  const readable = ctx.facilityIds.filter((id) => ctx.can('scheduling.read', id))
  return withContext(ctx, async (tx) => toPage(await repo.listRooms(tx, { ...query, readable }, page), page.limit, (row) => ({ at: row.name, id: row.id }), presentRoom))
}

export function addRoom(ctx: Ctx, { body }: Input<'addRoom'>) {
  requirePermission(ctx, 'scheduling.schedules', body.facilityId)
  return withContext(ctx, async (tx) => {
    await facilityOf(tx, body.facilityId)
    return presentRoom(await repo.insertRoom(tx, { facility_id: body.facilityId, name: body.name, places: body.places }))
  })
}

export function updateRoom(ctx: Ctx, { params, body, ifMatch }: Input<'updateRoom'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockRoom(tx, params.id))
    requirePermission(ctx, 'scheduling.schedules', row.facility_id)
    checkVersion(row, ifMatch)
    const change = { ...(body.name === undefined ? {} : { name: body.name }), ...(body.places === undefined ? {} : { places: body.places }), ...(body.isActive === undefined ? {} : { is_active: body.isActive }) }
    return presentRoom(await repo.updateRoom(tx, row, change))
  })
}
