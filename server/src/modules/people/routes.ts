import type { Handlers } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import * as apiKeys from './api-keys.ts'
import { demoSignIns, isDemo } from './demo.ts'
import { changePassword, updateMe } from './own-account.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof people, Ctx> = {
  signIn: service.signIn,
  signOut: (ctx) => service.signOut(ctx),
  demoSignIns: async () => ({ items: demoSignIns() }),
  me: (ctx) => service.me(ctx, isDemo(), ctx.csrfToken),
  updateMe,
  changePassword,
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
