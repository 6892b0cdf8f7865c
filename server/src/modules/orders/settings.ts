import type { RouteInput } from '#contract/define.ts'
import type { orders } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import * as repo from './orderables-repo.ts'

type Settings = Omit<repo.SettingsRow, 'id'>

/**
 * What stands until a hospital decides. When an order by word of mouth is to be signed NABH and JCI leave to its policy.
 * That pregnancy is asked for before ionising imaging: ICRP Publication 84; at which ages is the policy of the hospital as well.
 */
const shipped: Settings = { version: 1, signature_hours: 24, pregnancy_from_years: 12, pregnancy_to_years: 55 }

export const settingsOf = async (tx: Tx): Promise<Settings> => (await repo.readSettings(tx)) ?? shipped

const present = (row: Settings) => ({ version: row.version, signatureHours: row.signature_hours, pregnancyFromYears: row.pregnancy_from_years, pregnancyToYears: row.pregnancy_to_years })

export const readOrderSettings = (ctx: Ctx) => withContext(ctx, async (tx) => present(await settingsOf(tx)))

export function updateOrderSettings(ctx: Ctx, { body, ifMatch }: RouteInput<(typeof orders)['updateOrderSettings']>) {
  const named = { signature_hours: body.signatureHours, pregnancy_from_years: body.pregnancyFromYears, pregnancy_to_years: body.pregnancyToYears }
  const change = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  return withContext(ctx, async (tx) => {
    const before = await repo.readSettings(tx)
    checkVersion(before ?? shipped, ifMatch)
    const { version: _version, ...usual } = shipped
    return present(before === undefined ? await repo.insertSettings(tx, { ...usual, ...change }) : await repo.updateSettings(tx, before, change))
  })
}
