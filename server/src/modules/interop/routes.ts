import type { Handlers } from '#contract/define.ts'
import type { interop } from '#contract/interop.ts'
import type { Ctx } from '#kernel/context.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof interop, Ctx> = {
  listImports: service.listImports,
  startImport: service.startImport,
  readImport: (ctx, { params }) => service.readImport(ctx, params.id),
  importErrors: (ctx, { params }) => service.importErrors(ctx, params.id),
  cancelImport: service.cancelImport,
}
