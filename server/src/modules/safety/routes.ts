import type { Handlers } from '#contract/define.ts'
import type { safety } from '#contract/safety.ts'
import type { Ctx } from '#kernel/context.ts'
import { loadInteractions } from './lists.ts'
import * as retiring from './retiring.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof safety, Ctx> = {
  checkSafety: service.checkSafety,
  listInteractionLists: service.listInteractionLists,
  loadInteractions,
  activateList: service.switchList(true),
  retireList: service.switchList(false),
  listOverrides: service.listOverrides,
  listRetired: retiring.listRetired,
  retireAlert: retiring.retireAlert,
  restoreAlert: retiring.restoreAlert,
  countOverrides: (ctx) => service.countOverrides(ctx),
}
