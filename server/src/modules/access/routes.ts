import type { access } from '#contract/access.ts'
import type { Handlers } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { printConsent } from './consent-form.ts'
import { consents, glass, members, pace, settings } from './service.ts'

export const handlers: Handlers<typeof access, Ctx> = {
  listLabelRules: settings.listLabelRules,
  writeLabelRule: settings.writeLabelRule,
  listRelationRules: settings.listRelationRules,
  writeRelationRule: settings.writeRelationRule,
  readSettings: settings.readSettings,
  writeSettings: settings.writeSettings,
  breakGlass: glass.breakGlass,
  listOwnGlass: glass.listOwnGlass,
  endGlass: glass.endGlass,
  listGlass: glass.listGlass,
  readGlass: glass.readGlass,
  reviewGlass: glass.reviewGlass,
  listAlarms: pace.listAlarms,
  closeAlarm: pace.closeAlarm,
  listConsents: consents.listConsents,
  giveConsent: consents.giveConsent,
  withdrawConsent: consents.withdrawConsent,
  printConsent,
  listPrograms: consents.listPrograms,
  writeProgram: consents.writeProgram,
  listMembers: members.listMembers,
  addMember: members.addMember,
  endMember: members.endMember,
}
