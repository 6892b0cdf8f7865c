import type { Handlers } from '#contract/define.ts'
import type { encounters } from '#contract/encounters.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'
import * as tasks from './tasks.ts'

export const handlers: Handlers<typeof encounters, Ctx> = {
  checkIn: service.checkIn,
  walkIn: service.walkIn,
  startAppointment: service.startAppointment,
  completeAppointment: service.completeAppointment,
  list: service.listEncounters,
  open: service.openEncounter,
  read: (ctx, { params }) => service.readEncounter(ctx, params.id),
  assign: service.assignEncounter,
  startConsult: service.startConsult,
  close: service.closeEncounter,
  cancel: service.cancelEncounter,
  timeline: (ctx, { params }) => service.encounterTimeline(ctx, params.id),
  listTasks: tasks.listTasks,
  createTask: tasks.createTask,
  assignTask: (ctx, { params, body, ifMatch }) => tasks.stepTask(ctx, params.id, 'assign', { ifMatch, assigneeId: body.assigneeId }),
  startTask: (ctx, { params, ifMatch }) => tasks.stepTask(ctx, params.id, 'start', { ifMatch }),
  completeTask: (ctx, { params, ifMatch }) => tasks.stepTask(ctx, params.id, 'complete', { ifMatch }),
  cancelTask: (ctx, { params, body, ifMatch }) => tasks.stepTask(ctx, params.id, 'cancel', { ifMatch, reason: body?.reason }),
}
