import { LRUCache } from 'lru-cache'
import { peopleErrors } from '#contract/people.ts'
import type { RouteInput } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'

export interface SignInSettings {
  version: number
  idleMinutes: number
  absoluteHours: number
  freeFailures: number
  longestDelaySeconds: number
  hasClassicPolicy: boolean
  factorRoles: readonly string[]
  shiftHours: number
}

// Idle and absolute time: ASVS 5.0 7.3.1 and 7.3.2, NIST SP 800-63B-4; failures: the requirement IAM-6
const defaults: SignInSettings = { version: 1, idleMinutes: 15, absoluteHours: 12, freeFailures: 5, longestDelaySeconds: 300, hasClassicPolicy: false, factorRoles: [], shiftHours: 0 }
const installation = { isFactorRequired: false }

/** Says whether everybody of the installation needs a second factor, whatever the hospitals say. */
export function requireFactors(isRequired: boolean): void {
  installation.isFactorRequired = isRequired
}

/** Whether somebody with these roles needs a second factor. */
export const needsFactor = (settings: SignInSettings, roles: readonly { role: string }[]): boolean => installation.isFactorRequired || roles.some(({ role }) => settings.factorRoles.includes(role))

const cache = new LRUCache<string, SignInSettings>({ max: 1000, ttl: 3000 })
const columns = ['version', 'idle_minutes', 'absolute_hours', 'free_failures', 'longest_delay_seconds', 'has_classic_policy', 'factor_roles', 'shift_hours'] as const

const readRow = (tx: Tx) => tx.db.selectFrom('sign_in_settings').select(columns).where('id', '=', tx.ctx.tenantId).executeTakeFirst()

const present = (row: NonNullable<Awaited<ReturnType<typeof readRow>>>): SignInSettings => ({
  version: row.version, idleMinutes: row.idle_minutes, absoluteHours: row.absolute_hours, freeFailures: row.free_failures, longestDelaySeconds: row.longest_delay_seconds, hasClassicPolicy: row.has_classic_policy, factorRoles: row.factor_roles, shiftHours: row.shift_hours,
})

/** How the people of the tenant sign in; a change is felt within three seconds. */
export async function settingsOf(tx: Tx): Promise<SignInSettings> {
  const known = cache.get(tx.ctx.tenantId)
  if (known !== undefined) return known
  const row = await readRow(tx)
  const settings = row === undefined ? defaults : present(row)
  cache.set(tx.ctx.tenantId, settings)
  return settings
}

const shown = (settings: SignInSettings) => ({ ...settings, factorRoles: [...settings.factorRoles] })

export const readSignInSettings = (ctx: Ctx) => withContext(ctx, async (tx) => shown(await settingsOf(tx)))

/** 403 unless the person proved to be there within the last ten minutes. */
export function requireFresh(ctx: Ctx): void {
  if (ctx.confirmedAt === null || ctx.now.getTime() - ctx.confirmedAt.getTime() > 600_000) throw new AppError(peopleErrors.confirm_needed)
}

export function writeSignInSettings(ctx: Ctx, { body, ifMatch }: RouteInput<(typeof people)['writeSignInSettings']>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const before = await tx.db.selectFrom('sign_in_settings').select(columns).where('id', '=', ctx.tenantId).forUpdate().executeTakeFirst()
    if (ifMatch !== undefined && ifMatch !== (before?.version ?? 1)) throw new AppError(kernelErrors.stale_version)
    const next = { ...(before === undefined ? defaults : present(before)), ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) }
    const row = { idle_minutes: next.idleMinutes, absolute_hours: next.absoluteHours, free_failures: next.freeFailures, longest_delay_seconds: next.longestDelaySeconds, has_classic_policy: next.hasClassicPolicy, factor_roles: [...next.factorRoles], shift_hours: next.shiftHours, version: (before?.version ?? 1) + 1 }
    await tx.db.insertInto('sign_in_settings').values({ id: ctx.tenantId, ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row)).execute()
    cache.delete(ctx.tenantId)
    return shown({ ...next, version: row.version })
  })
}
