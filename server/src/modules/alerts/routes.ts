import type { Handlers } from '#contract/define.ts'
import type { alerts } from '#contract/alerts.ts'
import type { Ctx } from '#kernel/context.ts'
import { alertLimits, listBreaches } from './limits.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof alerts, Ctx> = {
  listAlerts: service.listAlerts,
  waitingAlerts: service.waitingAlerts,
  raiseAlert: service.raiseByHand,
  readAlert: (ctx, { params }) => service.readAlert(ctx, params.id),
  seeAlert: (ctx, { params }) => service.seeAlert(ctx, params.id),
  acknowledge: service.acknowledgeAlert,
  alertLimits,
  listBreaches,
  alertTimes: service.alertTimes,
  listRules: service.listRules,
  createRule: service.createRule,
  updateRule: service.updateRule,
}
