import type { Handlers } from '#contract/define.ts'
import type { organizations } from '#contract/organizations.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof organizations, Ctx> = {
  listTenants: (ctx) => service.listTenants(ctx),
  listFacilities: service.listFacilities,
  createFacility: service.createFacility,
  readFacility: (ctx, { params }) => service.readFacility(ctx, params.id),
  updateFacility: service.updateFacility,
  listDepartments: service.listDepartments,
  createDepartment: service.createDepartment,
  updateDepartment: service.updateDepartment,
}
