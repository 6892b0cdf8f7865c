import { randomBytes } from 'node:crypto'
import { kernelErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { type people, peopleErrors } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { presentApiKey } from './present.ts'
import * as repo from './repo.ts'
import { digest } from './secrets.ts'
import { forgetSessions } from './sessions.ts'

type Input<K extends keyof typeof people> = RouteInput<(typeof people)[K]>

// A key that made keys could outlive its own end and widen its own permissions.
function refusePrograms(ctx: Ctx): void {
  if (ctx.csrfToken === '') throw new AppError(kernelErrors.forbidden)
}

export function createApiKey(ctx: Ctx, { body }: Input<'createApiKey'>) {
  refusePrograms(ctx)
  const missing = (body.permissions ?? []).filter((permission) => !ctx.can(permission))
  if (missing.length > 0) throw new AppError(peopleErrors.permission_not_held, { missing })
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt)
  if (expiresAt !== null && expiresAt <= ctx.now) throw invalidField('expiresAt', 'key.expires_in_past')
  return withContext(ctx, async (tx) => {
    const id = newId()
    const secret = randomBytes(32).toString('base64url')
    await repo.insertApiKey(tx, { id, name: body.name, secret_hash: digest(secret), permissions: body.permissions ?? null, expires_at: expiresAt })
    return { id, key: `${ctx.tenantId}.${id}.${secret}`, name: body.name, expiresAt: body.expiresAt ?? null }
  })
}

export function listApiKeys(ctx: Ctx, { query }: Input<'listApiKeys'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listApiKeys(tx, page), page.limit, (row) => ({ at: '', id: row.id }), (row) => presentApiKey(row, ctx.now)))
}

export function revokeApiKey(ctx: Ctx, id: string): Promise<void> {
  refusePrograms(ctx)
  return withContext(ctx, async (tx) => {
    found(await repo.revokeApiKey(tx, id))
    forgetSessions()
  })
}
