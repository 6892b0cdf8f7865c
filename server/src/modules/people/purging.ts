import { rawInTenant, type Tx, withSystem } from '#kernel/db.ts'
import { now } from '#kernel/config.ts'

const day = 86_400_000
// CERT-In Directions No. 20(3)/2022, (iv): logs are kept for 180 days; a hospital looks back a year and a month.
const attemptDays = 400
// A session ends after 24 hours at most; its row says on which device somebody was, as long as a complaint is likely.
const sessionDays = 180
const deviceDays = 400

/** Takes away what sign-ins have left and nobody needs: sessions that are over, attempts, devices not seen for long. */
export async function purgeSignIns(tx: Tx): Promise<void> {
  const before = (days: number) => [tx.ctx.tenantId, new Date(tx.ctx.now.getTime() - days * day)]
  await rawInTenant(tx, 'delete from sessions where tenant_id = $1 and created_at < $2', before(sessionDays))
  await rawInTenant(tx, 'delete from sign_in_attempts where tenant_id = $1 and at < $2', before(attemptDays))
  await rawInTenant(tx, 'delete from ward_sign_ins where tenant_id = $1 and signed_in_at < $2', before(1))
  await rawInTenant(tx, 'delete from known_devices where tenant_id = $1 and last_seen_at < $2', before(deviceDays))
}

/** Takes away steps of sign-ins that have run out, and counts of failures long past: they belong to no hospital. */
export async function purgeSteps(): Promise<void> {
  const yesterday = new Date(now().getTime() - day)
  await withSystem(async (query) => {
    await query('delete from sign_in_challenges where expires_at < $1', [yesterday])
    await query('delete from sign_in_throttles where last_at < $1', [yesterday])
  })
}
