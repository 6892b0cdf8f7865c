import type { Handlers } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import * as apiKeys from './api-keys.ts'
import { demoSignIns, isDemo } from './demo.ts'
import * as phones from './factors/phones.ts'
import * as factors from './factors/service.ts'
import * as clients from './oauth/clients.ts'
import { issueToken } from './oauth/tokens.ts'
import * as providers from './oidc/providers.ts'
import * as oidc from './oidc/sign-in.ts'
import * as own from './own-account.ts'
import * as rights from './rights.ts'
import * as service from './service.ts'
import * as recovery from './sign-in/recovery.ts'
import { readSignInSettings, writeSignInSettings } from './sign-in/settings.ts'
import * as signIns from './sign-in/sign-in.ts'
import * as origins from './ward/origins.ts'
import * as ward from './ward/service.ts'

export const handlers: Handlers<typeof people, Ctx> = {
  signIn: signIns.signIn,
  passSecondFactor: signIns.passSecondFactor,
  askPasskey: signIns.askPasskey,
  signInWithPasskey: signIns.signInWithPasskey,
  sendCode: recovery.sendCode,
  sendSms: phones.sendSms,
  askReset: recovery.askReset,
  finishReset: recovery.finishReset,
  invite: recovery.invite,
  confirm: own.confirm,
  listSessions: own.listSessions,
  endSession: (ctx, { params }) => own.endOwnSession(ctx, params.id),
  listAttempts: own.listAttempts,
  listFactors: (ctx) => factors.listFactors(ctx),
  addAuthenticator: factors.addAuthenticator,
  addMail: (ctx) => factors.addMail(ctx),
  addPhone: phones.addPhone,
  askNewPasskey: (ctx) => factors.askNewPasskey(ctx),
  addPasskey: factors.addPasskey,
  activateFactor: factors.activateFactor,
  removeFactor: factors.removeFactor,
  renewBackupCodes: (ctx) => factors.renewBackupCodes(ctx),
  resetFactors: factors.resetFactors,
  endUserSessions: (ctx, { params }) => own.endUserSessions(ctx, params.id),
  readSignInSettings: (ctx) => readSignInSettings(ctx),
  writeSignInSettings,
  listRights: rights.listRights,
  giveRight: rights.giveRight,
  endRight: rights.endRight,
  readEffective: rights.readEffective,
  listDoors: () => oidc.listDoors(),
  startOidc: oidc.startOidc,
  finishOidc: oidc.finishOidc,
  listProviders: providers.listProviders,
  readProvider: (ctx, { params }) => providers.readProvider(ctx, params.id),
  createProvider: providers.createProvider,
  updateProvider: providers.updateProvider,
  listColleagues: (ctx) => ward.listColleagues(ctx),
  switchUser: ward.switchUser,
  readPin: (ctx) => ward.readPin(ctx),
  setPin: ward.setPin,
  removePin: (ctx) => ward.removePin(ctx),
  readOrigins: (ctx) => origins.readOrigins(ctx),
  writeOrigins: origins.writeOrigins,
  issueToken,
  listClients: clients.listClients,
  createClient: clients.createClient,
  rotateClient: clients.rotateClient,
  revokeClient: (ctx, { params }) => clients.revokeClient(ctx, params.id),
  signOut: (ctx) => service.signOut(ctx),
  demoSignIns: async () => ({ items: demoSignIns() }),
  me: (ctx) => service.me(ctx, isDemo(), ctx.csrfToken),
  updateMe: own.updateMe,
  changePassword: own.changePassword,
  listUsers: service.listUsers,
  createUser: service.createUser,
  readUser: (ctx, { params }) => service.readUser(ctx, params.id),
  updateUser: service.updateUser,
  listRoles: (ctx) => service.listRoles(ctx),
  createRole: service.createRole,
  listMemberships: service.listMemberships,
  createMembership: service.createMembership,
  endMembership: (ctx, { params }) => service.endMembership(ctx, params.id),
  createApiKey: apiKeys.createApiKey,
  listApiKeys: apiKeys.listApiKeys,
  revokeApiKey: (ctx, { params }) => apiKeys.revokeApiKey(ctx, params.id),
  listPractitioners: service.listPractitioners,
}
