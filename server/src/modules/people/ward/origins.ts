import type { RouteInput } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import { sharedCache } from '#kernel/caches.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { requireFresh } from '../sign-in/settings.ts'
import * as repo from './repo.ts'

const known = sharedCache<ReadonlySet<string>>('allowed-origins', { max: 2000, ttlSeconds: 30 })
const isNear = (origin: string): boolean => /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin)

/** The hospitals that let pages of an address call. */
export async function hospitalsAllowing(origin: string): Promise<ReadonlySet<string>> {
  if (origin.length > 200) return new Set()
  const before = known.get(origin)
  if (before !== undefined) return before
  const hospitals = new Set(await repo.hospitalsOf(origin))
  known.set(origin, hospitals)
  return hospitals
}

export const readOrigins = async (ctx: Ctx) => ({ origins: await repo.originsOf(ctx.tenantId) })

export async function writeOrigins(ctx: Ctx, { body }: RouteInput<(typeof people)['writeOrigins']>) {
  requireFresh(ctx)
  const wrong = body.origins.findIndex((origin) => !origin.startsWith('https://') && !isNear(origin))
  if (wrong !== -1) throw invalidField(`origins.${wrong}`, 'origin.not_https')
  const origins = [...new Set(body.origins)].toSorted()
  return withContext(ctx, async (tx) => {
    await repo.replaceOrigins(tx, origins)
    known.forgetAfter(ctx)
    return { origins }
  })
}
